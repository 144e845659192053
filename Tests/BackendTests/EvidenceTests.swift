import AuditPacket
import Backend
import EventLog
import Foundation
import LMDB
import Practice
import PracticeEvents
import Synchronization
import Testing
import TransparencyLog

/// What happens to a clinic's directory from outside, between two openings.
final class ClinicOnDisk: Sendable {
  let folder = TemporaryDirectory()
  let clock: TestClock
  private let commands = Mutex<UInt64>(0)

  /// An established clinic, signed.
  init() async throws {
    let zone = try ClinicTimeZone("America/New_York")
    clock = TestClock(try zone.instant("2026-03-02T08:00"))
    let establish = EstablishClinic(clinicName: "Test Clinic", timeZone: zone)
    try await Backend.create(directory, options: TestClinic.options(clock)) { backend in
      _ = try await record(establish, in: backend)
      try backend.checkpoint()
      try backend.views.catchUp()
    }
  }

  var directory: DataDirectory { DataDirectory(folder.path + "/clinic") }

  func open(_ directory: DataDirectory? = nil) throws -> Backend {
    try Backend(directory ?? self.directory, options: TestClinic.options(clock))
  }

  static func actor(_ role: Role = .supervisor) -> EventActor {
    var actor = EventActor()
    actor.user = "sam"
    actor.role = role
    actor.initials = "SB"
    return actor
  }

  @discardableResult
  func record(_ command: some Command, in backend: Backend) async throws -> RecordedOutcome {
    let number = commands.withLock { number in
      number += 1
      return number
    }
    return try await backend.record(
      command,
      CommandEnvelope(id: CommandID(high: 0xd15c, low: number), actor: Self.actor()))
  }

  func register(_ mrns: ClosedRange<Int>, in backend: Backend) async throws {
    for mrn in mrns {
      try await record(
        RegisterPatient(
          mrn: "P-\(mrn)", familyName: "Rivera", givenName: "Ana",
          bornOn: CivilDate("1984-06-02"), confirmDistinct: true),
        in: backend)
    }
  }

  /// Copies a file or folder of this test.
  func copy(_ source: String, to destination: String) throws {
    let (source, destination) = (folder.path + "/" + source, folder.path + "/" + destination)
    try? FileManager.default.removeItem(atPath: destination)
    try FileManager.default.copyItem(atPath: source, toPath: destination)
  }
}

@Suite("Evidence")
struct EvidenceTests {
  @Test("signed notes, closed books and a minute that passed make a checkpoint due")
  func due() async throws {
    let clinic = try await ClinicOnDisk()
    let backend = try clinic.open()
    let established = try backend.store.treeHead().size
    let outcome = try await clinic.record(
      RegisterPatient(
        mrn: "P-1", familyName: "Rivera", givenName: "Ana", bornOn: CivilDate("1984-06-02")),
      in: backend)
    #expect(try !backend.isCheckpointDue(after: outcome.facts))
    var note = try #require(outcome.facts.first)
    note.event.fact = .soapNoteSigned(SoapNoteSigned())
    #expect(try backend.isCheckpointDue(after: [note]))
    note.event.fact = .periodClosed(PeriodClosed())
    #expect(try backend.isCheckpointDue(after: [note]))
    clinic.clock.move(to: try ClinicTimeZone("America/New_York").instant("2026-03-02T08:02"))
    #expect(try backend.isCheckpointDue(after: outcome.facts))
    try backend.checkpoint()
    #expect(try backend.checkpointSummaries().map(\.size) == [established, established + 1])
  }

