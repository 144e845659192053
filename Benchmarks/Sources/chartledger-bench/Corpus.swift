import Backend
import EventLog
import Foundation
import Practice
import PracticeSimulator

/// The events that are measured: a made-up clinic's history, the same in each run.
struct Corpus: Sendable {
  /// How many events were asked for.
  let wanted: Int
  private(set) var events: [ImportedEvent] = []
  /// The streams of the patients, in order of registration.
  private(set) var patients: [SubjectID] = []
  /// The clinic's day of the last event.
  private(set) var lastDay: CivilDate

  /// The simulation has lived long enough: not an error.
  private struct Enough: Error {}

  /// In how many parts a history of so many events is made: one clinic has no room for more.
  static func parts(of events: Int) -> Int { (events + 249_999) / 250_000 }

  /// Takes the parts of a history in their order. As many are made at a time as there are processors,
  /// and none while one is taken.
  ///
  /// - Parameter last: the last part, when it is at hand.
  static func forEachPart(
    of events: Int, last: Corpus? = nil, _ take: (Corpus) async throws -> Void
  ) async throws {
    let count = parts(of: events)
    let made = last == nil ? count : count - 1
    let atOnce = max(1, ProcessInfo.processInfo.activeProcessorCount)
    for first in stride(from: 0, to: made, by: atOnce) {
      let parts = try await withThrowingTaskGroup(of: (number: Int, part: Corpus).self) { group in
        for number in first..<min(first + atOnce, made) {
          group.addTask { (number, try Corpus(events: events / count, part: number)) }
        }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      for (_, part) in parts.sorted(by: { $0.number < $1.number }) { try await take(part) }
    }
    if let last { try await take(last) }
  }

  /// Simulates until there are this many events; the last command may bring a few more.
  ///
  /// - Parameter part: of a longer history, from 0: another clinic, four years after the one before.
  /// - Throws: when the clinic has fewer events than that in its years.
  init(events wanted: Int, part: Int = 0) throws {
    self.wanted = wanted
    let zone = try ClinicTimeZone("America/New_York")
    let years = 4
    lastDay = try CivilDate("\(2025 + years * part)-06-30")
    try simulate(seed: 7 + UInt64(part), patients: max(20, wanted / 60), years: years, zone)
    guard events.count >= wanted else {
      throw BareError(description: "the made-up clinic has \(events.count) events, not \(wanted)")
    }
  }

  /// The whole history of a small clinic.
  init(years: Int, patients: Int) throws {
    wanted = .max
    lastDay = try CivilDate("2025-06-30")
    try simulate(
      seed: 7, patients: patients, years: years, ClinicTimeZone("America/New_York"))
  }

  private mutating func simulate(
    seed: UInt64, patients: Int, years: Int, _ zone: ClinicTimeZone
  ) throws {
    var simulation = try ClinicSimulation(
      seed: seed, patients: patients, years: years, through: lastDay, zone: zone)
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

  /// The tag whose number of events, among the first so many, is nearest to `count`.
  func tag(ofAbout count: Int, among limit: Int) -> (tag: String, count: Int) {
    var counts: [Tag: Int] = [:]
    for event in events.prefix(limit) {
      for tag in event.event.tags { counts[tag, default: 0] += 1 }
    }
    let nearest = counts.min {
      (abs($0.value - count), $0.key) < (abs($1.value - count), $1.key)
    }
    return (nearest?.key.text ?? "", nearest?.value ?? 0)
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
