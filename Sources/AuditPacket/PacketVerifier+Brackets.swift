import EventLog
import TransparencyLog

/// The checkpoints before the packet's own, who dated them, and which keys signed.
extension PacketVerifier {
  /// The keys as the packet tells of them. That the events which say so are in the log is for
  /// `checkRotations`, that the keys have signed for whoever opens a checkpoint.
  func readKeys(
    _ contents: PacketContents
  ) throws(PacketFault) -> (KeyHistory, [OpenedEvent]) {
    var history = KeyHistory()
    var opened: [OpenedEvent] = []
    for entry in contents.rotations {
      let name = PacketPaths.rotation(entry.position, "opening")
      guard let leaf = Leaf(parsing: try file(PacketPaths.rotation(entry.position, "leaf"))) else {
        throw PacketFault(PacketPaths.rotation(entry.position, "leaf"), "it is not a leaf of a log")
      }
      let event = try OpenedEvent(leaf: leaf, opening: try file(name), file: name)
      try history.append(RotatedKeys(event, file: name), entry, file: name)
      opened.append(event)
    }
    return (history, opened)
  }

  /// The hand-overs are events of this log, at the positions that the contents name.
  func checkRotations(
    _ context: Context, _ rotations: [OpenedEvent], of log: LogID
  ) throws(PacketFault) {
    for (entry, opened) in zip(context.contents.rotations, rotations) {
      let path = PacketPaths.rotation(entry.position, "leaf")
      let leaf = try leaf(context) { PacketPaths.rotation(entry.position, $0) }
      guard leaf == opened.leaf, leaf.position == entry.position, leaf.log == log else {
        throw PacketFault(path, "it is of another position or log")
      }
    }
  }

  func checkBrackets(
    _ context: Context
  ) throws(PacketFault) -> [(found: VerifiedPacket.Bracket, dated: DatedCheckpoint)] {
    var brackets: [(found: VerifiedPacket.Bracket, dated: DatedCheckpoint)] = []
    for bracket in context.contents.brackets {
      let name = PacketPaths.bracket(bracket.size, "checkpoint")
      let bytes = try file(name)
      guard PacketText.sha256(bytes) == bracket.sha256 else {
        throw PacketFault(name, "it is not the one that the contents name")
      }
      let note = try evidence(name) { () throws(EvidenceError) in try SignedNote(parsing: bytes) }
      let old = try evidence(name) { () throws(EvidenceError) in
        try context.keys.open(note, policy, isPast: true)
      }
      guard old.checkpoint.size == bracket.size, bracket.size < context.checkpoint.size,
        old.checkpoint.origin == context.checkpoint.origin
      else { throw PacketFault(name, "it is of another size or log") }
      try checkConsistency(context, old.checkpoint)
      let stamps = try stamps(of: note, bracket.size, context)
      brackets.append(
        (self.bracket(old, note, stamps), try dated(note, stamps, name)))
    }
    return brackets
  }

  /// The quorum has cosigned a checkpoint that extends the packet's own.
  func checkLater(
    _ file: ConsistencyProofFile, extends own: Checkpoint, _ keys: KeyHistory
  ) throws(PacketFault) -> VerifiedPacket.Bracket {
    let name = "the later checkpoint"
    let known = self.policy.logKeys
    let newest = keys.keys.suffix(1).filter { !known.contains($0) }
    let policy = self.policy.trusting(logKeys: known + newest)
    let trusted = try evidence(name) { () throws(EvidenceError) in
      try policy.open(file.checkpoint)
    }
    guard trusted.checkpoint.origin == own.origin, file.oldSize == own.size else {
      throw PacketFault(
        name, "the proof does not begin at the packet's checkpoint of \(own.size) events")
    }
    try evidence(name) { () throws(EvidenceError) in
      if own.size == trusted.checkpoint.size, file.hashes.isEmpty {
        guard own.root == trusted.checkpoint.root else { throw .rootMismatch(treeSize: own.size) }
      } else {
        try ConsistencyProof(
          oldSize: own.size, newSize: trusted.checkpoint.size, hashes: file.hashes
        ).verify(oldRoot: own.root, newRoot: trusted.checkpoint.root)
      }
    }
    return bracket(trusted, file.checkpoint, [])
  }

  private func checkConsistency(_ context: Context, _ old: Checkpoint) throws(PacketFault) {
    let name = PacketPaths.bracket(old.size, "consistency")
    let bytes = try file(name)
    let proof = try evidence(name) { () throws(EvidenceError) in
      try ConsistencyProofFile(parsing: bytes)
    }
    guard proof.encoded == bytes, proof.checkpoint.encoded == context.note,
      proof.oldSize == old.size
    else { throw PacketFault(name, "it is not a proof between these checkpoints") }
    let new = context.checkpoint
    try evidence(name) { () throws(EvidenceError) in
      try ConsistencyProof(oldSize: old.size, newSize: new.size, hashes: proof.hashes)
        .verify(oldRoot: old.root, newRoot: new.root)
    }
  }

  private func stamps(
    of note: SignedNote, _ size: UInt64, _ context: Context
  ) throws(PacketFault) -> [PacketStamp] {
    var stamps: [PacketStamp] = []
    for entry in context.contents.stamps where entry.size == size {
      let name = PacketPaths.stamp(size, entry.sha256)
      let bytes = try file(name)
      guard PacketText.sha256(bytes) == entry.sha256 else {
        throw PacketFault(name, "it is not the one that the contents name")
      }
      do { stamps.append(try PacketStamp(bytes, of: note)) } catch {
        throw PacketFault(name, error.reason)
      }
    }
    return stamps
  }

  func dated(
    _ note: SignedNote, _ stamps: [PacketStamp], _ path: String
  ) throws(PacketFault) -> DatedCheckpoint {
    try evidence(path) { () throws(EvidenceError) in try DatedCheckpoint(note, stamps: stamps) }
  }

  func bracket(
    _ trusted: TrustedCheckpoint, _ note: SignedNote, _ stamps: [PacketStamp]
  ) -> VerifiedPacket.Bracket {
    let known = policy.witnesses + policy.logKeys
    return VerifiedPacket.Bracket(
      size: trusted.checkpoint.size,
      cosigned: trusted.cosignatures.map {
        .init(time: $0.time ?? 0, witness: $0.key.name.description)
      },
      stamps: stamps.map {
        .init(
          file: PacketPaths.stamp($0.size, $0.sha256), time: $0.token.time,
          authority: $0.authority, digest: $0.token.imprint.hex)
      },
      unknown: note.signatures.filter { signature in
        !trusted.checkpoint.hasOrigin(signature.name.description)
          && !known.contains { $0.name == signature.name && $0.id == signature.keyID }
      }.map(\.name.description))
  }
}
