import EventLog
import Synchronization
import Testing

/// Counts from any thread.
final class Counter: Sendable {
  private let value = Mutex(0)
  var count: Int { value.withLock { $0 } }
  func increment() { value.withLock { $0 += 1 } }
}

/// Small numbers as ids, kinds and tags, so that a case reads like a table.
extension SixteenByteID {
  static func number(_ number: UInt64) -> Self { Self(high: 0x0190_0000_0000_7000, low: number) }
}

extension EventKind {
  static let opened = EventKind(rawValue: 101)
  static let noted = EventKind(rawValue: 102)
  static let closed = EventKind(rawValue: 103)
}

func event(
  _ id: UInt64, stream: UInt64 = 1, _ kind: EventKind = .noted, _ tags: [String] = [],
  payload: [UInt8]? = nil
) -> NewEvent {
  NewEvent(
    id: .number(id), stream: .number(stream), kind: kind, tags: tags.map { Tag($0) },
    payload: payload ?? [UInt8(truncatingIfNeeded: id), 0xff])
}

func event(_ id: UInt64, _ tags: [String]) -> NewEvent { event(id, .noted, tags) }

extension EventStore {
  /// Appends as one request, named by its first event.
  @discardableResult
  func append(
    _ events: NewEvent..., command: UInt64? = nil, blobs: [Blob] = [],
    condition: AppendCondition? = nil
  ) async throws -> AppendReceipt {
    try await append(
      Proposal(events: events, blobs: blobs),
      command: .number(command ?? events.first?.id.low ?? 0), condition: condition)
  }

  func positions(
    _ query: Query = .all, _ options: ReadOptions = ReadOptions()
  ) throws -> [UInt64] {
    try read { try $0.events(query, options).map(\.position.rawValue) }
  }

  func expect(
    _ query: Query = .all, _ options: ReadOptions = ReadOptions(), finds expected: [UInt64],
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    #expect(try positions(query, options) == expected, sourceLocation: sourceLocation)
  }

  /// Six events of two streams that all queries of the suite are asked about:
  ///
  ///     1  stream 1  opened  a
  ///     2  stream 2  opened  b
  ///     3  stream 1  noted   a, x
  ///     4  stream 2  noted   b, x
  ///     5  stream 1  closed  a, x, y
  ///     6  stream 2  noted
  func appendSixEvents() async throws {
    try await append(event(1, stream: 1, .opened, ["a"]))
    try await append(event(2, stream: 2, .opened, ["b"]), event(3, stream: 1, .noted, ["a", "x"]))
    try await append(event(4, stream: 2, .noted, ["b", "x"]))
    try await append(event(5, stream: 1, .closed, ["a", "x", "y"]))
    try await append(event(6, stream: 2, .noted))
  }
}

func item(
  _ kinds: [EventKind] = [], _ tags: [String] = [], stream: UInt64? = nil
) -> Query.Item {
  Query.Item(
    kinds: Set(kinds), tags: Set(tags.map { Tag($0) }), stream: stream.map { .number($0) })
}

/// Checks that `body` throws the error, and that it appended nothing.
func expectRefusal(
  _ expected: EventLogError, of log: any EventStore,
  sourceLocation: SourceLocation = #_sourceLocation, _ body: () async throws -> AppendReceipt
) async throws {
  let before = try log.read { $0.head }
  await #expect(throws: expected, sourceLocation: sourceLocation) { try await body() }
  #expect(try log.read { $0.head } == before, sourceLocation: sourceLocation)
}
