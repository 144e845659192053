import EventLog
import Foundation
import Practice
import PracticeEvents
import TransparencyLog

/// What a packet was found to prove.
public struct VerifiedPacket: Sendable {
  /// An earlier checkpoint and when trusted witnesses cosigned it.
  public struct Bracket: Sendable, Hashable {
    public var size: UInt64
    /// Seconds since 1970 UTC, with the witness's name.
    public var cosigned: [(time: UInt64, witness: String)] {
      zip(times, witnesses).map { (time: $0, witness: $1) }
    }
    var times: [UInt64]
    var witnesses: [String]
  }

  public var contents: PacketContents
  public var origin: String
  public var checkpoint: Bracket
  public var brackets: [Bracket]
  public var events: Int
  public var shown: Int
  /// Entries whose times the packet itself speaks against.
  public var flagged: Int
  public var seal: Position
  /// Number of streams under the seal.
  public var streams: UInt64
  /// Whether the files for people were written again and compared; false for a packet of another
  /// version of the program, where `SHA256SUMS` alone vouches for them.
  public var isRenderingCompared: Bool
  public var digest: TreeHash
}

/// Checks a packet against a policy that the reader has from elsewhere. Needs no clinic.
public struct PacketVerifier {
  private let files: PacketFiles
  private let policy: TrustPolicy

  public init(_ files: PacketFiles, policy: TrustPolicy) {
    self.files = files
    self.policy = policy
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
    let trusted = try evidence(PacketPaths.checkpoint) { () throws(EvidenceError) in
      try policy.open(note)
    }
    let contentsBytes = try file(PacketContents.file)
    let contents = try PacketContents(parsing: contentsBytes)
    try checkNames(contents)

    let context = Context(note: noteBytes, checkpoint: trusted.checkpoint, contents: contents)
    let leaves = try checkStream(context)
    let (seal, sealed) = try checkSeal(context, leaves, PacketText.sha256(contentsBytes))
    let opened = try open(leaves, contents)
    let brackets = try checkBrackets(context)
    let rendering = Rendering(
      contents: contents, checkpoint: trusted.checkpoint, events: Array(zip(leaves, opened)),
      seal: seal, brackets: Brackets(brackets.dated + [try dated(note, PacketPaths.checkpoint)]))
    let isCompared = contents.rendering == Rendering.version
    if isCompared { try compare(rendering) }
    return VerifiedPacket(
      contents: contents, origin: trusted.checkpoint.origin, checkpoint: Self.bracket(trusted),
      brackets: brackets.trusted.map(Self.bracket), events: leaves.count,
      shown: opened.count { $0 != nil },
      flagged: opened.count { event in
        event.map { !TimeFlag.flags(of: $0, rendering.brackets, contents).isEmpty } ?? false
      },
      seal: seal.leaf.position, streams: sealed.streams, isRenderingCompared: isCompared,
      digest: files.digest)
  }

  private struct Context {
    var note: [UInt8]
    var checkpoint: Checkpoint
    var contents: PacketContents
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
    for path in files.paths where !expected.contains(path) {
      throw PacketFault(path, "it does not belong to the packet")
    }
    for path in expected.sorted() { _ = try file(path) }
  }

  private func file(_ path: String) throws(PacketFault) -> [UInt8] {
    guard let bytes = files[path] else { throw PacketFault(path, "is missing") }
    return bytes
  }

  private func evidence<Result>(
    _ path: String, _ body: () throws(EvidenceError) -> Result
  ) throws(PacketFault) -> Result {
    do { return try body() } catch { throw PacketFault(path, error.description) }
  }

  // MARK: Leaves

  private func leaf(
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

  // MARK: Brackets

  private func checkBrackets(
    _ context: Context
  ) throws(PacketFault) -> (trusted: [TrustedCheckpoint], dated: [DatedCheckpoint]) {
    var trusted: [TrustedCheckpoint] = []
    var dated: [DatedCheckpoint] = []
    for bracket in context.contents.brackets {
      let name = PacketPaths.bracket(bracket.size, "checkpoint")
      let bytes = try file(name)
      guard PacketText.sha256(bytes) == bracket.sha256 else {
        throw PacketFault(name, "it is not the one that the contents name")
      }
      let note = try evidence(name) { () throws(EvidenceError) in try SignedNote(parsing: bytes) }
      let old = try evidence(name) { () throws(EvidenceError) in try policy.openPast(note) }
      guard old.checkpoint.size == bracket.size, bracket.size < context.checkpoint.size,
        old.checkpoint.origin == context.checkpoint.origin
      else { throw PacketFault(name, "it is of another size or log") }
      let proofName = PacketPaths.bracket(bracket.size, "consistency")
      let proofBytes = try file(proofName)
      let proof = try evidence(proofName) { () throws(EvidenceError) in
        try ConsistencyProofFile(parsing: proofBytes)
      }
      guard proof.encoded == proofBytes, proof.checkpoint.encoded == context.note,
        proof.oldSize == bracket.size
      else { throw PacketFault(proofName, "it is not a proof between these checkpoints") }
      try evidence(proofName) { () throws(EvidenceError) in
        try ConsistencyProof(
          oldSize: bracket.size, newSize: context.checkpoint.size, hashes: proof.hashes
        ).verify(oldRoot: old.checkpoint.root, newRoot: context.checkpoint.root)
      }
      trusted.append(old)
      dated.append(try self.dated(note, name))
    }
    return (trusted, dated)
  }

  private func dated(_ note: SignedNote, _ path: String) throws(PacketFault) -> DatedCheckpoint {
    try evidence(path) { () throws(EvidenceError) in try DatedCheckpoint(note) }
  }

  private static func bracket(_ trusted: TrustedCheckpoint) -> VerifiedPacket.Bracket {
    VerifiedPacket.Bracket(
      size: trusted.checkpoint.size, times: trusted.cosignatures.compactMap(\.time),
      witnesses: trusted.cosignatures.map(\.key.name.description))
  }

  private func compare(_ rendering: Rendering) throws(PacketFault) {
    for (path, bytes) in try rendering.files().sorted(by: { $0.key < $1.key }) {
      guard try file(path) == bytes else {
        throw PacketFault(path, "it does not say what the evidence says")
      }
    }
  }
}
