import EventLog

extension Bench {
  /// Reads of few events: those with a tag, and single ones.
  func queryRows() throws -> [Row] {
    let log = try LMDBEventLog(directory: log, create: false)
    let store = try BareStore(directory: bareLog)
    return [try tagRow(log, store), try pointRow(log, store)]
  }

  /// All events with one tag, copied out.
  private func tagRow(_ log: LMDBEventLog, _ store: BareStore) throws -> Row {
    let (tag, _) = corpus.tag(ofAbout: 259, among: sizes.peerEvents)
    var ours = Samples()
    var bare = Samples()
    var found = 0
    for _ in 0..<sizes.folds / 5 {
      let positions = try ours.measure {
        try log.read { try $0.events(.tags(Tag(tag))).map(\.position.rawValue) }
      }
      _ = try bare.measure { try store.get(positions) }
      found = positions.count
    }
    return Row(
      "events with a tag, \(found) of them", key: "tag", .microseconds, ours: ours.median,
      p99: ours.percentile(99), floor: bare.median, floorIs: "get of the same records in C",
      operations: ours.count, durability: "reads")
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
