import EventLog
internal import Foundation
internal import Synchronization

/// Applies the log to empty rows of several views.
///
/// The views are divided among the cores. Each core reads the log for its own views, a few facts at a
/// time: they are decoded, applied and freed while its cache has them, and no core waits for memory that
/// another one holds. A fact that views of several cores want is decoded by each.
struct Replay {
  private let store: any EventStore
  /// The last position; nil is the head.
  private let last: Position?
  /// Positions per read transaction, and of the first round.
  private let stretch: UInt64
  private let progress: ProgressHandler?
  private var groups: [ReplayGroup]

  init(
    _ store: any EventStore, _ views: [ProjectedView], through last: Position?, stretch: Int,
    _ progress: ProgressHandler?
  ) {
    self.store = store
    self.last = last
    self.stretch = UInt64(max(1, stretch))
    self.progress = progress
    groups = [ReplayGroup(views.map { ReplayedView($0) }, at: .start)]
  }

  /// - Parameter finish: is given each view once, when its rows are complete: on whatever core is free, of
  ///   several complete ones the largest first. Nothing else refers to it then.
  /// - Returns: why not everything was applied to some of the views: an event that cannot be decoded.
  mutating func run(_ finish: (ReplayedView) throws -> Void) throws -> ProjectionError? {
    // What the views cost changes along a clinic's history, but less and less.
    var end = Position(stretch)
    divide(by: ReplayCosts(of: groups.flatMap(\.views)))
    while try end < goal() {
      try inParallel(groups.count) { try advance($0) { end } }
      guard groups.allSatisfy({ $0.failure == nil }) else { break }
      divide(by: ReplayCosts(of: groups))
      end = Position(4 * end.rawValue)
    }
    try finishAll(finish)
    return groups.compactMap(\.failure).first
  }

  /// The last round. A core that is done with the log begins to finish views, of whatever group.
  private func finishAll(_ finish: (ReplayedView) throws -> Void) throws {
    let complete = HandOver()
    let counts = groups.map(\.views.count)
    try inParallel(groups.count + counts.reduce(0, +)) { number in
      guard number < groups.count else {
        if let view = complete.take() { try finish(view) }
        return
      }
      var views: [ReplayedView] = []
      // Nobody waits for views that do not come.
      defer { complete.put(views, insteadOf: counts[number]) }
      try advance(number, to: goal)
      views = groups[number].takeViews()
    }
  }

  private func goal() throws -> Position {
    try store.read { min($0.head, last ?? $0.head) }
  }

  /// Takes a group to a goal, which may move.
  private func advance(_ number: Int, to goal: () throws -> Position) throws {
    let group = groups[number]
    while group.failure == nil {
      let goal = try goal()
      let start = group.end.position
      if number == 0, let progress {
        let total = max(try self.goal(), start).rawValue
        progress(
          ProjectionProgress(phase: "reading the log", done: start.rawValue, total: total))
      }
      guard start < goal else { return }
      let through = min(goal, Position(start.rawValue + stretch))
      try store.read { try group.apply($0, through: through) }
    }
  }

  /// Gives the views to the cores anew.
  private mutating func divide(by costs: ReplayCosts) {
    let views = groups.flatMap(\.views)
    let end = groups.first?.end ?? .start
    let cores = Cores.isOne ? 1 : ProcessInfo.processInfo.activeProcessorCount
    groups = costs.division(among: cores).map { members in
      ReplayGroup(members.map { views[$0] }, at: end)
    }
  }
}

/// Complete views on the way from the core that completed them to the one that finishes them.
private final class HandOver: Sendable {
  private let views = Mutex<[ReplayedView]>([])
  private let arrivals = DispatchSemaphore(value: 0)

  /// - Parameter count: how many are waited for.
  func put(_ views: [ReplayedView], insteadOf count: Int) {
    self.views.withLock {
      $0 += views
      $0.sort { $0.rows.count < $1.rows.count }
    }
    for _ in 0..<count { arrivals.signal() }
  }

  /// Waits for a view; nil when one did not come.
  func take() -> ReplayedView? {
    arrivals.wait()
    return views.withLock { $0.popLast() }
  }
}
