import FlushCounter
import Glibc

/// Durations in nanoseconds, as many as there were repetitions, and the flushes meanwhile.
struct Samples {
  private var values: [Double] = []
  private(set) var flushes = 0
  /// Processor time of all threads together, in nanoseconds: what a busy machine changes least.
  private(set) var processor = 0.0

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
    let before = (flush_count(), Self.processorTime)
    let start = ContinuousClock.now
    let result = try body()
    add(.now - start)
    processor += Self.processorTime - before.1
    flushes += Int(flush_count() - before.0)
    return result
  }

  /// Runs the body and keeps how long it took.
  mutating func measure<Result>(_ body: () async throws -> Result) async rethrows -> Result {
    let before = (flush_count(), Self.processorTime)
    let start = ContinuousClock.now
    let result = try await body()
    add(.now - start)
    processor += Self.processorTime - before.1
    flushes += Int(flush_count() - before.0)
    return result
  }

  private static var processorTime: Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) * 1e9 + Double(time.tv_nsec)
  }
}
