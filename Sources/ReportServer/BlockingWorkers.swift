import Dispatch

/// Threads for work that may wait for the disk, so that neither the event loops nor the cooperative
/// pool ever do: a few at a time, a bounded number waiting, the rest told to come again.
actor BlockingWorkers {
  private static let atOnce = 8
  private static let waitingAtMost = 256

  private let queue = DispatchQueue(label: "report workers", attributes: .concurrent)
  private var running = 0
  private var waiting: [CheckedContinuation<Void, Never>] = []

  /// - Throws: `Problem` 503 when too many wait, or what the work throws.
  func run<Result: Sendable>(_ work: @escaping @Sendable () throws -> Result) async throws -> Result
  {
    guard waiting.count < Self.waitingAtMost else { throw Problem.overloaded }
    if running < Self.atOnce {
      running += 1
    } else {
      // Whoever ends next hands its place over.
      await withCheckedContinuation { waiting.append($0) }
    }
    defer { handOver() }
    return try await withCheckedThrowingContinuation { continuation in
      queue.async { continuation.resume(with: Swift.Result { try work() }) }
    }
  }

  private func handOver() {
    if waiting.isEmpty { running -= 1 } else { waiting.removeFirst().resume() }
  }
}
