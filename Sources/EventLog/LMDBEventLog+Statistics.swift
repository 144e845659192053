internal import LMDB

/// How large and how full a log is, at one moment.
public struct LogStatistics: Hashable, Sendable {
  public var id: LogID
  public var events: UInt64
  public var streams: Int
  public var tags: Int
  public var commands: Int
  public var blobs: Int
  public var head: Position
  /// Nil when the log is empty.
  public var firstRecordedAt: LogTime?
  public var headRecordedAt: LogTime?
  public var bytesUsed: Int
  /// The most `bytesUsed` can grow to.
  public var mapBytes: Int
  /// Reads in progress, over all processes.
  public var readersInUse: Int
  public var maxReaders: Int
  /// Commits since the oldest read began; pages replaced since are kept for it.
  public var oldestReaderLag: UInt64
  /// Write transactions so far; each is one flush, whatever the number of its events.
  public var commits: UInt64
}

extension LMDBEventLog {
  public func statistics() throws -> LogStatistics {
    try storageErrors {
      let storage = try environment.statistics()
      return try environment.read { transaction in
        let head = try transaction.head(tables)
        func time(at position: Position) throws -> LogTime? {
          head == .none ? nil : try transaction.record(tables, at: position).recordedAt
        }
        return LogStatistics(
          id: try transaction.logID(tables), events: head.rawValue,
          streams: try transaction.count(of: tables.streams),
          tags: try TagHeads(tables, transaction, head: head.rawValue)
            .count(asOf: head.rawValue, transaction),
          commands: try transaction.count(of: tables.commands),
          blobs: try transaction.count(of: tables.blobs), head: head,
          firstRecordedAt: try time(at: Position(1)), headRecordedAt: try time(at: head),
          bytesUsed: storage.usedBytes, mapBytes: storage.mapBytes,
          readersInUse: storage.readersInUse, maxReaders: storage.maxReaders,
          oldestReaderLag: storage.oldestReaderLag, commits: storage.lastTransactionID)
      }
    }
  }
}
