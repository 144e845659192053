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
  ]
  public static let roles: Set<Role> = [.frontDesk, .therapist, .patient]

  public var patient: SubjectReference
  public var practitioner: SubjectReference
  public var room: String
  public var service: String
  public var startsAt: String
  public var minutes: Int?
  public var episode: EntityID?
  public var appointment: EntityID?

  public init(
    patient: SubjectReference, practitioner: SubjectReference, room: String, service: String,
    startsAt: String, minutes: Int? = nil, episode: EntityID? = nil, appointment: EntityID? = nil
  ) {
    self.patient = patient
    self.practitioner = practitioner
    self.room = room
    self.service = service
    self.startsAt = startsAt
    self.minutes = minutes
    self.episode = episode
    self.appointment = appointment
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let patient = try facts.patientID(patient)
    let practitioner = try facts.practitionerID(practitioner)
    let clinic = try facts.clinic()
    guard let service = clinic.service(service) else {
      throw Refusal(
        rule: "service.unknown", field: "service", problem: "the catalogue has no such service",
        remedy: "choose a code of the service catalogue")
    }
    let start = try context.zone.instant(startsAt)
    let end = try context.end(of: start, minutes: minutes ?? Int(service.minutes))
    let date = context.zone.date(of: start)
    let slot = AppointmentSlot(
      patient: patient, practitioner: practitioner, room: room, start: start, end: end, date: date,
      turnoverMinutes: clinic.rule("scheduling", "turnover-minutes", on: date))
    try slot.requireFree(facts, context)
    try requireEpisode(of: patient, service.serviceClass, facts)

    var fact = AppointmentBooked()
    fact.appointment = try context.id(.appointment, appointment).description
    try facts.requireUnused(fact.appointment, field: "appointment")
    fact.practitioner = practitioner.description
    fact.room = room
    fact.service = service.service
    fact.serviceClass = service.serviceClass
    fact.startsAt = Google_Protobuf_Timestamp(start)
    fact.endsAt = Google_Protobuf_Timestamp(end)
    fact.dateOn = date.compact
    fact.episode = episode?.description ?? ""
    fact.turnoverMinutes = Int32(clamping: slot.turnoverMinutes)
    let visit = PlannedVisit(
      date: date, serviceClass: service.serviceClass, practitioner: practitioner,
      episode: episode?.description)
    return Decision(
      [ProposedFact(patient, .appointmentBooked(fact))],
      warnings: try facts.concerns(about: visit, of: patient))
  }

  private func requireEpisode(
    of patient: SubjectID, _ serviceClass: ServiceClass, _ facts: some Facts
  ) throws {
    guard let episode else {
      guard serviceClass != .medical else {
        throw Refusal(
          rule: "appointment.episode", field: "episode",
          problem: "a medical appointment needs the episode that it treats",
          remedy: "name the episode, or open one with open-episode")
      }
      return
    }
    guard serviceClass != .relaxation else {
      throw Refusal(
        rule: "appointment.relaxation", field: "episode",
        problem: "a visit for relaxation is no part of an episode of care",
        remedy: "leave the episode out, or book a medical service")
    }
    guard try facts.openEpisode(episode).patient == patient else {
      throw unknownReference("episode", "the patient has no such episode")
    }
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
  ]
  public static let roles: Set<Role> = [.frontDesk, .therapist, .patient]

  public var appointment: EntityID
  public var startsAt: String
  public var minutes: Int?
  public var practitioner: SubjectReference?
  public var room: String?
  public var byPatient: Bool?

  public init(
    appointment: EntityID, startsAt: String, minutes: Int? = nil,
    practitioner: SubjectReference? = nil, room: String? = nil, byPatient: Bool? = nil
  ) {
    self.appointment = appointment
    self.startsAt = startsAt
    self.minutes = minutes
    self.practitioner = practitioner
    self.room = room
    self.byPatient = byPatient
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let (patient, booked) = try facts.appointment(appointment)
    try booked.requireAwaited()
    let practitioner = try facts.practitionerID(
      practitioner ?? SubjectReference(booked.practitioner))
    let start = try context.zone.instant(startsAt)
    let end = try context.end(
      of: start, minutes: minutes ?? booked.startsAt.minutes(until: booked.endsAt))
    let date = context.zone.date(of: start)
    let slot = AppointmentSlot(
      patient: patient, practitioner: practitioner, room: room ?? booked.room, start: start,
      end: end, date: date,
      turnoverMinutes: try facts.clinic().rule("scheduling", "turnover-minutes", on: date),
      moving: booked.appointment)
    try slot.requireFree(facts, context)
    try facts.patient(patient).care.requireOngoing(
      episode: booked.episode, on: date, field: "startsAt")

    var fact = AppointmentRescheduled()
    fact.appointment = booked.appointment
    fact.startsAt = Google_Protobuf_Timestamp(start)
    fact.endsAt = Google_Protobuf_Timestamp(end)
    fact.dateOn = date.compact
    fact.practitioner = practitioner.description
    fact.room = slot.room
    fact.byPatient = byPatient ?? true
    fact.previousPractitioner = booked.practitioner
    fact.previousRoom = booked.room
    fact.previousDateOn = booked.dateOn
    fact.turnoverMinutes = Int32(clamping: slot.turnoverMinutes)
    var moved = booked
    moved.dateOn = date.compact
    moved.practitioner = fact.practitioner
    return Decision(
      [ProposedFact(patient, .appointmentRescheduled(fact))],
      warnings: try facts.concerns(about: moved.visit(), of: patient))
  }
}
