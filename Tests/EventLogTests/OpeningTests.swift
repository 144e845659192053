import EventLog
import Foundation
import LMDB
import Testing

@Suite struct OpeningTests {
  private func open(_ directory: String, create: Bool) throws -> LMDBEventLog {
    try LMDBEventLog(
      directory: directory, options: .init(mapBytes: TestLog.mapBytes), create: create)
  }

  private func expectNotALog(_ directory: String, create: Bool, says part: String) {
    let error = #expect(throws: EventLogError.self) { _ = try open(directory, create: create) }
    guard case .notALog(let reason) = error else {
      Issue.record("\(String(describing: error)) instead of notALog")
      return
    }
    #expect(reason.contains(part))
  }

  @Test("a log keeps its events and id when it is opened again")
  func reopening() async throws {
    let directory = try TemporaryDirectory()
    defer { withExtendedLifetime(directory) {} }
    var id: LogID?
    do {
      let log = try open(directory.path("log"), create: true)
      try await log.append(event(1), event(2))
      id = try log.id
    }
    let log = try open(directory.path("log"), create: false)
    #expect(try log.read { $0.head } == Position(2))
    #expect(try log.id == id)
    #expect(try await log.append(event(3)).positions == 3..<4)
    #expect(try log.verify().head == Position(3))
  }

  @Test("a missing log is not created unless asked for")
  func missing() throws {
    let directory = try TemporaryDirectory()
    defer { withExtendedLifetime(directory) {} }
    expectNotALog(directory.path("log"), create: false, says: "create it first")
    #expect(!FileManager.default.fileExists(atPath: directory.path("log")))
  }

  @Test("another database is refused and left alone", arguments: [true, false])
  func otherDatabase(create: Bool) throws {
    let directory = try TemporaryDirectory()
    defer { withExtendedLifetime(directory) {} }
    do {
      let other = try Environment(
        at: directory.path("other"), tables: ["rows"], options: .init(mapBytes: TestLog.mapBytes))
      try other.write { try $0.set(in: other.table("rows"), key: "a", value: "b") }
    }
    let file = URL(filePath: directory.path("other/data.mdb"))
    let before = try Data(contentsOf: file)
    expectNotALog(directory.path("other"), create: create, says: "not an event log")
    #expect(try Data(contentsOf: file) == before)
  }

  @Test("a file that is no database is refused", arguments: [true, false])
  func noDatabase(create: Bool) throws {
    let directory = try TemporaryDirectory()
    defer { withExtendedLifetime(directory) {} }
    try Data(repeating: 0x41, count: 20_000).write(to: URL(filePath: directory.path("data.mdb")))
    expectNotALog(directory.path(""), create: create, says: "not an event log")
  }

  @Test(
    "a named pipe in the place of a file is an error of the storage, which stores no request",
    arguments: ["log/data.mdb", "log/lock.mdb", "keys/log.key", "keys/log.vkey", "keys/checkpoint"])
  func namedPipe(name: String) async throws {
    let directory = try TemporaryDirectory()
    defer { withExtendedLifetime(directory) {} }
    do {
      let kept = try KeptLog(directory)
      try await kept.append(1...3)
      try kept.keeper.checkpoint()
    }
    let path = directory.path(name)
    #expect(unlink(path) == 0 && mkfifo(path, 0o600) == 0)
    let error = #expect(throws: EventLogError.self) { try KeptLog(directory).keeper.checkpoint() }
    let says = try #require(error?.description)
    #expect(says.contains("\(path)") && says.contains("a named pipe"))
    #expect(!says.contains("Nothing of the request"))
  }

  /// Bytes of a new database's file that a power failure may leave before its first commit.
  @Test(
    "a database of which only the beginning was written is made anew",
    arguments: [0..<0, 0..<4096, 0..<512, 4096..<8192])
  func unborn(kept: Range<Int>) async throws {
    let directory = try TemporaryDirectory()
    defer { withExtendedLifetime(directory) {} }
    do { _ = try open(directory.path("log"), create: true) }
    let file = URL(filePath: directory.path("log/data.mdb"))
    let whole = try Data(contentsOf: file)
    var remains = Data(count: kept.upperBound)
    remains.replaceSubrange(kept, with: whole[kept])
    try remains.write(to: file)
    let log = try open(directory.path("log"), create: true)
    try await log.append(event(1))
    #expect(try log.verify().head == Position(1))
  }

