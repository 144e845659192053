import Dispatch
import EventLog
import Foundation
import Testing

extension ConformanceCase {
  static let times: [ConformanceCase] = [
    ConformanceCase("recorded times increase strictly, even when the clock does not") {
      log, clock in
      let start = clock.now
      try await log.append(event(1), event(2))
      try await log.append(event(3))
      clock.advance(microseconds: -1_000_000)
      try await log.append(event(4))
      clock.advance(microseconds: 5_000_000)
      try await log.append(event(5))
      let elapsed = try log.read { log throws in
        try log.events(.all).map { $0.recordedAt.rawValue - start.rawValue }
      }
      #expect(elapsed == [0, 1, 2, 3, 4_000_000])
      #expect(try log.read { $0.headRecordedAt } == clock.now)
    },

    ConformanceCase("as of a time is the last position recorded by then") { log, clock in
      let start = clock.now.rawValue
      for number in UInt64(1)...20 {
        try await log.append(event(number))
        clock.advance(microseconds: 10)
      }
      let times = [
        Int64.min, start - 1, start, start + 9, start + 10, start + 189, start + 190, .max,
      ]
      let positions = try log.read { log in
        try times.map { try log.position(asOf: LogTime(rawValue: $0)).rawValue }
      }
      #expect(positions == [0, 0, 1, 1, 2, 19, 20, 20])
    },
  ]

