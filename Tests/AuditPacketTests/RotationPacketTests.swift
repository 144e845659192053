import Backend
import EventLog
import Foundation
import Practice
import PracticeEvents
import TestSupport
import Testing
import TransparencyLog

@testable import AuditPacket

/// A clinic that changes its key once: a patient before, a note after.
private final class RotatedClinic: Sendable {
  let folder: URL
  let backend: Backend
  let keys: [VerifierKey]
  /// As it was before it was deleted.
  let oldSecret: SigningKey

  init() async throws {
    folder = FileManager.default.temporaryDirectory
      .appending(path: "chartledger-rotated-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    backend = try await Backend.create(
      DataDirectory(folder.appending(path: "clinic").path),
      options: LMDBEventLog.Options(mapBytes: 256 << 20)
    ) { $0 }
    _ = try await backend.record(
      EstablishClinic(clinicName: "Clinic", timeZone: ClinicTimeZone("America/New_York")),
      Self.envelope(1))
    _ = try await backend.record(
      RegisterPatient(
        mrn: "P-1", familyName: "Rivera", givenName: "Ana", bornOn: CivilDate("1984-06-02")),
      Self.envelope(2))
    try backend.checkpoint()
    let old = try backend.verifierKey()
    oldSecret = try SigningKey(
      String(
        decoding: Data(contentsOf: URL(filePath: backend.directory.keys + "/log.key")),
        as: UTF8.self
      )
      .trimmingCharacters(in: .newlines))
    let rotated = try await backend.rotateKey(actor: Self.envelope(0).actor, reason: "yearly")
    keys = [old, rotated.newKey]
    _ = try await backend.record(
      SignConsent(patient: SubjectReference("P-1"), kind: .treatment), Self.envelope(3))
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  static func envelope(_ number: UInt64) -> CommandEnvelope {
    var actor = EventActor()
    (actor.user, actor.role, actor.initials) = ("dana", .supervisor, "DA")
    return CommandEnvelope(id: CommandID(high: 0x1570, low: number), actor: actor)
  }

  func packet(_ number: UInt64 = 9) async throws -> PacketFiles {
    try await backend.issuePacket(
      PacketRequest(
        patient: "P-1", profile: .court, recipient: "Superior Court", address: "Hackensack",
        purpose: "subpoena", basis: .judicial),
      Self.envelope(number), to: folder.appending(path: "packet-\(number)").path
    ).files
  }

  func policy(_ keys: [VerifierKey]) throws -> TrustPolicy {
    try TrustPolicy(parsing: Array(Self.policyText(keys).utf8))
  }

  static func policyText(_ keys: [VerifierKey]) -> String {
    keys.map { "log \($0)\n" }.joined() + "quorum none\n"
  }
}

@Suite("A packet of a log that changed its key, or was time-stamped") struct RotationPacketTests {
  @Test("verifies for whoever trusts the old key, the new one or both, and for nobody else")
  func policies() async throws {
    let clinic = try await RotatedClinic()
    let files = try await clinic.packet()
    #expect(files.paths.contains { $0.hasPrefix("keys/") })
    for keys in [clinic.keys, [clinic.keys[0]], [clinic.keys[1]]] {
      let found = try PacketVerifier(files, policy: clinic.policy(keys)).verify()
      #expect(found.rotations == 1)
    }
    let stranger = try SigningKey.generate(name: clinic.keys[0].name, kind: .log).verifierKey
    #expect(try files.fault(clinic.policy([stranger]))?.file == "checkpoint")
  }

  @Test("a checkpoint that the old key signed after the change is refused")
  func oldKey() async throws {
    let clinic = try await RotatedClinic()
    let files = try await clinic.packet()
    let note = try #require(files["checkpoint"])
    let text = try SignedNote(parsing: note).text
    let forgedNote = try SignedNote(text: text, signatures: [clinic.oldSecret.sign(text: text)])
    let forged = files.forged { files in
      for (path, bytes) in files.sorted where bytes.count >= note.count {
        guard bytes.suffix(note.count).elementsEqual(note) else { continue }
        files[path] = bytes.dropLast(note.count) + forgedNote.encoded
      }
    }
    for keys in [clinic.keys, [clinic.keys[0]]] {
      #expect(try forged.fault(clinic.policy(keys))?.file == "checkpoint")
    }
  }

