/// A value of the clinic's language that is written as one short text: a date, an amount, a code.
///
/// Reading checks every rule of the type, so a value that exists is a valid one. The canonical
/// `description` reads back as the same value. In JSON it is one string.
public protocol TextValue: Sendable, Hashable, Codable, CustomStringConvertible {
  /// What a message calls it: "NPI", "date".
  static var what: String { get }
  /// A valid text, shown where a message says how to write one.
  static var example: String { get }
  /// Reads a text as people or files write it.
  init(_ text: String) throws(ValueError)
}

extension TextValue {
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    guard let text = try? container.decode(String.self) else {
      let error = ValueError(
        Self.what, problem: "it is not a JSON string", remedy: "write it as \"\(Self.example)\"")
      throw DecodingError.dataCorruptedError(in: container, debugDescription: error.description)
    }
    do {
      try self.init(text)
    } catch {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: error.description)
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
