import EventLog
internal import Foundation
internal import LMDB
import PracticeEvents
internal import Synchronization

/// The read models of one log, kept in a directory that may be deleted at any time.
///
/// Open a directory once per process and share the handle: all calls may come from any thread, and
/// block. Any number of processes may read the views and keep them up to date at once: a batch is
/// applied under the view's write lock, and only what follows its checkpoint.
public final class Views: Sendable {
  public struct Options: Sendable {
    /// Events per transaction when keeping up to date.
    public var batchSize = 5_000
    /// The most a view can grow to; address space only, but the same in all processes.
    public var mapBytes = 16 << 30
    /// How many replays of the past are kept in memory; one holds a whole view.
    public var cachedReplays = 4
    public init() {}
  }

  let store: any EventStore
  let options: Options
  let root: String
  let views: [ProjectedView]
  /// The open generation of each view.
  private let generations = Mutex<[String: Generation]>([:])
  /// By view, as last read.
  private let currentFiles = Mutex<[String: CurrentFile]>([:])
  /// Held while a pass over the log keeps the views up to date: a second one could only repeat it.
  private let pass = Mutex(())
  let replays: Mutex<ReplayCache>
  /// Holds nothing unless it is told to.
  let decodedRows = DecodedRows()
  let queue = DispatchQueue(label: "chartledger.views")

  /// Opens the directory, creating it when missing; builds nothing yet (see `catchUp`).
  ///
  /// The projectors' names must differ and `checkpoint` is not a table's name; anything else is a
  /// programming error and traps.
  public init(
    at directory: String, store: any EventStore, projectors: [any Projector.Type],
    options: Options = Options()
  ) throws {
    views = projectors.map { ProjectedView($0) }
    precondition(Set(views.map(\.name)).count == views.count, "two views have the same name")
    precondition(
      !views.contains { $0.tables.contains(Checkpoint.table) }, "a table is called checkpoint")
    root = directory
    self.store = store
    self.options = options
    replays = Mutex(ReplayCache(capacity: options.cachedReplays))
    do {
      try FileManager.default.createDirectory(
        atPath: directory, withIntermediateDirectories: true,
        attributes: [.posixPermissions: 0o700])
    } catch let error as CocoaError {
      let code = (error.underlying as? POSIXError)?.code.rawValue ?? EIO
      throw ProjectionError.files(
        operation: "Making the directory of the views", path: directory, code: code)
    }
    try GenerationLock.holdIfFree(at: root) {
      for view in views { self.directory(of: view).removeStaleGenerations() }
    }
  }

  /// Keeps rows that were read, decoded, in case they are read again: for a program that answers many
  /// questions.
  ///
  /// - Parameter bytes: about how many bytes of memory they may take; 0, as at first, keeps none.
  public func keepDecodedRows(upTo bytes: Int) { decodedRows.limit(to: bytes) }

  // MARK: Which views

  func directory(of view: ProjectedView) -> ViewDirectory {
    ViewDirectory(root: root, view: view.name)
  }

  /// - Parameter names: nil is all.
  func views(named names: [String]?) throws -> [ProjectedView] {
    guard let names else { return views }
    return try names.map { name in
      guard let view = views.first(where: { $0.name == name }) else {
        throw ProjectionError.unknownView(name)
      }
      return view
    }
  }

  /// The live generation of a view; nil when it has to be built first.
  ///
  /// Looks at the file each time, because another process may have switched.
  func generation(of view: ProjectedView) throws -> Generation? {
    try generations.withLock { open in
      let directory = directory(of: view)
      // Between reading `current` and opening, another process may switch and delete: look again.
      for _ in 0..<8 {
        guard let number = try currentNumber(of: view.name) else { break }
        if let known = open[view.name], known.number == number { return known }
        let path = directory.path(ofGeneration: number)
        guard FileManager.default.fileExists(atPath: "\(path)/data.mdb") else { continue }
        let generation = try openGeneration(number, of: view, at: path)
        guard try directory.current() == number else { continue }
        open[view.name] = generation
        return generation
      }
      open[view.name] = nil
      return nil
    }
  }

  /// The number of the live generation, which each rebuild of the view changes; 0 when there is none.
  public func generationNumber(of projector: any Projector.Type) throws -> UInt64 {
    try currentNumber(of: projector.name) ?? 0
  }

  /// Reads the file only when it is another than before: every request asks.
  private func currentNumber(of view: String) throws -> UInt64? {
    if let known = currentFiles.withLock({ $0[view] }), known.isLive { return known.number }
    let file = try ViewDirectory(root: root, view: view).openCurrent()
    currentFiles.withLock { $0[view] = file }
    return file?.number
  }

  /// Frees what killed readers left behind, which would keep a server's views growing; looks at
  /// most once a minute.
  func clearStaleReaders() {
    for generation in generations.withLock({ Array($0.values) }) {
      _ = try? generation.environment.clearStaleReaders(atMostEvery: .seconds(60))
    }
  }

  private func openGeneration(
    _ number: UInt64, of view: ProjectedView, at path: String
  ) throws -> Generation {
    do {
      return try Generation(
        view, number: number, at: path, mapBytes: options.mapBytes, sync: .durableExceptLastCommit)
    } catch let error as LMDBError
      where [.corrupted, .cutShort, .notAFile, .invalid, .versionMismatch].contains(error.kind)
    {
      throw ProjectionError.damaged(view: view.name, reason: String(describing: error))
    }
  }

