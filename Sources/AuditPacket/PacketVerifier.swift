import EventLog
import Foundation
import Practice
import PracticeEvents
import TransparencyLog

/// Checks a packet against a policy that the reader has from elsewhere. Needs no clinic.
public struct PacketVerifier {
  let files: PacketFiles
  let policy: TrustPolicy
  private let later: ConsistencyProofFile?

  /// - Parameter later: a proof that a later checkpoint extends the packet's own. A packet is signed
  ///   when it is issued, so no witness can have seen its checkpoint: the policy's quorum is then
  ///   asked of the later one.
  public init(
    _ files: PacketFiles, policy: TrustPolicy, later: ConsistencyProofFile? = nil
  ) {
    self.files = files
    self.policy = policy
    self.later = later
  }

  /// - Throws: `PacketFault`: the first thing that is wrong.
  public func verify() throws(PacketFault) -> VerifiedPacket {
    try files.checkSums()
    let noteBytes = try file(PacketPaths.checkpoint)
    let note = try evidence(PacketPaths.checkpoint) { () throws(EvidenceError) in
      try SignedNote(parsing: noteBytes)
    }
    guard note.encoded == noteBytes else {
      throw PacketFault(PacketPaths.checkpoint, "it is not written canonically")
    }
    let contentsBytes = try file(PacketContents.file)
    let contents = try PacketContents(parsing: contentsBytes)
    try checkNames(contents)
    let (keys, rotations) = try readKeys(contents)
    let trusted = try evidence(PacketPaths.checkpoint) { () throws(EvidenceError) in
      try keys.open(note, policy, isPast: later != nil)
    }
    guard keys.keys.isEmpty || keys.keys.contains(where: policy.logKeys.contains) else {
      throw PacketFault(PacketPaths.checkpoint, "the policy trusts none of the keys of its log")
    }
    let extended = try later.map { file throws(PacketFault) in
      try checkLater(file, extends: trusted.checkpoint, keys)
    }

    let context = Context(
      note: noteBytes, checkpoint: trusted.checkpoint, contents: contents, keys: keys)
    let leaves = try checkStream(context)
    let (seal, sealed) = try checkSeal(context, leaves, PacketText.sha256(contentsBytes))
    try checkRotations(context, rotations, of: leaves[0].log)
    let opened = try open(leaves, contents)
    let references = try checkReferences(context, of: leaves[0].log, in: opened.compactMap { $0 })
    let brackets = try checkBrackets(context)
    let rendering = Rendering(
      contents: contents, checkpoint: trusted.checkpoint, events: Array(zip(leaves, opened)),
      seal: seal, rotations: rotations, references: references,
      brackets: Brackets(brackets.map(\.dated) + [try dated(note, [], PacketPaths.checkpoint)]))
    let isCompared = contents.rendering == Rendering.version
    if isCompared { try compare(rendering) }
    let unfit = opened.compactMap { $0 }.filter { !contents.shows($0) }.map(\.leaf.position)
    return VerifiedPacket(
      contents: contents, origin: trusted.checkpoint.origin,
      checkpoint: bracket(trusted, note, []), brackets: brackets.map(\.found),
      later: extended,
      rotations: rotations.count, events: leaves.count, shown: opened.count { $0 != nil },
      flagged: opened.count { event in
        event.map { !TimeFlag.flags(of: $0, rendering.brackets, contents).isEmpty } ?? false
      },
      seal: seal.leaf.position, sealedAt: seal.recordedAt, streams: sealed.streams,
      isRenderingCompared: isCompared,
      profileCheck: isCompared ? .fits : .otherVersion(unfit: unfit), digest: files.digest)
  }

  struct Context {
    var note: [UInt8]
    var checkpoint: Checkpoint
    var contents: PacketContents
    var keys: KeyHistory
  }

  // MARK: Files

