import EventLog
import Foundation
import Projection
import TransparencyLog

/// The parts of a clinic that write to a disk, with small rows in place of the real read models.
final class Clinic: Sendable {
  static let mapBytes = 64 << 20

  let log: LMDBEventLog
  let keeper: CheckpointKeeper
  let views: Views

  /// Opens the clinic in a directory, or makes one where there is none.
  ///
  /// - Parameters:
  ///   - deterministic: a seed for clock, ids and salts; then the log is written by hand.
  ///   - batchSize: events per transaction of the views.
  ///   - plant: whether the projectors have a bug; see `SplitProjector`.
  init(
    _ directory: String, deterministic: DeterministicSource? = nil, batchSize: Int = 3,
    plant: Bool = false
  ) throws {
    var options = LMDBEventLog.Options(mapBytes: Self.mapBytes, eventsBetweenSettlements: 7)
    if let deterministic {
      options.clock = { deterministic.time() }
      options.randomBytes = { deterministic.bytes($0) }
    }
    log = try LMDBEventLog(
      directory: "\(directory)/log", options: options, create: true,
      deterministic == nil ? .onItsOwnThread : .byHand)
    keeper = try CheckpointKeeper(log: log, keys: "\(directory)/keys")
    var viewOptions = Views.Options()
    viewOptions.mapBytes = Self.mapBytes
    viewOptions.batchSize = batchSize
    var projectors: [any Projector.Type] = [ChainProjector.self, ConsentProjector.self]
    if plant {
      projectors.append(SplitProjector.self)
      // The one of an earlier opening first closes.
      SplitProjector.side.withLock { $0 = nil }
      let side = try SideTable("\(directory)/side")
      SplitProjector.side.withLock { $0 = side }
    }
    views = try Views(
      at: "\(directory)/views", store: log, projectors: projectors, options: viewOptions)
  }

  /// Signs what is there; nil when there is nothing yet.
  func sign() throws -> Checkpoint? {
    guard try log.read({ $0.head }) > .none else { return nil }
    return try Checkpoint(parsing: keeper.checkpoint().text)
  }
}
