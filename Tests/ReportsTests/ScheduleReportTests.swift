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

  @Test(
    "a range that ends before it begins, or is longer than two years, is refused",
    arguments: [("2026-03-08", "2026-03-02"), ("2024-03-31", "2026-04-02")])
  func range(from: String, through: String) throws {
    let scenario = try month()
    #expect(throws: ReportError.self) {
      try scenario.answer(ScheduleUtilizationReport.self, ["from": from, "through": through])
    }
    _ = try scenario.answer(
      ScheduleUtilizationReport.self, ["from": "2024-04-01", "through": "2026-04-02"])
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

  @Test("rebooked is of the completed visits: another one after it stands") func rebooked() throws {
    var scenario = try ReportScenario.clinic()
    for (id, patient, day) in [
      ("a1", SubjectID.ana, "02"), ("a2", .ana, "09"), ("b1", .ben, "02"), ("b2", .ben, "16"),
    ] {
      try scenario.book(id, patient, at: "2026-03-\(day)T\(patient == .ana ? "09" : "11"):00")
    }
    for (id, patient, hour) in [("a1", SubjectID.ana, "09"), ("b1", .ben, "11")] {
      try scenario.deliver("s\(id)", patient, at: "2026-03-02T\(hour):00", appointment: id)
    }
    try scenario.record(
      .ben, at: "2026-03-03", .appointmentCancelled(.with { $0.appointment = "b2" }))
    let answer = try scenario.answer(
      ScheduleUtilizationReport.self, ["from": "2026-03-02", "through": "2026-03-08"])
    #expect(answer.texts("rebooked") == ["50%"])
  }

  // MARK: Blocks and free time

  private func block(
    _ scenario: inout ReportScenario, _ id: String, _ from: String, _ to: String,
    kind: TimeBlockKind = .meeting
  ) throws {
    let (start, end) = (try scenario.instant(from), try scenario.instant(to))
    try scenario.record(
      .therapist, at: "2026-02-01",
      .practitionerTimeBlocked(
        .with {
          ($0.block, $0.startsAt, $0.endsAt, $0.kind) = (id, .init(start), .init(end), kind)
        }))
  }

  @Test("the day shows what is blocked, in its place among the visits") func blocksOfDay() throws {
    var scenario = try ReportScenario.clinic()
    try scenario.book("a1", .ana, at: "2026-03-02T11:00")
    try block(&scenario, "blk1", "2026-03-02T09:00", "2026-03-02T10:00")
    try block(&scenario, "blk2", "2026-03-02T15:00", "2026-03-04T00:00", kind: .holiday)
    let (start, end) = (
      try scenario.instant("2026-03-01T12:00"), try scenario.instant("2026-03-02T08:00")
    )
    try scenario.record(
      .site, at: "2026-02-01",
      .roomBlocked(
        .with {
          ($0.block, $0.room, $0.purpose) = ("blk3", "B", "floor")
          ($0.startsAt, $0.endsAt) = (.init(start), .init(end))
        }))
    let answer = try scenario.answer(ScheduleDayReport.self, today: "2026-03-02")
    #expect(answer.texts("time") == ["00:00", "09:00", "11:00", "15:00"])
    #expect(answer.texts("end") == ["08:00", "10:00", "12:00", ""])
    #expect(
      answer.texts("status") == [
        "B blocked: floor", "blocked: meeting", "booked", "blocked: holiday",
      ])
    #expect(answer.texts("entry") == ["blk3", "blk1", "a1", "blk2"])
    #expect(answer.cells("ready").map { $0 == .none } == [true, true, false, true])
    // A room's list has that room's blocks, a therapist's only theirs.
    let room = try scenario.answer(ScheduleDayReport.self, ["room": "B"], today: "2026-03-02")
    #expect(room.texts("entry") == ["blk3"])
    let therapist = try scenario.answer(
      ScheduleDayReport.self, ["practitioner": "1234567893"], today: "2026-03-02")
    #expect(therapist.texts("entry") == ["blk1", "a1", "blk2"])
    // Unblocked time is gone from the day.
    try scenario.record(
      .therapist, at: "2026-02-02", .practitionerTimeUnblocked(.with { $0.block = "blk1" }))
    let later = try scenario.answer(ScheduleDayReport.self, today: "2026-03-02")
    #expect(!later.texts("entry").contains("blk1"))
  }

  @Test("blocked hours are not available") func utilizationOfBlocks() throws {
    var scenario = try ReportScenario.clinic()
    try block(&scenario, "blk1", "2026-03-02T08:00", "2026-03-02T11:00")
    let answer = try scenario.answer(
      ScheduleUtilizationReport.self, ["from": "2026-03-02", "through": "2026-03-02"])
    #expect(answer.texts("available") == ["6"])
  }

  private func licensed() throws -> ReportScenario {
    var scenario = try ReportScenario.clinic()
    try scenario.record(
      .therapist, at: "2026-01-05",
      .licenseRecorded(
        .with { ($0.license, $0.issuedOn, $0.expiresOn) = ("lic1", 20_250_101, 20_260_430) }))
    return scenario
  }

  @Test("free time is between visits with their turnover, in the rooms that are free then")
  func availability() throws {
    var scenario = try licensed()
    try scenario.book("a1", .ana, at: "2026-03-02T11:00")
    try scenario.record(
      .site, at: "2026-02-01",
      .roomBlocked(
        .with {
          ($0.block, $0.room) = ("blk3", "B")
          ($0.startsAt, $0.endsAt) = (
            .init(Instant(secondsSinceEpoch: 1_772_460_000)),
            .init(Instant(secondsSinceEpoch: 1_772_467_200))
          )
        }))
    let given = ["from": "2026-03-02", "through": "2026-03-08", "durationMin": "45"]
    let answer = try scenario.answer(ScheduleAvailabilityReport.self, given, today: "2026-03-01")
    // Mondays only; 1 772 460 000 is 09:00 and B is closed until 11:00. The scenario's booking has
    // no turnover of its own, the next has ten minutes before it.
    #expect(answer.texts("time") == ["09:00", "12:00"])
    #expect(answer.texts("end") == ["10:50", "17:00"])
    #expect(answer.cells("rooms") == [.list(["A"]), .list(["A", "B"])])
    #expect(answer.texts("minutes") == ["110", "300"])
    // On the day itself what is past is left out; nothing is free without a licence.
    let now = try scenario.answer(
      ScheduleAvailabilityReport.self, given.merging(["from": "2026-03-02"]) { $1 },
      today: "2026-03-02")
    #expect(now.texts("time") == ["09:00", "12:00"])
    let unlicensed = try scenario.answer(
      ScheduleAvailabilityReport.self, ["from": "2026-05-04", "through": "2026-05-04"])
    #expect(unlicensed.body.rows.isEmpty)
  }

  @Test("a range that is too long or backwards, and a visit of no length, are refused")
  func availabilityRefusals() throws {
    let scenario = try licensed()
    for given in [
      ["from": "2026-03-02", "through": "2026-03-01"],
      ["from": "2026-03-02", "through": "2026-06-02"],
      ["durationMin": "0"], ["durationMin": "481"],
    ] {
      #expect(throws: ReportError.self) {
        try scenario.answer(ScheduleAvailabilityReport.self, given)
      }
    }
  }

  @Test("who waits is told of time that was given up and suits") func waitlist() throws {
    var scenario = try licensed()
    try scenario.record(
      .therapist, at: "2026-01-05",
      .privilegeGranted(.with { ($0.serviceClass, $0.fromDateOn) = (.relaxation, 20_260_101) }))
    try scenario.book("a1", .ana, at: "2026-03-09T11:00")
    try scenario.book("a2", .ana, at: "2026-03-16T15:00")
    func wait(_ id: String, _ from: Int32, _ to: Int32, _ practitioner: SubjectID?) throws {
      try scenario.record(
        .ben, at: "2026-03-0\(id.suffix(1))",
        .waitlistJoined(
          .with {
            ($0.waitlistEntry, $0.service, $0.serviceClass) = (id, "relax", .relaxation)
            ($0.minutes, $0.throughDateOn) = (60, 20_260_320)
            $0.practitioner = practitioner?.description ?? ""
            $0.wishes = [.with { ($0.weekday, $0.startMinute, $0.endMinute) = (1, from, to) }]
          }))
    }
    try wait("w1", 10 * 60, 13 * 60, .therapist)
    try wait("w2", 15 * 60, 17 * 60, nil)
    try wait("w3", 10 * 60, 13 * 60, .doctor)
    func fits() throws -> [[Cell]] {
      let answer = try scenario.answer(ScheduleWaitlistReport.self, today: "2026-03-05")
      #expect(answer.texts("entry") == ["w1", "w2", "w3"])
      return [answer.cells("fits")]
    }
    #expect(try fits() == [[.list([]), .list([]), .list([])]])
    // One is cancelled, the other moved away.
    try scenario.record(
      .ana, at: "2026-03-04T10:00", .appointmentCancelled(.with { $0.appointment = "a1" }))
    let moved = try scenario.instant("2026-03-16T09:00")
    try scenario.record(
      .ana, at: "2026-03-04T10:01",
      .appointmentRescheduled(
        .with {
          ($0.appointment, $0.practitioner, $0.room) = ("a2", SubjectID.therapist.description, "A")
          ($0.startsAt, $0.endsAt) = (.init(moved), .init(moved.adding(minutes: 60)))
          $0.dateOn = 2026_03_16
        }))
    #expect(
      try fits() == [
        [
          .list(["2026-03-09 11:00 Rivera, A., A"]), .list(["2026-03-16 15:00 Rivera, A., A"]),
          .list([]),
        ]
      ])
    // What somebody took since fits nobody any more.
    try scenario.book("a3", .ana, at: "2026-03-09T11:00")
    #expect(try fits()[0][0] == .list([]))
    try scenario.record(
      .ben, at: "2026-03-05", .waitlistLeft(.with { $0.waitlistEntry = "w1" }))
    let answer = try scenario.answer(ScheduleWaitlistReport.self, today: "2026-03-05")
    #expect(answer.texts("entry") == ["w2", "w3"])
    #expect(answer.texts("wanted") == ["Mon 15:00-17:00", "Mon 10:00-13:00"])
    #expect(
      try scenario.answer(ScheduleWaitlistReport.self, today: "2026-03-21").body.rows.isEmpty)
  }
}
