import EventLog
import Glibc
import Synchronization

/// A clock, which is set back now and then, and bytes that follow from a seed.
final class DeterministicSource: Sendable {
  private let state: Mutex<(generator: SeededGenerator, time: Int64)>

  init(seed: UInt64) {
    state = Mutex((SeededGenerator(seed: seed), 1_700_000_000_000_000))
  }

  func time() -> LogTime {
    state.withLock { state in
      state.time += Int64.random(in: -50_000...100_000, using: &state.generator)
      return LogTime(rawValue: state.time)
    }
  }

  func bytes(_ count: Int) -> [UInt8] {
    state.withLock { state in
      (0..<count).map { _ in UInt8(truncatingIfNeeded: state.generator.next()) }
    }
  }
}

/// Runs the parts of tasks in an order that a seed decides, one at a time.
final class SeededExecutor: TaskExecutor {
  private let jobs = Mutex<[UnownedJob]>([])

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    jobs.withLock { $0.append(job) }
  }

  var isIdle: Bool { jobs.withLock(\.isEmpty) }

  func runOne(using generator: inout SeededGenerator) {
    let job: UnownedJob? = jobs.withLock { jobs in
      guard !jobs.isEmpty else { return nil }
      return jobs.remove(at: Int.random(in: jobs.indices, using: &generator))
    }
    job?.runSynchronously(on: asUnownedTaskExecutor())
  }
}

/// Errors on demand, when the program runs under the recorder.
struct FaultyDisk {
  private typealias Arm = @convention(c) (Int, UnsafePointer<CChar>, Int32) -> Void
  private let arm: Arm

  /// Nil without the recorder.
  init?() {
    guard let symbol = dlsym(UnsafeMutableRawPointer(bitPattern: 0), "crashlab_arm") else {
      return nil
    }
    arm = unsafeBitCast(symbol, to: Arm.self)
  }

  /// The call after so many more fails, and if not once then all later ones do.
  func fail(after calls: Int, _ kind: String, once: Bool) { arm(calls, kind, once ? 1 : 0) }

  func heal() { arm(-1, "eio", 0) }
}
