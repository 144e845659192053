internal import LMDB

/// One state of an LMDB log: a committed one, or that inside the writer's transaction.
struct LMDBSnapshot: LogSnapshot {
  let tables: LogTables
  let transaction: TransactionReference
  let head: Position
  let headRecordedAt: LogTime?
  /// Nil of a committed state, in which they are looked for when they are asked for.
  private let tagHeads: TagHeads?

  init(_ tables: LogTables, _ transaction: TransactionReference) throws {
    self.tables = tables
    self.transaction = transaction
    tagHeads = nil
    (head, headRecordedAt) = try transaction.read { transaction in
      let head = try transaction.head(tables)
      guard head > .none else { return (head, nil) }
      return (head, try transaction.record(tables, at: head).recordedAt)
    }
  }

  /// The state inside a transaction that writes.
  ///
  /// - Parameter head: what the transaction has, known already.
  init(
    _ tables: LogTables, _ transaction: TransactionReference, head: Position,
    headRecordedAt: LogTime?, _ tagHeads: TagHeads
  ) {
    (self.tables, self.transaction) = (tables, transaction)
    (self.head, self.headRecordedAt) = (head, headRecordedAt)
    self.tagHeads = tagHeads
  }

  private func tagHeads(_ transaction: ReadTransaction) throws -> TagHeads {
    try tagHeads ?? TagHeads(tables, transaction, head: head.rawValue)
  }

  func forEach(
    _ query: Query, _ options: ReadOptions, _ body: (RecordedEvent) throws -> Bool
  ) throws {
    try forEachRecord(query, options) { try body($0.recorded()) }
  }

  func forEachRecord(
    _ query: Query, _ options: ReadOptions, _ body: (RecordView) throws -> Bool
  ) throws {
    let range = options.range(head: head)
    var remaining = options.limit ?? .max
    guard range.lowerBound > 0, remaining > 0 else { return }
    let compiled = CompiledQuery(query)

    func emit(_ record: RecordView) throws -> Bool {
      remaining -= 1
      return try body(record) && remaining > 0
    }

    try transaction.read { transaction in
      // Once for all tags of the query, and not at all for one without.
      var heads: TagHeads?
      let plan = try QueryPlan(query, range: range, tables, transaction) { tag in
        let found = try heads ?? tagHeads(transaction)
        heads = found
        return try found.head(of: tag, asOf: head.rawValue, transaction)
      }
      switch (plan, options.direction) {
      case (.scan, let direction):
        try scan(range, direction, transaction) { record in
          try compiled.matches(record) ? emit(record) : true
        }
      case (.walk(let chains), .backwards):
        try walkBack(chains, in: range, tables, transaction, emit)
      case (.walk(let chains), .forwards):
        var matches: [(position: Position, bytes: UnsafeRawBufferPointer)] = []
        try walkBack(chains, in: range, tables, transaction) { record in
          // Proof: a record lies still until its transaction ends or writes, and no writer hands out
          // snapshots while it writes. To look each up again would double the work.
          matches.append((record.position, record.bytes.withUnsafeBytes { $0 }))
          // Only the last matches of the walk, the oldest, are going to be told.
          if let limit = options.limit, matches.count / 2 >= limit {
            matches.removeFirst(matches.count - limit)
          }
          return true
        }
        for (position, bytes) in matches.reversed() {
          let bytes = RawSpan(_unsafeBytes: bytes)
          guard try emit(RecordView(position: position, bytes: bytes)) else { return }
        }
      }
    }
  }

  func forEachRecord(
    from: Position, through: Position?, kinds: Set<EventKind>,
    _ body: (RecordView) throws -> Bool
  ) throws {
    let range = ReadOptions(from: from, asOf: through).range(head: head)
    guard range.lowerBound > 0 else { return }
    let wanted = KindFlags(kinds)
    try transaction.read { transaction in
      try scan(range, .forwards, transaction) { record in
        try wanted.contains(record.kind) ? body(record) : true
      }
    }
  }

  /// Lends every record of the range, which begins at 1 or later.
  private func scan(
    _ range: ClosedRange<UInt64>, _ direction: ReadOptions.Direction,
    _ transaction: ReadTransaction, _ body: (RecordView) throws -> Bool
  ) throws {
    var cursor = try transaction.cursor(over: tables.records)
    var expected = direction == .forwards ? range.lowerBound : range.upperBound
    var entry = try cursor.seek(atOrAfter: expected)
    while range.contains(expected) {
      guard let row = entry, row.key.byteCount == 8,
        row.key.bigEndian(UInt64.self, at: 0) == expected
      else { throw EventLogError.damaged(Position(expected), "the record is missing") }
      let record = try RecordView(position: Position(expected), bytes: row.value)
      guard try body(record) else { return }
      switch direction {
      case .forwards:
        expected += 1
        if expected <= range.upperBound { entry = try cursor.next() }
      case .backwards:
        expected -= 1
        if expected >= range.lowerBound { entry = try cursor.previous() }
      }
    }
  }

  func event(id: EventID) throws -> RecordedEvent? {
    try transaction.read { transaction in
      guard let position = try transaction.position(tables, of: id) else { return nil }
      return try transaction.record(tables, at: position).recorded()
    }
  }

  func blob(_ id: BlobID) throws -> [UInt8]? {
    try transaction.read { transaction in
      let key = id.bytes
      guard let bytes = try transaction.value(in: tables.blobs, at: key) else { return nil }
      guard bytes.byteCount >= BlobRow.headerBytes,
        RowSeal.isWhole(bytes, key: key.span.bytes, in: tables.blobs)
      else { throw EventLogError.damaged(.none, "blob \(id) has changed") }
      return [UInt8](copying: bytes.extracting(BlobRow.headerBytes...))
    }
  }

  func count(of tag: Tag) throws -> UInt64 {
    guard (1...Tag.maximumBytes).contains(tag.text.utf8.count) else { return 0 }
    return try transaction.read { transaction in
      try tagHeads(transaction).head(of: tag, asOf: head.rawValue, transaction).count
    }
  }

  func receipt(for command: CommandID) throws -> AppendReceipt? {
    try transaction.read { try $0.commandRow(tables, command)?.receipt(isRepeat: true) }
  }

  func position(asOf time: LogTime) throws -> Position {
    try transaction.read { transaction in
      // Every record up to `known` is early enough, every one from `tooLate` on is not.
      var known: UInt64 = 0
      var tooLate = head.rawValue + 1
      while tooLate - known > 1 {
        let middle = known + (tooLate - known) / 2
        let record = try transaction.record(tables, at: Position(middle))
        if record.recordedAt <= time { known = middle } else { tooLate = middle }
      }
      return Position(known)
    }
  }
}
