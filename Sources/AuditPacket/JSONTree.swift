import Foundation

/// JSON with its members in the order of the text, to be shown to people.
indirect enum JSONTree {
  case object([(name: String, value: JSONTree)])
  case array([JSONTree])
  /// A text without its quotes, or a number or word as it stands.
  case scalar(String)

  /// Nil for what is not JSON.
  init?(_ text: String) {
    var rest = Array(text.utf8)[...]
    guard let value = Self.value(&rest, depth: 0), rest.isEmpty else { return nil }
    self = value
  }

  private static func value(_ rest: inout ArraySlice<UInt8>, depth: Int) -> JSONTree? {
    guard depth < 64, let first = rest.first else { return nil }
    switch first {
    case UInt8(ascii: "{"):
      var members: [(String, JSONTree)] = []
      let isWhole = items(&rest, until: UInt8(ascii: "}")) { rest in
        guard let name = string(&rest), rest.popFirst() == UInt8(ascii: ":"),
          let value = value(&rest, depth: depth + 1)
        else { return false }
        members.append((name, value))
        return true
      }
      return isWhole ? .object(members.map { (name: $0.0, value: $0.1) }) : nil
    case UInt8(ascii: "["):
      var elements: [JSONTree] = []
      let isWhole = items(&rest, until: UInt8(ascii: "]")) { rest in
        guard let element = value(&rest, depth: depth + 1) else { return false }
        elements.append(element)
        return true
      }
      return isWhole ? .array(elements) : nil
    case UInt8(ascii: "\""):
      return string(&rest).map(JSONTree.scalar)
    default:
      let word = rest.prefix { !",]}".utf8.contains($0) }
      rest = rest[word.endIndex...]
      return word.isEmpty ? nil : .scalar(String(decoding: word, as: UTF8.self))
    }
  }

  /// Reads what stands between brackets, separated by commas.
  private static func items(
    _ rest: inout ArraySlice<UInt8>, until end: UInt8, _ item: (inout ArraySlice<UInt8>) -> Bool
  ) -> Bool {
    rest.removeFirst()
    if rest.first == end {
      rest.removeFirst()
      return true
    }
    while item(&rest) {
      let next = rest.popFirst()
      if next == end { return true }
      guard next == UInt8(ascii: ",") else { return false }
    }
    return false
  }

  private static func string(_ rest: inout ArraySlice<UInt8>) -> String? {
    guard rest.first == UInt8(ascii: "\"") else { return nil }
    var end = rest.startIndex + 1
    while end < rest.endIndex, rest[end] != UInt8(ascii: "\"") {
      end += rest[end] == UInt8(ascii: "\\") ? 2 : 1
    }
    guard end < rest.endIndex else { return nil }
    let quoted = Array("[".utf8) + rest[...end] + Array("]".utf8)
    rest = rest[(end + 1)...]
    return try? JSONDecoder().decode([String].self, from: Data(quoted)).first
  }

  /// The members of the last member, which in an event is its fact.
  var lastMembers: [(name: String, value: JSONTree)] {
    guard case .object(let members) = self, case .object(let fact)? = members.last?.value else {
      return []
    }
    return fact
  }

  /// Every text, number and word in it.
  var scalars: [String] {
    switch self {
    case .scalar(let text): [text]
    case .array(let elements): elements.flatMap(\.scalars)
    case .object(let members): members.flatMap(\.value.scalars)
    }
  }
}
