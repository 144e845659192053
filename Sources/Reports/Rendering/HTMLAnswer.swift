import Practice

/// An answer as HTML that needs no script: the picture, the table, the notes, and as of what it
/// holds. Every value is escaped; no attribute carries style, so that a strict Content-Security-
/// Policy can stand.
public struct HTMLAnswer {
  private let answer: ReportAnswer
  private let patientLink: ((String) -> String)?

  /// - Parameter patientLink: where the MRN of a patient leads, as a URL; nil is nowhere.
  public init(_ answer: ReportAnswer, patientLink: ((String) -> String)? = nil) {
    self.answer = answer
    self.patientLink = patientLink
  }

  /// A whole page by itself, to be kept, sent or printed.
  public func page() -> String { Self.page(of: [answer]) }

  /// Several on one page.
  static func page(of answers: [ReportAnswer]) -> String {
    let sections = answers.map { answer in
      "<h1>\(XMLText.escaped(answer.title))</h1>\n\(HTMLAnswer(answer).fragment())"
    }
    return HTMLPage.render(
      title: answers.first?.title ?? "",
      head: """
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">

        """,
      body: "<main>\n\(sections.joined(separator: "\n"))\n</main>")
  }

  /// The part of a page that is the answer.
  public func fragment() -> String {
    let parts: [String] = [subject, parameters, picture, table, notes, asOf]
    return parts.filter { !$0.isEmpty }.joined(separator: "\n")
  }

  private var subject: String {
    answer.body.subject.map { "<h2 class=\"subject\">\(XMLText.escaped($0))</h2>" } ?? ""
  }

  private var parameters: String {
    guard !answer.parameters.isEmpty else { return "" }
    let items = answer.parameters.map { name, value in
      "<div><dt>\(XMLText.escaped(name.asWords))</dt><dd>\(XMLText.escaped(value))</dd></div>"
    }
    return "<dl class=\"asked\">\(items.joined())</dl>"
  }

  private var picture: String {
    answer.body.plot.map { "<figure>\n\(SVGPlot($0).render())</figure>" } ?? ""
  }

  private var table: String {
    guard !answer.body.rows.isEmpty else { return "<p class=\"nothing\">Nothing to show.</p>" }
    let heads = answer.columns.map { column in
      "<th scope=\"col\"\(Self.kind(column))>\(XMLText.escaped(column.title))\(Self.unit(column))</th>"
    }
    let rows = answer.body.rows.map { "<tr>\(cells($0))</tr>" }
    let totals =
      answer.body.totals.map { "\n<tfoot><tr>\(cells($0))</tr></tfoot>" } ?? ""
    let name = XMLText.escaped(answer.title)
    return """
      <div class="scroll\(answer.columns.count > 8 ? " wide" : "")" role="region" \
      aria-label="\(name)" tabindex="0">
      <table>
      <thead><tr>\(heads.joined())</tr></thead>
      <tbody>
      \(rows.joined(separator: "\n"))
      </tbody>\(totals)
      </table>
      </div>
      """
  }

  private func cells(_ row: [Cell]) -> String {
    zip(answer.columns, row).map { column, cell in
      // On a narrow screen each row is a block, and the label stands before the value.
      "<td\(Self.kind(column)) data-label=\"\(XMLText.escaped(column.title))\">"
        + html(cell, column) + "</td>"
    }.joined()
  }

  private func html(_ cell: Cell, _ column: Column) -> String {
    switch (column.kind, cell) {
    case (.patient, _): patients(cell)
    case (.eventType, .text(let name)): XMLText.escaped(name.words)
    default: cell.html
    }
  }

  private func patients(_ cell: Cell) -> String {
    guard let patientLink else { return cell.html }
    func link(_ mrn: String) -> String {
      "<a href=\"\(XMLText.escaped(patientLink(mrn)))\">\(XMLText.escaped(mrn))</a>"
    }
    return switch cell {
    case .text(let mrn): link(mrn)
    case .list(let mrns): mrns.map(link).joined(separator: "<br>")
    default: cell.html
    }
  }

  private static func kind(_ column: Column) -> String {
    switch column.kind {
    case .integer, .money, .rate, .hundredths: " class=\"n\""
    case .text, .list, .eventType: ""
    case .date, .time, .instant, .flag, .patient: " class=\"w\""
    }
  }

  private static func unit(_ column: Column) -> String {
    column.unit.isEmpty ? "" : " <small>\(XMLText.escaped(column.unit))</small>"
  }

  private var notes: String {
    guard !answer.body.notes.isEmpty else { return "" }
    let items = answer.body.notes.map { "<li>\(XMLText.escaped($0))</li>" }
    return "<ul class=\"notes\">\(items.joined(separator: "\n"))</ul>"
  }

  private var asOf: String {
    let count = answer.body.rows.count
    let rows = "\(count) row\(count == 1 ? "" : "s")"
    let versions = answer.projectorVersions.map { "\($0.name) \($0.version)" }
    let made = versions.isEmpty ? "" : "; read models \(versions.joined(separator: ", "))"
    let text = answer.asOf.map { "\(rows), \($0.text)\(made)" } ?? rows
    return "<p class=\"asof\">\(XMLText.escaped(text)).</p>"
  }
}

extension Cell {
  /// As it stands in a table of HTML; nothing for an empty cell.
  fileprivate var html: String {
    switch self {
    case .flag(let flag): "<span class=\"\(flag ? "yes" : "no")\">\(flag ? "yes" : "no")</span>"
    case .list(let items): items.map { XMLText.escaped($0) }.joined(separator: "<br>")
    case .instant(let instant):
      "<time datetime=\"\(instant)\">"
        + "\(Instant(secondsSinceEpoch: instant.microseconds / 1_000_000))</time>"
    case .date(let date): "<time datetime=\"\(date)\">\(date)</time>"
    default: XMLText.escaped(text)
    }
  }
}

extension String {
  /// A camelCase name as people read it: `asOf` is `as of`.
  public var asWords: String { kebabCased.replacing("-", with: " ") }
}
