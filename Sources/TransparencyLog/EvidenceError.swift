/// Why a piece of evidence was refused, or could not be made.
///
/// Messages name keys, sizes and line numbers only; they never quote the text that was read.
public enum EvidenceError: Error, Hashable, Sendable {
  /// The bytes are not in the stated format.
  case malformed(EvidenceFormat, reason: String)
  /// A number is outside what a tree can have, for instance a leaf index past the tree's end.
  case outOfRange(reason: String)
  /// A proof has more or fewer hashes than its indices and sizes call for.
  case proofLength(found: Int)
  /// A well-formed proof leads to another root than the one claimed for this tree size.
  case rootMismatch(treeSize: UInt64)
  /// A signature under a key that the reader knows is false.
  case invalidSignature(by: KeyName)
  /// A key has signed that had handed over to another before, or took over only later.
  case signedOutOfTurn(by: VerifierKey)
  /// None of the keys that were asked for has signed.
  case unsigned(by: [KeyName])
  /// Fewer witnesses have cosigned than the reader's trust asks for.
  case tooFewWitnesses(found: Int, required: Int)
  /// The cosignatures do not reach the quorum of the reader's policy.
  case quorumMissed(cosigned: Int)
  /// A checkpoint speaks of another log than the expected one.
  case wrongOrigin
  /// The key signs another kind of text than the one it was given.
  case wrongKeyKind(KeyName)
  /// The cryptographic library refused to sign.
  case signingFailed(KeyName)
}

/// The text formats of this module, as they are called in messages.
public enum EvidenceFormat: String, Hashable, Sendable {
  case signedNote = "signed note"
  case keyName = "key name"
  case verifierKey = "verifier key"
  case signingKey = "signing key"
  case checkpoint = "checkpoint"
  case inclusionProof = "inclusion proof"
  case consistencyProof = "consistency proof"
  case tile = "tile"
  case trustPolicy = "trust policy"
  case witnessState = "witness state"
}

extension EvidenceError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .malformed(let format, let reason):
      "This is not a valid \(format.rawValue): \(reason). Obtain the original bytes again."
    case .outOfRange(let reason):
      "Outside of the tree: \(reason)."
    case .proofLength(let found):
      "The proof has a wrong number of hashes (\(found)). Ask for the proof again."
    case .rootMismatch(let treeSize):
      """
      The proof does not lead to the root claimed for tree size \(treeSize): entry, proof and \
      checkpoint do not belong together, or one of them was altered.
      """
    case .invalidSignature(let name):
      "The signature of \(name) is false: the note was altered or not signed by that key."
    case .signedOutOfTurn(let key):
      """
      It is signed with \(key), which was not in force then: it had handed over to another \
      key, or took over only later. Somebody has, or had, a secret key that is not his.
      """
    case .unsigned(let names):
      """
      No signature by \(names.map(\.description).joined(separator: " or ")). Check that the \
      right verifier keys are configured.
      """
    case .tooFewWitnesses(let found, let required):
      "Only \(found) of \(required) required witnesses have cosigned this checkpoint."
    case .quorumMissed(cosigned: 0):
      "No witness of the policy has cosigned this checkpoint, and the policy asks for a quorum of them."
    case .quorumMissed(let cosigned):
      """
      The \(cosigned) known witness\(cosigned == 1 ? "" : "es") that cosigned this checkpoint \
      do not make up the quorum of the policy.
      """
    case .wrongOrigin:
      "The checkpoint belongs to another log than the expected one."
    case .wrongKeyKind(let name):
      "The key of \(name) is of the wrong kind: logs sign notes, witnesses cosign checkpoints."
    case .signingFailed(let name):
      "Signing with the key of \(name) failed in the cryptographic library."
    }
  }
}
