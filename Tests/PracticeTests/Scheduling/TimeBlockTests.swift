import PracticeEvents
import TestSupport
import Testing

@testable import Practice

@Suite("Blocked time")
struct TimeBlockTests {
  private func away(
    _ clinic: CareClinic, _ start: String, _ end: String, kind: TimeBlockChoice? = .meeting
  ) -> BlockTime {
    BlockTime(
      practitioner: SubjectReference(clinic.therapist), startsAt: start, endsAt: end, kind: kind)
  }

  @Test(
    "nothing is booked into a practitioner's block, to the minute",
    arguments: [
      ("2026-03-11T10:00", true), ("2026-03-11T10:01", false), ("2026-03-11T12:59", false),
      ("2026-03-11T13:00", true), ("2026-03-11T11:30", false),
    ])
  func practitioner(_ start: String, _ isFree: Bool) throws {
    var clinic = try CareClinic()
    let recorded = try clinic.scenario.record(
      away(clinic, "2026-03-11T11:00", "2026-03-11T13:00"), by: .therapist)
    let wish = clinic.booking(start, service: "relax60")
    if isFree {
      #expect(throws: Never.self) { try clinic.warnings(of: wish) }
    } else {
      let refusal = try clinic.scenario.refusal(of: wish)
      #expect(refusal.rule == "appointment.blocked")
      guard case .practitionerTimeBlocked(let block) = recorded.first?.event.fact else {
        Issue.record("no block")
        return
      }
      #expect(refusal.details == [block.block])
      #expect(refusal.problem.contains("from 2026-03-11T11:00 to 2026-03-11T13:00"))
    }
    // The colleague treats meanwhile.
    let other = clinic.booking(start, with: clinic.colleague, service: "relax60")
    #expect(throws: Never.self) { try clinic.warnings(of: other) }
  }

  @Test("dates block whole days, also those on which the clocks change") func wholeDays() throws {
    var clinic = try CareClinic()
    let facts = try clinic.scenario.record(away(clinic, "2026-03-07", "2026-03-08", kind: .holiday))
    guard case .practitionerTimeBlocked(let block) = facts.first?.event.fact else {
      Issue.record("no block")
      return
    }
    #expect(block.startsAt.instant.minutes(until: block.endsAt.instant) == 47 * 60)
    for start in ["2026-03-07T00:00", "2026-03-08T22:30"] {
      let wish = clinic.booking(start, service: "relax60")
      #expect(try clinic.scenario.refusal(of: wish).rule == "appointment.blocked")
    }
    try clinic.book("2026-03-09T00:00", service: "relax60")
  }

