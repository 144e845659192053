import Anchoring
import Practice
import TransparencyLog

/// A time stamp (RFC 3161) over a checkpoint, as it lies in a packet.
public struct PacketStamp: Sendable {
  let size: UInt64
  /// The authority's answer.
  let bytes: [UInt8]
  let token: TimestampToken

  /// - Throws: `PacketFault` unless the bytes are an authority's answer over the checkpoint as the
  ///   log released it, before or after it was signed by another key as well.
  public init(_ bytes: [UInt8], of note: SignedNote) throws(PacketFault) {
    self.bytes = bytes
    let file = "time stamp \(PacketText.sha256(bytes).hex.prefix(16))"
    do {
      size = try Checkpoint(parsing: note.text).size
      token = try TimestampToken(parsingResponse: bytes)
      let released = try note.asReleased()
      for count in 1...released.signatures.count {
        let signed = try SignedNote(
          text: note.text, signatures: Array(released.signatures.prefix(count)))
        if (try? token.check(stamps: signed.encoded)) != nil { return }
      }
    } catch { throw PacketFault(file, "\(error)") }
    throw PacketFault(file, "it is no time stamp of checkpoint \(size)")
  }

  var sha256: TreeHash { PacketText.sha256(bytes) }

  /// Since 1970 UTC; nil before that.
  var seconds: UInt64? {
    (try? Instant(token.time)).flatMap { UInt64(exactly: $0.microseconds / 1_000_000) }
  }

  /// What the authority calls itself.
  var authority: String {
    token.authority.isEmpty
      ? "an authority that it does not name (policy \(token.policy))" : token.authority
  }
}
