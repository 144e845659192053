/// What has been appended for one request.
public struct AppendReceipt: Hashable, Sendable {
  /// Positions of the request's events, contiguous; empty when it had none.
  public var positions: Range<UInt64>
  /// The time of the first event, which `decide` was given as `now`; each further event of the
  /// request is recorded a microsecond later.
  public var recordedAt: LogTime
  /// True when the command id was known and this is the first outcome again; nothing was appended.
  public var isRepeat: Bool

  public init(positions: Range<UInt64>, recordedAt: LogTime, isRepeat: Bool) {
    self.positions = positions
    self.recordedAt = recordedAt
    self.isRepeat = isRepeat
  }
}

/// The events of one request, made by a decision while the writer's lock is held.
public struct Proposal: Sendable {
  /// The most events of one request, as many as the log writes in one transaction.
  public static let maximumEvents = 20_000
  /// The most bytes of one request, payloads and blobs together.
  public static let maximumBytes = 32 << 20

  public var events: [NewEvent]
  public var blobs: [Blob]
  public init(events: [NewEvent], blobs: [Blob] = []) {
    self.events = events
    self.blobs = blobs
  }
}

/// Reads one consistent state of the log. Valid only inside the closure that received it.
public protocol LogSnapshot {
  var head: Position { get }
  /// The log's time at its head; nil when it is empty.
  var headRecordedAt: LogTime? { get }
  /// Calls `body` for each match, in order, until it returns false.
  func forEach(
    _ query: Query, _ options: ReadOptions, _ body: (RecordedEvent) throws -> Bool) throws
  /// Lends each match, in order, until `body` returns false: nothing is copied that is not asked for.
  func forEachRecord(
    _ query: Query, _ options: ReadOptions, _ body: (RecordView) throws -> Bool) throws
  func event(id: EventID) throws -> RecordedEvent?
  func blob(_ id: BlobID) throws -> [UInt8]?
  /// How many events carry the tag; 0 when none ever did.
  func count(of tag: Tag) throws -> UInt64
  /// The outcome of a command, when it was appended.
  func receipt(for command: CommandID) throws -> AppendReceipt?
  /// The last position recorded at or before the time: what the log knew then.
  func position(asOf time: LogTime) throws -> Position
  /// Lends each record of these kinds, in order, until `body` returns false: the fast path of
  /// projections, which decodes only what is asked for.
  ///
  /// - Parameters:
  ///   - from: the first position to consider.
  ///   - through: the last one; nil is the head.
  ///   - kinds: empty is any kind.
  func forEachRecord(
    from: Position, through: Position?, kinds: Set<EventKind>,
    _ body: (RecordView) throws -> Bool) throws
}

extension LogSnapshot {
  /// The matching events in memory.
  public func events(
    _ query: Query, _ options: ReadOptions = ReadOptions()
  ) throws
    -> [RecordedEvent]
  {
    var found: [RecordedEvent] = []
    try forEach(query, options) {
      found.append($0)
      return true
    }
    return found
  }
}

/// The append-only truth. Every engine passes the same conformance suite
/// (`Tests/EventLogConformance`).
public protocol EventStore: AnyObject, Sendable {
  /// Reads a consistent state; the closure must not block for long.
  func read<Result>(_ body: (any LogSnapshot) throws -> Result) throws -> Result

  /// Runs `decide` under the writer's lock on the newest state and appends what it proposes, all
  /// or nothing. Returns after the events have been flushed to disk.
  ///
  /// `now` is the time that the events will be recorded at. A repeated command id returns the
  /// first receipt without calling `decide`; an error that `decide` throws is thrown here and
  /// nothing is appended.
  func append(
    command: CommandID,
    decide: @escaping @Sendable (_ log: any LogSnapshot, _ now: LogTime) throws -> Proposal
  ) async throws -> AppendReceipt

  /// Appends if the condition holds; throws `EventLogError.conditionFailed` otherwise.
  func append(
    _ proposal: Proposal, command: CommandID, condition: AppendCondition?
  ) async throws -> AppendReceipt

  /// Appends events that already have their times and ids: an export of another log, or a simulated
  /// history. All or nothing; the caller chooses batches of at most 20 000 events.
  func importEvents(_ events: [ImportedEvent], blobs: [Blob]) async throws -> AppendReceipt

  /// Positions of the head as it moves, newest only; begins with the present one. Wakes for
  /// appends of this and of other processes.
  func heads() -> AsyncStream<Position>
}

extension EventStore {
  public func append(
    _ proposal: Proposal, command: CommandID, condition: AppendCondition?
  ) async throws -> AppendReceipt {
    try await append(command: command) { log, _ in
      try condition?.check(log)
      return proposal
    }
  }
}

extension AppendCondition {
  /// Throws `EventLogError.conditionFailed` with the first match.
  func check(_ log: any LogSnapshot) throws {
    guard after < log.head else { return }
    try log.forEach(failIfEventsMatch, ReadOptions(from: after.next, limit: 1)) { match in
      throw EventLogError.conditionFailed(match.position)
    }
  }
}

/// Why the log refused or failed.
public enum EventLogError: Error, Equatable {
  /// An event at this position matches the append condition.
  case conditionFailed(Position)
  case duplicateEventID(EventID)
  case duplicateBlobID(BlobID)
  case payloadTooLarge(bytes: Int)
  case tooManyTags(Int)
  /// Says what is wrong with the tag; never its text.
  case invalidTag(String)
  /// More than the log writes in one transaction: see `Proposal.maximumEvents` and
  /// `Proposal.maximumBytes`.
  case requestTooLarge(events: Int, bytes: Int)
  /// An imported event is not later than the event before it; the time is the imported one.
  case timeNotIncreasing(LogTime)
  /// Events of one imported command do not follow each other.
  case splitCommand(CommandID)
  /// A salt has another length than 32 bytes.
  case invalidSalt(bytes: Int)
  /// A line of an export cannot be imported; nothing of the file was.
  case malformedExport(line: Int, reason: String)
  /// The queue of the writer is full; try again.
  case overloaded
  /// The writer stopped after an I/O error; the log must be reopened. Nothing unacknowledged is
  /// known to be stored.
  case stopped(String)
  /// The directory is not a log, is a log of another format, or belongs to another clinic.
  case notALog(String)
  /// The log contradicts what its key has signed: it can be read, and nothing is appended. Says what
  /// happened and what to do.
  case frozen(String)
  /// Stored bytes contradict each other.
  case damaged(Position, String)
  /// Says what failed and where; of a request to store something also that nothing of it was stored.
  case storage(String)
}

/// An event with the time, ids and salt that another log or a simulation gave it.
public struct ImportedEvent: Hashable, Sendable {
  public var event: NewEvent
  /// Must be later than that of the event before it.
  public var recordedAt: LogTime
  /// Consecutive events with the same command id are one request.
  public var command: CommandID
  /// The 32 secret bytes of the event's commitment; nil draws new ones.
  public var salt: [UInt8]?

  public init(event: NewEvent, recordedAt: LogTime, command: CommandID, salt: [UInt8]? = nil) {
    self.event = event
    self.recordedAt = recordedAt
    self.command = command
    self.salt = salt
  }
}
