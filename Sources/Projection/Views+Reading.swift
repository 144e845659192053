import EventLog
internal import LMDB
internal import Synchronization

/// Some views, all at one position. Valid only inside the closure that received it.
public struct ViewSet {
  /// Everything up to here is in the rows, nothing after it.
  public let position: Position
  /// When the event at the position was recorded; nil at the log's beginning.
  public let recordedAt: LogTime?
  /// Of each view that was read from the disk, by its name.
  public let generations: [String: UInt64]
  let rows: [String: any RowReader]

  /// - Parameter rows: by the name of the view; `MemoryRows` do for tests of what reads views.
  public init(
    position: Position = .none, recordedAt: LogTime? = nil, rows: [String: any RowReader],
    generations: [String: UInt64] = [:]
  ) {
    self.position = position
    self.recordedAt = recordedAt
    self.rows = rows
    self.generations = generations
  }

  /// - Throws: `ProjectionError.unknownView` when the projector is not one of the set.
  public func rows(of projector: any Projector.Type) throws -> any RowReader {
    guard let reader = rows[projector.name] else {
      throw ProjectionError.unknownView(projector.name)
    }
    return reader
  }
}

extension Views {
  /// Calls `body` with views that are all at one position, bringing up to date those that are not.
  ///
  /// Keep the body short: the pages of its snapshots cannot be reused while it runs.
  ///
  /// - Parameters:
  ///   - minimum: the least position; pass one's own append to read one's own writes.
  ///   - projectors: the views needed; nil is all.
  /// - Throws: `ProjectionError.notReached` when the log's head is before `minimum`.
  public func read<Result>(
    atLeast minimum: Position = .none, of projectors: [any Projector.Type]? = nil,
    _ body: (ViewSet) throws -> Result
  ) throws -> Result {
    let views = try views(named: projectors?.map { $0.name })
    return try storageErrors {
      for _ in 0..<Self.attempts {
        let generations = try usableGenerations(of: views)
        var goal = minimum
        if let result = try withSnapshots(of: generations[...], &goal, body) { return result }
        guard try catchUp(views, to: goal, nil) >= goal else {
          throw ProjectionError.notReached(goal)
        }
      }
      throw ProjectionError.unsettled
    }
  }

  /// Opens one snapshot inside the other and calls `body` if all are at one position.
  ///
  /// - Parameter goal: the least position; is set to the greatest position of a snapshot.
  /// - Returns: nil when not all snapshots have reached the goal.
  private func withSnapshots<Result>(
    of generations: ArraySlice<Generation>, _ goal: inout Position, opened: [Snapshot] = [],
    _ body: (ViewSet) throws -> Result
  ) throws -> Result? {
    if let next = generations.first {
      return try next.read(with: decodedRows) { rows, checkpoint in
        goal = max(goal, checkpoint.position)
        return try withSnapshots(
          of: generations.dropFirst(), &goal,
          opened: opened
            + [Snapshot(rows: rows, generation: next.number, checkpoint: checkpoint)], body)
      }
    }
    let position = goal
    guard opened.allSatisfy({ $0.checkpoint.position == position }) else { return nil }
    var readers: [String: any RowReader] = [:]
    var numbers: [String: UInt64] = [:]
    for snapshot in opened {
      readers[snapshot.rows.view] = snapshot.rows
      numbers[snapshot.rows.view] = snapshot.generation
    }
    return try body(
      ViewSet(
        position: position,
        recordedAt: position > .none ? opened.first?.checkpoint.recordedAt : nil, rows: readers,
        generations: numbers))
  }

  /// How often something is tried again that a moving view has spoiled.
  static var attempts: Int { 100 }

  private struct Snapshot {
    var rows: StoredRows
    var generation: UInt64
    var checkpoint: Checkpoint
  }

  // MARK: As of

  /// Calls `body` with views as they were when the log had just reached `position`, replayed in
  /// memory under today's projectors.
  ///
  /// Takes as long as a rebuild of these views up to there, unless it was asked for just before.
  ///
  /// - Throws: `ProjectionError.beyondHead`.
  public func read<Result>(
    asOf position: Position, of projectors: [any Projector.Type],
    progress: ProgressHandler? = nil, _ body: (ViewSet) throws -> Result
  ) throws -> Result {
    let views = try views(named: projectors.map { $0.name })
    let place = try store.read { log in
      guard position <= log.head else {
        throw ProjectionError.beyondHead(position, head: log.head)
      }
      return try log.place(at: position)
    }
    let rows = try rows(of: views, at: place, progress)
    return try body(
      ViewSet(
        position: position, recordedAt: position > .none ? place.recordedAt : nil, rows: rows))
  }

  /// Replays what the cache does not have. One at a time for each place: whoever else asks for it
  /// meanwhile finds it in the cache.
  private func rows(
    of views: [ProjectedView], at place: LogPlace, _ progress: ProgressHandler?
  ) throws -> [String: FrozenRows] {
    let turn = replays.withLock { $0.turn(at: place) }
    defer { replays.withLock { $0.endTurn(at: place) } }
    return try turn.lock.withLock { _ in
      var found: [String: FrozenRows] = [:]
      for view in views {
        found[view.name] = replays.withLock { $0.rows(of: view, at: place) }
      }
      let missing = views.filter { found[$0.name] == nil }
      guard !missing.isEmpty else { return found }
      let rows = try replay(missing, through: place.position, progress)
      for view in missing {
        guard let frozen = try rows[view.name]?.frozen() else { continue }
        found[view.name] = frozen
        replays.withLock { $0.keep(frozen, of: view, at: place) }
      }
      return found
    }
  }
}

/// The last few replays of the past.
struct ReplayCache: Sendable {
  private struct Entry {
    var view: String
    var version: UInt32
    var place: LogPlace
    var rows: FrozenRows
  }
  /// Held while a place is replayed.
  final class Turn: Sendable {
    let lock = Mutex(())
  }

  private let capacity: Int
  /// The most recently used last.
  private var entries: [Entry] = []

  private var turns: [LogPlace: Turn] = [:]

  init(capacity: Int) { self.capacity = capacity }

  mutating func turn(at place: LogPlace) -> Turn {
    let turn = turns[place] ?? Turn()
    turns[place] = turn
    return turn
  }

  /// Whoever waits for the turn still takes it.
  mutating func endTurn(at place: LogPlace) { turns[place] = nil }

  mutating func rows(of view: ProjectedView, at place: LogPlace) -> FrozenRows? {
    let found = entries.firstIndex {
      $0.view == view.name && $0.version == view.version && $0.place == place
    }
    guard let found else { return nil }
    let entry = entries.remove(at: found)
    entries.append(entry)
    return entry.rows
  }

  mutating func keep(_ rows: FrozenRows, of view: ProjectedView, at place: LogPlace) {
    guard self.rows(of: view, at: place) == nil else { return }
    entries.append(Entry(view: view.name, version: view.version, place: place, rows: rows))
    if entries.count > capacity { entries.removeFirst(entries.count - capacity) }
  }
}
