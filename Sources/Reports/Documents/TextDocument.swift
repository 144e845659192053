/// A document as plain text of 78 columns: for fax software, e-mail and other programs.
struct TextDocument {
  private let document: Document
  private let width = 78

  init(_ document: Document) { self.document = document }

  func render() -> String {
    let parts =
      [
        document.letterhead, [document.date.inWords], document.recipient,
        [document.title.uppercased()],
      ]
      + document.blocks.map(block)
      + [
        document.signature,
        [String(repeating: "─", count: width)]
          + document.footer.flatMap { TableRenderer.wrap($0.printable, to: width) },
      ]
    return parts.filter { !$0.isEmpty }
      .map { $0.map(\.trimmingTrailingSpaces).joined(separator: "\n") }
      .joined(separator: "\n\n") + "\n"
  }

  private func block(_ block: Document.Block) -> [String] {
    switch block {
    case .heading(let text): return [text, String(repeating: "─", count: text.columns)]
    case .paragraph(let text): return TableRenderer.wrap(text.printable, to: width)
    case .facts(let facts):
      let margin = (facts.map(\.label.columns).max() ?? 0) + 2
      return facts.flatMap { fact in
        TableRenderer.wrap(fact.value.printable, to: width - margin).enumerated().map {
          ($0 == 0 ? fact.label : "").padded(to: margin) + $1
        }
      }
    case .table(let table): return lines(table)
    case .figure(let figure):
      return PlotRenderer(width: width).lines(figure.plot)
        + TableRenderer.wrap(figure.caption.printable, to: width)
    }
  }

  /// As a report's table would be laid out; a row that does not fit becomes a block of lines.
  private func lines(_ table: Document.Table) -> [String] {
    let columns = table.columns.enumerated().map { index, column in
      Column("c\(index)", column.title, column.isNumber ? .integer : .text)
    }
    let all = (table.rows + [table.totals].compactMap { $0 }).map { $0.map(\.printable) }
    guard let layout = TableLayout.fitting(columns, cells: all, width: width) else {
      return all.flatMap { row in
        zip(table.columns, row).flatMap { TableRenderer.wrap("\($0.title): \($1)", to: width) } + [
          ""
        ]
      }.dropLast()
    }
    let rows = table.rows.flatMap { layout.lines($0.map(\.printable)) }
    return layout.lines(columns.map(\.title)) + [layout.rule] + rows
      + (table.totals.map { [layout.rule] + layout.lines($0.map(\.printable)) } ?? [])
  }
}
