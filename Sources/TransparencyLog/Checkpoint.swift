/// A log's claim about its whole content: this many entries, this root (C2SP tlog-checkpoint).
public struct Checkpoint: Hashable, Sendable {
  /// The log's own, never reused identity, such as `clinic.example/log/7c1e`; compare it with
  /// ``hasOrigin(_:)``.
  public let origin: String
  /// Number of leaves.
  public let size: UInt64
  public let root: TreeHash
  /// Further lines that logs may add; this program writes none and gives them no meaning.
  public let extensionLines: [String]

  /// - Parameters:
  ///   - origin: one line, not empty.
  ///   - extensionLines: each one line, not empty.
  public init(
    origin: String, size: UInt64, root: TreeHash, extensionLines: [String] = []
  ) throws(EvidenceError) {
    guard !origin.isEmpty, StrictText.line(origin.utf8) != nil else {
      throw .malformed(.checkpoint, reason: "the origin must be one line of text")
    }
    guard extensionLines.allSatisfy({ !$0.isEmpty && StrictText.line($0.utf8) != nil }) else {
      throw .malformed(.checkpoint, reason: "an extension must be one line of text")
    }
    self.origin = origin
    self.size = size
    self.root = root
    self.extensionLines = extensionLines
  }

  /// Parses the text of a note.
  public init(parsing text: [UInt8]) throws(EvidenceError) {
    var reader = LineReader(text, format: .checkpoint)
    guard let origin = StrictText.line(try reader.next("origin")) else {
      throw .malformed(.checkpoint, reason: "the origin must be one line of text")
    }
    guard let size = StrictText.decimal(try reader.next("tree size")) else {
      throw .malformed(.checkpoint, reason: "the tree size must be a plain decimal number")
    }
    guard let hash = StrictText.base64Bytes(try reader.next("root hash")),
      let root = TreeHash(hash)
    else {
      throw .malformed(.checkpoint, reason: "the root hash must be 32 bytes in base64")
    }
    var extensionLines: [String] = []
    while !reader.isAtEnd {
      guard let line = StrictText.line(try reader.next("extension")) else {
        throw .malformed(.checkpoint, reason: "an extension must be one line of text")
      }
      extensionLines.append(line)
    }
    try self.init(origin: origin, size: size, root: root, extensionLines: extensionLines)
  }

  /// The bytes that are signed.
  public var text: [UInt8] {
    let lines = [origin, String(size), root.base64] + extensionLines
    return Array(lines.map { $0 + "\n" }.joined().utf8)
  }

  /// Compares byte by byte, unlike Swift's string equality.
  public func hasOrigin(_ expected: String) -> Bool {
    origin.utf8.elementsEqual(expected.utf8)
  }

  /// Signs with a log's key. Never sign two checkpoints of which one does not extend the other.
  public func signed(by key: SigningKey) throws(EvidenceError) -> SignedNote {
    try SignedNote(text: text, signatures: [key.sign(text: text)])
  }
}
