import EventLog
import Testing

extension ConformanceCase {
  static let conditions: [ConformanceCase] = [
    ConformanceCase("a condition that nothing matches lets the append through") { log, _ in
      try await log.appendSixEvents()
      let condition = AppendCondition(failIfEventsMatch: .tags(Tag("unknown")))
      let receipt = try await log.append(event(7), condition: condition)
      #expect(receipt.positions == 7..<8)
    },

    ConformanceCase("a condition that an event matches refuses the append whole") { log, _ in
      try await log.appendSixEvents()
      let condition = AppendCondition(failIfEventsMatch: .tags(Tag("y")))
      let blob = Blob(id: .number(1), bytes: [1])
      try await expectRefusal(.conditionFailed(Position(5)), of: log) {
        try await log.append(event(7, ["y"]), event(8), blobs: [blob], condition: condition)
      }
      try log.read { log throws in
        #expect(try log.event(id: .number(7)) == nil)
        #expect(try log.blob(.number(1)) == nil)
        #expect(try log.receipt(for: .number(7)) == nil)
        #expect(try log.count(of: Tag("y")) == 1)
      }
      // The same command may be tried again, and then succeed.
      #expect(try await log.append(event(7)).isRepeat == false)
    },

    ConformanceCase("a condition ignores matches up to its position") { log, _ in
      try await log.appendSixEvents()
      func condition(after: UInt64) -> AppendCondition {
        AppendCondition(failIfEventsMatch: .tags(Tag("x")), after: Position(after))
      }
      try await expectRefusal(.conditionFailed(Position(5)), of: log) {
        try await log.append(event(7), condition: condition(after: 4))
      }
      try await log.append(event(8), condition: condition(after: 5))
      try await log.append(event(9), condition: condition(after: 6))
    },

    ConformanceCase("a condition after a position beyond the head holds") { log, _ in
      try await log.appendSixEvents()
      for after in [UInt64(6), 1_000, .max] {
        let condition = AppendCondition(failIfEventsMatch: .all, after: Position(after))
        try await log.append(event(after &+ 100), condition: condition)
        let appended = try log.read { $0.head }
        if after == 6 { #expect(appended == Position(7)) }
      }
      #expect(try log.read { $0.head } == Position(9))
    },

    ConformanceCase("a condition on everything is a check that the log is unchanged") { log, _ in
      let unchanged = AppendCondition(failIfEventsMatch: .all)
      try await log.append(event(1), condition: unchanged)
      try await expectRefusal(.conditionFailed(Position(1)), of: log) {
        try await log.append(event(2), condition: unchanged)
      }
    },

    ConformanceCase("a condition reports the first match") { log, _ in
      try await log.appendSixEvents()
      let condition = AppendCondition(
        failIfEventsMatch: Query([item([.closed]), item([], ["b"])]), after: Position(2))
      try await expectRefusal(.conditionFailed(Position(4)), of: log) {
        try await log.append(event(7), condition: condition)
      }
    },
  ]

  static let appends: [ConformanceCase] = [
    ConformanceCase("a receipt tells the positions, which continue without gaps") { log, clock in
      let first = try await log.append(event(1), event(2))
      #expect(first == AppendReceipt(positions: 1..<3, recordedAt: clock.now, isRepeat: false))
      #expect(try await log.append(event(3)).positions == 3..<4)
      #expect(try log.read { $0.head } == Position(3))
    },

    ConformanceCase("streams count their own events, also when they interleave") { log, _ in
      try await log.append(event(1, stream: 1), event(2, stream: 2), event(3, stream: 1))
      try await log.append(event(4, stream: 2), event(5, stream: 2), event(6, stream: 3))
      let events = try log.read { try $0.events(.all) }
      #expect(events.map(\.streamSequence) == [1, 1, 2, 2, 3, 1])
    },

    ConformanceCase("an event id is used once") { log, _ in
      try await log.append(event(1))
      try await expectRefusal(.duplicateEventID(.number(1)), of: log) {
        try await log.append(event(2), event(1, stream: 5), command: 10)
      }
      try await expectRefusal(.duplicateEventID(.number(3)), of: log) {
        try await log.append(event(3), event(3), command: 11)
      }
      #expect(try log.read { try $0.event(id: .number(2)) } == nil)
    },

    ConformanceCase("a request without events is remembered but appends nothing") { log, _ in
      try await log.append(event(1))
      let receipt = try await log.append(command: .number(50)) { _, _ in Proposal(events: []) }
      #expect(receipt.positions.isEmpty)
      let again = try await log.append(command: .number(50)) { _, _ in
        Issue.record("decided twice")
        return Proposal(events: [])
      }
      #expect(again.isRepeat)
      #expect(try log.read { $0.head } == Position(1))
    },

    ConformanceCase("limits are enforced before anything is written") { log, _ in
      let tooLarge = [UInt8](repeating: 0, count: NewEvent.maximumPayloadBytes + 1)
      try await expectRefusal(.payloadTooLarge(bytes: tooLarge.count), of: log) {
        try await log.append(event(1), event(2, payload: tooLarge))
      }
      let tags = (0...NewEvent.maximumTags).map { "tag\($0)" }
      try await expectRefusal(.tooManyTags(tags.count), of: log) {
        try await log.append(event(1), event(2, tags))
      }
      try await log.append(event(3, Array(tags.dropLast())))
      let count = Proposal.maximumEvents + 1
      let many = (1...UInt64(count)).map { event($0 + 100, payload: []) }
      try await expectRefusal(.requestTooLarge(events: count, bytes: 0), of: log) {
        try await log.append(Proposal(events: many), command: .number(9), condition: nil)
      }
    },

    ConformanceCase("a tag is short printable ASCII and occurs once") { log, _ in
      let longest = String(repeating: "t", count: Tag.maximumBytes)
      for invalid in ["", longest + "t", "line\nbreak", "caf\u{e9}", "nul\0"] {
        await #expect(throws: EventLogError.self) { try await log.append(event(1, [invalid])) }
        #expect(try log.positions(.tags(Tag(invalid))).isEmpty)
        #expect(try log.read { try $0.count(of: Tag(invalid)) } == 0)
      }
      await #expect(throws: EventLogError.self) { try await log.append(event(1, ["a", "a"])) }
      try log.expect(finds: [])
      try await log.append(event(1, [longest, "with space"]))
      try log.expect(.tags(Tag(longest)), finds: [1])
    },

    ConformanceCase("blobs are stored with their request and never replaced") { log, _ in
      let page = Blob(id: .number(1), bytes: (0..<100_000).map { UInt8(truncatingIfNeeded: $0) })
      try await log.append(event(1), blobs: [page, Blob(id: .number(2), bytes: [])])
      try await expectRefusal(.duplicateBlobID(.number(1)), of: log) {
        try await log.append(event(2), blobs: [Blob(id: .number(1), bytes: [9])])
      }
      try log.read { log throws in
        #expect(try log.blob(.number(1)) == page.bytes)
        #expect(try log.blob(.number(2)) == [])
        #expect(try log.blob(.number(3)) == nil)
      }
    },
  ]

  static let commands: [ConformanceCase] = [
    ConformanceCase("a repeated command gets the first receipt and decides nothing") { log, clock in
      let first = try await log.append(event(1), event(2), command: 7)
      clock.advance(microseconds: 1_000_000)
      try await log.append(event(3))
      let again = try await log.append(command: .number(7)) { _, _ in
        Issue.record("decided twice")
        return Proposal(events: [event(4)])
      }
      #expect(
        again
          == AppendReceipt(positions: 1..<3, recordedAt: first.recordedAt, isRepeat: true))
      #expect(try log.read { try $0.receipt(for: .number(7)) } == again)
      try log.expect(finds: [1, 2, 3])
    },

    ConformanceCase("one command from many tasks at once is decided once") { log, _ in
      let decisions = Counter()
      let receipts = try await withThrowingTaskGroup(of: AppendReceipt.self) { group in
        for _ in 0..<32 {
          group.addTask {
            try await log.append(command: .number(7)) { _, _ in
              decisions.increment()
              return Proposal(events: [event(1)])
            }
          }
        }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      #expect(decisions.count == 1)
      #expect(receipts.filter { !$0.isRepeat }.count == 1)
      #expect(receipts.allSatisfy { $0.positions == 1..<2 })
    },

    ConformanceCase("a decision sees the newest state and the time of its events") { log, clock in
      try await log.appendSixEvents()
      clock.advance(microseconds: 500)
      let receipt = try await log.append(command: .number(70)) { log, now throws in
        #expect(log.head == Position(6))
        #expect(try log.events(.tags(Tag("x"))).map(\.position.rawValue) == [3, 4, 5])
        #expect(log.headRecordedAt.map { $0 < now } == true)
        #expect(now == clock.now)
        return Proposal(events: [event(7)])
      }
      #expect(receipt.recordedAt == clock.now)
    },

    ConformanceCase("an error of a decision is thrown and appends nothing") { log, _ in
      struct Refusal: Error, Equatable { var rule: String }
      try await log.append(event(1))
      await #expect(throws: Refusal(rule: "license")) {
        try await log.append(command: .number(7)) { _, _ in throw Refusal(rule: "license") }
      }
      try log.expect(finds: [1])
      #expect(try log.read { try $0.receipt(for: .number(7)) } == nil)
      #expect(try await log.append(event(2), command: 7).isRepeat == false)
    },

    ConformanceCase("decisions exclude each other: a counter loses no step") { log, _ in
      try await withThrowingTaskGroup(of: Void.self) { group in
        for step in UInt64(1)...50 {
          group.addTask {
            _ = try await log.append(command: .number(step)) { log, _ in
              let last = try log.events(
                .tags(Tag("counter")), ReadOptions(direction: .backwards, limit: 1))
              let value = (last.first?.payload.first ?? 0) + 1
              return Proposal(events: [event(step, .noted, ["counter"], payload: [value])])
            }
          }
        }
        try await group.waitForAll()
      }
      let values = try log.read { try $0.events(.tags(Tag("counter"))).map { $0.payload[0] } }
      #expect(values == Array(1...50))
    },

    ConformanceCase("only one of many conditional appends to the same thing succeeds") { log, _ in
      let slot = AppendCondition(failIfEventsMatch: .tags(Tag("slot")))
      let succeeded = await withTaskGroup(of: Bool.self) { group in
        for number in UInt64(1)...20 {
          group.addTask {
            (try? await log.append(event(number, ["slot"]), condition: slot)) != nil
          }
        }
        return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
      }
      #expect(succeeded == 1)
      try log.expect(finds: [1])
    },
  ]
}
