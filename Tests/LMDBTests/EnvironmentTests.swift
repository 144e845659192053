import Foundation
import Testing

@testable import LMDB

@Suite("Environments")
struct EnvironmentTests {
  let directory = TemporaryDirectory()

  @Test("the C library is one whose behaviour was examined")
  func libraryVersion() {
    #expect(Environment.libraryVersion.starts(with: /LMDB 0\.9\.(2[4-9]|[3-9][0-9])/))
  }

  @Test(
    "what was written is there after reopening",
    arguments: [
      Environment.SyncMode.durable, .durableExceptLastCommit, .none,
    ])
  func reopening(sync: Environment.SyncMode) throws {
    do {
      let environment = try directory.open("t", sync: sync)
      try environment.write { try $0.set(in: environment.table("t"), key: "a", value: "b") }
      try environment.synchronize()
    }
    let environment = try directory.open("t", access: .readOnly)
    #expect(try environment.text(in: environment.table("t"), at: "a") == "b")
  }

  @Test("a second opening in one process is refused, however the directory is spelled")
  func alreadyOpen() throws {
    let environment = try directory.open("t")
    let respelled = directory.path + "/../" + URL(filePath: directory.path).lastPathComponent + "/"
    for path in [directory.path, respelled] {
      let error = try #require(throws: LMDBError.self) {
        try Environment(at: path, tables: ["t"], options: environment.options)
      }
      #expect(error.kind == .alreadyOpen)
      #expect(error.path == path)
    }
  }

  @Test("a failed opening does not claim the directory")
  func failedOpening() throws {
    try FileManager.default.createDirectory(
      atPath: directory.path, withIntermediateDirectories: true)
    let file = directory.path + "/data.mdb"
    try Data(repeating: 0x41, count: 8_192).write(to: URL(filePath: file))
    let error = try #require(throws: LMDBError.self) { try directory.open("t") }
    #expect(error.kind == .invalid)
    try FileManager.default.removeItem(atPath: file)
    _ = try directory.open("t")
  }

  @Test("missing directories are created for the owner alone")
  func privateFiles() throws {
    let nested = directory.path + "/clinic/log"
    let environment = try Environment(
      at: nested, tables: ["t"], options: .init(mapBytes: 1 << 20))
    func mode(_ path: String) throws -> Int {
      let attributes = try FileManager.default.attributesOfItem(atPath: path)
      return try #require(attributes[.posixPermissions] as? Int)
    }
    #expect(try mode(directory.path + "/clinic") == 0o700)
    #expect(try mode(nested) == 0o700)
    #expect(try mode(nested + "/data.mdb") == 0o600)
    #expect(environment.path == nested)
  }

  @Test("no descriptor of the files is inherited by a spawned program")
  func closeOnExec() throws {
    let environment = try directory.open("t")
    var checked = 0
    for name in try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd") {
      let target = try? FileManager.default.destinationOfSymbolicLink(
        atPath: "/proc/self/fd/\(name)")
      guard let descriptor = Int32(name), let target, target.hasPrefix(directory.path) else {
        continue
      }
      #expect(fcntl(descriptor, F_GETFD) & FD_CLOEXEC != 0, "\(target)")
      checked += 1
    }
    #expect(checked >= 2)
    withExtendedLifetime(environment) {}
  }

  @Test("a read-only environment neither creates nor writes")
  func readOnly() throws {
    let missing = try #require(throws: LMDBError.self) {
      try directory.open("t", access: .readOnly)
    }
    #expect(missing.kind == .notFound)
    #expect(!FileManager.default.fileExists(atPath: directory.path))

    _ = try directory.open("t")
    let missingTable = try #require(throws: LMDBError.self) {
      try directory.open("other", access: .readOnly)
    }
    #expect(missingTable.kind == .notFound)
    #expect(missingTable.operation == "open table other")

    let environment = try directory.open("t", access: .readOnly)
    let refused = try #require(throws: LMDBError.self) { try environment.write { _ in } }
    #expect(refused.kind == .permission)
  }

  @Test("a full map fails one transaction and leaves the environment usable")
  func mapFull() throws {
    let environment = try directory.open("t", mapBytes: 256 << 10)
    let table = environment.table("t")
    try environment.write { try $0.append(to: table, key: UInt64(0), value: "kept") }
    let page = [UInt8](repeating: 1, count: 4_000)
    let error = try #require(throws: LMDBError.self) {
      try environment.write { transaction in
        for number in UInt64(1)...1_000 {
          try transaction.append(to: table, key: number, value: page)
        }
      }
    }
    #expect(error.kind == .mapFull)
    #expect(error.description.contains("Options.mapBytes"))
    #expect(error.description.contains(directory.path))
    try environment.write { try $0.append(to: table, key: UInt64(1), value: "after") }
    #expect(try environment.keys(of: table).count == 2)
  }

  @Test("a transaction that failed cannot be committed by swallowing the error")
  func swallowedError() throws {
    let environment = try directory.open("t", mapBytes: 256 << 10)
    let table = environment.table("t")
    let page = [UInt8](repeating: 1, count: 4_000)
    let error = try #require(throws: LMDBError.self) {
      try environment.write { transaction in
        for number in UInt64(1)...1_000 {
          try? transaction.append(to: table, key: number, value: page)
        }
      }
    }
    #expect(error.kind == .badTransaction)
    #expect(try environment.keys(of: table).isEmpty)
  }

  @Test("one reader too many is refused, and there is room again when one ends")
  func readersFull() throws {
    let environment = try directory.open("t", maxReaders: 2)
    let error = try #require(throws: LMDBError.self) {
      try environment.read { _ in
        try environment.read { _ in
          try environment.read { _ in }
        }
      }
    }
    #expect(error.kind == .readersFull)
    try environment.read { _ in }
  }

  @Test("a copy taken while the environment is in use opens as one", arguments: [true, false])
  func copy(compacting: Bool) throws {
    let environment = try directory.open("t")
    let table = environment.table("t")
    try environment.write { try $0.set(in: table, key: "a", value: "b") }
    let target = directory.path + "/copies/one"
    try environment.read { _ in try environment.copy(to: target, compacting: compacting) }
    try environment.write { try $0.set(in: table, key: "a", value: "changed since") }

    let copy = try Environment(at: target, tables: ["t"], options: environment.options)
    #expect(try copy.text(in: copy.table("t"), at: "a") == "b")
    let again = try #require(throws: LMDBError.self) {
      try environment.copy(to: target, compacting: compacting)
    }
    #expect(again.code == EEXIST)
    #expect(try copy.text(in: copy.table("t"), at: "a") == "b")
  }

  @Test("statistics tell rows, room and readers")
  func statistics() throws {
    let environment = try directory.open("a", "b", mapBytes: 1 << 20, maxReaders: 9)
    let a = environment.table("a")
    try environment.write { transaction in
      for number in UInt64(1)...3 { try transaction.append(to: a, key: number, value: "x") }
    }
    let idle = try environment.statistics()
    #expect(idle.rows == ["a": 3, "b": 0])
    #expect(idle.mapBytes == 1 << 20)
    #expect(idle.usedPages > 2 && idle.usedBytes < idle.mapBytes)
    #expect((idle.readersInUse, idle.oldestReaderLag) == (0, 0))
    #expect(idle.maxReaders == 9)
    #expect(idle.lastTransactionID == environment.lastTransactionID)

    try environment.read { _ in
      for number in UInt64(4)...5 {
        try environment.write { try $0.append(to: a, key: number, value: "x") }
      }
      let busy = try environment.statistics()
      #expect((busy.readersInUse, busy.oldestReaderLag) == (1, 2))
    }
  }

  @Test(
    "network and FUSE file systems are refused, local ones are not",
    arguments: [
      (0x6969, true), (0x517B, true), (0xFF53_4D42, true), (0xFE53_4D42, true),
      (0x0102_1997, true), (0x6573_5546, true),
      (0xEF53, false), (0x5846_5342, false), (0x9123_683E, false), (0x0102_1994, false),
      (0x794C_7630, false), (0x2FC1_2FC1, false),
    ] as [(UInt32, Bool)])
  func fileSystems(type: UInt32, isNetwork: Bool) {
    #expect(FileSystem.isNetwork(fileSystemType: type) == isNetwork)
  }

  @Test("every failure says what to do", arguments: LMDBError.Kind.allCases)
  func descriptions(kind: LMDBError.Kind) {
    let error = LMDBError(kind, operation: "commit", path: "/clinic/log")
    #expect(error.description == "commit failed at /clinic/log: \(kind.remedy)")
  }

  @Test(
    "codes of the system and of LMDB have their kinds",
    arguments: [
      (ENOSPC, .diskFull), (EDQUOT, .diskFull), (EACCES, .permission),
      (EROFS, .readOnlyFileSystem), (ENOMEM, .addressSpace),
      (ENOENT, .notFound), (EIO, .inputOutput), (EINVAL, .other), (-30_795, .panic),
      (-30_785, .mapResized), (-30_796, .corrupted), (-30_794, .versionMismatch),
    ] as [(Int32, LMDBError.Kind)])
  func kinds(code: Int32, kind: LMDBError.Kind) {
    #expect(LMDBError.Kind(code: code) == kind)
  }

  @Test(
    "the parent of a path",
    arguments: [
      ("/a/b", "/a"), ("/a/b/", "/a"), ("/a", "/"), ("a", "."), ("a/b", "a"), ("/", "/"),
      ("a//", "."),
    ])
  func parents(path: String, parent: String) {
    #expect(FileSystem.parent(of: path) == parent)
  }
}
