/// Which log a reader expects, and whose signatures convince him.
///
/// Trust must reach the reader by another way than the evidence: a packet that brings its own
/// keys proves nothing.
public struct LogTrust: Hashable, Sendable {
  public let origin: String
  /// Any one of them suffices; more than one while keys are being replaced.
  public let logKeys: [VerifierKey]
  public let witnesses: [VerifierKey]
  /// How many different witnesses must have cosigned.
  public let requiredWitnesses: Int

  public init(
    origin: String, logKeys: [VerifierKey], witnesses: [VerifierKey] = [],
    requiredWitnesses: Int = 0
  ) throws(EvidenceError) {
    if let misplaced = logKeys.first(where: { $0.kind != .log })
      ?? witnesses.first(where: { $0.kind != .witness })
    {
      throw .wrongKeyKind(misplaced.name)
    }
    self.origin = origin
    self.logKeys = logKeys
    self.witnesses = witnesses
    self.requiredWitnesses = requiredWitnesses
  }

  /// Opens a checkpoint: throws unless it is this log's, signed by it and cosigned by enough
  /// witnesses, and unless every signature of a known key is true.
  public func open(_ note: SignedNote) throws(EvidenceError) -> TrustedCheckpoint {
    let verified = try note.verify(with: logKeys + witnesses)
    guard verified.contains(where: { $0.key.kind == .log }) else {
      throw .unsigned(by: logKeys.map(\.name))
    }
    let checkpoint = try Checkpoint(parsing: note.text)
    guard checkpoint.hasOrigin(origin) else { throw .wrongOrigin }
    let cosignatures = verified.filter { $0.key.kind == .witness }
    // By key, not by name: one witness under two names is one witness.
    let distinct = Set(cosignatures.map(\.key.publicKey)).count
    guard distinct >= requiredWitnesses else {
      throw .tooFewWitnesses(found: distinct, required: requiredWitnesses)
    }
    return TrustedCheckpoint(checkpoint: checkpoint, cosignatures: cosignatures)
  }
}

/// A checkpoint whose signatures were checked against a reader's trust.
public struct TrustedCheckpoint: Hashable, Sendable {
  public let checkpoint: Checkpoint
  /// The valid cosignatures of known witnesses, with their times.
  public let cosignatures: [VerifiedSignature]
}
