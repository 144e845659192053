import EventLog
import PracticeEvents
import TransparencyLog

/// Makes the files of a packet from evidence; pure.
public struct PacketWriter {
  /// Decided before the seal, which holds its hash.
  public let contents: PacketContents
  private let events: [EventEvidence]
  private let brackets: [SignedNote]

  /// - Parameters:
  ///   - contents: without its events and brackets.
  ///   - events: all of the stream, in order.
  ///   - released: the checkpoints that were handed out so far.
  public init(
    contents: PacketContents, events: [EventEvidence], released: [SignedNote]
  ) throws {
    guard !events.isEmpty else { throw PacketFault("", "there is no event") }
    var contents = contents
    contents.events = try events.map { evidence in
      PacketContents.Entry(
        position: evidence.leaf.position,
        isShown: contents.shows(try Self.open(evidence)))
    }
    let dated = try released.map { (note: $0, checkpoint: try DatedCheckpoint($0)) }
      .sorted { $0.checkpoint.size < $1.checkpoint.size }
    let needed = Brackets(dated.map(\.checkpoint)).needed(for: events.map(\.leaf.position))
    var kept: [SignedNote] = []
    for (note, checkpoint) in dated where needed.contains(checkpoint.size) {
      guard checkpoint.size > contents.brackets.last?.size ?? 0 else { continue }
      contents.brackets.append(
        PacketContents.Bracket(size: checkpoint.size, sha256: PacketText.sha256(note.encoded)))
      kept.append(note)
    }
    self.contents = contents
    self.events = events
    brackets = kept
  }

  /// What the seal must hold as `packetContentsSha256`.
  public var contentsDigest: TreeHash { PacketText.sha256(contents.encoded) }

  /// The files.
  ///
  /// - Parameters:
  ///   - seal: the `StreamHeadsSealed` with `contentsDigest`.
  ///   - heads: the tree whose root it holds.
  ///   - checkpoint: signed after the seal.
  ///   - readNode: of the log's tree, in the order of `StoredNodes`.
  public func files(
    seal: EventEvidence, heads: StreamHeadsTree, checkpoint note: SignedNote,
    readNode: (UInt64) throws -> TreeHash
  ) throws -> PacketFiles {
    let checkpoint = try Checkpoint(parsing: note.text)
    var files = PacketFiles([:])
    files[PacketPaths.checkpoint] = note.encoded
    files[PacketContents.file] = contents.encoded
    func put(_ evidence: EventEvidence, isShown: Bool, _ path: (String) -> String) throws {
      files[path("leaf")] = evidence.leaf.text
      let proof = try InclusionProof(
        leafIndex: evidence.leaf.position.rawValue - 1, treeSize: checkpoint.size,
        readNode: readNode)
      files[path("tlog-proof")] = try InclusionProofFile(proof: proof, checkpoint: note).encoded
      if isShown { files[path("opening")] = evidence.opening }
    }
    for (evidence, entry) in zip(events, contents.events) {
      try put(evidence, isShown: entry.isShown) { PacketPaths.event(entry.position, $0) }
    }
    try put(seal, isShown: true, PacketPaths.seal)
    guard let (end, proof) = try heads.proof(of: contents.stream) else {
      throw PacketFault(PacketPaths.headLine, "the seal does not know the stream")
    }
    files[PacketPaths.headLine] = end.line
    files[PacketPaths.headProof] = HeadsProofFile.encode(proof)
    for (bracket, entry) in zip(brackets, contents.brackets) {
      files[PacketPaths.bracket(entry.size, "checkpoint")] = bracket.encoded
      let proof = try ConsistencyProof(
        oldSize: entry.size, newSize: checkpoint.size, readNode: readNode)
      files[PacketPaths.bracket(entry.size, "consistency")] =
        try ConsistencyProofFile(proof: proof, checkpoint: note).encoded
    }
    let rendering = Rendering(
      contents: contents, checkpoint: checkpoint,
      events: try zip(events, contents.events).map { evidence, entry in
        (evidence.leaf, entry.isShown ? try Self.open(evidence) : nil)
      },
      seal: try Self.open(seal),
      brackets: Brackets(try (brackets + [note]).map { try DatedCheckpoint($0) }))
    for (path, bytes) in try rendering.files() { files[path] = bytes }
    return files.withSums()
  }

  private static func open(_ evidence: EventEvidence) throws(PacketFault) -> OpenedEvent {
    try OpenedEvent(
      leaf: evidence.leaf, opening: evidence.opening,
      file: PacketPaths.event(evidence.leaf.position, "opening"))
  }
}
