import Practice
import PracticeEvents
import Testing

@testable import Reports

@Suite("Replay for an audit")
struct AuditTrailTests {
  /// A session with a note; a request for the record a week later; then what is done to the record.
  private func scenario() throws -> ReportScenario {
    var scenario = try ReportScenario.clinic()
    try scenario.deliver("s1", .ana, at: "2026-03-02T09:00")
    try scenario.sign("n1", "s1", at: "2026-03-02T11:00", before: 7, after: 5)
    try scenario.record(
      .ana, at: "2026-03-03", by: "alex", role: .therapist, reason: "wrong side",
      .noteAmended(.with { ($0.note, $0.section, $0.text) = ("n1", "plan", "first change") }))
    try scenario.record(
      .ana, at: "2026-03-09",
      .recordsRequestReceived(
        .with {
          ($0.request, $0.requester, $0.receivedOn) = ("r1", .attorney, 20_260_309)
          $0.requestedBy = "Smith LLP"
        }))
    return scenario
  }

  @Test("an amendment stands beside what it replaced, with who, why and when")
  func amendments() throws {
    var scenario = try scenario()
    try scenario.record(
      .ana, at: "2026-03-04", by: "alex", role: .therapist, reason: "more",
      .noteAmended(.with { ($0.note, $0.section, $0.text) = ("n1", "plan", "second change") }))
    let answer = try scenario.answer(AuditAmendmentsReport.self)
    #expect(answer.texts("after") == ["first change", "second change"])
    #expect(answer.texts("before")[1] == "first change")
    #expect(answer.texts("reason") == ["wrong side", "more"])
    #expect(answer.texts("initials") == ["AL", "AL"])
    #expect(answer.texts("visit") == ["2026-03-02", "2026-03-02"])
    #expect(answer.texts("mrn") == ["1001", "1001"])
    let other = try scenario.answer(AuditAmendmentsReport.self, ["patient": "1002"])
    #expect(other.body.rows.isEmpty)
  }

  @Test("a note that is amended after a request for the record is found; one before it is not")
  func editedAfterRequest() throws {
    var scenario = try scenario()
    #expect(try scenario.answer(AuditEditedAfterRequestReport.self).body.rows.isEmpty)
    let edit = try scenario.record(
      .ana, at: "2026-03-10", by: "alex", role: .therapist, reason: "clarified",
      .noteAmended(.with { ($0.note, $0.section, $0.text) = ("n1", "plan", "late change") }))
    let answer = try scenario.answer(AuditEditedAfterRequestReport.self)
    #expect(answer.texts("event") == [edit.eventID])
    #expect(answer.texts("request") == ["r1"])
    #expect(answer.texts("about") == ["2026-03-02"])
    #expect(answer.texts("change") == ["amended"])
    #expect(answer.texts("requester") == ["attorney"])
  }

  @Test(
    "care after the request is no edit; an entry about care before it is, in the dates asked for")
  func laterCare() throws {
    var scenario = try scenario()
    try scenario.deliver("s2", .ana, at: "2026-03-12T09:00")
    #expect(try scenario.answer(AuditEditedAfterRequestReport.self).body.rows.isEmpty)
    try scenario.record(
      .ana, at: "2026-03-12", occurred: "2026-03-05",
      .goalSet(.with { ($0.goal, $0.episode) = ("g1", "e1") }))
    try scenario.deliver("s0", .ben, at: "2026-03-02T09:00")
    try scenario.record(
      .ben, at: "2026-03-09",
      .recordsRequestReceived(
        .with { ($0.request, $0.receivedOn, $0.fromDateOn) = ("r2", 20_260_309, 20_260_305) }))
    try scenario.record(
      .ben, at: "2026-03-12", occurred: "2026-03-04",
      .goalSet(.with { ($0.goal, $0.episode) = ("g2", "e2") }))
    let answer = try scenario.answer(AuditEditedAfterRequestReport.self)
    #expect(answer.texts("what") == ["g1"], "what r2 does not ask for is not listed")
    #expect(answer.texts("change") == ["added"])
  }

  @Test("late is what is recorded more than a day after it happened, or as the clinic's rule says")
  func late() throws {
    var scenario = try scenario()
    try scenario.record(
      .ana, at: "2026-03-20T10:00", by: "kim", reason: "found", occurred: "2026-03-17T09:00",
      .goalSet(.with { $0.goal = "g1" }))
    try scenario.record(
      .ana, at: "2026-03-21T08:00", by: "kim", occurred: "2026-03-20T09:00",
      .goalSet(.with { $0.goal = "g2" }))
    let answer = try scenario.answer(AuditLateReport.self)
    #expect(answer.texts("what") == ["g1"])
    #expect(answer.texts("days") == ["3"])
    #expect(answer.texts("user") == ["kim"])
    #expect(try scenario.answer(AuditLateReport.self, ["hours": "12"]).body.rows.count == 2)
    let april = try scenario.answer(AuditLateReport.self, ["from": "2026-04-01"])
    #expect(april.body.rows.isEmpty)
  }

