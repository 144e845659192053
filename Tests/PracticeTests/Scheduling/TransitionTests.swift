import PracticeEvents
import TestSupport
import Testing

@testable import Practice

@Suite("The states of an appointment")
struct TransitionTests {
  /// What is done to an appointment, as commands.
  enum Step: String, CaseIterable {
    case confirm, remind, move, cancel, checkIn, miss, deliver, reverseNoShow
  }
  typealias Status = AppointmentStatus

  private static let reached: [Status] = [
    .booked, .confirmed, .checkedIn, .completed, .cancelled, .noShow,
  ]

  /// Which steps each state allows; every other one is refused by name.
  private static let allowed: [Status: Set<Step>] = [
    .booked: [.confirm, .remind, .move, .cancel, .checkIn, .miss, .deliver],
    .confirmed: [.remind, .move, .cancel, .checkIn, .miss, .deliver],
    .checkedIn: [.deliver],
    .completed: [], .cancelled: [], .noShow: [.reverseNoShow],
  ]

  /// An appointment at 09:00 on 11 March, brought into a state; the clock shows 10:05.
  private func appointment(in status: Status) throws -> (CareClinic, EntityID) {
    var clinic = try CareClinic()
    let id = try clinic.book("2026-03-11T09:00", service: "relax60")
    if status == .confirmed { try clinic.scenario.record(ConfirmAppointment(appointment: id)) }
    if status == .cancelled { try clinic.scenario.record(CancelAppointment(appointment: id)) }
    try clinic.scenario.advance(to: "2026-03-11T09:00")
    if status == .checkedIn || status == .completed {
      try clinic.scenario.record(CheckIn(appointment: id))
    }
    try clinic.scenario.advance(to: "2026-03-11T10:05")
    if status == .noShow { try clinic.scenario.record(RecordNoShow(appointment: id)) }
    if status == .completed {
      try clinic.scenario.record(
        DeliverSession(appointment: id, services: [SessionService("97124:60:back")]))
    }
    #expect(clinic.schedule.appointments[id.description]?.status == status)
    return (clinic, id)
  }

  private func command(_ step: Step, _ id: EntityID) throws -> any Command {
    switch step {
    case .confirm: ConfirmAppointment(appointment: id)
    case .remind: RecordReminder(appointment: id, means: .phone)
    case .move: RescheduleAppointment(appointment: id, startsAt: "2026-03-12T09:00")
    case .cancel: CancelAppointment(appointment: id)
    case .checkIn: CheckIn(appointment: id)
    case .miss: RecordNoShow(appointment: id)
    case .deliver: DeliverSession(appointment: id, services: [try SessionService("97124:60:back")])
    case .reverseNoShow: ReverseNoShow(appointment: id)
    }
  }

  @Test(
    "each state allows its own steps and refuses all others, naming the state",
    arguments: reached, Step.allCases)
  func everyStep(_ status: Status, _ step: Step) throws {
    var (clinic, id) = try appointment(in: status)
    let command = try command(step, id)
    if Self.allowed[status]?.contains(step) == true {
      _ = try clinic.scenario.record(command, reason: "a reason")
      return
    }
    let refusal = try clinic.scenario.refusal(of: command, reason: "a reason")
    if status == .confirmed, step == .confirm {
      #expect(refusal.rule == "appointment.confirmed")
    } else {
      #expect(refusal.rule == "appointment.state")
      let text = status == .checkedIn && step == .cancel ? "the patient has come" : status.text
      #expect(refusal.problem.contains(text))
    }
  }

  @Test("a move takes back the confirmation and the reminder") func moved() throws {
    var (clinic, id) = try appointment(in: .confirmed)
    try clinic.scenario.record(RecordReminder(appointment: id, means: .letter), by: .system)
    #expect(clinic.schedule.appointments[id.description]?.remindedAtUs != 0)
    #expect(clinic.schedule.appointments[id.description]?.status == .confirmed)
    try clinic.scenario.record(
      RescheduleAppointment(appointment: id, startsAt: "2026-03-12T09:00"))
    #expect(clinic.schedule.appointments[id.description]?.remindedAtUs == 0)
    #expect(clinic.schedule.appointments[id.description]?.status == .booked)
  }

  @Test("text messages and e-mail need consent to electronic communication") func reminders() throws
  {
    var (clinic, id) = try appointment(in: .booked)
    for means in [ReminderMeansChoice.textMessage, .email] {
      let reminder = RecordReminder(appointment: id, means: means)
      #expect(try clinic.scenario.refusal(of: reminder).rule == "reminder.consent")
    }
    try clinic.scenario.record(
      SignConsent(patient: SubjectReference(clinic.patient), kind: .electronicCommunication))
    try clinic.scenario.record(RecordReminder(appointment: id, means: .email))
  }

