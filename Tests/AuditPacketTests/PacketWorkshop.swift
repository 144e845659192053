import Backend
import EventLog
import Foundation
import Practice
import PracticeEvents
import PracticeSimulator
import TransparencyLog

@testable import AuditPacket

/// A log on disk with a simulated clinic, its key, and a witness that cosigned it once half-way.
final class PacketWorkshop: Sendable {
  /// Shared, because a simulation takes a while; tests only read it or append to it.
  static let shared = Task { try await PacketWorkshop() }

  let store: LMDBEventLog
  let logKey: SigningKey
  let witnessKey: SigningKey
  let zone: ClinicTimeZone
  /// The patient with the most events.
  let patient: StreamID
  /// Another one.
  let stranger: StreamID
  /// Signed half-way, and cosigned.
  let earlier: SignedNote

  private init() async throws {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "chartledger-packets-\(UUID().uuidString)")
    store = try LMDBEventLog(
      directory: folder.path, options: LMDBEventLog.Options(mapBytes: 512 << 20), create: true)
    // Nothing says when the last test has ended. The open files need no names.
    try FileManager.default.removeItem(at: folder)
    logKey = try SigningKey(
      name: KeyName("clinic.example/log"), kind: .log, seed: [UInt8](repeating: 7, count: 32))
    witnessKey = try SigningKey(
      name: KeyName("accountant.example"), kind: .witness, seed: [UInt8](repeating: 9, count: 32))
    zone = try ClinicTimeZone("America/New_York")

    var events: [ImportedEvent] = []
    var perStream: [StreamID: Int] = [:]
    var simulation = try ClinicSimulation(
      seed: 11, patients: 5, years: 1, through: CivilDate("2026-06-30"))
    _ = try simulation.run { command in
      for (index, made) in command.events.enumerated() {
        let event = try NewEvent(made)
        if (100..<150).contains(event.kind.rawValue) || (400..<500).contains(event.kind.rawValue) {
          perStream[event.stream, default: 0] += 1
        }
        events.append(
          ImportedEvent(
            event: event,
            recordedAt: LogTime(rawValue: command.recordedAt(ofEvent: index).microseconds),
            command: CommandID(high: command.commandID.high, low: command.commandID.low)))
      }
    }
    let busiest = perStream.sorted { ($0.value, $0.key) > ($1.value, $1.key) }
    (patient, stranger) = (busiest[0].key, busiest[1].key)
    let half = events.indices.first {
      $0 > events.count / 2 && events[$0].command != events[$0 - 1].command
    }
    guard let half else { throw CocoaError(.fileReadCorruptFile) }
    _ = try await store.importEvents(Array(events[..<half]), blobs: [])
    let checkpoint = try Self.checkpoint(store, logKey)
    let seconds = UInt64(max(0, events[half].recordedAt.rawValue / 1_000_000))
    earlier = try checkpoint.signed(by: logKey).adding(
      witnessKey.cosign(checkpoint, at: seconds))
    _ = try await store.importEvents(Array(events[half...]), blobs: [])
  }

  private static func checkpoint(_ store: LMDBEventLog, _ key: SigningKey) throws -> Checkpoint {
    let head = try store.treeHead()
    return try Checkpoint(
      origin: key.verifierKey.name.description, size: head.size, root: head.root)
  }

  /// What the recipient trusts: the log, and the witness if the packet's checkpoint has it.
  func policy(witnessed: Bool = false) throws -> TrustPolicy {
    try TrustPolicy(parsing: Array(policyText(witnessed: witnessed).utf8))
  }

  func policyText(witnessed: Bool = false) -> String {
    """
    # For the tests
    log \(logKey.verifierKey)
    witness accountant \(witnessKey.verifierKey)
    quorum \(witnessed ? "accountant" : "none")

    """
  }

  func evidence(of stream: StreamID, asOf: Position) throws -> [EventEvidence] {
    try store.read { try $0.events(.stream(stream), ReadOptions(asOf: asOf)).map(\.position) }
      .compactMap { try store.evidence(at: $0) }
  }

  /// Of practitioners, referring providers and payers.
  func registrations() throws -> [EventEvidence] {
    let kinds = [
      PracticeEvent.Kind.practitionerRegistered, .referringProviderRegistered, .payerRegistered,
    ]
    let query = Query([.init(kinds: Set(kinds.map { EventKind(rawValue: $0.rawValue) }))])
    return try store.read { try $0.events(query).map(\.position) }
      .compactMap { try store.evidence(at: $0) }
  }

  /// A packet as the clinic makes it.
  ///
  /// - Parameters:
  ///   - dropping: events that a dishonest clinic leaves out, by index.
  ///   - surplus: registrations that go with it although nobody is named.
  ///   - changing: what is sealed as the contents, after it was decided what to show.
  func packet(
    _ profile: PacketProfile, withNotes: Bool = false, from: String? = nil,
    to: String? = nil, of stream: StreamID? = nil, dropping: Set<Int> = [],
    registering surplus: [EventEvidence] = [],
    changing: (inout PacketContents) -> Void = { _ in }
  ) async throws -> PacketFiles {
    let stream = stream ?? patient
    let (asOf, ends) = try store.streamEnds()
    let heads = StreamHeadsTree(ends)
    let events = try evidence(of: stream, asOf: asOf).enumerated()
      .filter { !dropping.contains($0.offset) }.map(\.element)
    var writer = try PacketWriter(
      contents: PacketContents(
        profile: profile, withNotes: withNotes, stream: stream, asOf: asOf,
        from: from.map { try CivilDate($0) }, to: to.map { try CivilDate($0) },
        zone: zone, backdatingDays: 7, recipient: "A\nrecipient", address: "1 Plaza",
        purpose: "a test", basis: "judicial"),
      events: events, released: [(earlier, [])], registrations: try registrations())
    if !surplus.isEmpty {
      writer.references = surplus.sorted { $0.leaf.position < $1.leaf.position }
      writer.contents.references = writer.references.map(\.leaf.position)
    }
    changing(&writer.contents)
    var fact = StreamHeadsSealed()
    fact.asOf = asOf.rawValue
    fact.streams = heads.count
    fact.root = Data(heads.root.bytes)
    fact.packetContentsSha256 = Data(writer.contentsDigest.bytes)
    var event = PracticeEvent()
    event.fact = .streamHeadsSealed(fact)
    var random = SystemRandomNumberGenerator()
    let receipt = try await store.append(
      Proposal(events: [
        NewEvent(
          id: EventID.random(using: &random), stream: StreamID(high: 0, low: 2),
          kind: EventKind(rawValue: 586), tags: [], payload: event.payload())
      ]), command: CommandID.random(using: &random), condition: nil)
    let seal = try store.evidence(at: Position(receipt.positions.lowerBound))
    guard let seal else { throw PacketFault("", "no seal") }
    let note = try Self.checkpoint(store, logKey).signed(by: logKey)
    return try store.withTree { _, readNode in
      try writer.files(seal: seal, heads: heads, checkpoint: note, readNode: readNode)
    }
  }
}

