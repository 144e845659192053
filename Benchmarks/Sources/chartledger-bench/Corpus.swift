import Backend
import EventLog
import Practice
import PracticeSimulator

/// The events that are measured: a made-up clinic's history, the same in each run.
struct Corpus {
  private(set) var events: [ImportedEvent] = []
  /// The streams of the patients, in order of registration.
  private(set) var patients: [SubjectID] = []
  /// The clinic's day of the last event.
  private(set) var lastDay: CivilDate

  /// The simulation has lived long enough: not an error.
  private struct Enough: Error {}

  /// Simulates until there are this many events; the last command may bring a few more.
  init(events wanted: Int) throws {
    let zone = try ClinicTimeZone("America/New_York")
    let years = 4
    lastDay = try CivilDate("2025-06-30")
    // A patient comes to far more than sixty events within these years: it never runs dry.
    var simulation = try ClinicSimulation(
      seed: 7, patients: max(20, wanted / 60), years: years, through: lastDay, zone: zone)
    do {
      _ = try simulation.run { command in
        try add(command)
        if events.count >= wanted { throw Enough() }
      }
    } catch is Enough {
      if let last = events.last {
        lastDay = zone.date(of: Instant(microseconds: last.recordedAt.rawValue))
      }
    }
  }

  private mutating func add(_ command: SimulatedCommand) throws {
    for (index, made) in command.events.enumerated() {
      events.append(
        ImportedEvent(
          event: try NewEvent(made),
          recordedAt: LogTime(rawValue: command.recordedAt(ofEvent: index).microseconds),
          command: CommandID(high: command.commandID.high, low: command.commandID.low)))
      if case .patientRegistered = made.event.fact { patients.append(made.subject) }
    }
  }

  /// The events in batches for import, with the position of each batch's first event.
  func batches(of size: Int) -> [(events: ArraySlice<ImportedEvent>, position: UInt64)] {
    stride(from: 0, to: events.count, by: size).map {
      (events[$0..<min($0 + size, events.count)], UInt64($0) + 1)
    }
  }

  /// Events to append one by one: of the streams, tags and sizes of the history, with new ids.
  func newEvents(_ count: Int, using generator: inout some RandomNumberGenerator) -> [NewEvent] {
    let milliseconds = UInt64(LogTime.now.rawValue / 1_000)
    return (0..<count).map { index in
      var event = events[Int.random(in: events.indices, using: &generator)].event
      event.id = .uuidV7(milliseconds: milliseconds + UInt64(index), using: &generator)
      return event
    }
  }
}
