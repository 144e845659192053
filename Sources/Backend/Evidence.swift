import EventLog
import Foundation
import TransparencyLog

/// Signed checkpoints of the log, with the key and the released ones beside it.
extension Backend {
  private var evidenceFolder: URL {
    URL(filePath: directory.path, directoryHint: .isDirectory).appending(path: "evidence")
  }

  /// Signs the tree as it is and keeps the checkpoint among the released ones.
  public func checkpoint() throws -> SignedNote {
    let head = try store.treeHead()
    let key = try signingKey()
    let checkpoint = try Checkpoint(
      origin: key.verifierKey.name.description, size: head.size, root: head.root)
    let file = evidenceFolder.appending(path: "\(head.size).checkpoint")
    if let known = FileManager.default.contents(atPath: file.path) {
      return try SignedNote(parsing: [UInt8](known))
    }
    let note = try checkpoint.signed(by: key)
    try Data(note.encoded).write(to: file, options: [.atomic])
    return note
  }

  /// Every checkpoint that was released, by size.
  public func checkpoints() throws -> [SignedNote] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: evidenceFolder.path)) ?? []
    let notes = try names.filter { $0.hasSuffix(".checkpoint") }.map { name in
      try SignedNote(parsing: [UInt8](Data(contentsOf: evidenceFolder.appending(path: name))))
    }
    return try notes.map { (try Checkpoint(parsing: $0.text).size, $0) }
      .sorted { $0.0 < $1.0 }.map(\.1)
  }

  /// The key that others check checkpoints with.
  public func verifierKey() throws -> VerifierKey { try signingKey().verifierKey }

  private func signingKey() throws -> SigningKey {
    let file = evidenceFolder.appending(path: "log.key")
    if let known = FileManager.default.contents(atPath: file.path) {
      return try SigningKey(String(decoding: known, as: UTF8.self))
    }
    try FileManager.default.createDirectory(
      at: evidenceFolder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    let key = try SigningKey.generate(
      name: KeyName("chartledger/\(store.id)"), kind: .log)
    let made = FileManager.default.createFile(
      atPath: file.path, contents: Data(key.encodedSecret.utf8),
      attributes: [.posixPermissions: 0o600])
    guard made else { throw CocoaError(.fileWriteUnknown) }
    return key
  }
}