  /// Nothing may be missing and nothing may be there besides what the contents call for.
  private func checkNames(_ contents: PacketContents) throws(PacketFault) {
    var expected: Set<String> = [
      PacketFiles.sumsFile, PacketPaths.checkpoint, PacketContents.file, PacketPaths.headLine,
      PacketPaths.headProof, "README.txt", "human/chronology.html",
    ]
    for part in ["leaf", "tlog-proof", "opening", "json"] {
      expected.insert(PacketPaths.seal(part))
    }
    for entry in contents.events {
      for part in ["leaf", "tlog-proof"] + (entry.isShown ? ["opening", "json"] : []) {
        expected.insert(PacketPaths.event(entry.position, part))
      }
    }
    for bracket in contents.brackets {
      for part in ["checkpoint", "consistency"] {
        expected.insert(PacketPaths.bracket(bracket.size, part))
      }
    }
    for stamp in contents.stamps { expected.insert(PacketPaths.stamp(stamp.size, stamp.sha256)) }
    for rotation in contents.rotations {
      for part in ["leaf", "tlog-proof", "opening", "json"] {
        expected.insert(PacketPaths.rotation(rotation.position, part))
      }
    }
    for position in contents.references {
      for part in ["leaf", "tlog-proof", "opening", "json"] {
        expected.insert(PacketPaths.reference(position, part))
      }
    }
    for path in files.paths where !expected.contains(path) {
      throw PacketFault(path, "it does not belong to the packet")
    }
    for path in expected.sorted() { _ = try file(path) }
  }

  func file(_ path: String) throws(PacketFault) -> [UInt8] {
    guard let bytes = files[path] else { throw PacketFault(path, "is missing") }
    return bytes
  }

  func evidence<Result>(
    _ path: String, _ body: () throws(EvidenceError) -> Result
  ) throws(PacketFault) -> Result {
    do { return try body() } catch { throw PacketFault(path, error.description) }
  }

  // MARK: Leaves

  func leaf(
    _ context: Context, _ path: (String) -> String
  ) throws(PacketFault) -> Leaf {
    guard let leaf = Leaf(parsing: try file(path("leaf"))) else {
      throw PacketFault(path("leaf"), "it is not a leaf of a log")
    }
    let name = path("tlog-proof")
    let bytes = try file(name)
    let proof = try evidence(name) { () throws(EvidenceError) in
      try InclusionProofFile(parsing: bytes)
    }
    guard proof.encoded == bytes, proof.extra == nil else {
      throw PacketFault(name, "it is not written canonically")
    }
    guard proof.checkpoint.encoded == context.note else {
      throw PacketFault(name, "it leads to another checkpoint than the packet's")
    }
    guard proof.leafIndex &+ 1 == leaf.position.rawValue else {
      throw PacketFault(name, "it is the proof of another position")
    }
    let checkpoint = context.checkpoint
    try evidence(name) { () throws(EvidenceError) in
      try InclusionProof(
        leafIndex: proof.leafIndex, treeSize: checkpoint.size, hashes: proof.hashes
      ).verify(leaf: leaf.hash, root: checkpoint.root)
    }
    return leaf
  }

  /// Every leaf is in the log, and each leads to the one before, from the first on.
  private func checkStream(_ context: Context) throws(PacketFault) -> [Leaf] {
    var leaves: [Leaf] = []
    for entry in context.contents.events {
      let path = PacketPaths.event(entry.position, "leaf")
      let leaf = try leaf(context) { PacketPaths.event(entry.position, $0) }
      guard leaf.position == entry.position else {
        throw PacketFault(path, "it is the leaf of another position")
      }
      guard leaf.stream == context.contents.stream else {
        throw PacketFault(path, "it belongs to another record")
      }
      guard leaf.log == leaves.first?.log ?? leaf.log else {
        throw PacketFault(path, "it belongs to another log")
      }
      let previous = leaves.last.map { Leaf.Previous(position: $0.position, hash: $0.hash) }
      guard leaf.sequence == UInt64(leaves.count) + 1, leaf.previous == previous else {
        throw PacketFault(path, "the event before it in the record is missing")
      }
      leaves.append(leaf)
    }
    guard !leaves.isEmpty else { throw PacketFault(PacketContents.file, "it names no event") }
    return leaves
  }

