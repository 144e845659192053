/// A US ZIP code of five or nine digits. Messages never repeat it.
public struct PostalCode: TextValue {
  public static let what = "ZIP code"
  public static let example = "07030-1234"

  /// Five or nine digits without a hyphen, as X12 carries them.
  public let digits: String

  /// Reads "07030", "07030-1234" or "070301234".
  public init(_ text: String) throws(ValueError) {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    let digits = parts.joined()
    guard digits.utf8.allSatisfy(isDigit), [[5], [9], [5, 4]].contains(parts.map(\.utf8.count))
    else {
      throw ValueError(
        Self.what, problem: "it is not five or nine digits",
        remedy: "write it like \"07030\" or \"\(Self.example)\"")
    }
    self.digits = digits
  }

  public var description: String {
    digits.utf8.count == 5 ? digits : "\(digits.prefix(5))-\(digits.suffix(4))"
  }
}
