import ArgumentParser
import Backend
import EventLog
import Practice
import Reports

/// `chartledger audit diff A B`: what changed between two states of the log, and what did it.
struct AuditDiff: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "What changed between two states of the log, and which events did it.",
    discussion: """
      Each state is a position, a date (its end) or a time. A report takes its own flags; without \
      one it is what is known of the patient: balance, open items, gate, what is used up.

      Examples:
        chartledger audit diff 2026-03-03 2026-03-10 --patient P-0001 --data clinic
        chartledger audit diff 1200 1300 --report ar.aging --data clinic --format json
      """)

  @Argument(help: "The earlier state.") var from: String
  @Argument(help: "The later state.") var to: String
  @Option(help: "The report to compare.") var report = AuditStateReport.name
  @OptionGroup var data: DataOption
  @OptionGroup var reader: ReaderOption
  @OptionGroup var output: FormatOption
  @Argument(
    parsing: .allUnrecognized,
    help: ArgumentHelp("The report's parameters.", valueName: "parameter flags"))
  var parameters: [String] = []

  func run() async throws {
    let type = try ReportCatalog.named(report)
    let given = try ReportInput.parameters(type.name, type.parameters, parameters)
    let backend = try data.open()
    let reader = try reader.reader(in: backend)
    // The events behind a change are told, whatever the report: that is for auditors.
    try await backend.requireLogReadable("audit.diff", by: reader)
    let zone = try backend.zone()
    let bar = ProgressBar()
    let difference = try backend.difference(
      in: type, given, from: AsOfRequest(from, in: zone), to: AsOfRequest(to, in: zone)
    ) { bar.show($0.phase, done: $0.done, total: $0.total) }
    bar.finish()
    var access = DataAccess(of: difference.later, by: reader, format: output.format)
    access.what = "audit.diff"
    access.parameters += [
      ("report", type.name), ("from", "\(difference.earlier.asOf?.position ?? 0)"),
    ]
    access.disclosed = difference.disclosed
    access.rows = difference.changes.count
    try await backend.recordAccess(access)
    try Console.write(output.format.render(difference, width: Console.width))
  }
}