  @Test("a checkpoint that the old key signed too after the change is refused, by both verifiers")
  func oldKeyToo() async throws {
    let clinic = try await RotatedClinic()
    let files = try await clinic.packet()
    let note = try #require(files["checkpoint"])
    let parsed = try SignedNote(parsing: note)
    let both = try parsed.adding(clinic.oldSecret.sign(text: parsed.text))
    let forged = files.forged { files in
      for (path, bytes) in files.sorted where bytes.count >= note.count {
        guard bytes.suffix(note.count).elementsEqual(note) else { continue }
        files[path] = bytes.dropLast(note.count) + both.encoded
      }
    }
    for keys in [clinic.keys, [clinic.keys[0]], [clinic.keys[1]]] {
      let fault = try #require(try forged.fault(clinic.policy(keys)))
      #expect(fault.file == "checkpoint")
      #expect(fault.reason.contains("was not in force"))
    }
    guard let python = Program("python3") else { return }
    let folder = try Self.folder(clinic, "forged")
    try forged.write(to: folder.appending(path: "packet.zip").path)
    try Data(RotatedClinic.policyText(clinic.keys).utf8).write(
      to: folder.appending(path: "policy"))
    #expect(
      try python.run(["-B", Self.script, "packet.zip", "policy"], in: folder).exitCode == 6)
  }

  @Test("any flipped bit of a hand-over is refused, also with new checksums")
  func flips() async throws {
    let clinic = try await RotatedClinic()
    let files = try await clinic.packet()
    let policy = try clinic.policy([clinic.keys[0]])
    let paths = files.paths.filter { $0.hasPrefix("keys/") || $0.hasPrefix("bracket/") }
    var random = SeededBits(state: 20_261_127)
    for round in 0..<600 {
      let path = paths[round % paths.count]
      let forged = try files.forged { files in
        var bytes = try #require(files[path])
        let bit = Int.random(in: 0..<bytes.count * 8, using: &random)
        bytes[bit / 8] ^= 1 << UInt8(bit % 8)
        files[path] = bytes
      }
      #expect(forged.fault(policy) != nil, "\(path)")
    }
  }

