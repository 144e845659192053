import EventLog
import PracticeEvents
import TransparencyLog

/// A key that handed over to another, as a log tells.
struct RecordedHandOver {
  /// Of the event that says so.
  var position: Position
  var oldKey: VerifierKey
  var newKey: VerifierKey
  /// Of the first checkpoint that both keys signed; nil when it did not take place.
  var size: UInt64?
}

extension Backend {
  /// The hand-overs that a log's events tell of, under whatever origin, oldest first.
  func handOvers(in log: LMDBEventLog) throws -> [RecordedHandOver] {
    let kind = EventKind(rawValue: PracticeEvent.Kind.logKeyRotated.rawValue)
    let events = try log.read { try $0.events(.kinds(kind)) }
    let notes = try events.isEmpty ? [] : log.checkpoints()
    return try events.compactMap { event in
      guard case .logKeyRotated(let fact) = try PracticeEvent(payload: event.payload).fact,
        let old = try? VerifierKey(fact.oldVerifierKey),
        let new = try? VerifierKey(fact.newVerifierKey), old.name == new.name
      else { return nil }
      let note = try notes.first { note in
        try Checkpoint(parsing: note.text).size >= event.position.rawValue
          && [old, new].allSatisfy { (try? note.verify(with: [$0])) != nil }
      }
      return RecordedHandOver(
        position: event.position, oldKey: old, newKey: new,
        size: try note.map { try Checkpoint(parsing: $0.text).size })
    }
  }

  /// No key has signed what is not of its time: the old one nothing that is newer than the checkpoint
  /// in which it handed over, the new one nothing that is older. Whoever still has the old secret
  /// could sign a history of his own.
  ///
  /// - Throws: `EventLogError.damaged` at the first checkpoint that is signed so.
  func verifyHandOvers(in log: LMDBEventLog, _ keeper: CheckpointKeeper) throws {
    let handOvers = try handOvers(in: log)
    guard !handOvers.isEmpty else { return }
    let notes = try log.checkpoints().map { (try Checkpoint(parsing: $0.text).size, $0) }
    let inForce = try keeper.signers().keys.first
    for handOver in handOvers {
      guard let size = handOver.size else {
        // It was interrupted before anything was signed, unless the new key is in use.
        let isUsed =
          handOver.newKey == inForce || handOvers.contains { $0.oldKey == handOver.newKey }
        guard !isUsed else {
          throw EventLogError.damaged(
            handOver.position,
            "by this event a key hands over to another, but the checkpoint that both have signed is "
              + "missing")
        }
        continue
      }
      for (found, note) in notes {
        if found > size, note.isSigned(under: handOver.oldKey) {
          throw EventLogError.damaged(
            Position(found),
            "the checkpoint of this size is signed with a key that handed over to another at "
              + "\(size): somebody still had the old secret")
        }
        if found < size, note.isSigned(under: handOver.newKey) {
          throw EventLogError.damaged(
            Position(found),
            "the checkpoint of this size is signed with a key that took over only at \(size)")
        }
      }
    }
  }
}
