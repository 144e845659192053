import ArgumentParser
import Reports

/// `chartledger explain`: where a number comes from.
struct ExplainVerb: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain", abstract: "Show the events and the arithmetic behind a number.",
    subcommands: [
      ExplainBalance.self, ExplainAccount.self, ExplainSession.self, ExplainClaim.self,
      ExplainAppointment.self, ExplainClearance.self, ExplainPrescription.self,
      ExplainCoverage.self, ExplainFrequency.self,
      ExplainPlateau.self, ExplainUnits.self, ExplainScore.self, ExplainNPI.self,
      ExplainICD10.self, ExplainRegion.self, ExplainResponsibility.self, ExplainPIP.self,
    ])
}

struct ExplainBalance: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "balance",
    abstract: "Every cent of a patient's balance with the event it comes from.",
    discussion: "Example: chartledger explain balance P-0001 --data clinic --as-of 2026-03-03")

  @OptionGroup var patient: PatientReportOptions

  func run() async throws { try await patient.write("balance.explain") }
}

struct ExplainAccount: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "account",
    abstract: "Every cent of an account of the books with the event it comes from.",
    discussion: """
      The event's position and id are in every row; `log show POSITION` shows it whole.

      Example: chartledger explain account 2110 --from 2026-03-01 --through 2026-03-31 --data clinic
      """)

  @Argument(help: "Its number; report ledger.trialBalance lists them.") var account: String
  @Option(help: "First day. Default: the month's first.") var from: String?
  @Option(help: "Last day. Default: today.") var through: String?
  @OptionGroup var data: DataOption
  @OptionGroup var asOf: AsOfOption
  @OptionGroup var reader: ReaderOption
  @OptionGroup var output: FormatOption

  func run() async throws {
    var given = ["account": account]
    given["from"] = from
    given["through"] = through
    try await ReportOutput.write(
      LedgerAccountReport.self, given, try data.open(), asOf, reader, output.format)
  }
}

/// A report about one patient, who is named without a flag.
struct PatientReportOptions: ParsableArguments {
  @Argument(help: "MRN or id.") var patient: String
  @OptionGroup var data: DataOption
  @OptionGroup var asOf: AsOfOption
  @OptionGroup var reader: ReaderOption
  @OptionGroup var output: FormatOption

  /// - Parameter more: values of the report's other parameters, by name.
  func write(_ report: String, _ more: [String: String] = [:]) async throws {
    try await ReportOutput.write(
      ReportCatalog.named(report), more.merging(["patient": patient]) { $1 }, try data.open(), asOf,
      reader, output.format)
  }
}