  @Test("an outsider follows from the old key to the new one by the proof of the event alone")
  func handOver() async throws {
    let clinic = try await RotatedClinic()
    let backend = clinic.backend
    let kind = EventKind(rawValue: PracticeEvent.Kind.logKeyRotated.rawValue)
    let position = try #require(try backend.store.read { try $0.events(.kinds(kind)).first })
      .position
    let evidence = try #require(try backend.store.evidence(at: position))
    func proof(under note: SignedNote) throws -> [UInt8] {
      let size = try Checkpoint(parsing: note.text).size
      let proof = try backend.store.withTree { _, node in
        try InclusionProof(leafIndex: position.rawValue - 1, treeSize: size, readNode: node)
      }
      return try InclusionProofFile(proof: proof, checkpoint: note).encoded
    }
    func follow(_ note: SignedNote) throws -> KeyHandOver {
      try KeyHandOver(
        proof: proof(under: note), leaf: evidence.leaf.text, opening: evidence.opening)
    }
    let bridge = try #require(
      try backend.checkpoints().first { try Checkpoint(parsing: $0.text).size >= position.rawValue }
    )
    let handOver = try follow(bridge)
    #expect([handOver.oldKey, handOver.newKey] == clinic.keys)
    #expect(try handOver.followed(by: clinic.policy([clinic.keys[0]])).logKeys == clinic.keys)
    #expect(throws: PacketFault.self) {
      try handOver.followed(by: clinic.policy([clinic.keys[1]]))
    }
    // Under a later checkpoint, which the old key has not signed, it is no hand-over.
    let later = try backend.checkpoint()
    #expect(throws: EvidenceError.self) { try follow(later) }
    // Another event is none either.
    let other = try #require(try backend.store.evidence(at: Position(1)))
    #expect(throws: (any Error).self) {
      try KeyHandOver(
        proof: proof(under: bridge), leaf: other.leaf.text, opening: other.opening)
    }
  }

  @Test(
    "time stamps of its checkpoints are in it, with whose time it is and what was not checked",
    .enabled(if: Program("openssl") != nil, "skipped: openssl is not installed"))
  func stamps() async throws {
    let clinic = try await RotatedClinic()
    let backend = clinic.backend
    let authority = try LocalTimestampAuthority(
      try #require(Program("openssl")), in: Self.folder(clinic, "tsa"))
    let note = try backend.checkpoint()
    let size = try Checkpoint(parsing: note.text).size
    let answer = try authority.answer(authority.request(over: note.asReleased().encoded))
    try backend.attachAnchor(answer, kind: "rfc3161-1", size: size)
    let witness = try SigningKey.generate(name: KeyName("w.example"), kind: .witness)
    let line = try witness.cosign(Checkpoint(parsing: note.text), at: 1_900_000_000)
    try backend.attachCosignature(note.adding(line))
    _ = try backend.verify()
    let files = try await clinic.packet()
    let stamp = try #require(files.paths.first { $0.hasSuffix(".tsr") })
    let policy = try clinic.policy(clinic.keys)
    let verified = try PacketVerifier(files, policy: policy).verify()
    let bracket = try #require(verified.brackets.first { $0.size == size })
    #expect(bracket.stamps.map(\.authority) == ["CN=Test TSA"])
    #expect(bracket.stamps.map(\.file) == [stamp])
    #expect(bracket.cosigned.isEmpty)
    #expect(bracket.unknown == ["w.example"])
    let html = String(decoding: files["human/chronology.html"] ?? [], as: UTF8.self)
    #expect(html.contains("by CN=Test TSA, in checkpoint \(size)"))
    #expect(html.contains("stamped "))

    // Of another checkpoint, or changed, it is refused.
    let other = try authority.answer(authority.request(over: [1, 2, 3]))
    #expect(throws: (any Error).self) { try PacketStamp(other, of: note) }
    for index in stride(from: 0, to: answer.count, by: 7) {
      let forged = try files.forged { files in
        var bytes = try #require(files[stamp])
        bytes[index] ^= 1
        files[stamp] = bytes
      }
      #expect(forged.fault(policy) != nil)
    }
    try backend.attachAnchor(other, kind: "rfc3161-2", size: size)
    #expect(throws: EventLogError.self) { try backend.verify() }

    try Self.python(clinic, files, authority)
  }

  private static func folder(_ clinic: RotatedClinic, _ name: String) throws -> URL {
    let folder = clinic.folder.appending(path: name)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    return folder
  }

  private static let script = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "tools/verify-packet.py").path

  /// The independent verifier agrees, follows the keys, and has OpenSSL check the stamp's signature.
  private static func python(
    _ clinic: RotatedClinic, _ files: PacketFiles, _ authority: LocalTimestampAuthority
  ) throws {
    guard let python = Program("python3") else { return }
    let folder = try folder(clinic, "recipient")
    try files.write(to: folder.appending(path: "packet.zip").path)
    func run(_ keys: [VerifierKey], _ more: [String]) throws -> Int32 {
      try Data(RotatedClinic.policyText(keys).utf8).write(to: folder.appending(path: "policy"))
      return try python.run(["-B", script, "packet.zip", "policy"] + more, in: folder).exitCode
    }
    let ca = authority.folder.appending(path: "ca.pem").path
    for keys in [clinic.keys, [clinic.keys[0]], [clinic.keys[1]]] {
      #expect(try run(keys, []) == 0)
    }
    #expect(try run(clinic.keys, ["--tsa-ca", ca]) == 0)
    let stranger = try SigningKey.generate(name: clinic.keys[0].name, kind: .log).verifierKey
    #expect(try run([stranger], []) == 6)
    // The authority's key is not a certificate that it would be verified under.
    #expect(
      try run(clinic.keys, ["--tsa-ca", authority.folder.appending(path: "tsa.key").path]) == 6)
  }
}
