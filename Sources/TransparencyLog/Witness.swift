/// Why a witness does not cosign. Nothing was signed, and its state is as it was.
public enum WitnessRefusal: Error, Hashable, Sendable {
  /// The checkpoint is of a smaller tree than one that this witness has cosigned.
  case rollback(seen: UInt64, offered: UInt64)
  /// The log has signed two different trees of the same size.
  case fork(size: UInt64)
  /// The tree does not extend the one that this witness has cosigned.
  case notAnExtension(seen: UInt64, offered: UInt64)
  /// The request begins at another size than the last one cosigned (0: nothing yet).
  case otherStart(seen: UInt64, requested: UInt64)
  /// The state was written by another witness's key.
  case stateOfAnotherKey(KeyName)
}

extension WitnessRefusal: CustomStringConvertible {
  public var description: String {
    switch self {
    case .rollback(let seen, let offered):
      """
      Rollback: this checkpoint has \(offered) entries, and one of \(seen) was cosigned before. \
      Either an old request was sent again, or the log was restored from a backup and lost entries.
      """
    case .fork(let size):
      """
      Fork: the log has signed two different trees of \(size) entries. Keep this request and the \
      witness's state: together they prove it.
      """
    case .notAnExtension(let seen, let offered):
      """
      Not an extension: the proof does not lead from the \(seen) entries cosigned before to these \
      \(offered). Ask for the request once more; if it fails again, the log was rewritten.
      """
    case .otherStart(let seen, let requested):
      """
      The request begins at \(requested) entries, but this witness has cosigned \(seen). Ask for \
      a request from \(seen). A witness that cosigned before and now says 0 has lost its state: \
      retire its key.
      """
    case .stateOfAnotherKey(let name):
      "The witness's state belongs to another key than that of \(name): restore the right folder."
    }
  }
}

/// What a witness must never forget: for each log the last checkpoint that it cosigned.
///
///     chartledger-witness-state/v1
///     witness <verifier key>
///     log <signed checkpoint in base64>          one for each log, in the order of their origins
///     sha256 <hash in hexadecimal of all lines above>
///
/// The signed checkpoints are kept whole: should the log fork, they are the proof. The last line
/// tells a damaged file from a whole one; it is no protection against forgery.
public struct WitnessState: Hashable, Sendable {
  /// Who cosigns.
  public let witness: VerifierKey
  /// By the bytes of the origin.
  private var seen: [[UInt8]: SignedNote]

  private static let firstLine = "chartledger-witness-state/v1"

  /// The state of a new witness. Never make one for a key that has cosigned before.
  public init(newWitness key: VerifierKey) throws(EvidenceError) {
    guard key.kind == .witness else { throw .wrongKeyKind(key.name) }
    witness = key
    seen = [:]
  }

  /// The last checkpoint cosigned of each log, in the order of their origins.
  public var checkpoints: [SignedNote] {
    seen.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map(\.value)
  }

  /// The last checkpoint of this log that was cosigned.
  public func last(of origin: String) throws(EvidenceError) -> Checkpoint? {
    guard let note = seen[Array(origin.utf8)] else { return nil }
    return try Checkpoint(parsing: note.text)
  }

  /// The state after cosigning the request's checkpoint (C2SP tlog-witness, `add-checkpoint`).
  ///
  /// - Throws: `WitnessRefusal`, or `EvidenceError` when the checkpoint is not the trusted log's.
  public func admitting(_ request: ConsistencyProofFile, trust: LogTrust) throws -> WitnessState {
    let offered = try trust.open(request.checkpoint).checkpoint
    guard request.oldSize <= offered.size else {
      throw EvidenceError.malformed(
        .consistencyProof, reason: "it begins after the end of its checkpoint")
    }
    let last = try last(of: offered.origin)
    let size = last?.size ?? 0
    guard offered.size >= size else {
      throw WitnessRefusal.rollback(seen: size, offered: offered.size)
    }
    if let last, last.size == offered.size, last.root != offered.root {
      throw WitnessRefusal.fork(size: size)
    }
    guard request.oldSize == size else {
      throw WitnessRefusal.otherStart(seen: size, requested: request.oldSize)
    }
    do {
      try request.verify(oldRoot: last?.root ?? .emptyTree, trust: trust)
    } catch {
      throw WitnessRefusal.notAnExtension(seen: size, offered: offered.size)
    }
    var next = self
    next.seen[Array(offered.origin.utf8)] = request.checkpoint
    return next
  }
}

