import Foundation

/// A document's data for other programs: the same texts that people read, by section.
struct JSONDocument: Encodable {
  private let document: Document

  init(_ document: Document) { self.document = document }

  /// The same document gives the same bytes.
  func render() -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    // Texts only: there is nothing in it that cannot be encoded.
    guard let data = try? encoder.encode(self) else { return "{}\n" }
    return String(decoding: data, as: UTF8.self) + "\n"
  }

  private enum Key: String, CodingKey {
    case title, from, date, to, sections, signature, footer
  }

  private struct Section: Encodable {
    var heading: String?
    var paragraph: String?
    var facts: [[String]]?
    var columns: [String]?
    var rows: [[String]]?
    var totals: [String]?
    var figure: String?
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(document.title, forKey: .title)
    try container.encode(document.letterhead, forKey: .from)
    try container.encode(document.date.description, forKey: .date)
    try container.encode(document.recipient, forKey: .to)
    try container.encode(document.blocks.map(section), forKey: .sections)
    try container.encode(document.signature, forKey: .signature)
    try container.encode(document.footer, forKey: .footer)
  }

  private func section(_ block: Document.Block) -> Section {
    switch block {
    case .heading(let text): Section(heading: text)
    case .paragraph(let text): Section(paragraph: text)
    case .facts(let facts): Section(facts: facts.map { [$0.label, $0.value] })
    case .table(let table):
      Section(columns: table.columns.map(\.title), rows: table.rows, totals: table.totals)
    case .figure(let figure): Section(figure: figure.caption)
    }
  }
}
