internal import LMDB
internal import TransparencyLog

/// Recomputes a tree from the records on disk, before it is signed: not with the code that built
/// it, so that a fault there, in memory or on disk cannot be signed.
///
/// Nothing but the peaks of the last signed tree is taken from the stored nodes; the definition of
/// RFC 6962 section 2.1 does the rest, recursively.
struct Recount: ~Escapable {
  private let tables: LogTables
  private let transaction: ReadTransaction
  private let log: LogID
  /// The leaves before this number have been signed.
  private let signed: UInt64

  @_lifetime(copy transaction)
  init(_ tables: LogTables, _ transaction: ReadTransaction, signed: UInt64) throws {
    self.tables = tables
    self.transaction = transaction
    self.signed = signed
    log = try transaction.logID(tables)
  }

  /// - Throws: `.damaged` at the first record that its leaf does not match.
  func root(size: UInt64) throws -> TreeHash {
    size == 0 ? .emptyTree : try root(of: 0..<size)
  }

  /// The subtrees on the way that end within the signed leaves are exactly the peaks of the tree
  /// that was signed.
  private func root(of leaves: Range<UInt64>) throws -> TreeHash {
    let count = leaves.upperBound - leaves.lowerBound
    if leaves.upperBound <= signed, count.nonzeroBitCount == 1 {
      let level = count.trailingZeroBitCount
      return try transaction.node(
        tables, StoredNodes.index(level: level, offset: leaves.lowerBound >> UInt64(level)))
    }
    if count == 1 { return try leaf(at: Position(leaves.lowerBound + 1)) }
    var left: UInt64 = 1
    while left * 2 < count { left *= 2 }
    let middle = leaves.lowerBound + left
    return .node(
      try root(of: leaves.lowerBound..<middle), try root(of: middle..<leaves.upperBound))
  }

  private func leaf(at position: Position) throws -> TreeHash {
    let record = try transaction.record(tables, at: position)
    let leaf = try transaction.leaf(tables, of: record, log: log).hash
    let stored = try transaction.node(
      tables, StoredNodes.index(level: 0, offset: position.rawValue - 1))
    guard leaf == stored else {
      throw EventLogError.damaged(position, "its bytes do not match its leaf in the hash tree")
    }
    return leaf
  }
}

extension ReadTransaction {
  /// The leaf of a record; its stream's previous leaf is taken from the stored tree.
  func leaf(_ tables: LogTables, of record: RecordView, log: LogID) throws -> Leaf {
    var previous: Leaf.Previous?
    if record.previousInStream > .none {
      guard record.previousInStream < record.position else {
        throw EventLogError.damaged(
          record.position, "it does not link to the stream's previous event")
      }
      let index = StoredNodes.index(level: 0, offset: record.previousInStream.rawValue - 1)
      previous = Leaf.Previous(
        position: record.previousInStream, hash: try node(tables, index))
    }
    return Leaf(
      log: log, position: record.position, stream: record.stream,
      sequence: record.streamSequence, previous: previous,
      commitment: Leaf.commitment(toOpening: record.opening))
  }
}
