internal import LMDB
public import TransparencyLog

/// What is kept as evidence beside the log's tree: `checkpoints` (tree size, big-endian →
/// `CheckpointRow`) and `anchors` (tree size, big-endian, and a kind → bytes from elsewhere), both
/// sealed.
extension LMDBEventLog {
  /// Every released checkpoint with its cosignatures, oldest first.
  public func checkpoints() throws -> [SignedNote] {
    try storageErrors {
      try environment.read { transaction in
        var cursor = try transaction.cursor(over: tables.checkpoints)
        var notes: [SignedNote] = []
        while let row = try cursor.next() {
          notes.append(try CheckpointRow(row, in: tables.checkpoints).note)
        }
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
        try transaction.checkpoint(tables, size: size)?.note
      }
    }
  }

  func release(_ note: SignedNote, size: UInt64) throws {
    try storageErrors {
      try environment.write { transaction in
        // Its cosignatures are worth keeping, should it be there already.
        if try transaction.contains(size, in: tables.checkpoints) { return }
        let newest = try transaction.reading.newestCheckpoint(tables)?.checkpoint.size ?? 0
        let row = try CheckpointRow(previous: newest, note)
        try transaction.set(
          in: tables.checkpoints, key: size, value: row.bytes(in: tables.checkpoints))
      }
    }
  }

  /// Adds the signatures of a note to the released checkpoint with the same text.
  func addSignatures(of note: SignedNote) throws {
    let size = try Checkpoint(parsing: note.text).size
    try storageErrors {
      try environment.write { transaction in
        guard var row = try transaction.reading.checkpoint(tables, size: size) else {
          throw EvidenceError.outOfRange(reason: "no checkpoint of size \(size) was released")
        }
        guard row.note.text == note.text else { throw EvidenceError.rootMismatch(treeSize: size) }
        for signature in note.signatures where !row.note.signatures.contains(signature) {
          row.note = try row.note.adding(signature)
        }
        try transaction.set(
          in: tables.checkpoints, key: size, value: row.bytes(in: tables.checkpoints))
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
        try transaction.set(
          in: tables.anchors, key: key,
          value: RowSeal.sealed(anchor, key: key, in: tables.anchors))
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
          guard RowSeal.isWhole(entry.value, key: entry.key, in: tables.anchors) else {
            throw EventLogError.damaged(Position(size), "its anchor \(key.kind) has changed")
          }
          found.append(
            (key.kind, [UInt8](copying: entry.value.extracting(RowSeal.byteCount...))))
          row = try cursor.next()
        }
        return found
      }
    }
  }
}

/// A row of the table `checkpoints`: the size of the one released before it (8 bytes, 0 for none), so
/// that none can vanish unnoticed, then the text of the signed note.
struct CheckpointRow {
  let previous: UInt64
  var note: SignedNote
  let checkpoint: Checkpoint

  init(previous: UInt64, _ note: SignedNote) throws {
    self.previous = previous
    self.note = note
    checkpoint = try Checkpoint(parsing: note.text)
  }

  init(_ row: Entry, in checkpoints: Table) throws(EventLogError) {
    guard row.key.byteCount == 8 else {
      throw .damaged(.none, "the key of a checkpoint is not a tree size")
    }
    try self.init(row.value, key: row.key, in: checkpoints)
  }

  func bytes(in checkpoints: Table) -> [UInt8] {
    var key: [UInt8] = []
    key.append(bigEndian: checkpoint.size)
    var value: [UInt8] = []
    value.append(littleEndian: previous)
    return RowSeal.sealed(value + note.encoded, key: key, in: checkpoints)
  }

  /// Checks the seal, not the signatures. The key has eight bytes.
  init(_ stored: RawSpan, key: RawSpan, in checkpoints: Table) throws(EventLogError) {
    let size = key.bigEndian(UInt64.self, at: 0)
    let noteOffset = RowSeal.byteCount + 8
    guard stored.byteCount >= noteOffset, RowSeal.isWhole(stored, key: key, in: checkpoints) else {
      throw .damaged(Position(size), "the checkpoint of this size has changed")
    }
    previous = stored.littleEndian(UInt64.self, at: RowSeal.byteCount)
    do {
      note = try SignedNote(parsing: [UInt8](copying: stored.extracting(noteOffset...)))
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
  func checkpoint(_ tables: LogTables, size: UInt64) throws -> CheckpointRow? {
    guard let bytes = try value(in: tables.checkpoints, at: size) else { return nil }
    var key: [UInt8] = []
    key.append(bigEndian: size)
    return try CheckpointRow(bytes, key: key.span.bytes, in: tables.checkpoints)
  }

  func newestCheckpoint(_ tables: LogTables) throws -> CheckpointRow? {
    var cursor = try cursor(over: tables.checkpoints)
    guard let last = try cursor.last() else { return nil }
    return try CheckpointRow(last, in: tables.checkpoints)
  }
}
