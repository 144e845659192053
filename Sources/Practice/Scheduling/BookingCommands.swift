import PracticeEvents
import SwiftProtobuf

/// Books an appointment. What the gate would say on the day is told now and forbids nothing.
public struct BookAppointment: Command {
  public static let name = "book-appointment"
  public static let summary = "Books a patient with a practitioner in a room."
  public static let help = [
    "patient": "MRN or id", "practitioner": "NPI or id",
    "service": "code of the service catalogue, e.g. med60",
    "startsAt": "local time, e.g. 2026-03-11T09:00; with its offset for an hour that comes twice",
    "minutes": "the service's by default", "episode": "needed for a medical service",
    "outsideHours": "a supervisor books it outside hours or in blocked time, with --reason",
  ]
  public static let roles: Set<Role> = [.frontDesk, .therapist, .patient]

  public var patient: SubjectReference
  public var practitioner: SubjectReference
  public var room: String
  public var service: String
  public var startsAt: String
  public var minutes: Int?
  public var episode: EntityID?
  public var outsideHours: Bool?
  public var appointment: EntityID?

  public init(
    patient: SubjectReference, practitioner: SubjectReference, room: String, service: String,
    startsAt: String, minutes: Int? = nil, episode: EntityID? = nil, outsideHours: Bool? = nil,
    appointment: EntityID? = nil
  ) {
    self.patient = patient
    self.practitioner = practitioner
    self.room = room
    self.service = service
    self.startsAt = startsAt
    self.minutes = minutes
    self.episode = episode
    self.outsideHours = outsideHours
    self.appointment = appointment
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let plan = try BookingPlan(
      patient: facts.patientID(patient), practitioner: practitioner, room: room, service: service,
      minutes: minutes, episode: episode, outsideHours: outsideHours, facts)
    let start = try context.zone.instant(startsAt)
    var fact = try plan.booking(at: start, facts, context)
    fact.appointment = try context.id(.appointment, appointment).description
    try facts.requireUnused(fact.appointment, field: "appointment")
    return Decision(
      [ProposedFact(plan.patient, .appointmentBooked(fact))],
      warnings: try plan.concerns(on: context.zone.date(of: start), facts))
  }
}

/// Moves an appointment that nobody has come to yet.
public struct RescheduleAppointment: Command {
  public static let name = "reschedule-appointment"
  public static let summary = "Moves an appointment to another time, practitioner or room."
  public static let help = [
    "startsAt": "local time, e.g. 2026-03-11T09:00", "minutes": "as long as before by default",
    "practitioner": "NPI or id; the same by default", "room": "the same by default",
    "byPatient": "whether the patient asked for it; true by default",
    "outsideHours": "a supervisor moves it outside hours or into blocked time, with --reason",
  ]
  public static let roles: Set<Role> = [.frontDesk, .therapist, .patient]

  public var appointment: EntityID
  public var startsAt: String
  public var minutes: Int?
  public var practitioner: SubjectReference?
  public var room: String?
  public var byPatient: Bool?
  public var outsideHours: Bool?

  public init(
    appointment: EntityID, startsAt: String, minutes: Int? = nil,
    practitioner: SubjectReference? = nil, room: String? = nil, byPatient: Bool? = nil,
    outsideHours: Bool? = nil
  ) {
    self.appointment = appointment
    self.startsAt = startsAt
    self.minutes = minutes
    self.practitioner = practitioner
    self.room = room
    self.byPatient = byPatient
    self.outsideHours = outsideHours
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let (patient, booked) = try facts.appointment(appointment)
    try AppointmentTransition.move.require(of: booked)
    let practitioner = try facts.practitionerID(
      practitioner ?? SubjectReference(booked.practitioner))
    let slot = try AppointmentSlot(
      patient: patient, practitioner: practitioner, room: room ?? booked.room,
      start: context.zone.instant(startsAt),
      minutes: minutes ?? booked.startsAt.minutes(until: booked.endsAt),
      moving: booked.appointment, facts, context)
    let isOutside = try slot.requireFree(facts, context, outsideHours: outsideHours ?? false)
    try facts.patient(patient).care.requireOngoing(
      episode: booked.episode, on: slot.date, field: "startsAt")
    let notice = try context.notice(of: booked, byPatient: byPatient ?? true, facts)

    var fact = AppointmentRescheduled()
    fact.appointment = booked.appointment
    fact.startsAt = Google_Protobuf_Timestamp(slot.start)
    fact.endsAt = Google_Protobuf_Timestamp(slot.end)
    fact.dateOn = slot.date.compact
    fact.practitioner = practitioner.description
    fact.room = slot.room
    fact.byPatient = byPatient ?? true
    fact.previousPractitioner = booked.practitioner
    fact.previousRoom = booked.room
    fact.previousDateOn = booked.dateOn
    fact.turnoverMinutes = Int32(clamping: slot.turnoverMinutes)
    fact.practitionerTurnoverMinutes = Int32(clamping: slot.practitionerTurnoverMinutes)
    fact.outsideHours = isOutside
    fact.noticeMinutes = notice.minutes
    fact.late = notice.isLate
    var moved = booked
    moved.dateOn = fact.dateOn
    moved.practitioner = fact.practitioner
    return Decision(
      [ProposedFact(patient, .appointmentRescheduled(fact))],
      warnings: try facts.concerns(about: moved.visit(), of: patient))
  }
}
