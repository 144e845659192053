import Dispatch
internal import LMDB
import Synchronization

/// What waits for the writer.
struct WriteRequest: Sendable {
  enum Work: Sendable {
    case decide(CommandID, @Sendable (any LogSnapshot, LogTime) throws -> Proposal)
    case importing(PreparedImport)
    /// Take over the id of another log, while this one is empty.
    case adopt(LogID)
  }

  var work: Work
  /// What the request occupies in the queue.
  var byteCount: Int
  var complete: @Sendable (Result<AppendReceipt, any Error>) -> Void
}

/// The thread that writes: takes whatever has gathered while the last flush ran, and commits it
/// with one flush.
final class Writer: Sendable {
  private static let maximumRequests = 4096
  private static let maximumBytes = 32 << 20
  /// For how long a transaction waits for requests: less than a flush takes.
  private static let patience = DispatchTimeInterval.microseconds(100)
  /// Only looks. A time that is over by then, as `.now()` is, has the thread sleep for 50 µs.
  private static let atOnce = DispatchTime(uptimeNanoseconds: 0)

  private struct Queue {
    var requests: [WriteRequest] = []
    var byteCount = 0
    /// How many requests the writer waits for.
    var wanted = 1
    /// Why nothing is accepted any more.
    var stopped: EventLogError?
    /// Why nothing is accepted until the log is thawed.
    var frozen: EventLogError?
  }

  private let environment: Environment
  private let tables: LogTables
  private let options: LMDBEventLog.Options
  /// Called with the head after each commit, before the requests complete.
  private let committed: @Sendable (Position) -> Void
  private let queue = Mutex(Queue())
  /// Signalled once for each time the queue has as many requests as are wanted, or stops.
  private let wake = DispatchSemaphore(value: 0)

  init(
    _ environment: Environment, _ tables: LogTables, _ options: LMDBEventLog.Options,
    committed: @escaping @Sendable (Position) -> Void
  ) {
    self.environment = environment
    self.tables = tables
    self.options = options
    self.committed = committed
  }

  func submit(_ request: WriteRequest) {
    let refusal: EventLogError? = queue.withLock { queue in
      if let refusal = queue.stopped ?? queue.frozen { return refusal }
      // One request is always accepted, so that the largest allowed one cannot starve.
      let isFull =
        queue.requests.count >= Self.maximumRequests
        || queue.byteCount + request.byteCount > Self.maximumBytes
      if isFull, !queue.requests.isEmpty { return .overloaded }
      queue.requests.append(request)
      queue.byteCount += request.byteCount
      if queue.requests.count == queue.wanted { wake.signal() }
      return nil
    }
    if let refusal { request.complete(.failure(refusal)) }
  }

  /// Refuses what comes from now on with this error; nil accepts again.
  func freeze(_ reason: EventLogError?) { queue.withLock { $0.frozen = reason } }

  /// Refuses what comes from now on; `run` returns when the rest is written.
  func stop(because reason: String) {
    queue.withLock { if $0.stopped == nil { $0.stopped = .stopped(reason) } }
    wake.signal()
  }

  /// Refuses what waits and what comes from now on.
  private func stop(_ failure: EventLogError) {
    let waiting = queue.withLock { queue in
      queue.stopped = failure
      defer { queue.requests = [] }
      return queue.requests
    }
    for request in waiting { request.complete(.failure(failure)) }
  }

  /// The body of the writer's thread.
  ///
  /// After a batch its callers are on their way back with the next requests: were the first of them
  /// written alone, all others would wait for its flush and then for their own. So a batch begins when
  /// some of them are there, and its transaction takes the others as they come, but waits for them
  /// never as long as a flush takes, and not at all for a lone caller.
  func run() {
    var answered = 1
    repeat {
      let some = (answered + 3) / 4
      if some > 1 { wait(for: some, until: .now() + Self.patience) }
      wait(for: 1, until: .distantFuture)
    } while writeWhatWaits(&answered)
  }

