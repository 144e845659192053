import PracticeEvents
import TestSupport
import Testing

@testable import Practice

@Suite("Booking appointments")
struct BookingTests {
  @Test("a booking takes the service's minutes and tells what the gate says") func booking() throws
  {
    var clinic = try CareClinic()
    try clinic.openAssessedEpisode()
    let id = try clinic.book("2026-03-11T09:00")
    let booked = try #require(clinic.schedule.appointments[id.description])
    #expect(booked.status == .booked)
    #expect(booked.startsAt.minutes(until: booked.endsAt) == 60)
    #expect(booked.dateOn == 20_260_311)
    #expect(booked.serviceClass == .medical)
    #expect(booked.turnoverMinutes == 10)
    // Nothing blocks; only the estimate of costs is missing.
    let warnings = try clinic.warnings(of: clinic.booking("2026-03-12T09:00"))
    #expect(warnings.allSatisfy { $0.hasPrefix("W") })
  }

  @Test("what the gate would block is told at booking and forbids nothing") func earlyWarning()
    throws
  {
    var clinic = try CareClinic()
    try clinic.scenario.record(
      OpenEpisode(
        patient: SubjectReference(clinic.patient), problem: "neck pain", condition: .acute,
        episode: clinic.episode))
    let warnings = try clinic.warnings(of: clinic.booking("2026-03-11T09:00"))
    #expect(warnings.contains { $0.hasPrefix("B9: ") })
    try clinic.book("2026-03-11T09:00")
  }

