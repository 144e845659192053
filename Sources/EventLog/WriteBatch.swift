internal import LMDB
import Synchronization
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
  /// The nodes that an event completes; kept to reuse its memory.
  private var nodes: [(index: UInt64, node: TreeHash)] = []

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
    case .importing(let events, let blobs):
      do {
        try storageErrors { try checkImport(events, blobs, transaction.reading) }
      } catch {
        return .failure(error)
      }
      return .success(try append(events, blobs, &transaction))
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
    let proposal = try storageErrors {
      try transaction.withReference { reference in
        try decide(LMDBSnapshot(tables, reference), now)
      }
    }
    try proposal.validate()
    try refuseKnownIDs(proposal.events.map(\.id), proposal.blobs, transaction)
    return proposal
  }

  private func checkImport(
    _ events: [ImportedEvent], _ blobs: [Blob], _ transaction: ReadTransaction
  ) throws {
    try ImportBatch.validate(events, blobs: blobs, after: headRecordedAt)
    for run in try ImportBatch.runs(of: events) {
      guard let known = try transaction.commandRow(tables, run.command) else { continue }
      // The batch before ended within this command.
      guard run.indices.lowerBound == 0, known.count > 0,
        known.first + known.count == head.next.rawValue
      else { throw EventLogError.splitCommand(run.command) }
    }
    try refuseKnownIDs(events.map(\.event.id), blobs, transaction)
  }

  private func refuseKnownIDs(
    _ events: [EventID], _ blobs: [Blob], _ transaction: ReadTransaction
  ) throws {
    for id in events where try transaction.contains(IDBytes(id), in: tables.events) {
      throw EventLogError.duplicateEventID(id)
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
    var heads = PendingHeads()
    for (offset, (event, salt)) in zip(proposal.events, salts(proposal.events.count)).enumerated() {
      let time = LogTime(rawValue: now.rawValue + Int64(offset))
      let record = try SealedRecord(event, recordedAt: time, command: command, salt: salt)
      try put(event, time, record, &heads, &transaction)
    }
    try heads.flush(tables, &transaction)
    try put(proposal.blobs, &transaction)
    try transaction.set(
      in: tables.commands, key: IDBytes(command), value: row.bytes(of: command, in: tables.commands)
    )
    return row.receipt(isRepeat: false)
  }

  private mutating func append(
    _ events: [ImportedEvent], _ blobs: [Blob], _ transaction: inout WriteTransaction
  ) throws -> AppendReceipt {
    guard let earliest = events.first else {
      try put(blobs, &transaction)
      return emptyReceipt
    }
    let first = head.next.rawValue
    for run in try ImportBatch.runs(of: events) {
      var row =
        try transaction.reading.commandRow(tables, run.command)
        ?? CommandRow(
          first: first + UInt64(run.indices.lowerBound), count: 0,
          recordedAt: events[run.indices.lowerBound].recordedAt)
      row.count += UInt64(run.indices.count)
      try transaction.set(
        in: tables.commands, key: IDBytes(run.command),
        value: row.bytes(of: run.command, in: tables.commands))
    }
    var heads = PendingHeads()
    for (event, record) in zip(events, try sealed(events)) {
      try put(event.event, event.recordedAt, record, &heads, &transaction)
    }
    try heads.flush(tables, &transaction)
    try put(blobs, &transaction)
    return AppendReceipt(
      positions: first..<head.next.rawValue, recordedAt: earliest.recordedAt, isRepeat: false)
  }

  /// New salts, drawn together: each call of the generator costs more than its bytes.
  private func salts(_ count: Int) -> ArraySlice<[UInt8]> {
    let size = RecordFormat.saltBytes
    let bytes = options.randomBytes(count * size)
    return (0..<count).map { Array(bytes[$0 * size..<($0 + 1) * size]) }[...]
  }

  /// The records of imported events, made on all cores: hashing is a good part of an import.
  private func sealed(_ events: [ImportedEvent]) throws -> [SealedRecord] {
    let size = 256
    let missing = salts(events.count { $0.salt == nil })
    var next = missing.startIndex
    let salts = events.map { event -> [UInt8] in
      if let salt = event.salt { return salt }
      defer { next += 1 }
      return missing[next]
    }
    let pieces = Mutex([[SealedRecord]](repeating: [], count: (events.count + size - 1) / size))
    try inParallel((events.count + size - 1) / size) { number in
      let indices = number * size..<min((number + 1) * size, events.count)
      let piece = try indices.map { index in
        try SealedRecord(
          events[index].event, recordedAt: events[index].recordedAt,
          command: events[index].command, salt: salts[index])
      }
      pieces.withLock { $0[number] = piece }
    }
    return pieces.withLock { $0.flatMap { $0 } }
  }

  /// Writes the record, its id, its leaf and the nodes that the leaf completes.
  private mutating func put(
    _ event: NewEvent, _ recordedAt: LogTime, _ sealed: SealedRecord,
    _ heads: inout PendingHeads, _ transaction: inout WriteTransaction
  ) throws {
    let position = head.next
    let stream = try heads.stream(event.stream, tables, transaction.reading)
    let sequence = (stream?.count ?? 0) + 1
    var links: [UInt64] = []
    for tag in event.tags {
      links.append(try heads.link(tag, to: position, tables, transaction.reading))
    }
    var record = sealed.bytes
    RecordFormat.place(
      sequence: sequence, previous: stream?.last ?? 0, tagLinks: links, in: &record)
    try transaction.append(to: tables.records, key: position.rawValue, value: record)

    try transaction.insert(
      into: tables.events, key: IDBytes(event.id), value: NumberBytes(position.rawValue))

    let leaf = Leaf(
      log: log, position: position, stream: event.stream, sequence: sequence,
      previous: stream.map { Leaf.Previous(position: Position($0.last), hash: $0.leaf) },
      commitment: sealed.commitment
    ).hash
    nodes.removeAll(keepingCapacity: true)
    frontier.append(leaf) { index, node in nodes.append((index, node)) }
    for (index, node) in nodes {
      try transaction.append(to: tables.nodes, key: index, value: HashBytes(node))
    }
    heads.streams[event.stream] = StreamHead(last: position.rawValue, count: sequence, leaf: leaf)

    head = position
    headRecordedAt = recordedAt
    eventCount += 1
    byteCount += record.count
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

/// The heads that a request moves, written once at its end and in the order of their keys.
private struct PendingHeads {
  var streams: [StreamID: StreamHead] = [:]
  private var tags: [Tag: TagHead] = [:]

  func stream(
    _ id: StreamID, _ tables: LogTables, _ transaction: ReadTransaction
  ) throws -> StreamHead? {
    if let pending = streams[id] { return pending }
    return try transaction.streamHead(tables, id)
  }

  /// Makes an event the tag's last one; returns the position of the one before, 0 for none.
  mutating func link(
    _ tag: Tag, to position: Position, _ tables: LogTables, _ transaction: ReadTransaction
  ) throws -> UInt64 {
    var head = try tags[tag] ?? transaction.tagHead(tables, tag) ?? TagHead()
    let previous = head.last
    head.last = position.rawValue
    head.count += 1
    tags[tag] = head
    return previous
  }

  func flush(_ tables: LogTables, _ transaction: inout WriteTransaction) throws {
    for (id, head) in streams.sorted(by: { $0.key < $1.key }) {
      try transaction.set(in: tables.streams, key: IDBytes(id), value: head.bytes)
    }
    for (tag, head) in tags.sorted(by: { $0.key < $1.key }) {
      try transaction.set(in: tables.tags, key: tag.text, value: head.bytes)
    }
  }
}
