import Dispatch
import EventLog
import Foundation
import Practice
import PracticeEvents
import PracticeSimulator
import Projection
import ReadModels
import Synchronization

/// Takes one hot path alone, so that its instructions can be counted: see `tools/instructions`.
///
///     hot-paths fill NEW-LOG EVENTS
///     hot-paths append|scan|decode|fold|rebuild FILLED-LOG SCRATCH TIMES
///
/// Not asynchronous at the top: valgrind does not survive the end of the main thread.
@main
enum HotPaths {
  struct Usage: Error, CustomStringConvertible {
    let description = """
      usage: hot-paths fill LOG EVENTS
             hot-paths append|scan|decode|fold|rebuild LOG SCRATCH TIMES
      """
  }

  /// Valgrind has no room for the usual map.
  private static let mapBytes = 1 << 28

  static func main() throws {
    let arguments = CommandLine.arguments
    if arguments.count == 4, arguments[1] == "fill", let count = Int(arguments[3]) {
      return try fill(arguments[2], count)
    }
    guard arguments.count == 5, let times = Int(arguments[4]) else { throw Usage() }
    let log = try open(arguments[2], create: false)
    let scratch = arguments[3]
    switch arguments[1] {
    case "append": try append(log, scratch, times)
    case "scan": try repeated(times) { try scan(log) }
    case "decode": try repeated(times) { try decode(log) }
    case "fold":
      let patient = try busiestPatient(log)
      try repeated(times) { try fold(log, patient) }
    case "rebuild": try repeated(times) { try rebuild(log, scratch) }
    default: throw Usage()
    }
  }

  private static func open(_ directory: String, create: Bool) throws -> LMDBEventLog {
    var options = LMDBEventLog.Options()
    options.mapBytes = mapBytes
    return try LMDBEventLog(directory: directory, options: options, create: create)
  }

  private static func repeated(_ times: Int, _ body: () throws -> Void) throws {
    for _ in 0..<times { try body() }
  }

  /// Imports the log's events into new logs.
  private static func append(_ log: LMDBEventLog, _ scratch: String, _ times: Int) throws {
    let events = try log.read { snapshot in
      try snapshot.events(.all).map { event in
        ImportedEvent(
          event: NewEvent(
            id: event.id, stream: event.stream, kind: event.kind, tags: event.tags,
            payload: event.payload),
          recordedAt: event.recordedAt, command: event.command)
      }
    }
    // Two, however often: creating is no part of the path.
    let copies = try (0..<max(2, times)).map { try open("\(scratch)/\($0)", create: true) }
    for copy in copies.prefix(times) {
      try add(events, to: copy)
    }
  }

  /// In as many requests as it takes.
  private static func add(_ events: [ImportedEvent], to log: LMDBEventLog) throws {
    try wait {
      for start in stride(from: 0, to: events.count, by: Proposal.maximumEvents) {
        let end = min(start + Proposal.maximumEvents, events.count)
        _ = try await log.importEvents(Array(events[start..<end]), blobs: [])
      }
    }
  }

  private static func wait(for work: @escaping @Sendable () async throws -> Void) throws {
    let outcome = Mutex<(any Error)?>(nil)
    let isDone = DispatchSemaphore(value: 0)
    Task {
      do {
        try await work()
      } catch {
        outcome.withLock { $0 = error }
      }
      isDone.signal()
    }
    isDone.wait()
    if let error = outcome.withLock({ $0 }) { throw error }
  }

  /// Makes a log with the first events of a simulated clinic.
  private static func fill(_ directory: String, _ count: Int) throws {
    struct Enough: Error {}
    var events: [ImportedEvent] = []
    var simulation = try ClinicSimulation(
      seed: 7, patients: max(20, count / 60), years: 4, through: CivilDate("2025-06-30"))
    do {
      _ = try simulation.run { command in
        for (index, made) in command.events.enumerated() {
          guard let kind = made.event.kind else { continue }
          events.append(
            ImportedEvent(
              event: NewEvent(
                id: EventID(high: made.id.high, low: made.id.low),
                stream: StreamID(high: made.subject.high, low: made.subject.low),
                kind: EventKind(kind), tags: made.event.tags.map { Tag($0.text) },
                payload: try made.event.payload()),
              recordedAt: LogTime(rawValue: command.recordedAt(ofEvent: index).microseconds),
              command: CommandID(high: command.commandID.high, low: command.commandID.low)))
        }
        if events.count >= count { throw Enough() }
      }
    } catch is Enough {}
    try add(events, to: open(directory, create: true))
  }

  private static func scan(_ log: LMDBEventLog) throws {
    try log.read { snapshot in
      try snapshot.forEachRecord(
        from: Position(1), through: nil, kinds: [EventKind(.chargePosted)]
      ) { _ in true }
    }
  }

  private static func decode(_ log: LMDBEventLog) throws {
    try log.read { snapshot in
      try snapshot.forEachRecord(from: Position(1), through: nil, kinds: []) { record in
        _ = try RecordedFact(record)
        return true
      }
    }
  }

  /// As decisions do: read along the links, newest first, then folded in order.
  private static func fold(_ log: LMDBEventLog, _ patient: SubjectID) throws {
    var facts: [RecordedFact] = []
    try log.read { snapshot in
      let stream = StreamID(high: patient.high, low: patient.low)
      try snapshot.forEachRecord(.stream(stream), ReadOptions(direction: .backwards)) {
        facts.append(try RecordedFact($0))
        return true
      }
    }
    var state = PatientState()
    for fact in facts.reversed() { state.apply(fact) }
  }

  private static func rebuild(_ log: LMDBEventLog, _ scratch: String) throws {
    var options = Views.Options()
    options.mapBytes = mapBytes
    try Views(
      at: "\(scratch)/views", store: log, projectors: ReadModelCatalog.all, options: options
    ).rebuild()
  }

  /// The patient with most events.
  private static func busiestPatient(_ log: LMDBEventLog) throws -> SubjectID {
    var counts: [SubjectID: Int] = [:]
    try log.read { snapshot in
      try snapshot.forEachRecord(from: Position(1), through: nil, kinds: []) { record in
        let subject = SubjectID(high: record.stream.high, low: record.stream.low)
        if subject != .site, subject != .system { counts[subject, default: 0] += 1 }
        return true
      }
    }
    guard let busiest = counts.max(by: { ($0.value, $0.key) < ($1.value, $1.key) }) else {
      throw Usage()
    }
    return busiest.key
  }
}
