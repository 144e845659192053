internal import LMDB
public import TransparencyLog

/// How far a stream has come.
public struct StreamEnd: Hashable, Sendable {
  public var stream: StreamID
  /// Number of its events, which is the sequence of the last one.
  public var count: UInt64
  public var last: Position
  /// Leaf hash of the last event.
  public var leaf: TreeHash

  public init(stream: StreamID, count: UInt64, last: Position, leaf: TreeHash) {
    self.stream = stream
    self.count = count
    self.last = last
    self.leaf = leaf
  }
}

extension LMDBEventLog {
  /// The end of every stream at the log's present head, in the order of the streams' ids.
  public func streamEnds() throws -> (asOf: Position, ends: [StreamEnd]) {
    try storageErrors {
      try environment.read { transaction in
        let head = try transaction.head(tables)
        var ends: [StreamEnd] = []
        ends.reserveCapacity(try transaction.count(of: tables.streams))
        var cursor = try transaction.cursor(over: tables.streams)
        while let row = try cursor.next() {
          guard row.key.byteCount == 16, let end = StreamHead(row.value) else {
            throw EventLogError.damaged(.none, "a row of the streams has a wrong length")
          }
          ends.append(
            StreamEnd(
              stream: row.key.id(StreamID.self, at: 0), count: end.count,
              last: Position(end.last), leaf: end.leaf))
        }
        return (head, ends)
      }
    }
  }
}
