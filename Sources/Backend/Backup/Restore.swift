import EventLog
import Foundation

/// What a restored directory is.
public struct RestoreOutcome: Sendable {
  public var manifest: BackupManifest
  /// Why the log is frozen until its keys are back, or a fork is recorded; nil when it can go on.
  public var frozen: String?
  /// The same of the access log, which goes on all the same.
  public var access: AccessLogContradicted?
}

extension Backend {
  /// Makes a data directory from a backup. Each file is compared with the manifest while it is
  /// copied; nothing remains if one differs.
  ///
  /// Keys that are there already, on a device of their own, are left alone: a log that is behind what
  /// they have signed is frozen.
  ///
  /// - Throws: `DataDirectoryError.occupied`, `.beingMade`, `BackupError`.
  public static func restore(
    from path: String, to directory: DataDirectory,
    options: LMDBEventLog.Options = LMDBEventLog.Options(),
    progress: BackupProgress = { _, _, _ in }
  ) throws -> RestoreOutcome {
    guard directory.isVacant else { throw DataDirectoryError.occupied(directory.path) }
    let manifest = try BackupManifest(of: path)
    let lock = try CreationLock(directory.path)
    defer { withExtendedLifetime(lock) {} }
    guard directory.isVacant else { throw DataDirectoryError.occupied(directory.path) }
    let present = try? FileManager.default.contentsOfDirectory(atPath: directory.keys)
    let hasKeys = present?.contains { !$0.hasPrefix(".") } ?? false
    let total = manifest.files.reduce(0) { $0 &+ $1.bytes }
    var done: UInt64 = 0
    var made: [String] = []
    do {
      // In order of names, so the log comes last: without it there is no clinic yet.
      for file in manifest.files.sorted(by: { $0.path < $1.path }) {
        let parts = file.path.split(separator: "/").map(String.init)
        guard parts.count == 2, let folder = directory.folder(named: parts[0]),
          !(hasKeys && [BackupFolders.keys, BackupFolders.accessKeys].contains(parts[0]))
        else { continue }
        try BackupError.ofFiles {
          try DurableFile.createDirectory(folder)
          if !made.contains(folder) { made.append(folder) }
          try manifest.check(file, in: path, copyingTo: "\(folder)/\(parts[1])") { piece in
            done += piece
            progress("restore", done, total)
          }
        }
      }
    } catch {
      for folder in made { try? FileManager.default.removeItem(atPath: folder) }
      throw error
    }
    let backend = try Backend(directory, options: options)
    return RestoreOutcome(
      manifest: manifest, frozen: backend.keeper.frozen,
      access: try backend.accessLogStanding()?.contradiction)
  }
}

extension DataDirectory {
  /// Where a folder of a backup belongs.
  fileprivate func folder(named name: String) -> String? {
    [
      "log": log, "access": access, BackupFolders.keys: keys,
      BackupFolders.accessKeys: accessKeys,
    ][name]
  }
}
