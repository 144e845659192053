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
    members(zip(columns, row).map { ($0.name, value($1)) })
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
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case "\n": quoted += "\\n"
      case "\r": quoted += "\\r"
      case "\t": quoted += "\\t"
      case _ where scalar.value < 0x20:
        let hex = String(scalar.value, radix: 16)
        quoted += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
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
