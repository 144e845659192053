import Dispatch
internal import LMDB
import Synchronization
internal import TransparencyLog

/// Compares checkpoints and anchors with a tree that has been verified.
struct EvidenceCheck {
  private static let checkpointsPerBatch = 512

  let tables: LogTables
  let signers: CheckpointSigners?
  private(set) var checkpoints = 0
  private(set) var checkedSignatures = 0
  private(set) var anchors = 0

  init(_ tables: LogTables, _ signers: CheckpointSigners?) {
    self.tables = tables
    self.signers = signers
  }

  /// - Returns: itself, with what was found.
  consuming func run(upTo head: Position, _ transaction: ReadTransaction) throws -> EvidenceCheck {
    var cursor = try transaction.cursor(over: tables.checkpoints)
    var batch: [CheckpointRow] = []
    var previous: UInt64 = 0
    while let row = try cursor.next() {
      let row = try CheckpointRow(row, in: tables.checkpoints)
      let checkpoint = row.checkpoint
      let position = Position(checkpoint.size)
      guard row.previous == previous else {
        throw EventLogError.damaged(
          Position(row.previous), "the checkpoint of this size was released and is missing")
      }
      previous = checkpoint.size
      guard position <= head else {
        throw EventLogError.damaged(
          position, "a checkpoint of \(checkpoint.size) events was signed; the log has only \(head)"
        )
      }
      guard try transaction.frontier(tables, head: position).root == checkpoint.root else {
        throw EventLogError.damaged(
          position, "the checkpoint of this size has another root than the records")
      }
      checkpoints += 1
      batch.append(row)
      if batch.count == Self.checkpointsPerBatch { try checkSignatures(&batch) }
    }
    try checkSignatures(&batch)
    try checkAnchors(transaction)
    return self
  }

  /// On all processors: a signature costs more than a thousand hashes.
  private mutating func checkSignatures(_ batch: inout [CheckpointRow]) throws {
    guard let signers, !batch.isEmpty else { return }
    let rows = batch
    batch = []
    let outcome = Mutex<(checked: Int, failed: [(size: UInt64, reason: String)])>((0, []))
    DispatchQueue.concurrentPerform(iterations: rows.count) { index in
      let (note, checkpoint) = (rows[index].note, rows[index].checkpoint)
      do throws(EvidenceError) {
        let isChecked = try signers.check(note, checkpoint)
        if isChecked { outcome.withLock { $0.checked += 1 } }
      } catch {
        outcome.withLock { $0.failed.append((checkpoint.size, "\(error)")) }
      }
    }
    let (checked, failed) = outcome.withLock { $0 }
    if let first = failed.min(by: { $0.size < $1.size }) {
      throw EventLogError.damaged(
        Position(first.size), "the checkpoint of this size is not to be trusted (\(first.reason))")
    }
    checkedSignatures += checked
  }

  private mutating func checkAnchors(_ transaction: ReadTransaction) throws {
    var cursor = try transaction.cursor(over: tables.anchors)
    while let row = try cursor.next() {
      guard let key = AnchorKey(row.key) else {
        throw EventLogError.damaged(.none, "the key of an anchor is not a tree size and a kind")
      }
      guard try transaction.contains(key.size, in: tables.checkpoints) else {
        throw EventLogError.damaged(
          Position(key.size), "an anchor belongs to a checkpoint that does not exist")
      }
      guard RowSeal.isWhole(row.value, key: row.key, in: tables.anchors) else {
        throw EventLogError.damaged(Position(key.size), "its anchor \(key.kind) has changed")
      }
      anchors += 1
    }
  }
}
