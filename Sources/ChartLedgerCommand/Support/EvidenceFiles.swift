import Backend
import Foundation
import TransparencyLog

/// Files of evidence, which come from and go to people outside.
enum EvidenceFiles {
  /// No proof, key, policy or time stamp is larger.
  private static let maximumBytes = 4 << 20

  /// - Throws: `UsageError` when it cannot be read or is far too large.
  static func read(_ path: String) throws -> [UInt8] {
    guard let handle = FileHandle(forReadingAtPath: path) else {
      throw UsageError("\(path) cannot be read", hint: "check the path and who may read it")
    }
    defer { try? handle.close() }
    let data = try handle.read(upToCount: maximumBytes + 1) ?? Data()
    guard data.count <= maximumBytes else {
      throw UsageError("\(path) is too large for a piece of evidence", hint: "name the right file")
    }
    return Array(data)
  }

  /// Writes a file, or stdout when none is named.
  ///
  /// - Parameter isPrivate: only the owner may read it.
  static func write(_ bytes: [UInt8], to path: String?, isPrivate: Bool = false) throws {
    guard let path else { return try Console.write(bytes) }
    try Data(bytes).write(to: URL(filePath: path))
    if isPrivate {
      try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
    }
    Console.say("wrote \(path)")
  }
}

extension Backend {
  /// The newest released checkpoint.
  func newestCheckpoint() throws -> (note: SignedNote, checkpoint: Checkpoint) {
    let note = try checkpoint()
    return (note, try Checkpoint(parsing: note.text))
  }

  /// Proves that the checkpoint extends the log's own tree of `oldSize` entries.
  func consistencyProof(
    from oldSize: UInt64, to note: SignedNote
  ) throws -> ConsistencyProofFile {
    let size = try Checkpoint(parsing: note.text).size
    guard oldSize > 0 else { return try ConsistencyProofFile(proof: nil, checkpoint: note) }
    guard oldSize <= size else {
      throw UsageError(
        "the newest checkpoint has \(size) entries, fewer than \(oldSize)",
        hint: "if \(oldSize) was cosigned or published, this log was restored from a backup")
    }
    let proof = try store.withTree { _, node in
      try ConsistencyProof(oldSize: oldSize, newSize: size, readNode: node)
    }
    return try ConsistencyProofFile(proof: proof, checkpoint: note)
  }
}
