import EventLog
import Foundation
import TransparencyLog

// A minimal store of checkpoints, in files beside the log.
extension Backend {
  private var evidence: URL { URL(filePath: directory.path).appending(path: "evidence") }

  private func signingKey() throws -> SigningKey {
    let file = evidence.appending(path: "key")
    if let text = try? String(contentsOf: file, encoding: .utf8) { return try SigningKey(text) }
    try FileManager.default.createDirectory(at: evidence, withIntermediateDirectories: true)
    let name = try KeyName("log.invalid/\(try store.statistics().id)")
    let key = try SigningKey.generate(name: name, kind: .log)
    try Data(key.encodedSecret.utf8).write(to: file)
    return key
  }

  private func files(withExtension ending: String) throws -> [URL] {
    try FileManager.default.contentsOfDirectory(at: evidence, includingPropertiesForKeys: nil)
      .filter { $0.pathExtension == ending }
  }

  public func verifierKey() throws -> VerifierKey { try signingKey().verifierKey }

  /// The newest checkpoint; signs one when the log has grown.
  public func checkpoint() throws -> SignedNote {
    let key = try signingKey()
    let head = try store.treeHead()
    let file = evidence.appending(path: "\(head.size).checkpoint")
    if let bytes = try? Data(contentsOf: file) { return try SignedNote(parsing: bytes) }
    let note = try Checkpoint(
      origin: key.verifierKey.name.description, size: head.size, root: head.root
    ).signed(by: key)
    try Data(note.encoded).write(to: file)
    return note
  }

  /// Oldest first.
  public func checkpoints() throws -> [SignedNote] {
    try files(withExtension: "checkpoint").map { try SignedNote(parsing: Data(contentsOf: $0)) }
      .map { (note: $0, size: try Checkpoint(parsing: $0.text).size) }
      .sorted { $0.size < $1.size }.map(\.note)
  }

  public func attachCosignature(_ note: SignedNote) throws {
    let size = try Checkpoint(parsing: note.text).size
    try Data(note.encoded).write(to: evidence.appending(path: "\(size).checkpoint"))
  }

  public func attachAnchor(_ bytes: [UInt8], kind: String, size: UInt64) throws {
    try Data(bytes).write(to: evidence.appending(path: "\(size).\(kind).anchor"))
  }

  public func anchors(size: UInt64) throws -> [(kind: String, bytes: [UInt8])] {
    try files(withExtension: "anchor").compactMap { file in
      let parts = file.lastPathComponent.split(separator: ".").map(String.init)
      guard parts.count == 3, UInt64(parts[0]) == size else { return nil }
      return (parts[1], Array(try Data(contentsOf: file)))
    }.sorted { $0.kind < $1.kind }
  }
}
