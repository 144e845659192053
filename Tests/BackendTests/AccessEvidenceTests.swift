import Backend
import EventLog
import Foundation
import LMDB
import Practice
import PracticeEvents
import Projection
import Reports
import Testing
import TransparencyLog

/// Reproducible from its seed (SplitMix64).
private struct Seeded: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
    return mixed ^ mixed >> 31
  }
}

@Suite("The access log as evidence")
struct AccessEvidenceTests {
  private func read(_ backend: Backend, times: Int) async throws {
    var actor = EventActor()
    (actor.user, actor.role) = ("ida", .auditor)
    for row in 0..<times {
      try await backend.recordAccess(
        DataAccess(
          by: Reader(actor, channel: .cli), what: "ready", disclosed: .nobody, rows: row,
          asOf: .none))
    }
  }

  /// A clinic whose data was read ten times; copies of the access log and its keys were kept at five,
  /// signed at both.
  private func signedTwice() async throws -> ClinicOnDisk {
    let clinic = try await ClinicOnDisk()
    let backend = try clinic.open()
    try await read(backend, times: 5)
    try backend.checkpointAccessLog()
    try backend.accessLog.store().backUp(to: clinic.folder.path + "/old-access")
    try clinic.copy("clinic/keys/access", to: "old-keys")
    try await read(backend, times: 5)
    try backend.checkpointAccessLog()
    return clinic
  }

  /// Opens the raw tables of the closed access log.
  private func raw<Result>(
    _ clinic: ClinicOnDisk, _ body: (Environment) throws -> Result
  ) throws -> Result {
    try body(
      Environment(
        at: clinic.directory.access,
        tables: [
          "meta", "records", "nodes", "events", "commands", "streams", "tags", "blobs",
          "checkpoints", "anchors",
        ], options: .init(mapBytes: 512 << 20)))
  }

  @Test("is signed with a key, an origin and a lock of its own, and only when asked to")
  func signed() async throws {
    let clinic = try await ClinicOnDisk()
    let backend = try clinic.open()
    #expect(try backend.checkpointAccessLog() == nil)
    #expect(try backend.verifyAccessLog() == nil)
    #expect(try backend.accessLogStanding() == nil)
    #expect(!FileManager.default.fileExists(atPath: clinic.directory.accessKeys))
    try await read(backend, times: 3)
    #expect(try backend.accessLogStanding()?.signed == 0, "a reading does not wait for a signature")
    let note = try #require(try backend.checkpointAccessLog())
    let checkpoint = try Checkpoint(parsing: note.text)
    // The schema is an entry, too.
    #expect(checkpoint.size == 4)
    #expect(!checkpoint.hasOrigin(try backend.verifierKey().name.description))
    #expect(try backend.checkpointAccessLog() == note)
    try await read(backend, times: 2)
    let standing = try #require(try backend.accessLogStanding())
    #expect((standing.entries, standing.signed) == (6, 4))
    #expect(standing.contradiction == nil)
    try backend.checkpointAccessLog()
    let found = try #require(try backend.verifyAccessLog())
    #expect((found.checkpoints, found.checkedSignatures) == (2, 2))
    #expect(try backend.accessCheckpointSummaries().map(\.size) == [4, 6])
    _ = try backend.verify()
  }

  enum Attack: String, CaseIterable, CustomTestStringConvertible {
    case rolledBack, regrown, cutOff, cutOffWholly, removed, replaced, keySwapped, lockRemoved,
      keysRolledBack, keysRemoved
    var testDescription: String { rawValue }

    /// What the finding says.
    var mentions: String {
      switch self {
      case .rolledBack: "6 events, but 11 have been signed: an older copy was restored"
      case .regrown: "history was changed"
      case .cutOff, .cutOffWholly: "have been signed"
      case .removed: "it was removed"
      case .replaced: "put in its place"
      case .keySwapped: "swapped"
      case .lockRemoved: "is missing"
      case .keysRolledBack: "older copy of the keys"
      case .keysRemoved: "there is no key"
      }
    }
  }

