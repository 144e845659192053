import Backend
import EventLog
import Foundation
import Practice
import Testing
import TransparencyLog

@Suite("Backups")
struct BackupTests {
  private func verify(_ path: String, _ clinic: ClinicOnDisk) throws -> BackupManifest {
    try Backend.verifyBackup(path, options: TestClinic.options(clinic.clock))
  }

  private func restore(
    _ path: String, _ directory: DataDirectory, _ clinic: ClinicOnDisk
  ) throws -> RestoreOutcome {
    try Backend.restore(from: path, to: directory, options: TestClinic.options(clinic.clock))
  }

  @Test("a backup made while events are appended is a prefix of the log, and verifies")
  func hot() async throws {
    let clinic = try await ClinicOnDisk()
    let backend = try clinic.open()
    let path = clinic.folder.path + "/backup"
    async let appending: Void = clinic.register(1...40, in: backend)
    var manifests: [BackupManifest] = []
    for number in 0..<4 {
      try backend.checkpoint()
      manifests.append(try backend.backUp(to: "\(path)-\(number)"))
    }
    try await appending
    for (number, manifest) in manifests.enumerated() {
      #expect(try verify("\(path)-\(number)", clinic) == manifest)
      let log = try #require(manifest.logs.first)
      #expect(try backend.store.treeHead(atSize: log.events).root.base64 == log.root)
      let names = Set(manifest.files.map(\.path))
      #expect(names.isSuperset(of: ["log/data.mdb", "keys/log.vkey", "checkpoint"]))
      #expect(!names.contains("keys/log.key"))
      #expect(!names.contains("keys/checkpoint"))
    }
  }

  @Test("a backup is verified where nothing can be written, and is left as it is")
  func readOnly() async throws {
    let clinic = try await ClinicOnDisk()
    let path = clinic.folder.path + "/backup"
    let manifest = try clinic.open().backUp(to: path)
    let files = FileManager.default
    let long = Date(timeIntervalSince1970: 1_000_000)
    let folders = [path, path + "/log", path + "/keys"]
    for folder in folders {
      try files.setAttributes(
        [.posixPermissions: 0o500, .modificationDate: long], ofItemAtPath: folder)
    }
    defer {
      for folder in folders {
        try? files.setAttributes([.posixPermissions: 0o700], ofItemAtPath: folder)
      }
    }
    #expect(try verify(path, clinic) == manifest)
    for folder in folders {
      #expect(try files.attributesOfItem(atPath: folder)[.modificationDate] as? Date == long)
    }
  }

  @Test(
    "keys that were put into a backup are found, and a policy's keys are asked instead of its own")
  func ownKeys() async throws {
    let clinic = try await ClinicOnDisk()
    let path = clinic.folder.path + "/backup"
    let backend = try clinic.open()
    _ = try backend.backUp(to: path)
    func verify(_ key: VerifierKey) throws {
      _ = try Backend.verifyBackup(
        path, trusting: TrustPolicy(log: key), options: TestClinic.options(clinic.clock))
    }
    let key = try backend.verifierKey()
    try verify(key)
    let other = try SigningKey.generate(name: key.name, kind: .log).verifierKey
    #expect(throws: (any Error).self) { try verify(other) }
    try Data("\(other)\n".utf8).write(to: URL(filePath: path + "/keys/retired-x.vkey"))
    #expect(throws: BackupError.self) { try self.verify(path, clinic) }
  }

  @Test("the access log, which is of the same kind, goes with it")
  func accessLog() async throws {
    let clinic = try await ClinicOnDisk()
    do {
      let access = try LMDBEventLog(
        directory: clinic.directory.access, options: TestClinic.options(clinic.clock), create: true)
      _ = try await access.append(
        Proposal(events: [
          NewEvent(
            id: EventID(high: 1, low: 1), stream: StreamID(high: 1, low: 1),
            kind: EventKind(rawValue: 1), tags: [], payload: [1])
        ]), command: CommandID(high: 1, low: 1), condition: nil)
    }
    let path = clinic.folder.path + "/backup"
    let manifest = try clinic.open().backUp(to: path)
    #expect(manifest.logs.map(\.name) == ["log", "access"])
    #expect(manifest.logs.last?.events == 1)
    #expect(try verify(path, clinic) == manifest)
    let restored = DataDirectory(clinic.folder.path + "/restored")
    _ = try restore(path, restored, clinic)
    #expect(FileManager.default.fileExists(atPath: restored.access + "/data.mdb"))
  }

