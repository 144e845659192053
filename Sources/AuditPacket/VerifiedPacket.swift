import EventLog
import Foundation
import Practice
import TransparencyLog

/// What a packet was found to prove, and what it says besides that could not be checked.
public struct VerifiedPacket: Sendable {
  /// A checkpoint and who outside has dated it.
  public struct Bracket: Sendable, Hashable {
    /// A cosignature of a witness that the reader's policy lists; it was verified.
    public struct Cosignature: Sendable, Hashable {
      /// Seconds since 1970 UTC.
      public var time: UInt64
      public var witness: String
    }

    /// A time stamp over the checkpoint. Who signed it was not checked: that takes the authority's
    /// certificate.
    public struct Stamp: Sendable, Hashable {
      /// Within the packet.
      public var file: String
      /// Such as `2026-11-24T14:00:00Z`, as it says itself.
      public var time: String
      /// What the authority calls itself.
      public var authority: String
      /// SHA-256 in hexadecimal of what it stamps, for `openssl ts -verify -digest`.
      public var digest: String
    }

    public var size: UInt64
    public var cosigned: [Cosignature]
    public var stamps: [Stamp]
    /// Names of others who signed, whom the policy does not list: nothing is known of them.
    public var unknown: [String]
  }

  /// What was found of the rule that a packet shows only what its profile may show.
  public enum ProfileCheck: Sendable, Hashable {
    /// Every shown event fits, and of the withheld ones nothing can be said.
    case fits
    /// The packet was made by another version of the program, which may have drawn the line
    /// elsewhere; by this one's rules these events would not be shown.
    case otherVersion(unfit: [Position])
  }

  public var contents: PacketContents
  public var origin: String
  public var checkpoint: Bracket
  public var brackets: [Bracket]
  /// The later checkpoint that was given beside the packet and extends its own; its cosignatures are
  /// the quorum's.
  public var later: Bracket?
  /// How often the log went over to another key.
  public var rotations: Int
  public var events: Int
  public var shown: Int
  /// Entries whose times the packet itself speaks against.
  public var flagged: Int
  public var seal: Position
  public var sealedAt: LogTime
  /// Number of streams under the seal.
  public var streams: UInt64
  /// Whether the files for people were written again and compared; false for a packet of another
  /// version of the program, where `SHA256SUMS` alone vouches for them.
  public var isRenderingCompared: Bool
  public var profileCheck: ProfileCheck
  public var digest: TreeHash
}
