import Dispatch
import Synchronization

/// Whether work that could be done on all cores is done in order on one thread: what a seed decides
/// must not depend on which thread was quicker.
package enum Cores {
  @TaskLocal package static var isOne = false
}

/// Calls `body` with each number below `count` once, on all cores, and returns when all calls have.
/// Lower numbers begin earlier, so give the longest work the lowest. Calls must not change what
/// others use.
///
/// The calling thread takes part, so this ends even when no other thread is free.
///
/// - Throws: the error of the lowest number that threw.
package func inParallel(_ count: Int, _ body: (Int) throws -> Void) throws {
  if Cores.isOne { return try (0..<count).forEach(body) }
  // The promise is the caller's, in the documentation above.
  nonisolated(unsafe) let body = body  // Its calls share nothing that changes; it outlives them.
  let failures = Mutex<[(number: Int, error: any Error)]>([])
  DispatchQueue.concurrentPerform(iterations: count) { number in
    do {
      try body(number)
    } catch {
      failures.withLock { $0.append((number, error)) }
    }
  }
  if let first = failures.withLock({ $0.min { $0.number < $1.number } }) { throw first.error }
}
