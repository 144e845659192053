import Foundation

/// The few pieces of JSON that the server writes itself.
enum JSONText {
  static func string(_ text: String) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .withoutEscapingSlashes
    let data = try? encoder.encode(text)
    return data.map { String(decoding: $0, as: UTF8.self) } ?? "\"\""
  }

  /// An object whose values are JSON already.
  static func object(_ members: [(String, String)]) -> String {
    "{" + members.map { "\(string($0.0)): \($0.1)" }.joined(separator: ", ") + "}"
  }

  static func array(_ items: [String]) -> String { "[" + items.joined(separator: ", ") + "]" }
}

/// JSON whose members keep their order.
indirect enum JSONValue: ExpressibleByStringLiteral {
  case string(String)
  case integer(Int)
  case boolean(Bool)
  case array([JSONValue])
  case object([(String, JSONValue)])

  init(stringLiteral text: String) { self = .string(text) }

  var text: String {
    switch self {
    case .string(let text): JSONText.string(text)
    case .integer(let number): String(number)
    case .boolean(let flag): flag ? "true" : "false"
    case .array(let items): JSONText.array(items.map(\.text))
    case .object(let members): JSONText.object(members.map { ($0.0, $0.1.text) })
    }
  }
}

/// Pieces of JSON Schema (2020-12).
extension JSONValue {
  static func type(_ name: String, format: String? = nil) -> JSONValue {
    .object([("type", .string(name))] + (format.map { [("format", .string($0))] } ?? []))
  }

  static func list(_ items: JSONValue) -> JSONValue {
    .object([("type", "array"), ("items", items)])
  }

  static func nullable(_ schema: JSONValue) -> JSONValue {
    .object([("anyOf", .array([schema, .type("null")]))])
  }

  static func reference(_ component: String) -> JSONValue {
    .object([("$ref", .string("#/components/\(component)"))])
  }

  /// An object that has each of the properties, and no other.
  static func record(_ description: String, _ properties: [(String, JSONValue)]) -> JSONValue {
    .object(
      [("type", "object")] + (description.isEmpty ? [] : [("description", .string(description))])
        + [
          ("properties", .object(properties)),
          ("required", .array(properties.map { .string($0.0) })),
          ("additionalProperties", .boolean(false)),
        ])
  }
}
