/// A self-contained proof that an entry is in a log, for checking without the log
/// (C2SP tlog-proof@v1; stored as `.tlog-proof`).
public struct InclusionProofFile: Hashable, Sendable {
  /// For the application; not covered by any signature.
  public let extra: [UInt8]?
  /// Zero-based.
  public let leafIndex: UInt64
  /// From the leaf's sibling up.
  public let hashes: [TreeHash]
  public let checkpoint: SignedNote

  private static let firstLine = "c2sp.org/tlog-proof@v1"

  /// - Parameters:
  ///   - proof: for the tree of the checkpoint's size.
  ///   - extra: nil or at least one byte.
  public init(
    proof: InclusionProof, checkpoint: SignedNote, extra: [UInt8]? = nil
  ) throws(EvidenceError) {
    let size = try Checkpoint(parsing: checkpoint.text).size
    guard size == proof.treeSize else {
      throw .malformed(
        .inclusionProof, reason: "proof and checkpoint are of different tree sizes")
    }
    leafIndex = proof.leafIndex
    hashes = proof.hashes
    self.checkpoint = checkpoint
    self.extra = extra?.isEmpty == true ? nil : extra
  }

  /// Parses the exact bytes of a proof file.
  public init(parsing bytes: some Collection<UInt8>) throws(EvidenceError) {
    var reader = LineReader(bytes, format: .inclusionProof)
    guard try reader.next("format").elementsEqual(Self.firstLine.utf8) else {
      throw .malformed(.inclusionProof, reason: "its first line must be \(Self.firstLine)")
    }
    var line = try reader.next("index")
    if let encoded = line.droppingPrefix("extra ") {
      guard let extra = StrictText.base64Bytes(encoded), !extra.isEmpty else {
        throw .malformed(.inclusionProof, reason: "the extra data is not base64")
      }
      self.extra = extra
      line = try reader.next("index")
    } else {
      extra = nil
    }
    guard let index = line.droppingPrefix("index ").flatMap(StrictText.decimal) else {
      throw .malformed(.inclusionProof, reason: "the index must be a plain decimal number")
    }
    leafIndex = index
    hashes = try reader.hashesUntilEmptyLine()
    checkpoint = try SignedNote(parsing: reader.rest)
  }

  /// The bytes to store and hand out.
  public var encoded: [UInt8] {
    var lines = [Self.firstLine]
    if let extra { lines.append("extra " + StrictText.base64(extra)) }
    lines.append("index \(leafIndex)")
    lines += hashes.map(\.base64)
    lines.append("")
    return Array(lines.map { $0 + "\n" }.joined().utf8) + checkpoint.encoded
  }

  /// Throws unless the trusted log contains `leaf` at ``leafIndex``.
  @discardableResult
  public func verify(
    leaf: TreeHash, trust: LogTrust
  ) throws(EvidenceError) -> TrustedCheckpoint {
    let trusted = try trust.open(checkpoint)
    let proof = InclusionProof(
      leafIndex: leafIndex, treeSize: trusted.checkpoint.size, hashes: hashes)
    try proof.verify(leaf: leaf, root: trusted.checkpoint.root)
    return trusted
  }
}

/// A self-contained proof that a checkpoint extends an older one: the request with which a log
/// asks a witness for a cosignature (C2SP tlog-witness, `add-checkpoint`).
public struct ConsistencyProofFile: Hashable, Sendable {
  /// 0 if the reader has seen no checkpoint yet; then there are no hashes.
  public let oldSize: UInt64
  public let hashes: [TreeHash]
  public let checkpoint: SignedNote

  /// - Parameter proof: up to the tree of the checkpoint's size; nil for a first checkpoint.
  public init(proof: ConsistencyProof?, checkpoint: SignedNote) throws(EvidenceError) {
    let size = try Checkpoint(parsing: checkpoint.text).size
    guard proof == nil || proof?.newSize == size else {
      throw .malformed(
        .consistencyProof, reason: "proof and checkpoint are of different tree sizes")
    }
    oldSize = proof?.oldSize ?? 0
    hashes = proof?.hashes ?? []
    self.checkpoint = checkpoint
  }

  /// Parses the exact bytes of a proof file.
  public init(parsing bytes: some Collection<UInt8>) throws(EvidenceError) {
    var reader = LineReader(bytes, format: .consistencyProof)
    guard
      let old = try reader.next("old size").droppingPrefix("old ")
        .flatMap(StrictText.decimal)
    else {
      throw .malformed(.consistencyProof, reason: "it must begin with the old tree size")
    }
    oldSize = old
    hashes = try reader.hashesUntilEmptyLine()
    checkpoint = try SignedNote(parsing: reader.rest)
  }

  /// The bytes to store and hand out.
  public var encoded: [UInt8] {
    let lines = ["old \(oldSize)"] + hashes.map(\.base64) + [""]
    return Array(lines.map { $0 + "\n" }.joined().utf8) + checkpoint.encoded
  }

  /// Throws unless the trusted checkpoint extends the tree of `oldSize` leaves and `oldRoot`.
  ///
  /// An old size of 0 is accepted only with the root of the empty tree and no hashes: it says
  /// that the reader begins here, and proves nothing about the past.
  @discardableResult
  public func verify(
    oldRoot: TreeHash, trust: LogTrust
  ) throws(EvidenceError) -> TrustedCheckpoint {
    let trusted = try trust.open(checkpoint)
    if oldSize == 0 {
      guard hashes.isEmpty else { throw .proofLength(found: hashes.count) }
      guard oldRoot == .emptyTree else { throw .rootMismatch(treeSize: 0) }
    } else {
      let proof = ConsistencyProof(
        oldSize: oldSize, newSize: trusted.checkpoint.size, hashes: hashes)
      try proof.verify(oldRoot: oldRoot, newRoot: trusted.checkpoint.root)
    }
    return trusted
  }
}

extension ArraySlice<UInt8> {
  func droppingPrefix(_ prefix: String) -> ArraySlice<UInt8>? {
    starts(with: prefix.utf8) ? dropFirst(prefix.utf8.count) : nil
  }
}
