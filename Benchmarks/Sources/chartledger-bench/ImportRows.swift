import EventLog
import Foundation
import TransparencyLog

extension Bench {
  /// Bulk import, by size of batch, and what the tree costs of it.
  func importRows(
    _ small: (row: Row, processor: Double), _ treeCost: Double
  ) async throws -> [Row] {
    let treeRow = Self.treeRow("bulk", treeCost, of: small.processor, limit: 25)
    guard corpora == 1 else { return [small.row, treeRow] }
    let paths = (ours: scratch + "/import", floor: scratch + "/import-floor")
    let large = try await importRow(batch: 5_000, into: paths.ours, floor: paths.floor)
    for path in [paths.ours, paths.floor] { try FileManager.default.removeItem(atPath: path) }
    return [small.row, large.row, treeRow]
  }

  /// What the tree costs of a whole append, both in nanoseconds per event. Of an import that is
  /// processor time, because it hashes on all cores while others of its events are written.
  static func treeRow(_ name: String, _ cost: Double, of whole: Double, limit: Double) -> Row {
    let share = 100 * cost / (whole - cost)
    return Row(
      "tree and commitments, \(name)", .percent, ours: share, floorIs: "of the rest of the append",
      operations: treeEvents, durability: "of the rest of the append"
    ).aiming("at most \(Int(limit)) %", share <= limit)
  }

  /// How many batches one of the two writes before the other has its turn.
  private static let batchesPerTurn = 10

  /// Ours and the floor take turns, so that both meet the same load of the machine.
  ///
  /// - Returns: the row, and our processor time per event in nanoseconds.
  func importRow(
    batch size: Int, into path: String, floor: String
  ) async throws -> (row: Row, processor: Double) {
    var ours = Samples()
    var bare = Samples()
    // Creating the log flushes, too.
    _ = try LMDBEventLog(directory: path, create: true)
    let log = try LMDBEventLog(directory: path, create: false)
    let store = try BareStore(directory: floor)
    var position: UInt64 = 1
    var tags = UnsettledTags(isImport: true)
    try await Corpus.forEachPart(of: sizes.events, last: corpus) { part in
      if corpora > 1 { say("importing, \(position - 1) of \(sizes.events)") }
      let batches = stride(from: 0, to: part.events.count, by: size).map { start in
        Array(part.events[start..<min(start + size, part.events.count)])
      }
      for turn in stride(from: 0, to: batches.count, by: Self.batchesPerTurn) {
        let batches = batches[turn..<min(turn + Self.batchesPerTurn, batches.count)]
        let puts = batches.map { batch in
          defer { position += UInt64(batch.count) }
          return PutPlan(batch.map { ($0.event, $0.command) }, at: position, &tags)
        }
        try await ours.measure {
          var batchImport = BatchImport(into: log)
          for batch in batches { try await batchImport.add(batch) }
          try await batchImport.finish()
        }
        try bare.measure { for puts in puts { try store.commit(puts) } }
      }
    }
    let count = Double(position - 1)
    let cost = ours.total / count
    let row = Row(
      "import, \(size) per batch", key: size == 1_000 ? "bulk" : nil, .eventsPerSecond, ours: cost,
      floor: bare.total / count, floorIs: "the same puts in C", operations: Int(count),
      flushes: ours.flushes, durability: "flushed per batch")
    return (
      row.aiming("at least 300 000 events/s", 1e9 / cost >= 300_000), ours.processor / count
    )
  }

  private static let treeEvents = 20_000

  /// What only the tree needs, in nanoseconds of processor time per event: commitments, leaves and nodes of events of
  /// the log, hashed again, and the puts of the nodes in C.
  func treeCost() throws -> Double {
    let log = try LMDBEventLog(directory: log, create: false)
    let count = min(Self.treeEvents, eventCount)
    let evidence = try (1...UInt64(count)).compactMap { try log.evidence(at: Position($0)) }
    var hashing = Samples()
    for _ in 0..<sizes.passes {
      let root = hashing.measure { () -> TreeHash in
        var frontier = Frontier()
        for event in evidence {
          var leaf = event.leaf
          leaf.commitment = Leaf.commitment(toOpening: event.opening.span.bytes)
          frontier.append(leaf.hash) { _, _ in }
        }
        return frontier.root
      }
      guard try log.treeHead(atSize: UInt64(count)).root == root else {
        throw BareError(description: "the tree hashed again has another root")
      }
    }
    var with = Samples()
    var without = Samples()
    let paths = (with: scratch + "/nodes", without: scratch + "/no-nodes")
    let stores = (
      with: try BareStore(directory: paths.with, isFlushed: false),
      without: try BareStore(directory: paths.without, isFlushed: false)
    )
    var tags = (with: UnsettledTags(), without: UnsettledTags())
    for start in stride(from: 0, to: count, by: 1_000) {
      let batch = corpus.events[start..<min(start + 1_000, count)].map { ($0.event, $0.command) }
      let position = UInt64(start) + 1
      let plans = (
        with: PutPlan(batch, at: position, &tags.with),
        without: PutPlan(batch, at: position, &tags.without, nodes: false)
      )
      try with.measure { try stores.with.commit(plans.with) }
      try without.measure { try stores.without.commit(plans.without) }
    }
    for path in [paths.with, paths.without] { try FileManager.default.removeItem(atPath: path) }
    let nodes = max(0, with.processor - without.processor) / Double(count)
    return hashing.processor / Double(hashing.count * count) + nodes
  }
}
