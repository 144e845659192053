import Foundation
import Practice

/// Makes a command from flags or from JSON; both go through the same decoding and checks.
enum CommandInput {
  /// - Throws: `InputError` naming the field at fault.
  static func decode<C: Command>(_ type: C.Type, json: Data) throws -> C {
    let object: Any
    do {
      object = try JSONSerialization.jsonObject(with: json)
    } catch {
      let detail = (error as NSError).userInfo["NSDebugDescription"] as? String
      throw InputError(field: nil, "this is not JSON: \(detail ?? "it cannot be parsed")")
    }
    guard let members = object as? [String: Any] else {
      throw InputError(field: nil, "the JSON must be one object with the fields of \(C.name)")
    }
    let known = C.fields.map(\.name)
    for name in members.keys.sorted() where !known.contains(name) {
      throw InputError(
        field: name, "\(C.name) has no such field; it has \(known.joined(separator: ", "))")
    }
    do {
      return try JSONDecoder().decode(C.self, from: json)
    } catch let error as DecodingError {
      throw InputError(error)
    }
  }

  static func decode<C: Command>(_ type: C.Type, flags words: [String]) throws -> C {
    let fields = C.fields
    let flags = try DynamicFlags(words, definitions(fields), of: C.name)
    var members: [String: Any] = [:]
    for (flag, text) in flags.values {
      guard let field = fields.first(where: { $0.flag == flag }) else { continue }
      switch field.kind {
      case .list(let element):
        let items = try self.items(text, element, field)
        members[field.name] = (members[field.name] as? [Any] ?? []) + items
      default: members[field.name] = try value(text, field.kind, field)
      }
    }
    return try decode(type, json: JSONSerialization.data(withJSONObject: members))
  }

  static func definitions(_ fields: [CommandField]) -> [DynamicFlags.Definition] {
    fields.map { field in
      var isList = false
      if case .list = field.kind { isList = true }
      return .init(flag: field.flag, takesValue: field.kind != .flag, isRepeatable: isList)
    }
  }

  private static func value(
    _ text: String, _ kind: CommandField.Kind, _ field: CommandField
  )
    throws -> Any
  {
    switch kind {
    case .text, .choice: return text
    case .integer:
      guard let number = Int(text) else {
        throw InputError(field: field.name, "\"\(text)\" is not a whole number")
      }
      return number
    case .flag:
      guard let flag = ["true": true, "yes": true, "false": false, "no": false][text] else {
        throw InputError(field: field.name, "\"\(text)\" is neither yes nor no")
      }
      return flag
    case .list, .object:
      guard text.hasPrefix("{") || text.hasPrefix("[") else { return text }
      do {
        return try JSONSerialization.jsonObject(with: Data(text.utf8))
      } catch {
        throw InputError(field: field.name, "its value is not JSON")
      }
    }
  }

  /// A repeated flag adds items; short words may also stand together, joined by commas.
  private static func items(
    _ text: String, _ element: CommandField.Kind, _ field: CommandField
  ) throws -> [Any] {
    if text.hasPrefix("[") {
      return try value(text, .list(element), field) as? [Any] ?? []
    }
    if text.hasPrefix("{") { return [try value(text, element, field)] }
    switch element {
    case .text(let example) where example.isEmpty: return [text]
    case .object: return [text]
    default:
      return try text.split(separator: ",").map {
        try value(String($0).trimmingCharacters(in: .whitespaces), element, field)
      }
    }
  }
}

/// Input that does not decode: the field at fault, and what is wrong with it.
struct InputError: Error {
  var field: String?
  var problem: String

  init(field: String?, _ problem: String) {
    self.field = field
    self.problem = problem
  }

  init(_ error: DecodingError) {
    func path(_ context: DecodingError.Context, _ last: (any CodingKey)? = nil) -> String? {
      let keys = context.codingPath + (last.map { [$0] } ?? [])
      let text = keys.reduce(into: "") { text, key in
        if let index = key.intValue {
          text += "[\(index)]"
        } else {
          text += (text.isEmpty ? "" : ".") + key.stringValue
        }
      }
      return text.isEmpty ? nil : text
    }
    switch error {
    case .keyNotFound(let key, let context):
      self.init(field: path(context, key), "it is required")
    case .valueNotFound(_, let context): self.init(field: path(context), "it must not be null")
    case .typeMismatch(let type, let context):
      self.init(field: path(context), "it is not of the right kind (\(Self.word(for: type)))")
    case .dataCorrupted(let context):
      self.init(field: path(context), context.debugDescription)
    @unknown default: self.init(field: nil, "it cannot be read")
    }
  }

  private static func word(for type: Any.Type) -> String {
    switch type {
    case is String.Type: "text in quotes"
    case is Int.Type: "a whole number"
    case is Bool.Type: "true or false"
    default: "\(type)"
    }
  }
}