  @Test("a small file that is something else is refused and left alone")
  func smallForeignFile() throws {
    let directory = try TemporaryDirectory()
    defer { withExtendedLifetime(directory) {} }
    let file = URL(filePath: directory.path("data.mdb"))
    try Data("a few notes".utf8).write(to: file)
    expectNotALog(directory.path(""), create: true, says: "not an event log")
    #expect(try Data(contentsOf: file) == Data("a few notes".utf8))
  }

  @Test("a log of another format is refused by its name")
  func otherFormat() throws {
    let directory = try TemporaryDirectory()
    defer { withExtendedLifetime(directory) {} }
    do { _ = try open(directory.path("log"), create: true) }
    do {
      let environment = try Environment(
        at: directory.path("log"), tables: ["meta"], options: .init(mapBytes: TestLog.mapBytes))
      try environment.write {
        try $0.set(in: environment.table("meta"), key: "format", value: "chartledger-log/v3")
      }
    }
    expectNotALog(directory.path("log"), create: true, says: "chartledger-log/v3")
  }

  @Test("the directory cannot be open twice in one process")
  func twice() throws {
    let directory = try TemporaryDirectory()
    defer { withExtendedLifetime(directory) {} }
    let first = try open(directory.path("log"), create: true)
    #expect(throws: EventLogError.self) { _ = try open(directory.path("log"), create: true) }
    #expect(try first.read { $0.head } == .none)
  }

  @Test("a backup made while the log is in use is a log")
  func backup() async throws {
    let log = try TestLog()
    try await log.fill()
    try log.log.backUp(to: log.directory.path("backup"))
    try await log.log.append(event(1_000))
    let backup = try open(log.directory.path("backup"), create: false)
    #expect(try backup.verify().head == Position(30))
    #expect(try backup.exported() == log.log.exported(through: Position(30)))
  }

  @Test("statistics count what is there")
  func statistics() async throws {
    let log = try TestLog()
    #expect(try log.log.statistics().firstRecordedAt == nil)
    try await log.fill()
    let statistics = try log.log.statistics()
    #expect(statistics.events == 30)
    #expect(statistics.streams == 3)
    #expect(statistics.tags == 6)
    #expect(statistics.commands == 10)
    #expect(statistics.blobs == 1)
    #expect(statistics.head == Position(30))
    #expect(try statistics.id == log.log.id)
    #expect(statistics.mapBytes == TestLog.mapBytes)
    #expect(statistics.bytesUsed > 0 && statistics.bytesUsed < 1 << 20)
    let times = try log.log.read { try $0.events(.all).map(\.recordedAt) }
    #expect(statistics.firstRecordedAt == times.first)
    #expect(statistics.headRecordedAt == times.last)
  }

  @Test("an archive is read and verified where nothing can be written, and takes no appends")
  func archive() async throws {
    let directory = try TemporaryDirectory()
    do {
      let log = try TestLog(directory)
      try await log.fill()
      try log.log.backUp(to: directory.path("archive"))
    }
    let files = FileManager.default
    let path = directory.path("archive")
    // Making and removing a file would change the directory's time, even for the superuser.
    let long = Date(timeIntervalSince1970: 1_000_000)
    try files.setAttributes(
      [.posixPermissions: 0o500, .modificationDate: long], ofItemAtPath: path)
    try files.setAttributes([.posixPermissions: 0o400], ofItemAtPath: path + "/data.mdb")
    defer { try? files.setAttributes([.posixPermissions: 0o700], ofItemAtPath: path) }
    do {
      let archive = try LMDBEventLog(
        directory: path, options: .init(mapBytes: TestLog.mapBytes, isArchive: true), create: true)
      #expect(try archive.verify().head == Position(30))
      #expect(try archive.read { try $0.blob(uuid(7)) } == Array("a scanned page".utf8))
      await #expect(throws: EventLogError.self) { try await archive.append(event(99)) }
    }
    #expect(try files.contentsOfDirectory(atPath: path) == ["data.mdb"])
    #expect(try files.attributesOfItem(atPath: path)[.modificationDate] as? Date == long)
    #expect(throws: EventLogError.self) {
      try LMDBEventLog(
        directory: directory.path("nothing"),
        options: .init(mapBytes: TestLog.mapBytes, isArchive: true), create: true)
    }
  }
}
