import AuditPacket
import EventLog
import Foundation
import Practice
import PracticeEvents
import TransparencyLog

/// What somebody asks an audit packet for.
public struct PacketRequest: Sendable {
  /// MRN or id.
  public var patient: String
  public var profile: PacketProfile
  /// Whether a payer also gets the notes of the treatment.
  public var withNotes: Bool
  /// Days on which shown events count; the others are proved to exist.
  public var from: CivilDate?
  public var to: CivilDate?
  public var recipient: String
  public var address: String
  public var purpose: String
  public var basis: DisclosureBasisChoice

  public init(
    patient: String, profile: PacketProfile, withNotes: Bool = false, from: CivilDate? = nil,
    to: CivilDate? = nil, recipient: String, address: String, purpose: String,
    basis: DisclosureBasisChoice
  ) {
    self.patient = patient
    self.profile = profile
    self.withNotes = withNotes
    self.from = from
    self.to = to
    self.recipient = recipient
    self.address = address
    self.purpose = purpose
    self.basis = basis
  }
}

/// A packet that was handed out, and the event that says so.
public struct IssuedPacket: Sendable {
  public var files: PacketFiles
  public var verified: VerifiedPacket
  public var disclosure: RecordedOutcome
}

extension Backend {
  /// Seals, makes and checks a packet, has it written, and records the disclosure.
  ///
  /// The packet appears at its place only after the disclosure was recorded: it is written beside it
  /// first, so that all that is left to do then is a rename.
  ///
  /// - Parameters:
  ///   - envelope: who discloses; its command id is the disclosure's.
  ///   - path: a file ending in `.zip`, or a folder; nothing may be there yet.
  /// - Throws: `Refusal`, `PacketFault`, or what the log and the file system throw.
  public func issuePacket(
    _ request: PacketRequest, _ envelope: CommandEnvelope, to path: String
  ) async throws -> IssuedPacket {
    guard !FileManager.default.fileExists(atPath: path) else {
      throw CocoaError(.fileWriteFileExists, userInfo: [NSFilePathErrorKey: path])
    }
    let patient = try patientID(request.patient)
    // A disclosure that would be refused must not leave a seal behind.
    let rehearsed = try rehearse(disclosure(request, patient, nil), envelope)
    guard !rehearsed.isRepeat else {
      throw Refusal(
        rule: "disclosure.repeated", field: "commandID",
        problem: "this command was recorded before, with the packet of then",
        remedy: "give no command id to issue a new packet")
    }
    let (files, verified) = try await makePacket(request, patient)

    let temporary =
      path + ".unfinished-\(UUID().uuidString)" + (PacketFiles.isArchive(path) ? ".zip" : "")
    defer { try? FileManager.default.removeItem(atPath: temporary) }
    try files.write(to: temporary)
    let outcome = try await record(disclosure(request, patient, (files, verified)), envelope)
    try FileManager.default.moveItem(atPath: temporary, toPath: path)
    return IssuedPacket(files: files, verified: verified, disclosure: outcome)
  }

  /// Seals the ends of all streams and makes the packet up to there; checked as a recipient would.
  private func makePacket(
    _ request: PacketRequest, _ patient: SubjectID
  ) async throws -> (PacketFiles, VerifiedPacket) {
    let (asOf, ends) = try store.streamEnds()
    let stream = StreamID(high: patient.high, low: patient.low)
    let heads = StreamHeadsTree(ends)
    let clinic = try clinic()
    let zone = try ClinicTimeZone(clinic.profile.timeZone)
    let contents = PacketContents(
      profile: request.profile, withNotes: request.withNotes, stream: stream, asOf: asOf,
      from: request.from, to: request.to, zone: zone,
      backdatingDays: clinic.rule("records", "backdating-days", on: zone.date(of: now)),
      recipient: request.recipient, address: request.address, purpose: request.purpose,
      basis: request.basis.rawValue)
    let writer = try PacketWriter(
      contents: contents, events: try evidence(of: stream, asOf: asOf),
      released: try released(), rotations: try keyRotations(),
      registrations: try registrations(asOf: asOf))
    let position = try await seal(heads, asOf: asOf, for: writer.contentsDigest)
    guard let seal = try store.evidence(at: position) else {
      throw PacketFault("", "the seal cannot be read back")
    }
    let note = try checkpoint()
    let files = try store.withTree { _, readNode in
      try writer.files(seal: seal, heads: heads, checkpoint: note, readNode: readNode)
    }
    let policy = try TrustPolicy(log: try verifierKey())
    return (files, try PacketVerifier(files, policy: policy).verify())
  }

