internal import LMDB
internal import TransparencyLog

/// The tables of a log. All but `streams` and `tags` only ever grow.
final class LogTables: Sendable {
  static let names = [
    "meta", "records", "nodes", "events", "commands", "streams", "tags", "blobs",
    "checkpoints", "anchors",
  ]

  /// Text → bytes: `format`, `log` (its id), `tags` (`SettledTags`).
  let meta: Table
  /// Position → `RecordFormat`.
  let records: Table
  /// Index in `StoredNodes` order → 32 bytes.
  let nodes: Table
  /// Event id → position.
  let events: Table
  /// Command id → `CommandRow`.
  let commands: Table
  /// Stream id → `StreamHead`.
  let streams: Table
  /// Tag text → `TagHead`, up to where they are settled.
  let tags: Table
  /// Blob id → `BlobRow`.
  let blobs: Table
  /// Tree size → `CheckpointRow`.
  let checkpoints: Table
  /// `AnchorKey` → bytes.
  let anchors: Table
  /// The heads of tags since those of the table.
  let recentTags = RecentTags.Shelf()

  init(_ environment: Environment) {
    meta = environment.table("meta")
    records = environment.table("records")
    nodes = environment.table("nodes")
    events = environment.table("events")
    commands = environment.table("commands")
    streams = environment.table("streams")
    tags = environment.table("tags")
    blobs = environment.table("blobs")
    checkpoints = environment.table("checkpoints")
    anchors = environment.table("anchors")
  }
}

// Integers in values are little-endian.

/// Where the chain of a tag begins.
struct TagHead: Equatable {
  /// Position of the last event with the tag; 0 for none.
  var last: UInt64 = 0
  var count: UInt64 = 0

  init() {}

  init(last: UInt64, count: UInt64) { (self.last, self.count) = (last, count) }

  init?(_ bytes: RawSpan) {
    guard bytes.byteCount == 16 else { return nil }
    last = bytes.littleEndian(UInt64.self, at: 0)
    count = bytes.littleEndian(UInt64.self, at: 8)
  }
}

/// Where the chain of a stream begins.
struct StreamHead: Equatable {
  /// Position of the stream's last event.
  var last: UInt64
  /// Sequence of the last event, hence their number.
  var count: UInt64
  /// Leaf hash of the last event, which the next one names.
  var leaf: TreeHash

  init(last: UInt64, count: UInt64, leaf: TreeHash) {
    (self.last, self.count, self.leaf) = (last, count, leaf)
  }

  init?(_ bytes: RawSpan) {
    guard bytes.byteCount == 48, let leaf = TreeHash(bytes.extracting(16..<48)) else { return nil }
    last = bytes.littleEndian(UInt64.self, at: 0)
    count = bytes.littleEndian(UInt64.self, at: 8)
    self.leaf = leaf
  }
}

/// The outcome of a command. The row of one without events, which no record repeats, is sealed.
struct CommandRow: Equatable {
  private static let byteCount = 24

  /// Position of its first event, or the next position at its time when it had none.
  var first: UInt64
  var count: UInt64
  var recordedAt: LogTime

  init(first: UInt64, count: UInt64, recordedAt: LogTime) {
    (self.first, self.count, self.recordedAt) = (first, count, recordedAt)
  }

  /// Nil when the row is not as one is written.
  init?(_ stored: RawSpan, key: RawSpan, in commands: Table) {
    let isSealed = stored.byteCount == RowSeal.byteCount + Self.byteCount
    guard
      isSealed
        ? RowSeal.isWhole(stored, key: key, in: commands) : stored.byteCount == Self.byteCount
    else { return nil }
    let start = stored.byteCount - Self.byteCount
    first = stored.littleEndian(UInt64.self, at: start)
    count = stored.littleEndian(UInt64.self, at: start + 8)
    recordedAt = LogTime(rawValue: stored.littleEndian(Int64.self, at: start + 16))
    guard isSealed == (count == 0), !first.addingReportingOverflow(count).overflow else {
      return nil
    }
  }

  /// The row as it is when sealed, of a command without events.
  func sealedBytes(of command: CommandID, in commands: Table) -> [UInt8] {
    RowSeal.sealed(withUnsafeBytes(of: words) { Array($0) }, key: command.bytes, in: commands)
  }

  /// The row of a command with events.
  var words: (UInt64, UInt64, UInt64) {
    (
      first.littleEndian, count.littleEndian,
      UInt64(bitPattern: recordedAt.rawValue).littleEndian
    )
  }

  func receipt(isRepeat: Bool) -> AppendReceipt {
    AppendReceipt(
      positions: first..<first + count, recordedAt: recordedAt, isRepeat: isRepeat)
  }
}

/// A blob: a sealed row of the log's head after its request, then the blob's bytes.
enum BlobRow {
  static let headerBytes = RowSeal.byteCount + 8

