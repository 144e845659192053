import EventLog
internal import Foundation
internal import Synchronization

/// The next stretch of the log, read and decoded on another thread while the one before is applied.
///
/// On a thread of its own: those who wait for it may occupy every thread of a shared pool.
final class ReadAhead: Sendable {
  /// Nil batch: nothing is left before the goal.
  typealias Stretch = (batch: FactBatch?, goal: Position)

  private let outcome = Mutex<Result<Stretch, any Error>?>(nil)
  private let isReady = DispatchSemaphore(value: 0)
  /// Let go of before the stretch is ready: whoever waits for it may be the last to use the log.
  private let store: Mutex<(any EventStore)?>

  /// Begins to read.
  ///
  /// - Parameter last: the last position to read; nil is the head at that moment.
  init(
    _ store: any EventStore, after position: Position, last: Position?, limit: Int, _ kinds: KindSet
  ) {
    self.store = Mutex(store)
    let thread = Thread {
      self.read(after: position, last, limit, kinds)
      self.isReady.signal()
    }
    thread.name = "read ahead"
    // Decoding needs more than the small default of secondary threads.
    thread.stackSize = 8 << 20
    thread.start()
  }

  private func read(after position: Position, _ last: Position?, _ limit: Int, _ kinds: KindSet) {
    guard let store = store.withLock({ $0.take() }) else { return }
    let result = Result<Stretch, any Error> {
      try store.read { log in
        let goal = min(log.head, last ?? log.head)
        return (try log.facts(after: position, through: goal, limit: limit, kinds: kinds), goal)
      }
    }
    outcome.withLock { $0 = result }
  }

  /// Waits for the stretch; to be called once.
  func stretch() throws -> Stretch {
    isReady.wait()
    guard let result = outcome.withLock({ $0.take() }) else { return (nil, .none) }
    return try result.get()
  }
}
