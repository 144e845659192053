import Dispatch
import Foundation
import LMDB
import Testing

@testable import EventLog

@Suite("Heads of tags")
struct TagHeadTests {
  /// Events with tags that come by chance, the same in each run.
  private struct History {
    private var state: UInt64 = 1
    private(set) var events: [NewEvent] = []

    mutating func next() -> NewEvent {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let number = UInt64(events.count + 1)
      let tags = ["all", "a\(state >> 33 % 3)", "b\(state >> 40 % 40)", "c\(number)"]
      let new = event(number, tags: Array(tags.dropFirst(Int(state >> 50 % 3))))
      events.append(new)
      return new
    }

    /// The positions of the events with a tag, of those up to a position.
    func positions(of tag: EventLog.Tag, upTo head: Position) -> [Position] {
      (1...max(head.rawValue, 1)).filter {
        $0 <= head.rawValue && events[Int($0) - 1].tags.contains(tag)
      }.map { Position($0) }
    }

    var tags: [EventLog.Tag] { Set(events.flatMap(\.tags)).sorted() + [Tag("of nobody")] }
  }

  private func expect(_ history: History, in snapshot: any LogSnapshot) throws {
    for tag in history.tags {
      let wanted = history.positions(of: tag, upTo: snapshot.head)
      #expect(try snapshot.count(of: tag) == UInt64(wanted.count), "\(tag)")
      #expect(try snapshot.events(.tags(tag)).map(\.position) == wanted, "\(tag)")
    }
  }

  @Test(
    "are right while they are not settled, when they are, and after that, also when opened anew")
  func settling() async throws {
    let directory = try TemporaryDirectory()
    var history = History()
    for length in [3, 1, 4, 12, 5, 6, 20, 4, 1] {
      let log = try TestLog(directory).log
      for _ in 0..<length {
        try await log.append(history.next())
        try log.read { try expect(history, in: $0) }
      }
      #expect(try log.verify().tags == history.tags.count - 1)
      #expect(try log.statistics().tags == history.tags.count - 1)
    }
    let log = try TestLog(directory).log
    try log.read { try expect(history, in: $0) }
  }

  /// Appends an event while the caller holds a read transaction, and waits for it.
  private func append(_ event: NewEvent, to log: LMDBEventLog) {
    let isDone = DispatchSemaphore(value: 0)
    log.append(command: uuid(event.id.low)) { _, _ in
      Proposal(events: [event])
    } complete: { result in
      if case .failure(let error) = result { Issue.record(error) }
      isDone.signal()
    }
    isDone.wait()
  }

  @Test("are those of a read's own moment, however often they are settled meanwhile")
  func olderReads() async throws {
    let log = try TestLog().log
    var history = History()
    for _ in 0..<17 { try await log.append(history.next()) }
    try log.read { old throws in
      for _ in 0..<3 {
        for _ in 0..<7 { append(history.next(), to: log) }
        try expect(history, in: old)
        try log.read { between throws in
          for _ in 0..<8 { append(history.next(), to: log) }
          try expect(history, in: between)
        }
        try log.read { try expect(history, in: $0) }
      }
    }
  }

