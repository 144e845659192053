import ArgumentParser
import Reports

/// `chartledger explain claim`: every amount of it.
struct ExplainClaim: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "claim",
    abstract: "Every amount of a claim with its event, the reasons in words, and the arithmetic.",
    discussion: "Example: chartledger explain claim clm-4KD92MQX7TWP --data clinic")

  @Argument(help: "Identifier of the claim.") var claim: String
  @OptionGroup var data: DataOption
  @OptionGroup var asOf: AsOfOption
  @OptionGroup var reader: ReaderOption
  @OptionGroup var output: FormatOption

  func run() async throws {
    try await ReportOutput.write(
      ReportCatalog.named("claims.explain"), ["claim": claim], try data.open(), asOf, reader,
      output.format)
  }
}
