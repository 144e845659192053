import Foundation
import LMDB
import Testing

/// A directory of its own for one test, removed when the test lets go of it.
final class TemporaryDirectory: Sendable {
  let path: String

  /// Adopts `path`, so that a child process may work in the directory its parent removes.
  init(at path: String) { self.path = path }

  init() {
    path =
      FileManager.default.temporaryDirectory
      .appending(path: "lmdb-tests-\(UUID().uuidString)").path
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func open(
    _ tables: String..., mapBytes: Int = 16 << 20, maxReaders: Int = 16,
    sync: Environment.SyncMode = .none, access: Environment.Access = .readWrite
  ) throws(LMDBError) -> Environment {
    try Environment(
      at: path, tables: tables,
      options: .init(mapBytes: mapBytes, maxReaders: maxReaders, sync: sync, access: access))
  }
}

extension Environment {
  func keys(of table: Table) throws -> [[UInt8]] {
    try read { transaction in
      var keys: [[UInt8]] = []
      var cursor = try transaction.cursor(over: table)
      while let entry = try cursor.next() { keys.append([UInt8](copying: entry.key)) }
      return keys
    }
  }

  func text(in table: Table, at key: String) throws -> String? {
    try read { transaction in
      guard let value = try transaction.value(in: table, at: key) else { return nil }
      return String(copying: value)
    }
  }
}

struct Refusal: Error {}

/// Whether a child process was stopped by a check, rather than ending with an error of its own.
func isTrap(_ status: ExitStatus) -> Bool {
  if case .signal = status { true } else { false }
}
