import EventLog
import Foundation
import PracticeEvents
import Projection
import SwiftProtobuf
import Synchronization
import Testing

@Suite("Views")
struct ViewsTests {
  let directory: TemporaryViews
  init() throws { directory = try TemporaryViews() }

  private func total(_ set: ViewSet) throws -> Int64 {
    let rows = try set.rows(of: ActivityProjector.self)
    return try rows.row(in: ActivityProjector.total, at: ActivityProjector.key)?.value ?? 0
  }

  @Test("all views of a set are at one position, with its time")
  func onePosition() async throws {
    let views = try directory.open(await ConsentHistory.log(33))
    try views.read(atLeast: Position(33)) { set throws in
      #expect(set.position == Position(33))
      #expect(set.recordedAt == LogTime(rawValue: 1_700_000_000_000_033))
      #expect(try total(set) == 33)
      let open = try set.rows(of: ConsentProjector.self).rows(in: ConsentProjector.open)
      #expect(!open.isEmpty)
    }
  }

  @Test("an empty log gives empty views without a time")
  func emptyLog() throws {
    let views = try directory.open(InMemoryEventLog())
    try views.read { set throws in
      #expect(set.position == .none)
      #expect(set.recordedAt == nil)
      #expect(try total(set) == 0)
    }
  }

  @Test("views that stand apart are brought together before they are read")
  func broughtTogether() async throws {
    let log = try await ConsentHistory.log(40)
    do {
      let views = try directory.open(log, [ActivityProjector.self])
      try views.catchUp(to: Position(30))
    }
    let views = try directory.open(log)
    try views.catchUp(to: Position(10))
    try views.read { set throws in
      #expect(set.position.rawValue >= 30)
      #expect(try total(set) == Int64(set.position.rawValue))
    }
  }

