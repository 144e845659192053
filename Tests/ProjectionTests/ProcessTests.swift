import EventLog
import Foundation
import PracticeEvents
import Projection
import Testing

@Suite("Processes that share the views, or die")
struct ProcessTests {
  let directory: TemporaryViews
  init() throws { directory = try TemporaryViews() }

  @Test("a view killed in the middle of a batch resumes at its checkpoint")
  func killedWhileKeepingUp() async throws {
    let path = directory.path
    await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
      let log = try await ConsentHistory.log(60)
      let views = try TemporaryViews.open(path, log, [LethalProjector.self], batchSize: 10)
      try views.catchUp(to: Position(20))
      try views.catchUp()
    }
    // The batch of position 25 died with its process.
    let views = try directory.open(await ConsentHistory.log(24), [LethalProjector.self])
    #expect(try views.status().first?.position == Position(20))
    try views.catchUp()
    #expect(try views.verify() == nil)
  }

  @Test("a rebuild killed half-way leaves the live view as it was")
  func killedWhileRebuilding() async throws {
    let log = try await ConsentHistory.log(24)
    do { try directory.open(log, [LethalProjector.self]).catchUp() }
    let path = directory.path
    await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
      let log = try await ConsentHistory.log(60)
      let views = try TemporaryViews.open(path, log, [LethalProjector.self])
      try views.rebuild()
    }
    let views = try directory.open(log, [LethalProjector.self])
    #expect(try views.status().first?.position == Position(24))
    #expect(try views.status().first?.generation == 1)
    #expect(try views.verify() == nil)
  }

  @Test("two processes keep the same views up to date, and neither applies an event twice")
  func twoProcesses() async throws {
    let log = try await ConsentHistory.log(400)
    let path = directory.path
    async let other: Void = {
      await #expect(processExitsWith: .success) { [path = path as String] in
        let log = try await ConsentHistory.log(400)
        let views = try TemporaryViews.open(path, log, batchSize: 3)
        for position in stride(from: UInt64(4), through: 400, by: 4) {
          try views.catchUp(to: Position(position))
          if position == 200 { try views.rebuild(["activity"]) }
        }
        guard try views.verify() == nil else { exit(1) }
      }
    }()
    let views = try TemporaryViews.open(path, log, batchSize: 5)
    for position in stride(from: UInt64(2), through: 400, by: 2) {
      try views.catchUp(to: Position(position))
      if position == 100 { try views.rebuild(["consents"]) }
    }
    await other
    #expect(try views.verify() == nil)
    #expect(try views.status().allSatisfy { $0.lag == 0 })
  }
}

/// Kills its process at position 25.
struct LethalProjector: Projector {
  static let name = "lethal"
  static let version: UInt32 = 1
  static let tables = ActivityProjector.tables
  static let kinds: Set<PracticeEvent.Kind>? = nil

  func apply(_ fact: RecordedFact, to rows: inout some RowWriter) throws {
    try ActivityProjector().apply(fact, to: &rows)
    if fact.position == 25 { kill(getpid(), SIGKILL) }
  }
}
