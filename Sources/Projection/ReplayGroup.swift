import EventLog
import PracticeEvents

/// A view and the rows that a replay has made for it.
final class ReplayedView: @unchecked Sendable {  // One thread's at a time: it is handed over.
  let view: ProjectedView
  let rows: MemoryRows
  /// Everything up to here is in the rows, nothing after it.
  fileprivate(set) var end = LogPlace.start
  /// Whether an event follows that cannot be decoded.
  fileprivate(set) var isStopped = false
  /// How long the facts of the round took.
  fileprivate(set) var duration = Duration.zero

  init(_ view: ProjectedView) {
    self.view = view
    rows = MemoryRows(of: view.projector)
  }
}

/// The views that one core brings forward together, for one round.
final class ReplayGroup {
  /// Few enough for the core's cache to hold them, many enough to be worth the change between views.
  private static let batch = 512

  private(set) var views: [ReplayedView]
  private(set) var end: LogPlace
  /// Why it stopped before it should.
  private(set) var failure: ProjectionError?
  private let kinds: Set<EventKind>
  private var batch: [RecordedFact] = []

  /// How many facts of each kind, by its number, came in this round.
  private(set) var facts: [Int] = []
  /// How long this round took.
  private(set) var duration = Duration.zero

  init(_ views: [ReplayedView], at end: LogPlace) {
    self.views = views
    self.end = end
    kinds = Set(KindSet(views.flatMap { $0.view.kinds.members }).members.map { EventKind($0) })
    batch.reserveCapacity(Self.batch)
    for view in views { view.duration = .zero }
  }

  /// Applies what follows, up to a position or to an event that cannot be decoded.
  func apply(_ log: any LogSnapshot, through last: Position) throws {
    let start = ContinuousClock.now
    var last = last
    if !kinds.isEmpty {
      try log.forEachRecord(from: end.position.next, through: last, kinds: kinds) { record in
        do throws(ProjectionError) {
          batch.append(try RecordedFact(record))
        } catch {
          failure = error
          last = Position(record.position.rawValue - 1)
          return false
        }
        if batch.count == Self.batch { try applyBatch() }
        return true
      }
      try applyBatch()
    }
    end = try log.place(at: last)
    duration += .now - start
  }

  private func applyBatch() throws {
    var start = ContinuousClock.now
    for view in views {
      try view.view.apply(batch[...], to: view.rows.buffer)
      let now = ContinuousClock.now
      view.duration += now - start
      start = now
    }
    for fact in batch {
      guard let kind = fact.kind.map({ Int($0.rawValue) }) else { continue }
      if kind >= facts.count { facts += [Int](repeating: 0, count: kind + 1 - facts.count) }
      facts[kind] += 1
    }
    batch.removeAll(keepingCapacity: true)
  }

  /// The views, which are the caller's from now on.
  func takeViews() -> [ReplayedView] {
    defer { views = [] }
    for view in views {
      view.end = end
      view.isStopped = failure != nil
    }
    return views
  }
}
