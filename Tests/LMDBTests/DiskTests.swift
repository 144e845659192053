import Foundation
import Testing

@testable import LMDB

/// What the disk, or whoever tends it, may do to the files.
@Suite("Disks that fail or fill, and files that were cut off")
struct DiskTests {
  let directory = TemporaryDirectory()

  private var file: String { directory.path + "/data.mdb" }

  private func size() throws -> Int {
    let attributes = try FileManager.default.attributesOfItem(atPath: file)
    return try #require((attributes[.size] as? NSNumber)?.intValue)
  }

  /// Rows that fill some hundred pages.
  private func fill() throws {
    let environment = try directory.open("t", sync: .durable)
    let table = environment.table("t")
    for start in stride(from: UInt64(0), to: 1_000, by: 100) {
      try environment.write { transaction in
        for number in start..<start + 100 {
          try transaction.append(
            to: table, key: number, value: [UInt8](repeating: 1, count: 1_000))
        }
      }
    }
  }

  @Test(
    "a file that was cut short is refused and left as it is",
    arguments: [0.05, 0.5, 0.99], [Environment.Access.readWrite, .readOnly, .readOnlyUnshared])
  func cutShort(share: Double, access: Environment.Access) throws {
    try fill()
    let whole = try size()
    let length = Int(Double(whole) * share)
    #expect(truncate(file, off_t(length)) == 0)
    let before = try Data(contentsOf: URL(filePath: file))
    let error = try #require(throws: LMDBError.self) {
      try directory.open("t", access: access)
    }
    #expect(error.kind == .cutShort)
    #expect(error.description.contains("restore it from a backup"))
    #expect(try Data(contentsOf: URL(filePath: file)) == before)
  }

  @Test("a file may end before its last pages when these are free again")
  func freeEnd() throws {
    let used: Int
    do {
      let environment = try directory.open("t", sync: .durable)
      let table = environment.table("t")
      // So that there are free pages to be reused, without which LMDB writes what is freed, too.
      for _ in 0..<5 {
        try environment.write { try $0.set(in: table, key: "a", value: "before") }
      }
      try environment.write { transaction in
        try transaction.set(in: table, key: "a", value: "small")
        try transaction.set(in: table, key: "b", value: [UInt8](repeating: 1, count: 100_000))
        try transaction.remove(from: table, key: "b")
      }
      used = try environment.statistics().usedBytes
    }
    // Else this tests nothing.
    #expect(try size() < used)
    let environment = try directory.open("t")
    #expect(try environment.text(in: environment.table("t"), at: "a") == "small")
  }

  @Test(
    "the half of a file that was just being made is made anew", arguments: [4_096, 4_608, 8_191])
  func beginning(length: Int) throws {
    do { _ = try directory.open(sync: .durable) }
    #expect(truncate(file, off_t(length)) == 0)
    let environment = try directory.open("t")
    try environment.write { try $0.set(in: environment.table("t"), key: "a", value: "b") }
    #expect(try environment.text(in: environment.table("t"), at: "a") == "b")
  }

  @Test("a file cut short while it is open ends the program with a message, not a crash")
  func cutShortWhileOpen() async throws {
    try fill()
    let path = directory.path
    let result = await #expect(
      processExitsWith: .exitCode(74), observing: [\.standardErrorContent]
    ) { [path = path as String] in
      MapFaults.endProcessWithMessage()
      let environment = try Environment(
        at: path, tables: ["t"], options: .init(mapBytes: 16 << 20, maxReaders: 16))
      _ = truncate(path + "/data.mdb", 4 * 4_096)
      try environment.read { transaction in
        var cursor = try transaction.cursor(over: environment.table("t"))
        while let entry = try cursor.next() { _ = [UInt8](copying: entry.value) }
      }
    }
    let said = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(said.contains("\(path)/data.mdb cannot be had"))
    #expect(said.contains("chartledger restore"))
  }

  @Test("a bus error of anything else stays what it is")
  func otherBusError() async throws {
    let path = directory.path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    await #expect(processExitsWith: .signal(SIGBUS)) { [path = path as String] in
      signal(SIGBUS, SIG_DFL)
      MapFaults.endProcessWithMessage()
      let descriptor = open(path + "/other", O_RDWR | O_CREAT, 0o600)
      let map = mmap(nil, 4_096, PROT_READ, MAP_SHARED, descriptor, 0)
      _ = map?.load(as: UInt8.self)
    }
  }

  @Test("a link that leads nowhere, or to itself, is an error", arguments: ["nowhere", "link"])
  func danglingLink(target: String) throws {
    try FileManager.default.createDirectory(
      atPath: directory.path, withIntermediateDirectories: true)
    let link = directory.path + "/link"
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: target)
    let error = try #require(throws: LMDBError.self) {
      try Environment(at: link + "/log", tables: ["t"], options: .init(mapBytes: 1 << 20))
    }
    #expect(error.path == link + "/log")
    #expect(!FileManager.default.fileExists(atPath: directory.path + "/nowhere"))
  }

  @Test(
    "a named pipe in the place of a file is an error, and nobody waits for its other end",
    arguments: ["data.mdb", "lock.mdb"],
    [Environment.Access.readWrite, .readOnly, .readOnlyUnshared])
  func namedPipe(name: String, access: Environment.Access) throws {
    do { _ = try directory.open("t") }
    let path = directory.path + "/" + name
    #expect(unlink(path) == 0 && mkfifo(path, 0o600) == 0)
    let error = try #require(throws: LMDBError.self) { try directory.open("t", access: access) }
    #expect(error == LMDBError(.notAFile, operation: "open", path: path))
    #expect(!Environment.isUnborn(at: directory.path))
  }

  @Test("room for the lock file is set aside before it is mapped")
  func lockFile() throws {
    let environment = try directory.open("t", maxReaders: 512)
    var status = stat()
    #expect(stat(directory.path + "/lock.mdb", &status) == 0)
    #expect(status.st_blocks * 512 >= status.st_size)
    withExtendedLifetime(environment) {}
  }
}
