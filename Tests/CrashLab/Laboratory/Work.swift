import EventLog
import Foundation
import Synchronization

/// Clients that record their requests one after another while others sign checkpoints and keep the
/// views up to date, on as many threads as there are.
struct Work: Sendable {
  var clinic: Clinic
  var plan: Plan
  var marks: MarkFile
  /// What earlier lives of the program have told.
  var before: Marks
  /// How many requests each client gives; `.max` until it is killed.
  var requests: UInt64
  /// See `Errand.work`.
  var rival: UInt64?

  private var clients: [UInt64] {
    (0..<plan.clients).filter { client in rival.map { client % 2 == $0 } ?? true }
  }

  func run() async {
    let remaining = Countdown(UInt64(clients.count))
    await withTaskGroup(of: Void.self) { group in
      for client in clients {
        group.addTask {
          await self.client(client)
          remaining.countDown()
        }
      }
      group.addTask {
        await offThread { sign(until: remaining) }
      }
      group.addTask {
        await offThread { project(until: remaining) }
      }
      await group.waitForAll()
    }
  }

  /// - Returns: how many requests it got acknowledged.
  @discardableResult
  func client(_ client: UInt64) async -> UInt64 {
    let first = UInt64(before.acknowledged[client]?.count ?? 0)
    var number = first
    while requests == .max || number < first + requests {
      guard let receipt = await record(client, number, mayBeRepeat: number == first) else { break }
      marks.acknowledge(client, number, receipt.positions)
      if number % 7 == 3 { await repeatRequest(client, number, receipt) }
      number += 1
    }
    return number - first
  }

  /// - Returns: nil when it was not recorded, and why is marked.
  private func record(_ client: UInt64, _ number: UInt64, mayBeRepeat: Bool) async -> AppendReceipt?
  {
    for attempt in 0..<3 {
      do {
        let request = try plan.request(client, number)
        let receipt = try await clinic.log.append(
          request.proposal, command: request.command, condition: nil)
        if receipt.isRepeat, !mayBeRepeat, attempt == 0 {
          marks.problem(.duplicate, "request \(number) of client \(client) was never given")
        }
        return receipt
      } catch EventLogError.storage(let reason) {
        // A full disk: whoever waits a little may succeed.
        marks.failed(EventLogError.storage(reason))
      } catch {
        marks.failed(error)
        if case EventLogError.stopped = error { await expectNothingMore(client, number) }
        return nil
      }
    }
    return nil
  }

  private func expectNothingMore(_ client: UInt64, _ number: UInt64) async {
    guard let request = try? plan.request(client, number),
      (try? await clinic.log.append(
        request.proposal, command: request.command, condition: nil)) != nil
    else { return }
    marks.problem(.acceptedAfterStop, "request \(number) of client \(client)")
  }

  private func repeatRequest(_ client: UInt64, _ number: UInt64, _ first: AppendReceipt) async {
    guard let request = try? plan.request(client, number),
      let again = try? await clinic.log.append(
        request.proposal, command: request.command, condition: nil)
    else { return }
    if !again.isRepeat || again.positions != first.positions {
      marks.problem(.duplicate, "request \(number) of client \(client) was recorded twice")
    }
  }

  private func sign(until done: Countdown) {
    while !done.isOver {
      usleep(1_000)
      do {
        if let checkpoint = try clinic.sign() { marks.signed(checkpoint) }
      } catch {
        return marks.failed(error)
      }
    }
  }

  private func project(until done: Countdown) {
    var round = 0
    while !done.isOver {
      usleep(500)
      round += 1
      do {
        try clinic.views.catchUp()
        if round % 16 == 9 { try clinic.views.rebuild() }
      } catch {
        return marks.failed(error)
      }
    }
  }
}

/// How many are still at work.
final class Countdown: Sendable {
  private let count: Atomic<UInt64>
  init(_ count: UInt64) { self.count = Atomic(count) }
  var isOver: Bool { count.load(ordering: .relaxed) == 0 }
  func countDown() { count.subtract(1, ordering: .relaxed) }
}

/// Runs blocking work away from the tasks' threads.
func offThread<Value: Sendable>(_ work: @escaping @Sendable () -> Value) async -> Value {
  await withCheckedContinuation { continuation in
    DispatchQueue.global().async { continuation.resume(returning: work()) }
  }
}
