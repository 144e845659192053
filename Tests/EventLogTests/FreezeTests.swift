import EventLog
import Foundation
import LMDB
import Testing
import TransparencyLog

@Suite struct FreezeTests {
  /// A log of 20 events, of which copies of log and keys were kept at 10, signed at both.
  private func signedTwice() async throws -> TemporaryDirectory {
    let directory = try TemporaryDirectory()
    let kept = try KeptLog(directory)
    try await kept.append(1...10)
    try kept.keeper.checkpoint()
    try kept.log.backUp(to: directory.path("old-log"))
    try FileManager.default.copyItem(
      atPath: directory.path("keys"), toPath: directory.path("old-keys"))
    try await kept.append(11...20)
    try kept.keeper.checkpoint()
    return directory
  }

  private func replace(_ file: String, with other: String, in directory: TemporaryDirectory) throws
  {
    try FileManager.default.removeItem(atPath: directory.path(file))
    try FileManager.default.copyItem(
      atPath: directory.path(other), toPath: directory.path(file))
  }

  /// Reads work, appends and signatures are refused, and the reason says so.
  private func expectFrozen(
    _ directory: TemporaryDirectory, events: UInt64, mentions: String,
    location: SourceLocation = #_sourceLocation
  ) async throws {
    let kept = try KeptLog(directory)
    let reason = try #require(kept.keeper.frozen, sourceLocation: location)
    #expect(reason.contains(mentions), "\(reason)", sourceLocation: location)
    #expect(reason.contains(";"), "\(reason) does not say what to do", sourceLocation: location)
    #expect(try kept.log.read { $0.head } == Position(events), sourceLocation: location)
    #expect(throws: EventLogError.frozen(reason), sourceLocation: location) {
      try kept.keeper.checkpoint()
    }
    let refused = await #expect(throws: EventLogError.self, sourceLocation: location) {
      try await kept.log.append(event(99))
    }
    #expect(refused == .frozen(reason), sourceLocation: location)
    #expect(throws: EventLogError.self, sourceLocation: location) { try kept.keeper.verifyLock() }
  }

  @Test("an older copy of the log is frozen, and the newest one put back goes on")
  func rollback() async throws {
    let directory = try await signedTwice()
    try FileManager.default.moveItem(
      atPath: directory.path("log/data.mdb"), toPath: directory.path("newest.mdb"))
    try FileManager.default.copyItem(
      atPath: directory.path("old-log/data.mdb"), toPath: directory.path("log/data.mdb"))
    try await expectFrozen(directory, events: 10, mentions: "10 events, but 20 have been signed")

    try replace("log/data.mdb", with: "newest.mdb", in: directory)
    let kept = try KeptLog(directory)
    #expect(kept.keeper.frozen == nil)
    try await kept.append(21...21)
    try kept.keeper.checkpoint()
  }

  @Test("a rolled-back log that has grown past its lock again is frozen all the same")
  func regrown() async throws {
    let directory = try await signedTwice()
    try replace("log/data.mdb", with: "old-log/data.mdb", in: directory)
    do {
      // With keys of another place, nothing would know of what was signed.
      let log = try LMDBEventLog(
        directory: directory.path("log"), options: .init(mapBytes: TestLog.mapBytes), create: false)
      for number in UInt64(51)...65 { try await log.append(event(number)) }
    }
    try await expectFrozen(directory, events: 25, mentions: "history was changed")
  }

  @Test("a log that is replaced while it is open is frozen at the next checkpoint")
  func whileOpen() async throws {
    let directory = try await signedTwice()
    let kept = try KeptLog(directory)
    let newer = try SignedNote(
      parsing: Data(contentsOf: kept.file("checkpoint")))
    let key = try SigningKey(
      String(decoding: Data(contentsOf: kept.file("log.key")), as: UTF8.self)
        .trimmingCharacters(in: .newlines))
    let ahead = try Checkpoint(
      origin: Checkpoint(parsing: newer.text).origin, size: 30, root: .emptyTree
    ).signed(by: key)
    try Data(ahead.encoded).write(to: kept.file("checkpoint"))
    #expect(kept.keeper.frozen == nil)
    #expect(throws: EventLogError.self) { try kept.keeper.checkpoint() }
    #expect(kept.keeper.frozen != nil)
    await #expect(throws: EventLogError.self) { try await kept.log.append(event(99)) }
  }

  @Test("a log whose end was cut off is frozen")
  func truncated() async throws {
    let directory = try await signedTwice()
    try edit(directory) { environment, rows in
      for position in UInt64(16)...20 {
        try rows.remove(from: environment.table("records"), key: position)
      }
    }
    try await expectFrozen(directory, events: 15, mentions: "15 events, but 20 have been signed")
  }

  @Test("a log whose signed history was changed is frozen")
  func changed() async throws {
    let directory = try await signedTwice()
    try edit(directory) { environment, rows in
      let peak = StoredNodes.peaks(treeSize: 20)[0]
      try rows.set(
        in: environment.table("nodes"), key: peak, value: [UInt8](repeating: 7, count: 32))
    }
    try await expectFrozen(directory, events: 20, mentions: "history was changed")
  }

  @Test("a record that was changed before it was signed is never signed")
  func changedBeforeSigning() async throws {
    let directory = try await signedTwice()
    do { try await KeptLog(directory).append(21...25) }
    try edit(directory) { environment, rows in
      let records = environment.table("records")
      var bytes = try #require(try rows.copyOfValue(in: records, at: UInt64(23)))
      bytes[60] ^= 1
      try rows.set(in: records, key: UInt64(23), value: bytes)
    }
    let kept = try KeptLog(directory)
    let error = #expect(throws: EventLogError.self) { try kept.keeper.checkpoint() }
    guard case .damaged(Position(23), _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(try kept.sizes() == [10, 20])
  }

  @Test("a swapped, missing or foreign key, and a missing or altered lock freeze the log")
  func keys() async throws {
    let other = try KeptLog()
    try await other.append(1...3)
    try other.keeper.checkpoint()
    let cases: [(mentions: String, change: (KeptLog) throws -> Void)] = [
      ("is missing", { try FileManager.default.removeItem(at: $0.file("checkpoint")) }),
      ("signing key is not in", { try FileManager.default.removeItem(at: $0.file("log.key")) }),
      (
        "there is no key",
        {
          for name in ["log.key", "log.vkey"] {
            try FileManager.default.removeItem(at: $0.file(name))
          }
        }
      ),
      (
        "there is no key",
        { try FileManager.default.removeItem(at: $0.file("x").deletingLastPathComponent()) }
      ),
      (
        "swapped",
        { kept in
          let bytes = try Data(contentsOf: other.file("log.key"))
          try bytes.write(to: kept.file("log.key"))
        }
      ),
      (
        "another log",
        { kept in
          for name in ["log.key", "log.vkey", "checkpoint"] {
            try Data(contentsOf: other.file(name)).write(to: kept.file(name))
          }
        }
      ),
      (
        "swapped, or its last signed checkpoint was altered",
        { kept in
          let name = try kept.keeper.verifierKey().name
          let forged = try SigningKey.generate(name: name, kind: .log)
          try Data(forged.encodedSecret.utf8).write(to: kept.file("log.key"))
          try Data(forged.verifierKey.description.utf8).write(to: kept.file("log.vkey"))
        }
      ),
      (
        "last signed checkpoint was altered",
        { kept in
          var bytes = try Data(contentsOf: kept.file("checkpoint"))
          bytes[bytes.count / 2] ^= 1
          try bytes.write(to: kept.file("checkpoint"))
        }
      ),
      ("cannot be used", { try Data("nonsense".utf8).write(to: $0.file("log.vkey")) }),
      (
        "older copy of the keys",
        { kept in
          let old = URL(filePath: kept.directory.path("old-keys/checkpoint"))
          try Data(contentsOf: old).write(to: kept.file("checkpoint"))
        }
      ),
    ]
    for (mentions, change) in cases {
      let directory = try await signedTwice()
      do { try change(KeptLog(directory)) }
      try await expectFrozen(directory, events: 20, mentions: mentions)
    }
  }

  @Test("a fork gives a frozen log a new identity and keeps the old one's files")
  func fork() async throws {
    let directory = try await signedTwice()
    try replace("log/data.mdb", with: "old-log/data.mdb", in: directory)
    let lock = try Data(contentsOf: URL(filePath: directory.path("keys/checkpoint")))
    let kept = try KeptLog(directory)
    let oldKey = try kept.keeper.verifierKey()
    let fork = try #require(try kept.keeper.beginFork())
    #expect(fork.size == 10)
    #expect(fork.oldKey == oldKey)
    #expect(fork.lastCheckpoint == String(decoding: lock, as: UTF8.self))
    // Interrupted here, it is found again.
    #expect(try kept.keeper.beginFork() == fork)
    try await kept.append(70...70)
    let note = try kept.keeper.finishFork(fork)
    let checkpoint = try Checkpoint(parsing: note.text)
    #expect(checkpoint.size == 11)
    #expect(!checkpoint.hasOrigin(fork.oldOrigin))
    #expect(try kept.keeper.verifierKey() == fork.newKey)
    #expect(try kept.keeper.beginFork() == nil)
    let files = try FileManager.default.contentsOfDirectory(atPath: directory.path("keys"))
    let retired = try #require(
      files.first {
        $0.hasPrefix("retired-") && !$0.contains("released") && $0.hasSuffix(".checkpoint")
      })
    #expect(try Data(contentsOf: kept.file(retired)) == lock)

    let found = try kept.log.verify(signers: kept.keeper.signers())
    #expect((found.checkpoints, found.checkedSignatures) == (2, 2))
    try await kept.append(71...72)
    try kept.keeper.checkpoint()
  }

  @Test("a fork that was interrupted once it was on record says how to finish it")
  func interruptedFork() async throws {
    let directory = try await signedTwice()
    try replace("log/data.mdb", with: "old-log/data.mdb", in: directory)
    let fork: LogFork
    do {
      let kept = try KeptLog(directory)
      fork = try #require(try kept.keeper.beginFork())
      // As many events again as were signed: the log now looks as if its history had been changed.
      try await kept.append(70...79)
    }
    try await expectFrozen(directory, events: 20, mentions: "run `chartledger log fork` again")
    let kept = try KeptLog(directory)
    let again = try #require(try kept.keeper.beginFork())
    #expect((again.newKey, again.command) == (fork.newKey, fork.command))
    _ = try kept.keeper.finishFork(again)
    #expect(kept.keeper.frozen == nil)
  }

  @Test("a fork of a log whose keys are all lost leaves its old checkpoints unchecked, not refused")
  func forkWithoutKeys() async throws {
    let directory = try await signedTwice()
    try FileManager.default.removeItem(atPath: directory.path("keys"))
    do {
      let kept = try KeptLog(directory)
      let fork = try #require(try kept.keeper.beginFork())
      #expect(fork.oldKey == nil)
      #expect(!fork.lastCheckpoint.isEmpty)
      try await kept.append(70...70)
      _ = try kept.keeper.finishFork(fork)
    }
    let kept = try KeptLog(directory)
    #expect(kept.keeper.frozen == nil)
    let found = try kept.log.verify(signers: kept.keeper.signers())
    #expect((found.checkpoints, found.checkedSignatures) == (3, 1))
  }

  /// Writes to the tables of the log behind its back.
  private func edit(
    _ directory: TemporaryDirectory, _ body: (Environment, inout WriteTransaction) throws -> Void
  ) throws {
    let environment = try Environment(
      at: directory.path("log"), tables: BitFlipTests.tables,
      options: .init(mapBytes: TestLog.mapBytes))
    try environment.write { try body(environment, &$0) }
  }
}
