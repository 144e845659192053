import EventLog
import Testing

// The semantics of the specification at dcb.events, and the cases of `eventsourcing.dcb.tests`.
extension ConformanceCase {
  static let queries: [ConformanceCase] = [
    ConformanceCase("an empty log has no head, no time and no events") { log, _ in
      try log.expect(finds: [])
      try log.read { log throws in
        #expect(log.head == .none)
        #expect(log.headRecordedAt == nil)
        #expect(try log.event(id: .number(1)) == nil)
        #expect(try log.blob(.number(1)) == nil)
        #expect(try log.receipt(for: .number(1)) == nil)
        #expect(try log.position(asOf: LogTime(rawValue: .max)) == .none)
        #expect(try log.count(of: Tag("a")) == 0)
      }
    },

    ConformanceCase("an event comes back as it was given") { log, clock in
      let given = event(7, stream: 9, .closed, ["b", "a"], payload: Array(0...255))
      try await log.append(given, command: 70)
      let expected = RecordedEvent(
        position: Position(1), recordedAt: clock.now, id: given.id, stream: given.stream,
        streamSequence: 1, kind: .closed, tags: [Tag("b"), Tag("a")], command: .number(70),
        payload: given.payload)
      try log.read { log throws in
        #expect(try log.events(.all) == [expected])
        #expect(try log.event(id: given.id) == expected)
      }
    },

    ConformanceCase("payloads of every length up to the largest come back") { log, _ in
      let lengths = Array(0...17) + [1_800, 2_000, 2_048, 4_096, NewEvent.maximumPayloadBytes]
      for (index, length) in lengths.enumerated() {
        let payload = (0..<length).map { UInt8(truncatingIfNeeded: $0) }
        try await log.append(event(UInt64(index), payload: payload))
      }
      #expect(try log.read { try $0.events(.all).map(\.payload.count) } == lengths)
    },

    ConformanceCase("a query without items finds everything") { log, _ in
      try await log.appendSixEvents()
      try log.expect(.all, finds: [1, 2, 3, 4, 5, 6])
    },

    ConformanceCase("kinds of an item are alternatives") { log, _ in
      try await log.appendSixEvents()
      try log.expect(.kinds(.opened), finds: [1, 2])
      try log.expect(.kinds(.opened, .closed), finds: [1, 2, 5])
      try log.expect(.kinds(EventKind(rawValue: 999)), finds: [])
    },

    ConformanceCase("tags of an item must all be there") { log, _ in
      try await log.appendSixEvents()
      try log.expect(.tags(Tag("x")), finds: [3, 4, 5])
      try log.expect(.tags(Tag("a"), Tag("x")), finds: [3, 5])
      try log.expect(.tags(Tag("a"), Tag("b")), finds: [])
      try log.expect(.tags(Tag("unknown")), finds: [])
      try log.expect(.tags(Tag("a"), Tag("unknown")), finds: [])
    },

    ConformanceCase("an item is kinds and tags and stream") { log, _ in
      try await log.appendSixEvents()
      try log.expect(.stream(.number(2)), finds: [2, 4, 6])
      try log.expect(.stream(.number(3)), finds: [])
      try log.expect(Query([item([.noted], ["x"])]), finds: [3, 4])
      try log.expect(Query([item([.noted], ["x"], stream: 2)]), finds: [4])
      try log.expect(Query([item([.noted], stream: 2)]), finds: [4, 6])
      try log.expect(Query([item([.opened], ["x"])]), finds: [])
    },

    ConformanceCase("items are alternatives, and each event is found once") { log, _ in
      try await log.appendSixEvents()
      try log.expect(Query([item([], ["a"]), item([], ["y"])]), finds: [1, 3, 5])
      try log.expect(Query([item([], ["y"]), item([.opened])]), finds: [1, 2, 5])
      try log.expect(Query([item(stream: 1), item([], ["x"])]), finds: [1, 3, 4, 5])
      try log.expect(Query([item([], ["unknown"]), item([], ["b"])]), finds: [2, 4])
      try log.expect(Query([item(), item([], ["b"])]), finds: [1, 2, 3, 4, 5, 6])
    },

    ConformanceCase("a tag is not found by its prefix") { log, _ in
      try await log.append(event(1, ["room:10"]), event(2, ["room:1"]), event(3, ["room"]))
      try log.expect(.tags(Tag("room:1")), finds: [2])
      try log.expect(.tags(Tag("room")), finds: [3])
    },

    ConformanceCase("rare and frequent tags lead to the same events as a full scan") { log, _ in
      for first in stride(from: UInt64(0), to: 600, by: 100) {
        let events = (first..<first + 100).map { number in
          event(
            number, stream: number % 50, number % 3 == 0 ? .opened : .noted,
            ["all"] + [2, 7, 61].filter { number % $0 == 0 }.map { "by\($0)" })
        }
        _ = try await log.append(
          Proposal(events: events), command: .number(first), condition: nil)
      }
      let everything = try log.read { try $0.events(.all) }
      #expect(everything.count == 600)
      let queries: [Query] = [
        .tags(Tag("all")), .tags(Tag("by2")), .tags(Tag("by61")), .tags(Tag("by7"), Tag("by2")),
        .tags(Tag("all"), Tag("by61")), .stream(.number(7)),
        Query([item([.opened], ["by7"], stream: 14)]),
        Query([item([], ["by61"]), item([.opened], ["by7"]), item(stream: 3)]),
      ]
      for query in queries {
        let expected = everything.filter { query.matches($0) }.map(\.position.rawValue)
        try log.expect(query, finds: expected)
        try log.expect(query, ReadOptions(direction: .backwards), finds: expected.reversed())
        for limit in [1, 2, 3, 5] {
          try log.expect(
            query, ReadOptions(limit: limit), finds: Array(expected.prefix(limit)))
        }
        let options = ReadOptions(from: Position(200), asOf: Position(400), limit: 5)
        try log.expect(
          query, options, finds: Array(expected.filter { (200...400).contains($0) }.prefix(5)))
        let back = ReadOptions(
          direction: .backwards, from: Position(500), asOf: Position(400), limit: 5)
        try log.expect(query, back, finds: expected.filter { $0 <= 400 }.reversed().prefix(5) + [])
      }
    },

    ConformanceCase("the number of events with a tag is known") { log, _ in
      try await log.appendSixEvents()
      try log.read { log throws in
        #expect(try log.count(of: Tag("x")) == 3)
        #expect(try log.count(of: Tag("y")) == 1)
        #expect(try log.count(of: Tag("z")) == 0)
      }
    },

    ConformanceCase("records are lent in order, by range and kind") { log, _ in
      try await log.appendSixEvents()
      func records(
        from: UInt64 = 1, through: UInt64? = nil, _ kinds: Set<EventKind> = []
      ) throws -> [RecordedEvent] {
        try log.read { log throws in
          var found: [RecordedEvent] = []
          try log.forEachRecord(
            from: Position(from), through: through.map { Position($0) }, kinds: kinds
          ) { record in
            found.append(record.recorded())
            return true
          }
          return found
        }
      }
      #expect(try records() == log.read { try $0.events(.all) })
      #expect(try records(from: 3, through: 5).map(\.position.rawValue) == [3, 4, 5])
      #expect(try records(from: 2, [.opened, .closed]).map(\.position.rawValue) == [2, 5])
      #expect(try records(from: 7).isEmpty)
    },
  ]

