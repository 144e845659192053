/// One field of a command, as a form, a flag parser or a help page needs to know it.
public struct CommandField: Sendable, Hashable {
  public enum Kind: Sendable, Hashable {
    /// Written as text; the example shows how.
    case text(example: String)
    case integer
    case flag
    /// One of these words.
    case choice([String])
    /// Several of them.
    indirect case list(Kind)
    /// Fields of its own; in JSON an object.
    case object([CommandField])
  }

  /// camelCase, as in JSON.
  public var name: String
  public var kind: Kind
  public var isRequired: Bool
  public var help: String

  /// kebab-case, as a flag without its dashes.
  public var flag: String { name.kebabCased }
}

extension Command {
  /// The fields of this command, in the order of their declaration; none should it not describe
  /// itself, which the test of the catalogue rules out.
  public static var fields: [CommandField] { (try? describeFields()) ?? [] }

  /// Reads the fields off the `Decodable` conformance: the command is decoded from a form that
  /// writes down what it is asked for and answers with examples.
  ///
  /// - Throws: what the decoding of a field's type throws at its example.
  public static func describeFields() throws -> [CommandField] {
    let form = FieldRecorder()
    _ = try Self(from: FormDecoder(recorder: form))
    return form.fields.map { field in
      var field = field
      field.help = help[field.name] ?? ""
      field.kind = field.kind.naming(field.name)
      return field
    }
  }
}

extension CommandField.Kind {
  /// With an identifier of what the field names as its example: `chg-…` for `charges`.
  fileprivate func naming(_ field: String) -> Self {
    switch self {
    case .list(let element): .list(element.naming(field))
    case .text(example: EntityID.example):
      .text(
        example: EntityID.Kind.named(by: field).map { EntityID.example(of: $0) } ?? "an identifier")
    default: self
    }
  }
}

extension EntityID.Kind {
  /// The kind that a field of a command speaks of, one or several: `charges`, `nextClaim`.
  fileprivate static func named(by field: String) -> Self? {
    let name = (field.hasSuffix("s") ? String(field.dropLast()) : field).lowercased()
    func word(_ kind: Self) -> String { "\(kind)".lowercased() }
    return allCases.first { word($0) == name }
      ?? allCases.first { name.hasSuffix(word($0)) || word($0).hasSuffix(name) }
  }
}

/// Collects what a decoded type asks for.
private final class FieldRecorder {
  var fields: [CommandField] = []
  func note(_ key: any CodingKey, _ kind: CommandField.Kind, required: Bool) {
    fields.append(
      CommandField(name: key.stringValue, kind: kind, isRequired: required, help: ""))
  }
}

private struct FormDecoder: Decoder {
  let recorder: FieldRecorder
  var codingPath: [any CodingKey] { [] }
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedDecodingContainer<Key> {
    KeyedDecodingContainer(Form<Key>(recorder: recorder))
  }
  func unkeyedContainer() throws -> any UnkeyedDecodingContainer { throw FormError.notAForm }
  func singleValueContainer() throws -> any SingleValueDecodingContainer {
    throw FormError.notAForm
  }
}

private enum FormError: Error { case notAForm }

private struct Form<Key: CodingKey>: KeyedDecodingContainerProtocol {
  let recorder: FieldRecorder
  var codingPath: [any CodingKey] { [] }
  var allKeys: [Key] { [] }

  func contains(_ key: Key) -> Bool { true }
  func decodeNil(forKey key: Key) -> Bool { false }

  func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
    let (kind, example) = try Self.describe(type)
    recorder.note(key, kind, required: true)
    return example
  }

  func decodeIfPresent<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T? {
    let (kind, example) = try Self.describe(type)
    recorder.note(key, kind, required: false)
    return example
  }

  func decodeIfPresent(_ type: String.Type, forKey key: Key) throws -> String? {
    recorder.note(key, .text(example: ""), required: false)
    return ""
  }
  func decodeIfPresent(_ type: Int.Type, forKey key: Key) throws -> Int? {
    recorder.note(key, .integer, required: false)
    return 0
  }
  func decodeIfPresent(_ type: Bool.Type, forKey key: Key) throws -> Bool? {
    recorder.note(key, .flag, required: false)
    return false
  }

  func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type, forKey key: Key
  ) throws -> KeyedDecodingContainer<Nested> { throw FormError.notAForm }
  func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
    throw FormError.notAForm
  }
  func superDecoder() throws -> any Decoder { throw FormError.notAForm }
  func superDecoder(forKey key: Key) throws -> any Decoder { throw FormError.notAForm }

  /// How a value of the type is written, and an example of one.
  private static func describe<T: Decodable>(_ type: T.Type) throws -> (CommandField.Kind, T) {
    let kind: CommandField.Kind
    let example: Any
    switch type {
    case is String.Type: (kind, example) = (.text(example: ""), "")
    case is Int.Type: (kind, example) = (.integer, 0)
    case is Bool.Type: (kind, example) = (.flag, false)
    case is SubjectReference.Type:
      (kind, example) = (.text(example: "an id"), SubjectReference(""))
    case let text as any TextValue.Type:
      (kind, example) = (.text(example: text.example), try text.init(text.example))
    case let choice as any WordChoice.Type:
      (kind, example) = (.choice(choice.words), try choice.first())
    case let list as any ListOfFields.Type:
      (kind, example) = (.list(try describeElement(list.elementType)), list.none)
    default:
      let nested = FieldRecorder()
      example = try T(from: FormDecoder(recorder: nested))
      kind = .object(nested.fields)
    }
    guard let value = example as? T else { throw FormError.notAForm }
    return (kind, value)
  }

  private static func describeElement(_ type: any Decodable.Type) throws -> CommandField.Kind {
    func kind<T: Decodable>(_ type: T.Type) throws -> CommandField.Kind { try describe(type).0 }
    return try kind(type)
  }
}

/// A closed set of words that a field may hold.
public protocol WordChoice: CaseIterable, RawRepresentable, Codable, Sendable
where RawValue == String {}

extension WordChoice {
  /// Reads one of the words, in upper or lower case; the error names them all.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard
      let choice = Self.allCases.first(where: { $0.rawValue.lowercased() == text.lowercased() })
    else {
      throw DecodingError.dataCorruptedError(
        in: container,
        debugDescription: "\"\(text.prefix(40))\" is none of \(Self.words.joined(separator: ", "))")
    }
    self = choice
  }

  fileprivate static var words: [String] { allCases.map(\.rawValue) }
  fileprivate static func first() throws -> Self {
    guard let first = allCases.first else { throw FormError.notAForm }
    return first
  }
}

private protocol ListOfFields {
  static var elementType: any Decodable.Type { get }
  static var none: Any { get }
}

extension Array: ListOfFields where Element: Decodable {
  fileprivate static var elementType: any Decodable.Type { Element.self }
  fileprivate static var none: Any { [Element]() }
}
