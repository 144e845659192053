import EventLog
import Foundation

extension Bench {
  /// Bulk import, by size of batch. Leaves the logs of the smaller batches for what follows.
  func importRows() async throws -> [Row] {
    let large = try await importRow(
      batch: 5_000, into: scratch + "/import", floor: scratch + "/import-floor")
    for path in ["/import", "/import-floor"] {
      try FileManager.default.removeItem(atPath: scratch + path)
    }
    return [try await importRow(batch: 1_000, into: log, floor: bareLog), large]
  }

  /// Ours and the floor take turns, so that both meet the same load of the machine.
  private func importRow(batch size: Int, into path: String, floor: String) async throws -> Row {
    var ours = Samples()
    var bare = Samples()
    // Creating the log commits, too.
    _ = try LMDBEventLog(directory: path, create: true)
    let before = try BareStore.commits(in: path)
    do {
      let log = try LMDBEventLog(directory: path, create: false)
      let store = try BareStore(directory: floor)
      for (events, position) in corpus.batches(of: size) {
        let batch = Array(events)
        let puts = PutPlan(events.map { ($0.event, $0.command) }, at: position)
        _ = try await ours.measure { try await log.importEvents(batch, blobs: []) }
        try bare.measure { try store.commit(puts) }
      }
    }
    let count = Double(corpus.events.count)
    return Row(
      "import, \(size) per batch", .eventsPerSecond, ours: ours.total / count,
      floor: bare.total / count, floorIs: "the same puts in C", operations: corpus.events.count,
      commits: Int(try BareStore.commits(in: path) - before), durability: "flushed per batch")
  }
}
