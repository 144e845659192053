import EventLog
import Foundation
import Practice
import PracticeEvents
import Reports
import Synchronization
import Testing

@testable import Backend

/// Lets the writer of a log wait until it is told to go on.
private final class Gate: Sendable {
  private let isClosed = Mutex(false)
  private let opened = DispatchSemaphore(value: 0)

  func close() { isClosed.withLock { $0 = true } }
  func open() {
    isClosed.withLock { $0 = false }
    opened.signal()
  }
  /// Called by the writer, for the salts of each transaction.
  func randomBytes(_ count: Int) -> [UInt8] {
    if isClosed.withLock({ $0 }) {
      opened.wait()
      opened.signal()
    }
    return LMDBEventLog.Options.systemRandomBytes(count: count)
  }
}

@Suite("Readings that come at once")
struct ReadingTogetherTests {
  private static func reading(_ number: Int, what: String = "ready") -> DataAccess {
    var actor = EventActor()
    (actor.user, actor.role) = ("ida", .auditor)
    return DataAccess(
      by: Reader(actor, channel: .api), what: what, disclosed: .nobody, rows: number, asOf: .none)
  }

  private static func backend(_ folder: TemporaryDirectory, _ gate: Gate) async throws -> Backend {
    let backend = try await Backend.create(
      DataDirectory(folder.path),
      options: LMDBEventLog.Options(mapBytes: 64 << 20, randomBytes: { gate.randomBytes($0) })
    ) { $0 }
    try await backend.recordAccess(reading(0))
    return backend
  }

  @Test("are written with one flush as one request, in the order in which they came")
  func oneFlush() async throws {
    let (folder, gate) = (TemporaryDirectory(), Gate())
    let backend = try await Self.backend(folder, gate)
    let log = try backend.accessLog.store()
    let before = try log.statistics()
    gate.close()
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await backend.recordAccess(Self.reading(1)) }
      // The writer has the first one in hand before the others come.
      try await Self.until { backend.accessLog.isWriting && backend.accessLog.waiting == 0 }
      for number in 2...50 {
        group.addTask { try await backend.recordAccess(Self.reading(number)) }
        try await Self.until { backend.accessLog.waiting == number - 1 }
      }
      #expect(try log.statistics().head == before.head, "nothing is acknowledged unwritten")
      gate.open()
      try await group.waitForAll()
    }
    let after = try log.statistics()
    #expect(after.commits - before.commits == 2)
    let events = try log.read { try $0.events(.kinds(EventKind(.recordAccessed))) }
    let rows = try events.map { try RecordedFact($0).event.recordAccessed.rowCount }
    #expect(rows == (0...50).map { Int64($0) })
    #expect(Set(events.map(\.command)).count == 3)
    _ = try log.verify()
  }

  @Test("are recorded although one among them cannot be")
  func oneRefused() async throws {
    let (folder, gate) = (TemporaryDirectory(), Gate())
    let backend = try await Self.backend(folder, gate)
    await withTaskGroup(of: Bool.self) { group in
      for number in 1...20 {
        let what = number == 7 ? String(repeating: "a", count: 70_000) : "ready"
        group.addTask {
          do {
            try await backend.recordAccess(Self.reading(number, what: what))
            return true
          } catch {
            #expect(error is AccessNotRecorded)
            return false
          }
        }
      }
      var recorded = 0
      for await wasRecorded in group where wasRecorded { recorded += 1 }
      #expect(recorded == 19)
    }
    let events = try backend.accessLog.store().read {
      try $0.events(.kinds(EventKind(.recordAccessed)))
    }
    #expect(events.count == 20)
  }

  @Test("are over when they are acknowledged: the log can be closed and opened again at once")
  func openedAgain() async throws {
    let clinic = try await ClinicOnDisk()
    for number in 1...200 { try await clinic.open().recordAccess(Self.reading(number)) }
    let events = try clinic.open().accessLog.store().read {
      try $0.events(.kinds(EventKind(.recordAccessed)))
    }
    #expect(events.count == 200)
  }

  private static func until(_ isSo: () -> Bool) async throws {
    while !isSo() { try await Task.sleep(for: .milliseconds(1)) }
  }
}
