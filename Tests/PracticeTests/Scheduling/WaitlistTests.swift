import PracticeEvents
import TestSupport
import Testing

@testable import Practice

@Suite("The waiting list")
struct WaitlistTests {
  private let id = EntityID.make(.waitlistEntry, random: 1)

  private func join(
    _ clinic: CareClinic, wanted: [JoinWaitlist.Wish]? = nil, anybody: Bool = false,
    until: String = "2026-03-20"
  ) throws -> JoinWaitlist {
    JoinWaitlist(
      patient: SubjectReference(clinic.patient), service: "relax60",
      practitioner: anybody ? nil : SubjectReference(clinic.therapist), wanted: wanted,
      until: try CivilDate(until), waitlistEntry: id)
  }

  private func entry(_ clinic: CareClinic) throws -> WaitlistEntry {
    try #require(clinic.schedule.waiting[id.description])
  }

  @Test("an entry keeps what is wanted, and is open until filled") func joining() throws {
    var clinic = try CareClinic()
    let wish = JoinWaitlist.Wish(
      weekday: .wednesday, start: try CivilTime("09:00"), end: try CivilTime("12:00"))
    try clinic.scenario.record(join(clinic, wanted: [wish]), by: .frontDesk)
    let entry = try entry(clinic)
    #expect(entry.joined.minutes == 60 && entry.joinedOn == 2026_03_02 && entry.isOpen)
    #expect(try clinic.scenario.refusal(of: join(clinic)).rule == "waitlist.waiting")
  }

  @Test(
    "what suits is the weekday, the time, the therapist and the dates",
    arguments: [
      ("2026-03-11T09:00", true), ("2026-03-11T11:00", true), ("2026-03-11T11:01", false),
      ("2026-03-11T08:59", false), ("2026-03-12T09:00", false), ("2026-03-18T10:00", true),
      ("2026-03-25T10:00", false),
    ])
  func suiting(_ start: String, _ isSuitable: Bool) throws {
    var clinic = try CareClinic()
    let wish = JoinWaitlist.Wish(
      weekday: .wednesday, start: try CivilTime("09:00"), end: try CivilTime("12:00"))
    try clinic.scenario.record(join(clinic, wanted: [wish]))
    let instant = try clinic.scenario.zone.instant(start)
    let span = instant..<instant.adding(minutes: 60)
    let entry = try entry(clinic)
    #expect(
      entry.suits(span, with: clinic.therapist.description, clinic.scenario.zone) == isSuitable)
    #expect(!entry.suits(span, with: clinic.colleague.description, clinic.scenario.zone))
  }

  @Test("an offer is of a free slot, holds nothing, and is the default of the booking") func offer()
    throws
  {
    var clinic = try CareClinic()
    try clinic.scenario.record(join(clinic))
    let taken = try clinic.book("2026-03-11T09:00", for: clinic.other, service: "relax60")
    let offer = OfferSlot(waitlistEntry: id, startsAt: "2026-03-11T09:00", room: "1")
    #expect(try clinic.scenario.refusal(of: offer).rule == "appointment.practitionerTaken")
    try clinic.scenario.record(CancelAppointment(appointment: taken))
    #expect(try clinic.warnings(of: offer).isEmpty)
    try clinic.scenario.record(offer)
    #expect(try entry(clinic).offers.count == 1)
    // Somebody is quicker.
    let quick = try clinic.book("2026-03-11T09:00", for: clinic.other, service: "relax60")
    #expect(
      try clinic.scenario.refusal(of: FillWaitlist(waitlistEntry: id)).rule
        == "appointment.practitionerTaken")
    try clinic.scenario.record(CancelAppointment(appointment: quick))
    let facts = try clinic.scenario.record(FillWaitlist(waitlistEntry: id))
    #expect(facts.map(\.event.kind) == [.appointmentBooked, .waitlistFilled])
    let booked = try #require(clinic.schedule.appointments.values.first)
    #expect(booked.room == "1" && booked.dateOn == 2026_03_11)
    #expect(try entry(clinic).appointment == booked.appointment)
    for refusal in [
      try clinic.scenario.refusal(of: FillWaitlist(waitlistEntry: id)),
      try clinic.scenario.refusal(of: offer),
      try clinic.scenario.refusal(of: LeaveWaitlist(waitlistEntry: id, why: .notNeeded)),
    ] {
      #expect(refusal.rule == "waitlist.closed")
    }
    // Who was served may wait again.
    var again = try join(clinic)
    again.waitlistEntry = nil
    try clinic.scenario.record(again)
  }

  @Test("an offer that is not what was wanted is told") func unsuitable() throws {
    var clinic = try CareClinic()
    try clinic.scenario.record(
      join(clinic, wanted: [.init(weekday: .friday)], anybody: true))
    let offer = OfferSlot(waitlistEntry: id, startsAt: "2026-03-11T09:00", room: "1")
    #expect(try clinic.scenario.refusal(of: offer).rule == "practitioner.missing")
    var named = offer
    named.practitioner = SubjectReference(clinic.colleague)
    #expect(try clinic.warnings(of: named) == ["it is not what the patient waits for"])
  }

  @Test("without an offer the slot is named, and a past or closed entry is refused") func refusals()
    throws
  {
    var clinic = try CareClinic()
    try clinic.scenario.record(join(clinic))
    #expect(
      try clinic.scenario.refusal(of: FillWaitlist(waitlistEntry: id)).rule == "waitlist.slot")
    let past = OfferSlot(waitlistEntry: id, startsAt: "2026-03-01T09:00", room: "1")
    #expect(try clinic.scenario.refusal(of: past).rule == "waitlist.past")
    #expect(
      try clinic.scenario.refusal(of: LeaveWaitlist(waitlistEntry: id, why: .expired)).rule
        == "waitlist.notExpired")
    try clinic.scenario.advance(to: "2026-03-21T08:00")
    let late = OfferSlot(waitlistEntry: id, startsAt: "2026-03-23T09:00", room: "1")
    #expect(try clinic.scenario.refusal(of: late).rule == "waitlist.expired")
    try clinic.scenario.record(LeaveWaitlist(waitlistEntry: id, why: .expired), by: .system)
    #expect(
      try clinic.scenario.refusal(of: LeaveWaitlist(waitlistEntry: id, why: .notNeeded)).rule
        == "waitlist.closed")
    #expect(
      try clinic.scenario.refusal(
        of: LeaveWaitlist(waitlistEntry: EntityID.make(.waitlistEntry, random: 9), why: .notNeeded)
      ).rule == "reference.unknown")
  }

  @Test("an entry whose dates or times leave no room is refused") func dates() throws {
    var clinic = try CareClinic()
    for until in ["2026-03-01", "2027-03-04"] {
      #expect(
        try clinic.scenario.refusal(of: join(clinic, until: until)).rule == "waitlist.dates")
    }
    let short = JoinWaitlist.Wish(start: try CivilTime("09:00"), end: try CivilTime("09:59"))
    #expect(
      try clinic.scenario.refusal(of: join(clinic, wanted: [short])).rule == "waitlist.wanted")
    var relaxation = try join(clinic)
    relaxation.episode = clinic.episode
    #expect(try clinic.scenario.refusal(of: relaxation).rule == "appointment.relaxation")
  }
}
