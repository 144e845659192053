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
    CommandConfiguration(commandName: R.name, abstract: R.summary, discussion: parameterHelp)
  }

  @OptionGroup var data: DataOption
  @OptionGroup var asOf: AsOfOption
  @OptionGroup var output: ReportFormatOption

  @Argument(
    parsing: .allUnrecognized,
    help: ArgumentHelp("The report's parameters.", valueName: "parameter flags"),
    completion: .list(R.parameters.map { "--\($0.flag)" }))
  var parameters: [String] = []

  func run() async throws {
    let given = try ReportInput.parameters(R.self, parameters)
    try ReportOutput.write(
      R.self, given, try data.open(), asOf, output.format ?? R.defaultFormat)
  }

  private static var parameterHelp: String {
    guard !R.parameters.isEmpty else { return "" }
    return "Parameters:\n"
      + R.parameters.map { parameter in
        let words = [
          parameter.isRequired ? "required" : "", parameter.kind.rawValue, parameter.help,
          parameter.defaultText.map { "default: \($0)" } ?? "",
        ].filter { !$0.isEmpty }.joined(separator: "; ")
        return "  --\(parameter.flag)  \(words)"
      }.joined(separator: "\n")
  }
}

enum ReportInput {
  /// Values by parameter name, from flags.
  static func parameters(_ report: any Report.Type, _ words: [String]) throws -> [String: String] {
    let flags = try DynamicFlags(
      words,
      report.parameters.map { .init(flag: $0.flag, takesValue: true, isRepeatable: false) },
      of: report.name)
    var given: [String: String] = [:]
    for (flag, value) in flags.values {
      if let parameter = report.parameters.first(where: { $0.flag == flag }) {
        given[parameter.name] = value
      }
    }
    return given
  }
}

enum ReportOutput {
  static func write(
    _ report: any Report.Type, _ given: [String: String], _ backend: Backend, _ asOf: AsOfOption,
    _ format: ReportFormat
  ) throws {
    try format.requireFit(for: report)
    let bar = ProgressBar()
    let answer = try backend.answer(report, given, asOf: asOf.request(backend)) {
      bar.show($0.phase, done: $0.done, total: $0.total)
    }
    bar.finish()
    try Console.write(format.render(answer, width: Console.width))
  }
}
