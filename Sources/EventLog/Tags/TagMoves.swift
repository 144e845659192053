internal import LMDB

/// What a transaction that writes does to the heads of tags.
struct TagMoves {
  private let tables: LogTables
  /// The heads as the transaction leaves them.
  private(set) var heads: TagHeads
  private let pending: RecentTags

  init(_ tables: LogTables, _ transaction: ReadTransaction, head: UInt64) throws {
    self.tables = tables
    pending = RecentTags(after: head)
    heads = try TagHeads(tables, transaction, head: head, pending: pending)
  }

  /// Takes in further events that have a tag.
  ///
  /// - Parameter move: the last of them, and how many.
  /// - Returns: the position of the tag's last event before them, 0 for none.
  func move(_ tag: HashedTag, by move: TagHead, _ transaction: ReadTransaction) throws -> UInt64 {
    try pending.add(move, of: tag)
      ?? heads.recent.head(of: tag, asOf: pending.start)?.last
      ?? heads.settledHead(of: tag.tag, transaction).last
  }

  /// Brings the table of tags up to what is committed, when so many events have come since it was.
  mutating func settle(
    after limit: UInt64, _ transaction: inout WriteTransaction
  ) throws {
    let through = pending.start
    guard heads.settled.isImplied || through - heads.settled.through >= limit else { return }
    try transaction.write(to: tables.tags) { writer in
      for (tag, moved) in heads.recent.heads(asOf: through) {
        try writer.update(key: tag.text) { row in
          let head = try TagHead(stored: row)
          return TagHead(last: moved.last, count: head.count + moved.count)
        }
      }
    }
    try SettledTags.set(through, tables, &transaction)
    if heads.settled.isImplied {
      try transaction.set(in: tables.meta, key: MetaKey.format, value: LMDBEventLog.format)
    }
    // With room for as many again.
    _ = tables.recentTags.since(through, expecting: heads.recent.count)
    heads = try TagHeads(tables, transaction.reading, head: through, pending: pending)
  }

  /// Lets reads know of it, once it is committed.
  func publish(through head: UInt64) {
    tables.recentTags.since(heads.settled.through).add(pending, through: head)
  }
}
