import Practice

/// One object: what was asked, as of what it holds, the columns, and the rows as objects.
/// Money is integer cents, dates are ISO, instants RFC 3339 UTC, keys are in a fixed order.
enum JSONRenderer {
  static func render(_ answer: ReportAnswer) -> String {
    let rows = answer.body.rows.map { "    " + object(row: $0, answer.columns) }
    return """
      {
        "report": \(string(answer.name)),
        "title": \(string(answer.title)),
        "subject": \(answer.body.subject.map(string) ?? "null"),
        "parameters": \(parameters(answer)),
        "asOf": \(asOf(answer)),
        "columns": [
      \(answer.columns.map { "    " + column($0) }.joined(separator: ",\n"))
        ],
        "rows": [\(rows.isEmpty ? "" : "\n" + rows.joined(separator: ",\n") + "\n  ")],
        "totals": \(totals(answer)),
        "notes": [\(answer.body.notes.map(string).joined(separator: ", "))]
      }

      """
  }

  static func object(row: [Cell], _ columns: [Column]) -> String {
    var text = "{"
    for (column, cell) in zip(columns, row) {
      if text.utf8.count > 1 { text += ", " }
      append(column.name, to: &text)
      text += ": "
      text += value(cell)
    }
    return text + "}"
  }

  static func parameters(_ answer: ReportAnswer) -> String {
    members(answer.parameters.map { ($0.name, string($0.value)) })
  }

  /// As a row, or null.
  static func totals(_ answer: ReportAnswer) -> String {
    answer.body.totals.map { object(row: $0, answer.columns) } ?? "null"
  }

  static func asOf(_ answer: ReportAnswer) -> String {
    guard let asOf = answer.asOf else { return "null" }
    return members([
      ("position", String(asOf.position)),
      ("recordedAt", asOf.recordedAt.map { string($0.description) } ?? "null"),
      (
        "projectors",
        members(answer.projectorVersions.map { ($0.name, String($0.version)) })
      ),
    ])
  }

  private static func column(_ column: Column) -> String {
    members([
      ("name", string(column.name)), ("title", string(column.title)),
      ("kind", string(column.kind.rawValue)),
      ("unit", string(column.kind == .money ? "cents" : column.unit)),
    ])
  }

  static func members(_ members: [(String, String)]) -> String {
    members.isEmpty
      ? "{}" : "{" + members.map { "\(string($0.0)): \($0.1)" }.joined(separator: ", ") + "}"
  }

  static func value(_ cell: Cell) -> String {
    switch cell {
    case .none: "null"
    case .integer(let number): String(number)
    case .money(let money): String(money.cents)
    case .flag(let flag): flag ? "true" : "false"
    case .list(let items): "[" + items.map(string).joined(separator: ", ") + "]"
    case .hundredths(let number): Cell.decimal(hundredths: number)
    case .text, .rate, .date, .time, .instant: string(cell.text)
    }
  }

  /// A JSON string (RFC 8259).
  static func string(_ text: String) -> String {
    var quoted = ""
    append(text, to: &quoted)
    return quoted
  }

  private static func append(_ string: String, to text: inout String) {
    text += "\""
    // Most have nothing to be escaped.
    if string.utf8.contains(where: isEscaped) {
      for scalar in string.unicodeScalars { append(scalar, to: &text) }
    } else {
      text += string
    }
    text += "\""
  }

  private static func isEscaped(_ byte: UInt8) -> Bool {
    byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
  }

  private static func append(_ scalar: Unicode.Scalar, to text: inout String) {
    switch scalar {
    case "\"": text += "\\\""
    case "\\": text += "\\\\"
    case "\n": text += "\\n"
    case "\r": text += "\\r"
    case "\t": text += "\\t"
    case _ where scalar.value < 0x20:
      let hex = String(scalar.value, radix: 16)
      text += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
    default: text.unicodeScalars.append(scalar)
    }
  }
}

/// A line for the answer, then one for each row.
enum NDJSONRenderer {
  static func render(_ answer: ReportAnswer) -> String {
    let head = JSONRenderer.members([
      ("report", JSONRenderer.string(answer.name)),
      ("parameters", JSONRenderer.parameters(answer)), ("asOf", JSONRenderer.asOf(answer)),
      ("rows", String(answer.body.rows.count)), ("totals", JSONRenderer.totals(answer)),
    ])
    let rows = answer.body.rows.map { JSONRenderer.object(row: $0, answer.columns) }
    return ([head] + rows).joined(separator: "\n") + "\n"
  }
}