  /// Waits until so many requests are there, the writer is stopped, or time is over.
  private func wait(for wanted: Int, until deadline: DispatchTime) {
    // What came while the writer wrote has signalled, too: that is old, what counts is the queue.
    while wake.wait(timeout: Self.atOnce) == .success {}
    let isReady = queue.withLock { queue in
      queue.wanted = wanted
      return queue.requests.count >= wanted || queue.stopped != nil
    }
    if !isReady { _ = wake.wait(timeout: deadline) }
  }

  /// Writes and answers what has gathered until now.
  ///
  /// - Returns: false once it was stopped.
  func writeWhatWaits() -> Bool {
    var answered = 0
    return writeWhatWaits(&answered)
  }

  /// - Parameter answered: the number of requests of the batch before; is set to that of this one.
  private func writeWhatWaits(_ answered: inout Int) -> Bool {
    var (requests, isStopped) = take()
    var expected = answered
    answered = 0
    while !requests.isEmpty {
      answered += write(&requests, expected: expected)
      expected = 0
    }
    return !isStopped
  }

  /// Takes what has come while a transaction worked; when that is nothing, waits for what is expected.
  ///
  /// - Returns: false when the transaction should end.
  private func takeMore(
    _ requests: inout [WriteRequest], expected: Int, until deadline: DispatchTime
  ) -> Bool {
    let missing = expected - requests.count
    guard missing > 0 else { return false }
    var more = take().requests
    if more.isEmpty {
      wait(for: missing, until: deadline)
      more = take().requests
    }
    requests += more
    return !more.isEmpty
  }

  private func take() -> (requests: [WriteRequest], isStopped: Bool) {
    queue.withLock { queue in
      let requests = queue.requests
      queue.requests = []
      queue.byteCount = 0
      return (requests, queue.stopped != nil)
    }
  }

  /// Writes the first of the requests, as many as one transaction should hold, and removes them.
  ///
  /// - Parameter expected: how many are likely to come before long.
  /// - Returns: how many were answered.
  private func write(_ requests: inout [WriteRequest], expected: Int) -> Int {
    var attempted = 0
    var outcomes: [Result<AppendReceipt, any Error>] = []
    do {
      let batch = try environment.write { transaction in
        let deadline = DispatchTime.now() + Self.patience
        var batch = try WriteBatch(tables, options, transaction.reading)
        repeat {
          while attempted < requests.count, !batch.isFull {
            attempted += 1
            outcomes.append(try batch.handle(requests[attempted - 1].work, &transaction))
          }
        } while !batch.isFull
          && takeMore(&requests, expected: expected, until: deadline)
        return batch
      }
      batch.tags.publish(through: batch.head.rawValue)
      committed(batch.head)
    } catch {
      let failure = storageFailure(error)
      if case .stopped = failure {
        stop(failure)
        attempted = requests.count
      }
      // When not even the transaction began, the first request is the one that failed.
      attempted = max(attempted, 1)
      outcomes = Array(repeating: .failure(failure), count: attempted)
    }
    // What a decision holds, perhaps the log itself, is let go of before its caller goes on.
    let completions = requests.prefix(attempted).map(\.complete)
    requests.removeFirst(attempted)
    for (complete, outcome) in zip(completions, outcomes) { complete(outcome) }
    return completions.count
  }

  /// A full disk or map leaves the log as it was; after any other failure nothing is certain.
  private func storageFailure(_ error: any Error) -> EventLogError {
    guard let error = error as? LMDBError else {
      return error as? EventLogError ?? .stopped("\(error)")
    }
    switch error.kind {
    case .mapFull, .diskFull, .readersFull: return .notStored(error)
    default: return .stopped("\(error)")
    }
  }
}

extension EventLogError {
  /// Why a request to store something failed, as a whole.
  static func notStored(_ error: LMDBError) -> EventLogError {
    .storage("\(error). Nothing of the request was stored")
  }
}

/// Runs `body`, with errors of LMDB as errors of the log.
func storageErrors<Value>(
  as failure: (LMDBError) -> EventLogError = { .storage("\($0)") }, _ body: () throws -> Value
) throws -> Value {
  do {
    return try body()
  } catch let error as LMDBError {
    throw failure(error)
  }
}
