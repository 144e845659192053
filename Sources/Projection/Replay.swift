import EventLog
internal import Synchronization

/// Applies the log to empty rows of several views: each view by one thread at a time, while others
/// decode what comes next.
struct Replay {
  /// Pieces in which the next stretch is decoded: small enough to fill gaps between the views.
  private static let pieces = 8

  let store: any EventStore
  let views: [ProjectedView]
  /// One for each view.
  let rows: [MemoryRows]
  /// The last position; nil is the head.
  let last: Position?
  /// Positions per stretch.
  let stretch: Int
  let progress: ProgressHandler?

  /// The place up to which everything has been applied.
  private(set) var end = LogPlace.start
  /// Everything up to here is decoded.
  private var decodedTo = Position.none
  private var decoded: [FactBatch] = []
  /// Batches that all views have: freeing one takes half as long as decoding it, so that is work for
  /// all cores, too.
  private var applied: [FactBatch] = []
  /// How long each view took with the latest stretch: the slowest begins first with the next.
  private var durations: [Duration]

  init(
    _ store: any EventStore, _ views: [ProjectedView], into rows: [MemoryRows],
    through last: Position?,
    stretch: Int, _ progress: ProgressHandler?
  ) {
    self.store = store
    self.views = views
    self.rows = rows
    self.last = last
    self.stretch = stretch
    self.progress = progress
    durations = views.map { _ in .zero }
  }

  /// - Returns: why not everything was applied: an event that cannot be decoded.
  mutating func run() throws -> ProjectionError? {
    while true {
      let goal = try store.read { min($0.head, last ?? $0.head) }
      progress?(
        ProjectionProgress(
          phase: "reading the log", done: end.position.rawValue, total: goal.rawValue))
      let next = decoded.last?.failure == nil ? ranges(through: goal) : []
      if decoded.isEmpty, next.isEmpty { return nil }
      let batches = try applyAndDecode(next)
      if let last = decoded.last {
        end = last.end
        if let failure = last.failure { return failure }
      }
      take(batches)
    }
  }

  /// Keeps what precedes and includes the first failure.
  private mutating func take(_ batches: [FactBatch]) {
    applied = decoded
    decoded = []
    for batch in batches {
      decoded.append(batch)
      decodedTo = batch.end.position
      if batch.failure != nil { return }
    }
  }

  /// The pieces of the next stretch: each after the one position and through the other.
  private func ranges(through goal: Position) -> [(after: Position, through: Position)] {
    let size = UInt64(max(1, stretch / Self.pieces))
    var ranges: [(Position, Position)] = []
    var start = decodedTo.rawValue
    while start < goal.rawValue, ranges.count < Self.pieces {
      let end = min(start + size, goal.rawValue)
      ranges.append((Position(start), Position(end)))
      start = end
    }
    return ranges
  }

  /// Applies what is decoded to all views while it decodes the next pieces.
  private mutating func applyAndDecode(
    _ next: [(after: Position, through: Position)]
  ) throws -> [FactBatch] {
    let order = decoded.isEmpty ? [] : views.indices.sorted { durations[$0] > durations[$1] }
    let kinds = KindSet(views.flatMap { $0.kinds.members })
    let results = Mutex((durations: durations, batches: [FactBatch?](next.map { _ in nil })))
    let applied = Mutex(self.applied)
    self.applied = []
    try inParallel(order.count + next.count) { number in
      guard let index = order.dropFirst(number).first else {
        let piece = number - order.count
        _ = applied.withLock { $0.popLast() }
        let batch = try store.read { log in
          try log.facts(after: next[piece].after, through: next[piece].through, kinds: kinds)
        }
        return results.withLock { $0.batches[piece] = batch }
      }
      let start = ContinuousClock.now
      for batch in decoded { try views[index].apply(batch.facts[...], to: rows[index].buffer) }
      results.withLock { $0.durations[index] = .now - start }
    }
    return results.withLock { results in
      durations = results.durations
      return results.batches.compactMap { $0 }
    }
  }
}
