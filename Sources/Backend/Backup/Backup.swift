import EventLog
import Foundation
import TransparencyLog

/// Called now and then with what is being done, and how much of it.
public typealias BackupProgress = (_ phase: String, _ done: UInt64, _ total: UInt64) -> Void

extension Backend {
  /// Writes a consistent copy of the log, and of the access log, while they are in use.
  ///
  /// The newest checkpoint and the public key go with it. The secret key does not, unless asked for:
  /// whoever has it can sign another history. Without it a restored log can be read and verified; to
  /// go on, it needs the keys from where they are kept, or a fork is recorded.
  ///
  /// - Parameter path: a new or empty directory.
  /// - Throws: `DataDirectoryError.occupied`, `EventLogError`, `BackupError.disk`. What was begun
  ///   then has no manifest, so nothing takes it for a backup.
  public func backUp(
    to path: String, withKeys: Bool = false, progress: BackupProgress = { _, _, _ in }
  ) throws -> BackupManifest {
    guard DataDirectory(path).isVacant else { throw DataDirectoryError.occupied(path) }
    return try BackupError.ofFiles { try makeBackup(at: path, withKeys, progress) }
  }

  private func makeBackup(
    at path: String, _ withKeys: Bool, _ progress: BackupProgress
  ) throws -> BackupManifest {
    try DurableFile.createDirectory(path)
    var logs = [try copy(store, named: "log", to: path, progress)]
    try writeIdentity(of: keeper, named: "log", BackupFolders.keys, to: path, withKeys: withKeys)
    if directory.hasAccessLog {
      logs.append(try copy(accessLog.store(), named: "access", to: path, progress))
      try withAccessKeeper {
        try writeIdentity(
          of: $0, named: "access", BackupFolders.accessKeys, to: path, withKeys: withKeys)
      }
    }
    let manifest = BackupManifest(
      createdAt: "\(now)", logs: logs, holdsSecretKey: withKeys,
      files: try Self.listFiles(of: path, progress))
    try manifest.write(to: path)
    return manifest
  }

  private func copy(
    _ log: LMDBEventLog, named name: String, to path: String, _ progress: BackupProgress
  ) throws -> BackupManifest.Log {
    progress("copy \(name)", 0, 1)
    try log.backUp(to: "\(path)/\(name)")
    progress("copy \(name)", 1, 1)
    return try BackedUpLog.open("\(path)/\(name)", options) { copy in
      let tree = try copy.treeHead()
      return BackupManifest.Log(
        name: name, id: try copy.id.description, events: tree.size, root: tree.root.base64)
    }
  }

  /// What signed the copy. With the secret key goes a lock of the copy's own state.
  private func writeIdentity(
    of keeper: CheckpointKeeper, named log: String, _ keys: String, to path: String, withKeys: Bool
  ) throws {
    try DurableFile.createDirectory("\(path)/\(keys)")
    let newest = try BackedUpLog.open("\(path)/\(log)", options) { try $0.newestCheckpoint() }
    for (name, bytes) in try keeper.identityFiles(withSecret: withKeys) {
      try DurableFile.write(Data(bytes), to: "\(path)/\(keys)/\(name)")
    }
    guard let newest else { return }
    let name = log == "log" ? "checkpoint" : "\(log)-checkpoint"
    try DurableFile.write(Data(newest.encoded), to: "\(path)/\(name)")
    guard withKeys else { return }
    let checkpoint = try Checkpoint(parsing: newest.text)
    if try checkpoint.hasOrigin(keeper.verifierKey().name.description) {
      try DurableFile.write(
        Data(newest.encoded), to: "\(path)/\(keys)/\(CheckpointKeeper.lockName)")
    }
  }

  private static func listFiles(
    of path: String, _ progress: BackupProgress
  ) throws -> [BackupManifest.File] {
    let names = try FileManager.default.subpathsOfDirectory(atPath: path).sorted().filter { name in
      var isFolder: ObjCBool = false
      return FileManager.default.fileExists(atPath: "\(path)/\(name)", isDirectory: &isFolder)
        && !isFolder.boolValue
    }
    let total = try names.reduce(UInt64(0)) { try $0 + BackedUpLog.size(of: "\(path)/\($1)") }
    var done: UInt64 = 0
    return try names.map { name in
      let (bytes, sha256) = try DurableFile.copy("\(path)/\(name)", to: nil) { piece in
        done += piece
        progress("hash", done, total)
      }
      return BackupManifest.File(path: name, bytes: bytes, sha256: sha256)
    }
  }

  // MARK: - Verification

