import ArgumentParser
import Backend
import EventLog
import Foundation
import Practice
import PracticeEvents
import PracticeSimulator

/// `chartledger demo`: a made-up clinic with years of history.
struct DemoVerb: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo",
    abstract: "Create a clinic with a simulated history: every event passed the real rules.",
    discussion: """
      The same seed and last day give the same history.

      Example: chartledger demo --data demo-clinic --seed 7 --patients 400 --years 2
      """)

  @OptionGroup var data: DataOption
  @Option(help: "Seed of the simulation.") var seed: UInt64 = 7
  @Option(help: "Number of patients.") var patients = 400
  @Option(help: "Years of history.") var years = 2
  @Option(help: "The last day, YYYY-MM-DD; by default today, up to now.") var through: String?

  func run() async throws {
    let zone = try ClinicTimeZone("America/New_York")
    let now = Instant(microseconds: LogTime.now.rawValue)
    let last = try through.map { try CivilDate($0) } ?? zone.date(of: now)
    guard last <= zone.date(of: now) else {
      throw UsageError("\(last) is still to come", hint: "give today or an earlier day")
    }
    var simulation = try ClinicSimulation(
      seed: seed, patients: patients, years: years, through: last, zone: zone,
      personas: true)
    let directory = try data.directory
    guard directory.isVacant else { throw DataDirectoryError.occupied(directory.path) }

    let bar = ProgressBar()
    var batches: [[ImportedEvent]] = [[]]
    _ = try simulation.run(
      progress: { bar.show("simulate days", done: UInt64($0), total: UInt64($1)) }
    ) { command in
      // A prefix of a history is a history: today ends now.
      guard command.recordedAt(ofEvent: command.events.count) <= now else { return }
      if batches[batches.count - 1].count >= 5_000 { batches.append([]) }
      batches[batches.count - 1] += try command.imported()
    }
    let total = UInt64(batches.reduce(0) { $0 + $1.count })
    try await Backend.create(directory) { backend in
      var done: UInt64 = 0
      for batch in batches {
        _ = try await backend.store.importEvents(batch, blobs: [])
        done += UInt64(batch.count)
        bar.show("record events", done: done, total: total)
      }
      try await backend.publishSchema()
      _ = try backend.views.catchUp { bar.show($0.phase, done: $0.done, total: $0.total) }
      Signing.sign(backend)
    }
    bar.finish()
    try Console.write(
      "\(directory.path): \(total) events of \(patients) patients, \(years) years through \(last)\n"
        + "Patients to look at: \(ClinicSimulation.personaMRNs.joined(separator: ", "))\n"
    )
  }
}

extension SimulatedCommand {
  /// The log's form of its events, with the times and ids that the simulation gave them.
  fileprivate func imported() throws -> [ImportedEvent] {
    try events.enumerated().map { index, made in
      ImportedEvent(
        event: try NewEvent(made),
        recordedAt: LogTime(rawValue: recordedAt(ofEvent: index).microseconds),
        command: CommandID(high: commandID.high, low: commandID.low))
    }
  }
}
