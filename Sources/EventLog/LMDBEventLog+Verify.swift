internal import LMDB
public import TransparencyLog

/// What a complete verification found to be consistent.
public struct LogVerification: Hashable, Sendable {
  public var head: Position
  /// Recomputed from the records; compare it with a signed checkpoint of the same size.
  public var root: TreeHash
  public var streams: Int
  public var tags: Int
  public var commands: Int
  public var blobs: Int
}

extension LMDBEventLog {
  /// Recomputes everything that the log stores beside its records: links, indexes, leaves, tree.
  ///
  /// Reads one state of the log throughout; appends go on meanwhile, but pages they replace are not
  /// reused until it is done. Holds the head of every stream and tag in memory.
  ///
  /// - Parameter progress: called now and then with the number of records done and their total.
  /// - Throws: `EventLogError.damaged` for the first contradiction.
  public func verify(
    progress: (_ done: UInt64, _ total: UInt64) -> Void = { _, _ in }
  ) throws -> LogVerification {
    try storageErrors {
      try environment.read { transaction in
        let head = try transaction.head(tables)
        var check = LogCheck(log: try transaction.logID(tables), tables: tables)
        try check.records(upTo: head, transaction, progress)
        try check.indexes(transaction)
        let blobs = try check.blobs(upTo: head, transaction)
        progress(head.rawValue, head.rawValue)
        return LogVerification(
          head: head, root: check.frontier.root, streams: check.streams.count,
          tags: check.tags.count, commands: check.commandCount, blobs: blobs)
      }
    }
  }
}

/// The log as it follows from the records alone, growing with each of them.
private struct LogCheck {
  private static let recordsPerProgress: UInt64 = 10_000

  let log: LogID
  let tables: LogTables
  private(set) var frontier = Frontier()
  private(set) var streams: [StreamID: StreamHead] = [:]
  private(set) var tags: [Tag: TagHead] = [:]
  private(set) var commandCount = 0
  private var lastTime: LogTime?
  /// The command of the last record, and what its row must be.
  private var command: (id: CommandID, row: CommandRow)?

  init(log: LogID, tables: LogTables) {
    self.log = log
    self.tables = tables
  }

  mutating func records(
    upTo head: Position, _ transaction: ReadTransaction,
    _ progress: (UInt64, UInt64) -> Void
  ) throws {
    var cursor = try transaction.cursor(over: tables.records)
    var position = Position(1)
    while let row = try cursor.next() {
      guard row.key.byteCount == 8, row.key.bigEndian(UInt64.self, at: 0) == position.rawValue
      else { throw EventLogError.damaged(position, "the record is missing") }
      try check(RecordView(position: position, bytes: row.value), transaction)
      if position.rawValue % Self.recordsPerProgress == 0 {
        progress(position.rawValue, head.rawValue)
      }
      position = position.next
    }
    try finishCommand(transaction, at: head)
    let nodes = StoredNodes.count(treeSize: frontier.size)
    guard try transaction.count(of: tables.nodes) == Int(nodes) else {
      throw EventLogError.damaged(head, "the hash tree does not have \(nodes) nodes")
    }
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
    try require(
      try transaction.position(tables, of: record.id) == position,
      "the index of event ids does not lead to it")
    try check(command: record, transaction)

    let leaf = Leaf(
      log: log, position: position, stream: record.stream, sequence: record.streamSequence,
      previous: stream.map { Leaf.Previous(position: Position($0.last), hash: $0.leaf) },
      commitment: Leaf.commitment(toOpening: record.opening)
    ).hash
    var nodes: [(index: UInt64, node: TreeHash)] = []
    frontier.append(leaf) { index, node in nodes.append((index, node)) }
    for (index, node) in nodes {
      let stored = try transaction.node(tables, index)
      try require(
        stored == node,
        index == nodes[0].index
          ? "its bytes do not match its leaf in the hash tree"
          : "node \(index) of the hash tree does not match its leaves")
    }
    streams[record.stream] = StreamHead(
      last: position.rawValue, count: record.streamSequence, leaf: leaf)
  }

  // MARK: - Commands

  private mutating func check(
    command record: RecordView, _ transaction: ReadTransaction
  ) throws {
    if command?.id == record.command {
      command?.row.count += 1
      return
    }
    try finishCommand(transaction, at: record.position)
    command = (
      record.command,
      CommandRow(first: record.position.rawValue, count: 1, recordedAt: record.recordedAt)
    )
  }

  private mutating func finishCommand(
    _ transaction: ReadTransaction, at position: Position
  ) throws {
    guard let (id, row) = command else { return }
    guard try transaction.commandRow(tables, id) == row else {
      throw EventLogError.damaged(
        Position(row.first), "the index of commands does not match its command")
    }
    commandCount += 1
    command = nil
  }

  // MARK: - Indexes

  func indexes(_ transaction: ReadTransaction) throws {
    for (id, head) in streams where try transaction.streamHead(tables, id) != head {
      throw EventLogError.damaged(Position(head.last), "its stream's head does not lead to it")
    }
    for (tag, head) in tags where try transaction.tagHead(tables, tag) != head {
      throw EventLogError.damaged(Position(head.last), "the head of one of its tags is wrong")
    }
    try requireCount(streams.count, of: tables.streams, transaction)
    try requireCount(tags.count, of: tables.tags, transaction)
    try requireCount(Int(frontier.size), of: tables.events, transaction)

    var cursor = try transaction.cursor(over: tables.commands)
    var withEvents = 0
    while let row = try cursor.next() {
      guard let command = CommandRow(row.value) else {
        throw EventLogError.damaged(.none, "a row of the commands has a wrong length")
      }
      if command.count > 0 { withEvents += 1 }
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
      guard blob.head <= head, BlobRow.hash(blob.bytes) == blob.hash else {
        throw EventLogError.damaged(blob.head, "blob \(blob.id) has changed")
      }
      count += 1
    }
    return count
  }
}
