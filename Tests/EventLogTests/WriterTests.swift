import Dispatch
import Foundation
import Testing

@testable import EventLog

@Suite struct WriterTests {
  /// Holds the writer inside a decision until `release` is called.
  private struct Hold {
    let task: Task<AppendReceipt, any Error>
    private let goOn = DispatchSemaphore(value: 0)

    init(_ log: LMDBEventLog, _ number: UInt64 = 1_000_000) async {
      let (begun, beginning) = AsyncStream.makeStream(of: Void.self)
      task = Task { [goOn] in
        try await log.append(command: uuid(number)) { _, _ in
          beginning.finish()
          goOn.wait()
          return Proposal(events: [event(number)])
        }
      }
      for await _ in begun {}
    }

    func release() { goOn.signal() }
  }

  @Test("requests that gather while the writer is busy keep their order and are all answered")
  func gathering() async throws {
    let log = try TestLog().log
    let hold = await Hold(log)
    let receipts = try await withThrowingTaskGroup(of: AppendReceipt.self) { group in
      for number in UInt64(1)...200 {
        group.addTask { try await log.append(event(number)) }
      }
      // One that is refused does not disturb the others.
      group.addTask {
        await #expect(throws: EventLogError.self) { try await log.append(event(501, tags: [""])) }
        return try await log.append(event(501))
      }
      hold.release()
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(try await hold.task.value.positions == 1..<2)
    #expect(receipts.map(\.positions.lowerBound).sorted() == Array(2...202))
    #expect(try log.verify().head == Position(202))
  }

  /// Requests, each of one event, that are in the queue when this returns.
  private func submit(
    _ numbers: ClosedRange<UInt64>, to log: LMDBEventLog
  ) -> AsyncStream<Result<AppendReceipt, any Error>> {
    let (answers, answer) = AsyncStream.makeStream(of: Result<AppendReceipt, any Error>.self)
    for number in numbers {
      log.append(command: uuid(number)) { _, _ in
        Proposal(events: [event(number)])
      } complete: {
        answer.yield($0)
        if number == numbers.upperBound { answer.finish() }
      }
    }
    return answers
  }

  @Test("what comes while a batch works is flushed with it")
  func latecomers() async throws {
    let log = try TestLog().log
    let hold = await Hold(log)
    let batch = submit(1...3, to: log)
    hold.release()
    for await answer in batch { _ = try answer.get() }
    // Three callers are expected back.
    let before = log.environment.lastTransactionID
    let first = await Hold(log, 4)
    let others = submit(5...6, to: log)
    first.release()
    var positions = [try await first.task.value.positions]
    for await answer in others { positions.append(try answer.get().positions) }
    #expect(positions == [5..<6, 6..<7, 7..<8])
    #expect(log.environment.lastTransactionID == before + 1)
    #expect(try log.verify().head == Position(7))
  }

  @Test("when too many requests wait, further ones are refused at once")
  func overload() async throws {
    let log = try TestLog().log
    let hold = await Hold(log)
    let outcomes = await withTaskGroup(of: Bool.self) { group in
      for number in UInt64(1)...4_200 {
        group.addTask {
          do {
            try await log.append(event(number))
            return true
          } catch {
            #expect(error as? EventLogError == .overloaded)
            return false
          }
        }
      }
      // The refusals come while the writer is held: they do not wait for it.
      var outcomes: [Bool] = []
      for await outcome in group {
        outcomes.append(outcome)
        if outcomes.count == 104 { hold.release() }
      }
      return outcomes
    }
    #expect(outcomes.count { !$0 } == 104)
    #expect(try await hold.task.value.positions == 1..<2)
    #expect(try log.read { $0.head } == Position(4_097))
  }

  @Test("a full map fails the request and leaves the log usable")
  func fullMap() async throws {
    let directory = try TemporaryDirectory()
    defer { withExtendedLifetime(directory) {} }
    let log = try LMDBEventLog(
      directory: directory.path("log"), options: .init(mapBytes: 1 << 20), create: true)
    let large = [UInt8](repeating: 7, count: 60_000)
    var number: UInt64 = 0
    let error = await #expect(throws: EventLogError.self) {
      while number < 100 {
        number += 1
        try await log.append(event(number, tags: ["t"], payload: large))
      }
    }
    guard case .storage = error else {
      Issue.record("\(String(describing: error)) instead of storage")
      return
    }
    #expect(error?.description.hasSuffix("Nothing of the request was stored.") == true)
    let head = try log.read { $0.head }
    #expect(head == Position(number - 1))
    #expect(try log.verify().head == head)
    // What still fits is accepted.
    #expect(try await log.append(event(5_000)).positions == number..<number + 1)
  }

  @Test("heads end when the log is closed")
  func closing() async throws {
    var heads: AsyncStream<Position>.Iterator?
    do {
      let log = try TestLog().log
      heads = log.heads().makeAsyncIterator()
      try await log.append(event(1))
    }
    var last: Position?
    while let head = await heads?.next() { last = head }
    #expect(last == nil || last == Position(1) || last == Position.none)
  }

  @Test("requests that one transaction cannot hold together are written in several")
  func manyTransactions() async throws {
    let log = try TestLog().log
    let hold = await Hold(log)
    try await withThrowingTaskGroup(of: AppendReceipt.self) { group in
      for request in UInt64(0)..<3 {
        group.addTask {
          let events = (0..<10_000).map { event(request * 10_000 + $0) }
          return try await log.append(
            Proposal(events: events), command: uuid(request), condition: nil)
        }
      }
      hold.release()
      for try await receipt in group { #expect(receipt.positions.count == 10_000) }
    }
    #expect(try log.read { $0.head } == Position(30_001))
  }

  @Test("when too many bytes wait, further ones are refused, but one large request is not")
  func overloadOfBytes() async throws {
    let log = try TestLog().log
    let hold = await Hold(log)
    let large: @Sendable (UInt64) -> Proposal = { number in
      Proposal(
        events: [event(number)],
        blobs: [Blob(id: uuid(number), bytes: [UInt8](repeating: 1, count: 17 << 20))])
    }
    // Whichever comes second is refused while the writer is held.
    let outcomes = await withTaskGroup(of: Bool.self) { group in
      for number in UInt64(1)...2 {
        group.addTask {
          (try? await log.append(large(number), command: uuid(number), condition: nil)) != nil
        }
      }
      var outcomes: [Bool] = []
      for await outcome in group {
        outcomes.append(outcome)
        hold.release()
      }
      return outcomes
    }
    #expect(outcomes == [false, true])
    #expect(try await hold.task.value.positions == 1..<2)
    #expect(try log.read { $0.head } == Position(2))
  }
}
