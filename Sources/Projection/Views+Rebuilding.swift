import EventLog
internal import LMDB
import PracticeEvents
internal import Synchronization

extension Views {
  /// Builds views anew from the first event, reading the log once for all of them, and switches
  /// each over when it is on disk.
  ///
  /// The rows are gathered in memory. The live views serve, and may be kept up to date, until the
  /// switch; after a kill at any moment they are as they were.
  ///
  /// - Parameter names: nil is all.
  public func rebuild(_ names: [String]? = nil, progress: ProgressHandler? = nil) throws {
    let views = try views(named: names)
    try storageErrors {
      try GenerationLock.hold(at: root) { try build(views, to: nil, progress) }
    }
  }

  /// Builds and switches over. Needs the `GenerationLock`.
  ///
  /// An event that cannot be decoded is thrown after the views that look at it were built up to it.
  ///
  /// - Parameter target: how far; nil is the log's head.
  func build(
    _ views: [ProjectedView], to target: Position?, _ progress: ProgressHandler?
  ) throws {
    guard !views.isEmpty else { return }
    var replay = Replay(
      store, views, through: target, stretch: options.batchSize, progress)
    let failure = try replay.run { replayed in
      let (view, count) = (replayed.view, UInt64(replayed.rows.count))
      func report(_ done: UInt64) {
        progress?(ProjectionProgress(phase: "writing \(view.name)", done: done, total: count))
      }
      report(0)
      try write(replayed, upTo: target)
      report(count)
    }
    if let failure { throw failure }
  }

  private func write(_ replayed: ReplayedView, upTo target: Position?) throws {
    let view = replayed.view
    let directory = directory(of: view)
    directory.removeStaleGenerations()
    // A folder that was never finished may be in the way even so, on a disk that fails.
    let number = max(try directory.current() ?? 0, directory.generations().last ?? 0) + 1
    try withNewGeneration(number, of: view) {
      try $0.fill(with: replayed.rows, replayed.end.checkpoint(version: view.version))
    }
    try switchOver(to: number, of: view, upTo: replayed.isStopped ? replayed.end.position : target)
  }

  /// Opens a generation that is not live yet, and closes it when all that was written is on disk.
  func withNewGeneration(
    _ number: UInt64, of view: ProjectedView, _ body: (Generation) throws -> Void
  ) throws {
    let generation = try Generation(
      view, number: number, at: directory(of: view).path(ofGeneration: number),
      mapBytes: options.mapBytes, sync: .none)
    try body(generation)
    try generation.environment.synchronize()
  }

  /// Applies the log's prefix to empty rows.
  ///
  /// - Returns: the rows of each view.
  /// - Throws: `ProjectionError.undecodable`, too.
  func replay(
    _ views: [ProjectedView], through last: Position, _ progress: ProgressHandler?
  ) throws -> [String: MemoryRows] {
    var replay = Replay(store, views, through: last, stretch: options.batchSize, progress)
    let complete = Mutex<[ReplayedView]>([])
    let failure = try replay.run { view in complete.withLock { $0.append(view) } }
    if let failure { throw failure }
    let views = complete.withLock { $0 }
    return Dictionary(uniqueKeysWithValues: views.map { ($0.view.name, $0.rows) })
  }
}
