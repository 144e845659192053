import EventLog

extension Bench {
  /// Reads of few events: those with a tag, and single ones.
  func queryRows() throws -> [Row] {
    let log = try LMDBEventLog(directory: log, create: false)
    let store = try BareStore(directory: bareLog)
    return [try tagRow(log, store), try pointRow(log, store)]
  }

  /// All events with one tag, each looked at where it lies, as the floor and the embedded peers do.
  private func tagRow(_ log: LMDBEventLog, _ store: BareStore) throws -> Row {
    let tag = Tag(corpus.tag(ofAbout: 259, among: sizes.peerEvents).tag)
    let positions = try log.read { try $0.events(.tags(tag)).map(\.position.rawValue) }
    var ours = Samples()
    var bare = Samples()
    for _ in 0..<sizes.folds / 5 {
      let sum = try ours.measure { try log.read { try Self.sum(of: tag, $0) } }
      let bareSum = try bare.measure { try store.get(positions) }
      guard sum > 0, bareSum > 0 else { throw BareError(description: "a tag has no events") }
    }
    return Row(
      "events with a tag, \(positions.count) of them", key: "tag", .microseconds, ours: ours.median,
      p99: ours.percentile(99), floor: bare.median, floorIs: "get of the same records in C",
      operations: ours.count, durability: "reads")
  }

  private static func sum(of tag: Tag, _ log: any LogSnapshot) throws -> Int {
    var sum = 0
    try log.forEachRecord(.tags(tag), ReadOptions()) { record in
      sum &+= record.payload.byteCount &+ Int(record.kind.rawValue)
      return true
    }
    return sum
  }

  /// The event at a position, copied out, each in a transaction of its own.
  private func pointRow(_ log: LMDBEventLog, _ store: BareStore) throws -> Row {
    var generator = SplitMix(state: 6)
    var ours = Samples()
    var bare = Samples()
    for _ in 0..<sizes.folds {
      let position = UInt64.random(in: 1...UInt64(eventCount), using: &generator)
      let found = try ours.measure {
        try log.read { try $0.events(.all, ReadOptions(from: Position(position), limit: 1)) }
      }
      guard found.first?.position == Position(position) else {
        throw BareError(description: "position \(position) was not found")
      }
      _ = try bare.measure { try store.get([position]) }
    }
    return Row(
      "event at a position", key: "point", .microseconds, ours: ours.median,
      p99: ours.percentile(99), floor: bare.median, floorIs: "get in C", operations: ours.count,
      durability: "reads")
  }
}
