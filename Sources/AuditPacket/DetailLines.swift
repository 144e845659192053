import Foundation
import Practice

/// The fields of an event as people read them. The JSON file beside it has them as they are recorded:
/// amounts in cents, days as numbers, names of fields and of enumerations as programs use them.
struct DetailLines {
  let zone: ClinicTimeZone
  /// Names by the ids that stand for them.
  let names: [String: String]

  /// A line each, with two spaces for each level.
  func lines(_ members: [(name: String, value: JSONTree)], indent: Int = 0) -> [String] {
    let space = String(repeating: "  ", count: indent)
    return members.flatMap { name, value -> [String] in
      let words = Self.words(name)
      switch value {
      case .scalar(let text):
        let (label, value) = readable(words, text)
        return ["\(space)\(Self.label(label)): \(value)"]
      case .object(let members):
        return ["\(space)\(Self.label(words)):"] + lines(members, indent: indent + 1)
      case .array(let elements):
        let scalars = elements.compactMap { element -> String? in
          guard case .scalar(let text) = element else { return nil }
          return readable(words, text).value
        }
        guard scalars.count < elements.count else {
          let label = Self.label(readable(words, "").label)
          return ["\(space)\(label): \(scalars.joined(separator: ", "))"]
        }
        return elements.enumerated().flatMap { index, element in
          lines([("\(name) \(index + 1)", element)], indent: indent)
        }
      }
    }
  }

  private func readable(_ words: [String], _ text: String) -> (label: [String], value: String) {
    // The event catalogue's conventions: see event.proto.
    if let place = words.firstIndex(of: "cents") {
      var label = words
      label.remove(at: place)
      return (label, Int64(text).map { Money(cents: $0).grouped } ?? text)
    }
    switch words.last {
    case "hundredths":
      return (Array(words.dropLast()), Int64(text).map { Money(cents: $0).grouped } ?? text)
    case "rate":
      return (words, Int64(text).map { "\(Self.decimal($0, digits: 3)) %" } ?? text)
    case "at": return (words, instant(text) ?? text)
    case "on", "from", "through", "until", "to":
      let day = Int32(text).flatMap(\.civilDate)
      return (words, day.map { "\($0)" } ?? word(words, text))
    default: return (words, word(words, text))
    }
  }

  private func word(_ words: [String], _ text: String) -> String {
    if let name = names[text] { return name }
    switch text {
    case "true": return "yes"
    case "false": return "no"
    default: break
    }
    // A word of an enumeration begins with the enumeration's name, which ends as the field's mostly
    // does.
    let parts = text.split(separator: "_").map(String.init)
    let isWord =
      parts.count > 1
      && text.utf8.allSatisfy { byte in
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
          || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "_")
      }
    guard isWord else { return text }
    let end = parts.firstIndex { $0 == words.last?.uppercased() || $0 == "ANSWER" }
    let own = end.map { parts[($0 + 1)...] }.flatMap { $0.isEmpty ? nil : $0 } ?? parts[...]
    return own.map { $0.utf8.count <= 2 && own.count == 1 && $0 != "NO" ? $0 : $0.lowercased() }
      .joined(separator: " ")
  }

  private func instant(_ text: String) -> String? {
    guard let instant = try? Instant(text) else { return nil }
    let local = zone.local(of: instant)
    return "\(local.date) \(local.time) \(zone.offset(at: instant))"
  }

  /// A number of so many decimal places, without zeros at its end.
  private static func decimal(_ value: Int64, digits: Int) -> String {
    let power = (0..<digits).reduce(UInt64(1)) { power, _ in power * 10 }
    let whole = value.magnitude / power
    var rest = String(value.magnitude % power + power).dropFirst()
    while rest.last == "0" { rest.removeLast() }
    return (value < 0 ? "-" : "") + "\(whole)" + (rest.isEmpty ? "" : ".\(rest)")
  }

  private static func words(_ name: String) -> [String] {
    name.reduce(into: [""]) { words, character in
      if character.isUppercase || character == " " { words.append("") }
      if character != " " { words[words.count - 1] += character.lowercased() }
    }
  }

  private static let spellings = [
    "mrn": "MRN", "cpt": "CPT", "icd10cm": "ICD-10-CM", "npi": "NPI", "carc": "CARC",
    "rarc": "RARC", "lmt": "LMT", "id": "ID", "sha256": "SHA-256",
  ]

  private static func label(_ words: [String]) -> String {
    let text = words.map { spellings[$0] ?? $0 }.joined(separator: " ")
    return text.prefix(1).uppercased() + text.dropFirst()
  }
}
