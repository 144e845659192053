import ArgumentParser
import Reports

/// `chartledger explain`: where a number comes from.
struct ExplainVerb: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain", abstract: "Show the events and the arithmetic behind a number.",
    subcommands: [
      ExplainBalance.self, ExplainSession.self, ExplainClaim.self, ExplainUnits.self,
      ExplainScore.self, ExplainResponsibility.self, ExplainPIP.self,
      ExplainNPI.self, ExplainICD10.self,
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
