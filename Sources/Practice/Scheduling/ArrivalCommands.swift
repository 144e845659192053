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
    guard booked.status != .confirmed else {
      throw Refusal(
        rule: "appointment.confirmed", field: "appointment",
        problem: "the appointment is confirmed already", remedy: "nothing more is needed")
    }
    try AppointmentTransition.confirm.require(of: booked)
    var fact = AppointmentConfirmed()
    fact.appointment = booked.appointment
    return Decision([ProposedFact(patient, .appointmentConfirmed(fact))])
  }
}

/// Records that the patient was reminded of an appointment.
public struct RecordReminder: Command {
  public static let name = "record-reminder"
  public static let summary = "Records that the patient was reminded of an appointment."
  public static let help = [
    "means": "a text message or an e-mail needs the consent to electronic communication"
  ]
  public static let roles: Set<Role> = [.frontDesk, .therapist, .system]

  public var appointment: EntityID
  public var means: ReminderMeansChoice

  public init(
    appointment: EntityID, means: ReminderMeansChoice
  ) {
    self.appointment = appointment
    self.means = means
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let (patient, booked) = try facts.appointment(appointment)
    try AppointmentTransition.remind.require(of: booked)
    let consents = try facts.patient(patient).profile
    guard !means.isElectronic || consents.hasConsent(.electronicCommunication, on: context.today)
    else {
      throw Refusal(
        rule: "reminder.consent", field: "means",
        problem: "the patient has not agreed to electronic communication",
        remedy: "remind by phone or letter, or have the consent signed")
    }
    var fact = ReminderSent()
    fact.appointment = booked.appointment
    fact.means = means.means
    return Decision([ProposedFact(patient, .reminderSent(fact))])
  }
}

/// How a reminder went out.
public enum ReminderMeansChoice: String, WordChoice {
  case phone, textMessage, email, letter

  fileprivate var means: ReminderMeans {
    switch self {
    case .phone: .phone
    case .textMessage: .textMessage
    case .email: .email
    case .letter: .letter
    }
  }

  fileprivate var isElectronic: Bool { self == .textMessage || self == .email }
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
    try AppointmentTransition.checkIn.require(of: booked)
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
