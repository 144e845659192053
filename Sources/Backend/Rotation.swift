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
    try requireSupervisor(actor, reason, to: "change the log's key")
    let rotation = try keeper.beginRotation()
    var fact = LogKeyRotated()
    fact.origin = rotation.newKey.name.description
    fact.oldVerifierKey = rotation.oldKey.description
    fact.newVerifierKey = rotation.newKey.description
    let position: Position
    do {
      position = try await record(.logKeyRotated(fact), rotation.command, actor, reason)
    } catch {
      keeper.cancelRotation()
      throw error
    }
    let note = try keeper.finishRotation(rotation)
    return RotatedKey(position: position, checkpoint: note, newKey: rotation.newKey)
  }

  /// The hand-overs of the present origin that are in force, with what proves them, oldest first.
  func keyRotations() throws -> [PacketRotation] {
    let kind = EventKind(rawValue: PracticeEvent.Kind.logKeyRotated.rawValue)
    let events = try store.read { try $0.events(.kinds(kind)) }
    let notes = try events.isEmpty ? [] : checkpoints()
    let origin = try verifierKey().name.description
    return try events.compactMap { event in
      guard case .logKeyRotated(let fact) = try PracticeEvent(payload: event.payload).fact,
        fact.origin == origin, let evidence = try store.evidence(at: event.position)
      else { return nil }
      let keys = try [fact.oldVerifierKey, fact.newVerifierKey].map { try VerifierKey($0) }
      // One whose checkpoint was never signed by both did not take place.
      let note = try notes.first { note in
        guard try Checkpoint(parsing: note.text).size >= event.position.rawValue else {
          return false
        }
        return keys.allSatisfy { (try? note.verify(with: [$0])) != nil }
      }
      guard let note else { return nil }
      return PacketRotation(evidence: evidence, size: try Checkpoint(parsing: note.text).size)
    }
  }

  /// The public keys that have signed under the present origin, the one in force last.
  public func logKeys() throws -> [VerifierKey] {
    let present = try verifierKey()
    let former = try keeper.signers().keys.filter { $0.name == present.name && $0 != present }
    return former + [present]
  }
}
