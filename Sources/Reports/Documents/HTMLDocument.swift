/// A document as one HTML file that needs nothing else: for the screen, and for US letter paper.
struct HTMLDocument {
  private let document: Document

  init(_ document: Document) { self.document = document }

  func render() -> String {
    let figures = document.blocks.indices.map { "f\($0)" }
    let body = zip(document.blocks, figures).map(block).joined(separator: "\n")
    return """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
      <title>\(escaped(document.title))</title>
      <style>
      \(Self.style)
      </style>
      </head>
      <body>
      <header>\(lines(document.letterhead))</header>
      <p class="date"><time datetime="\(document.date)">\(document.date.inWords)</time></p>
      \(document.recipient.isEmpty ? "" : "<address>\(lines(document.recipient))</address>")
      <main>
      <h1>\(escaped(document.title))</h1>
      \(body)
      \(document.signature.isEmpty ? "" : "<div class=\"signature\">\(lines(document.signature))</div>")
      </main>
      <footer>\(lines(document.footer))</footer>
      </body>
      </html>

      """
  }

  private func block(_ block: Document.Block, id: String) -> String {
    switch block {
    case .heading(let text): return "<h2>\(escaped(text))</h2>"
    case .paragraph(let text): return "<p>\(escaped(text))</p>"
    case .facts(let facts):
      let items = facts.map { "<dt>\(escaped($0.label))</dt><dd>\(escaped($0.value))</dd>" }
      return "<dl>\n\(items.joined(separator: "\n"))\n</dl>"
    case .table(let table): return self.table(table)
    case .figure(let figure):
      return """
        <figure>
        \(SVGPlot(figure.plot, prefix: id).render())<figcaption>\(escaped(figure.caption))</figcaption>
        </figure>
        """
    }
  }

  private func table(_ table: Document.Table) -> String {
    func row(_ texts: [String], _ tag: String) -> String {
      let cells = zip(table.columns, texts).map { column, text in
        "<\(tag)\(column.isNumber ? " class=\"n\"" : "")>\(escaped(text))</\(tag)>"
      }
      return "<tr>\(cells.joined())</tr>"
    }
    let rows = table.rows.map { row($0, "td") }.joined(separator: "\n")
    let totals = table.totals.map { "\n<tfoot>\(row($0, "td"))</tfoot>" } ?? ""
    return """
      <table>
      <thead>\(row(table.columns.map(\.title), "th"))</thead>
      <tbody>
      \(rows)
      </tbody>\(totals)
      </table>
      """
  }

  private func lines(_ lines: [String]) -> String {
    lines.map { "<div>\(escaped($0))</div>" }.joined()
  }

  private func escaped(_ text: String) -> String { XMLText.escaped(text) }

  private static let style = """
    @page { size: letter; margin: 15mm 20mm; }
    body { font: 10.5pt/1.45 Georgia, "Times New Roman", "Liberation Serif", serif; color: #222;
      max-width: 44rem; margin: 2rem auto; padding: 0 1rem; }
    header { border-bottom: 1.5pt solid #222; padding-bottom: .5rem; font-size: 9.5pt; }
    header div:first-child { font-size: 15pt; font-weight: bold; }
    .date { margin: 1.2rem 0; }
    address { font-style: normal; margin-bottom: 1.4rem; }
    h1 { font-size: 13pt; margin: 1.2rem 0 .6rem; }
    h2 { font-size: 11pt; margin: 1.3rem 0 .3rem; break-after: avoid; }
    p { margin: .5rem 0; }
    dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1.2rem; margin: .6rem 0; }
    dt { color: #5a5a5a; } dd { margin: 0; }
    table { border-collapse: collapse; width: 100%; margin: .6rem 0; font-size: 9.5pt; }
    th { text-align: left; border-bottom: 1pt solid #222; vertical-align: bottom; }
    td { border-bottom: .5pt solid #bbb; vertical-align: top; }
    th, td { padding: .25rem .6rem .25rem 0; }
    th:last-child, td:last-child { padding-right: 0; }
    .n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
    tfoot { display: table-row-group; }
    tfoot td { font-weight: bold; border-bottom: 0; border-top: 1pt solid #222; }
    tr, figure, .signature, footer { break-inside: avoid; }
    figure { margin: 1rem 0; } figure svg { width: 100%; height: auto; }
    figcaption { font-size: 9pt; color: #5a5a5a; }
    .signature { margin-top: 2.4rem; }
    .signature div:first-child { margin-bottom: 2.2rem; }
    @media print { body { margin: 0 auto; padding: 0; } .date, address { margin: .8rem 0; }
      figure { margin: .6rem 0; } .signature { margin-top: 1.4rem; }
      footer { margin-top: 1.2rem; break-before: avoid; } }
    footer { margin-top: 2rem; padding-top: .4rem; border-top: .5pt solid #bbb; font-size: 7.5pt;
      color: #5a5a5a; overflow-wrap: anywhere; }
    """
}
