public import EventLog
import Synchronization

/// One promise of `EventStore`, checked on a new and empty log of any engine.
///
/// A test target runs the whole suite with
/// `@Test(arguments: ConformanceCase.all) func name(_ promise: ConformanceCase) async throws`
/// and `try await promise.check(on: log, clock)`, where `log` was made with `clock.now`.
public struct ConformanceCase: Sendable, CustomStringConvertible {
  /// A sentence.
  public let description: String
  let body: @Sendable (any EventStore, TestClock) async throws -> Void

  init(
    _ description: String,
    _ body: @escaping @Sendable (_ log: any EventStore, _ clock: TestClock) async throws -> Void
  ) {
    self.description = description
    self.body = body
  }

  public func check(on log: any EventStore, _ clock: TestClock) async throws {
    try await body(log, clock)
  }

  public static var all: [ConformanceCase] {
    queries + readOptions + conditions + appends + commands + times + concurrency + imports
  }
}

/// A clock that stands still until a test moves it.
public final class TestClock: Sendable {
  private let time: Mutex<LogTime>

  /// - Parameter microseconds: since 1970 UTC.
  public init(microseconds: Int64 = 1_700_000_000_000_000) {
    time = Mutex(LogTime(rawValue: microseconds))
  }

  public var now: LogTime { time.withLock { $0 } }

  public func set(_ time: LogTime) { self.time.withLock { $0 = time } }

  public func advance(microseconds: Int64) {
    time.withLock { $0 = LogTime(rawValue: $0.rawValue + microseconds) }
  }
}
