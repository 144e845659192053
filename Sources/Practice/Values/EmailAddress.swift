/// An e-mail address, checked only as far as a typing mistake or an injected header would show.
/// Messages never repeat it.
public struct EmailAddress: TextValue {
  public static let what = "e-mail address"
  public static let example = "front.desk@example.org"

  /// The domain in lower case, the part before it as it was written.
  public let description: String

  public init(_ text: String) throws(ValueError) {
    func refusal(_ problem: String) -> ValueError {
      ValueError(Self.what, problem: problem, remedy: "write it like \"\(Self.example)\"")
    }
    guard text.utf8.count <= 254 else { throw refusal("it is longer than 254 characters") }
    guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) && !"<>,;:\"()[]\\".utf8.contains($0) })
    else { throw refusal("it has a space or a character that addresses cannot have") }
    let parts = text.split(separator: "@", omittingEmptySubsequences: false)
    guard parts.count == 2, (1...64).contains(parts[0].utf8.count) else {
      throw refusal("it is not a name, one @ and a domain")
    }
    let domain = parts[1].lowercased()
    let labels = domain.split(separator: ".", omittingEmptySubsequences: false)
    guard labels.count >= 2,
      labels.allSatisfy({ !$0.isEmpty && !$0.hasPrefix("-") && !$0.hasSuffix("-") }),
      domain.utf8.allSatisfy({ isDigit($0) || (0x61...0x7A).contains($0) || "-.".utf8.contains($0) }
      )
    else { throw refusal("what follows the @ is not a domain") }
    description = "\(parts[0])@\(domain)"
  }
}
