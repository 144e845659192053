import PracticeEvents

/// Refuses an empty or overlong text.
func require(_ text: String, in field: String, atMost limit: Int) throws {
  guard !text.isEmpty, text.count <= limit else {
    throw Refusal(
      rule: "text.length", field: field,
      problem: text.isEmpty ? "\(field) is empty" : "\(field) has more than \(limit) characters",
      remedy: "give 1 to \(limit) characters")
  }
}

/// Refuses a text that cannot be looked up by: the log's index takes printable ASCII.
func requirePlain(_ text: String, in field: String, atMost limit: Int) throws {
  try require(text, in: field, atMost: limit)
  guard text.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else {
    throw Refusal(
      rule: "text.plain", field: field, problem: "\(field) has a sign that is not plain ASCII",
      remedy: "use letters, digits and signs without spaces")
  }
}

extension Facts {
  /// Refuses an identifier that an earlier fact has.
  func requireUnused(_ id: String, field: String) throws {
    let entity = try EntityID(id)
    guard try owner(of: .entity(entity)) == nil else {
      throw Refusal(
        rule: "identifier.taken", field: field, problem: "\(id) is in use",
        remedy: "leave \(field) out to get a new identifier")
    }
  }
}