extension WitnessState {
  /// Parses the exact bytes of a state file.
  public init(parsing bytes: some Collection<UInt8>) throws(EvidenceError) {
    func refused(_ reason: String) -> EvidenceError { .malformed(.witnessState, reason: reason) }
    let bytes = Array(bytes)
    var reader = LineReader(bytes, format: .witnessState)
    guard try reader.next("format").elementsEqual(Self.firstLine.utf8) else {
      throw refused("its first line must be \(Self.firstLine)")
    }
    guard let key = try reader.next("witness").droppingPrefix("witness ").flatMap(StrictText.line)
    else { throw refused("its second line must name the witness") }
    try self.init(newWitness: VerifierKey(key))
    while true {
      let hashed = bytes.count - reader.rest.count
      let line = try reader.next("hash")
      if let encoded = line.droppingPrefix("log ") {
        guard let note = StrictText.base64Bytes(encoded) else { throw refused("a log is damaged") }
        let checkpoint = try SignedNote(parsing: note)
        let origin = try Checkpoint(parsing: checkpoint.text).origin
        guard seen.updateValue(checkpoint, forKey: Array(origin.utf8)) == nil else {
          throw refused("it names a log twice")
        }
      } else {
        guard let stated = line.droppingPrefix("sha256 "), reader.isAtEnd,
          stated.elementsEqual(Self.hash(bytes[..<hashed]).hex.utf8)
        else { throw refused("its last line is not the hash of the others") }
        return
      }
    }
  }

  /// The bytes to store.
  public var encoded: [UInt8] {
    let lines =
      [Self.firstLine, "witness \(witness)"]
      + checkpoints.map { "log " + StrictText.base64($0.encoded) }
    let body = Array(lines.map { $0 + "\n" }.joined().utf8)
    return body + Array("sha256 \(Self.hash(body[...]))\n".utf8)
  }

  private static func hash(_ bytes: ArraySlice<UInt8>) -> TreeHash {
    var hasher = ByteHasher()
    hasher.update(Array(bytes))
    return hasher.finish()
  }
}

extension SigningKey {
  /// A witness's answer to a request: checks it, has the new state saved, and only then signs.
  ///
  /// - Parameters:
  ///   - time: seconds since 1970 UTC.
  ///   - save: makes the new state durable; what it throws ends everything before the signature.
  /// - Throws: `WitnessRefusal`, `EvidenceError`, or what `save` throws.
  public func answer(
    _ request: ConsistencyProofFile, trust: LogTrust, state: WitnessState, at time: UInt64,
    save: (WitnessState) throws -> Void
  ) throws -> NoteSignature {
    guard state.witness == verifierKey else {
      throw WitnessRefusal.stateOfAnotherKey(verifierKey.name)
    }
    let next = try state.admitting(request, trust: trust)
    let checkpoint = try Checkpoint(parsing: request.checkpoint.text)
    try save(next)
    return try cosign(checkpoint, at: time)
  }
}

extension SignedNote {
  /// The note with the cosignatures of `witness` from a witness's answer (signature lines); those
  /// that it has already are not repeated.
  ///
  /// - Throws: unless there is at least one, and every one of that witness is true.
  public func adding(
    cosignatures answer: [UInt8], by witness: VerifierKey
  ) throws(EvidenceError) -> SignedNote {
    guard witness.kind == .witness else { throw .wrongKeyKind(witness.name) }
    let answered = try SignedNote(parsing: text + [StrictText.newline] + answer)
    _ = try answered.verify(with: [witness])
    let new = answered.signatures.filter {
      $0.keyID == witness.id && $0.name == witness.name && !signatures.contains($0)
    }
    return try SignedNote(text: text, signatures: signatures + new)
  }

  /// The checkpoint as the log released it, without the cosignatures that came later: what is
  /// stamped and printed must stay the same bytes.
  public func asReleased() throws(EvidenceError) -> SignedNote {
    let origin = try Checkpoint(parsing: text)
    return try SignedNote(
      text: text, signatures: signatures.filter { origin.hasOrigin($0.name.description) })
  }
}
