import ArgumentParser
import Backend
import Foundation
import Practice
import Reports

/// `chartledger report NAME`: every report of the catalogue is a subcommand.
struct ReportVerb: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Answer a question from the read models, now or as of the past.",
    discussion: """
      Examples:
        chartledger report schedule.day --data clinic
        chartledger report ar.aging --data clinic --as-of 2026-03-03 --format csv
        chartledger report progress.patient --data clinic --patient P-0001
      """,
    subcommands: ReportCatalog.all.map(subcommand))

  // Not `FormatOption`: a flag after the report's name is read here too, and a calendar has its own.
  @OptionGroup var output: ReportFormatOption

  func run() async throws {
    let format = output.format ?? .table
    guard format != .ics else { throw FormatOption.noCalendar }
    try Console.write(
      Listing(
        title: "Reports",
        columns: [
          Column("report", "Report", .text), Column("answers", "Answers", .text),
          Column("parameters", "Parameters", .list), Column("roles", "For", .list),
        ],
        rows: ReportCatalog.all.map { report in
          [
            .text(report.name), .text(report.summary), .list(report.parameters.map(\.name)),
            .list(report.roles.map(\.text).sorted()),
          ]
        }
      ).render(format))
  }

  private static func subcommand(_ type: any Report.Type) -> any ParsableCommand.Type {
    func generic<R: Report>(_ type: R.Type) -> any ParsableCommand.Type { ReportCommand<R>.self }
    return generic(type)
  }
}

/// One report of the catalogue.
struct ReportCommand<R: Report>: AsyncParsableCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: R.name, abstract: R.summary, discussion: ReportInput.help(R.parameters))
  }

  @OptionGroup var data: DataOption
  @OptionGroup var asOf: AsOfOption
  @OptionGroup var reader: ReaderOption
  @OptionGroup var output: ReportFormatOption

  @Argument(
    parsing: .allUnrecognized,
    help: ArgumentHelp("The report's parameters.", valueName: "parameter flags"),
    completion: .list(R.parameters.map { "--\($0.flag)" }))
  var parameters: [String] = []

  func run() async throws {
    let given = try ReportInput.parameters(R.name, R.parameters, parameters)
    try await ReportOutput.write(
      R.self, given, try data.open(), asOf, reader, output.format ?? R.defaultFormat)
  }
}

enum ReportInput {
  /// A line for each parameter.
  static func help(_ parameters: [Parameter]) -> String {
    guard !parameters.isEmpty else { return "" }
    return "Parameters:\n"
      + parameters.map { parameter in
        let words = [
          parameter.isRequired ? "required" : "", parameter.kind.rawValue, parameter.help,
          parameter.defaultText.map { "default: \($0)" } ?? "",
        ].filter { !$0.isEmpty }.joined(separator: "; ")
        return "  --\(parameter.flag)  \(words)"
      }.joined(separator: "\n")
  }

  /// Values by parameter name, from flags.
  static func parameters(
    _ name: String, _ parameters: [Parameter], _ words: [String]
  ) throws -> [String: String] {
    let flags = try DynamicFlags(
      words,
      parameters.map { .init(flag: $0.flag, takesValue: true, isRepeatable: false) }, of: name)
    var given: [String: String] = [:]
    for (flag, value) in flags.values {
      if let parameter = parameters.first(where: { $0.flag == flag }) {
        given[parameter.name] = value
      }
    }
    return given
  }
}

enum ReportOutput {
  /// Answers, records the reading, and only then writes.
  static func write(
    _ report: any Report.Type, _ given: [String: String], _ backend: Backend, _ asOf: AsOfOption,
    _ reader: ReaderOption, _ format: ReportFormat
  ) async throws {
    try format.requireFit(for: report)
    let reader = try reader.reader(in: backend)
    try await backend.requireReadable(report, given, by: reader)
    let bar = ProgressBar()
    let answer = try backend.answer(report, given, asOf: asOf.request(backend)) {
      bar.show($0.phase, done: $0.done, total: $0.total)
    }
    bar.finish()
    let text = try format.render(answer, width: Console.width)
    try await backend.recordAccess(DataAccess(of: answer, by: reader, format: format))
    try Console.write(text)
  }
}
