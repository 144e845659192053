/// A percentage in thousandths of a percent, because New Jersey's sales tax of 6.625 % is finer
/// than a basis point.
public struct Rate: TextValue, Comparable {
  public static let what = "percentage"
  public static let example = "20%"
  public static let zero = Rate(milliPercent: 0)
  /// 100 %.
  public static let whole = Rate(milliPercent: 100_000)

  /// 6.625 % is 6,625; 20 % is 20,000.
  public let milliPercent: Int64

  public init(milliPercent: Int64) {
    self.milliPercent = milliPercent
  }

  /// 20 % is 2,000 basis points. Saturates beyond what Int64 can hold.
  public init(basisPoints: Int64) {
    self.milliPercent = Int64(clamping: Int128(basisPoints) * 10)
  }

  /// Reads "20%" or "6.625%", from 0 % to 1,000 %; the sign is required because "0.2" could mean
  /// either of two things.
  public init(_ text: String) throws(ValueError) {
    func refusal(_ problem: String) -> ValueError {
      ValueError(
        Self.what, given: text, problem: problem,
        remedy: "write a percentage with its sign, like \"\(Self.example)\" or \"6.625%\"")
    }
    guard text.hasSuffix("%") else { throw refusal("it has no percent sign") }
    let halves = text.dropLast()
      .split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    guard let first = halves.first, let percent = asciiDigits(first) else {
      throw refusal("it is not a number")
    }
    var thousandths: Int64 = 0
    if halves.count == 2 {
      guard halves[1].utf8.count <= 3, let digits = asciiDigits(halves[1]) else {
        throw refusal("it has one to three digits after the point")
      }
      thousandths = [1: 100, 2: 10][halves[1].utf8.count, default: 1] * digits
    }
    guard percent <= 1_000, percent * 1_000 + thousandths <= 1_000_000 else {
      throw refusal("it is more than 1000%")
    }
    self.milliPercent = percent * 1_000 + thousandths
  }

  public var description: String {
    let sign = milliPercent < 0 ? "-" : ""
    var fraction = padded(milliPercent.magnitude % 1_000, 3)
    while fraction.last == "0" { fraction.removeLast() }
    let point = fraction.isEmpty ? "" : "."
    return "\(sign)\(milliPercent.magnitude / 1_000)\(point)\(fraction)%"
  }

  public static func < (left: Rate, right: Rate) -> Bool {
    left.milliPercent < right.milliPercent
  }
}
