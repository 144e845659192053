import PracticeEvents
import SwiftProtobuf

/// Records that the patient will come.
public struct ConfirmAppointment: Command {
  public static let name = "confirm-appointment"
  public static let summary = "Records that the patient confirmed an appointment."
  public static let roles: Set<Role> = [.frontDesk, .therapist, .patient]

  public var appointment: EntityID

  public init(
    appointment: EntityID
  ) {
    self.appointment = appointment
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let (patient, booked) = try facts.appointment(appointment)
    try booked.requireAwaited()
    guard booked.status != .confirmed else {
      throw Refusal(
        rule: "appointment.confirmed", field: "appointment",
        problem: "the appointment is confirmed already", remedy: "nothing more is needed")
    }
    var fact = AppointmentConfirmed()
    fact.appointment = booked.appointment
    return Decision([ProposedFact(patient, .appointmentConfirmed(fact))])
  }
}

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
      try booked.requireAwaited()
    }
    let limit = try facts.clinic().rule(
      "scheduling", "late-cancel-notice-minutes", on: context.today)
    let notice = context.occurredAt.minutes(until: booked.startsAt)
    var fact = AppointmentCancelled()
    fact.appointment = booked.appointment
    fact.byPatient = byPatient ?? true
    fact.noticeMinutes = Int32(clamping: notice)
    // The clinic's own cancellation is never the patient's fault.
    fact.late = fact.byPatient && notice < limit
    fact.practitioner = booked.practitioner
    fact.room = booked.room
    fact.dateOn = booked.dateOn
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
    try booked.requireAwaited()
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

/// Records that the patient has come; the gate tells what to settle before the treatment.
public struct CheckIn: Command {
  public static let name = "check-in"
  public static let summary = "Records that a patient has come for an appointment."
  public static let roles: Set<Role> = [.frontDesk, .therapist, .patient]

  public var appointment: EntityID

  public init(
    appointment: EntityID
  ) {
    self.appointment = appointment
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let (patient, booked) = try facts.appointment(appointment)
    try booked.requireAwaited()
    guard context.today.compact == booked.dateOn else {
      throw Refusal(
        rule: "appointment.day", field: "appointment",
        problem: "the appointment is not on \(context.today)",
        remedy: "move it with reschedule-appointment, or say when it happened")
    }
    var fact = PatientCheckedIn()
    fact.appointment = booked.appointment
    fact.checkedInAt = Google_Protobuf_Timestamp(context.occurredAt)
    return Decision(
      [ProposedFact(patient, .patientCheckedIn(fact))],
      warnings: try facts.concerns(about: booked.visit(), of: patient))
  }
}
