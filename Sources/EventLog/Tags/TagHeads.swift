internal import LMDB

/// The heads of the tags in one state of the log.
///
/// The rows of the table of tags lie scattered: to write them with each event would cost several pages
/// for each, more than all else does. So they are settled, brought up to date, only after some thousand
/// events, of which many share a page. What the events since then did stands in their records, and is
/// kept in memory once it was read.
struct TagHeads {
  private let tables: LogTables
  let settled: SettledTags
  /// What has happened since then, all of it committed.
  let recent: RecentTags
  /// What the transaction itself has done, when it is one that writes.
  private let pending: RecentTags?

  /// - Parameter head: of what is committed.
  init(
    _ tables: LogTables, _ transaction: ReadTransaction, head: UInt64, pending: RecentTags? = nil
  ) throws {
    (self.tables, self.pending) = (tables, pending)
    settled = try SettledTags(tables, transaction, head: head)
    recent = tables.recentTags.since(settled.through)
    try recent.grow(to: head, tables, transaction)
  }

  /// The head of a tag up to a position; without events when it has none.
  func head(
    of tag: Tag, asOf position: UInt64, _ transaction: ReadTransaction
  ) throws -> TagHead {
    var head = try settledHead(of: tag, transaction)
    let hashed = HashedTag(tag)
    for tags in [recent, pending] {
      guard let moved = tags?.head(of: hashed, asOf: position) else { continue }
      head = TagHead(last: moved.last, count: head.count + moved.count)
    }
    return head
  }

  /// The head of a tag as it was when the tags were settled.
  func settledHead(of tag: Tag, _ transaction: ReadTransaction) throws -> TagHead {
    let head = try TagHead(stored: transaction.value(in: tables.tags, at: tag.text))
    guard head.last <= settled.through else {
      throw EventLogError.damaged(.none, "the row of a tag is of a later log")
    }
    return head
  }

  /// How many tags there are up to a position.
  func count(asOf position: UInt64, _ transaction: ReadTransaction) throws -> Int {
    let new = try recent.heads(asOf: position).count {
      try !transaction.contains($0.tag.text, in: tables.tags)
    }
    return try transaction.count(of: tables.tags) + new
  }
}

/// Up to where the table of tags tells the heads.
struct SettledTags {
  let through: UInt64
  /// Whether the log is of the first format, whose table of tags is written with each event.
  let isImplied: Bool

  init(_ tables: LogTables, _ transaction: ReadTransaction, head: UInt64) throws {
    guard let row = try transaction.value(in: tables.meta, at: MetaKey.settledTags) else {
      (through, isImplied) = (head, true)
      return
    }
    guard row.byteCount == RowSeal.byteCount + 8,
      RowSeal.isWhole(row, key: MetaKey.settledTags.utf8Span.span.bytes, in: tables.meta)
    else {
      throw EventLogError.damaged(.none, "the row that tells of the settled tags has changed")
    }
    through = row.littleEndian(UInt64.self, at: RowSeal.byteCount)
    isImplied = false
    guard through <= head else {
      throw EventLogError.damaged(
        .none, "the tags are settled up to \(through), after the last event")
    }
  }

  /// Says that the heads up to a position are in the table.
  static func set(
    _ through: UInt64, _ tables: LogTables, _ transaction: inout WriteTransaction
  ) throws {
    var value: [UInt8] = []
    value.append(littleEndian: through)
    let key = Array(MetaKey.settledTags.utf8)
    try transaction.set(
      in: tables.meta, key: key, value: RowSeal.sealed(value, key: key, in: tables.meta))
  }
}
