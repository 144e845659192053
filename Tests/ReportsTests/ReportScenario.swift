import Practice
import PracticeEvents
import PracticeSimulator
import Projection
import ReadModels

@testable import Reports

/// A clinic's history made of facts, with dates as a test wants them, and the reports on it.
struct ReportScenario: Sendable {
  static let zoneName = "America/New_York"

  private(set) var memory = FactMemory()
  private(set) var facts: [RecordedFact] = []
  /// The access log.
  private(set) var accesses: [RecordedFact] = []
  let zone: ClinicTimeZone

  init() throws { zone = try ClinicTimeZone(Self.zoneName) }

  /// Records a fact at a local time; it counts on that day.
  ///
  /// - Parameters:
  ///   - at: e.g. `2026-03-02T09:00`; a date alone means 08:00.
  ///   - occurred: when it happened, if earlier.
  @discardableResult
  mutating func record(
    _ subject: SubjectID, at time: String, by user: String = "sam", role: Role = .supervisor,
    reason: String = "", corrects: String = "", occurred: String? = nil, _ fact: Fact
  ) throws -> RecordedFact {
    let instant = try instant(time)
    let happened = try occurred.map(self.instant) ?? instant
    var event = PracticeEvent()
    event.actor.user = user
    event.actor.role = role
    event.actor.initials = String(user.prefix(2)).uppercased()
    event.occurredAt = .init(happened)
    event.effectiveOn = zone.date(of: happened).compact
    event.channel = .cli
    event.reason = reason
    event.corrects = corrects
    event.fact = fact
    let id = UUIDKey(
      high: UInt64(instant.microseconds / 1000) << 16 | 0x7000, low: 1 << 63 | memory.count + 1)
    let recorded = memory.record([(subject, id, event)], at: instant)
    facts += recorded
    return recorded[0]
  }

  /// Records a reading in the access log.
  mutating func read(
    _ what: String, by user: String = "sam", role: Role = .auditor, at time: String,
    _ patients: [SubjectID], refused: String = ""
  ) throws {
    var event = PracticeEvent()
    event.actor.user = user
    event.actor.role = role
    event.channel = .cli
    event.recordAccessed = .with {
      $0.what = what
      $0.purpose = .audit
      $0.patients = patients.map(\.description)
      $0.patientCount = Int64(patients.count)
      $0.rowCount = 3
      $0.asOfPosition = 7
      ($0.refused, $0.refusal) = (!refused.isEmpty, refused)
    }
    let position = UInt64(accesses.count + 1)
    accesses.append(
      RecordedFact(
        position: position, recordedAt: try instant(time).microseconds,
        id: UUIDKey(high: 1, low: position), stream: SubjectID.access.key,
        streamSequence: position, event: event))
  }

  /// Records what a command of a simulation led to.
  mutating func record(_ command: SimulatedCommand) {
    for (index, event) in command.events.enumerated() {
      facts += memory.record([event], at: command.recordedAt(ofEvent: index))
    }
  }

  /// Records what a decision led to.
  mutating func record(_ events: [ProposedEvent], at now: Instant) {
    facts += memory.record(events, at: now)
  }

  func instant(_ time: String) throws -> Instant {
    try zone.instant(time.contains("T") ? time : time + "T08:00")
  }

  /// Everything a report reads, with the views replayed from the facts.
  func source(today: String) throws -> ReportSource {
    var rows: [String: any RowReader] = [:]
    for projector in ReadModelCatalog.all {
      let memory = MemoryRows(of: projector)
      try memory.apply(facts, with: projector)
      rows[projector.name] = memory
    }
    return ReportSource(
      views: ViewSet(rows: rows), facts: memory, clinic: memory.clinic(), zone: zone,
      asOf: AsOf(
        position: memory.count,
        recordedAt: facts.last.map { Instant(microseconds: $0.recordedAt) }),
      today: try CivilDate(today), log: FactList(facts), accesses: FactList(accesses))
  }

  func answer(
    _ report: any Report.Type, _ parameters: [String: String] = [:], today: String = "2026-04-01"
  ) throws -> ReportAnswer {
    try report.answer(parameters, from: try source(today: today))
  }
}

extension ReportAnswer {
  /// The cells of a column, by row.
  func cells(_ column: String) -> [Cell] {
    guard let index = columns.firstIndex(where: { $0.name == column }) else { return [] }
    return body.rows.map { $0[index] }
  }
  func texts(_ column: String) -> [String] { cells(column).map(\.text) }
  func total(_ column: String) -> String? {
    guard let index = columns.firstIndex(where: { $0.name == column }) else { return nil }
    return body.totals?[index].text
  }
}

/// Dates of facts are CCYYMMDD.
func on(_ date: String) throws -> Int32 { try CivilDate(date).compact }

extension SubjectID {
  static let ana = SubjectID(high: 0x1111_0000_0000_4000, low: 0x8000_0000_0000_0001)
  static let ben = SubjectID(high: 0x2222_0000_0000_4000, low: 0x8000_0000_0000_0002)
  static let therapist = SubjectID(high: 0x3333_0000_0000_4000, low: 0x8000_0000_0000_0003)
  static let payer = SubjectID(high: 0x4444_0000_0000_4000, low: 0x8000_0000_0000_0004)
  static let doctor = SubjectID(high: 0x5555_0000_0000_4000, low: 0x8000_0000_0000_0005)
}
