import EventLog
import Practice
import PracticeEvents
public import TransparencyLog

/// The event by which a log went over to another key, and the checkpoint that both keys signed.
public struct PacketRotation: Sendable {
  public var evidence: EventEvidence
  /// Size of the checkpoint.
  public var size: UInt64

  public init(evidence: EventEvidence, size: UInt64) {
    self.evidence = evidence
    self.size = size
  }
}

/// The keys of a hand-over, as its event names them.
struct RotatedKeys {
  let oldKey: VerifierKey
  let newKey: VerifierKey

  /// - Throws: `PacketFault` naming `file` unless the event is a hand-over within one log.
  init(_ opened: OpenedEvent, file: String) throws(PacketFault) {
    guard case .logKeyRotated(let fact) = opened.event.fact,
      opened.leaf.stream == StreamID(high: SubjectID.system.high, low: SubjectID.system.low),
      let old = try? VerifierKey(fact.oldVerifierKey),
      let new = try? VerifierKey(fact.newVerifierKey), old.kind == .log, new.kind == .log,
      old.name == new.name, old.name.description.utf8.elementsEqual(fact.origin.utf8), old != new
    else { throw PacketFault(file, "it does not hand over from one key of the log to another") }
    (oldKey, newKey) = (old, new)
  }
}

/// The keys that a log has signed with, one after the other, as a packet tells.
///
/// Each hand-over is an event of the log. Its checkpoint bears the old key's signature over a tree
/// that holds the event, hence the old key's word for the new one; the packet's checkpoint, which
/// extends it, bears the new key's word for the old one. So whoever trusts any of the keys can follow.
struct KeyHistory {
  /// Oldest first; empty when the packet tells of no hand-over.
  private(set) var keys: [VerifierKey] = []
  /// Of the checkpoints that two keys signed, in order.
  private(set) var sizes: [UInt64] = []

  /// - Throws: `PacketFault` when this hand-over does not follow on the last one.
  mutating func append(
    _ keys: RotatedKeys, _ entry: PacketContents.Rotation, file: String
  ) throws(PacketFault) {
    guard self.keys.last ?? keys.oldKey == keys.oldKey, !self.keys.contains(keys.newKey),
      sizes.last ?? 0 < entry.position.rawValue, entry.position.rawValue <= entry.size
    else { throw PacketFault(file, "it does not follow on the hand-over before it") }
    if self.keys.isEmpty { self.keys = [keys.oldKey] }
    self.keys.append(keys.newKey)
    sizes.append(entry.size)
  }

  /// Those that must have signed a checkpoint: the one in force then, and both where one hands over.
  func signers(ofSize size: UInt64) -> ArraySlice<VerifierKey> {
    guard !keys.isEmpty else { return [] }
    let before = sizes.count { $0 < size }
    return keys[before...(before + (sizes.contains(size) ? 1 : 0))]
  }

  /// Opens a checkpoint under the keys that were in force at its size, or as the policy says when
  /// there was no hand-over. None of the others may have signed it: not the old key after it has
  /// handed over.
  ///
  /// - Parameter isPast: whether it is to be proved to lie in the past of one that the quorum has
  ///   cosigned.
  func open(
    _ note: SignedNote, _ policy: TrustPolicy, isPast: Bool
  ) throws(EvidenceError) -> TrustedCheckpoint {
    let signers = signers(ofSize: try Checkpoint(parsing: note.text).size)
    for key in signers { _ = try policy.trusting(logKeys: [key]).openPast(note) }
    for key in keys where !signers.contains(key) && note.isSigned(under: key) {
      throw .signedOutOfTurn(by: key)
    }
    let policy = signers.isEmpty ? policy : policy.trusting(logKeys: Array(signers))
    return isPast ? try policy.openPast(note) : try policy.open(note)
  }
}

/// A log's hand-over to another key, as a proof of its event tells it to an outsider who trusts the
/// old key.
public struct KeyHandOver: Sendable {
  public let oldKey: VerifierKey
  public let newKey: VerifierKey
  /// Of the event.
  public let position: Position
  /// Size of the checkpoint that both keys signed.
  public let size: UInt64

  /// Checks that both keys signed a checkpoint which contains the event that names them.
  ///
  /// - Parameters:
  ///   - proof: a `tlog-proof` of the event, under that checkpoint.
  ///   - opening: what the leaf commits to.
  /// - Throws: `PacketFault`, `EvidenceError`.
  public init(proof: [UInt8], leaf: [UInt8], opening: [UInt8]) throws {
    let file = try InclusionProofFile(parsing: proof)
    guard let parsed = Leaf(parsing: leaf), file.leafIndex &+ 1 == parsed.position.rawValue else {
      throw PacketFault("", "the leaf is not of the position that the proof speaks of")
    }
    let opened = try OpenedEvent(leaf: parsed, opening: opening, file: "the opening")
    let keys = try RotatedKeys(opened, file: "the opening")
    for key in [keys.oldKey, keys.newKey] {
      let trust = try LogTrust(origin: key.name.description, logKeys: [key])
      try file.verify(leaf: parsed.hash, trust: trust)
    }
    (oldKey, newKey, position) = (keys.oldKey, keys.newKey, parsed.position)
    size = try Checkpoint(parsing: file.checkpoint.text).size
  }

  /// The policy of a reader who follows: it accepts the new key besides the old one.
  ///
  /// - Throws: `PacketFault` unless it accepts the old one.
  public func followed(by policy: TrustPolicy) throws(PacketFault) -> TrustPolicy {
    guard policy.logKeys.contains(oldKey) else {
      throw PacketFault("", "the key that hands over is not one that the policy trusts")
    }
    return policy.trusting(logKeys: policy.logKeys + [newKey])
  }
}
