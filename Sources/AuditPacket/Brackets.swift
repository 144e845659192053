import EventLog
import TransparencyLog

/// A checkpoint as evidence of time: what it contains was there, what it does not contain had not
/// been shown, when a witness cosigned it.
struct DatedCheckpoint: Sendable {
  var size: UInt64
  /// Seconds since 1970 UTC that witnesses state, sorted. As read, not verified: who verifies
  /// trusts some of the witnesses only.
  var statedTimes: [UInt64]
}

extension DatedCheckpoint {
  init(_ note: SignedNote) throws(EvidenceError) {
    size = try Checkpoint(parsing: note.text).size
    // A witness's signature is a time and 64 bytes (C2SP tlog-cosignature).
    statedTimes = note.signatures.filter { $0.bytes.count == 72 }
      .map { $0.bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) } }
      .filter { $0 <= 253_402_300_799 }.sorted()
  }
}

/// Between which checkpoints each event lies.
struct Brackets: Sendable {
  /// By size; the last one is the packet's own.
  let checkpoints: [DatedCheckpoint]

  init(_ checkpoints: [DatedCheckpoint]) { self.checkpoints = checkpoints }

  /// The newest without the event, and the first with it.
  func around(_ position: Position) -> (before: DatedCheckpoint?, after: DatedCheckpoint?) {
    (
      checkpoints.last { $0.size < position.rawValue },
      checkpoints.first { $0.size >= position.rawValue }
    )
  }

  /// The sizes that these events need.
  func needed(for positions: [Position]) -> Set<UInt64> {
    Set(positions.flatMap { [around($0).before?.size, around($0).after?.size] }.compactMap { $0 })
  }
}
