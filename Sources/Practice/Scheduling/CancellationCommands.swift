import PracticeEvents

/// Cancels an appointment; how long before its start decides whether it is late. Once the patient
/// has come, only the clinic cancels it, and says why: the treatment cannot be given.
public struct CancelAppointment: Command {
  public static let name = "cancel-appointment"
  public static let summary = "Cancels an appointment and notes how late the notice came."
  public static let help = ["byPatient": "the patient cancelled, not the clinic; true by default"]
  public static let roles: Set<Role> = [.frontDesk, .therapist, .patient]

  public var appointment: EntityID
  public var byPatient: Bool?

  public init(
    appointment: EntityID, byPatient: Bool? = nil
  ) {
    self.appointment = appointment
    self.byPatient = byPatient
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let (patient, booked) = try facts.appointment(appointment)
    if booked.status == .checkedIn {
      try requireClinicsOwn(context)
    } else {
      try AppointmentTransition.cancel.require(of: booked)
    }
    let fact = try booked.cancellation(byPatient: byPatient ?? true, facts, context)
    return Decision([ProposedFact(patient, .appointmentCancelled(fact))])
  }

  private func requireClinicsOwn(_ context: DecisionContext) throws {
    guard byPatient == false, context.actor.role != .patient else {
      throw Refusal(
        rule: "appointment.state", field: "byPatient", problem: "the patient has come already",
        remedy: "if it cannot go ahead, the clinic cancels it: byPatient false, with --reason")
    }
    _ = try context.requiredReason()
  }
}

extension DecisionContext {
  /// How long before its start something is said of an appointment, in minutes, negative after it;
  /// and whether that is late by the clinic's policy of that day. What the clinic itself changes is
  /// never the patient's fault.
  func notice(
    of booked: Appointment, byPatient: Bool, _ facts: some Facts
  ) throws -> (minutes: Int32, isLate: Bool) {
    let limit = try facts.clinic().rule("scheduling", "late-cancel-notice-minutes", on: today)
    let minutes = occurredAt.minutes(until: booked.startsAt)
    return (Int32(clamping: minutes), byPatient && minutes < limit)
  }
}

extension Appointment {
  /// The cancellation of this appointment at the context's time.
  func cancellation(
    byPatient: Bool, _ facts: some Facts, _ context: DecisionContext
  ) throws -> AppointmentCancelled {
    let notice = try context.notice(of: self, byPatient: byPatient, facts)
    var fact = AppointmentCancelled()
    fact.appointment = appointment
    fact.byPatient = byPatient
    fact.noticeMinutes = notice.minutes
    fact.late = notice.isLate
    fact.practitioner = practitioner
    fact.room = room
    fact.dateOn = dateOn
    return fact
  }
}
