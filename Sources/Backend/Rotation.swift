import AuditPacket
public import EventLog
import Practice
import PracticeEvents
public import TransparencyLog

/// A signing key that was handed over to another.
public struct RotatedKey: Sendable {
  /// Of the event that says so.
  public var position: Position
  /// The last checkpoint of the old key, signed by both.
  public var checkpoint: SignedNote
  public var newKey: VerifierKey
}

extension Backend {
  /// Goes over to a new signing key, and records that: planned, or because the old one may have been
  /// seen by somebody. The log keeps its origin and its proofs.
  ///
  /// - Throws: `Refusal` when the actor is no supervisor or gives no reason; `EventLogError.frozen`.
  public func rotateKey(actor: EventActor, reason: String) async throws -> RotatedKey {
    try await rotateKey(of: store, keeper, actor, reason)
  }

  func rotateKey(
    of log: LMDBEventLog, _ keeper: CheckpointKeeper, _ actor: EventActor, _ reason: String
  ) async throws -> RotatedKey {
    try requireSupervisor(actor, reason, to: "change the log's key")
    let rotation = try keeper.beginRotation()
    var fact = LogKeyRotated()
    fact.origin = rotation.newKey.name.description
    fact.oldVerifierKey = rotation.oldKey.description
    fact.newVerifierKey = rotation.newKey.description
    let position: Position
    do {
      position = try await record(.logKeyRotated(fact), in: log, rotation.command, actor, reason)
    } catch {
      keeper.cancelRotation()
      throw error
    }
    let note = try keeper.finishRotation(rotation)
    return RotatedKey(position: position, checkpoint: note, newKey: rotation.newKey)
  }

  /// The hand-overs of the present origin that are in force, with what proves them, oldest first.
  func keyRotations() throws -> [PacketRotation] {
    let origin = try verifierKey().name
    return try handOvers(in: store).compactMap { handOver in
      guard handOver.newKey.name == origin, let size = handOver.size,
        let evidence = try store.evidence(at: handOver.position)
      else { return nil }
      return PacketRotation(evidence: evidence, size: size)
    }
  }

  /// The public keys that have signed under the present origin, the one in force last.
  public func logKeys() throws -> [VerifierKey] {
    let present = try verifierKey()
    let former = try keeper.signers().keys.filter { $0.name == present.name && $0 != present }
    return former + [present]
  }
}
