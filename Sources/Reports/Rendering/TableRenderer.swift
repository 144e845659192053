import Practice

/// A table for a terminal: headers, right-aligned numbers, totals, notes, and as of what it holds.
///
/// Words are not broken for the sake of the width. Where the columns do not fit even so, details
/// are left out; where they still do not fit, each row becomes a block with a line for each value.
struct TableRenderer {
  let width: Int

  func render(_ answer: ReportAnswer) -> String {
    let body = answer.body
    var lines = Self.wrap(heading(answer), to: width)
    if let plot = body.plot { lines += [""] + PlotRenderer(width: min(width, 100)).lines(plot) }
    lines.append("")
    lines += body.rows.isEmpty ? ["(nothing)"] : rows(answer)
    lines.append("")
    lines += body.notes.flatMap { Self.wrap($0, to: width) }
    let count = "\(body.rows.count) row\(body.rows.count == 1 ? "" : "s")"
    lines += Self.wrap(answer.asOf.map { "\(count), \($0.text)" } ?? count, to: width)
    return lines.joined(separator: "\n") + "\n"
  }

  private func heading(_ answer: ReportAnswer) -> String {
    let title = answer.title + (answer.body.subject.map { ": \($0.printable)" } ?? "")
    guard !answer.parameters.isEmpty else { return title }
    let texts = answer.parameters.map { "\($0.name) \($0.value.printable)" }
    return title + " (" + texts.joined(separator: ", ") + ")"
  }

  private func rows(_ answer: ReportAnswer) -> [String] {
    let columns = answer.columns
    func texts(_ row: [Cell]) -> [String] { zip(row, columns).map { $0.tableText(in: $1) } }
    let rows = answer.body.rows.map(texts)
    let totals = answer.body.totals.map(texts)
    let all = rows + (totals.map { [$0] } ?? [])
    guard let layout = TableLayout.fitting(columns, cells: all, width: width) else {
      return blocks(rows, totals, columns)
    }
    let hidden = columns.indices.filter { !layout.shown.contains($0) }.map { columns[$0].title }
    let note =
      hidden.isEmpty
      ? []
      : Self.wrap(
        "Left out for want of width: \(hidden.joined(separator: ", ")).", to: width)
    return layout.lines(columns.map(\.title)) + [layout.rule] + rows.flatMap(layout.lines)
      + (totals.map { [layout.rule] + layout.lines($0) } ?? []) + note
  }

  private func blocks(_ rows: [[String]], _ totals: [String]?, _ columns: [Column]) -> [String] {
    let labels = columns.map(\.title)
    let margin = (labels.map(\.columns).max() ?? 0) + 2
    func block(_ head: String, _ row: [String]) -> [String] {
      let rule = head + " " + String(repeating: "─", count: max(3, width - head.columns - 1))
      return [rule]
        + zip(labels, row).flatMap { label, text in
          text.isEmpty
            ? []
            : Self.wrap(text, to: max(20, width - margin)).enumerated().map { index, line in
              (index == 0 ? label : "").padded(to: margin) + line
            }
        }
    }
    return rows.enumerated().flatMap { block("─ \($0.offset + 1)", $0.element) }
      + (totals.map { block("─ total", $0) } ?? [])
  }

  /// Breaks at line breaks and spaces, and within a word only when it alone is too long.
  static func wrap(_ text: String, to width: Int) -> [String] {
    text.split(separator: "\n", omittingEmptySubsequences: false)
      .flatMap { wrap(line: String($0), to: width) }
  }

  private static func wrap(line text: String, to width: Int) -> [String] {
    guard text.columns > width, width > 0 else { return [text] }
    var lines: [String] = []
    var current = ""
    for word in text.split(separator: " ", omittingEmptySubsequences: false) {
      var word = Substring(word)
      if !current.isEmpty && current.columns + 1 + word.columns <= width {
        current += " " + word
        continue
      }
      if !current.isEmpty { lines.append(current) }
      while word.columns > width {
        // A character wider than the whole line still has to go somewhere.
        let part = word.prefix(columns: width)
        let taken = part.isEmpty ? word.prefix(1) : part
        lines.append(String(taken))
        word = word.dropFirst(taken.count)
      }
      current = String(word)
    }
    return lines + (current.isEmpty ? [] : [current])
  }
}

extension Cell {
  /// As it stands in a table: flags as signs, instants to the second, a line for each item of a
  /// list, and nothing that a terminal would act on.
  fileprivate func tableText(in column: Column) -> String {
    switch self {
    case .text(let name) where column.kind == .eventType: name.words.printable
    case .flag(let flag): flag ? "✔" : "✖"
    case .list(let items): items.map(\.printable).joined(separator: "\n")
    case .instant(let instant):
      Instant(secondsSinceEpoch: instant.microseconds / 1_000_000).description
    default: text.printable
    }
  }
}

extension Column.Kind {
  var isNumber: Bool {
    switch self {
    case .integer, .money, .rate, .hundredths: true
    case .text, .date, .time, .instant, .flag, .list, .patient, .eventType: false
    }
  }
  var isText: Bool { [.text, .list, .patient, .eventType].contains(self) }
}

extension String {
  /// `SoapNoteSigned` as `Soap note signed`.
  public var words: String {
    reduce(into: "") { text, character in
      text += text.isEmpty || !character.isUppercase ? "\(character)" : " \(character.lowercased())"
    }
  }

  func padded(to width: Int, onTheLeft: Bool = false) -> String {
    let spaces = String(repeating: " ", count: max(0, width - columns))
    return onTheLeft ? spaces + self : self + spaces
  }

  var trimmingTrailingSpaces: String {
    var text = Substring(self)
    while text.last == " " { text = text.dropLast() }
    return String(text)
  }
}
