import EventLog
import Foundation

extension Bench {
  /// Durable appends to the whole log: one at a time, then by concurrent writers.
  ///
  /// - Parameter treeCost: nanoseconds per event.
  func appendRows(_ treeCost: Double) async throws -> [Row] {
    let lone = try await loneRow()
    var rows = [
      lone.row,
      Self.treeRow("lone", treeCost, of: lone.row.ours * 1_000, limit: 5),
    ]
    for writers in [16, 64, 256] {
      rows.append(try await groupRow(writers: writers, loneFloor: lone.floor))
    }
    return rows
  }

  /// - Returns: the row, and the floor's nanoseconds per append.
  private func loneRow() async throws -> (row: Row, floor: Double) {
    var generator = SplitMix(state: 2)
    let events = corpus.newEvents(sizes.loneAppends, using: &generator)
    var ours = Samples()
    var bare = Samples()
    do {
      let log = try LMDBEventLog(directory: log, create: false)
      let store = try BareStore(directory: bareLog)
      for event in events {
        let command = CommandID.random(using: &generator)
        let receipt = try await ours.measure {
          try await log.append(command: command) { _, _ in Proposal(events: [event]) }
        }
        let puts = PutPlan([(event, command)], at: receipt.positions.lowerBound)
        try bare.measure { try store.commit(puts) }
      }
    }
    let row = Row(
      "append, one writer", key: "lone", .microseconds, ours: ours.median,
      p99: ours.percentile(99), floor: bare.median, floorIs: "the same puts in C",
      operations: ours.count, flushes: ours.flushes, durability: "flushed per event")
    return (row, bare.median)
  }

  /// Writers that each wait for their event to be durable before they give the next one.
  private func groupRow(writers: Int, loneFloor: Double) async throws -> Row {
    var generator = SplitMix(state: UInt64(writers))
    let count = writers * sizes.appendsPerWriter
    let events = corpus.newEvents(count, using: &generator)
    var ours = Samples()
    do {
      let log = try LMDBEventLog(directory: log, create: false)
      try await ours.measure {
        try await withThrowingTaskGroup(of: Void.self) { group in
          for writer in 0..<writers {
            group.addTask {
              var generator = SplitMix(state: UInt64(writers * 1_000 + writer))
              for index in stride(from: writer, to: count, by: writers) {
                let event = events[index]
                _ = try await log.append(command: .random(using: &generator)) { _, _ in
                  Proposal(events: [event])
                }
              }
            }
          }
          try await group.waitForAll()
        }
      }
    }
    return Row(
      "append, \(writers) writers", key: "group \(writers)", .eventsPerSecond,
      ours: ours.total / Double(count), floor: loneFloor, floorIs: "one writer in C",
      operations: count, flushes: ours.flushes, durability: "flushed before each answer")
  }
}