  private func checkSeal(
    _ context: Context, _ leaves: [Leaf], _ contentsDigest: TreeHash
  ) throws(PacketFault) -> (seal: OpenedEvent, sealed: StreamHeadsSealed) {
    let leaf = try leaf(context, PacketPaths.seal)
    let name = PacketPaths.seal("opening")
    let seal = try OpenedEvent(leaf: leaf, opening: try file(name), file: name)
    guard case .streamHeadsSealed(let sealed) = seal.event.fact,
      leaf.stream == StreamID(high: SubjectID.system.high, low: SubjectID.system.low),
      leaf.log == leaves.first?.log
    else { throw PacketFault(name, "it is not a seal of this log") }
    guard sealed.asOf == context.contents.asOf.rawValue, sealed.asOf < leaf.position.rawValue else {
      throw PacketFault(name, "it seals another state of the log")
    }
    guard contentsDigest.bytes == [UInt8](sealed.packetContentsSha256) else {
      throw PacketFault(PacketContents.file, "it is not the one that was sealed for this packet")
    }
    guard let end = StreamEnd(parsing: try file(PacketPaths.headLine)),
      end.stream == context.contents.stream
    else { throw PacketFault(PacketPaths.headLine, "it is not the end of this record") }
    guard let proof = HeadsProofFile.parse(try file(PacketPaths.headProof)),
      proof.treeSize == sealed.streams, let root = TreeHash([UInt8](sealed.root))
    else { throw PacketFault(PacketPaths.headProof, "it is not a proof for the seal") }
    try evidence(PacketPaths.headProof) { () throws(EvidenceError) in
      try proof.verify(leaf: .leaf(end.line), root: root)
    }
    guard let last = leaves.last, end.count == UInt64(leaves.count), end.last == last.position,
      end.leaf == last.hash
    else { throw PacketFault(PacketPaths.headLine, "the last event of the record is missing") }
    return (seal, sealed)
  }

  private func open(
    _ leaves: [Leaf], _ contents: PacketContents
  ) throws(PacketFault) -> [OpenedEvent?] {
    var opened: [OpenedEvent?] = []
    for (leaf, entry) in zip(leaves, contents.events) {
      guard entry.isShown else {
        opened.append(nil)
        continue
      }
      let name = PacketPaths.event(leaf.position, "opening")
      let event = try OpenedEvent(leaf: leaf, opening: try file(name), file: name)
      // Another version of the program may have drawn the line elsewhere.
      guard contents.rendering != Rendering.version || contents.shows(event) else {
        throw PacketFault(name, "the profile does not show such an event")
      }
      opened.append(event)
    }
    return opened
  }

  /// They are registrations in this log, each of somebody whom a shown event names, and nobody else's.
  private func checkReferences(
    _ context: Context, of log: LogID, in shown: [OpenedEvent]
  ) throws(PacketFault) -> [Reference] {
    let named = context.contents.references.isEmpty ? [] : Reference.ids(in: shown)
    var references: [Reference] = []
    for position in context.contents.references {
      let leaf = try leaf(context) { PacketPaths.reference(position, $0) }
      guard leaf.position == position, leaf.log == log else {
        throw PacketFault(
          PacketPaths.reference(position, "leaf"), "it is of another position or log")
      }
      let name = PacketPaths.reference(position, "opening")
      let opened = try OpenedEvent(leaf: leaf, opening: try file(name), file: name)
      guard let reference = Reference(opened), named.contains(reference.id) else {
        throw PacketFault(name, "no shown event names whom it registers")
      }
      references.append(reference)
    }
    return references
  }

  private func compare(_ rendering: Rendering) throws(PacketFault) {
    for (path, bytes) in try rendering.files().sorted(by: { $0.key < $1.key }) {
      guard try file(path) == bytes else {
        throw PacketFault(path, "it does not say what the evidence says")
      }
    }
  }
}