  @Test("a view that was not asked for is not in the set")
  func notAskedFor() async throws {
    let views = try directory.open(await ConsentHistory.log(3))
    try views.read(of: [ActivityProjector.self]) { set throws -> Void in
      #expect(throws: ProjectionError.unknownView("consents")) {
        try set.rows(of: ConsentProjector.self)
      }
    }
    #expect(throws: ProjectionError.unknownView("nonsense")) { try views.rebuild(["nonsense"]) }
  }

  @Test("rows are listed in the order of keys, by prefix and from a key on")
  func listing() async throws {
    let views = try directory.open(await ConsentHistory.log(60))
    let memory = MemoryRows(of: ConsentProjector.self)
    try memory.apply(ConsentHistory.facts(60), with: ConsentProjector.self)
    func keys(_ rows: any RowReader, prefix: RowKey, from: RowKey?) throws -> [RowKey] {
      var keys: [RowKey] = []
      try rows.forEach(in: ConsentProjector.counts, prefix: prefix, from: from) { key, _ in
        keys.append(key)
        return keys.count < 4
      }
      return keys
    }
    let prefix = RowKey().adding(UInt64(2))
    let wanted = (3..<7).map { prefix.adding(UInt64($0)) }
    try views.read(atLeast: Position(60)) { set throws in
      let stored = try set.rows(of: ConsentProjector.self)
      for rows in [stored, memory] as [any RowReader] {
        #expect(try keys(rows, prefix: prefix, from: wanted[0]) == wanted)
        #expect(try keys(rows, prefix: prefix, from: RowKey()).count == 4)
        #expect(try keys(rows, prefix: RowKey().adding(UInt64(3)), from: nil).isEmpty)
        #expect(try keys(rows, prefix: RowKey(), from: nil).first == prefix.adding(UInt64(0)))
      }
    }
  }

  @Test("the past is the replay of a prefix, again from the cache")
  func asOf() async throws {
    let views = try directory.open(await ConsentHistory.log(40))
    for _ in 0..<2 {
      try views.read(asOf: Position(25), of: [ActivityProjector.self]) { set throws in
        #expect(set.position == Position(25))
        #expect(try total(set) == 25)
      }
    }
    #expect(throws: ProjectionError.beyondHead(Position(41), head: Position(40))) {
      try views.read(asOf: Position(41), of: [ActivityProjector.self]) { _ in }
    }
  }

  @Test("the past is replayed once for all who ask for it at the same time")
  func asOfAtOnce() async throws {
    let views = try directory.open(await ConsentHistory.log(40), [SlowProjector.self])
    DispatchQueue.concurrentPerform(iterations: 4) { _ in
      let position = try? views.read(asOf: Position(25), of: [SlowProjector.self]) { $0.position }
      #expect(position == Position(25))
    }
    #expect(SlowProjector.applied.load(ordering: .relaxed) == 25)
  }

  @Test("a newer version of a projector rebuilds its view; an older one refuses it")
  func versions() async throws {
    let log = try await ConsentHistory.log(40)
    do { try directory.open(log).catchUp() }
    do {
      let views = try directory.open(log, [NewerConsentProjector.self])
      #expect(try views.status().first?.storedVersion == 1)
      try views.catchUp()
      let status = try #require(try views.status().first)
      #expect(status.storedVersion == 2)
      #expect(status.generation == 2)
      #expect(status.rows == 7)
      #expect(try views.verify() == nil)
    }
    let views = try directory.open(log)
    let refusal = ProjectionError.newerVersion(view: "consents", stored: 2, known: 1)
    #expect(throws: refusal) { try views.catchUp() }
    try views.rebuild(["consents"])
    #expect(try views.verify() == nil)
  }

  @Test("a view ahead of its log is refused until it is rebuilt")
  func aheadOfLog() async throws {
    do { try directory.open(await ConsentHistory.log(40)).catchUp() }
    let views = try directory.open(await ConsentHistory.log(20), [ActivityProjector.self])
    let refusal = ProjectionError.aheadOfLog(
      view: "activity", checkpoint: Position(40), head: Position(20))
    #expect(throws: refusal) { try views.catchUp() }
    try views.rebuild()
    #expect(try views.read(total) == 20)
  }

  @Test("a view of another log is refused until it is rebuilt")
  func foreignLog() async throws {
    do { try directory.open(await ConsentHistory.log(20)).catchUp() }
    let other = InMemoryEventLog()
    var events = try ConsentHistory.events(ConsentHistory.facts(30))
    for index in events.indices { events[index].event.id = EventID(high: 9, low: UInt64(index)) }
    _ = try await other.importEvents(events, blobs: [])
    let views = try directory.open(other, [ActivityProjector.self])
    let refusal = ProjectionError.foreignLog(view: "activity", checkpoint: Position(20))
    #expect(throws: refusal) { try views.catchUp() }
    try views.rebuild()
    #expect(try views.read(total) == 30)
  }

  @Test("an event that cannot be decoded does not keep new views from being built up to it")
  func builtUpToUndecodable() async throws {
    let log = try await ConsentHistory.log(20)
    let bad = NewEvent(
      id: EventID(high: 5, low: 5), stream: StreamID(high: 5, low: 5),
      kind: EventKind(.consentSigned), tags: [], payload: [0xff])
    _ = try await log.append(
      Proposal(events: [bad]), command: CommandID(high: 5, low: 5), condition: nil)
    let views = try directory.open(log)
    #expect(throws: ProjectionError.self) { try views.catchUp() }
    #expect(try views.read(total) == 20)
    let error = #expect(throws: ProjectionError.self) {
      try views.read(atLeast: Position(21), total)
    }
    #expect(error?.description.contains("position 21") == true)
  }

  @Test("progress goes from nothing to all, phase by phase")
  func progress() async throws {
    let views = try directory.open(await ConsentHistory.log(120))
    let reports = Reports()
    try views.rebuild(progress: { reports.add($0) })
    let phases = Dictionary(grouping: reports.all, by: \.phase)
    #expect(Set(phases.keys) == ["reading the log", "writing consents", "writing activity"])
    for reports in phases.values {
      #expect(reports.first?.done == 0)
      #expect(reports.last?.done == reports.last?.total)
      #expect(reports.map(\.done) == reports.map(\.done).sorted())
    }
  }

  @Test("errors say what to do")
  func remedies() {
    let error = ProjectionError.aheadOfLog(
      view: "activity", checkpoint: Position(2), head: Position(1))
    #expect(error.description.contains("chartledger view rebuild activity"))
  }
}

/// Collects progress from any thread.
final class Reports: Sendable {
  private let lock = NSLock()
  // Proof: only touched under the lock.
  nonisolated(unsafe) private var reports: [ProjectionProgress] = []
  func add(_ report: ProjectionProgress) { lock.withLock { reports.append(report) } }
  var all: [ProjectionProgress] { lock.withLock { reports } }
}

/// Takes its time and counts the facts it is given.
private struct SlowProjector: Projector {
  static let name = "slow"
  static let version: UInt32 = 1
  static let tables = ActivityProjector.tables
  static let kinds: Set<PracticeEvent.Kind>? = nil
  static let applied = Atomic(0)

  func apply(_ fact: RecordedFact, to rows: inout some RowWriter) throws {
    Thread.sleep(forTimeInterval: 0.002)
    Self.applied.add(1, ordering: .relaxed)
  }
}
