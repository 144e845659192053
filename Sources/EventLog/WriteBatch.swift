internal import LMDB
internal import TransparencyLog

/// The work of one write transaction: several requests, each on top of the ones before it.
///
/// A request that is refused has written nothing, because all its checks precede its first write.
/// Anything thrown instead is a failure of the storage, and ends the transaction.
struct WriteBatch {
  private let tables: LogTables
  private let options: LMDBEventLog.Options
  private var log: LogID
  private(set) var head: Position
  private var headRecordedAt: LogTime?
  /// Rebuilt from the disk for each batch, because another process may have appended.
  private var frontier: Frontier
  private(set) var eventCount = 0
  private(set) var byteCount = 0

  init(
    _ tables: LogTables, _ options: LMDBEventLog.Options, _ transaction: ReadTransaction
  ) throws {
    self.tables = tables
    self.options = options
    log = try transaction.logID(tables)
    let head = try transaction.head(tables)
    self.head = head
    headRecordedAt =
      head > .none ? try transaction.record(tables, at: head).recordedAt : nil
    frontier = try transaction.frontier(tables, head: head)
  }

  mutating func handle(
    _ work: WriteRequest.Work, _ transaction: inout WriteTransaction
  ) throws -> Result<AppendReceipt, any Error> {
    switch work {
    case .decide(let command, let decide):
      if let known = try transaction.reading.commandRow(tables, command) {
        return .success(known.receipt(isRepeat: true))
      }
      let now = timeAfterHead
      let proposal: Proposal
      do {
        proposal = try decided(decide, now, transaction.reading)
      } catch {
        return .failure(error)
      }
      return .success(try append(proposal, command, now, &transaction))
    case .importing(let prepared):
      do {
        try storageErrors(as: EventLogError.notStored) { try check(prepared, transaction.reading) }
      } catch {
        return .failure(error)
      }
      return .success(try append(prepared, &transaction))
    case .adopt(let id):
      guard head == .none else {
        return id == log
          ? .success(emptyReceipt)
          : .failure(
            EventLogError.notALog(
              "The export belongs to log \(id), this log is \(log): import into a new log."))
      }
      try transaction.set(in: tables.meta, key: MetaKey.log, value: id.bytes)
      log = id
      return .success(emptyReceipt)
    }
  }

  private var emptyReceipt: AppendReceipt {
    AppendReceipt(
      positions: head.next.rawValue..<head.next.rawValue, recordedAt: timeAfterHead,
      isRepeat: false)
  }

  /// Strictly later than everything recorded, even when the clock was set back.
  private var timeAfterHead: LogTime {
    let clock = options.clock()
    return headRecordedAt.map { max(clock, LogTime(rawValue: $0.rawValue + 1)) } ?? clock
  }

  // MARK: - Checks

  private func decided(
    _ decide: (any LogSnapshot, LogTime) throws -> Proposal, _ now: LogTime,
    _ transaction: ReadTransaction
  ) throws -> Proposal {
    let tables = tables
    let proposal = try storageErrors(as: EventLogError.notStored) {
      try transaction.withReference { reference in
        try decide(LMDBSnapshot(tables, reference), now)
      }
    }
    try proposal.validate()
    try refuseKnownIDs(proposal.events.map(\.id).sorted(), proposal.blobs, transaction)
    return proposal
  }

  private func check(_ prepared: PreparedImport, _ transaction: ReadTransaction) throws {
    let events = prepared.events.events
    if let earliest = events.first?.recordedAt, let headRecordedAt, earliest <= headRecordedAt {
      throw EventLogError.timeNotIncreasing(earliest)
    }
    let last = try transaction.lastID(CommandID.self, in: tables.commands)
    for run in prepared.runs {
      guard let last, run.command <= last,
        let known = try transaction.commandRow(tables, run.command)
      else { continue }
      // The batch before ended within this command.
      guard run.indices.lowerBound == 0, known.count > 0,
        known.first + known.count == head.next.rawValue
      else { throw EventLogError.splitCommand(run.command) }
    }
    try refuseKnownIDs(
      prepared.events.byID.map { events[$0].id }, prepared.blobs, transaction)
  }

  /// - Parameter events: in order: what follows the last id of the log is not in it.
  private func refuseKnownIDs(
    _ events: [EventID], _ blobs: [Blob], _ transaction: ReadTransaction
  ) throws {
    if let last = try transaction.lastID(EventID.self, in: tables.events) {
      for id in events.prefix(while: { $0 <= last })
      where try transaction.contains(IDBytes(id), in: tables.events) {
        throw EventLogError.duplicateEventID(id)
      }
    }
    for blob in blobs where try transaction.contains(blob.id.bytes, in: tables.blobs) {
      throw EventLogError.duplicateBlobID(blob.id)
    }
  }

  // MARK: - Writes

  private mutating func append(
    _ proposal: Proposal, _ command: CommandID, _ now: LogTime,
    _ transaction: inout WriteTransaction
  ) throws -> AppendReceipt {
    let row = CommandRow(
      first: head.next.rawValue, count: UInt64(proposal.events.count), recordedAt: now)
    var sealed: [(event: NewEvent, recordedAt: LogTime, record: SealedRecord)] = []
    for (event, salt) in zip(proposal.events, newSalts(proposal.events.count, options)) {
      let time = LogTime(rawValue: now.rawValue + Int64(sealed.count))
      sealed.append(
        (event, time, try SealedRecord(event, recordedAt: time, command: command, salt: salt)))
    }
    try put(PreparedEvents(sealed), &transaction)
    try put(proposal.blobs, &transaction)
    try transaction.set(
      in: tables.commands, key: IDBytes(command), value: row.bytes(of: command, in: tables.commands)
    )
    return row.receipt(isRepeat: false)
  }

