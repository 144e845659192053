import ArgumentParser
import Backend
import Reports

/// `chartledger audit`: what happened, who did it, who read it, and what changed in between.
struct AuditVerb: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit", abstract: "Replay the log for an audit.",
    subcommands: [
      AuditPatient.self,
      AuditUser.self,
      AuditReport<AuditStateReport>.self,
      AuditReport<AuditAmendmentsReport>.self,
      AuditReport<AuditLateReport>.self,
      AuditReport<AuditEditedAfterRequestReport>.self,
      AuditReport<AuditAccessReport>.self,
      AuditDiff.self,
      AuditPacketVerb.self,
      AuditVerifyVerb.self,
    ])
}

struct AuditPatient: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "patient",
    abstract: "Every event of a patient: what, when, by whom, correcting what.",
    discussion: "Example: chartledger audit patient P-0001 --data clinic --as-of 2026-03-03")

  @OptionGroup var patient: PatientReportOptions
  @Option(help: "First day on which events count.") var from: String?
  @Option(help: "Last day on which events count.") var to: String?

  func run() async throws {
    var more: [String: String] = [:]
    (more["from"], more["to"]) = (from, to)
    try await patient.write("audit.patient", more)
  }
}

struct AuditUser: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "user", abstract: AuditUserReport.summary,
    discussion: "Example: chartledger audit user dana --data clinic --from 2026-03-01")

  @Argument(help: "The user's name.") var user: String
  @Option(help: "First day of recording; the first of this month by default.") var from: String?
  @Option(help: "Last day of recording; today by default.") var to: String?
  @Option(help: "An entry is late after so many hours; by default the clinic's rule.")
  var hours: String?
  @OptionGroup var data: DataOption
  @OptionGroup var asOf: AsOfOption
  @OptionGroup var reader: ReaderOption
  @OptionGroup var output: FormatOption

  func run() async throws {
    var given = ["user": user]
    (given["from"], given["to"], given["hours"]) = (from, to, hours)
    try await ReportOutput.write(
      AuditUserReport.self, given, try data.open(), asOf, reader, output.format)
  }
}

/// A report of the catalogue whose name begins with `audit.`, under the rest of its name.
struct AuditReport<R: Report>: AsyncParsableCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: String(R.name.trimmingPrefix("audit.")), abstract: R.summary,
      discussion: ReportInput.help(R.parameters))
  }

  @OptionGroup var report: ReportCommand<R>

  func run() async throws { try await report.run() }
}
