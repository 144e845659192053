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
  private(set) var tags: TagMoves
  /// The greatest ids that the log has: what follows them is new.
  private var lastEvent: EventID?
  private var lastCommand: CommandID?
  private(set) var eventCount = 0
  private(set) var byteCount = 0

  /// Whether it has as much as one transaction should hold.
  var isFull: Bool {
    eventCount >= Proposal.maximumEvents || byteCount >= Proposal.maximumBytes
  }

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
    tags = try TagMoves(tables, transaction, head: head.rawValue)
    lastEvent = try transaction.lastID(EventID.self, in: tables.events)
    lastCommand = try transaction.lastID(CommandID.self, in: tables.commands)
  }

  mutating func handle(
    _ work: WriteRequest.Work, _ transaction: inout WriteTransaction
  ) throws -> Result<AppendReceipt, any Error> {
    switch work {
    case .decide(let command, let decide):
      if let known = try row(of: command, transaction.reading) {
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

  private func row(
    of command: CommandID, _ transaction: ReadTransaction
  ) throws -> CommandRow? {
    guard let lastCommand, command <= lastCommand else { return nil }
    return try transaction.commandRow(tables, command)
  }

  private func decided(
    _ decide: (any LogSnapshot, LogTime) throws -> Proposal, _ now: LogTime,
    _ transaction: ReadTransaction
  ) throws -> Proposal {
    let (tables, head, headRecordedAt, tags) = (tables, head, headRecordedAt, tags.heads)
    let proposal = try storageErrors(as: EventLogError.notStored) {
      try transaction.withReference { reference in
        try decide(
          LMDBSnapshot(tables, reference, head: head, headRecordedAt: headRecordedAt, tags), now)
      }
    }
    try proposal.validate()
    try refuseKnownIDs(proposal.events.lazy.map(\.id), proposal.blobs, transaction)
    return proposal
  }

  private func check(_ prepared: PreparedImport, _ transaction: ReadTransaction) throws {
    if let earliest = prepared.firstRecordedAt, let headRecordedAt, earliest <= headRecordedAt {
      throw EventLogError.timeNotIncreasing(earliest)
    }
    for run in prepared.runs {
      guard let known = try row(of: run.command, transaction) else { continue }
      // The batch before ended within this command.
      guard run.indices.lowerBound == 0, known.count > 0,
        known.first + known.count == head.next.rawValue
      else { throw EventLogError.splitCommand(run.command) }
    }
    try refuseKnownIDs(prepared.events.events.lazy.map(\.id), prepared.blobs, transaction)
  }

  private func refuseKnownIDs(
    _ events: some Sequence<EventID>, _ blobs: [Blob], _ transaction: ReadTransaction
  ) throws {
    if let lastEvent {
      for id in events
      where try id <= lastEvent && transaction.contains(IDBytes(id), in: tables.events) {
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
    let events = proposal.events.enumerated().map { index, event in
      ImportedEvent(
        event: event, recordedAt: LogTime(rawValue: now.rawValue + Int64(index)), command: command)
    }
    try tags.settle(after: options.eventsBetweenSettlements, &transaction)
    let salts = options.randomBytes(RecordFormat.saltBytes * events.count)
    try put(PreparedEvents(events, salts: salts), &transaction)
    try put(proposal.blobs, &transaction)
    try put([(command, row)], &transaction)
    return row.receipt(isRepeat: false)
  }

  private mutating func append(
    _ prepared: PreparedImport, _ transaction: inout WriteTransaction
  ) throws -> AppendReceipt {
    guard let earliest = prepared.firstRecordedAt else {
      try put(prepared.blobs, &transaction)
      return emptyReceipt
    }
    try tags.settle(after: 16 * options.eventsBetweenSettlements, &transaction)
    let first = head.next.rawValue
    var rows: [(command: CommandID, row: CommandRow)] = []
    rows.reserveCapacity(prepared.runs.count)
    for run in prepared.runs {
      // Only the first can continue a command of the batch before.
      let known =
        run.indices.lowerBound == 0 ? try row(of: run.command, transaction.reading) : nil
      var row =
        known
        ?? CommandRow(
          first: first + UInt64(run.indices.lowerBound), count: 0, recordedAt: run.recordedAt)
      row.count += UInt64(run.indices.count)
      rows.append((run.command, row))
    }
    try put(rows, &transaction)
    try put(prepared.events, &transaction)
    try put(prepared.blobs, &transaction)
    return AppendReceipt(
      positions: first..<head.next.rawValue, recordedAt: earliest, isRepeat: false)
  }

  /// - Parameter rows: in the order of their commands.
  private mutating func put(
    _ rows: [(command: CommandID, row: CommandRow)], _ transaction: inout WriteTransaction
  ) throws {
    let (tables, last) = (tables, lastCommand)
    try transaction.write(to: tables.commands) { writer in
      for (command, row) in rows {
        let key = IDBytes(command)
        if row.count == 0 {
          try writer.set(key: key, value: row.sealedBytes(of: command, in: tables.commands))
        } else if let last, command <= last {
          try writer.set(key: key, value: row)
        } else {
          try writer.append(key: key, value: row)
        }
      }
    }
    if let greatest = rows.last?.command { lastCommand = max(greatest, lastCommand ?? greatest) }
  }

  /// Gives the events their places and writes them, one table after the other, each in its order.
  private mutating func put(
    _ prepared: PreparedEvents, _ transaction: inout WriteTransaction
  ) throws {
    guard !prepared.events.isEmpty else { return }
    let before = head
    var streams = try prepared.streams.map { try transaction.reading.streamHead(tables, $0) }
    let tagEnds = try prepared.tags.map { use in
      let move = TagHead(last: before.next.rawValue + UInt64(use.last), count: UInt64(use.count))
      return try tags.move(use.tag, by: move, transaction.reading)
    }
    let nodes = try putRecords(of: prepared, after: tagEnds, &streams, &transaction)
    try putIDs(of: prepared, after: before, &transaction)
    try transaction.write(to: tables.nodes) { writer in
      var index = StoredNodes.count(treeSize: before.rawValue)
      for node in nodes {
        try writer.append(key: index, value: HashBytes(node))
        index += 1
      }
    }
    try transaction.write(to: tables.streams) { writer in
      for (id, head) in zip(prepared.streams, streams) {
        if let head { try writer.set(key: IDBytes(id), value: head) }
      }
    }
    eventCount += prepared.events.count
    byteCount += prepared.byteCount
    headRecordedAt = prepared.lastRecordedAt
  }

  /// - Parameters:
  ///   - tagEnds: for each tag the position of what was its last event, 0 for none.
  ///   - streams: the heads of the streams, nil before the first event; are moved.
  /// - Returns: the nodes that the tree gains.
  private mutating func putRecords(
    of prepared: PreparedEvents, after tagEnds: [UInt64], _ streams: inout [StreamHead?],
    _ transaction: inout WriteTransaction
  ) throws -> [TreeHash] {
    var nodes: [TreeHash] = []
    nodes.reserveCapacity(2 * prepared.events.count)
    var (head, frontier) = (head, frontier)
    let first = head.next.rawValue
    var index = 0
    let links = prepared.links.map { link in
      switch link {
      case .event(let index): first + UInt64(index)
      case .head(let tag): tagEnds[tag]
      }
    }
    var linkStart = 0
    try transaction.write(to: tables.records) { writer in
      for piece in prepared.records {
        var start = 0
        for record in piece.records {
          let event = prepared.events[index]
          index += 1
          head = head.next
          let previous = streams[event.stream]
          let sequence = (previous?.count ?? 0) + 1
          let eventLinks = links[linkStart..<linkStart + event.tagCount]
          linkStart += event.tagCount
          try writer.append(key: head.rawValue, copying: piece.bytes[start..<record.end]) {
            RecordFormat.place(
              sequence: sequence, previous: previous?.last ?? 0, links: eventLinks, in: $0)
          }
          start = record.end
          let leaf = Leaf(
            log: log, position: head, stream: prepared.streams[event.stream], sequence: sequence,
            previous: previous.map { Leaf.Previous(position: Position($0.last), hash: $0.leaf) },
            commitment: record.commitment
          ).hash
          frontier.append(leaf) { _, node in nodes.append(node) }
          streams[event.stream] = StreamHead(last: head.rawValue, count: sequence, leaf: leaf)
        }
      }
    }
    (self.head, self.frontier) = (head, frontier)
    return nodes
  }

  private mutating func putIDs(
    of prepared: PreparedEvents, after before: Position, _ transaction: inout WriteTransaction
  ) throws {
    var last = lastEvent
    try transaction.write(to: tables.events) { writer in
      func put(_ index: Int) throws {
        let id = prepared.events[index].id
        let value = NumberBytes(before.rawValue + 1 + UInt64(index))
        if let last, id <= last {
          try writer.set(key: IDBytes(id), value: value)
        } else {
          try writer.append(key: IDBytes(id), value: value)
          last = id
        }
      }
      if let byID = prepared.byID {
        for index in byID { try put(index) }
      } else {
        for index in prepared.events.indices { try put(index) }
      }
    }
    lastEvent = last
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
