internal import LMDB
public import TransparencyLog

/// What is kept as evidence beside the log's tree: `checkpoints` (tree size, big-endian → the text
/// of a signed note) and `anchors` (tree size, big-endian, and a kind → bytes from elsewhere).
extension LMDBEventLog {
  /// Every released checkpoint with its cosignatures, oldest first.
  public func checkpoints() throws -> [SignedNote] {
    try storageErrors {
      try environment.read { transaction in
        var cursor = try transaction.cursor(over: tables.checkpoints)
        var notes: [SignedNote] = []
        while let row = try cursor.next() { notes.append(try CheckpointRow(row).note) }
        return notes
      }
    }
  }

  /// The newest released checkpoint.
  public func newestCheckpoint() throws -> SignedNote? {
    try storageErrors { try environment.read { try $0.newestCheckpoint(tables)?.note } }
  }

  func checkpoint(size: UInt64) throws -> SignedNote? {
    try storageErrors {
      try environment.read { transaction in
        guard let bytes = try transaction.value(in: tables.checkpoints, at: size) else {
          return nil
        }
        return try CheckpointRow(size: size, bytes).note
      }
    }
  }

  func release(_ note: SignedNote, size: UInt64) throws {
    try storageErrors {
      try environment.write { transaction in
        // Its cosignatures are worth keeping, should it be there already.
        _ = try transaction.insert(into: tables.checkpoints, key: size, value: note.encoded)
      }
    }
  }

  /// Adds the signatures of a note to the released checkpoint with the same text.
  func addSignatures(of note: SignedNote) throws {
    let size = try Checkpoint(parsing: note.text).size
    try storageErrors {
      try environment.write { transaction in
        guard let bytes = try transaction.copyOfValue(in: tables.checkpoints, at: size) else {
          throw EvidenceError.outOfRange(reason: "no checkpoint of size \(size) was released")
        }
        var released = try CheckpointRow(size: size, bytes.span.bytes).note
        guard released.text == note.text else { throw EvidenceError.rootMismatch(treeSize: size) }
        for signature in note.signatures where !released.signatures.contains(signature) {
          released = try released.adding(signature)
        }
        try transaction.set(in: tables.checkpoints, key: size, value: released.encoded)
      }
    }
  }

  // MARK: - Anchors

  /// - Throws: `EvidenceError.outOfRange` when no checkpoint of this size was released, or the kind
  ///   is not 1 to 64 letters, digits, `.`, `-` or `_`.
  func attach(anchor: [UInt8], kind: String, size: UInt64) throws {
    let key = try AnchorKey(size: size, kind: kind).bytes
    try storageErrors {
      try environment.write { transaction in
        guard try transaction.contains(size, in: tables.checkpoints) else {
          throw EvidenceError.outOfRange(reason: "no checkpoint of size \(size) was released")
        }
        try transaction.set(in: tables.anchors, key: key, value: anchor)
      }
    }
  }

  /// What anchors the checkpoint of a size elsewhere, in order of kind.
  public func anchors(size: UInt64) throws -> [(kind: String, bytes: [UInt8])] {
    try storageErrors {
      try environment.read { transaction in
        var cursor = try transaction.cursor(over: tables.anchors)
        var found: [(kind: String, bytes: [UInt8])] = []
        var row = try cursor.seek(atOrAfter: size)
        while let entry = row, let key = AnchorKey(entry.key), key.size == size {
          found.append((key.kind, [UInt8](copying: entry.value)))
          row = try cursor.next()
        }
        return found
      }
    }
  }
}

/// A row of the table `checkpoints`.
struct CheckpointRow {
  let note: SignedNote
  let checkpoint: Checkpoint

  init(_ row: Entry) throws(EventLogError) {
    guard row.key.byteCount == 8 else {
      throw .damaged(.none, "the key of a checkpoint is not a tree size")
    }
    try self.init(size: row.key.bigEndian(UInt64.self, at: 0), row.value)
  }

  /// Does not check the signatures.
  init(size: UInt64, _ bytes: RawSpan) throws(EventLogError) {
    do {
      note = try SignedNote(parsing: [UInt8](copying: bytes))
      checkpoint = try Checkpoint(parsing: note.text)
    } catch {
      throw .damaged(Position(size), "the checkpoint of this size cannot be read (\(error))")
    }
    guard checkpoint.size == size else {
      throw .damaged(Position(size), "the checkpoint of this size names another one")
    }
  }
}

/// The key of a row of the table `anchors`.
struct AnchorKey {
  let size: UInt64
  let kind: String

  init(size: UInt64, kind: String) throws(EvidenceError) {
    guard Self.isKind(kind.utf8) else {
      throw .outOfRange(
        reason: "the kind of an anchor has 1 to 64 letters, digits, dots, hyphens or underscores")
    }
    self.size = size
    self.kind = kind
  }

  init?(_ key: RawSpan) {
    guard key.byteCount > 8 else { return nil }
    let kind = [UInt8](copying: key.extracting(8...))
    guard Self.isKind(kind) else { return nil }
    size = key.bigEndian(UInt64.self, at: 0)
    self.kind = String(decoding: kind, as: UTF8.self)
  }

  var bytes: [UInt8] {
    var bytes: [UInt8] = []
    bytes.append(bigEndian: size)
    return bytes + kind.utf8
  }

  private static func isKind(_ text: some Collection<UInt8>) -> Bool {
    (1...64).contains(text.count)
      && text.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"),
          UInt8(ascii: "_"):
          true
        default: false
        }
      }
  }
}

extension ReadTransaction {
  func newestCheckpoint(_ tables: LogTables) throws -> CheckpointRow? {
    var cursor = try cursor(over: tables.checkpoints)
    guard let last = try cursor.last() else { return nil }
    return try CheckpointRow(last)
  }
}
