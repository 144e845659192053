import Synchronization

/// Those who wait for the head to move. Each gets the newest position only, never an older one.
final class HeadSubscribers: Sendable {
  private struct Subscriber {
    var continuation: AsyncStream<Position>.Continuation
    var last: Position?
  }

  private struct State {
    var subscribers: [UInt64: Subscriber] = [:]
    var lastKey: UInt64 = 0
    var isFinished = false
  }

  private let state = Mutex(State())

  /// - Parameter head: reads the present head; nil when the log is gone.
  func subscribe(head: () -> Position?) -> AsyncStream<Position> {
    let (stream, continuation) = AsyncStream.makeStream(
      of: Position.self, bufferingPolicy: .bufferingNewest(1))
    let key: UInt64? = state.withLock { state in
      guard !state.isFinished else { return nil }
      state.lastKey += 1
      state.subscribers[state.lastKey] = Subscriber(continuation: continuation)
      return state.lastKey
    }
    guard let key else {
      continuation.finish()
      return stream
    }
    continuation.onTermination = { [weak self] _ in
      self?.state.withLock { _ = $0.subscribers.removeValue(forKey: key) }
    }
    // Read after subscribing: a move in between is published, and the older of the two is dropped.
    if let head = head() { state.withLock { Self.send(head, to: key, &$0) } }
    return stream
  }

  func publish(_ head: Position) {
    state.withLock { state in
      for key in state.subscribers.keys { Self.send(head, to: key, &state) }
    }
  }

  /// Ends every stream, present and future.
  func finish() {
    let subscribers = state.withLock { state in
      state.isFinished = true
      return state.subscribers
    }
    for subscriber in subscribers.values { subscriber.continuation.finish() }
  }

  private static func send(_ head: Position, to key: UInt64, _ state: inout State) {
    guard let subscriber = state.subscribers[key] else { return }
    if let last = subscriber.last, last >= head { return }
    state.subscribers[key]?.last = head
    subscriber.continuation.yield(head)
  }
}
