import EventLog
internal import LMDB

/// The state of one view.
public struct ViewStatus: Hashable, Sendable {
  public var name: String
  /// Of this program's projector.
  public var version: UInt32
  /// The projector version that made the live rows; nil when the view was never built.
  public var storedVersion: UInt32?
  public var generation: UInt64?
  public var position: Position
  /// How many events the log has after the position.
  public var lag: UInt64
  public var rows: Int
  /// The size of the file; it never shrinks below the most it ever held.
  public var bytes: Int
}

extension Views {
  /// What is there now; builds and changes nothing.
  public func status() throws -> [ViewStatus] {
    let head = try store.read { $0.head }
    return try storageErrors { try views.map { try status(of: $0, head: head) } }
  }

  /// Throws unless the log still holds, at each view's position, the event that the view says was
  /// there when its rows were made.
  ///
  /// - Returns: how many views were compared; those that were never built are none.
  @discardableResult
  public func verifyCheckpoints() throws -> Int {
    try storageErrors {
      let built = try views.compactMap { try generation(of: $0) }
      for generation in built {
        try verifyLineage(of: try generation.checkpoint(), generation.view)
      }
      return built.count
    }
  }

  private func status(of view: ProjectedView, head: Position) throws -> ViewStatus {
    var status = ViewStatus(
      name: view.name, version: view.version, storedVersion: nil, generation: nil,
      position: .none, lag: head.rawValue, rows: 0, bytes: 0)
    guard let generation = try generation(of: view) else { return status }
    let checkpoint = try generation.checkpoint()
    let statistics = try generation.environment.statistics()
    status.storedVersion = checkpoint.version
    status.generation = generation.number
    status.position = checkpoint.position
    status.lag = head.rawValue - min(head, checkpoint.position).rawValue
    status.rows = view.tables.reduce(0) { $0 + (statistics.rows[$1] ?? 0) }
    status.bytes = statistics.usedBytes
    return status
  }
}