  @Test("a time that the clocks skip is refused, and one that comes twice needs its offset")
  func daylightSaving() throws {
    var clinic = try CareClinic()
    for skipped in ["2026-03-08T02:30", "2026-11-01T01:30"] {
      #expect(throws: ValueError.self) {
        try clinic.book(skipped, service: "relax60")
      }
    }
    let first = try clinic.book("2026-11-01T01:00-04:00", minutes: 50, service: "relax60")
    // The second half past one is an hour later, so the two do not overlap.
    let second = try clinic.book("2026-11-01T01:30-05:00", minutes: 30, service: "relax60")
    let both = clinic.schedule.appointments
    #expect(both[first.description]?.startsAt.description == "2026-11-01T05:00:00Z")
    #expect(both[second.description]?.startsAt.description == "2026-11-01T06:30:00Z")
    // Across the skipped hour an hour is still 60 minutes.
    let across = try clinic.book("2026-03-08T01:30", service: "relax60")
    #expect(
      clinic.schedule.appointments[across.description]?.endsAt.description
        == "2026-03-08T07:30:00Z")
  }

  @Test("an overlap of practitioner, room or patient is refused") func overlaps() throws {
    var clinic = try CareClinic()
    let taken = try clinic.book("2026-03-11T09:00", service: "relax60")
    let same = clinic.booking(
      "2026-03-11T09:59", for: clinic.other, room: "2", service: "relax60")
    let refusal = try clinic.scenario.refusal(of: same)
    #expect(refusal.rule == "appointment.practitionerTaken")
    #expect(refusal.details == [taken.description])
    #expect(
      try clinic.scenario.refusal(
        of: clinic.booking(
          "2026-03-11T08:01", with: clinic.colleague, room: "2", service: "relax60")
      ).rule == "appointment.patientTaken")
    // The room is taken for ten minutes after a visit, by this one and by the next.
    for (start, isFree) in [
      ("2026-03-11T10:09", false), ("2026-03-11T10:10", true), ("2026-03-11T07:51", false),
      ("2026-03-11T07:50", true),
    ] {
      let wish = clinic.booking(
        start, for: clinic.other, with: clinic.colleague, service: "relax60")
      if isFree {
        #expect(throws: Never.self) { try clinic.warnings(of: wish) }
      } else {
        #expect(try clinic.scenario.refusal(of: wish).rule == "appointment.roomTaken")
      }
    }
    // So is the practitioner, whatever the room.
    let early = clinic.booking(
      "2026-03-11T10:09", for: clinic.other, room: "2", service: "relax60")
    #expect(try clinic.scenario.refusal(of: early).rule == "appointment.practitionerTaken")
    try clinic.book("2026-03-11T10:10", for: clinic.other, room: "2", service: "relax60")
  }

  @Test("a cancelled or missed appointment takes no time") func freed() throws {
    var clinic = try CareClinic()
    let cancelled = try clinic.book("2026-03-11T09:00", service: "relax60")
    try clinic.scenario.record(CancelAppointment(appointment: cancelled))
    let missed = try clinic.book("2026-03-11T09:00", service: "relax60")
    try clinic.scenario.advance(to: "2026-03-11T09:20")
    try clinic.scenario.record(RecordNoShow(appointment: missed))
    try clinic.book("2026-03-11T09:30", minutes: 30, service: "relax60")
  }

  @Test(
    "a refusal names its rule",
    arguments: [
      ("2026-03-11T09:00", nil, "9", "relax60", "room.unknown"),
      ("2026-03-11T09:00", nil, "1", "relax90", "service.unknown"),
      ("2026-03-11T09:00", nil, "1", "med60", "appointment.episode"),
      ("2026-03-11T09:00", 0, "1", "relax60", "appointment.minutes"),
      ("2026-03-11T09:00", Int.max, "1", "relax60", "appointment.minutes"),
      ("2026-03-11T23:30", nil, "1", "relax60", "appointment.midnight"),
      ("2026-12-01T09:00", nil, "1", "relax60", "B5"),
      ("2026-02-22T09:00", nil, "1", "relax60", "occurred.backdated"),
    ] as [(String, Int?, String, String, String)])
  func refusals(
    _ start: String, _ minutes: Int?, _ room: String, _ service: String, _ rule: String
  ) throws {
    var clinic = try CareClinic()
    var wish = clinic.booking(start, minutes: minutes, room: room, service: service)
    wish.episode = nil
    #expect(try clinic.scenario.refusal(of: wish, by: .frontDesk).rule == rule)
  }

  @Test("a past day is bookable within the back-dating rule, and longer with a reason")
  func past() throws {
    var clinic = try CareClinic()
    let recent = clinic.booking("2026-02-23T09:00", service: "relax60")
    try clinic.scenario.record(recent, by: .frontDesk)
    try clinic.scenario.record(
      clinic.booking("2026-02-20T09:00", service: "relax60"), reason: "found on paper")
  }

  @Test("hours that are set are kept, on the wall clock") func hours() throws {
    var clinic = try CareClinic()
    var set = AvailabilitySet()
    set.fromDateOn = 20_260_301
    var wednesday = AvailabilitySet.Hours()
    wednesday.weekday = 3
    wednesday.startMinute = 9 * 60
    wednesday.endMinute = 17 * 60
    set.hours = [wednesday]
    try clinic.given(clinic.therapist, .availabilitySet(set))
    for outside in ["2026-03-11T08:59", "2026-03-11T16:01", "2026-03-12T10:00"] {
      let wish = clinic.booking(outside, service: "relax60")
      #expect(try clinic.scenario.refusal(of: wish).rule == "appointment.hours", "\(outside)")
    }
    try clinic.book("2026-03-11T09:00", service: "relax60")
    try clinic.book("2026-03-11T16:00", service: "relax60")
  }

  @Test("another patient's or a discharged episode is refused") func wrongEpisode() throws {
    var clinic = try CareClinic()
    try clinic.openAssessedEpisode()
    let strange = clinic.booking(
      "2026-03-11T09:00", for: clinic.other, episode: clinic.episode)
    #expect(try clinic.scenario.refusal(of: strange).rule == "reference.unknown")
    try clinic.scenario.record(DischargeEpisode(episode: clinic.episode, why: .goalsMet))
    let late = clinic.booking("2026-03-11T09:00")
    #expect(try clinic.scenario.refusal(of: late).rule == "episode.discharged")
  }
}