  @Test("show each decision what the requests before it in the same transaction did")
  func withinTransaction() async throws {
    let directory = try TemporaryDirectory()
    defer { withExtendedLifetime(directory) {} }
    let log = try LMDBEventLog(
      directory: directory.path("log"),
      options: .init(mapBytes: TestLog.mapBytes, eventsBetweenSettlements: 4), create: true,
      .byHand)
    for _ in 0..<5 {
      let head = try log.read { $0.head.rawValue }
      for number in head + 1...head + 3 {
        log.append(command: uuid(number)) { snapshot, _ throws in
          #expect(try snapshot.count(of: Tag("t")) == number - 1)
          #expect(
            try snapshot.events(.tags(Tag("t"))).map(\.position.rawValue)
              == Array((1...number).dropLast()))
          return Proposal(events: [event(number, tags: ["t"])])
        } complete: { result in
          if case .failure(let error) = result { Issue.record(error) }
        }
      }
      log.writeWhatWaits()
    }
    #expect(try log.verify().head == Position(15))
  }

  @Test("forget what a transaction did that was not stored")
  func notStored() async throws {
    let directory = try TemporaryDirectory()
    defer { withExtendedLifetime(directory) {} }
    let log = try LMDBEventLog(
      directory: directory.path("log"),
      options: .init(mapBytes: 1 << 20, eventsBetweenSettlements: 4), create: true)
    let large = [UInt8](repeating: 7, count: 60_000)
    var number: UInt64 = 0
    await #expect(throws: EventLogError.self) {
      while number < 100 {
        number += 1
        try await log.append(event(number, tags: ["t"], payload: large))
      }
    }
    func expectTags(_ positions: ClosedRange<UInt64>) throws {
      try log.read { snapshot throws in
        #expect(try snapshot.count(of: Tag("t")) == UInt64(positions.count))
        #expect(try snapshot.events(.tags(Tag("t"))).map(\.position.rawValue) == Array(positions))
      }
    }
    try expectTags(1...number - 1)
    for more in number..<number + 6 { try await log.append(event(more, tags: ["t"])) }
    try expectTags(1...number + 5)
    #expect(try log.verify().head == Position(number + 5))
  }

  // MARK: - Logs of the first format

  /// Makes a log as the first format had it, whose table of tags was written with each event.
  private func makeFirstFormat(_ directory: TemporaryDirectory, _ history: History) throws {
    let environment = try Environment(
      at: directory.path("log"), tables: ["meta", "tags"],
      options: .init(mapBytes: TestLog.mapBytes))
    let (meta, tags) = (environment.table("meta"), environment.table("tags"))
    try environment.write { transaction in
      for tag in history.tags.dropLast() {
        let positions = history.positions(of: tag, upTo: Position(UInt64(history.events.count)))
        let head = TagHead(last: positions.last?.rawValue ?? 0, count: UInt64(positions.count))
        try transaction.write(to: tags) { try $0.set(key: tag.text, value: head) }
      }
      #expect(try transaction.remove(from: meta, key: "tags"))
      try transaction.set(in: meta, key: "format", value: "chartledger-log/v1")
    }
  }

  private func format(_ directory: TemporaryDirectory) throws -> String {
    let environment = try Environment(
      at: directory.path("log"), tables: ["meta"], options: .init(mapBytes: TestLog.mapBytes))
    return try environment.read { transaction in
      let bytes = try transaction.copyOfValue(in: environment.table("meta"), at: "format")
      return String(decoding: bytes ?? [], as: UTF8.self)
    }
  }

  @Test(
    "of a log of the first format are read as they are; the first append makes it the present one")
  func firstFormat() async throws {
    let directory = try TemporaryDirectory()
    var history = History()
    do {
      let log = try TestLog(directory).log
      for _ in 0..<12 { try await log.append(history.next()) }
    }
    try makeFirstFormat(directory, history)
    for isArchive in [true, false] {
      let log = try LMDBEventLog(
        directory: directory.path("log"),
        options: .init(mapBytes: TestLog.mapBytes, isArchive: isArchive), create: false)
      try log.read { try expect(history, in: $0) }
      #expect(try log.verify().tags == history.tags.count - 1)
    }
    #expect(try format(directory) == "chartledger-log/v1")
    for _ in 0..<2 {
      do {
        let log = try TestLog(directory).log
        try await log.append(history.next())
        try log.read { try expect(history, in: $0) }
        #expect(try log.verify().tags == history.tags.count - 1)
      }
      #expect(try format(directory) == LMDBEventLog.format)
    }
  }
}

extension TableWriter {
  fileprivate mutating func set(key: String, value: TagHead) throws {
    try set(key: Array(key.utf8), value: value)
  }
}