  /// Compares every file with the manifest, then recomputes the logs from their bytes.
  ///
  /// - Parameter policy: whose signatures must stand under the checkpoints. Without it the keys in the
  ///   backup itself have to do, which whoever forges a backup can put there.
  /// - Throws: `BackupError`; `EventLogError.damaged`.
  public static func verifyBackup(
    _ path: String, trusting policy: TrustPolicy? = nil,
    options: LMDBEventLog.Options = LMDBEventLog.Options(),
    progress: BackupProgress = { _, _, _ in }
  ) throws -> BackupManifest {
    let manifest = try BackupManifest(of: path)
    try manifest.requireNothingElse(in: path)
    let total = manifest.files.reduce(0) { $0 &+ $1.bytes }
    var done: UInt64 = 0
    for file in manifest.files {
      try manifest.check(file, in: path, copyingTo: nil) { piece in
        done += piece
        progress("hash", done, total)
      }
    }
    for log in manifest.logs {
      let signers = try Self.signers(of: log, in: path, policy)
      try BackedUpLog.open("\(path)/\(log.name)", options) { copy in
        let found = try copy.verify(signers: signers) {
          progress("verify \(log.name)", $0, $1)
        }
        if log.name == "log", policy != nil, found.checkedSignatures == 0 {
          throw BackupError.differs("it has no checkpoint that a key of the policy has signed")
        }
        guard try copy.id.description == log.id, found.head.rawValue == log.events,
          found.root.base64 == log.root
        else { throw BackupError.differs("\(log.name) is another log than the manifest says") }
      }
    }
    return manifest
  }

  /// The policy's keys for the clinic's log. For the access log only if it names one of its keys:
  /// nobody outside needs to know them.
  private static func signers(
    of log: BackupManifest.Log, in path: String, _ policy: TrustPolicy?
  ) throws -> CheckpointSigners {
    let isMain = log.name == "log"
    if let policy {
      let id = log.id.replacing("-", with: "")
      if isMain || policy.logKeys.contains(where: { $0.name.description.contains(id) }) {
        return CheckpointSigners(keys: policy.logKeys + policy.witnesses)
      }
    }
    let folder = isMain ? BackupFolders.keys : BackupFolders.accessKeys
    return try CheckpointSigners(keysIn: "\(path)/\(folder)")
  }
}

/// Where the keys lie in a backup.
enum BackupFolders {
  static let keys = "keys"
  static let accessKeys = "access-keys"
}

extension BackupManifest {
  /// Files that LMDB and logs of an open directory leave behind, and that are never read.
  private static let leftBehind = ["log/lock.mdb", "log/head", "access/lock.mdb", "access/head"]

  /// What is not in the manifest, a key for instance, would be relied upon unseen.
  func requireNothingElse(in path: String) throws {
    let known = Set(files.map(\.path) + [Self.name] + Self.leftBehind)
    for name in try FileManager.default.subpathsOfDirectory(atPath: path).sorted() {
      var isFolder: ObjCBool = false
      let isThere = FileManager.default.fileExists(
        atPath: "\(path)/\(name)", isDirectory: &isFolder)
      guard isThere, isFolder.boolValue || known.contains(name) else {
        throw BackupError.differs("\(name) does not belong to it")
      }
    }
  }

  /// Copies or only reads a file, and compares it with what the manifest says.
  func check(
    _ file: File, in path: String, copyingTo destination: String?, progress: (UInt64) -> Void
  ) throws {
    guard FileManager.default.fileExists(atPath: "\(path)/\(file.path)") else {
      throw BackupError.differs("\(file.path) is missing")
    }
    guard DurableFile.isFile("\(path)/\(file.path)") else {
      throw BackupError.differs("\(file.path) is no file, but a named pipe, a device or a folder")
    }
    let found = try DurableFile.copy("\(path)/\(file.path)", to: destination, progress: progress)
    guard found.bytes == file.bytes, found.sha256 == file.sha256 else {
      throw BackupError.differs("\(file.path) has changed")
    }
  }
}

/// A log inside of a backup.
enum BackedUpLog {
  /// Opens it to be read; its directory is left as it is, and need not be writable.
  static func open<Result>(
    _ directory: String, _ options: LMDBEventLog.Options, _ body: (LMDBEventLog) throws -> Result
  ) throws -> Result {
    var options = options
    options.isArchive = true
    return try body(LMDBEventLog(directory: directory, options: options, create: false))
  }

  static func size(of path: String) throws -> UInt64 {
    let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? NSNumber
    return size?.uint64Value ?? 0
  }
}