  @Test("every change is dated by the log, for those who copy the calendar") func changeTimes()
    throws
  {
    var clinic = try CareClinic()
    let id = try clinic.book("2026-03-11T09:00", service: "relax60")
    let booked = try #require(clinic.schedule.appointments[id.description])
    #expect(booked.bookedAtUs == booked.changedAtUs && booked.bookedAtUs != 0)
    try clinic.scenario.advance(to: "2026-03-04T08:00")
    try clinic.scenario.record(ConfirmAppointment(appointment: id))
    let confirmed = try #require(clinic.schedule.appointments[id.description])
    #expect(confirmed.bookedAtUs == booked.bookedAtUs)
    #expect(confirmed.changedAtUs > booked.changedAtUs)
  }
}

@Suite("Taking back a no-show")
struct NoShowReversalTests {
  private func missed(
    confirmed: Bool = false, policy: Bool = true
  ) throws -> (CareClinic, EntityID) {
    var clinic = try CareClinic()
    if policy {
      try clinic.scenario.record(
        SignConsent(patient: SubjectReference(clinic.patient), kind: .noShowPolicy))
    }
    let id = try clinic.book("2026-03-11T09:00", service: "relax60")
    if confirmed { try clinic.scenario.record(ConfirmAppointment(appointment: id)) }
    try clinic.scenario.advance(to: "2026-03-11T09:20")
    try clinic.scenario.record(RecordNoShow(appointment: id))
    return (clinic, id)
  }

  @Test(
    "it stands again as it did before, and the event names the one it corrects",
    arguments: [true, false])
  func restored(_ confirmed: Bool) throws {
    var (clinic, id) = try missed(confirmed: confirmed)
    #expect(try clinic.scenario.refusal(of: ReverseNoShow(appointment: id)).rule == "reason")
    let facts = try clinic.scenario.record(
      ReverseNoShow(appointment: id), by: .frontDesk, reason: "waited next door")
    #expect(facts.count == 1 && facts[0].event.kind == .appointmentNoShowReversed)
    let origin = clinic.scenario.memory.history(of: clinic.patient).last {
      $0.event.kind == .appointmentNoShowRecorded
    }
    #expect(facts[0].event.corrects == origin?.eventID)
    #expect(
      clinic.schedule.appointments[id.description]?.status == (confirmed ? .confirmed : .booked))
    // Its time is taken again.
    let wish = clinic.booking("2026-03-11T09:30", for: clinic.other, service: "relax60")
    #expect(try clinic.scenario.refusal(of: wish).rule == "appointment.practitionerTaken")
    try clinic.scenario.record(CheckIn(appointment: id))
  }

  @Test("its fee goes with it, and what was paid on it is free again") func fee() throws {
    var (clinic, id) = try missed()
    let charge = EntityID.make(.charge, random: 1)
    try clinic.scenario.record(ChargeNoShowFee(appointment: id, charge: charge))
    try clinic.scenario.record(
      TakePayment(
        patient: SubjectReference(clinic.patient), amount: Money("20.00"), method: .card,
        charges: [charge]))
    let facts = try clinic.scenario.record(
      ReverseNoShow(appointment: id), by: .biller, reason: "mixed up")
    #expect(
      facts.map(\.event.kind) == [.appointmentNoShowReversed, .paymentUnapplied, .chargeVoided])
    let account = clinic.scenario.memory.patient(clinic.patient).account
    #expect(account.receivableCents.patient == 0 && account.unappliedCents == 20_00)
    #expect(account.isBalanced())
    // Should the patient not come after all, the fee may be charged anew.
    try clinic.scenario.record(RecordNoShow(appointment: id))
    try clinic.scenario.record(ChargeNoShowFee(appointment: id))
  }

  @Test("once its time is somebody else's, it stays a no-show") func taken() throws {
    var (clinic, id) = try missed()
    try clinic.book("2026-03-11T09:30", for: clinic.other, room: "2", service: "relax60")
    #expect(
      try clinic.scenario.refusal(of: ReverseNoShow(appointment: id), reason: "x").rule
        == "appointment.practitionerTaken")
  }
}

@Suite("The fee for time that a patient lost")
struct MissedFeeTests {
  private func clinic(_ rules: [(String, Int, String)] = []) throws -> CareClinic {
    var clinic = try CareClinic()
    try clinic.scenario.record(
      SignConsent(patient: SubjectReference(clinic.patient), kind: .noShowPolicy))
    for (key, value, from) in rules {
      try clinic.scenario.record(
        PublishRuleTable(
          table: "scheduling", version: "\(from)", effectiveFrom: CivilDate(from),
          source: "house policy", entries: [.init(key: key, value: value)]))
    }
    return clinic
  }

  private func miss(_ clinic: inout CareClinic, on day: String) throws -> EntityID {
    let id = try clinic.book("\(day)T09:00", service: "relax60")
    try clinic.scenario.advance(to: "\(day)T09:20")
    try clinic.scenario.record(RecordNoShow(appointment: id))
    return id
  }

  private func charged(_ clinic: inout CareClinic, _ id: EntityID) throws -> NoShowFeeCharged {
    let facts = try clinic.scenario.record(ChargeNoShowFee(appointment: id))
    guard case .noShowFeeCharged(let fact) = facts.first?.event.fact else {
      throw ScenarioError.notRefused
    }
    return fact
  }

