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
  /// An event that cannot be decoded is thrown after the views were built up to it.
  ///
  /// - Parameter target: how far; nil is the log's head.
  func build(
    _ views: [ProjectedView], to target: Position?, _ progress: ProgressHandler?
  ) throws {
    guard !views.isEmpty else { return }
    var rows = views.map { MemoryRows(of: $0.projector) }
    let (end, failure) = try replay(views, into: rows, through: target, progress)
    let target = failure == nil ? target : end.position
    // The largest begins first, and each frees its rows on the thread that wrote them.
    let work = Mutex(zip(views, rows).sorted { $0.1.count < $1.1.count })
    rows = []
    try inParallel(views.count) { _ in
      guard let (view, rows) = work.withLock({ $0.popLast() }) else { return }
      func report(_ done: Int) {
        progress?(
          ProjectionProgress(
            phase: "writing \(view.name)", done: UInt64(done), total: UInt64(rows.count)))
      }
      report(0)
      try write(rows, end, as: view, upTo: target)
      report(rows.count)
    }
    if let failure { throw failure }
  }

  private func write(
    _ rows: MemoryRows, _ end: LogPlace, as view: ProjectedView, upTo target: Position?
  ) throws {
    let directory = directory(of: view)
    directory.removeStaleGenerations()
    // A folder that was never finished may be in the way even so, on a disk that fails.
    let number = max(try directory.current() ?? 0, directory.generations().last ?? 0) + 1
    try withNewGeneration(number, of: view) {
      try $0.fill(with: rows, end.checkpoint(version: view.version))
    }
    try switchOver(to: number, of: view, upTo: target)
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

  /// Applies the log's prefix to empty rows, one for each view.
  ///
  /// - Parameter last: nil is the head.
  /// - Returns: the place up to which everything was applied, and why it was not more.
  func replay(
    _ views: [ProjectedView], into rows: [MemoryRows], through last: Position?,
    _ progress: ProgressHandler?
  ) throws -> (end: LogPlace, failure: ProjectionError?) {
    var replay = Replay(
      store, views, into: rows, through: last, stretch: options.batchSize, progress)
    let failure = try replay.run()
    return (replay.end, failure)
  }
}
