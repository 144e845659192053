import Practice
import PracticeEvents
import Testing

@testable import Reports

@Suite("Schedule reports")
struct ScheduleReportTests {
  @Test("the day shows time, people, status, the first block and the balance")
  func day() throws {
    var scenario = try ReportScenario.clinic()
    try scenario.book("a2", .ben, at: "2026-03-02T11:00", room: "B")
    try scenario.book("a1", .ana, at: "2026-03-02T09:00")
    try scenario.book("a3", .ana, at: "2026-03-03T09:00")
    try scenario.charge("c1", .ana, on: "2026-02-10", cents: 5_000, owedBy: .patient)
    try scenario.pay("p1", .ana, on: "2026-02-10", cents: 1_000)
    let answer = try scenario.answer(ScheduleDayReport.self, today: "2026-03-02")
    #expect(answer.texts("time") == ["09:00", "11:00"])
    #expect(answer.texts("end") == ["10:00", "12:00"])
    #expect(answer.texts("mrn") == ["1001", "1002"])
    #expect(answer.texts("practitioner") == ["Rivera, A.", "Rivera, A."])
    #expect(answer.texts("status") == ["booked", "booked"])
    #expect(answer.cells("ready") == [.flag(false), .flag(false)])
    #expect(answer.texts("firstBlock")[0].hasPrefix("B1 "))
    #expect(answer.texts("balance") == ["40.00", "0.00"])
    let room = try scenario.answer(ScheduleDayReport.self, ["room": "B"], today: "2026-03-02")
    #expect(room.texts("mrn") == ["1002"])
  }

  @Test("the copay of the massage benefit is due, unless the patient pays all")
  func copay() throws {
    var scenario = try ReportScenario.clinic()
    try scenario.record(
      .ana, at: "2026-02-01",
      .coverageAdded(
        .with {
          ($0.coverage, $0.payer) = ("cov1", SubjectID.payer.description)
          $0.effectiveFrom = 20_260_101
        }))
    try scenario.record(
      .ana, at: "2026-02-27",
      .insuranceVerified(
        .with {
          ($0.verification, $0.coverage, $0.active) = ("ver1", "cov1", .yes)
          ($0.verifiedOn, $0.asOfOn, $0.goodThrough) = (20_260_227, 20_260_227, 20_260_331)
          $0.benefits = [
            .with { ($0.serviceType, $0.covered, $0.copayCents) = ("PT", .yes, 4_000) },
            .with { ($0.serviceType, $0.covered, $0.copayCents) = ("BE", .yes, 2_500) },
          ]
        }))
    try scenario.book("a1", .ana, at: "2026-03-02T09:00")
    #expect(
      try scenario.answer(ScheduleDayReport.self, today: "2026-03-02").texts("copay") == ["25.00"])
    try scenario.record(
      .ana, at: "2026-03-01", .selfPayElected(.with { $0.fromDateOn = 20_260_301 }))
    #expect(
      try scenario.answer(ScheduleDayReport.self, today: "2026-03-02").cells("copay") == [.none])
  }

  @Test("the gate is silent on what is no longer to be treated")
  func dayCancelled() throws {
    var scenario = try ReportScenario.clinic()
    try scenario.book("a1", .ana, at: "2026-03-02T09:00")
    try scenario.record(
      .ana, at: "2026-03-01", .appointmentCancelled(.with { $0.appointment = "a1" }))
    let answer = try scenario.answer(ScheduleDayReport.self, today: "2026-03-02")
    #expect(answer.texts("status") == ["cancelled"])
    #expect(answer.cells("ready") == [.none])
  }

  /// Mondays: completed, missed, cancelled late, cancelled in time, still to come.
  private func month() throws -> ReportScenario {
    var scenario = try ReportScenario.clinic()
    for (index, hour) in ["09", "10", "11", "12", "13"].enumerated() {
      try scenario.book("a\(index)", index == 0 ? .ana : .ben, at: "2026-03-02T\(hour):00")
    }
    try scenario.deliver("s0", .ana, at: "2026-03-02T09:05", appointment: "a0", minutes: 50)
    try scenario.record(
      .ben, at: "2026-03-02T10:20", .appointmentNoShowRecorded(.with { $0.appointment = "a1" }))
    try scenario.record(
      .ben, at: "2026-03-02T10:30",
      .appointmentCancelled(.with { ($0.appointment, $0.late, $0.byPatient) = ("a2", true, true) }))
    try scenario.record(
      .ben, at: "2026-02-20", .appointmentCancelled(.with { $0.appointment = "a3" }))
    return scenario
  }

  @Test("utilization sets delivered against offered hours, and misses against visits due")
  func utilization() throws {
    let answer = try month().answer(
      ScheduleUtilizationReport.self, ["from": "2026-03-02", "through": "2026-03-08"])
    #expect(answer.texts("practitioner") == ["Rivera, A."])
    #expect(answer.texts("available") == ["8"])
    #expect(answer.texts("booked") == ["2"])
    #expect(answer.texts("delivered") == ["0.83"])
    #expect(answer.texts("due") == ["3"])
    #expect(answer.texts("noShow") == ["33.3%"])
    #expect(answer.texts("lateCancel") == ["33.3%"])
    #expect(answer.total("available") == "8")
  }

  @Test("no percentage of nothing")
  func utilizationOfNothing() throws {
    let answer = try month().answer(
      ScheduleUtilizationReport.self, ["from": "2026-04-06", "through": "2026-04-06"])
    #expect(answer.cells("noShow") == [.none])
    #expect(answer.texts("available") == ["8"])
  }

  @Test("a range that ends before it begins is refused")
  func backwards() throws {
    let scenario = try month()
    #expect(throws: ReportError.self) {
      try scenario.answer(
        ScheduleUtilizationReport.self, ["from": "2026-03-08", "through": "2026-03-02"])
    }
  }

  @Test("misses are listed with the earlier ones and the fee")
  func noShows() throws {
    var scenario = try month()
    try scenario.record(
      .ben, at: "2026-03-02T12:00",
      .noShowFeeCharged(
        .with {
          ($0.charge, $0.appointment, $0.amountCents, $0.chargedOn) = (
            "f1", "a1", 5_000, 20_260_302
          )
        }))
    let answer = try scenario.answer(ScheduleNoShowReport.self, today: "2026-03-31")
    #expect(answer.texts("what") == ["no-show", "late cancellation"])
    #expect(answer.texts("earlier") == ["0", "1"])
    #expect(answer.texts("fee") == ["50.00", ""])
    #expect(answer.total("feeOpen") == "50.00")
  }
}