extension PacketWorkshop {
  /// Proofs that a checkpoint which was signed later extends a packet's: as it should be, without the
  /// witness, and from another size.
  func laterProofs(
    than files: PacketFiles
  ) async throws -> (
    good: ConsistencyProofFile, uncosigned: ConsistencyProofFile,
    ofAnotherSize: ConsistencyProofFile
  ) {
    let own = try Checkpoint(parsing: SignedNote(parsing: files["checkpoint"] ?? []).text)
    // Another packet's seal makes the log grow.
    let next = try await packet(.payer, from: "2026-06-01")
    let note = try SignedNote(parsing: next["checkpoint"] ?? [])
    let checkpoint = try Checkpoint(parsing: note.text)
    let cosigned = try note.adding(witnessKey.cosign(checkpoint, at: 1_900_000_000))
    func proof(from size: UInt64) throws -> ConsistencyProof {
      try store.withTree { _, node in
        try ConsistencyProof(oldSize: size, newSize: checkpoint.size, readNode: node)
      }
    }
    return (
      try ConsistencyProofFile(proof: proof(from: own.size), checkpoint: cosigned),
      try ConsistencyProofFile(proof: proof(from: own.size), checkpoint: note),
      try ConsistencyProofFile(proof: proof(from: own.size - 1), checkpoint: cosigned)
    )
  }
}

extension PacketFiles {
  /// What the verifier has against these files; nil when it has nothing.
  func fault(_ policy: TrustPolicy) -> PacketFault? {
    do {
      _ = try PacketVerifier(self, policy: policy).verify()
      return nil
    } catch {
      return error
    }
  }

  /// The files after a forger who also writes `SHA256SUMS` anew.
  func forged(_ change: (inout PacketFiles) throws -> Void) rethrows -> PacketFiles {
    var files = self
    try change(&files)
    return files.withSums()
  }

  var leafPaths: [String] { paths.filter { $0.hasPrefix("events/") && $0.hasSuffix(".leaf") } }
  var openings: [String] { paths.filter { $0.hasSuffix(".opening") } }
}

/// SplitMix64, so that a failure can be repeated.
struct SeededBits: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
    return mixed ^ mixed >> 31
  }
}
