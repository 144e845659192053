import Foundation

/// A file of comma-separated values with a header (RFC 4180), read as a whole.
struct CSVTable {
  /// A row by column name, and the line of the file on which it begins, from 1.
  struct Row {
    let line: Int
    private let values: [String: String]

    init(line: Int, values: [String: String]) {
      self.line = line
      self.values = values
    }

    /// The value of a column without the spaces around it; empty when the file has no such column.
    subscript(_ column: String) -> String { values[column] ?? "" }
  }

  let rows: [Row]

  /// - Parameters:
  ///   - required: columns that must be there.
  ///   - optional: columns that may be.
  /// - Throws: `InputError` that names the line.
  init(_ text: String, required: [String], optional: [String] = []) throws {
    var records = try Self.records(text)
    guard !records.isEmpty else {
      throw InputError(field: nil, "line 1: there is no header; it names the columns")
    }
    let header = records.removeFirst().fields.map { $0.trimmingCharacters(in: .whitespaces) }
    let known = required + optional
    if let missing = required.first(where: { !header.contains($0) }) {
      throw InputError(field: nil, "line 1: the column \(missing) is missing")
    }
    let strange = header.first { !known.contains($0) }
    if strange != nil || Set(header).count != header.count {
      throw InputError(
        field: nil,
        "line 1: a column is unknown or there twice; the columns are "
          + known.joined(separator: ", "))
    }
    rows = try records.compactMap { record in
      if record.fields == [""] { return nil }
      guard record.fields.count == header.count else {
        throw InputError(
          field: nil,
          "line \(record.line): it has \(record.fields.count) values, the header \(header.count)")
      }
      let values = record.fields.map { $0.trimmingCharacters(in: .whitespaces) }
      return Row(
        line: record.line, values: Dictionary(zip(header, values), uniquingKeysWith: { $1 }))
    }
  }

  /// Reads a file; `-` is stdin.
  static func text(of path: String) throws -> String {
    let bytes: Data?
    if path == "-" {
      bytes = FileHandle.standardInput.readDataToEndOfFile()
    } else {
      bytes = FileManager.default.contents(atPath: path)
    }
    guard let bytes else { throw UsageError("\(path) cannot be read", hint: "check the path") }
    guard let text = String(bytes: bytes, encoding: .utf8) else {
      throw InputError(field: nil, "\(path) is not UTF-8 text")
    }
    return text.hasPrefix("\u{FEFF}") ? String(text.dropFirst()) : text
  }

  private static func records(_ text: String) throws -> [(line: Int, fields: [String])] {
    var records: [(line: Int, fields: [String])] = []
    var (line, begins) = (1, 1)
    var fields: [String] = []
    var field = ""
    var isQuoted = false
    var wasQuoted = false
    func end() {
      fields.append(field)
      field = ""
      wasQuoted = false
    }
    var index = text.startIndex
    while index < text.endIndex {
      let character = text[index]
      let next = text.index(after: index)
      if character.isNewline { line += 1 }
      if isQuoted {
        if character != "\"" {
          field.append(character)
        } else if next < text.endIndex, text[next] == "\"" {
          field.append("\"")
          index = text.index(after: next)
          continue
        } else {
          isQuoted = false
          wasQuoted = true
        }
      } else if character == "\"", field.isEmpty, !wasQuoted {
        isQuoted = true
      } else if character == "," {
        end()
      } else if character.isNewline {
        end()
        records.append((begins, fields))
        fields = []
        begins = line
      } else if wasQuoted || character == "\"" {
        throw InputError(field: nil, "line \(line): a quotation mark stands inside a value")
      } else {
        field.append(character)
      }
      index = next
    }
    guard !isQuoted else {
      throw InputError(field: nil, "line \(begins): a quotation mark is not closed")
    }
    if !field.isEmpty || !fields.isEmpty || wasQuoted {
      end()
      records.append((begins, fields))
    }
    return records
  }
}
