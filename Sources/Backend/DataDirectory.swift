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

  /// Whether something that looks like a clinic's data is there.
  public var exists: Bool { FileManager.default.fileExists(atPath: log) }

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

  public var description: String {
    switch self {
    case .absent(let path):
      "there is no clinic in \(path); create one with `chartledger init --data \(path) …`"
    case .occupied(let path):
      "\(path) is not empty; choose a new directory for the new clinic"
    case .notEstablished(let path):
      "the log in \(path) has no clinic yet; run `chartledger init`, or import one into it"
    }
  }
}
