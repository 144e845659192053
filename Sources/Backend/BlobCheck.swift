import EventLog
import PracticeEvents
import TransparencyLog

extension Backend {
  /// Every blob that an event speaks of is there, and is the one that the event commits to: a seal over
  /// a row tells of faults, not of somebody who has sealed another one.
  ///
  /// - Throws: `EventLogError.damaged` at the first event whose blob is missing or another.
  func verifyBlobs(in log: LMDBEventLog) throws {
    let kinds = [PracticeEvent.Kind.documentReceived, .schemaPublished]
    let query = Query([.init(kinds: Set(kinds.map { EventKind(rawValue: $0.rawValue) }))])
    try log.read { snapshot in
      func check(
        _ name: String, at position: Position, _ what: String, _ isRight: ([UInt8]) -> Bool
      ) throws {
        guard let id = BlobID(name), let bytes = try snapshot.blob(id) else {
          throw EventLogError.damaged(position, "\(what) that it speaks of is missing")
        }
        guard isRight(bytes) else {
          throw EventLogError.damaged(position, "\(what) that it speaks of was changed")
        }
      }
      try snapshot.forEach(query, ReadOptions()) { event in
        switch try PracticeEvent(payload: event.payload).fact {
        case .documentReceived(let fact) where !fact.blob.isEmpty && !fact.commitment.isEmpty:
          try check(fact.blob, at: event.position, "the document") {
            Self.isCommitted($0, by: fact)
          }
        case .schemaPublished(let fact):
          for (name, digest) in [
            (fact.descriptorSetBlob, fact.descriptorSetSha256),
            (fact.sourceBlob, fact.sourceSha256),
          ] {
            try check(name, at: event.position, "the schema") {
              ByteHasher.sha256($0).bytes == Array(digest)
            }
          }
        default: break
        }
        return true
      }
    }
  }
}
