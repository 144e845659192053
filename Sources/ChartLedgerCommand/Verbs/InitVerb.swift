import ArgumentParser
import Backend
import EventLog
import Foundation
import Practice
import Reports

/// `chartledger init`: a new, empty clinic.
struct InitVerb: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init", abstract: "Create a new, empty clinic.",
    discussion: """
      Example:
        chartledger init --data clinic --clinic "Palisade Medical Massage" \\
          --time-zone America/New_York --by dana:supervisor
      """)

  @OptionGroup var data: DataOption
  @OptionGroup var actor: ActorOption
  @OptionGroup var output: FormatOption

  @Option(help: "The clinic's name.") var clinic: String
  @Option(help: "The clinic's IANA time zone, e.g. America/New_York.") var timeZone: String

  func run() async throws {
    let zone = try ClinicTimeZone(timeZone)
    let command = EstablishClinic(clinicName: clinic, timeZone: zone)
    let actor = try actor.actor(in: nil)
    let directory = try data.directory
    let outcome = try await Backend.create(directory) { backend in
      var generator = SystemRandomNumberGenerator()
      let outcome = try await backend.record(
        command, CommandEnvelope(id: CommandID.random(using: &generator), actor: actor))
      Signing.sign(backend)
      return outcome
    }
    try Console.write(OutcomeListing.render(outcome, output.format, dryRun: false))
    Console.say("created \(directory.path); next: chartledger record --list")
  }
}
