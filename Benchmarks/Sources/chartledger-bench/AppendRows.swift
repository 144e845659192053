import EventLog
import Foundation

extension Bench {
  /// Durable appends to the whole log: one at a time, then by concurrent writers.
  ///
  /// - Parameter treeCost: nanoseconds per event.
  func appendRows(_ treeCost: Double) async throws -> [Row] {
    let lone = try await loneRow()
    var rows = [lone, Self.treeRow("lone", treeCost, of: lone.ours * 1_000, limit: 5)]
    for writers in [16, 64, 256] {
      rows.append(try await groupRow(writers: writers))
    }
    return rows
  }

  /// As the program makes them, so that their table grows at its right edge.
  private static func newCommand(using generator: inout some RandomNumberGenerator) -> CommandID {
    .uuidV7(milliseconds: UInt64(LogTime.now.rawValue / 1_000), using: &generator)
  }

  private func loneRow() async throws -> Row {
    var generator = SplitMix(state: 2)
    let events = corpus.newEvents(sizes.loneAppends, using: &generator)
    var ours = Samples()
    var bare = Samples()
    do {
      let log = try LMDBEventLog(directory: log, create: false)
      let store = try BareStore(directory: bareLog)
      var tags = UnsettledTags(after: try log.read { $0.head.rawValue })
      for event in events {
        let command = Self.newCommand(using: &generator)
        let receipt = try await ours.measure {
          try await log.append(command: command) { _, _ in Proposal(events: [event]) }
        }
        let puts = PutPlan([(event, command)], at: receipt.positions.lowerBound, &tags)
        try bare.measure { try store.commit(puts) }
      }
    }
    return Row(
      "append, one writer", key: "lone", .microseconds, ours: ours.median,
      p99: ours.percentile(99), floor: bare.median, floorIs: "the same puts in C",
      operations: ours.count, flushes: ours.flushes, durability: "flushed per event")
  }

  /// Writers that each wait for their event to be durable before they give the next one.
  private func groupRow(writers: Int) async throws -> Row {
    var generator = SplitMix(state: UInt64(writers))
    let count = writers * sizes.appendsPerWriter
    let events = corpus.newEvents(count, using: &generator)
    var ours = Samples()
    let position: UInt64
    do {
      let log = try LMDBEventLog(directory: log, create: false)
      position = try log.read { $0.head.next.rawValue }
      try await ours.measure {
        try await withThrowingTaskGroup(of: Void.self) { group in
          for writer in 0..<writers {
            group.addTask {
              var generator = SplitMix(state: UInt64(writers * 1_000 + writer))
              for index in stride(from: writer, to: count, by: writers) {
                let event = events[index]
                _ = try await log.append(command: Self.newCommand(using: &generator)) { _, _ in
                  Proposal(events: [event])
                }
              }
            }
          }
          try await group.waitForAll()
        }
      }
    }
    let bare = try groupFloor(events, at: position, writers: writers, using: &generator)
    return Row(
      "append, \(writers) writers", key: "group \(writers)", .eventsPerSecond,
      ours: ours.total / Double(count), floor: bare.total / Double(count),
      floorIs: "\(writers) per commit in C",
      operations: count, flushes: ours.flushes, durability: "flushed before each answer")
  }

  /// The puts of the same events, as many in each transaction as there are writers.
  private func groupFloor(
    _ events: [NewEvent], at position: UInt64, writers: Int, using generator: inout SplitMix
  ) throws -> Samples {
    let store = try BareStore(directory: bareLog)
    var position = position
    var tags = UnsettledTags(after: position - 1)
    var bare = Samples()
    for start in stride(from: 0, to: events.count, by: writers) {
      let batch = events[start..<min(start + writers, events.count)].map {
        (event: $0, command: Self.newCommand(using: &generator))
      }
      let puts = PutPlan(batch, at: position, &tags)
      position += UInt64(batch.count)
      try bare.measure { try store.commit(puts) }
    }
    return bare
  }
}