  /// The live generation of a view if this program's projector made it; nil when it has to be built
  /// first.
  private func usableGeneration(of view: ProjectedView) throws -> Generation? {
    guard let generation = try generation(of: view) else { return nil }
    let stored = try generation.checkpoint().version
    guard stored <= view.version else {
      throw ProjectionError.newerVersion(view: view.name, stored: stored, known: view.version)
    }
    return stored == view.version ? generation : nil
  }

  /// The live generations of all these views; builds those that are missing or of an older version.
  ///
  /// - Parameter target: how far to build; nil is the log's head.
  func usableGenerations(
    of views: [ProjectedView], to target: Position? = nil, _ progress: ProgressHandler? = nil
  ) throws -> [Generation] {
    let usable = try views.compactMap { try usableGeneration(of: $0) }
    if usable.count == views.count { return usable }
    try GenerationLock.hold(at: root) {
      // While waiting for the lock another process may have built them.
      try build(views.filter { try usableGeneration(of: $0) == nil }, to: target, progress)
    }
    return try views.map { view in
      guard let generation = try usableGeneration(of: view) else {
        throw ProjectionError.damaged(view: view.name, reason: "it vanished when just built")
      }
      return generation
    }
  }

  // MARK: Keeping up to date

  /// Brings all views up to the log's head in one pass over the log, and builds those that are
  /// missing or of an older version.
  ///
  /// - Parameter target: stop here, if the head is beyond it.
  /// - Returns: the position that all views have reached at least.
  /// - Throws: `ProjectionError`; `.undecodable` after everything before that event was applied.
  @discardableResult
  public func catchUp(
    to target: Position? = nil, progress: ProgressHandler? = nil
  ) throws -> Position {
    try storageErrors { try catchUp(views, to: target, progress) }
  }

  func catchUp(
    _ views: [ProjectedView], to target: Position?, _ progress: ProgressHandler?
  ) throws -> Position {
    for _ in 0..<Self.attempts {
      // Outside of the pass: it may take long, and the live views are kept up to date meanwhile.
      let generations = try usableGenerations(of: views, to: target, progress)
      let reached: Position? = try pass.withLock { _ in
        // What a rebuild has switched away from meanwhile is not what readers see.
        let areLive = try generations.allSatisfy { try generation(of: $0.view) === $0 }
        guard areLive else { return nil }
        for generation in generations {
          try verifyLineage(of: try generation.checkpoint(), generation.view)
        }
        return try advance(generations, to: target, progress)
      }
      if let reached { return reached }
    }
    throw ProjectionError.unsettled
  }

  /// Applies the log after the checkpoints, in batches.
  ///
  /// - Returns: the position that all have reached at least.
  private func advance(
    _ generations: [Generation], to target: Position?, _ progress: ProgressHandler?
  ) throws -> Position {
    let head = try store.read { $0.head }
    let goal = min(head, target ?? head)
    var positions = try generations.map { try $0.checkpoint().position }
    let start = positions.min() ?? goal
    var reached = start
    while reached < goal {
      let behind = zip(generations, positions).filter { $0.1 < goal }.map(\.0)
      let kinds = KindSet(behind.flatMap { $0.view.kinds.members })
      let batch = try store.read { [reached] log in
        try log.facts(after: reached, through: goal, limit: options.batchSize, kinds: kinds)
      }
      guard let batch else { break }
      try inParallel(behind.count) { try apply(batch, to: behind[$0]) }
      if let failure = batch.failure { throw failure }
      reached = batch.end.position
      positions = positions.map { max($0, reached) }
      progress?(
        ProjectionProgress(
          phase: "updating views", done: reached.rawValue - start.rawValue,
          total: goal.rawValue - start.rawValue))
    }
    return reached
  }

  /// Gives the generation up when the disk failed: a flush that failed may have lost the last commit
  /// for ever while memory still shows it, and later commits would overwrite what the disk needs
  /// then. The view is rebuilt when it is asked for next.
  private func apply(_ batch: FactBatch, to generation: Generation) throws {
    do {
      try generation.apply(batch)
    } catch let error as LMDBError
      where ![.mapFull, .mapResized, .readersFull].contains(error.kind)
    {
      generations.withLock { $0[generation.view.name] = nil }
      directory(of: generation.view).forget(generation.number)
      throw error
    }
  }

  /// Makes a filled generation the live one, as far on as the log is now, so that no reader goes
  /// back in time. Needs the `GenerationLock`.
  func switchOver(to number: UInt64, of view: ProjectedView, upTo target: Position?) throws {
    let directory = directory(of: view)
    try pass.withLock { _ in
      // Closed again before the switch, after which any thread may open it.
      try withNewGeneration(number, of: view) {
        _ = try advance([$0], to: target, nil)
      }
      try directory.setCurrent(number)
    }
    directory.removeStaleGenerations()
  }

  /// Throws unless the log still holds the event that the checkpoint names.
  func verifyLineage(of checkpoint: Checkpoint, _ view: ProjectedView) throws {
    try store.read { log in
      guard checkpoint.position <= log.head else {
        throw ProjectionError.aheadOfLog(
          view: view.name, checkpoint: checkpoint.position, head: log.head)
      }
      guard try log.place(at: checkpoint.position).event == checkpoint.event else {
        throw ProjectionError.foreignLog(view: view.name, checkpoint: checkpoint.position)
      }
    }
  }
}
