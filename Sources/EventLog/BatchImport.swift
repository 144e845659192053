/// An import of many batches, in order: while one is written, the next is prepared.
///
/// Each batch is all or nothing. A batch that is refused ends the import; those before it stay.
public struct BatchImport {
  private let log: LMDBEventLog
  private var writing: Task<AppendReceipt, any Error>?

  public init(into log: LMDBEventLog) { self.log = log }

  /// Returns when the batch before is on disk, and this one on its way.
  ///
  /// - Parameter events: at most `Proposal.maximumEvents`.
  /// - Throws: what `importEvents` throws, of this batch or the one before.
  public mutating func add(_ events: [ImportedEvent]) async throws {
    let prepared: PreparedImport
    do {
      prepared = try log.prepare(events, blobs: [])
    } catch {
      try await finish()
      throw error
    }
    try await finish()
    writing = Task { [log] in try await log.importPrepared(prepared) }
  }

  /// Returns when all batches are on disk. To be called after the last one.
  public mutating func finish() async throws {
    defer { writing = nil }
    _ = try await writing?.value
  }
}
