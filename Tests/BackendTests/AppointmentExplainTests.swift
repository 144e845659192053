import Backend
import Practice
import PracticeEvents
import Reports
import Testing

@Suite("What became of an appointment, explained")
struct AppointmentExplainTests {
  private struct Booked {
    let clinic: TestClinic
    let appointment: EntityID
  }

  /// A visit on Tuesday 10 March at ten, booked on the 2nd; the patient has signed the policy.
  private func booked(isSigned: Bool = true) async throws -> Booked {
    let clinic = try await TestClinic()
    try await clinic.setUp()
    let episode = try await clinic.addPatient("P-1")
    let patient = SubjectReference("P-1")
    if isSigned {
      try await clinic.record(
        SignConsent(patient: patient, kind: .noShowPolicy), by: .frontDesk)
    }
    let appointment = try await clinic.record(
      BookAppointment(
        patient: patient, practitioner: SubjectReference(TestClinic.therapist), room: "Room 1",
        service: "med60", startsAt: "2026-03-10T10:00", episode: episode), by: .frontDesk
    ).identifier(.appointment)
    return Booked(clinic: clinic, appointment: appointment)
  }

  private func rows(_ booked: Booked) throws -> [(topic: String, what: String, rule: String)] {
    let answer = try booked.clinic.backend.answer(
      ReportCatalog.named("appointment.explain"), ["appointment": booked.appointment.description])
    #expect(
      answer.disclosed == .patients([try booked.clinic.backend.patientID("P-1")]))
    return answer.body.rows.map { ($0[0].text, $0[2].text, $0[3].text) }
  }

  @Test("a late cancellation tells the notice, the rule of the day, the fee and its waiver")
  func lateCancellation() async throws {
    let booked = try await booked()
    try booked.clinic.advance(to: "2026-03-10T08:30")
    try await booked.clinic.record(
      CancelAppointment(appointment: booked.appointment), by: .frontDesk)
    let charge = try await booked.clinic.record(
      ChargeNoShowFee(appointment: booked.appointment), by: .frontDesk
    ).identifier(.charge)
    try await booked.clinic.record(WaiveFee(charge: charge), reason: "ill child")
    let rows = try rows(booked)
    #expect(rows.map(\.topic) == ["booked", "cancelled", "fee", "fee", "policy"])
    #expect(rows[0].what.hasPrefix("2026-03-10 10:00 for 60 minutes, "))
    #expect(rows[1].what == "by the patient, 1 h 30 min before the start: late")
    #expect(rows[1].rule.hasPrefix("scheduling/late-cancel-notice-minutes = 1440"))
    #expect(rows[2].what.hasSuffix(": $50.00 charged to the patient"))
    #expect(rows[3].what.hasSuffix(": waived, ill child"))
    #expect(rows[4].what == "the fee of 2026-03-10 is $50.00; the patient had signed the policy")
    #expect(rows[4].rule.hasPrefix("scheduling/late-cancel-fee-cents = 5000"))
  }

  @Test("a move in time costs nothing, and a no-show without the policy cannot be charged")
  func moveAndNoShow() async throws {
    let booked = try await booked(isSigned: false)
    try await booked.clinic.record(
      RescheduleAppointment(appointment: booked.appointment, startsAt: "2026-03-11T10:00"),
      by: .frontDesk)
    try booked.clinic.advance(to: "2026-03-11T10:20")
    try await booked.clinic.record(
      RecordNoShow(appointment: booked.appointment), by: .frontDesk)
    let rows = try rows(booked)
    #expect(rows.map(\.topic) == ["booked", "moved", "no-show", "policy"])
    #expect(rows[1].what.hasPrefix("to 2026-03-11 10:00 for 60 minutes"))
    #expect(rows[1].what.hasSuffix("before the start: in time"))
    #expect(rows[2].what == "nobody had come 15 minutes after the start")
    #expect(rows[3].what.contains("had not signed the policy"))
    #expect(rows[3].what.hasSuffix("none was charged"))
  }

  @Test("what the clinic cancels is not the patient's doing; an unknown one is refused")
  func clinicsOwn() async throws {
    let booked = try await booked()
    try booked.clinic.advance(to: "2026-03-10T10:05")
    try await booked.clinic.record(
      CancelAppointment(appointment: booked.appointment, byPatient: false), by: .frontDesk)
    let rows = try rows(booked)
    #expect(rows.map(\.topic) == ["booked", "cancelled"])
    #expect(rows[1].what == "by the clinic, 5 min after the start: not the patient's doing")
    let report = try ReportCatalog.named("appointment.explain")
    for id in ["apt-000000000009", "ses-000000000001", "nonsense"] {
      #expect(throws: ReportError.self) {
        try booked.clinic.backend.answer(report, ["appointment": id])
      }
    }
  }
}
