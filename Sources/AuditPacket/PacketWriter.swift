import EventLog
import PracticeEvents
import TransparencyLog

/// Makes the files of a packet from evidence; pure.
public struct PacketWriter {
  /// Decided before the seal, which holds its hash.
  public internal(set) var contents: PacketContents
  private let events: [EventEvidence]
  private let brackets: [SignedNote]
  private let stamps: [PacketStamp]
  private let rotations: [PacketRotation]
  var references: [EventEvidence]

  /// - Parameters:
  ///   - contents: without its events and brackets.
  ///   - events: all of the stream, in order.
  ///   - released: the checkpoints that were handed out so far, each with the time stamps that are
  ///     kept of it.
  ///   - rotations: how the log went over from key to key, oldest first.
  ///   - registrations: of practitioners, payers and referring providers; those that a shown event
  ///     names go with the packet.
  public init(
    contents: PacketContents, events: [EventEvidence],
    released: [(note: SignedNote, stamps: [[UInt8]])], rotations: [PacketRotation] = [],
    registrations: [EventEvidence] = []
  ) throws {
    guard !events.isEmpty else { throw PacketFault("", "there is no event") }
    var contents = contents
    let opened = try events.map { try Self.open($0) }
    contents.events = opened.map { event in
      PacketContents.Entry(position: event.leaf.position, isShown: contents.shows(event))
    }
    let named = Reference.ids(in: opened.filter { contents.shows($0) })
    references = registrations.filter { named.contains($0.leaf.stream.description) }
      .sorted { $0.leaf.position < $1.leaf.position }
    contents.references = references.map(\.leaf.position)
    let dated = try released.map { note, files in
      let stamps = try files.map { try PacketStamp($0, of: note) }
      return (note: note, stamps: stamps, checkpoint: try DatedCheckpoint(note, stamps: stamps))
    }.sorted { $0.checkpoint.size < $1.checkpoint.size }
    let needed = Brackets(dated.map(\.checkpoint)).needed(for: events.map(\.leaf.position))
      .union(rotations.map(\.size))
    var kept: [SignedNote] = []
    var stamps: [PacketStamp] = []
    for (note, found, checkpoint) in dated where needed.contains(checkpoint.size) {
      guard checkpoint.size > contents.brackets.last?.size ?? 0 else { continue }
      contents.brackets.append(
        PacketContents.Bracket(size: checkpoint.size, sha256: PacketText.sha256(note.encoded)))
      kept.append(note)
      stamps += found.sorted { $0.sha256.hex < $1.sha256.hex }
    }
    contents.stamps = stamps.map { PacketContents.Stamp(size: $0.size, sha256: $0.sha256) }
    contents.rotations = rotations.map {
      PacketContents.Rotation(position: $0.evidence.leaf.position, size: $0.size)
    }
    self.contents = contents
    self.events = events
    self.stamps = stamps
    self.rotations = rotations
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
    for rotation in rotations {
      try put(rotation.evidence, isShown: true) {
        PacketPaths.rotation(rotation.evidence.leaf.position, $0)
      }
    }
    for reference in references {
      try put(reference, isShown: true) { PacketPaths.reference(reference.leaf.position, $0) }
    }
    for stamp in stamps { files[PacketPaths.stamp(stamp.size, stamp.sha256)] = stamp.bytes }
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
      seal: try Self.open(seal), rotations: try rotations.map { try Self.open($0.evidence) },
      references: try references.compactMap { Reference(try Self.open($0)) },
      brackets: Brackets(
        try zip(contents.brackets, brackets).map { entry, note in
          try DatedCheckpoint(note, stamps: stamps.filter { $0.size == entry.size })
        } + [DatedCheckpoint(note)]))
    for (path, bytes) in try rendering.files() { files[path] = bytes }
    return files.withSums()
  }

  private static func open(_ evidence: EventEvidence) throws(PacketFault) -> OpenedEvent {
    try OpenedEvent(
      leaf: evidence.leaf, opening: evidence.opening,
      file: PacketPaths.event(evidence.leaf.position, "opening"))
  }
}