  private mutating func append(
    _ prepared: PreparedImport, _ transaction: inout WriteTransaction
  ) throws -> AppendReceipt {
    let events = prepared.events.events
    guard let earliest = events.first else {
      try put(prepared.blobs, &transaction)
      return emptyReceipt
    }
    let first = head.next.rawValue
    var rows: [(command: CommandID, row: CommandRow)] = []
    for run in prepared.runs {
      // Only the first can continue a command of the batch before.
      let known =
        run.indices.lowerBound == 0
        ? try transaction.reading.commandRow(tables, run.command) : nil
      var row =
        known
        ?? CommandRow(
          first: first + UInt64(run.indices.lowerBound), count: 0,
          recordedAt: events[run.indices.lowerBound].recordedAt)
      row.count += UInt64(run.indices.count)
      rows.append((run.command, row))
    }
    let tables = tables
    try transaction.write(to: tables.commands) { writer in
      for (command, row) in rows.sorted(by: { $0.command < $1.command }) {
        try writer.set(
          key: IDBytes(command), value: row.bytes(of: command, in: tables.commands))
      }
    }
    try put(prepared.events, &transaction)
    try put(prepared.blobs, &transaction)
    return AppendReceipt(
      positions: first..<head.next.rawValue, recordedAt: earliest.recordedAt, isRepeat: false)
  }

  /// Gives the events their places and writes them, one table after the other, each in its order.
  private mutating func put(
    _ prepared: PreparedEvents, _ transaction: inout WriteTransaction
  ) throws {
    var prepared = prepared
    var heads = try Heads(of: prepared, tables, transaction.reading)
    var nodes: [(index: UInt64, node: TreeHash)] = []
    nodes.reserveCapacity(2 * prepared.events.count)
    let before = head
    for index in prepared.events.indices {
      head = head.next
      let stream = prepared.events[index].stream
      let previous = heads.streams[stream]
      let sequence = (previous?.count ?? 0) + 1
      let links = prepared.events[index].tags.map { heads.tags[$0].append(head) }
      prepared.events[index].record.place(
        sequence: sequence, previous: previous?.last ?? 0, tagLinks: links)
      let leaf = Leaf(
        log: log, position: head, stream: prepared.streams[stream], sequence: sequence,
        previous: previous.map { Leaf.Previous(position: Position($0.last), hash: $0.leaf) },
        commitment: prepared.events[index].record.commitment
      ).hash
      frontier.append(leaf) { index, node in nodes.append((index, node)) }
      heads.streams[stream] = StreamHead(last: head.rawValue, count: sequence, leaf: leaf)
      byteCount += prepared.events[index].record.bytes.count
    }
    eventCount += prepared.events.count
    headRecordedAt = prepared.events.last?.recordedAt ?? headRecordedAt
    try write(prepared, after: before, &transaction)
    try transaction.write(to: tables.nodes) { writer in
      for (index, node) in nodes { try writer.append(key: index, value: HashBytes(node)) }
    }
    try heads.write(prepared, tables, &transaction)
  }

  /// The records and their ids.
  private func write(
    _ prepared: PreparedEvents, after before: Position, _ transaction: inout WriteTransaction
  ) throws {
    try transaction.write(to: tables.records) { writer in
      for (index, event) in prepared.events.enumerated() {
        try writer.append(key: before.rawValue + 1 + UInt64(index), value: event.record.bytes)
      }
    }
    let last = try transaction.reading.lastID(EventID.self, in: tables.events)
    try transaction.write(to: tables.events) { writer in
      for index in prepared.byID {
        let (key, value) = (
          IDBytes(prepared.events[index].id), NumberBytes(before.rawValue + 1 + UInt64(index))
        )
        if let last, prepared.events[index].id <= last {
          try writer.set(key: key, value: value)
        } else {
          try writer.append(key: key, value: value)
        }
      }
    }
  }

  private mutating func put(
    _ blobs: [Blob], _ transaction: inout WriteTransaction
  ) throws {
    for blob in blobs {
      let row = BlobRow.encode(blob, head: head.rawValue, in: tables.blobs)
      try transaction.insert(into: tables.blobs, key: blob.id.bytes, value: row)
      byteCount += row.count
    }
  }
}

/// The heads that a request moves, each read once before and written once after.
private struct Heads {
  /// As in `PreparedEvents`; nil before a stream's first event.
  var streams: [StreamHead?] = []
  var tags: [TagHead] = []

  init(
    of events: PreparedEvents, _ tables: LogTables, _ transaction: ReadTransaction
  ) throws {
    for stream in events.streams { streams.append(try transaction.streamHead(tables, stream)) }
    for tag in events.tags { tags.append(try transaction.tagHead(tables, tag) ?? TagHead()) }
  }

  func write(
    _ events: PreparedEvents, _ tables: LogTables, _ transaction: inout WriteTransaction
  ) throws {
    try transaction.write(to: tables.streams) { writer in
      for (id, head) in zip(events.streams, streams) {
        if let head { try writer.set(key: IDBytes(id), value: head.bytes) }
      }
    }
    try transaction.write(to: tables.tags) { writer in
      for (tag, head) in zip(events.tags, tags) {
        try writer.set(key: tag.text, value: head.bytes)
      }
    }
  }
}

extension TagHead {
  /// Makes an event the tag's last one; returns the position of the one before, 0 for none.
  fileprivate mutating func append(_ position: Position) -> UInt64 {
    defer {
      last = position.rawValue
      count += 1
    }
    return last
  }
}