  private func attack(_ attack: Attack, _ clinic: ClinicOnDisk) async throws {
    let keys = clinic.directory.accessKeys
    let files = FileManager.default
    switch attack {
    case .rolledBack:
      try clinic.copy("old-access/data.mdb", to: "clinic/access/data.mdb")
    case .regrown:
      try clinic.copy("old-access/data.mdb", to: "clinic/access/data.mdb")
      try await read(clinic.open(), times: 9)
    case .cutOff, .cutOffWholly:
      // With all that belongs to the last readings, as far as the tables tell of them.
      let last = UInt64(attack == .cutOff ? 9 : 1)
      try raw(clinic) { environment in
        let (records, nodes) = (environment.table("records"), environment.table("nodes"))
        try environment.write { rows in
          for position in last...11 { try rows.remove(from: records, key: position) }
          for node in StoredNodes.count(treeSize: last - 1)..<StoredNodes.count(treeSize: 11) {
            try rows.remove(from: nodes, key: node)
          }
        }
      }
    case .removed:
      try files.removeItem(atPath: clinic.directory.access)
    case .replaced:
      try files.removeItem(atPath: clinic.directory.access)
      try await read(clinic.open(), times: 12)
    case .keySwapped:
      let key = try VerifierKey(
        String(contentsOfFile: keys + "/log.vkey", encoding: .utf8)
          .trimmingCharacters(in: .newlines))
      let other = try SigningKey.generate(name: key.name, kind: .log)
      try Data(other.encodedSecret.utf8).write(to: URL(filePath: keys + "/log.key"))
      try Data(other.verifierKey.description.utf8).write(to: URL(filePath: keys + "/log.vkey"))
    case .lockRemoved:
      try files.removeItem(atPath: keys + "/checkpoint")
    case .keysRolledBack:
      try clinic.copy("old-keys", to: "clinic/keys/access")
    case .keysRemoved:
      try files.removeItem(atPath: keys)
    }
  }

  @Test(
    "truncation, an older copy and swapped files are named; reading goes on, and a fork mends it",
    arguments: Attack.allCases)
  func attacks(_ attack: Attack) async throws {
    let clinic = try await signedTwice()
    try await self.attack(attack, clinic)
    let backend = try clinic.open()
    let standing = try #require(try backend.accessLogStanding())
    #expect(standing.contradiction?.reason.contains(attack.mentions) == true)
    #expect(throws: (any Error).self) { try backend.verifyAccessLog() }
    #expect(throws: AccessLogContradicted.self) { try backend.checkpointAccessLog() }
    // Tables that contradict each other, or checkpoints of a key that is gone while another of its
    // name is there, cannot be mended by a fork: the originals can be put back.
    guard ![.cutOff, .cutOffWholly, .keySwapped].contains(attack) else { return }
    #expect(throws: AccessLogContradicted.self) { try backend.verifyAccessLog() }
    #expect(backend.keeper.frozen == nil)
    _ = try backend.verify()
    try await read(backend, times: 1)
    #expect(throws: AccessLogContradicted.self) { try backend.verifyAccessLog() }

    await #expect(throws: Refusal.self) {
      try await backend.forkAccessLog(actor: ClinicOnDisk.actor(.biller), reason: "restored")
    }
    let reason = "the disk failed"
    let note = try #require(
      try await backend.forkAccessLog(actor: ClinicOnDisk.actor(), reason: reason))
    let last = try #require(
      try backend.accessLog.store().read { log in
        try log.events(.all, ReadOptions(from: log.head)).first
      })
    guard case .logForked = try RecordedFact(last).event.fact else {
      Issue.record("the fork is not the last entry")
      return
    }
    #expect(try Checkpoint(parsing: note.text).size == last.position.rawValue)
    #expect(try await backend.forkAccessLog(actor: ClinicOnDisk.actor(), reason: reason) == nil)
    try await read(backend, times: 1)
    try backend.checkpointAccessLog()
    _ = try backend.verifyAccessLog()
    #expect(try backend.answer(AuditAccessReport.self, [:]).body.rows.count > 0)
  }

  @Test(
    "any single bit flipped in a row is found",
    arguments: [("records", 200), ("nodes", 120), ("checkpoints", 120), ("streams", 60)])
  func flips(table name: String, count: Int) async throws {
    let clinic = try await signedTwice()
    var generator = Seeded(state: 20_261_127)
    let rows = try raw(clinic) { environment in
      try environment.read { transaction in
        var cursor = try transaction.cursor(over: environment.table(name))
        var rows: [(key: [UInt8], value: [UInt8])] = []
        while let row = try cursor.next() {
          rows.append(([UInt8](copying: row.key), [UInt8](copying: row.value)))
        }
        return rows
      }
    }
    func put(_ row: (key: [UInt8], value: [UInt8])) throws {
      try raw(clinic) { environment in
        try environment.write {
          try $0.set(in: environment.table(name), key: row.key, value: row.value)
        }
      }
    }
    func isAccepted() throws -> Bool {
      do {
        _ = try clinic.open().verifyAccessLog()
        return true
      } catch is EventLogError {
        return false
      } catch is AccessLogContradicted { return false }
    }
    var missed: [String] = []
    for _ in 0..<count {
      let row = try #require(rows.randomElement(using: &generator))
      let bit = Int.random(in: 0..<row.value.count * 8, using: &generator)
      var changed = row
      changed.value[bit / 8] ^= 1 << UInt8(bit % 8)
      try put(changed)
      if try isAccepted() { missed.append("\(row.key) bit \(bit)") }
      try put(row)
    }
    #expect(missed == [])
    #expect(try isAccepted(), "every flip was taken back")
  }

  @Test("its key is changed with the clinic's, and the old one signs nothing newer")
  func rotated() async throws {
    let clinic = try await signedTwice()
    let backend = try clinic.open()
    let old = try SigningKey(
      String(contentsOfFile: clinic.directory.accessKeys + "/log.key", encoding: .utf8)
        .trimmingCharacters(in: .newlines))
    let key = try await backend.rotateAccessKey(actor: ClinicOnDisk.actor(), reason: "yearly")
    #expect(key != nil && key != old.verifierKey)
    try await read(backend, times: 2)
    let note = try #require(try backend.checkpointAccessLog())
    #expect(!note.isSigned(under: old.verifierKey))
    #expect(try backend.verifyAccessLog()?.checkedSignatures == 4)
  }

  @Test("a backup holds its public key and checkpoint, and restored it is what was signed")
  func backup() async throws {
    let clinic = try await signedTwice()
    let path = clinic.folder.path + "/backup"
    for withKeys in [false, true] {
      try? FileManager.default.removeItem(atPath: path)
      let manifest = try clinic.open().backUp(to: path, withKeys: withKeys)
      let names = Set(manifest.files.map(\.path))
      #expect(names.isSuperset(of: ["access-keys/log.vkey", "access-checkpoint"]))
      #expect(names.contains("access-keys/log.key") == withKeys)
      let options = TestClinic.options(clinic.clock)
      #expect(try Backend.verifyBackup(path, options: options) == manifest)
      let fresh = DataDirectory(clinic.folder.path + "/fresh-\(withKeys)")
      let outcome = try Backend.restore(from: path, to: fresh, options: options)
      #expect((outcome.access == nil) == withKeys)
      let backend = try clinic.open(fresh)
      if !withKeys {
        _ = try await backend.forkAccessLog(actor: ClinicOnDisk.actor(), reason: "keys burned")
      }
      try await read(backend, times: 1)
      try backend.checkpointAccessLog()
      _ = try backend.verifyAccessLog()
    }
  }

  @Test("an older backup beside newer keys is named, and reading goes on")
  func olderBackup() async throws {
    let clinic = try await signedTwice()
    let path = clinic.folder.path + "/backup"
    let options = TestClinic.options(clinic.clock)
    do {
      let backend = try clinic.open()
      _ = try backend.backUp(to: path)
      try await read(backend, times: 1)
      try backend.checkpointAccessLog()
    }
    let behind = DataDirectory(clinic.folder.path + "/behind", keys: clinic.directory.keys)
    let outcome = try Backend.restore(from: path, to: behind, options: options)
    #expect(outcome.frozen == nil)
    #expect(outcome.access?.reason.contains("an older copy was restored") == true)
    try await read(clinic.open(behind), times: 1)
  }
}

