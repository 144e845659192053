import Backend
import Practice
import PracticeEvents
import Reports
import Testing

@Suite("Explanations for auditors")
struct ExplainTests {
  private struct Visit {
    let clinic: TestClinic
    let episode: EntityID
    let appointment: EntityID
    let prescription: EntityID
    let coverage: EntityID
  }

  /// A visit on 3 March with a prescription of six visits and a plan of twenty, of which the payer
  /// counted eight on 2 March.
  private func visit() async throws -> Visit {
    let clinic = try await TestClinic()
    try await clinic.setUp()
    let episode = try await clinic.addPatient("P-1")
    let patient = SubjectReference("P-1")
    let appointment = try await clinic.record(
      BookAppointment(
        patient: patient, practitioner: SubjectReference(TestClinic.therapist), room: "Room 1",
        service: "med60", startsAt: "2026-03-03T10:00", episode: episode), by: .frontDesk
    ).identifier(.appointment)
    let referral = try await clinic.record(
      ReceiveReferral(patient: patient, referringProvider: SubjectReference(TestClinic.doctor)),
      by: .frontDesk
    ).identifier(.referral)
    let prescription = try await clinic.record(
      AcceptPrescription(
        referral: referral, signatureName: "N. Okafor", writtenOn: CivilDate("2026-01-10"),
        purpose: "treat cervicalgia", diagnoses: [ICD10CM("M54.2")], credential: "MD",
        treatingProvider: true, durationDays: 60, visitsOrdered: 6), by: .frontDesk
    ).identifier(.prescription)
    let coverage = try await clinic.record(
      AddCoverage(
        patient: patient, payer: SubjectReference(TestClinic.payer), memberID: "M123",
        effectiveFrom: CivilDate("2026-01-01")), by: .frontDesk
    ).identifier(.coverage)
    try await clinic.record(
      VerifyInsurance(
        coverage: coverage, active: .yes, lmtCovered: .yes, visitLimit: 20, visitsUsed: 8,
        combinedWith: ["PT"]), by: .frontDesk)
    try clinic.advance(to: "2026-03-03T11:05")
    return Visit(
      clinic: clinic, episode: episode, appointment: appointment, prescription: prescription,
      coverage: coverage)
  }

  private func rows(
    _ clinic: TestClinic, _ report: String, _ given: [String: String]
  ) throws -> [[String]] {
    try clinic.backend.answer(ReportCatalog.named(report), given).body.rows
      .map { $0.map(\.text) }
  }

  @Test("the gate is told condition by condition, with rule and event, and whose data it was")
  func clearance() async throws {
    let visit = try await visit()
    let answer = try visit.clinic.backend.answer(
      ReportCatalog.named("clearance.explain"), ["appointment": visit.appointment.description])
    let rows = answer.body.rows.map { $0.map(\.text) }
    #expect(rows.allSatisfy { $0[0] != "block" })
    let met = try #require(rows.first { $0[1] == "B1" })
    #expect(met[0] == "met" && met[2].contains("6 visits left"))
    #expect(met[3].contains("prescription/max-days = 365"))
    #expect(Int(met[4]) != nil && !met[5].isEmpty)
    #expect(rows.contains { $0[1] == "B12" && $0[2].contains("20 - 0 here - 8 elsewhere = 12") })
    let patient = try visit.clinic.backend.patientID("P-1")
    #expect(answer.disclosed == .patients([patient]))
    #expect(answer.body.notes.contains { $0.contains("may go ahead") })
  }

  @Test("a day without a visit is told by patient and date, and a wrong question is refused")
  func otherDay() async throws {
    let visit = try await visit()
    let rows = try self.rows(
      visit.clinic, "clearance.explain", ["patient": "P-1", "date": "2026-03-12"])
    let block = try #require(rows.first { $0[0] == "block" })
    #expect(block[1] == "B1" && block[2].contains("has run out") && !block[5].isEmpty)
    let report = try ReportCatalog.named("clearance.explain")
    #expect(throws: ReportError.self) { try visit.clinic.backend.answer(report, [:]) }
    #expect(throws: ReportError.self) {
      try visit.clinic.backend.answer(report, ["appointment": "apt-000000000009"])
    }
    #expect(throws: ReportError.self) {
      try visit.clinic.backend.answer(report, ["patient": "P-1", "cpt": "massage"])
    }
  }

  @Test("prescription and plan are counted visit by visit, and a void gives back")
  func counters() async throws {
    let visit = try await visit()
    let session = try await visit.clinic.record(
      DeliverSession(
        appointment: visit.appointment, services: [SessionService("97140:60:neck")]),
      by: .therapist, practitioner: TestClinic.therapist
    ).identifier(.session)
    func told(_ report: String, _ text: String) throws -> Bool {
      try self.rows(visit.clinic, report, ["patient": "P-1", "date": "2026-03-04"])
        .contains { $0[2].contains(text) }
    }
    #expect(try told("prescription.explain", "written 2026-01-10 + 60 days = 2026-03-11"))
    #expect(try told("prescription.explain", "used by \(session) of 2026-03-03: 1 of 6"))
    #expect(try told("prescription.explain", "through 2026-03-11 with 5 visits left"))
    #expect(try told("coverage.explain", "here 1: \(session) of 2026-03-03"))
    #expect(try told("coverage.explain", "shared with PT"))
    #expect(try told("coverage.explain", "20 - 1 here - 8 elsewhere = 11"))
    #expect(try told("frequency.explain", "on 2026-03-04"))
    try await visit.clinic.record(VoidSession(session: session), reason: "another patient's")
    #expect(try told("prescription.explain", "given back by \(session) of 2026-03-03: 0 of 6"))
    #expect(try told("coverage.explain", "20 - 0 here - 8 elsewhere = 12"))
  }

  @Test("three scores without a detectable change are a plateau, with the MDC and its source")
  func plateau() async throws {
    let visit = try await visit()
    for (day, raw) in [("2026-03-03", 3), ("2026-03-10", 3), ("2026-03-17", 3)] {
      try visit.clinic.advance(to: "\(day)T12:00")
      try await visit.clinic.record(
        ScoreOutcomeMeasure(
          episode: visit.episode, instrument: .ndi, items: Array(repeating: raw, count: 10)),
        by: .therapist, practitioner: TestClinic.therapist)
      let rows = try self.rows(visit.clinic, "plateau.explain", ["patient": "P-1"])
      let verdict = try #require(rows.last { $0[0] == "plateau" })
      #expect(verdict[2].hasSuffix(": a plateau") == (day == "2026-03-17"))
      #expect(rows.contains { $0[0] == "score" && $0[3].contains("MDC 10 % (MDC90 5/50") })
    }
  }
}
