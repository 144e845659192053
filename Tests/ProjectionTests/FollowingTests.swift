import EventLog
import Foundation
import Projection
import Testing

/// The limits only end a run that hangs: under load, hundreds of other tests may run in between.
@Suite("Following the log", .timeLimit(.minutes(20)))
struct FollowingTests {
  let directory: TemporaryViews
  init() throws { directory = try TemporaryViews() }

  @Test("a follower applies what is appended, until it is cancelled")
  func follows() async throws {
    let log = InMemoryEventLog()
    let views = try directory.open(log)
    let follower = Task { try await views.follow() }
    let events = try ConsentHistory.events(ConsentHistory.facts(90))
    for start in stride(from: 0, to: 90, by: 9) {
      _ = try await log.importEvents(Array(events[start..<start + 9]), blobs: [])
    }
    while try views.status().contains(where: { $0.lag > 0 }) {
      try await Task.sleep(for: .milliseconds(2))
    }
    follower.cancel()
    try await follower.value
    #expect(try views.verify() == nil)
  }

  @Test("who waits for a position can read it afterwards")
  func readsOwnWrites() async throws {
    let log = InMemoryEventLog()
    let views = try directory.open(log)
    async let waiting: Void = views.waitUntil(Position(30), timeout: .seconds(1200))
    let events = try ConsentHistory.events(ConsentHistory.facts(30))
    _ = try await log.importEvents(Array(events[..<10]), blobs: [])
    _ = try await log.importEvents(Array(events[10...]), blobs: [])
    try await waiting
    #expect(try views.status().allSatisfy { $0.position >= Position(30) })
  }

  @Test("waiting for what is not recorded ends in time")
  func timeout() async throws {
    let views = try directory.open(await ConsentHistory.log(10))
    await #expect(throws: ProjectionError.notReached(Position(11))) {
      try await views.waitUntil(Position(11), timeout: .milliseconds(20))
    }
  }

  @Test("following ends with the error of an event that cannot be decoded")
  func undecodable() async throws {
    let log = try await ConsentHistory.log(10)
    let views = try directory.open(log)
    let bad = NewEvent(
      id: EventID(high: 5, low: 5), stream: StreamID(high: 5, low: 5),
      kind: EventKind(.consentSigned), tags: [], payload: [0xff])
    _ = try await log.append(
      Proposal(events: [bad]), command: CommandID(high: 5, low: 5), condition: nil)
    await #expect(throws: ProjectionError.self) { try await views.follow() }
  }
}
