import ArgumentParser
import AuditPacket
import Backend
import EventLog
import Foundation
import Reports
import TransparencyLog

struct LogProve: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "prove",
    abstract: "Write a proof that an event is in the log, or that the log only grew.",
    discussion: """
      Examples:
        chartledger log prove 1234 --data clinic --out note.tlog-proof
        chartledger log prove --from-size 1000 --data clinic --out growth.proof

      A packet is signed when it is issued, so no witness has seen its checkpoint yet. Once one has \
      cosigned a later checkpoint, --from-size with the packet's size and --size with the cosigned one \
      prove that it extends the packet's: `audit verify --later` takes that file.

      The proof of an event comes with its leaf (FILE.leaf), which names no patient, kind or date. \
      --opening writes FILE.opening as well: the event itself, which the leaf commits to. Whoever \
      gets it has been told what the event says: record it as a disclosure.
      """)

  @Argument(help: "The event's position.") var position: UInt64?
  @Option(help: "Prove growth since the released checkpoint of this size.") var fromSize: UInt64?
  @Option(help: "The file to write; by default the proof alone goes to stdout.") var out: String?
  @Option(help: "Prove it under the released checkpoint of this size; by default the newest.")
  var size: UInt64?
  @Flag(help: "Also write what the leaf commits to. This discloses the event.")
  var opening = false
  @OptionGroup var data: DataOption

  func validate() throws {
    guard (position == nil) != (fromSize == nil) else {
      throw ValidationError("give either the position of an event or --from-size")
    }
    guard !opening || (out != nil && position != nil) else {
      throw ValidationError("--opening needs the position of an event and --out")
    }
  }

  func run() async throws {
    let backend = try data.open()
    if let position { return try proveEvent(at: position, backend) }
    if let fromSize { try proveGrowth(since: fromSize, backend) }
  }

  private func proveEvent(at position: UInt64, _ backend: Backend) throws {
    let note = try size.map { try Self.released($0, backend) } ?? backend.newestCheckpoint().note
    try Self.write(Position(position), under: note, to: out, opening: opening, backend)
  }

  private static func released(_ size: UInt64, _ backend: Backend) throws -> SignedNote {
    let found = try backend.checkpoints().first { try Checkpoint(parsing: $0.text).size == size }
    guard let found else {
      throw UsageError(
        "no checkpoint of size \(size) was released", hint: "name the size of one that was")
    }
    return found
  }

  /// - Parameter opening: whether to disclose the event.
  static func write(
    _ position: Position, under note: SignedNote, to out: String?, opening: Bool, _ backend: Backend
  ) throws {
    let checkpoint = try Checkpoint(parsing: note.text)
    guard (1...max(1, checkpoint.size)).contains(position.rawValue), checkpoint.size > 0,
      let evidence = try backend.store.evidence(at: position)
    else {
      throw UsageError(
        "the checkpoint holds the events 1 to \(checkpoint.size)",
        hint: "name one of them, or wait for the next checkpoint")
    }
    let proof = try backend.store.withTree { _, node in
      try InclusionProof(
        leafIndex: position.rawValue - 1, treeSize: checkpoint.size, readNode: node)
    }
    // Never hand out what does not hold.
    try proof.verify(leaf: evidence.leaf.hash, root: checkpoint.root)
    let file = try InclusionProofFile(proof: proof, checkpoint: note)
    try EvidenceFiles.write(file.encoded, to: out)
    guard let out else { return }
    try EvidenceFiles.write(evidence.leaf.text, to: out + ".leaf")
    if opening {
      try EvidenceFiles.write(evidence.opening, to: out + ".opening", isPrivate: true)
      Console.say("\(out).opening discloses the event: record to whom you give it, and why")
    }
  }

  private func proveGrowth(since size: UInt64, _ backend: Backend) throws {
    let note =
      try self.size.map { try Self.released($0, backend) } ?? backend.newestCheckpoint().note
    let checkpoint = try Checkpoint(parsing: note.text)
    let old = try Self.released(size, backend)
    guard size <= checkpoint.size else {
      throw UsageError(
        "the checkpoint of \(checkpoint.size) events is older than that of \(size)",
        hint: "name a later one with --size")
    }
    let file = try backend.consistencyProof(from: size, to: note)
    if size > 0, size < checkpoint.size {
      let proof = ConsistencyProof(
        oldSize: size, newSize: checkpoint.size, hashes: file.hashes)
      try proof.verify(oldRoot: Checkpoint(parsing: old.text).root, newRoot: checkpoint.root)
    }
    try EvidenceFiles.write(file.encoded, to: out)
  }
}