  /// Every checkpoint that was released under the log's present name, with its time stamps. Those from
  /// before a fork are of another log for whoever checks.
  private func released() throws -> [(note: SignedNote, stamps: [[UInt8]])] {
    let origin = try verifierKey().name.description
    return try checkpoints().compactMap { note in
      let checkpoint = try Checkpoint(parsing: note.text)
      guard checkpoint.hasOrigin(origin) else { return nil }
      let files = try anchors(size: checkpoint.size).filter { $0.kind.hasPrefix(Self.stampKind) }
      return (note, files.map(\.bytes))
    }
  }

  /// Of everybody whom events of patients name by an id.
  private func registrations(asOf: Position) throws -> [EventEvidence] {
    let kinds: [PracticeEvent.Kind] = [
      .practitionerRegistered, .referringProviderRegistered, .payerRegistered,
    ]
    let query = Query([.init(kinds: Set(kinds.map { EventKind(rawValue: $0.rawValue) }))])
    let positions = try store.read { log in
      try log.events(query, ReadOptions(asOf: asOf)).map(\.position)
    }
    return try positions.compactMap { try store.evidence(at: $0) }
  }

  private func evidence(of stream: StreamID, asOf: Position) throws -> [EventEvidence] {
    let positions = try store.read { log in
      try log.events(.stream(stream), ReadOptions(asOf: asOf)).map(\.position)
    }
    return try positions.compactMap { try store.evidence(at: $0) }
  }

  /// Appends the seal.
  ///
  /// - Returns: its position.
  private func seal(
    _ heads: StreamHeadsTree, asOf: Position, for contents: TreeHash
  ) async throws -> Position {
    var fact = StreamHeadsSealed()
    fact.asOf = asOf.rawValue
    fact.streams = heads.count
    fact.root = Data(heads.root.bytes)
    fact.packetContentsSha256 = Data(contents.bytes)
    let zone = try zone()
    var generator = SystemRandomNumberGenerator()
    let command = CommandID.random(using: &generator)
    let receipt = try await store.append(command: command) { [fact] _, now in
      var context = DecisionContext(
        actor: .program, channel: .system, now: Instant(microseconds: now.rawValue), zone: zone,
        seed: UUIDKey(high: command.high, low: command.low))
      let decision = Decision([ProposedFact(.system, .streamHeadsSealed(fact))])
      return Proposal(events: try decision.events(in: &context).map(NewEvent.init))
    }
    return Position(receipt.positions.lowerBound)
  }

  private func disclosure(
    _ request: PacketRequest, _ patient: SubjectID, _ made: (PacketFiles, VerifiedPacket)?
  ) throws -> RecordDisclosure {
    let events = made?.1.contents.events
    let days = [
      request.from.map { "from \($0)" }, request.to.map { "to \($0)" },
    ].compactMap { $0 }.joined(separator: " ")
    return RecordDisclosure(
      patient: SubjectReference(patient.description), recipientName: request.recipient,
      recipientAddress: request.address,
      what: "audit packet, profile \(request.profile.rawValue)"
        + (request.withNotes ? " with notes" : "") + (days.isEmpty ? "" : ", \(days)"),
      purpose: request.purpose, basis: request.basis, profile: request.profile.rawValue,
      firstPosition: events?.first.map { Int(clamping: $0.position.rawValue) },
      lastPosition: events?.last.map { Int(clamping: $0.position.rawValue) },
      packetSHA256: made?.0.digest.hex)
  }
}
