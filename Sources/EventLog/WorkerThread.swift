import Dispatch
import Foundation
import Synchronization

/// An operating-system thread that can be waited for.
final class WorkerThread: Sendable {
  private static let stackBytes = 8 << 20

  private final class State: Sendable {
    let finished = DispatchSemaphore(value: 0)
    /// `pthread_self()` on the thread; 0 before it runs.
    let identity = Atomic<UInt>(0)
    private let body: Mutex<(@Sendable () -> Void)?>

    init(_ body: @escaping @Sendable () -> Void) { self.body = Mutex(body) }

    /// Lets go of the body before it returns, so that after `join` nothing the body used is still
    /// held here.
    func run() {
      let body = body.withLock { body in
        defer { body = nil }
        return body
      }
      body?()
    }
  }

  private let state: State

  init(name: String, _ body: @escaping @Sendable () -> Void) {
    state = State(body)
    let thread = Thread { [state] in
      state.identity.store(UInt(pthread_self()), ordering: .relaxed)
      state.run()
      state.finished.signal()
    }
    thread.name = name
    thread.stackSize = Self.stackBytes
    thread.start()
  }

  /// Returns when the thread's body has returned; at once on the thread itself. Call it once.
  func join() {
    guard state.identity.load(ordering: .relaxed) != UInt(pthread_self()) else { return }
    state.finished.wait()
  }
}
