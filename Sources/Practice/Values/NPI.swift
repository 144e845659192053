/// A National Provider Identifier: ten digits that begin with 1 or 2, the last of them the Luhn
/// check digit over "80840" and the first nine (45 CFR 162.406 and the CMS check-digit rule).
public struct NPI: TextValue {
  public static let what = "NPI"
  public static let example = "1234567893"

  public let description: String

  public init(_ text: String) throws(ValueError) {
    func refusal(_ problem: String) -> ValueError {
      ValueError(
        Self.what, given: text, problem: problem,
        remedy: "compare it with the provider's entry in the NPPES registry")
    }
    guard text.utf8.count == 10, text.utf8.allSatisfy(isDigit) else {
      throw refusal("it is not ten digits")
    }
    guard text.hasPrefix("1") || text.hasPrefix("2") else {
      throw refusal("it begins with neither 1 nor 2")
    }
    guard Self.luhnSum(text).isMultiple(of: 10) else {
      throw refusal("its check digit does not fit the others")
    }
    description = text
  }

  /// The Luhn sum with the prefix 80840, which always contributes 24.
  private static func luhnSum(_ digits: String) -> Int {
    luhnTerms(digits).reduce(24, +)
  }

  /// What each digit adds to the Luhn sum, the first digit first.
  public var luhnTerms: [Int] { Self.luhnTerms(description) }

  private static func luhnTerms(_ digits: String) -> [Int] {
    let fromRight = digits.utf8.reversed().map { Int($0 - UInt8(ascii: "0")) }
    return fromRight.enumerated().map { digit in
      let weighted = digit.element * (digit.offset.isMultiple(of: 2) ? 1 : 2)
      return weighted / 10 + weighted % 10
    }.reversed()
  }
}
