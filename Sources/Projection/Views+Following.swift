import EventLog
internal import Foundation

extension Views {
  /// Keeps all views up to date until the task is cancelled or the log is closed; wakes for appends
  /// of any process.
  ///
  /// - Throws: what `catchUp` throws.
  public func follow() async throws {
    for await _ in store.heads() {
      try await offThread {
        _ = try self.catchUp()
        self.clearStaleReaders()
      }
    }
  }

  /// Returns when all views have reached a position: then one reads one's own writes.
  ///
  /// - Throws: `ProjectionError.notReached` after the timeout, or what `catchUp` throws.
  public func waitUntil(_ position: Position, timeout: Duration) async throws {
    // Whichever comes first; a task group would wait for the other one too.
    let (outcomes, outcome) = AsyncStream.makeStream(of: Result<Void, any Error>.self)
    let timer = Task {
      try await Task.sleep(for: timeout)
      outcome.yield(.failure(ProjectionError.notReached(position)))
    }
    let work = Task {
      do {
        for await head in store.heads() where head >= position {
          try await offThread { _ = try self.catchUp() }
          outcome.yield(.success(()))
          return
        }
        outcome.yield(.failure(ProjectionError.notReached(position)))
      } catch {
        outcome.yield(.failure(error))
      }
    }
    defer {
      timer.cancel()
      work.cancel()
    }
    for await outcome in outcomes { return try outcome.get() }
    throw CancellationError()
  }

  /// Runs blocking work on the views' own thread, away from the tasks' threads.
  private func offThread(_ work: @escaping @Sendable () throws -> Void) async throws {
    try await withCheckedThrowingContinuation { continuation in
      queue.async { continuation.resume(with: Result(catching: work)) }
    }
  }
}
