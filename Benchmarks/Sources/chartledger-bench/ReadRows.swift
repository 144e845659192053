import EventLog
import Practice
import PracticeEvents
import Projection

extension Bench {
  /// Passes over the whole log: as bytes, by kind, then decoded.
  func readRows() throws -> [Row] {
    let log = try LMDBEventLog(directory: log, create: false)
    let store = try BareStore(directory: bareLog)
    var (scan, filtered, bareScan, decode, heading) = (
      Samples(), Samples(), Samples(), Samples(), Samples()
    )
    // The first pass brings the pages in and does not count.
    for pass in 0...sizes.passes {
      let bareSum = try measure(&bareScan, unless: pass == 0) { try store.scan() }
      let sum = try measure(&scan, unless: pass == 0) { try Self.scan(log, kinds: []) }
      let part = try measure(&filtered, unless: pass == 0) {
        try Self.scan(log, kinds: [EventKind(.chargePosted), EventKind(.paymentReceived)])
      }
      guard bareSum > 0, sum > part, part > 0 else {
        throw BareError(description: "a scan found nothing")
      }
      let decoded = try measure(&decode, unless: pass == 0) { try Self.decode(log) }
      let headed = try measure(&heading, unless: pass == 0) { try Self.foldHeadings(log) }
      guard decoded == eventCount, headed == eventCount else {
        throw BareError(description: "decoded \(decoded), \(headed) of \(eventCount) events")
      }
    }
    let count = Double(eventCount)
    func row(
      _ name: String, key: String? = nil, _ samples: Samples, _ floor: Samples, _ floorIs: String
    ) -> Row {
      Row(
        name, key: key, .eventsPerSecond, ours: samples.median / count,
        floor: floor.median / count, floorIs: floorIs, operations: eventCount,
        durability: "reads")
    }
    return [
      row("scan of all records", key: "scan", scan, bareScan, "a cursor in C")
        .aiming("at least 0.6 of C", bareScan.median / scan.median >= 0.6),
      row("scan for two kinds", filtered, bareScan, "a cursor in C"),
      row("fold of headings", heading, scan, "our scan")
        .aiming("at least 1 500 000 events/s", count * 1e9 / heading.median >= 1_500_000),
      row("decode of all events", decode, scan, "our scan"),
    ]
  }

  /// Looks at what the floor's scan looks at: length and kind.
  private static func scan(_ log: LMDBEventLog, kinds: Set<EventKind>) throws -> Int {
    try log.read { snapshot in
      var sum = 0
      try snapshot.forEachRecord(from: Position(1), through: nil, kinds: kinds) { record in
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

  /// How much each person recorded, and up to which day: a fold that needs the heading alone.
  static func foldHeadings(_ log: LMDBEventLog) throws -> Int {
    try log.read { snapshot in
      var byUser: [String: (count: Int, last: Int32)] = [:]
      try snapshot.forEachRecord(from: Position(1), through: nil, kinds: []) { record in
        let heading = try EventHeading(record.payload)
        byUser[heading.actor.user, default: (0, 0)].count += 1
        byUser[heading.actor.user]?.last = heading.effectiveOn
        return true
      }
      return byUser.values.reduce(0) { $0 + $1.count }
    }
  }

  private func measure<Result>(
    _ samples: inout Samples, unless isWarmUp: Bool, _ body: () throws -> Result
  ) rethrows -> Result {
    isWarmUp ? try body() : try samples.measure(body)
  }
}