@Suite("What becomes of an appointment")
struct AppointmentCourseTests {
  @Test("a move frees the old time and takes the new one, on both days") func moving() throws {
    var clinic = try CareClinic()
    let id = try clinic.book("2026-03-11T09:00", service: "relax60")
    try clinic.scenario.record(ConfirmAppointment(appointment: id))
    try clinic.scenario.record(
      RescheduleAppointment(
        appointment: id, startsAt: "2026-03-12T09:30", minutes: 30,
        practitioner: SubjectReference(clinic.colleague), room: "2"))
    let moved = try #require(clinic.schedule.appointments[id.description])
    #expect(moved.status == .booked)
    #expect(moved.timesRescheduled == 1)
    #expect(moved.room == "2" && moved.dateOn == 20_260_312)
    try clinic.book("2026-03-11T09:00", for: clinic.other, service: "relax60")
    // The new day knows of the move alone, and still knows the room's turnover.
    let wish = clinic.booking("2026-03-12T10:05", for: clinic.other, room: "2", service: "relax60")
    #expect(try clinic.scenario.refusal(of: wish).rule == "appointment.roomTaken")
    let busy = clinic.booking(
      "2026-03-12T09:00", for: clinic.other, with: clinic.colleague, service: "relax60")
    #expect(try clinic.scenario.refusal(of: busy).rule == "appointment.practitionerTaken")
    // Within its own time it may move freely.
    try clinic.scenario.record(
      RescheduleAppointment(appointment: id, startsAt: "2026-03-12T09:45"))
    #expect(clinic.schedule.appointments[id.description]?.timesRescheduled == 2)
  }