@Suite("A key that has handed over")
struct HandOverTests {
  /// Old keys, with the lock that both keys signed, as a thief would put them together.
  private func theft(_ clinic: ClinicOnDisk) async throws -> (old: VerifierKey, keys: String) {
    let stolen = clinic.folder.path + "/stolen"
    let backend = try clinic.open()
    try clinic.copy("clinic/keys", to: "stolen")
    let old = try backend.verifierKey()
    _ = try await backend.rotateKey(actor: ClinicOnDisk.actor(), reason: "seen by somebody")
    try clinic.copy("clinic/keys/checkpoint", to: "stolen/checkpoint")
    try await clinic.register(1...2, in: backend)
    return (old, stolen)
  }

  @Test("has signed nothing newer: a checkpoint that it signed later is found by name")
  func newer() async throws {
    let clinic = try await ClinicOnDisk()
    let (old, stolen) = try await theft(clinic)
    do { _ = try clinic.open().verify() }
    do {
      let thief = try Backend(
        DataDirectory(clinic.directory.path, keys: stolen),
        options: TestClinic.options(clinic.clock))
      #expect(try thief.checkpoint().isSigned(under: old), "the log alone does not know")
    }
    let backend = try clinic.open()
    let error = #expect(throws: EventLogError.self) { try backend.verify() }
    guard case .damaged(let position, let reason) = error else {
      Issue.record("\(String(describing: error)) instead of damaged")
      return
    }
    #expect(reason.contains("handed over"))
    #expect(position == (try backend.store.read { $0.head }))
  }

  @Test("and the log without the checkpoint that both keys signed is not accepted")
  func vanished() async throws {
    let clinic = try await ClinicOnDisk()
    _ = try await theft(clinic)
    let size: UInt64
    do { size = try #require(try clinic.open().checkpointSummaries().last).size }
    do {
      let environment = try Environment(
        at: clinic.directory.log,
        tables: ["checkpoints"], options: .init(mapBytes: 512 << 20))
      try environment.write {
        _ = try $0.remove(from: environment.table("checkpoints"), key: size)
      }
    }
    // Opened, it is released again from the lock, where both signatures are.
    do { _ = try clinic.open().verify() }
  }
}
