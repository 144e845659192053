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
  /// Released checkpoints, all of which agree with the records.
  public var checkpoints: Int
  /// Those of them whose signatures were checked.
  public var checkedSignatures: Int
  public var anchors: Int
}

extension LMDBEventLog {
  /// Recomputes everything that the log stores beside its records: leaves and tree on all processors,
  /// meanwhile links and indexes; then checkpoints and anchors.
  ///
  /// Sees all up to the head at its beginning; appends go on meanwhile, but pages they replace are
  /// not reused until it is done. Holds the head of every stream and tag in memory.
  ///
  /// - Parameters:
  ///   - signers: whose signatures must stand under the checkpoints; nil leaves them unchecked.
  ///   - progress: called now and then with the number of records done and their total.
  /// - Throws: `EventLogError.damaged` for the first contradiction.
  public func verify(
    signers: CheckpointSigners? = nil,
    progress: (_ done: UInt64, _ total: UInt64) -> Void = { _, _ in }
  ) throws -> LogVerification {
    try storageErrors {
      try environment.read { transaction in
        let head = try transaction.head(tables)
        let hashes = HashCheck(environment, tables, try transaction.logID(tables), head)
        var links = LinkCheck(tables)
        try verifyRecords(hashes, &links, transaction, progress)
        let root = try transaction.frontier(tables, head: head).root
        try links.indexes(upTo: head, transaction)
        let evidence = try EvidenceCheck(tables, signers).run(upTo: head, transaction)
        let blobs = try links.blobs(upTo: head, transaction)
        try LookupCheck(tables: tables).run(transaction)
        progress(head.rawValue, head.rawValue)
        return LogVerification(
          head: head, root: root, streams: links.streams.count, tags: links.tags.count,
          commands: links.commandCount, blobs: blobs, checkpoints: evidence.checkpoints,
          checkedSignatures: evidence.checkedSignatures, anchors: evidence.anchors)
      }
    }
  }

  /// Hashes on other threads, follows links on this one, and throws the first contradiction of both.
  private func verifyRecords(
    _ hashes: HashCheck, _ links: inout LinkCheck, _ transaction: ReadTransaction,
    _ progress: (UInt64, UInt64) -> Void
  ) throws {
    let head = hashes.head.rawValue
    let work = hashes.start()
    var linked: UInt64 = 0
    func show() { progress(min(head, linked / 2 + hashes.done / 2), head) }
    let broken = Result {
      try links.records(upTo: hashes.head, transaction) { position in
        linked = position
        show()
        return position <= hashes.firstBad
      }
    }
    if case .failure(let error) = broken { hashes.report(error) }
    work.wait(meanwhile: show)
    if let problem = hashes.problem { throw problem }
  }
}