  @Test("a move obeys the rules of a booking") func movingRules() throws {
    var clinic = try CareClinic()
    try clinic.book("2026-03-11T09:00", service: "relax60")
    let id = try clinic.book("2026-03-11T11:00", service: "relax60")
    #expect(
      try clinic.scenario.refusal(
        of: RescheduleAppointment(appointment: id, startsAt: "2026-03-11T09:30")
      ).rule == "appointment.practitionerTaken")
    #expect(
      try clinic.scenario.refusal(
        of: RescheduleAppointment(appointment: id, startsAt: "2026-03-11T12:00", room: "9")
      ).rule == "room.unknown")
  }

  @Test(
    "late is what comes after the notice that the clinic asks for",
    arguments: [
      ("2026-03-10T08:00", true, 1_500, false), ("2026-03-10T09:00", true, 1_440, false),
      ("2026-03-10T09:01", true, 1_439, true), ("2026-03-11T09:05", true, -5, true),
      ("2026-03-11T08:00", false, 60, false),
    ])
  func cancelling(_ time: String, _ byPatient: Bool, _ notice: Int32, _ late: Bool) throws {
    var clinic = try CareClinic()
    let id = try clinic.book("2026-03-11T09:00", service: "relax60")
    try clinic.scenario.advance(to: time)
    let recorded = try clinic.scenario.record(
      CancelAppointment(appointment: id, byPatient: byPatient))
    guard case .appointmentCancelled(let fact) = recorded.first?.event.fact else {
      Issue.record("no cancellation")
      return
    }
    #expect(fact.noticeMinutes == notice)
    #expect(fact.late == late)
    #expect(clinic.schedule.appointments[id.description]?.lateCancellation == late)
    #expect(clinic.schedule.appointments[id.description]?.status == .cancelled)
  }

  @Test("a patient is missed only after the time of grace") func noShow() throws {
    var clinic = try CareClinic()
    let id = try clinic.book("2026-03-11T09:00", service: "relax60")
    try clinic.scenario.advance(to: "2026-03-11T09:14")
    #expect(
      try clinic.scenario.refusal(of: RecordNoShow(appointment: id)).rule == "appointment.grace")
    try clinic.scenario.advance(to: "2026-03-11T09:15")
    try clinic.scenario.record(RecordNoShow(appointment: id), by: .frontDesk)
    #expect(clinic.schedule.appointments[id.description]?.status == .noShow)
  }

  @Test("after check-in the clinic may still cancel, saying why") func cancelledAfterCheckIn()
    throws
  {
    var clinic = try CareClinic()
    let id = try clinic.book("2026-03-11T09:00", service: "relax60")
    try clinic.scenario.advance(to: "2026-03-11T08:50")
    try clinic.scenario.record(CheckIn(appointment: id))
    let byPatient = CancelAppointment(appointment: id)
    #expect(
      try clinic.scenario.refusal(of: byPatient, reason: "ill").rule == "appointment.state")
    let byClinic = CancelAppointment(appointment: id, byPatient: false)
    #expect(try clinic.scenario.refusal(of: byClinic).rule == "reason")
    #expect(
      try clinic.scenario.refusal(of: byClinic, by: .patient, reason: "ill").rule
        == "appointment.state")
    try clinic.scenario.record(byClinic, by: .frontDesk, reason: "the therapist fell ill")
    let cancelled = try #require(clinic.schedule.appointments[id.description])
    #expect(cancelled.status == .cancelled && !cancelled.lateCancellation)
  }

  @Test("a move into the time after the discharge is refused") func movedPastDischarge() throws {
    var clinic = try CareClinic()
    try clinic.openAssessedEpisode()
    let id = try clinic.book("2026-03-11T09:00")
    var over = EpisodeDischarged()
    over.episode = clinic.episode.description
    over.dischargedOn = 20_260_312
    try clinic.given(clinic.patient, .episodeDischarged(over))
    for (day, rule) in [("2026-03-12", "episode.discharged"), ("2026-03-11", nil)] {
      let move = RescheduleAppointment(appointment: id, startsAt: "\(day)T13:00")
      if let rule {
        #expect(try clinic.scenario.refusal(of: move).rule == rule)
      } else {
        #expect(throws: Never.self) { try clinic.warnings(of: move) }
      }
    }
  }

  @Test("a check-in is on the day, and nothing is cancelled after it") func checkIn() throws {
    var clinic = try CareClinic()
    let id = try clinic.book("2026-03-11T09:00", service: "relax60")
    #expect(try clinic.scenario.refusal(of: CheckIn(appointment: id)).rule == "appointment.day")
    try clinic.scenario.advance(to: "2026-03-11T08:50")
    try clinic.scenario.record(CheckIn(appointment: id), by: .frontDesk)
    #expect(clinic.schedule.appointments[id.description]?.status == .checkedIn)
    #expect(clinic.schedule.appointments[id.description]?.checkedInAtUs != 0)
    let later = RescheduleAppointment(appointment: id, startsAt: "2026-03-11T12:00")
    #expect(try clinic.scenario.refusal(of: later).rule == "appointment.state")
    for rule in [
      try clinic.scenario.refusal(of: CancelAppointment(appointment: id)).rule,
      try clinic.scenario.refusal(of: ConfirmAppointment(appointment: id)).rule,
      try clinic.scenario.refusal(of: RecordNoShow(appointment: id)).rule,
      try clinic.scenario.refusal(of: CheckIn(appointment: id)).rule,
    ] {
      #expect(rule == "appointment.state")
    }
  }

  @Test("it is confirmed once, and an unknown one not at all") func confirming() throws {
    var clinic = try CareClinic()
    let id = try clinic.book("2026-03-11T09:00", service: "relax60")
    try clinic.scenario.record(ConfirmAppointment(appointment: id), by: .patient)
    #expect(clinic.schedule.appointments[id.description]?.status == .confirmed)
    #expect(
      try clinic.scenario.refusal(of: ConfirmAppointment(appointment: id)).rule
        == "appointment.confirmed")
    let unknown = EntityID.make(.appointment, random: 99)
    for id in [unknown, clinic.prescription] {
      #expect(
        try clinic.scenario.refusal(of: ConfirmAppointment(appointment: id)).rule
          == "reference.unknown")
    }
  }

  @Test("facts about unknown appointments change nothing") func unknownFacts() throws {
    var clinic = try CareClinic()
    var confirmed = AppointmentConfirmed()
    confirmed.appointment = EntityID.make(.appointment, random: 99).description
    var voided = SessionVoided()
    voided.session = ""
    try clinic.given(clinic.patient, .appointmentConfirmed(confirmed), .sessionVoided(voided))
    #expect(clinic.schedule.appointments.isEmpty)
  }
}
