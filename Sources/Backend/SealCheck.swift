import AuditPacket
import EventLog
import PracticeEvents
import TransparencyLog

/// The seals on which the completeness of packets rests.
extension Backend {
  private struct Seal {
    var position: Position
    var sealed: StreamHeadsSealed
  }

  /// Recomputes from the records where every stream ended when a seal was made, and compares it with
  /// what the seal says: a packet proves no more than that the seal says it.
  ///
  /// - Throws: `EventLogError.damaged` for the first seal that is not true.
  func verifySeals() throws {
    let kind = EventKind(rawValue: PracticeEvent.Kind.streamHeadsSealed.rawValue)
    let seals = try store.read { try $0.events(.kinds(kind)) }.compactMap { event -> Seal? in
      guard case .streamHeadsSealed(let sealed) = try PracticeEvent(payload: event.payload).fact
      else { return nil }
      return Seal(position: event.position, sealed: sealed)
    }.sorted { $0.sealed.asOf < $1.sealed.asOf }
    guard let last = seals.last else { return }
    var rest = seals[...]
    var ends: [StreamID: StreamEnd] = [:]
    try store.read { log in
      try log.forEachRecord(
        from: Position(1), through: Position(last.sealed.asOf), kinds: []
      ) { record in
        ends[record.stream] = StreamEnd(
          stream: record.stream, count: record.streamSequence, last: record.position,
          leaf: .emptyTree)
        while let seal = rest.first, seal.sealed.asOf == record.position.rawValue {
          try check(seal, Array(ends.values))
          rest.removeFirst()
        }
        return !rest.isEmpty
      }
    }
    if let seal = rest.first {
      throw EventLogError.damaged(seal.position, "it seals a state that the log never had")
    }
  }

  private func check(_ seal: Seal, _ ends: [StreamEnd]) throws {
    let tree = try store.withTree { _, node in
      StreamHeadsTree(
        try ends.map { end in
          var end = end
          end.leaf = try node(StoredNodes.index(level: 0, offset: end.last.rawValue - 1))
          return end
        })
    }
    guard seal.sealed.asOf < seal.position.rawValue, tree.count == seal.sealed.streams,
      tree.root.bytes == [UInt8](seal.sealed.root)
    else {
      throw EventLogError.damaged(
        seal.position, "the seal does not say how long every record was at \(seal.sealed.asOf)")
    }
  }
}
