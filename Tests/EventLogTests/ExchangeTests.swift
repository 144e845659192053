import EventLog
import Foundation
import Testing

@Suite struct ExchangeTests {
  private func file(_ text: String, _ directory: TemporaryDirectory) throws -> URL {
    let url = URL(filePath: directory.path("export-\(UUID().uuidString).ndjson"))
    try Data(text.utf8).write(to: url)
    return url
  }

  @Test("an export has exactly this form")
  func golden() async throws {
    let log = try TestLog()
    _ = try await log.log.importEvents(
      [
        ImportedEvent(
          event: event(1, tags: ["a/b", "c"], payload: [0xfb, 0xff]),
          recordedAt: LogTime(rawValue: 250), command: uuid(9),
          salt: [UInt8](repeating: 0xff, count: 32))
      ], blobs: [Blob(id: uuid(7), bytes: [1, 2, 3])])
    #expect(
      try log.log.exported() == """
        {"blobs":1,"events":1,"format":"chartledger-export/v1","log":"\(log.log.id)"}
        {"blob":"01900000-0000-7000-0000-000000000007","bytes":"AQID"}
        {"command":"01900000-0000-7000-0000-000000000009",\
        "id":"01900000-0000-7000-0000-000000000001","kind":101,"payload":"+/8=","position":1,\
        "recordedAt":"1970-01-01T00:00:00.000250Z",\
        "salt":"//////////////////////////////////////////8=",\
        "stream":"01900000-0000-7000-0000-000000000001","streamSequence":1,"tags":["a/b","c"]}

        """)
  }

  @Test("an import gives the same log: the same export, id and root")
  func roundTrip() async throws {
    let original = try TestLog()
    try await original.fill()
    let text = try original.log.exported()
    let copy = try TestLog(original.directory, name: "copy")
    let summary = try await copy.log.importExport(from: file(text, original.directory))
    #expect(summary == ImportSummary(imported: 30, present: 0))
    #expect(try copy.log.exported() == text)
    #expect(try copy.log.id == original.log.id)
    #expect(try copy.log.treeHead() == original.log.treeHead())
    #expect(try copy.log.verify().head == Position(30))
    #expect(try await copy.log.append(event(9_000), command: 1003).isRepeat)
  }

  @Test("an import continues where the log ends, and may be repeated")
  func continuation() async throws {
    let original = try TestLog()
    try await original.fill()
    let copy = try TestLog(original.directory, name: "copy")
    // 14 is in the middle of a command.
    let begun = try file(original.log.exported(through: Position(14)), original.directory)
    _ = try await copy.log.importExport(from: begun)
    #expect(try copy.log.read { $0.head } == Position(14))
    let whole = try file(original.log.exported(), original.directory)
    let summary = try await copy.log.importExport(from: whole)
    #expect(summary == ImportSummary(imported: 16, present: 14))
    #expect(try copy.log.treeHead() == original.log.treeHead())
    #expect(try copy.log.verify().commands == 10)
    for again in [begun, whole] {
      #expect(try await copy.log.importExport(from: again).imported == 0)
    }
  }

  @Test("what a caller adds for readers is ignored by imports")
  func description() async throws {
    let original = try TestLog()
    try await original.fill()
    var bytes: [UInt8] = []
    try original.log.export(
      describe: { event in
        event.position == Position(2) ? nil : "{\n  \"number\": \(event.position)\n}"
      },
      write: { bytes += $0 })
    let text = String(decoding: bytes, as: UTF8.self)
    let lines = text.split(separator: "\n")
    #expect(lines.count == 32)
    #expect(lines[2].hasSuffix(#","event":{  "number": 1}}"#))
    #expect(!lines[3].contains("\"event\":"))
    let copy = try TestLog(original.directory, name: "copy")
    _ = try await copy.log.importExport(from: file(text, original.directory))
    #expect(try copy.log.exported() == original.log.exported())
  }

  @Test("the export of another log is refused")
  func otherLog() async throws {
    let original = try TestLog()
    try await original.fill()
    let other = try LMDBEventLog(
      directory: original.directory.path("other"), options: .init(mapBytes: TestLog.mapBytes),
      create: true)
    try await other.append(event(1))
    let text = try file(original.log.exported(), original.directory)
    let error = await #expect(throws: EventLogError.self) {
      try await other.importExport(from: text)
    }
    guard case .notALog = error else {
      Issue.record("\(String(describing: error)) instead of notALog")
      return
    }
    #expect(try other.read { $0.head } == Position(1))
  }

  @Test("a log that went another way is refused at the first difference")
  func otherHistory() async throws {
    let original = try TestLog()
    try await original.fill()
    let copy = try TestLog(original.directory, name: "copy")
    _ = try await copy.log.importExport(
      from: file(original.log.exported(through: Position(3)), original.directory))
    try await copy.log.append(event(500))
    await #expect(
      throws: EventLogError.malformedExport(
        line: 6, reason: "the log has another event at position 4")
    ) {
      try await copy.log.importExport(from: file(original.log.exported(), original.directory))
    }
  }

  @Test("a check says what the import would do, and writes nothing")
  func check() async throws {
    let original = try TestLog()
    try await original.fill()
    let copy = try TestLog(original.directory, name: "copy")
    let idBefore = try copy.log.id
    let begun = try file(original.log.exported(through: Position(14)), original.directory)
    let whole = try file(original.log.exported(), original.directory)
    #expect(try copy.log.checkExport(from: whole) == ImportSummary(imported: 30, present: 0))
    #expect(try copy.log.read { $0.head } == .none)
    #expect(try copy.log.id == idBefore)

    _ = try await copy.log.importExport(from: begun)
    #expect(try copy.log.checkExport(from: whole) == ImportSummary(imported: 16, present: 14))
    #expect(try copy.log.read { $0.head } == Position(14))
    #expect(try original.log.checkExport(from: begun) == ImportSummary(imported: 0, present: 14))
  }

  @Test("a check refuses the export of another log")
  func checkOfOtherLog() async throws {
    let original = try TestLog()
    try await original.fill()
    let other = try LMDBEventLog(
      directory: original.directory.path("other"), options: .init(mapBytes: TestLog.mapBytes),
      create: true)
    try await other.append(event(1))
    let text = try file(original.log.exported(), original.directory)
    let error = #expect(throws: EventLogError.self) { try other.checkExport(from: text) }
    guard case .notALog = error else {
      Issue.record("\(String(describing: error)) instead of notALog")
      return
    }
  }

  struct Unacceptable: Error, CustomStringConvertible {
    let description = "payload: not what its kind promises"
  }

  @Test("every event is offered for acceptance before anything is written")
  func acceptance() async throws {
    let original = try TestLog()
    try await original.fill()
    let text = try file(original.log.exported(), original.directory)
    let copy = try TestLog(original.directory, name: "copy")
    // The header and a blob stand before the first event.
    let refusal = EventLogError.malformedExport(
      line: 22, reason: "payload: not what its kind promises")
    await #expect(throws: refusal) {
      try await copy.log.importExport(
        from: text,
        accept: { event in
          if event.position == Position(20) { throw Unacceptable() }
        })
    }
    #expect(try copy.log.read { $0.head } == .none)

    var offered: [RecordedEvent] = []
    _ = try await copy.log.importExport(from: text, accept: { offered.append($0) })
    #expect(try offered == original.log.read { try $0.events(.all) })
    offered = []
    _ = try copy.log.checkExport(from: text, accept: { offered.append($0) })
    #expect(offered.count == 30)
  }

  @Test("events recorded more than a day after the log's clock are refused")
  func future() async throws {
    let original = try TestLog()
    let day: Int64 = 86_400_000_000
    func export(after microseconds: Int64) async throws -> URL {
      let log = try TestLog(original.directory, name: "log-\(microseconds)")
      let time = LogTime(rawValue: 1_700_000_000_000_000 + microseconds)
      _ = try await log.log.importEvents(
        [ImportedEvent(event: event(1), recordedAt: time, command: uuid(1))], blobs: [])
      return try file(log.log.exported(), original.directory)
    }
    // Opening and checking read the clock, a millisecond apart.
    let early = try await export(after: day - 1_000)
    let late = try await export(after: day + 60_000_000)
    #expect(try original.log.checkExport(from: early).imported == 1)
    let error = await #expect(throws: EventLogError.self) {
      try await original.log.importExport(from: late)
    }
    guard case .malformedExport(2, let reason) = error else {
      Issue.record("\(String(describing: error)) instead of malformedExport")
      return
    }
    #expect(reason.hasPrefix("recordedAt: "))
  }

  struct Fault: Sendable, CustomTestStringConvertible {
    var line: Int
    var replace: String
    var with: String
    var says: String
    var testDescription: String { says }
  }

  static let faults = [
    Fault(line: 1, replace: "export/v1", with: "export/v9", says: "format: "),
    Fault(line: 1, replace: "\"log\":\"", with: "\"log\":\"x", says: "log: not an id"),
    Fault(line: 1, replace: "\"events\":30", with: "\"events\":29", says: "more events than"),
    Fault(line: 1, replace: "\"events\":30", with: "\"events\":31", says: "the file ends after"),
    Fault(line: 2, replace: "\"blob\"", with: "\"blubb\"", says: "blob: missing"),
    Fault(line: 5, replace: "{", with: "", says: "not a JSON object"),
    Fault(
      line: 5, replace: "\"kind\":101", with: "\"kind\":\"x\"", says: "kind: a value of another"),
    Fault(line: 5, replace: "\"kind\":101", with: "\"kind\":70000", says: "out of range"),
    Fault(
      line: 5, replace: "\"position\":3", with: "\"position\":4", says: "position: 4 instead of 3"),
    Fault(line: 5, replace: "T22:", with: "T27:", says: "recordedAt: not a time"),
    Fault(line: 5, replace: "2023-", with: "2022-", says: "recordedAt: not later"),
    Fault(
      line: 5, replace: "000000000003\",\"kind", with: "000000000002\",\"kind",
      says: "id: the same as"),
    Fault(
      line: 5, replace: "\"streamSequence\":1", with: "\"streamSequence\":2",
      says: "streamSequence: 2 instead of 1"),
    Fault(line: 5, replace: "\"all\"", with: "\"\"", says: "tags: one has 0 bytes"),
    Fault(line: 5, replace: "\"salt\":\"", with: "\"salt\":\"!", says: "salt: not a valid value"),
    Fault(line: 9, replace: "-0000000003ea", with: "-0000000003e8", says: "command: the events"),
    Fault(line: 9, replace: "\"payload\"", with: "\"load\"", says: "payload: missing"),
  ]

  @Test("a malformed file is refused whole, with the line and what is wrong", arguments: faults)
  func malformed(_ fault: Fault) async throws {
    let original = try TestLog()
    try await original.fill()
    var lines = try original.log.exported().split(separator: "\n").map(String.init)
    let good = lines[fault.line - 1]
    let range = try #require(good.range(of: fault.replace))
    lines[fault.line - 1] = good.replacingCharacters(in: range, with: fault.with)
    let text = lines.joined(separator: "\n")

    let copy = try TestLog(original.directory, name: "copy")
    let idBefore = try copy.log.id
    let error = await #expect(throws: EventLogError.self) {
      try await copy.log.importExport(from: file(text, original.directory))
    }
    guard case .malformedExport(let line, let reason) = error else {
      Issue.record("\(String(describing: error)) instead of malformedExport")
      return
    }
    #expect(reason.contains(fault.says))
    if fault.line > 1 { #expect(line == fault.line) }
    #expect(try copy.log.read { $0.head } == .none)
    #expect(try copy.log.id == idBefore)
  }

  @Test("an empty file is refused")
  func empty() async throws {
    let log = try TestLog()
    await #expect(throws: EventLogError.malformedExport(line: 1, reason: "the file is empty")) {
      try await log.log.importExport(from: file("", log.directory))
    }
  }
}
