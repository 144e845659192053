import PracticeEvents

/// A decimal number with at most two decimals, kept as hundredths: a score, visits per week.
public struct Hundredths: TextValue, Comparable {
  public static let what = "number"
  public static let example = "45.5"

  public let hundredths: Int32
  /// How many decimals it was written with, 0-2: what it says beyond that nobody knows.
  public let decimals: Int

  /// Reads "36", "45.5", "0.25": 0 to 99 999, not negative.
  public init(_ text: String) throws(ValueError) {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    let fraction = parts.count == 2 ? parts[1] : ""
    guard (1...2).contains(parts.count), parts[0].count <= 5, fraction.count <= 2,
      parts.count == 1 || !fraction.isEmpty, let whole = asciiDigits(parts[0]),
      let part = fraction.isEmpty ? 0 : asciiDigits(fraction)
    else {
      throw ValueError(
        Self.what, given: text, problem: "it is not a number of at most two decimals",
        remedy: "write it like \"\(Self.example)\"")
    }
    decimals = fraction.count
    hundredths = Int32(whole * 100 + part * (decimals == 1 ? 10 : 1))
  }

  /// The total that a form said; events without its decimals give as many as it needs.
  init(reported measure: OutcomeMeasureScored) {
    hundredths = measure.reportedHundredths
    let needed = hundredths % 100 == 0 ? 0 : hundredths % 10 == 0 ? 1 : 2
    decimals = max(needed, min(2, Int(measure.reportedDecimals)))
  }

  public var description: String { Self.text(hundredths, decimals: decimals) }

  /// Hundredths as people write them, without trailing zeros.
  public static func text(_ hundredths: Int32) -> String {
    let decimals = hundredths % 100 == 0 ? 0 : hundredths % 10 == 0 ? 1 : 2
    return text(hundredths, decimals: decimals)
  }

  private static func text(_ hundredths: Int32, decimals: Int) -> String {
    let magnitude = hundredths.magnitude
    let fraction = padded(magnitude % 100, 2).prefix(decimals)
    return (hundredths < 0 ? "-" : "") + "\(magnitude / 100)"
      + (fraction.isEmpty ? "" : ".\(fraction)")
  }

  public static func < (left: Hundredths, right: Hundredths) -> Bool {
    left.hundredths < right.hundredths
  }

  public static func == (left: Hundredths, right: Hundredths) -> Bool {
    left.hundredths == right.hundredths
  }

  public func hash(into hasher: inout Hasher) { hasher.combine(hundredths) }
}
