import Foundation
import TransparencyLog

/// What a backup holds: `manifest.json`, written last, so that a backup without it is unfinished.
public struct BackupManifest: Codable, Sendable, Hashable {
  public struct Log: Codable, Sendable, Hashable {
    /// `log` or `access`: its folder.
    public var name: String
    public var id: String
    public var events: UInt64
    /// Of its hash tree, base64.
    public var root: String
  }

  public struct File: Codable, Sendable, Hashable {
    /// Relative to the backup.
    public var path: String
    public var bytes: UInt64
    /// Lowercase hexadecimal.
    public var sha256: String
  }

  static let name = "manifest.json"
  static let currentFormat = "chartledger-backup/v1"

  public var format = Self.currentFormat
  public var createdAt: String
  public var logs: [Log]
  /// Whether the secret signing key is in it: then it must be guarded like the key itself.
  public var holdsSecretKey: Bool
  public var files: [File]

  init(createdAt: String, logs: [Log], holdsSecretKey: Bool, files: [File]) {
    self.createdAt = createdAt
    self.logs = logs
    self.holdsSecretKey = holdsSecretKey
    self.files = files
  }

  /// Reads the manifest of a backup.
  init(of directory: String) throws(BackupError) {
    let path = "\(directory)/\(Self.name)"
    guard DurableFile.isFile(path), let data = FileManager.default.contents(atPath: path) else {
      throw .absent(directory)
    }
    guard let manifest = try? JSONDecoder().decode(Self.self, from: data) else {
      throw .differs("the manifest cannot be read")
    }
    guard manifest.format == Self.currentFormat else {
      throw .differs("the manifest has a format that this program does not know")
    }
    // A path that leads out of the backup would be written anywhere on restore.
    let isInside = manifest.files.allSatisfy { file in
      let parts = file.path.split(separator: "/", omittingEmptySubsequences: false)
      return (1...2).contains(parts.count) && !parts.contains { ["", ".", ".."].contains($0) }
    }
    guard isInside, manifest.logs.allSatisfy({ ["log", "access"].contains($0.name) }),
      manifest.logs.contains(where: { $0.name == "log" })
    else { throw .differs("the manifest names files that a backup does not have") }
    self = manifest
  }

  func write(to directory: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    try DurableFile.write(encoder.encode(self), to: "\(directory)/\(Self.name)")
  }
}

/// Why a backup cannot be used.
public enum BackupError: Error, CustomStringConvertible {
  case absent(String)
  /// Says what is not as it was when the backup was made.
  case differs(String)
  /// A file could not be read or written; says why.
  case disk(String)

  public var description: String {
    switch self {
    case .absent(let path):
      "there is no finished backup in \(path): it has no \(BackupManifest.name)"
    case .differs(let what):
      "the backup is not what it was when it was made: \(what); use another one"
    case .disk(let reason):
      "the files could not be copied: \(reason); check the disks, their free space and who may write "
        + "there, remove what was begun, and try again"
    }
  }

  /// Runs `body`, with errors of the file system as errors of the backup.
  static func ofFiles<Result>(_ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let error as CocoaError {
      throw BackupError.disk(error.plainReason)
    }
  }
}

extension CocoaError {
  /// What the system said, and where.
  var plainReason: String {
    let path = userInfo[NSFilePathErrorKey] as? String
    let reason = (underlying as? POSIXError).map { String(cString: strerror($0.code.rawValue)) }
    return [path, reason ?? localizedDescription].compactMap { $0 }.joined(separator: ": ")
  }
}

/// Files that survive a power failure once the call has returned.
enum DurableFile {
  private static let chunkBytes = 1 << 20

  /// Replaces a file as a whole, readable by the owner only.
  static func write(_ data: Data, to path: String) throws {
    let temporary = path + ".tmp"
    try create(temporary)
    let handle = try FileHandle(forWritingTo: URL(filePath: temporary))
    try handle.write(contentsOf: data)
    try handle.synchronize()
    try handle.close()
    try put(temporary, at: path)
  }

  /// Whether a file is there, and not a folder, or a named pipe, of which nobody might ever write the
  /// other end.
  static func isFile(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }

  /// Copies a file and hashes what was copied; with no destination, only hashes it.
  ///
  /// - Parameter progress: called with the bytes of each piece.
  static func copy(
    _ source: String, to destination: String?, progress: (UInt64) -> Void
  ) throws -> (bytes: UInt64, sha256: String) {
    let input = try FileHandle(forReadingFrom: URL(filePath: source))
    defer { try? input.close() }
    let temporary = destination.map { $0 + ".tmp" }
    if let temporary { try create(temporary) }
    let output = try temporary.map { try FileHandle(forWritingTo: URL(filePath: $0)) }
    var hasher = ByteHasher()
    var bytes: UInt64 = 0
    while let chunk = try input.read(upToCount: chunkBytes), !chunk.isEmpty {
      chunk.withUnsafeBytes { hasher.update($0) }
      try output?.write(contentsOf: chunk)
      bytes += UInt64(chunk.count)
      progress(UInt64(chunk.count))
    }
    try output?.synchronize()
    try output?.close()
    if let destination, let temporary { try put(temporary, at: destination) }
    return (bytes, hasher.finish().hex)
  }

  /// Creates a directory and its missing parents.
  static func createDirectory(_ path: String) throws {
    var parent = URL(filePath: path).deletingLastPathComponent()
    var parents = [parent.path]
    while !FileManager.default.fileExists(atPath: parent.path) {
      parent.deleteLastPathComponent()
      parents.append(parent.path)
    }
    try FileManager.default.createDirectory(
      atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    for parent in parents { try synchronize(folder: parent) }
  }

  /// Foundation would make the file under another name, which may outlast a power failure.
  private static func create(_ path: String) throws {
    let file = open(path, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw failure(path) }
    close(file)
  }

  private static func put(_ temporary: String, at path: String) throws {
    guard rename(temporary, path) == 0 else { throw failure(path) }
    try synchronize(folder: URL(filePath: path).deletingLastPathComponent().path)
  }

  /// Makes the names in a directory durable.
  private static func synchronize(folder path: String) throws {
    let folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard folder >= 0 else { throw failure(path) }
    defer { close(folder) }
    guard fsync(folder) == 0 else { throw failure(path) }
  }

  private static func failure(_ path: String) -> BackupError {
    .disk("\(path): \(String(cString: strerror(errno)))")
  }
}