  static let readOptions: [ConformanceCase] = [
    ConformanceCase("reading backwards reverses the order") { log, _ in
      try await log.appendSixEvents()
      try log.expect(.all, ReadOptions(direction: .backwards), finds: [6, 5, 4, 3, 2, 1])
      try log.expect(.tags(Tag("x")), ReadOptions(direction: .backwards), finds: [5, 4, 3])
    },

    ConformanceCase("from is the first position in the direction of reading") { log, _ in
      try await log.appendSixEvents()
      func options(_ direction: ReadOptions.Direction, _ from: UInt64) -> ReadOptions {
        ReadOptions(direction: direction, from: Position(from))
      }
      try log.expect(.all, options(.forwards, 5), finds: [5, 6])
      try log.expect(.all, options(.forwards, 0), finds: [1, 2, 3, 4, 5, 6])
      try log.expect(.all, options(.forwards, 7), finds: [])
      try log.expect(.all, options(.forwards, .max), finds: [])
      try log.expect(.all, options(.backwards, 2), finds: [2, 1])
      try log.expect(.all, options(.backwards, 0), finds: [])
      try log.expect(.all, options(.backwards, .max), finds: [6, 5, 4, 3, 2, 1])
      try log.expect(.tags(Tag("x")), options(.forwards, 4), finds: [4, 5])
      try log.expect(.tags(Tag("x")), options(.backwards, 4), finds: [4, 3])
    },

    ConformanceCase("as of a position hides everything after it") { log, _ in
      try await log.appendSixEvents()
      let asOf4 = ReadOptions(asOf: Position(4))
      try log.expect(.all, asOf4, finds: [1, 2, 3, 4])
      try log.expect(.tags(Tag("x")), asOf4, finds: [3, 4])
      try log.expect(
        .tags(Tag("x")), ReadOptions(direction: .backwards, asOf: Position(4)), finds: [4, 3])
      try log.expect(
        .all, ReadOptions(direction: .backwards, from: Position(6), asOf: Position(2)),
        finds: [2, 1])
      try log.expect(.all, ReadOptions(from: Position(5), asOf: Position(4)), finds: [])
      try log.expect(.all, ReadOptions(asOf: Position.none), finds: [])
      try log.expect(.all, ReadOptions(asOf: Position(99)), finds: [1, 2, 3, 4, 5, 6])
    },

    ConformanceCase("limit counts matches, not records looked at") { log, _ in
      try await log.appendSixEvents()
      try log.expect(.all, ReadOptions(limit: 2), finds: [1, 2])
      try log.expect(.all, ReadOptions(limit: 0), finds: [])
      try log.expect(.all, ReadOptions(limit: -1), finds: [])
      try log.expect(.tags(Tag("x")), ReadOptions(limit: 2), finds: [3, 4])
      try log.expect(
        .tags(Tag("x")), ReadOptions(direction: .backwards, limit: 1), finds: [5])
      try log.expect(.kinds(.closed), ReadOptions(limit: 1), finds: [5])
      try log.expect(.all, ReadOptions(limit: .max), finds: [1, 2, 3, 4, 5, 6])
    },

    ConformanceCase("a reader may stop early") { log, _ in
      try await log.appendSixEvents()
      for direction in [ReadOptions.Direction.forwards, .backwards] {
        for query in [Query.all, .tags(Tag("x")), .stream(.number(1))] {
          var seen = 0
          try log.read { log throws in
            try log.forEach(query, ReadOptions(direction: direction)) { _ in
              seen += 1
              return seen < 2
            }
          }
          #expect(seen == 2)
        }
      }
    },

    ConformanceCase("an error of the reader passes through") { log, _ in
      struct Stop: Error {}
      try await log.appendSixEvents()
      #expect(throws: Stop.self) {
        try log.read { try $0.forEach(.all, ReadOptions()) { _ in throw Stop() } }
      }
    },
  ]
}
