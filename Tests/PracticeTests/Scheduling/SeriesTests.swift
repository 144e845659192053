import PracticeEvents
import TestSupport
import Testing

@testable import Practice

@Suite("Series of appointments")
struct SeriesTests {
  private func series(
    _ clinic: CareClinic, _ start: String, _ every: SeriesIntervalChoice = .week, count: Int? = 4,
    until: CivilDate? = nil, skip: Bool? = nil, id: EntityID? = nil
  ) -> BookSeries {
    BookSeries(
      patient: SubjectReference(clinic.patient), practitioner: SubjectReference(clinic.therapist),
      room: "1", service: "relax60", startsAt: start, every: every, count: count, until: until,
      skipConflicts: skip, series: id)
  }

  private func starts(_ clinic: CareClinic) -> [String] {
    clinic.schedule.appointments.values.map { "\(clinic.scenario.zone.local(of: $0.startsAt))" }
      .sorted()
  }

  @Test(
    "each appointment keeps the wall clock over both changes of the clocks",
    arguments: [
      ("2026-03-02T09:00", ["2026-03-02T14:00:00Z", "2026-03-09T13:00:00Z"]),
      ("2026-10-26T09:00", ["2026-10-26T13:00:00Z", "2026-11-02T14:00:00Z"]),
    ])
  func clockChanges(_ start: String, _ instants: [String]) throws {
    var clinic = try CareClinic(at: "2026-03-02T08:00")
    try clinic.scenario.record(series(clinic, start, count: 2))
    #expect(
      clinic.schedule.appointments.values.map(\.startsAt.description).sorted() == instants)
  }

  @Test("a series is one event and its appointments, which carry its name") func events() throws {
    var clinic = try CareClinic()
    let id = EntityID.make(.series, random: 1)
    let facts = try clinic.scenario.record(
      series(clinic, "2026-03-03T09:00", .twoWeeks, count: 3, id: id))
    guard case .recurringSeriesBooked(let booked) = facts[0].event.fact else {
      Issue.record("no series")
      return
    }
    #expect(booked.recurrence == "FREQ=WEEKLY;INTERVAL=2;COUNT=3")
    #expect(booked.firstDateOn == 2026_03_03 && booked.startMinute == 540)
    #expect(facts.count == 4)
    #expect(booked.appointments.count == 3 && Set(booked.appointments).count == 3)
    #expect(clinic.schedule.appointments.values.allSatisfy { $0.series == id.description })
    #expect(
      starts(clinic) == ["2026-03-03T09:00", "2026-03-17T09:00", "2026-03-31T09:00"])
  }

  @Test(
    "a month later is the same weekday of the month, and a fifth one is the last",
    arguments: [
      ("2026-03-10T09:00", ["2026-03-10", "2026-04-14", "2026-05-12"], "2TU"),
      ("2026-03-31T09:00", ["2026-03-31", "2026-04-28", "2026-05-26"], "-1TU"),
      ("2026-03-25T09:00", ["2026-03-25", "2026-04-22", "2026-05-27"], "4WE"),
      ("2026-03-07T09:00", ["2026-03-07", "2026-04-04", "2026-05-02"], "1SA"),
    ])
  func monthly(_ start: String, _ dates: [String], _ byDay: String) throws {
    var clinic = try CareClinic()
    let facts = try clinic.scenario.record(series(clinic, start, .month, count: 3))
    #expect(starts(clinic).map { String($0.prefix(10)) } == dates)
    guard case .recurringSeriesBooked(let booked) = facts[0].event.fact else { return }
    #expect(booked.recurrence == "FREQ=MONTHLY;BYDAY=\(byDay);COUNT=3")
  }

  @Test("until is the last day, inclusive") func until() throws {
    var clinic = try CareClinic()
    try clinic.scenario.record(
      series(clinic, "2026-03-03T09:00", count: nil, until: CivilDate("2026-03-24")))
    #expect(starts(clinic).last == "2026-03-24T09:00")
    #expect(starts(clinic).count == 4)
  }

  @Test("all or nothing: the conflicts are listed and nothing is booked") func conflicts() throws {
    var clinic = try CareClinic()
    let taken = try clinic.book(
      "2026-03-10T09:30", for: clinic.other, room: "2", service: "relax60")
    try clinic.scenario.record(
      BlockTime(room: "1", startsAt: "2026-03-24", endsAt: "2026-03-24"))
    let wish = series(clinic, "2026-03-03T09:00")
    let refusal = try clinic.scenario.refusal(of: wish)
    #expect(refusal.rule == "series.conflicts")
    #expect(refusal.problem == "2 of 4 dates cannot be booked")
    #expect(refusal.details.count == 2)
    #expect(refusal.details[0].hasPrefix("2026-03-10: ") && refusal.details[0].contains("\(taken)"))
    #expect(refusal.details[1].hasPrefix("2026-03-24: the room is blocked"))
    #expect(clinic.schedule.appointments.isEmpty)
  }

  @Test("conflicts are skipped on request, reported and recorded") func skipping() throws {
    var clinic = try CareClinic()
    try clinic.book("2026-03-10T09:30", for: clinic.other, room: "2", service: "relax60")
    let wish = series(clinic, "2026-03-03T09:00", skip: true)
    let warnings = try clinic.warnings(of: wish)
    #expect(warnings.filter { $0.hasPrefix("skipped") }.count == 1)
    #expect(warnings[0].hasPrefix("skipped 2026-03-10: the practitioner has"))
    let facts = try clinic.scenario.record(wish)
    guard case .recurringSeriesBooked(let booked) = facts[0].event.fact else { return }
    #expect(booked.skippedOn == [2026_03_10])
    #expect(
      starts(clinic) == ["2026-03-03T09:00", "2026-03-17T09:00", "2026-03-24T09:00"])
    // With nothing left there is no series.
    var again = series(clinic, "2026-03-03T09:30", count: 2, skip: true)
    again.every = .twoWeeks
    #expect(try clinic.scenario.refusal(of: again).rule == "series.conflicts")
  }

  @Test("a local time that the clocks skip is refused with its date, or skipped") func skippedHour()
    throws
  {
    var clinic = try CareClinic()
    let wish = series(clinic, "2026-03-07T02:30", count: nil, until: try CivilDate("2026-03-21"))
    try clinic.scenario.record(wish)
    // On Sundays it meets the change.
    let sundays = series(clinic, "2026-03-08T02:30", count: 2)
    let refusal = try clinic.scenario.refusal(of: sundays)
    #expect(refusal.problem.hasPrefix("2026-03-08 cannot be booked: the clocks"))
    var skipping = sundays
    skipping.skipConflicts = true
    try clinic.scenario.record(skipping)
    #expect(starts(clinic).contains("2026-03-15T02:30"))
    #expect(!starts(clinic).contains { $0.hasPrefix("2026-03-08") })
  }

  @Test("an hour that comes twice needs its offset, which counts on that day alone") func twice()
    throws
  {
    var clinic = try CareClinic()
    let open = series(clinic, "2026-10-25T01:30", count: 3)
    let refusal = try clinic.scenario.refusal(of: open)
    #expect(refusal.details.count == 1 && refusal.details[0].hasPrefix("2026-11-01: "))
    try clinic.scenario.record(series(clinic, "2026-10-25T01:30-04:00", count: 3))
    #expect(
      clinic.schedule.appointments.values.map(\.startsAt.description).sorted() == [
        "2026-10-25T05:30:00Z", "2026-11-01T05:30:00Z", "2026-11-08T06:30:00Z",
      ])
    // An offset that the zone does not have is no wish for another hour.
    let wrong = series(clinic, "2026-03-03T09:00+09:00", count: 2)
    #expect(try clinic.scenario.refusal(of: wrong).details[0].hasPrefix("2026-03-03: "))
  }

  @Test("a series without an end, or with too few or too many dates, is refused") func lengths()
    throws
  {
    var clinic = try CareClinic()
    let day = try CivilDate("2026-03-10")
    let cases: [(Int?, CivilDate?, String)] = [
      (nil, nil, "series.end"), (3, day, "series.end"), (1, nil, "series.length"),
      (105, nil, "series.length"), (Int.max, nil, "series.length"), (-1, nil, "series.length"),
      (nil, try CivilDate("2026-03-03"), "series.length"),
      (nil, try CivilDate("2030-03-03"), "series.length"),
      (nil, try CivilDate("2025-03-03"), "series.length"),
    ]
    for (count, until, rule) in cases {
      let wish = series(clinic, "2026-03-03T09:00", count: count, until: until)
      #expect(try clinic.scenario.refusal(of: wish).rule == rule)
    }
    var unknown = series(clinic, "2026-03-03T09:00")
    unknown.service = "none"
    #expect(try clinic.scenario.refusal(of: unknown).rule == "service.unknown")
    unknown = series(clinic, "2026-03-03T09:00")
    unknown.room = "9"
    #expect(try clinic.scenario.refusal(of: unknown).rule == "room.unknown")
    unknown = series(clinic, "2026-03-03T09:00")
    unknown.service = "med60"
    #expect(try clinic.scenario.refusal(of: unknown).rule == "appointment.episode")
  }

  @Test("what is still to come is cancelled from a date on, and the rest stays") func cancelling()
    throws
  {
    var clinic = try CareClinic()
    let id = EntityID.make(.series, random: 1)
    try clinic.scenario.record(series(clinic, "2026-03-03T09:00", id: id))
    let single = try clinic.book("2026-03-18T09:00", service: "relax60")
    try clinic.scenario.advance(to: "2026-03-17T08:00")
    let facts = try clinic.scenario.record(CancelSeries(series: id, from: CivilDate("2026-03-12")))
    let cancelled = facts.compactMap { fact -> AppointmentCancelled? in
      if case .appointmentCancelled(let fact) = fact.event.fact { fact } else { nil }
    }
    // The one in an hour is late, the one in a week is not.
    #expect(cancelled.map(\.late) == [true, false])
    #expect(cancelled.map(\.noticeMinutes).first == 60)
    let standing = clinic.schedule.appointments.values.filter(\.takesTime)
    #expect(standing.map(\.dateOn).sorted() == [2026_03_03, 2026_03_10, 2026_03_18])
    #expect(clinic.schedule.appointments[single.description]?.status == .booked)
    #expect(try clinic.scenario.refusal(of: CancelSeries(series: id)).rule == "series.over")
    #expect(
      try clinic.scenario.refusal(of: CancelSeries(series: EntityID.make(.series, random: 9))).rule
        == "reference.unknown")
  }

  @Test("what the gate says is told once, with the first date of which it is true") func concerns()
    throws
  {
    var clinic = try CareClinic()
    try clinic.openAssessedEpisode()
    var expired = PrescriptionRevoked()
    expired.prescription = clinic.prescription.description
    expired.revokedOn = 2026_03_20
    try clinic.given(clinic.patient, .prescriptionRevoked(expired))
    var wish = series(clinic, "2026-03-03T09:00")
    wish.service = "med60"
    wish.episode = clinic.episode
    let blocks = try clinic.warnings(of: wish).filter { $0.contains("B1: ") }
    #expect(blocks.count == 1)
    #expect(blocks.first?.hasPrefix("from 2026-03-24 on: B1: ") == true)
  }
}
