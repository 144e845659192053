import AuditPacket
import Backend
import EventLog
import Foundation
import Practice
import PracticeEvents
import Reports
import Testing
import TransparencyLog

@Suite("Issuing a packet") struct IssuePacketTests {
  private let folder = FileManager.default.temporaryDirectory
    .appending(path: "chartledger-issue-\(UUID().uuidString)")

  private func withClinic(
    _ body: (_ backend: Backend, _ out: String) async throws -> Void
  ) async throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let backend = try await Backend.create(
      DataDirectory(folder.appending(path: "clinic").path),
      options: LMDBEventLog.Options(mapBytes: 256 << 20)
    ) { $0 }
    _ = try await backend.record(
      EstablishClinic(clinicName: "Clinic", timeZone: ClinicTimeZone("America/New_York")),
      envelope(1))
    _ = try await backend.record(
      RegisterPatient(
        mrn: "P-1", familyName: "Rivera", givenName: "Ana", bornOn: CivilDate("1984-06-02")),
      envelope(2))
    _ = try await backend.record(
      SignConsent(patient: SubjectReference("P-1"), kind: .treatment), envelope(3))
    try await body(backend, folder.appending(path: "packet.zip").path)
  }

  private func envelope(_ number: UInt64, role: Role = .supervisor) -> CommandEnvelope {
    var actor = EventActor()
    (actor.user, actor.role, actor.initials) = ("dana", role, "DA")
    return CommandEnvelope(id: CommandID(high: 0x155e, low: number), actor: actor)
  }

  private let request = PacketRequest(
    patient: "P-1", profile: .court, recipient: "Superior Court", address: "Hackensack",
    purpose: "subpoena", basis: .judicial)

  @Test("the packet verifies and its disclosure is in the accounting, with its digest")
  func issues() async throws {
    try await withClinic { backend, out in
      let issued = try await backend.issuePacket(request, envelope(9), to: out)
      let files = try PacketFiles(reading: out)
      #expect(files == issued.files)
      let policy = try TrustPolicy(log: backend.verifierKey())
      let verified = try PacketVerifier(files, policy: policy).verify()
      #expect(verified.events == 2)
      #expect(verified.shown == 2)
      guard case .recordDisclosed(let fact) = issued.disclosure.facts.first?.event.fact else {
        Issue.record("no disclosure")
        return
      }
      #expect([UInt8](fact.packetSha256) == files.digest.bytes)
      #expect(fact.lastPosition == verified.contents.events.last?.position.rawValue)
      let accounting = try backend.answer(
        AuditDisclosuresReport.self, ["patient": "P-1"])
      #expect(accounting.body.rows.count == 1)
      #expect(accounting.body.rows[0].contains(.text("Superior Court")))
      #expect(accounting.body.rows[0].contains(.flag(true)))

      // A second one proves the first disclosure too, and lies behind its checkpoint.
      let second = try await backend.issuePacket(request, envelope(10), to: out + ".folder")
      #expect(second.verified.events == 3)
      #expect(second.verified.brackets.map(\.size) == [verified.checkpoint.size])
    }
  }

  @Test("a log that went on after its keys were lost issues packets under its new name")
  func afterFork() async throws {
    try await withClinic { backend, out in
      let first = try await backend.issuePacket(request, envelope(9), to: out)
      try FileManager.default.removeItem(atPath: backend.directory.keys)
      #expect(throws: EventLogError.self) { try backend.keeper.verifyLock() }
      _ = try await backend.fork(actor: envelope(0).actor, reason: "the keys burned")
      let second = try await backend.issuePacket(request, envelope(10), to: out + ".folder")
      #expect(second.verified.origin != first.verified.origin)
      #expect(second.verified.brackets.map(\.size) == [first.verified.checkpoint.size + 2])
      _ = try backend.verify()
    }
  }

  @Test("a packet that may not be disclosed leaves no file, no seal and no event")
  func refused() async throws {
    try await withClinic { backend, out in
      let before = try backend.store.read { $0.head }
      await #expect(throws: Refusal.self) {
        try await backend.issuePacket(request, envelope(9, role: .therapist), to: out)
      }
      try Data([1]).write(to: URL(filePath: out))
      await #expect(throws: CocoaError.self) {
        try await backend.issuePacket(request, envelope(9), to: out)
      }
      let unwritable = folder.appending(path: "absent/packet.zip").path
      #expect(try backend.store.read { $0.head } == before)
      await #expect(throws: (any Error).self) {
        try await backend.issuePacket(request, envelope(9), to: unwritable)
      }
      let disclosed = try backend.store.read {
        try $0.events(.kinds(EventKind(rawValue: PracticeEvent.Kind.recordDisclosed.rawValue)))
      }
      #expect(disclosed.isEmpty, "what could not be written was not disclosed")
      let left = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      #expect(left.sorted() == ["clinic", "packet.zip"])
    }
  }
}
