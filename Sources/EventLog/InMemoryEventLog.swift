import Synchronization

/// An event log in memory: for tests, dry runs and what-if. It keeps the whole contract except
/// durability, by the simplest means: an array and a loop over it.
public final class InMemoryEventLog: EventStore {
  private let clock: @Sendable () -> LogTime
  /// Held while a decision runs; `state` is not, so that the decision may read.
  private let writer = Mutex(())
  private let state = Mutex(State())
  private let subscribers = HeadSubscribers()

  public init(clock: @escaping @Sendable () -> LogTime = { .now }) {
    self.clock = clock
  }

  deinit { subscribers.finish() }

  public func read<Result>(_ body: (any LogSnapshot) throws -> Result) throws -> Result {
    try body(state.withLock { $0 })
  }

  public func append(
    command: CommandID,
    decide: @escaping @Sendable (_ log: any LogSnapshot, _ now: LogTime) throws -> Proposal
  ) async throws -> AppendReceipt {
    try writer.withLock { _ in
      var next = state.withLock { $0 }
      if var receipt = next.receipts[command] {
        receipt.isRepeat = true
        return receipt
      }
      let now = next.timeAfterHead(clock())
      let proposal = try decide(next, now)
      try proposal.validate()
      try next.refuseKnownIDs(proposal)
      let first = next.head.next.rawValue
      for (offset, event) in proposal.events.enumerated() {
        let time = LogTime(rawValue: now.rawValue + Int64(offset))
        next.add(event, recordedAt: time, command: command)
      }
      for blob in proposal.blobs { next.blobs[blob.id] = blob.bytes }
      let receipt = AppendReceipt(
        positions: first..<next.head.next.rawValue, recordedAt: now, isRepeat: false)
      next.receipts[command] = receipt
      publish(next)
      return receipt
    }
  }

  public func importEvents(
    _ events: [ImportedEvent], blobs: [Blob]
  ) async throws -> AppendReceipt {
    try writer.withLock { _ in
      var next = state.withLock { $0 }
      try ImportBatch.validate(events, blobs: blobs, after: next.headRecordedAt)
      try next.refuseKnownIDs(Proposal(events: events.map(\.event), blobs: blobs))
      let first = next.head.next.rawValue
      for run in try ImportBatch.runs(of: events) {
        let start = first + UInt64(run.indices.lowerBound)
        let end = first + UInt64(run.indices.upperBound)
        let known = next.receipts[run.command]
        guard known == nil || known?.positions.upperBound == start else {
          throw EventLogError.splitCommand(run.command)
        }
        next.receipts[run.command] = AppendReceipt(
          positions: (known?.positions.lowerBound ?? start)..<end,
          recordedAt: known?.recordedAt ?? events[run.indices.lowerBound].recordedAt,
          isRepeat: false)
      }
      for event in events {
        next.add(event.event, recordedAt: event.recordedAt, command: event.command)
      }
      for blob in blobs { next.blobs[blob.id] = blob.bytes }
      publish(next)
      return AppendReceipt(
        positions: first..<next.head.next.rawValue,
        recordedAt: events.first?.recordedAt ?? next.timeAfterHead(clock()), isRepeat: false)
    }
  }

  public func heads() -> AsyncStream<Position> {
    subscribers.subscribe { [weak self] in self?.state.withLock { $0.head } }
  }

  private func publish(_ next: State) {
    state.withLock { $0 = next }
    subscribers.publish(next.head)
  }
}

extension InMemoryEventLog {
  /// A value: a copy of it is a snapshot.
  private struct State: LogSnapshot {
    var events: [RecordedEvent] = []
    var blobs: [BlobID: [UInt8]] = [:]
    var receipts: [CommandID: AppendReceipt] = [:]
    private var positions: [EventID: Position] = [:]
    private var sequences: [StreamID: UInt64] = [:]

    var head: Position { Position(UInt64(events.count)) }
    var headRecordedAt: LogTime? { events.last?.recordedAt }

    func timeAfterHead(_ clock: LogTime) -> LogTime {
      headRecordedAt.map { max(clock, LogTime(rawValue: $0.rawValue + 1)) } ?? clock
    }

    func refuseKnownIDs(_ proposal: Proposal) throws {
      if let event = proposal.events.first(where: { positions[$0.id] != nil }) {
        throw EventLogError.duplicateEventID(event.id)
      }
      if let blob = proposal.blobs.first(where: { blobs[$0.id] != nil }) {
        throw EventLogError.duplicateBlobID(blob.id)
      }
    }

    mutating func add(_ event: NewEvent, recordedAt: LogTime, command: CommandID) {
      let sequence = sequences[event.stream, default: 0] + 1
      let recorded = RecordedEvent(
        position: head.next, recordedAt: recordedAt, id: event.id, stream: event.stream,
        streamSequence: sequence, kind: event.kind, tags: event.tags, command: command,
        payload: event.payload)
      sequences[event.stream] = sequence
      positions[event.id] = recorded.position
      events.append(recorded)
    }

    func forEach(
      _ query: Query, _ options: ReadOptions, _ body: (RecordedEvent) throws -> Bool
    ) throws {
      let range = options.range(head: head)
      let inRange = events.lazy.filter { range.contains($0.position.rawValue) && query.matches($0) }
      var remaining = options.limit ?? .max
      func emit(_ matches: some Sequence<RecordedEvent>) throws {
        guard remaining > 0 else { return }
        for event in matches {
          remaining -= 1
          guard try body(event), remaining > 0 else { return }
        }
      }
      switch options.direction {
      case .forwards: try emit(inRange)
      case .backwards: try emit(inRange.reversed())
      }
    }

    func event(id: EventID) -> RecordedEvent? {
      positions[id].map { events[Int($0.rawValue) - 1] }
    }

    func blob(_ id: BlobID) -> [UInt8]? { blobs[id] }

    func count(of tag: Tag) -> UInt64 { UInt64(events.count { $0.tags.contains(tag) }) }

    func receipt(for command: CommandID) -> AppendReceipt? {
      guard var receipt = receipts[command] else { return nil }
      receipt.isRepeat = true
      return receipt
    }

    func position(asOf time: LogTime) -> Position {
      events.last { $0.recordedAt <= time }?.position ?? .none
    }
  }
}

extension ReadOptions {
  /// The positions to consider; empty when there are none.
  func range(head: Position) -> ClosedRange<UInt64> {
    let last = min(head, asOf ?? head).rawValue
    let (lower, upper) =
      switch direction {
      case .forwards: (max(1, from?.rawValue ?? 1), last)
      case .backwards: (1, min(last, from?.rawValue ?? last))
      }
    // 0...0 is empty here: positions begin at 1.
    return lower <= upper ? lower...upper : 0...0
  }
}