struct LogCheckProof: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check-proof",
    abstract: "Check a proof from `log prove`, without the log; exit code 6 if it does not hold.",
    discussion: """
      The policy says which log and which witnesses you trust (C2SP tlog-policy). Take its keys \
      from elsewhere than the proof: a letter, a printed day-close sheet.

        log log.example/1+1a2b3c4d+AZ…
        witness accountant accountant.example/w1+5e6f7a8b+BN…
        quorum accountant

      Examples:
        chartledger log check-proof note.tlog-proof --leaf note.tlog-proof.leaf --policy policy
        chartledger log check-proof growth.proof --old checkpoint --policy policy

      A log may have gone over to another key since you wrote the policy. Its proof of that \
      (`log rotate-key`) is checked like that of any event, with its opening, and tells the new key; \
      --handover takes it along to check another proof.
      """)

  @Argument(help: "The proof.", completion: .file()) var file: String
  @Option(help: "The event's leaf.", completion: .file()) var leaf: String?
  @Option(help: "What the leaf commits to.", completion: .file()) var opening: String?
  @Option(help: "For a proof of growth: the earlier checkpoint.", completion: .file())
  var old: String?
  @Option(help: "Whom you trust.", completion: .file()) var policy: String
  @Option(
    help: ArgumentHelp(
      "The proof that the log went over to another key, with FILE.leaf and FILE.opening beside it; "
        + "may be repeated, in order.", valueName: "file"),
    completion: .file())
  var handover: [String] = []
  @OptionGroup var output: FormatOption

  func validate() throws {
    guard (leaf == nil) != (old == nil) else {
      throw ValidationError("give --leaf for the proof of an event, --old for a proof of growth")
    }
    guard opening == nil || leaf != nil else { throw ValidationError("--opening needs --leaf") }
  }

  func run() async throws {
    let proof = try EvidenceFiles.read(file)
    var policy = try TrustPolicy(parsing: EvidenceFiles.read(policy))
    do {
      for file in handover {
        policy = try KeyHandOver(
          proof: EvidenceFiles.read(file), leaf: EvidenceFiles.read(file + ".leaf"),
          opening: EvidenceFiles.read(file + ".opening")
        ).followed(by: policy)
      }
      let rows: [(String, String)] =
        if let leaf {
          try checkEvent(proof, leaf: EvidenceFiles.read(leaf), policy)
        } else if let old {
          try checkGrowth(proof, old: EvidenceFiles.read(old), policy)
        } else { [] }
      try Console.write(
        Listing(
          title: "Proof",
          columns: [Column("what", "What", .text), Column("value", "Value", .text)],
          rows: rows.map { [.text($0.0), .text($0.1)] }
        ).render(output.format))
    } catch let error as EvidenceError {
      throw Finding(text: error.description, hint: "do not rely on this proof")
    } catch let fault as PacketFault {
      throw Finding(text: fault.description, hint: "do not rely on this proof")
    }
  }

  private func checkEvent(
    _ proof: [UInt8], leaf: [UInt8], _ policy: TrustPolicy
  ) throws -> [(String, String)] {
    let file = try InclusionProofFile(parsing: proof)
    let trusted = try policy.check(file, leaf: .leaf(leaf))
    guard field("position", of: leaf) == String(file.leafIndex + 1) else {
      throw Finding(
        text: "the leaf is not of the position that the proof speaks of",
        hint: "do not rely on this proof")
    }
    var rows = [("event", String(file.leafIndex + 1))] + Self.rows(trusted)
    if let opening {
      let opened = try EvidenceFiles.read(opening)
      var hasher = ByteHasher()
      hasher.update(Leaf.commitmentPrefix + opened)
      guard field("commitment", of: leaf) == hasher.finish().hex else {
        throw Finding(
          text: "the opening is not what the leaf commits to",
          hint: "do not rely on what the opening says")
      }
      rows.append(("opening", "is what the leaf commits to"))
      if let keys = try? KeyHandOver(proof: proof, leaf: leaf, opening: opened),
        policy.logKeys.contains(keys.oldKey)
      {
        rows += [
          ("hand-over", "the log goes over to another key; both keys have signed this checkpoint"),
          ("new key", keys.newKey.description),
        ]
        // In one piece, to be copied.
        Console.say("the line for the policy: log \(keys.newKey)")
      }
    }
    return rows + [("result", "the log contains this leaf")]
  }

  private func checkGrowth(
    _ proof: [UInt8], old: [UInt8], _ policy: TrustPolicy
  ) throws -> [(String, String)] {
    let file = try ConsistencyProofFile(parsing: proof)
    let trusted = try policy.check(file, old: SignedNote(parsing: old))
    return [("earlier size", String(trusted.old.checkpoint.size))] + Self.rows(trusted.new)
      + [("result", "the log only grew: nothing before was changed or removed")]
  }

  private static func rows(_ trusted: TrustedCheckpoint) -> [(String, String)] {
    [
      ("log", trusted.checkpoint.origin), ("size", String(trusted.checkpoint.size)),
      ("root", trusted.checkpoint.root.base64),
    ] + trusted.cosignatures.map { ("witness", "\($0.key.name) at \(LogAnchor.time($0.time))") }
  }

  /// The value of a line of a leaf; nil unless the leaf has exactly one such line.
  private func field(_ name: String, of leaf: [UInt8]) -> String? {
    let lines = leaf.split(separator: UInt8(ascii: "\n")).filter {
      $0.starts(with: Array("\(name) ".utf8))
    }
    guard lines.count == 1, let line = lines.first else { return nil }
    return String(decoding: line.dropFirst(name.utf8.count + 1), as: UTF8.self)
  }
}
