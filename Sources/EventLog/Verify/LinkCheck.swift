internal import LMDB
internal import TransparencyLog

/// Links and indexes as they follow from the records alone, growing with each of them.
struct LinkCheck {
  private static let recordsPerProgress: UInt64 = 4096

  private let tables: LogTables
  /// Last position and count of each stream.
  private(set) var streams: [StreamID: TagHead] = [:]
  private(set) var tags: [Tag: TagHead] = [:]
  private(set) var commandCount = 0
  private var lastTime: LogTime?
  /// The command of the last record, and what its row must be.
  private var command: (id: CommandID, row: CommandRow)?

  init(_ tables: LogTables) { self.tables = tables }

  /// - Parameter goesOn: asked now and then, with the position reached.
  mutating func records(
    upTo head: Position, _ transaction: ReadTransaction, while goesOn: (UInt64) -> Bool
  ) throws {
    let settled = try SettledTags(tables, transaction, head: head.rawValue)
    if settled.through == 0 { try checkTable(transaction) }
    var cursor = try transaction.cursor(over: tables.records)
    var position = Position(1)
    while let row = try cursor.next() {
      guard row.key.byteCount == 8, row.key.bigEndian(UInt64.self, at: 0) == position.rawValue
      else { throw EventLogError.damaged(position, "the record is missing") }
      try check(RecordView(position: position, bytes: row.value), transaction)
      if position.rawValue == settled.through { try checkTable(transaction) }
      if position.rawValue % Self.recordsPerProgress == 0, !goesOn(position.rawValue) { return }
      position = position.next
    }
    try finishCommand(transaction)
    _ = goesOn(head.rawValue)
  }

  private mutating func check(
    _ record: RecordView, _ transaction: ReadTransaction
  ) throws {
    let position = record.position
    func require(_ condition: Bool, _ problem: @autoclosure () -> String) throws {
      guard condition else { throw EventLogError.damaged(position, problem()) }
    }

    try require(
      lastTime.map { $0 < record.recordedAt } ?? true,
      "it is not recorded later than the event before it")
    lastTime = record.recordedAt

    let stream = streams[record.stream]
    try require(
      record.streamSequence == (stream?.count ?? 0) + 1,
      "its sequence in the stream is \(record.streamSequence) instead of \((stream?.count ?? 0) + 1)"
    )
    try require(
      record.previousInStream.rawValue == stream?.last ?? 0,
      "it does not link to the stream's previous event")
    for (index, tag) in record.tags.enumerated() {
      var head = tags[tag] ?? TagHead()
      try require(
        record.link(ofTag: index) == head.last,
        "tag \(index + 1) does not link to the previous event with it")
      head.last = position.rawValue
      head.count += 1
      tags[tag] = head
    }
    try check(command: record, transaction)
    streams[record.stream, default: TagHead()].last = position.rawValue
    streams[record.stream, default: TagHead()].count = record.streamSequence
  }

  /// The table of tags tells the heads as they are when its last settled event was checked.
  private func checkTable(_ transaction: ReadTransaction) throws {
    for (tag, head) in tags {
      let row = try transaction.value(in: tables.tags, at: tag.text)
      guard try TagHead(stored: row) == head else {
        throw EventLogError.damaged(Position(head.last), "the head of one of its tags is wrong")
      }
    }
    try requireCount(tags.count, of: tables.tags, transaction)
  }

  // MARK: - Commands

  private mutating func check(
    command record: RecordView, _ transaction: ReadTransaction
  ) throws {
    if command?.id == record.command {
      command?.row.count += 1
      return
    }
    try finishCommand(transaction)
    command = (
      record.command,
      CommandRow(first: record.position.rawValue, count: 1, recordedAt: record.recordedAt)
    )
  }

  private mutating func finishCommand(_ transaction: ReadTransaction) throws {
    guard let (id, row) = command else { return }
    guard try transaction.commandRow(tables, id) == row else {
      throw EventLogError.damaged(
        Position(row.first), "the index of commands does not match its command")
    }
    commandCount += 1
    command = nil
  }

  // MARK: - Indexes

  func indexes(upTo head: Position, _ transaction: ReadTransaction) throws {
    for (id, head) in streams {
      let leaf = try transaction.node(
        tables, StoredNodes.index(level: 0, offset: head.last - 1))
      let expected = StreamHead(last: head.last, count: head.count, leaf: leaf)
      guard try transaction.streamHead(tables, id) == expected else {
        throw EventLogError.damaged(Position(head.last), "its stream's head does not lead to it")
      }
    }
    try requireCount(streams.count, of: tables.streams, transaction)
    // Checked already: the format on opening, the log's id as a part of every leaf, and up to where
    // the tags are settled, which the first format lacks.
    let settled = try SettledTags(tables, transaction, head: head.rawValue)
    try requireCount(settled.isImplied ? 2 : 3, of: tables.meta, transaction)
    try requireCount(Int(head.rawValue), of: tables.events, transaction)
    try requireCount(
      Int(StoredNodes.count(treeSize: head.rawValue)), of: tables.nodes, transaction)

    var cursor = try transaction.cursor(over: tables.commands)
    var withEvents = 0
    while let row = try cursor.next() {
      guard row.key.byteCount == 16,
        let command = CommandRow(row.value, key: row.key, in: tables.commands)
      else { throw EventLogError.damaged(.none, "a row of the commands has changed") }
      if command.count > 0 {
        withEvents += 1
      } else {
        guard (1...head.rawValue + 1).contains(command.first) else {
          throw EventLogError.damaged(.none, "a command without events is of a later log")
        }
      }
    }
    guard withEvents == commandCount else {
      throw EventLogError.damaged(.none, "the commands name events that do not exist")
    }
  }

  private func requireCount(
    _ expected: Int, of table: Table, _ transaction: ReadTransaction
  ) throws {
    let found = try transaction.count(of: table)
    guard found == expected else {
      throw EventLogError.damaged(
        .none, "the table \(table) has \(found) rows instead of \(expected)")
    }
  }

  /// - Returns: their number.
  func blobs(upTo head: Position, _ transaction: ReadTransaction) throws -> Int {
    var cursor = try transaction.cursor(over: tables.blobs)
    var count = 0
    while let row = try cursor.next() {
      guard let blob = BlobView(row) else {
        throw EventLogError.damaged(.none, "a row of the blobs has a wrong length")
      }
      guard RowSeal.isWhole(row.value, key: row.key, in: tables.blobs), blob.head <= head else {
        throw EventLogError.damaged(.none, "blob \(blob.id) has changed")
      }
      count += 1
    }
    return count
  }
}
