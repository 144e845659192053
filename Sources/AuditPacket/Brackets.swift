import EventLog
import Practice
import TransparencyLog

/// A checkpoint as evidence of time: what it contains was there, what it does not contain had not
/// been shown, when a witness cosigned it.
struct DatedCheckpoint: Sendable {
  /// A time that somebody outside states. As read, not verified: who verifies trusts some of them.
  struct Stated: Hashable, Sendable, Comparable {
    /// Since 1970 UTC.
    var seconds: UInt64
    /// A witness's key name, or what an authority calls itself.
    var by: String
    /// A witness cosigns the largest tree that it knows: what is not in it, it has not seen. A time
    /// stamp only says that the checkpoint was there.
    var isWitness: Bool

    static func < (left: Stated, right: Stated) -> Bool {
      (left.seconds, left.by, left.isWitness ? 0 : 1)
        < (right.seconds, right.by, right.isWitness ? 0 : 1)
    }
  }

  var size: UInt64
  /// In order of time.
  var times: [Stated]

  var lastWitnessed: Stated? { times.last { $0.isWitness } }
}

extension DatedCheckpoint {
  /// The last second that four digits of a year can tell.
  private static let lastSecond: UInt64 = 253_402_300_799

  init(_ note: SignedNote, stamps: [PacketStamp] = []) throws(EvidenceError) {
    size = try Checkpoint(parsing: note.text).size
    // A witness's signature is a time and 64 bytes (C2SP tlog-cosignature).
    let cosigned = note.signatures.filter { $0.bytes.count == 72 }.map { signature in
      Stated(
        seconds: signature.bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) },
        by: signature.name.description, isWitness: true)
    }
    let stamped = stamps.compactMap { stamp in
      stamp.seconds.map { Stated(seconds: $0, by: stamp.authority, isWitness: false) }
    }
    times = (cosigned + stamped).filter { $0.seconds <= Self.lastSecond }.sorted()
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

  /// The newest without the event that a witness has cosigned, and the first with it that anybody
  /// outside has dated.
  func dated(around position: Position) -> (before: DatedCheckpoint?, after: DatedCheckpoint?) {
    (
      checkpoints.last { $0.size < position.rawValue && $0.lastWitnessed != nil },
      checkpoints.first { $0.size >= position.rawValue && !$0.times.isEmpty }
    )
  }

  /// The sizes that these events need.
  func needed(for positions: [Position]) -> Set<UInt64> {
    Set(
      positions.flatMap { position in
        let (signed, dated) = (around(position), dated(around: position))
        return [signed.before, signed.after, dated.before, dated.after].compactMap { $0?.size }
      })
  }
}
