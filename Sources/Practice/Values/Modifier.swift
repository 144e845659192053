/// A two-character modifier of a procedure code: "59", "XS".
public struct Modifier: TextValue {
  public static let what = "modifier"
  public static let example = "59"

  public let description: String

  public init(_ text: String) throws(ValueError) {
    let code = text.uppercased()
    guard code.utf8.count == 2, code.utf8.allSatisfy({ isDigit($0) || isUppercaseLetter($0) })
    else {
      throw ValueError(
        Self.what, given: text, problem: "it is not two letters or digits",
        remedy: "write it like \"\(Self.example)\" or \"XS\"")
    }
    description = code
  }
}
