import ArgumentParser
import Reports

/// `chartledger explain`: where a number comes from.
struct ExplainVerb: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain", abstract: "Show the events and the arithmetic behind a number.",
    subcommands: [
      ExplainBalance.self,
      ExplainSession.self,
      ExplainUnits.self, ExplainNPI.self, ExplainICD10.self,
    ])
}

struct ExplainBalance: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "balance",
    abstract: "Every cent of a patient's balance with the event it comes from.",
    discussion: "Example: chartledger explain balance P-0001 --data clinic --as-of 2026-03-03")

  @OptionGroup var patient: PatientReportOptions

  func run() async throws { try patient.write("balance.explain") }
}

/// `chartledger audit`: what happened, in the order of recording.
struct AuditVerb: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit", abstract: "Replay the log for an audit.",
    subcommands: [AuditPatient.self])
}

struct AuditPatient: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "patient",
    abstract: "Every event of a patient: what, when, by whom, correcting what.",
    discussion: "Example: chartledger audit patient P-0001 --data clinic --as-of 2026-03-03")

  @OptionGroup var patient: PatientReportOptions

  func run() async throws { try patient.write("audit.patient") }
}

/// A report about one patient, who is named without a flag.
struct PatientReportOptions: ParsableArguments {
  @Argument(help: "MRN or id.") var patient: String
  @OptionGroup var data: DataOption
  @OptionGroup var asOf: AsOfOption
  @OptionGroup var output: FormatOption

  func write(_ report: String) throws {
    try ReportOutput.write(
      ReportCatalog.named(report), ["patient": patient], try data.open(), asOf, output.format)
  }
}
