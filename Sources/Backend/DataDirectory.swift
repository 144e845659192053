import EventLog
import Foundation

/// Where a clinic's data lies. `log` and `access` are precious; `views` can be deleted and rebuilt.
public struct DataDirectory: Sendable, Hashable {
  public let path: String
  /// The log's signing key and its last signed checkpoint; best on another device than the log.
  public let keys: String

  /// - Parameter keys: nil is `keys` in the data directory.
  public init(_ path: String, keys: String? = nil) {
    self.path = path
    self.keys = keys ?? path + "/keys"
  }

  public var log: String { path + "/log" }
  public var views: String { path + "/views" }
  /// Who read what.
  public var access: String { path + "/access" }
  /// The access log's own key and last signed checkpoint.
  public var accessKeys: String { keys + "/access" }

  /// Whether something that looks like a clinic's data is there.
  public var exists: Bool { FileManager.default.fileExists(atPath: log) }

  /// - Throws: `DataDirectoryError.absent`; `.unreachable` when nobody can tell, because the folders
  ///   that lead there may not be looked into.
  func requirePresent() throws(DataDirectoryError) {
    var status = stat()
    guard stat(log, &status) != 0 else { return }
    let code = errno
    guard code == ENOENT || code == ENOTDIR else {
      throw .unreachable(log, reason: String(cString: strerror(code)))
    }
    throw .absent(path)
  }

  /// Whether the log's file is there and holds more than the beginning that LMDB writes.
  var hasDatabase: Bool {
    var status = stat()
    return stat(log + "/data.mdb", &status) == 0
      && status.st_size > 2 * sysconf(Int32(_SC_PAGESIZE))
  }

  var hasAccessLog: Bool { FileManager.default.fileExists(atPath: access + "/data.mdb") }
  /// Whether the access log was ever signed with the keys that are there.
  var hasAccessLock: Bool {
    FileManager.default.fileExists(atPath: accessKeys + "/" + CheckpointKeeper.lockName)
  }

  /// Whether nothing is here but what a creation makes before its first event is signed: then, if the
  /// log has no event, it was interrupted and may be done again.
  var isBeginning: Bool {
    func names(_ path: String) -> Set<String>? {
      let found = try? FileManager.default.contentsOfDirectory(atPath: path)
      return found.map { Set($0.filter { !$0.hasPrefix(".") }) }
    }
    guard let parts = names(path), parts.isSubset(of: ["log", "views", "keys"]) else {
      return false
    }
    return names(log)?.isSubset(of: ["data.mdb", "lock.mdb", "head"]) ?? true
      && names(keys)?.isEmpty ?? true
  }

  /// Deletes what was made here.
  func vacate() { try? FileManager.default.removeItem(atPath: path) }

  /// Whether a new clinic may be made here: absent, or an empty folder.
  public var isVacant: Bool {
    guard FileManager.default.fileExists(atPath: path) else { return true }
    return (try? FileManager.default.contentsOfDirectory(atPath: path))?.isEmpty ?? false
  }
}

/// Why a data directory cannot be used.
public enum DataDirectoryError: Error, CustomStringConvertible {
  case absent(String)
  case occupied(String)
  case notEstablished(String)
  /// A creation or an import was interrupted before the log held anything.
  case unfinished(String)
  /// There are keys or readings of a clinic, and no log, or an empty file in its place.
  case logless(String)
  /// Another program makes or restores a clinic there now.
  case beingMade(String)
  case unreachable(String, reason: String)

  public var description: String {
    switch self {
    case .absent(let path):
      "there is no clinic in \(path); create one with `chartledger init --data \(path) …`"
    case .occupied(let path):
      "\(path) is not empty; choose a new directory for the new clinic"
    case .notEstablished(let path):
      "the log in \(path) has no clinic yet; run `chartledger init`, or import one into it"
    case .unfinished(let path):
      "the clinic in \(path) is unfinished: whatever made it was interrupted before anything was "
        + "recorded; run `chartledger init` or the import again"
    case .logless(let path):
      "the log in \(path)/log is missing or empty, but something of a clinic lies beside it: if it was "
        + "being restored, remove the folder and run `chartledger restore` again; otherwise keep the "
        + "folder, above all keys, look for the log, and if it is lost, run `chartledger restore` with "
        + "another directory"
    case .beingMade(let path):
      "another program is making or restoring a clinic in \(path); wait until it has ended, and look "
        + "at what it has made"
    case .unreachable(let path, let reason):
      "\(path) cannot be used (\(reason)): check the path, and who may look into the folders that "
        + "lead to it"
    }
  }
}
