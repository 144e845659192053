import ArgumentParser
import Reports

/// `chartledger explain appointment`: its notice and its fee.
struct ExplainAppointment: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "appointment",
    abstract: "What became of an appointment: notice, policy of the day, and the fee.",
    discussion: "Example: chartledger explain appointment apt-4KD92MQX7TWP --data clinic")

  @Argument(help: "Identifier of the appointment.") var appointment: String
  @OptionGroup var data: DataOption
  @OptionGroup var asOf: AsOfOption
  @OptionGroup var reader: ReaderOption
  @OptionGroup var output: FormatOption

  func run() async throws {
    try await ReportOutput.write(
      ReportCatalog.named("appointment.explain"), ["appointment": appointment], try data.open(),
      asOf, reader, output.format)
  }
}

/// `chartledger explain session`: its units and its gate.
struct ExplainSession: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "session",
    abstract: "A session's units, minute by minute, and the events that let it pass the gate.",
    discussion: "Example: chartledger explain session ses-4KD92MQX7TWP --data clinic")

  @Argument(help: "Identifier of the session.") var session: String
  @OptionGroup var data: DataOption
  @OptionGroup var asOf: AsOfOption
  @OptionGroup var reader: ReaderOption
  @OptionGroup var output: FormatOption

  func run() async throws {
    try await ReportOutput.write(
      ReportCatalog.named("session.explain"), ["session": session], try data.open(), asOf, reader,
      output.format)
  }
}
