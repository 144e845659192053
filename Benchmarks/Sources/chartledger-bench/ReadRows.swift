import EventLog
import Practice
import PracticeEvents
import Projection

extension Bench {
  /// Passes over the whole log: as bytes, then decoded.
  func readRows() throws -> [Row] {
    let log = try LMDBEventLog(directory: log, create: false)
    let store = try BareStore(directory: bareLog)
    var scan = Samples()
    var bareScan = Samples()
    var fold = Samples()
    // The first pass brings the pages in and does not count.
    for pass in 0...sizes.passes {
      let bareSum = try measure(&bareScan, unless: pass == 0) { try store.scan() }
      let sum = try measure(&scan, unless: pass == 0) { try Self.scan(log) }
      guard bareSum > 0, sum > 0 else { throw BareError(description: "a scan found nothing") }
      let decoded = try measure(&fold, unless: pass == 0) { try Self.decode(log) }
      guard decoded == corpus.events.count else {
        throw BareError(description: "decoded \(decoded) of \(corpus.events.count) events")
      }
    }
    let count = Double(corpus.events.count)
    return [
      Row(
        "scan of all records", .eventsPerSecond, ours: scan.median / count,
        floor: bareScan.median / count, floorIs: "a cursor in C", operations: corpus.events.count,
        durability: "reads"),
      Row(
        "decode of all events", .eventsPerSecond, ours: fold.median / count,
        floor: scan.median / count, floorIs: "our scan", operations: corpus.events.count,
        durability: "reads"),
    ]
  }

  /// Looks at what the floor's scan looks at: length and kind.
  private static func scan(_ log: LMDBEventLog) throws -> Int {
    try log.read { snapshot in
      var sum = 0
      try snapshot.forEachRecord(from: Position(1), through: nil, kinds: []) { record in
        sum &+= record.payload.byteCount &+ Int(record.kind.rawValue)
        return true
      }
      return sum
    }
  }

  /// Decodes every event, as a projection does.
  static func decode(_ log: LMDBEventLog) throws -> Int {
    try log.read { snapshot in
      var count = 0
      try snapshot.forEachRecord(from: Position(1), through: nil, kinds: []) { record in
        if try RecordedFact(record).event.kind != nil { count += 1 }
        return true
      }
      return count
    }
  }

  private func measure<Result>(
    _ samples: inout Samples, unless isWarmUp: Bool, _ body: () throws -> Result
  ) rethrows -> Result {
    isWarmUp ? try body() : try samples.measure(body)
  }
}
