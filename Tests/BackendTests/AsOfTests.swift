import Backend
import Practice
import ReadModels
import Reports
import Testing

@Suite("Asking for a past state")
struct AsOfTests {
  private func appointments(
    _ clinic: TestClinic, _ asOf: String, on date: String = "2026-03-05"
  ) throws -> Int {
    try clinic.backend.answer(
      ScheduleDayReport.self, ["date": date], asOf: try AsOfRequest(asOf, in: clinic.zone)
    ).body.rows.count
  }

  /// Books a visit on 5 March, at 10:00 on 3 March.
  private func booked() async throws -> TestClinic {
    let clinic = try await TestClinic()
    try await clinic.setUp()
    let episode = try await clinic.addPatient("P-1")
    try clinic.advance(to: "2026-03-03T10:00")
    try await clinic.record(
      BookAppointment(
        patient: SubjectReference("P-1"), practitioner: SubjectReference(TestClinic.therapist),
        room: "Room 1", service: "med60", startsAt: "2026-03-05T10:00", episode: episode),
      by: .frontDesk)
    return clinic
  }

  @Test(
    "what is no position, date or time is refused by what is wrong with it",
    arguments: [
      ("0001-01-01", "the year is not within 1900 to 2200"), ("2026-02-30", "days"),
      ("yesterday", "it is not"), ("2026-03-03 25:00", "asOf"),
    ])
  func malformed(text: String, problem: String) throws {
    let zone = try ClinicTimeZone("America/New_York")
    let error = #expect(throws: ReportError.self) { try AsOfRequest(text, in: zone) }
    let message = error?.description ?? ""
    #expect(message.contains(problem), "\(message)")
    #expect(message.contains("give a position, a date such as 2026-03-03 or a time"))
  }

  @Test("a date means the end of that day, and today means now")
  func days() async throws {
    let clinic = try await booked()
    try clinic.advance(to: "2026-03-03T12:00")
    #expect(try appointments(clinic, "2026-03-02") == 0)
    #expect(try appointments(clinic, "2026-03-03") == 1)
    #expect(try appointments(clinic, "2026-03-03T09:59") == 0)
    #expect(try appointments(clinic, "2026-03-03T12:00") == 1)
  }

  @Test(
    "a time still to come is refused, because a later answer would differ",
    arguments: ["2026-03-04", "2026-03-03T12:01", "2026-03-03T17:00:01Z"])
  func future(_ asOf: String) async throws {
    let clinic = try await booked()
    try clinic.advance(to: "2026-03-03T12:00")
    let refused = #expect(throws: ReportError.self) { try appointments(clinic, asOf) }
    guard case .asOfToCome = refused else {
      Issue.record("it is refused for another reason: \(String(describing: refused))")
      return
    }
  }
}
