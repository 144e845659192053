import EventLog
import Testing

@Suite("An import of many batches")
struct BatchImportTests {
  private func batch(_ numbers: Range<UInt64>) -> [ImportedEvent] {
    numbers.map { number in
      ImportedEvent(
        event: NewEvent(
          id: uuid(number), stream: uuid(500 + number % 3), kind: EventKind(rawValue: 101),
          tags: [Tag("all")], payload: [UInt8(number)]),
        recordedAt: LogTime(rawValue: Int64(number)), command: uuid(1_000 + number),
        salt: [UInt8](repeating: UInt8(number), count: 32))
    }
  }

  @Test("gives the same log as one batch after the other")
  func order() async throws {
    let (piped, plain) = (try TestLog(), try TestLog())
    var batches = BatchImport(into: piped.log)
    for start in stride(from: UInt64(1), to: 60, by: 7) {
      try await batches.add(batch(start..<start + 7))
      _ = try await plain.log.importEvents(batch(start..<start + 7), blobs: [])
    }
    try await batches.finish()
    let events = try piped.log.read { try $0.events(.all) }
    #expect(events.map(\.position.rawValue) == Array(1...63))
    #expect(try plain.log.read { try $0.events(.all) } == events)
    #expect(
      try piped.log.treeHead(atSize: 63).root == plain.log.treeHead(atSize: 63).root)
    _ = try piped.log.verify()
  }

  @Test("ends with a batch that is refused, and keeps those before")
  func refusal() async throws {
    let log = try TestLog().log
    var batches = BatchImport(into: log)
    try await batches.add(batch(1..<8))
    // Its times are those of the batch before.
    try await batches.add(batch(1..<8))
    await #expect(throws: EventLogError.timeNotIncreasing(LogTime(rawValue: 1))) {
      try await batches.finish()
    }
    try await batches.add(batch(8..<9))
    let twice = batch(9..<10) + batch(9..<10)
    await #expect(throws: EventLogError.duplicateEventID(uuid(9))) { try await batches.add(twice) }
    #expect(try log.read { $0.head } == Position(8))
  }

  @Test("takes ids in any order, and refuses those that the log has")
  func ids() async throws {
    let log = try TestLog().log
    _ = try await log.importEvents(batch(100..<104), blobs: [])
    var late = batch(105..<110)
    for (index, id) in ([120, 90, 101, 3, 110] as [UInt64]).enumerated() where id != 101 {
      late[index].event.id = uuid(id)
    }
    late[2].event.id = uuid(102)
    await #expect(throws: EventLogError.duplicateEventID(uuid(102))) {
      try await log.importEvents(late, blobs: [])
    }
    late[2].event.id = uuid(4)
    _ = try await log.importEvents(late, blobs: [])
    for (index, id) in ([120, 90, 4, 3, 110] as [UInt64]).enumerated() {
      let found = try log.read { try $0.event(id: uuid(id)) }
      #expect(found?.position == Position(5 + UInt64(index)))
    }
  }
}
