import ArgumentParser
import Backend
import EventLog
import Foundation
import Practice
import Reports

extension DocumentFormat: ExpressibleByArgument {}

/// `chartledger document NAME`: every document of the catalogue is a subcommand.
struct DocumentVerb: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "document",
    abstract: "Write a letter, bill, receipt or statement to print or to send.",
    discussion: """
      A document is of a position of the log, which stands in its footer: made again as of then, it
      is the same to the byte. A bill, receipt, statement or estimate is issued once, and every print
      of it is the same.

      Examples:
        chartledger document progress-letter --patient P-0001 --out letter.html
        chartledger document statement --by bob:biller --patient P-0001 --out statement.html
        chartledger document statement --statement stm-4KD92MQX7TWP --format text
      """,
    subcommands: [DocumentCommand<ProgressLetter>.self] + DocumentCatalog.issued.map(subcommand))

  private static func subcommand(_ type: any IssuedDocument.Type) -> any ParsableCommand.Type {
    func generic<D: IssuedDocument>(_ type: D.Type) -> any ParsableCommand.Type {
      IssuedDocumentCommand<D>.self
    }
    return generic(type)
  }
}

/// One kind of document.
struct DocumentCommand<D: DocumentKind>: AsyncParsableCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: D.name, abstract: D.summary,
      discussion: ReportInput.help(D.parameters))
  }

  @OptionGroup var data: DataOption
  @OptionGroup var asOf: AsOfOption
  @OptionGroup var reader: ReaderOption
  @Option(help: "html, to print or to read, text, or json.") var format = DocumentFormat.html
  @Option(help: "A file to write; stdout by default.", completion: .file()) var out: String?

  @Argument(
    parsing: .allUnrecognized,
    help: ArgumentHelp("The document's parameters.", valueName: "parameter flags"),
    completion: .list(D.parameters.map { "--\($0.flag)" }))
  var parameters: [String] = []

  func run() async throws {
    let given = try ReportInput.parameters(D.name, D.parameters, parameters)
    let backend = try data.open()
    let reader = try reader.reader(in: backend)
    try await backend.requireReadable(D.self, given, by: reader)
    let bar = ProgressBar()
    let (document, position) = try backend.read(
      of: D.projectors, asOf: asOf.request(backend),
      progress: { bar.show($0.phase, done: $0.done, total: $0.total) }
    ) { source in (try D.document(given, from: source), source.asOf.position) }
    bar.finish()
    let text = format.render(document)
    try await backend.recordAccess(
      to: "document.\(D.name)", D.parameters, given, by: reader, format: format.rawValue,
      asOf: Position(position))
    guard let out else { return try Console.write(text) }
    try DocumentFile.write(text, to: out)
    Console.say("\(out): as of position \(position)")
  }
}