  static let concurrency: [ConformanceCase] = [
    ConformanceCase("positions are gapless under many writers, and batches stay whole") { log, _ in
      let receipts = try await withThrowingTaskGroup(of: AppendReceipt.self) { group in
        for writer in UInt64(0)..<40 {
          group.addTask {
            let events = (0..<5).map { event(writer * 5 + $0, stream: writer) }
            return try await log.append(
              Proposal(events: events), command: .number(writer), condition: nil)
          }
        }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      let events = try log.read { try $0.events(.all) }
      #expect(events.map(\.position.rawValue) == Array(1...200))
      let starts = receipts.map(\.positions.lowerBound).sorted()
      #expect(starts == Array(stride(from: UInt64(1), to: 200, by: 5)))
      for receipt in receipts {
        let batch = events.filter { receipt.positions.contains($0.position.rawValue) }
        #expect(Set(batch.map(\.stream)).count == 1)
        #expect(batch.map(\.streamSequence) == [1, 2, 3, 4, 5])
      }
    },

    ConformanceCase("a reader that sees a position sees all below it") { log, _ in
      try await withThrowingTaskGroup(of: Void.self) { group in
        for writer in UInt64(0)..<4 {
          group.addTask {
            for number in UInt64(0)..<25 { try await log.append(event(writer * 100 + number)) }
          }
        }
        group.addTask {
          var head: UInt64 = 0
          while head < 100 {
            try log.read { log throws in
              #expect(log.head.rawValue >= head)
              head = log.head.rawValue
              let positions = try log.events(.all).map(\.position.rawValue)
              #expect(positions == Array(1..<head + 1))
            }
            await Task.yield()
          }
        }
        try await group.waitForAll()
      }
    },

    ConformanceCase("a snapshot does not change while others append") { log, _ in
      try await log.append(event(1))
      let goOn = DispatchSemaphore(value: 0)
      let (begun, reader) = AsyncStream.makeStream(of: [UInt64].self)
      // On a thread of its own: it waits, which the threads of tasks must not.
      Thread.detachNewThread {
        try? log.read { log in
          reader.yield([])
          goOn.wait()
          reader.yield(try log.events(.all).map(\.position.rawValue))
        }
        reader.finish()
      }
      var seen = begun.makeAsyncIterator()
      #expect(await seen.next() == [])
      try await log.append(event(2))
      goOn.signal()
      #expect(await seen.next() == [1])
      try log.expect(finds: [1, 2])
    },

    ConformanceCase("a decision may read the log itself") { log, _ in
      try await log.append(event(1))
      _ = try await log.append(command: .number(2)) { snapshot, _ throws in
        #expect(try log.read { $0.head } == snapshot.head)
        return Proposal(events: [event(2)])
      }
      try log.expect(finds: [1, 2])
    },

    ConformanceCase("heads begin with the present one and wake for appends") { log, _ in
      try await log.append(event(1))
      var heads = log.heads().makeAsyncIterator()
      #expect(await heads.next() == Position(1))
      async let appended = log.append(event(2), event(3))
      #expect(await heads.next() == Position(3))
      _ = try await appended
      try await log.append(event(4))
      try await log.append(event(5))
      // Newest only: 4 may have been skipped.
      var last = await heads.next()
      while let head = last, head < Position(5) { last = await heads.next() }
      #expect(last == Position(5))
    },
  ]

  static let imports: [ConformanceCase] = [
    ConformanceCase("an import keeps ids, times and commands") { log, _ in
      let events = [
        imported(1, at: 100, command: 1), imported(2, at: 250, command: 1),
        imported(3, at: 251, command: 2),
      ]
      let receipt = try await log.importEvents(events, blobs: [Blob(id: .number(1), bytes: [5])])
      #expect(receipt.positions == 1..<4)
      try log.read { log throws in
        let found = try log.events(.all)
        #expect(found.map(\.recordedAt.rawValue) == [100, 250, 251])
        #expect(found.map(\.id) == events.map(\.event.id))
        #expect(found.map(\.command) == events.map(\.command))
        #expect(try log.blob(.number(1)) == [5])
        #expect(try log.receipt(for: .number(1))?.positions == 1..<3)
        #expect(try log.receipt(for: .number(1))?.recordedAt == LogTime(rawValue: 100))
        #expect(try log.receipt(for: .number(2))?.positions == 3..<4)
      }
      #expect(try await log.append(event(9), command: 2).isRepeat)
    },

    ConformanceCase("an import whose times do not increase is refused whole") { log, _ in
      try await expectRefusal(.timeNotIncreasing(LogTime(rawValue: 100)), of: log) {
        try await log.importEvents([imported(1, at: 100), imported(2, at: 100)], blobs: [])
      }
      _ = try await log.importEvents([imported(1, at: 100)], blobs: [])
      for time in [Int64(99), 100] {
        try await expectRefusal(.timeNotIncreasing(LogTime(rawValue: time)), of: log) {
          try await log.importEvents([imported(2, at: time)], blobs: [])
        }
      }
    },

    ConformanceCase("an import refuses known ids, broken tags and salts") { log, _ in
      _ = try await log.importEvents([imported(1, at: 100)], blobs: [])
      try await expectRefusal(.duplicateEventID(.number(1)), of: log) {
        try await log.importEvents(
          [imported(2, at: 101), imported(1, at: 102, command: 9)], blobs: [])
      }
      var unsalted = imported(3, at: 103)
      unsalted.salt = [1, 2, 3]
      try await expectRefusal(.invalidSalt(bytes: 3), of: log) { [unsalted] in
        try await log.importEvents([unsalted], blobs: [])
      }
    },

    ConformanceCase("a command may continue in the next batch but not later") { log, _ in
      _ = try await log.importEvents([imported(1, at: 100, command: 1)], blobs: [])
      _ = try await log.importEvents(
        [imported(2, at: 101, command: 1), imported(3, at: 102, command: 2)], blobs: [])
      #expect(try log.read { try $0.receipt(for: .number(1))?.positions } == 1..<3)
      try await expectRefusal(.splitCommand(.number(1)), of: log) {
        try await log.importEvents([imported(4, at: 103, command: 1)], blobs: [])
      }
      try await expectRefusal(.splitCommand(.number(5)), of: log) {
        try await log.importEvents(
          [
            imported(4, at: 103, command: 5), imported(5, at: 104, command: 6),
            imported(6, at: 105, command: 5),
          ], blobs: [])
      }
    },

    ConformanceCase("appends continue after an import, later than its last event") { log, clock in
      let future = clock.now.rawValue + 1_000
      _ = try await log.importEvents([imported(1, at: future)], blobs: [])
      let receipt = try await log.append(event(2))
      #expect(receipt.positions == 2..<3)
      #expect(receipt.recordedAt == LogTime(rawValue: future + 1))
    },
  ]
}

private func imported(_ id: UInt64, at time: Int64, command: UInt64? = nil) -> ImportedEvent {
  ImportedEvent(
    event: event(id, ["a"]), recordedAt: LogTime(rawValue: time), command: .number(command ?? id))
}