  @Test("an older copy of the log refuses commands; after a recorded fork it goes on")
  func fork() async throws {
    let clinic = try await ClinicOnDisk()
    try clinic.copy("clinic/log", to: "older")
    do {
      let backend = try clinic.open()
      try await clinic.register(1...3, in: backend)
      try backend.checkpoint()
    }
    try clinic.copy("older/data.mdb", to: "clinic/log/data.mdb")
    let backend = try clinic.open()
    #expect(throws: EventLogError.self) { try backend.verify() }
    #expect(try backend.clinic().profile.name == "Test Clinic", "it can be read")
    await #expect(throws: EventLogError.self) { try await clinic.register(4...4, in: backend) }
    await #expect(throws: Refusal.self) {
      try await backend.fork(actor: ClinicOnDisk.actor(.biller), reason: "restored")
    }
    await #expect(throws: Refusal.self) {
      try await backend.fork(actor: ClinicOnDisk.actor(), reason: "")
    }
    let lost = try #require(
      FileManager.default.contents(atPath: clinic.directory.keys + "/checkpoint"))
    let first = try await backend.fork(actor: ClinicOnDisk.actor(), reason: "the disk failed")
    let facts = try backend.store.read { try LogFacts($0).history(of: .system) }
    let forked = try #require(facts.last)
    guard case .logForked(let fact) = forked.event.fact else {
      Issue.record("the fork is not the last event")
      return
    }
    #expect(forked.event.reason == "the disk failed")
    #expect(Data(fact.lastSignedCheckpoint.utf8) == lost)
    #expect(fact.restoredSize + 1 == first.size)
    #expect(fact.newVerifierKey == (try backend.verifierKey()).description)
    #expect(fact.oldOrigin != first.origin)
    try await clinic.register(4...4, in: backend)
    try backend.checkpoint()
    _ = try backend.verify()
    await #expect(throws: Refusal.self) {
      try await backend.fork(actor: ClinicOnDisk.actor(), reason: "again")
    }
  }

  @Test("a seal that lies about how long records are is found", arguments: [false, true])
  func lyingSeal(isTrue: Bool) async throws {
    let clinic = try await ClinicOnDisk()
    let backend = try clinic.open()
    try await clinic.register(1...3, in: backend)
    let (asOf, ends) = try backend.store.streamEnds()
    // As if the last patient had no record.
    let heads = StreamHeadsTree(isTrue ? ends : Array(ends.dropLast()))
    var fact = StreamHeadsSealed()
    (fact.asOf, fact.streams, fact.root) = (asOf.rawValue, heads.count, Data(heads.root.bytes))
    var event = PracticeEvent()
    event.fact = .streamHeadsSealed(fact)
    let seal = NewEvent(
      id: EventID(high: 5, low: 1), stream: StreamID(high: 0, low: 2),
      kind: EventKind(rawValue: 586),
      tags: [], payload: try event.payload())
    _ = try await backend.store.append(
      Proposal(events: [seal]), command: CommandID(high: 5, low: 1), condition: nil)
    try backend.views.catchUp()
    if isTrue {
      _ = try backend.verify()
    } else {
      let error = #expect(throws: EventLogError.self) { try backend.verify() }
      guard case .damaged(let position, _) = error else {
        Issue.record("\(String(describing: error)) instead of damaged")
        return
      }
      #expect(position == asOf.next)
    }
  }

  @Test("a document whose stored pages were changed or removed is found", arguments: [true, false])
  func documentPages(isReplaced: Bool) async throws {
    let clinic = try await TestClinic()
    try await clinic.setUp()
    let backend = clinic.backend
    try backend.checkpoint()
    let outcome = try await backend.receive(
      ReceiveDocument(kind: .prescription), pages: Array("%PDF-1.7 pages".utf8),
      clinic.envelope(by: .frontDesk))
    guard case .documentReceived(let received) = outcome.facts[0].event.fact,
      let blob = BlobID(received.blob)
    else {
      Issue.record("no document was recorded")
      return
    }
    _ = try backend.verify()
    // A second log of the same bytes, because one process opens each log once.
    let copy = DataDirectory(clinic.folder.path + "/copy", keys: backend.directory.keys)
    try FileManager.default.createDirectory(
      atPath: copy.path, withIntermediateDirectories: true)
    try backend.store.backUp(to: copy.log)
    do {
      let environment = try Environment(
        at: copy.log, tables: ["blobs"], options: .init(mapBytes: 512 << 20))
      try environment.write {
        _ = try $0.remove(from: environment.table("blobs"), key: blob.bytes)
      }
    }
    let changed = try Backend(copy, options: TestClinic.options(clinic.clock))
    if isReplaced {
      // Sealed as the log seals its rows.
      _ = try await changed.store.append(
        Proposal(events: [], blobs: [Blob(id: blob, bytes: Array("%PDF-1.7 forged".utf8))]),
        command: CommandID(high: 5, low: 5), condition: nil)
    }
    let error = #expect(throws: EventLogError.self) { try changed.verify() }
    guard case .damaged(let position, let reason) = error else {
      Issue.record("\(String(describing: error)) instead of damaged")
      return
    }
    #expect(position.rawValue == outcome.facts[0].position)
    #expect(reason.contains(isReplaced ? "was changed" : "is missing"))
  }

  @Test("a view that has seen events which the log lost is found")
  func viewAhead() async throws {
    let clinic = try await ClinicOnDisk()
    try clinic.copy("clinic/log", to: "older")
    do {
      let backend = try clinic.open()
      _ = try backend.verify()
      try await clinic.register(1...3, in: backend)
      try backend.views.catchUp()
    }
    // Nothing was signed since, so the log itself agrees with its lock.
    try clinic.copy("older/data.mdb", to: "clinic/log/data.mdb")
    let backend = try clinic.open()
    #expect(backend.keeper.frozen == nil)
    #expect(throws: (any Error).self) { try backend.verify() }
    try backend.views.rebuild()
    _ = try backend.verify()
  }
}
