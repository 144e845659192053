import Foundation
import TransparencyLog

/// The files of a log's signing identity, which lie outside of the log so that a copy of the log
/// cannot bring them back to an earlier state:
///
///     log.key       the secret key, mode 0600
///     log.vkey      the public key
///     checkpoint    the lock: the last checkpoint that this identity has signed
///     fork.key      the key of a fork that is under way
///     successor.key the key of a rotation that is under way
///     retired-…     files of identities that were given up, and public keys that were rotated out
///
/// A folder in it may hold the files of another log.
/// Every file is replaced as a whole and is durable when `write` returns.
struct KeyDirectory: Sendable {
  static let secret = "log.key"
  static let verifier = "log.vkey"
  static let lock = "checkpoint"
  static let staged = "fork.key"
  static let successor = "successor.key"
  static let retired = "retired-"

  let path: String

  /// Waits until no other thread or process works with the files; the system ends the wait when
  /// the holder dies. Creates the directory when it is missing.
  func withLock<Result>(_ body: () throws -> Result) throws -> Result {
    if mkdir(path, 0o700) == 0 {
      try synchronize(directory: URL(filePath: path).deletingLastPathComponent().path)
    } else if errno != EEXIST {
      throw failure("create", "")
    }
    let descriptor = open("\(path)/.lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw failure("open", ".lock") }
    defer { close(descriptor) }
    while flock(descriptor, LOCK_EX) != 0 {
      guard errno == EINTR else { throw failure("lock", ".lock") }
    }
    return try body()
  }

  /// The bytes of a file; nil when it is absent.
  func read(_ name: String) throws -> [UInt8]? {
    let descriptor = open("\(path)/\(name)", O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else {
      if errno == ENOENT { return nil }
      throw failure("open", name)
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw failure("read", name) }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw EventLogError.storage(
        "\(path)/\(name) is no file, but a named pipe, a device or a folder: move it away, and put "
          + "back what was there")
    }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 4096)
    // No file of these is large; a foreign one is not read for ever.
    while bytes.count <= SignedNote.maximumByteCount {
      let count = Foundation.read(descriptor, &chunk, chunk.count)
      if count == 0 { return bytes }
      if count > 0 {
        bytes += chunk.prefix(count)
      } else if errno != EINTR {
        throw failure("read", name)
      }
    }
    throw EventLogError.storage("\(path)/\(name) is too large for what it should be")
  }

  /// Replaces a file, readable by the owner only.
  func write(_ bytes: [UInt8], to name: String) throws {
    let temporary = "\(path)/\(name).tmp"
    unlink(temporary)
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw failure("create", name) }
    defer { close(descriptor) }
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
      if count > 0 {
        rest = rest.dropFirst(count)
      } else if errno != EINTR {
        throw failure("write", name)
      }
    }
    guard fsync(descriptor) == 0 else { throw failure("flush", name) }
    guard rename(temporary, "\(path)/\(name)") == 0 else { throw failure("rename", name) }
    try synchronize(directory: path)
  }

  /// Renames a file if it is there.
  func move(_ name: String, to other: String) throws {
    guard rename("\(path)/\(name)", "\(path)/\(other)") == 0 else {
      if errno == ENOENT { return }
      throw failure("rename", name)
    }
    try synchronize(directory: path)
  }

  /// Deletes a file if it is there.
  func remove(_ name: String) throws {
    guard unlink("\(path)/\(name)") == 0 else {
      if errno == ENOENT { return }
      throw failure("remove", name)
    }
    try synchronize(directory: path)
  }

  /// The names of the files of given-up identities with this ending, in order.
  func retiredFiles(endingIn suffix: String) throws -> [String] {
    do {
      return try FileManager.default.contentsOfDirectory(atPath: path)
        .filter { $0.hasPrefix(Self.retired) && $0.hasSuffix(suffix) }.sorted()
    } catch let error as CocoaError where error.code == .fileReadNoSuchFile {
      return []
    }
  }

  private func synchronize(directory: String) throws {
    let descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure("open", "") }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw failure("flush", "") }
  }

  private func failure(_ operation: String, _ name: String) -> EventLogError {
    let code = errno
    return .storage(
      "cannot \(operation) \(path)/\(name) (\(String(cString: strerror(code)))): check the disk, its "
        + "free space, and who may write there")
  }
}

// MARK: - Keys

extension KeyDirectory {
  func signingKey(_ name: String = secret) throws -> SigningKey? {
    try read(name).map { try SigningKey(Self.line($0)) }
  }

  func verifierKey() throws -> VerifierKey? {
    try read(Self.verifier).map { try VerifierKey(Self.line($0)) }
  }

  func write(_ key: SigningKey, to name: String) throws {
    try write(Array("\(key.encodedSecret)\n".utf8), to: name)
    // The directory's own name: whoever made it may have been killed before it was durable.
    try synchronize(directory: URL(filePath: path).deletingLastPathComponent().path)
  }

  func write(_ key: VerifierKey, to name: String) throws {
    try write(Array("\(key)\n".utf8), to: name)
  }

  /// Whose signatures count in this log: the present identity and those that were given up.
  func signers() throws -> CheckpointSigners {
    var signers = CheckpointSigners()
    if let key = try verifierKey() ?? signingKey()?.verifierKey { signers.keys.append(key) }
    for name in try retiredFiles(endingIn: ".vkey") {
      if let bytes = try read(name) { signers.keys.append(try VerifierKey(Self.line(bytes))) }
    }
    for name in try retiredFiles(endingIn: ".checkpoint") {
      guard let bytes = try read(name), let note = try? SignedNote(parsing: bytes),
        let checkpoint = try? Checkpoint(parsing: note.text)
      else { continue }
      signers.retiredOrigins.insert(checkpoint.origin)
    }
    return signers
  }

  private static func line(_ bytes: [UInt8]) -> String {
    String(
      decoding: bytes.last == UInt8(ascii: "\n") ? bytes.dropLast() : bytes[...], as: UTF8.self)
  }
}

/// Whose signatures under checkpoints count.
public struct CheckpointSigners: Hashable, Sendable {
  /// Of the log's present and former identities, and of witnesses.
  public var keys: [VerifierKey]
  /// Origins that were given up. Their checkpoints may stand without a known key: it was lost.
  public var retiredOrigins: Set<String>

  public init(keys: [VerifierKey] = [], retiredOrigins: Set<String> = []) {
    self.keys = keys
    self.retiredOrigins = retiredOrigins
  }

  /// From a directory of keys: the identity in force and those that were given up.
  public init(keysIn directory: String) throws {
    self = try KeyDirectory(path: directory).signers()
  }

  /// Checks the signature of the checkpoint's own log, and of every known witness.
  ///
  /// - Returns: whether the log's key is known, hence the signature checked.
  func check(_ note: SignedNote, _ checkpoint: Checkpoint) throws(EvidenceError) -> Bool {
    let isOwn = { (key: VerifierKey) in
      key.kind == .log && checkpoint.hasOrigin(key.name.description)
    }
    let own = keys.filter(isOwn)
    if own.isEmpty, retiredOrigins.contains(checkpoint.origin) { return false }
    let verified = try note.verify(with: own + keys.filter { $0.kind == .witness })
    guard verified.contains(where: { isOwn($0.key) }) else {
      throw .unsigned(by: own.map(\.name))
    }
    return true
  }
}
