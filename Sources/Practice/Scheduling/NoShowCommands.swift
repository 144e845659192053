import PracticeEvents

/// Records that the patient did not come.
public struct RecordNoShow: Command {
  public static let name = "record-no-show"
  public static let summary = "Records that a patient did not come, after the time of grace."
  public static let roles: Set<Role> = [.frontDesk, .therapist]

  public var appointment: EntityID

  public init(
    appointment: EntityID
  ) {
    self.appointment = appointment
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let (patient, booked) = try facts.appointment(appointment)
    try AppointmentTransition.miss.require(of: booked)
    let grace = try facts.clinic().rule("scheduling", "no-show-grace-minutes", on: context.today)
    guard context.occurredAt >= booked.startsAt.adding(minutes: grace) else {
      throw Refusal(
        rule: "appointment.grace", field: "appointment",
        problem: "the patient has until \(grace) minutes after the start",
        remedy: "wait, or cancel the appointment")
    }
    var fact = AppointmentNoShowRecorded()
    fact.appointment = booked.appointment
    fact.graceMinutes = Int32(clamping: grace)
    fact.practitioner = booked.practitioner
    fact.room = booked.room
    fact.dateOn = booked.dateOn
    return Decision([ProposedFact(patient, .appointmentNoShowRecorded(fact))])
  }
}

/// Takes back a no-show that was none, and the fee for it.
public struct ReverseNoShow: Command {
  public static let name = "reverse-no-show"
  public static let summary = "Takes back a no-show that was recorded wrongly, with its fee."
  public static let roles: Set<Role> = [.frontDesk, .biller]

  public var appointment: EntityID

  public init(
    appointment: EntityID
  ) {
    self.appointment = appointment
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let (patient, missed) = try facts.appointment(appointment)
    try AppointmentTransition.reverseNoShow.require(of: missed)
    _ = try context.requiredReason()
    // Its time was free for others since.
    try AppointmentSlot(
      patient: patient, practitioner: SubjectID(missed.practitioner), room: missed.room,
      start: missed.startsAt, minutes: missed.startsAt.minutes(until: missed.endsAt),
      moving: missed.appointment, facts, context
    ).requireNoOverlap(facts)
    var fact = AppointmentNoShowReversed()
    fact.appointment = missed.appointment
    fact.practitioner = missed.practitioner
    fact.room = missed.room
    fact.dateOn = missed.dateOn
    let origin = try facts.history(tagged: .entity(appointment)).last {
      $0.event.kind == .appointmentNoShowRecorded
    }
    return Decision(
      [ProposedFact(patient, .appointmentNoShowReversed(fact), corrects: origin?.eventID)]
        + (try feeTakenBack(of: patient, facts, context)))
  }

  /// Voids the fee and frees what was paid on it. A fee that was waived is settled.
  private func feeTakenBack(
    of patient: SubjectID, _ facts: some Facts, _ context: DecisionContext
  ) throws -> [ProposedFact] {
    let account = try facts.patient(patient).account
    let fee = account.charges.values.first {
      $0.isFee && $0.appointment == appointment.description && !$0.voided && !$0.waived
    }
    guard let fee else { return [] }
    let date = try context.bookingDate(field: "occurredAt", facts)
    return try account.voidingFacts(of: fee, on: date).proposed(
      to: patient, on: date, corrects: facts.origin(of: EntityID(fee.charge)))
  }
}
