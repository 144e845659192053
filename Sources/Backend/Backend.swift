import EventLog
import Foundation
import Practice
import PracticeEvents
import Projection
import ReadModels
import Synchronization
import TransparencyLog

/// One clinic's data directory, opened: records commands, keeps the views up to date, answers
/// reports.
public final class Backend: Sendable {
  public let directory: DataDirectory
  public let store: LMDBEventLog
  public let views: Views
  /// Signs what the log holds; knows whether it is frozen.
  public let keeper: CheckpointKeeper
  /// Who read what.
  public let accessLog: AccessLog
  let options: LMDBEventLog.Options
  let shared = SharedFolds()
  /// With the number of the log's commit that it was read under.
  let lastStanding = Mutex<(commit: UInt64, standing: Standing)?>(nil)

  /// Opens an existing clinic.
  ///
  /// - Throws: `DataDirectoryError`, `EventLogError`, or what the views throw.
  public convenience init(
    _ directory: DataDirectory, options: LMDBEventLog.Options = LMDBEventLog.Options()
  ) throws {
    try directory.requirePresent()
    try self.init(directory, options: options, create: false)
  }

  init(_ directory: DataDirectory, options: LMDBEventLog.Options, create: Bool) throws {
    self.directory = directory
    self.options = options
    do {
      store = try LMDBEventLog(directory: directory.log, options: options, create: create)
    } catch EventLogError.notALog where !create && directory.isBeginning {
      throw DataDirectoryError.unfinished(directory.path)
    } catch EventLogError.notALog where !create && !directory.hasDatabase {
      throw DataDirectoryError.logless(directory.path)
    }
    keeper = try CheckpointKeeper(log: store, keys: directory.keys)
    views = try Views(at: directory.views, store: store, projectors: ReadModelCatalog.all)
    accessLog = AccessLog(directory: directory.access, options: options)
  }

  /// Makes an empty log in a new directory and hands it to `body`, which gives it its first events:
  /// `EstablishClinic`, or an import. Should that fail, the directory is as vacant as before; should
  /// it be interrupted before the first event, it can be done again.
  ///
  /// - Throws: `DataDirectoryError.occupied` when something is there already, `.beingMade` while
  ///   another program makes it, or what `body` throws.
  public static func create<Result>(
    _ directory: DataDirectory, options: LMDBEventLog.Options = LMDBEventLog.Options(),
    _ body: (Backend) async throws -> Result
  ) async throws -> Result {
    guard directory.isVacant || directory.isBeginning else {
      throw DataDirectoryError.occupied(directory.path)
    }
    let lock = try CreationLock(directory.path)
    defer { withExtendedLifetime(lock) {} }
    // Before the lock was had, another program may have made one.
    guard directory.isVacant || directory.isBeginning else {
      throw DataDirectoryError.occupied(directory.path)
    }
    let backend = try Backend(directory, options: options, create: true)
    guard try backend.store.read({ $0.head }) == .none else {
      throw DataDirectoryError.occupied(directory.path)
    }
    do {
      return try await body(backend)
    } catch {
      if let head = try? backend.store.read({ $0.head }), head == .none { directory.vacate() }
      throw error
    }
  }

  /// From now on a disk that cannot give a part of the log or of a view ends the process with a message
  /// and exit status 74 instead of a crash; what was not acknowledged is as if it had never begun.
  public static func endProcessOnMapFault() { LMDBEventLog.endProcessOnMapFault() }

  /// The present time on the log's clock.
  public var now: Instant { Instant(microseconds: options.clock().rawValue) }
}

extension ByteHasher {
  /// SHA-256 of the bytes.
  static func sha256(_ bytes: [UInt8]) -> TreeHash {
    var hasher = ByteHasher()
    hasher.update(bytes)
    return hasher.finish()
  }
}
