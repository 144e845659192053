import FlushCounter

/// Durations in nanoseconds, as many as there were repetitions, and the flushes meanwhile.
struct Samples {
  private var values: [Double] = []
  private(set) var flushes = 0

  var count: Int { values.count }
  var total: Double { values.reduce(0, +) }
  var median: Double { percentile(50) }

  mutating func add(_ duration: Duration) {
    values.append(duration / .nanoseconds(1))
  }

  /// The smallest value that at least this share of the samples does not exceed (nearest rank).
  func percentile(_ share: Int) -> Double {
    guard !values.isEmpty else { return 0 }
    let rank = (values.count * share + 99) / 100
    return values.sorted()[max(1, rank) - 1]
  }

  /// Runs the body and keeps how long it took.
  mutating func measure<Result>(_ body: () throws -> Result) rethrows -> Result {
    let before = flush_count()
    let start = ContinuousClock.now
    let result = try body()
    add(.now - start)
    flushes += Int(flush_count() - before)
    return result
  }

  /// Runs the body and keeps how long it took.
  mutating func measure<Result>(_ body: () async throws -> Result) async rethrows -> Result {
    let before = flush_count()
    let start = ContinuousClock.now
    let result = try await body()
    add(.now - start)
    flushes += Int(flush_count() - before)
    return result
  }
}