  @Test("the policy in force on the lost day sets it, whenever it is charged") func effectiveDate()
    throws
  {
    var clinic = try clinic([
      ("no-show-fee-cents", 40_00, "2026-01-01"), ("no-show-fee-cents", 70_00, "2026-03-12"),
    ])
    let before = try miss(&clinic, on: "2026-03-11")
    let after = try miss(&clinic, on: "2026-03-12")
    #expect(try charged(&clinic, before).amountCents == 40_00)
    #expect(try charged(&clinic, after).amountCents == 70_00)
  }

  @Test("more than the signed policy says is refused, less is agreed") func amount() throws {
    var clinic = try clinic()
    let id = try miss(&clinic, on: "2026-03-11")
    let more = ChargeNoShowFee(appointment: id, amount: try Money("50.01"))
    #expect(try clinic.scenario.refusal(of: more).rule == "fee.abovePolicy")
    try clinic.scenario.record(ChargeNoShowFee(appointment: id, amount: Money("10.00")))
  }

  @Test("a late cancellation has its own fee, one in time or by the clinic none") func cancelled()
    throws
  {
    var clinic = try clinic([("late-cancel-fee-cents", 25_00, "2026-01-01")])
    let late = try clinic.book("2026-03-11T09:00", service: "relax60")
    let clinics = try clinic.book("2026-03-11T13:00", service: "relax60")
    let early = try clinic.book("2026-03-13T09:00", service: "relax60")
    try clinic.scenario.advance(to: "2026-03-11T08:00")
    for (id, byPatient) in [(late, true), (clinics, false), (early, true)] {
      try clinic.scenario.record(CancelAppointment(appointment: id, byPatient: byPatient))
    }
    let fee = try charged(&clinic, late)
    #expect(fee.amountCents == 25_00 && fee.lateCancellation && !fee.lateReschedule)
    for id in [clinics, early] {
      #expect(
        try clinic.scenario.refusal(of: ChargeNoShowFee(appointment: id)).rule == "fee.notMissed")
    }
  }

  @Test("a late move has a fee only where the policy sets one") func moved() throws {
    for (rules, fee) in [([], nil), ([("late-reschedule-fee-cents", 15_00, "2026-01-01")], 15_00)]
      as [([(String, Int, String)], Int64?)]
    {
      var clinic = try clinic(rules)
      let id = try clinic.book("2026-03-11T09:00", service: "relax60")
      try clinic.scenario.advance(to: "2026-03-11T08:00")
      let facts = try clinic.scenario.record(
        RescheduleAppointment(appointment: id, startsAt: "2026-03-12T09:00"))
      guard case .appointmentRescheduled(let move) = facts[0].event.fact else { return }
      #expect(move.late && move.noticeMinutes == 60)
      if let fee {
        let charged = try charged(&clinic, id)
        #expect(charged.amountCents == fee && charged.lateReschedule)
      } else {
        #expect(
          try clinic.scenario.refusal(of: ChargeNoShowFee(appointment: id)).rule == "fee.none")
      }
    }
  }

  @Test("a move in time, or by the clinic, is never late") func movedInTime() throws {
    var clinic = try clinic()
    let id = try clinic.book("2026-03-11T09:00", service: "relax60")
    for (time, byPatient) in [("2026-03-10T09:00", true), ("2026-03-11T08:00", false)] {
      try clinic.scenario.advance(to: time)
      let move = RescheduleAppointment(
        appointment: id, startsAt: "2026-03-11T\(byPatient ? "09:00" : "10:00")",
        byPatient: byPatient)
      let facts = try clinic.scenario.record(move)
      guard case .appointmentRescheduled(let moved) = facts[0].event.fact else { return }
      #expect(!moved.late)
    }
    #expect(
      try clinic.scenario.refusal(of: ChargeNoShowFee(appointment: id)).rule == "fee.notMissed")
  }

  @Test("the first miss passes where the policy says so, the second costs") func firstTime() throws
  {
    var clinic = try clinic([("first-miss-is-free", 1, "2026-01-01")])
    let first = try miss(&clinic, on: "2026-03-11")
    let second = try miss(&clinic, on: "2026-03-12")
    #expect(
      try clinic.scenario.refusal(of: ChargeNoShowFee(appointment: first)).rule == "fee.firstTime")
    #expect(try charged(&clinic, second).amountCents == 50_00)
  }

  @Test("the fee is the patient's and no claim can carry it") func neverToInsurance() throws {
    var clinic = try clinic()
    let id = try miss(&clinic, on: "2026-03-11")
    let fee = try charged(&clinic, id)
    let account = clinic.scenario.memory.patient(clinic.patient).account
    #expect(account.charges[fee.charge]?.insuranceOpenCents == 0)
    #expect(account.charges[fee.charge]?.patientOpenCents == 50_00)
    #expect(throws: Refusal.self) {
      try clinic.scenario.record(SubmitClaim(charges: [EntityID(fee.charge)]))
    }
  }
}
