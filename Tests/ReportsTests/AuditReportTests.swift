import Practice
import PracticeEvents
import Testing

@testable import Reports

@Suite("Audit of a patient")
struct AuditReportTests {
  private func scenario() throws -> ReportScenario {
    var scenario = try ReportScenario.clinic()
    try scenario.deliver("s1", .ana, at: "2026-03-02T09:00")
    try scenario.sign("n1", "s1", at: "2026-03-02T11:00", before: 7, after: 5)
    try scenario.charge("c1", .ana, on: "2026-03-03", cents: 12_000, session: "s1")
    let note = try #require(scenario.facts.first { $0.event.kind == .soapNoteSigned })
    try scenario.record(
      .ana, at: "2026-03-04", by: "alex", role: .therapist, reason: "wrong side",
      corrects: note.eventID,
      .noteAmended(
        .with { ($0.note, $0.section, $0.text) = ("n1", "objective", "narrative of the amendment") }
      ))
    return scenario
  }

  @Test("lists every event of the patient in order, with who, why and what it corrects")
  func all() throws {
    let scenario = try scenario()
    let answer = try scenario.answer(AuditPatientReport.self, ["patient": "1001"])
    #expect(
      answer.texts("type") == [
        "PatientRegistered", "SessionDelivered", "UnitsDetermined", "SoapNoteSigned",
        "ChargePosted", "NoteAmended",
      ])
    #expect(answer.texts("position") == ["7", "9", "10", "11", "12", "13"])
    #expect(
      answer.texts("summary") == [
        "MRN 1001", "s1: 97124 60 min", "s1: 97124 × 4", "n1 of s1", "charge c1: 97124 × 4",
        "n1: objective",
      ])
    #expect(answer.texts("reason").last == "wrong side")
    #expect(answer.texts("corrects").last == answer.texts("event")[3])
    #expect(answer.texts("initials").last == "AL")
    #expect(answer.texts("occurredAt").last == "2026-03-04T13:00:00Z")
  }

  @Test("narrative text and names stay in the chart")
  func withoutNarrative() throws {
    let answer = try scenario().answer(AuditPatientReport.self, ["patient": "1001"])
    let rows = try ReportFormat.csv.render(answer)
    #expect(!rows.contains("narrative"))
    #expect(!rows.contains("Diaz"))
    #expect(answer.body.subject == "1001 Diaz, A.")
  }

  @Test("the days on which events count can be narrowed")
  func dates() throws {
    let answer = try scenario().answer(
      AuditPatientReport.self,
      ["patient": "1001", "from": "2026-03-03", "to": "2026-03-03"])
    #expect(answer.texts("type") == ["ChargePosted"])
    #expect(answer.body.notes[0].hasPrefix("6 events in all, 1 listed"))
  }

  @Test("an unknown patient is refused without repeating what was given")
  func unknown() throws {
    let scenario = try scenario()
    let error = #expect(throws: ReportError.self) {
      try scenario.answer(AuditPatientReport.self, ["patient": "Diaz"])
    }
    #expect(error.map { !$0.description.contains("Diaz") } == true)
  }
}
