/// A CPT code (five digits, or four and F, T or U) or an HCPCS Level II code (A to V and four
/// digits); its shape is checked, not whether it exists.
public struct ProcedureCode: TextValue, Comparable {
  public static let what = "procedure code"
  public static let example = "97124"

  public let description: String

  /// Reads "97124" or "s8950".
  public init(_ text: String) throws(ValueError) {
    let code = text.uppercased()
    let bytes = Array(code.utf8)
    let isCPT =
      bytes.count == 5 && bytes.prefix(4).allSatisfy(isDigit)
      && (isDigit(bytes[4]) || "FTU".utf8.contains(bytes[4]))
    let isHCPCS =
      bytes.count == 5 && ("A"..."V").contains(code.prefix(1))
      && bytes.dropFirst().allSatisfy(isDigit)
    guard isCPT || isHCPCS else {
      throw ValueError(
        Self.what, given: text, problem: "it has the shape of neither a CPT nor a HCPCS code",
        remedy: "write five characters, like \"\(Self.example)\" or \"S8950\"")
    }
    description = code
  }

  /// HCPCS Level II rather than CPT.
  public var isHCPCS: Bool { description.utf8.first.map(isUppercaseLetter) ?? false }

  public static func < (left: ProcedureCode, right: ProcedureCode) -> Bool {
    left.description < right.description
  }
}
