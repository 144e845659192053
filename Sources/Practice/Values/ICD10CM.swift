/// A diagnosis code with the shape of ICD-10-CM: a letter, two characters that are a digit, A or B,
/// and up to four more after the dot, "M54.50". The second was always a digit until the codes QA0 of
/// fiscal year 2026.
///
/// A code with the right shape may still not exist or not be billable: ask an `ICD10CMCatalog`.
public struct ICD10CM: TextValue, Comparable {
  public static let what = "ICD-10-CM code"
  public static let example = "M54.50"

  /// Without the dot, as X12 claims carry it: "M5450".
  public let compact: String

  /// Reads "M54.50", "M5450" or "m54.50".
  public init(_ text: String) throws(ValueError) {
    func refusal(_ problem: String) -> ValueError {
      ValueError(
        Self.what, given: text, problem: problem,
        remedy: "write a letter, two characters, a dot and up to four more, "
          + "like \"\(Self.example)\"")
    }
    let code = text.uppercased()
    let parts = code.split(separator: ".", omittingEmptySubsequences: false)
    let compact = parts.joined()
    let bytes = Array(compact.utf8)
    guard (3...7).contains(bytes.count) else { throw refusal("it is not 3 to 7 characters long") }
    guard parts.count == 1 || (parts.count == 2 && parts[0].utf8.count == 3 && parts[1] != "")
    else { throw refusal("a dot belongs after the third character and nowhere else") }
    guard isUppercaseLetter(bytes[0]) else { throw refusal("it does not begin with a letter") }
    for (byte, which) in [(bytes[1], "second"), (bytes[2], "third")] {
      guard isDigit(byte) || "AB".utf8.contains(byte) else {
        throw refusal("its \(which) character is not a digit, A or B")
      }
    }
    // Of all codes only those of activities (Y93.I) have an I behind the dot, and none an O: whoever
    // writes one means 1 or 0.
    let slips = compact.hasPrefix("Y93") ? "O".utf8 : "IO".utf8
    guard
      bytes.dropFirst(3).allSatisfy({
        isDigit($0) || (isUppercaseLetter($0) && !slips.contains($0))
      })
    else { throw refusal("behind the dot are only digits and letters other than I and O") }
    self.compact = compact
  }

  /// For the codes written in this module, which a test reads back.
  init(uncheckedCompact compact: String) {
    self.compact = compact
  }

  public var description: String {
    compact.utf8.count == 3 ? compact : "\(category).\(compact.dropFirst(3))"
  }

  /// The first three characters: "M54".
  public var category: String { String(compact.prefix(3)) }

  public static func < (left: ICD10CM, right: ICD10CM) -> Bool { left.compact < right.compact }
}