  @Test("a restored backup reads and verifies, and goes on with its keys or after a fork")
  func restoring() async throws {
    let clinic = try await ClinicOnDisk()
    let path = clinic.folder.path + "/backup"
    do { _ = try clinic.open().backUp(to: path) }

    // A fresh machine, without keys.
    let fresh = DataDirectory(clinic.folder.path + "/fresh")
    #expect(try restore(path, fresh, clinic).frozen != nil)
    do {
      let backend = try clinic.open(fresh)
      #expect(try backend.clinic().profile.name == "Test Clinic")
      #expect(try backend.store.verify(signers: backend.keeper.signers()).checkedSignatures == 1)
      _ = try await backend.fork(actor: ClinicOnDisk.actor(), reason: "the keys burned")
      try await clinic.register(1...1, in: backend)
      #expect(try backend.verify().checkedSignatures == 2)
    }

    // The keys are on a device of their own, and nothing was signed since.
    let keyed = DataDirectory(
      clinic.folder.path + "/keyed", keys: clinic.folder.path + "/clinic/keys")
    #expect(try restore(path, keyed, clinic).frozen == nil)

    // Something was: the restored log is frozen, and the keys are as they were.
    do {
      let backend = try clinic.open()
      try await clinic.register(2...2, in: backend)
      try backend.checkpoint()
    }
    let lock = FileManager.default.contents(atPath: clinic.directory.keys + "/checkpoint")
    let behind = DataDirectory(
      clinic.folder.path + "/behind", keys: clinic.folder.path + "/clinic/keys")
    let outcome = try restore(path, behind, clinic)
    #expect(outcome.frozen?.contains("an older copy was restored") == true)
    #expect(FileManager.default.contents(atPath: clinic.directory.keys + "/checkpoint") == lock)

    // The same in place: only the log's folder is put back.
    try clinic.copy("backup/log/data.mdb", to: "clinic/log/data.mdb")
    #expect(try clinic.open().keeper.frozen?.contains("an older copy was restored") == true)
  }

  @Test("a backup with its keys goes on at once; its lock is of the state that was copied")
  func withKeys() async throws {
    let clinic = try await ClinicOnDisk()
    let path = clinic.folder.path + "/backup"
    do {
      let backend = try clinic.open()
      try await clinic.register(1...2, in: backend)
      #expect(try backend.backUp(to: path, withKeys: true).holdsSecretKey)
    }
    let restored = DataDirectory(clinic.folder.path + "/restored")
    #expect(try restore(path, restored, clinic).frozen == nil)
    let backend = try clinic.open(restored)
    try await clinic.register(3...3, in: backend)
    try backend.checkpoint()
    _ = try backend.verify()
  }

  @Test("nothing is written over: neither a backup nor a clinic")
  func occupied() async throws {
    let clinic = try await ClinicOnDisk()
    let path = clinic.folder.path + "/backup"
    let backend = try clinic.open()
    _ = try backend.backUp(to: path)
    #expect(throws: DataDirectoryError.self) { try backend.backUp(to: path) }
    #expect(throws: DataDirectoryError.self) { try restore(path, clinic.directory, clinic) }
    #expect(throws: BackupError.self) {
      try verify(clinic.folder.path + "/nothing-there", clinic)
    }
  }

  private func replaceByPipe(_ path: String) throws {
    try FileManager.default.removeItem(atPath: path)
    try #require(mkfifo(path, 0o600) == 0)
  }

  @Test("a changed, missing or escaping file of a backup is refused, and nothing is restored")
  func damaged() async throws {
    let clinic = try await ClinicOnDisk()
    let events = try clinic.open().backUp(to: clinic.folder.path + "/good").logs[0].events
    let path = clinic.folder.path + "/backup"
    let target = DataDirectory(clinic.folder.path + "/restored")
    let changes: [(String) throws -> Void] = [
      { path in
        var data = try Data(contentsOf: URL(filePath: path + "/log/data.mdb"))
        data[data.count / 2] ^= 1
        try data.write(to: URL(filePath: path + "/log/data.mdb"))
      },
      { path in try FileManager.default.removeItem(atPath: path + "/log/data.mdb") },
      { path in try Data("x".utf8).write(to: URL(filePath: path + "/keys/log.vkey")) },
      { path in
        let name = URL(filePath: path + "/manifest.json")
        let text = try String(contentsOf: name, encoding: .utf8)
        try text.replacing("keys/log.vkey", with: "../log.vkey")
          .write(to: name, atomically: true, encoding: .utf8)
      },
      { path in try FileManager.default.removeItem(atPath: path + "/manifest.json") },
      // Named pipes, of which nobody writes the other end.
      { path in try replaceByPipe(path + "/log/data.mdb") },
      { path in try replaceByPipe(path + "/manifest.json") },
    ]
    for change in changes {
      try clinic.copy("good", to: "backup")
      try change(path)
      #expect(throws: BackupError.self) { try verify(path, clinic) }
      #expect(throws: BackupError.self) { try restore(path, target, clinic) }
      #expect(!FileManager.default.fileExists(atPath: target.log))
    }
    // Right by every sum, and yet another log than the manifest says.
    try clinic.copy("good", to: "backup")
    let name = URL(filePath: path + "/manifest.json")
    let text = try String(contentsOf: name, encoding: .utf8)
    try text.replacing("\"events\" : \(events)", with: "\"events\" : \(events + 1)")
      .write(to: name, atomically: true, encoding: .utf8)
    #expect(throws: BackupError.self) { try verify(path, clinic) }
  }
}
