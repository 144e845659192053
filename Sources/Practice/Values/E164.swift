/// A telephone number in E.164: "+12016031951".
///
/// Numbers without a country code are North American. Messages never repeat the number.
public struct E164: TextValue {
  public static let what = "phone number"
  public static let example = "+12016031951"

  public let description: String

  /// Reads "(201) 603-1951", "1-201-603-1951", "201.603.1951", "+44 20 7946 0000".
  public init(_ text: String) throws(ValueError) {
    func refusal(_ problem: String) -> ValueError {
      ValueError(
        Self.what, problem: problem,
        remedy: "write it like \"(201) 603-1951\" or, abroad, \"+442079460000\"")
    }
    let isInternational = text.hasPrefix("+")
    let written = isInternational ? text.dropFirst() : text[...]
    guard written.allSatisfy({ "0123456789 ()-.".contains($0) }) else {
      throw refusal("it has characters other than digits, spaces and ( ) - .")
    }
    let digits = written.filter(\.isNumber)
    let number = !isInternational && digits.utf8.count == 10 ? "1" + digits : digits
    if isInternational && !number.hasPrefix("1") {
      guard (8...15).contains(number.utf8.count), !number.hasPrefix("0") else {
        throw refusal("an international number has 8 to 15 digits and does not begin with 0")
      }
    } else {
      try Self.checkNorthAmerican(number, refusal: refusal)
    }
    description = "+" + number
  }

  /// Area code and exchange of the North American Numbering Plan begin with 2 to 9.
  private static func checkNorthAmerican(
    _ number: String, refusal: (String) -> ValueError
  ) throws(ValueError) {
    guard number.utf8.count == 11, number.hasPrefix("1") else {
      throw refusal("a North American number has ten digits")
    }
    let digits = Array(number)
    guard ("2"..."9").contains(digits[1]) else {
      throw refusal("an area code does not begin with 0 or 1")
    }
    guard ("2"..."9").contains(digits[4]) else {
      throw refusal("the digits after the area code do not begin with 0 or 1")
    }
  }
}