  @Test("a supervisor books outside hours or into a block, saying so and why; nobody else")
  func outsideHours() throws {
    var clinic = try CareClinic()
    try clinic.scenario.record(away(clinic, "2026-03-11", "2026-03-11"))
    var wish = clinic.booking("2026-03-11T09:00", service: "relax60")
    // A reason alone, given for something else, opens nothing.
    #expect(
      try clinic.scenario.refusal(of: wish, reason: "a reason").rule == "appointment.blocked")
    wish.outsideHours = true
    #expect(try clinic.scenario.refusal(of: wish).rule == "appointment.outsideHours")
    #expect(
      try clinic.scenario.refusal(of: wish, by: .frontDesk, reason: "urgent").rule
        == "appointment.outsideHours")
    let facts = try clinic.scenario.record(wish, reason: "urgent")
    guard case .appointmentBooked(let booked) = facts.first?.event.fact else {
      Issue.record("no booking")
      return
    }
    #expect(booked.outsideHours)
    // Within hours the wish is not recorded as an exception.
    var ordinary = clinic.booking("2026-03-12T09:00", service: "relax60")
    ordinary.outsideHours = true
    let plain = try clinic.scenario.record(ordinary)
    guard case .appointmentBooked(let fact) = plain.first?.event.fact else { return }
    #expect(!fact.outsideHours)
    // It lets nobody be in two places.
    var second = clinic.booking(
      "2026-03-11T09:30", for: clinic.other, room: "2", service: "relax60")
    second.outsideHours = true
    #expect(
      try clinic.scenario.refusal(of: second, reason: "urgent").rule
        == "appointment.practitionerTaken")
  }

  @Test("a room's block holds for everybody, and a move into it is refused") func room() throws {
    var clinic = try CareClinic()
    let id = try clinic.book("2026-03-10T09:00", service: "relax60")
    try clinic.scenario.record(
      BlockTime(room: "1", startsAt: "2026-03-11", endsAt: "2026-03-12", purpose: "new floor"),
      by: .frontDesk)
    var wish = clinic.booking("2026-03-11T09:00", for: clinic.other, service: "relax60")
    wish.outsideHours = true
    #expect(
      try clinic.scenario.refusal(of: wish, reason: "urgent").rule == "appointment.roomBlocked")
    #expect(
      try clinic.scenario.refusal(
        of: RescheduleAppointment(appointment: id, startsAt: "2026-03-12T09:00")
      ).rule == "appointment.roomBlocked")
    try clinic.scenario.record(
      RescheduleAppointment(appointment: id, startsAt: "2026-03-12T09:00", room: "2"))
  }

  @Test("what is booked already stays, and the block names it") func warning() throws {
    var clinic = try CareClinic()
    let first = try clinic.book("2026-03-11T09:00", service: "relax60")
    let second = try clinic.book("2026-03-12T09:00", service: "relax60")
    try clinic.book("2026-03-13T09:00", service: "relax60")
    let warnings = try clinic.warnings(of: away(clinic, "2026-03-11T09:30", "2026-03-12"))
    #expect(
      warnings == ["booked in that time, to be moved or cancelled: \(first), \(second)"])
    #expect(
      try clinic.warnings(of: BlockTime(room: "2", startsAt: "2026-03-11", endsAt: "2026-03-12"))
        .isEmpty)
  }

  @Test("unblocking gives the time back, once, and keeps both facts") func unblocking() throws {
    var clinic = try CareClinic()
    let block = EntityID.make(.block, random: 1)
    var blocked = away(clinic, "2026-03-11", "2026-03-11")
    blocked.block = block
    let origin = try clinic.scenario.record(blocked)
    let freed = try clinic.scenario.record(UnblockTime(block: block))
    #expect(freed.first?.event.corrects == origin.first?.eventID)
    try clinic.book("2026-03-11T09:00", service: "relax60")
    #expect(try clinic.scenario.refusal(of: UnblockTime(block: block)).rule == "block.gone")
    let room = EntityID.make(.block, random: 2)
    try clinic.scenario.record(
      BlockTime(room: "2", startsAt: "2026-03-11", endsAt: "2026-03-11", block: room))
    try clinic.scenario.record(UnblockTime(block: room))
    #expect(clinic.scenario.memory.clinic().roomBlocks.isEmpty)
    #expect(
      try clinic.scenario.refusal(of: UnblockTime(block: EntityID.make(.block, random: 9))).rule
        == "reference.unknown")
  }

  @Test("a block that is none is refused") func refusals() throws {
    var clinic = try CareClinic()
    let therapist = SubjectReference(clinic.therapist)
    let day = "2026-03-11"
    let cases: [(BlockTime, String)] = [
      (BlockTime(startsAt: day, endsAt: day), "block.whose"),
      (BlockTime(practitioner: therapist, room: "1", startsAt: day, endsAt: day), "block.whose"),
      (away(clinic, "2026-03-11T10:00", "2026-03-11T10:00"), "block.times"),
      (away(clinic, "2026-03-11", "2026-03-10"), "block.times"),
      (away(clinic, "2026-03-11", "2027-03-12"), "block.times"),
      (BlockTime(room: "9", startsAt: day, endsAt: day), "room.unknown"),
      (
        BlockTime(practitioner: therapist, startsAt: day, endsAt: day, purpose: "x"),
        "block.purpose"
      ),
      (BlockTime(room: "1", startsAt: day, endsAt: day, purpose: ""), "text.length"),
      (
        BlockTime(practitioner: "9999999999", startsAt: day, endsAt: day), "reference.unknown"
      ),
    ]
    for (command, rule) in cases {
      #expect(try clinic.scenario.refusal(of: command).rule == rule)
    }
    try clinic.scenario.record(away(clinic, day, day))
    #expect(try clinic.scenario.refusal(of: away(clinic, day, day)).rule == "block.repeated")
    #expect(try clinic.scenario.refusal(of: away(clinic, day, day), by: .patient).rule == "role")
    #expect(throws: ValueError.self) {
      try clinic.scenario.record(away(clinic, "2026-03-08T02:30", "2026-03-08T05:00"))
    }
  }
}
