import Practice

/// RFC 4180 with a header row; amounts are decimal, lists are joined with `; `. A text that a
/// spreadsheet would take for a formula gets a leading apostrophe.
enum CSVRenderer {
  static func render(_ answer: ReportAnswer) -> String {
    let header = answer.columns.map { field($0.name) }
    let rows = answer.body.rows.map { $0.map(value) }
    return ([header] + rows).map { $0.joined(separator: ",") + "\r\n" }.joined()
  }

  private static func value(_ cell: Cell) -> String {
    switch cell {
    case .money(let money): money.description
    case .flag(let flag): flag ? "true" : "false"
    case .list(let items): field(guarded(items.joined(separator: "; ")))
    case .text(let text): field(guarded(text))
    case .none, .integer, .rate, .date, .time, .instant, .hundredths: field(cell.text)
    }
  }

  private static func guarded(_ text: String) -> String {
    guard let first = text.unicodeScalars.first, "=+-@\t\r".unicodeScalars.contains(first) else {
      return text
    }
    return "'" + text
  }

  private static func field(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: { "\",\r\n".unicodeScalars.contains($0) }) else {
      return text
    }
    return "\"" + text.replacing("\"", with: "\"\"") + "\""
  }
}