  static func encode(_ blob: Blob, head: UInt64, in blobs: Table) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(8 + blob.bytes.count)
    bytes.append(littleEndian: head)
    bytes.append(contentsOf: blob.bytes)
    return RowSeal.sealed(bytes, key: blob.id.bytes, in: blobs)
  }
}

/// A blob as lent by the log.
struct BlobView: ~Escapable {
  let id: BlobID
  /// The log's head after the blob's request.
  let head: Position
  let bytes: RawSpan

  /// Nil when key or value are too short. Does not check the seal.
  @_lifetime(copy row)
  init?(_ row: Entry) {
    let value = row.value
    guard row.key.byteCount == 16, value.byteCount >= BlobRow.headerBytes else { return nil }
    id = row.key.id(BlobID.self, at: 0)
    head = Position(value.littleEndian(UInt64.self, at: RowSeal.byteCount))
    bytes = value.extracting(BlobRow.headerBytes...)
  }
}

extension ReadTransaction {
  /// The position of the last record; `.none` in an empty log.
  func head(_ tables: LogTables) throws -> Position {
    var cursor = try cursor(over: tables.records)
    guard let last = try cursor.last() else { return .none }
    guard last.key.byteCount == 8 else {
      throw EventLogError.damaged(.none, "a record's key is not a position")
    }
    return Position(last.key.bigEndian(UInt64.self, at: 0))
  }

  /// The record at a position that the log says it has.
  @_lifetime(copy self)
  func record(_ tables: LogTables, at position: Position) throws -> RecordView {
    guard let bytes = try value(in: tables.records, at: position.rawValue) else {
      throw EventLogError.damaged(position, "the record is missing")
    }
    return try RecordView(position: position, bytes: bytes)
  }

  func streamHead(_ tables: LogTables, _ stream: StreamID) throws -> StreamHead? {
    guard let bytes = try value(in: tables.streams, at: IDBytes(stream)) else { return nil }
    guard let head = StreamHead(bytes) else { throw damagedRow("a stream") }
    return head
  }

  func commandRow(_ tables: LogTables, _ command: CommandID) throws -> CommandRow? {
    guard let bytes = try value(in: tables.commands, at: IDBytes(command)) else { return nil }
    guard let row = CommandRow(bytes, key: command.bytes.span.bytes, in: tables.commands) else {
      throw EventLogError.damaged(.none, "the row of command \(command) has changed")
    }
    return row
  }

  func position(_ tables: LogTables, of event: EventID) throws -> Position? {
    guard let bytes = try value(in: tables.events, at: IDBytes(event)) else { return nil }
    guard bytes.byteCount == 8 else { throw damagedRow("an event id") }
    return Position(bytes.littleEndian(UInt64.self, at: 0))
  }

  /// The greatest id in a table under ids; nil when it is empty.
  func lastID<ID: SixteenByteID>(_ type: ID.Type, in table: Table) throws -> ID? {
    var cursor = try cursor(over: table)
    guard let last = try cursor.last() else { return nil }
    guard last.key.byteCount == 16 else { throw damagedRow("an id") }
    return last.key.id(type, at: 0)
  }

  func node(_ tables: LogTables, _ index: UInt64) throws -> TreeHash {
    guard let bytes = try value(in: tables.nodes, at: index), let hash = TreeHash(bytes) else {
      throw EventLogError.damaged(.none, "node \(index) of the hash tree is missing")
    }
    return hash
  }

  /// The right edge of the tree over all records.
  func frontier(_ tables: LogTables, head: Position) throws -> Frontier {
    let tables = tables
    var nodes: [UInt64: TreeHash] = [:]
    for index in StoredNodes.peaks(treeSize: min(head.rawValue, StoredNodes.maximumTreeSize)) {
      nodes[index] = try node(tables, index)
    }
    return try Frontier(size: head.rawValue) { index in
      guard let node = nodes[index] else {
        throw EventLogError.damaged(head, "the hash tree lacks node \(index)")
      }
      return node
    }
  }

  func logID(_ tables: LogTables) throws -> LogID {
    guard let bytes = try value(in: tables.meta, at: MetaKey.log), bytes.byteCount == 16 else {
      throw EventLogError.notALog("The log at this place has lost its id: restore a backup.")
    }
    return bytes.id(LogID.self, at: 0)
  }
}

extension TagHead {
  /// - Parameter row: nil of a tag that no event has yet.
  init(stored row: RawSpan?) throws {
    self.init()
    guard let row else { return }
    guard let head = TagHead(row) else { throw damagedRow("a tag") }
    self = head
  }
}

private func damagedRow(_ what: String) -> EventLogError {
  .damaged(.none, "the index row of \(what) has a wrong length")
}

enum MetaKey {
  static let format = "format"
  static let log = "log"
  static let settledTags = "tags"
}
