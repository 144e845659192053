import EventLog
import Foundation
import PracticeEvents
import Projection

/// A log in memory and a directory of views that vanishes with it.
final class Workspace: Sendable {
  let log: InMemoryEventLog
  let projector: any Projector.Type
  private let directory: URL

  init(_ projector: any Projector.Type, log: InMemoryEventLog = InMemoryEventLog()) throws {
    self.projector = projector
    self.log = log
    directory = FileManager.default.temporaryDirectory.appending(
      path: "views-\(UUID().uuidString)", directoryHint: .isDirectory)
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: directory) }

  func open(batchSize: Int = 5_000) throws -> Views {
    var options = Views.Options()
    options.batchSize = batchSize
    options.mapBytes = 64 << 20
    return try Views(
      at: directory.path(percentEncoded: false), store: log, projectors: [projector],
      options: options)
  }

  /// Opens the views for the length of the call.
  func withOpen(batchSize: Int = 5_000, _ body: (Views) throws -> Void) throws {
    let views = try open(batchSize: batchSize)
    try body(views)
  }

  /// Appends in steps, calling `then` after each.
  func grow(with events: [ImportedEvent], by step: Int, _ then: () throws -> Void) async throws {
    var rest = events[...]
    while !rest.isEmpty {
      let next = rest.prefix(min(step, 5_000))
      rest = rest.dropFirst(next.count)
      _ = try await log.importEvents(Array(next), blobs: [])
      if step < .max || rest.isEmpty { try then() }
    }
  }

  /// The bytes of all rows, at the log's head.
  func rows(of views: Views) throws -> EncodedRows {
    let head = try log.read { $0.head }
    return try views.read(atLeast: head) { try $0.encodedRows(of: projector) }
  }
}

/// Facts as the events that they were recorded as.
struct History {
  let events: [ImportedEvent]

  init(_ facts: [RecordedFact]) throws {
    var last = Int64.min
    events = try facts.enumerated().compactMap { index, fact in
      guard let kind = fact.event.kind else { return nil }
      // The facts of one command share its time; a log tells them apart by a microsecond.
      last = max(fact.recordedAt, last + 1)
      return ImportedEvent(
        event: NewEvent(
          id: EventID(high: fact.id.high, low: fact.id.low),
          stream: StreamID(high: fact.stream.high, low: fact.stream.low), kind: EventKind(kind),
          tags: [], payload: try fact.event.payload()),
        recordedAt: LogTime(rawValue: last), command: CommandID(high: 1, low: UInt64(index)))
    }
  }

  /// Positions to stop at, up to the last: all of them, or evenly spread ones of a long history.
  func positions(atMost count: Int) -> [Position] {
    let step = max(1, (events.count + count - 1) / count)
    let stops = stride(from: 0, to: events.count, by: step).map { Position(UInt64($0)) }
    return stops + [Position(UInt64(events.count))]
  }

  /// A further event, later than all of the history.
  func event(kind: UInt16, payload: [UInt8]) -> ImportedEvent {
    let last = events.last?.recordedAt.rawValue ?? 0
    return ImportedEvent(
      event: NewEvent(
        id: EventID(high: 0xbad, low: UInt64(kind)), stream: StreamID(high: 0xbad, low: 1),
        kind: EventKind(rawValue: kind), tags: [], payload: payload),
      recordedAt: LogTime(rawValue: last + 1 + Int64(kind)),
      command: CommandID(high: 2, low: UInt64(kind)))
  }
}