  @Test("a person's entries of a range are listed with what is remarkable about them")
  func user() throws {
    let scenario = try scenario()
    let given = ["user": "alex", "from": "2026-03-01", "to": "2026-03-31"]
    let answer = try scenario.answer(AuditUserReport.self, given)
    #expect(answer.texts("type") == ["SoapNoteSigned", "NoteAmended"])
    #expect(answer.texts("marks") == ["", "correction"])
    #expect(answer.texts("patient") == ["Diaz, A.", "Diaz, A."])
    let nobody = try scenario.answer(
      AuditUserReport.self, ["user": "alex", "from": "2026-03-04", "to": "2026-03-31"])
    #expect(nobody.body.rows.isEmpty)
  }

  @Test("a patient's readings are found, the refused and the broad ones included")
  func access() throws {
    var scenario = try scenario()
    try scenario.read("audit.patient", at: "2026-03-10", [.ana])
    try scenario.read(
      "audit.patient", by: "flo", role: .frontDesk, at: "2026-03-11", [.ana],
      refused: "a front-desk may not")
    try scenario.read("progress.patient", at: "2026-03-12", [.ben])
    let many = (1...40).map { SubjectID(high: 9, low: UInt64($0)) }
    try scenario.read("ar.aging", at: "2026-03-13", many)
    try scenario.read("ar.aging", at: "2026-03-14", many + [.ana])
    let answer = try scenario.answer(AuditAccessReport.self, ["patient": "1001"])
    #expect(answer.texts("entry") == ["1", "2", "5"])
    #expect(answer.texts("refused") == ["", "a front-desk may not", ""])
    #expect(answer.texts("patientCount") == ["1", "1", "41"])
    let flo = try scenario.answer(AuditAccessReport.self, ["user": "flo"])
    #expect(flo.texts("entry") == ["2"])
    let day = try scenario.answer(
      AuditAccessReport.self, ["from": "2026-03-12", "to": "2026-03-13"])
    #expect(day.texts("entry") == ["3", "4"])
  }

  @Test("a difference has rows added, removed and changed, cell by cell, each with its events")
  func difference() throws {
    var scenario = try ReportScenario.clinic()
    try scenario.charge("c1", .ana, on: "2026-03-02", cents: 12_000, owedBy: .patient)
    try scenario.charge("c2", .ben, on: "2026-03-02", cents: 8_000, owedBy: .patient)
    let before = try scenario.answer(ArAgingReport.self)
    let position = scenario.memory.count
    try scenario.pay("p1", .ana, on: "2026-03-03", cents: 2_000, applied: ["c1": 2_000])
    try scenario.pay("p2", .ben, on: "2026-03-03", cents: 8_000, applied: ["c2": 8_000])
    try scenario.charge("c3", .ben, on: "2026-03-04", cents: 5_000)
    let after = try scenario.answer(ArAgingReport.self)
    var difference = AnswerDifference(of: ArAgingReport.self, from: before, to: after)
    difference.explain(
      by: scenario.facts.filter { $0.position > position },
      patients: ["1001": .ana, "1002": .ben], asked: [])
    #expect(
      difference.changes.map { "\($0.kind) \($0.key.map(\.text).joined(separator: " "))" } == [
        "removed 1002 patient", "changed 1001 patient", "added 1002 insurance",
      ])
    let changed = try #require(difference.changes.first { $0.kind == .changed })
    let total = try #require(changed.cells.first { $0.column.name == "total" })
    #expect(total.before.text == "120.00")
    #expect(total.after.text == "100.00")
    #expect(Set(changed.events.map(\.subject)) == [.ana])
    #expect(changed.events.contains { $0.event.kind == .paymentApplied })
    #expect(difference.mrns == ["1001", "1002"])
    #expect(difference.disclosed == .patients([.ana, .ben]))
    let json = try ReportFormat.json.render(difference)
    #expect(json.contains(#""before": 12000, "after": 10000"#))
    let table = try ReportFormat.table.render(difference)
    #expect(table.contains("120.00 → 100.00"))
    // The rows that came and went have one line each at this width, those that changed one for each
    // value.
    #expect(table.split(separator: "\n").count { $0.hasPrefix("removed ") } == 1)
    #expect(table.split(separator: "\n").count { $0.hasPrefix("added ") } == 1)
    for format in ReportFormat.allCases where format != .ics && format != .svg {
      #expect(try !format.render(difference).isEmpty)
    }
    for format in [ReportFormat.ics, .svg] {
      #expect(throws: ReportError.self) { try format.render(difference) }
    }
  }

  @Test("a row that names its event is put down to that event alone")
  func namedEvent() throws {
    var scenario = try ReportScenario.clinic()
    let before = try scenario.answer(BalancePatientReport.self, ["patient": "1001"])
    try scenario.charge("c1", .ana, on: "2026-03-02", cents: 12_000, owedBy: .patient)
    try scenario.pay("p1", .ana, on: "2026-03-03", cents: 2_000)
    let after = try scenario.answer(BalancePatientReport.self, ["patient": "1001"])
    var difference = AnswerDifference(of: BalancePatientReport.self, from: before, to: after)
    difference.explain(by: scenario.facts, patients: [:], asked: [.ana])
    #expect(
      difference.changes.map { $0.events.map(\.event.kind) } == [
        [.chargePosted], [.paymentReceived],
      ])
  }

  @Test("nothing changes between a state and itself")
  func same() throws {
    let answer = try scenario().answer(AuditStateReport.self, ["patient": "1001"])
    #expect(AnswerDifference(of: AuditStateReport.self, from: answer, to: answer).changes.isEmpty)
    #expect(answer.texts("item").contains("medical visit"))
  }
}
