import PracticeEvents
import SwiftProtobuf

/// What a booking is about, whatever its time: checked once for all appointments of a series.
struct BookingPlan {
  let patient: SubjectID
  let practitioner: SubjectID
  let room: String
  let service: ServiceCatalogItemDefined
  let minutes: Int
  let episode: EntityID?
  var outsideHours = false

  init(
    patient: SubjectID, practitioner: SubjectReference, room: String, service: String,
    minutes: Int?, episode: EntityID?, outsideHours: Bool? = nil, _ facts: some Facts
  ) throws {
    let clinic = try facts.clinic()
    self.patient = patient
    self.practitioner = try facts.practitionerID(practitioner)
    self.service = try clinic.requiredService(service)
    self.minutes = minutes ?? Int(self.service.minutes)
    self.room = room
    self.episode = episode
    self.outsideHours = outsideHours ?? false
    try clinic.requireRoom(room)
    try facts.requireEpisode(episode, of: patient, self.service.serviceClass)
  }

  /// The appointment at a time, if it is free.
  ///
  /// - Throws: `Refusal` naming what stands in the way.
  func booking(
    at start: Instant, _ facts: some Facts, _ context: DecisionContext
  ) throws -> AppointmentBooked {
    let slot = try AppointmentSlot(
      patient: patient, practitioner: practitioner, room: room, start: start, minutes: minutes,
      facts, context)
    var fact = AppointmentBooked()
    fact.outsideHours = try slot.requireFree(facts, context, outsideHours: outsideHours)
    fact.practitioner = practitioner.description
    fact.room = room
    fact.service = service.service
    fact.serviceClass = service.serviceClass
    fact.startsAt = Google_Protobuf_Timestamp(start)
    fact.endsAt = Google_Protobuf_Timestamp(slot.end)
    fact.dateOn = slot.date.compact
    fact.episode = episode?.description ?? ""
    fact.turnoverMinutes = Int32(clamping: slot.turnoverMinutes)
    fact.practitionerTurnoverMinutes = Int32(clamping: slot.practitionerTurnoverMinutes)
    return fact
  }

  /// What the gate would say on a day; it forbids nothing yet.
  func concerns(on date: CivilDate, _ facts: some Facts) throws -> [String] {
    let visit = PlannedVisit(
      date: date, serviceClass: service.serviceClass, practitioner: practitioner,
      episode: episode?.description)
    return try facts.concerns(about: visit, of: patient)
  }
}

extension ClinicState {
  /// A service of the catalogue.
  func requiredService(_ code: String) throws -> ServiceCatalogItemDefined {
    guard let service = service(code) else {
      throw Refusal(
        rule: "service.unknown", field: "service", problem: "the catalogue has no such service",
        remedy: "choose a code of the service catalogue")
    }
    return service
  }
}

extension Facts {
  /// Refuses a medical visit without an episode, and an episode that is over or somebody else's.
  func requireEpisode(
    _ episode: EntityID?, of patient: SubjectID, _ serviceClass: ServiceClass
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
    guard try openEpisode(episode).patient == patient else {
      throw unknownReference("episode", "the patient has no such episode")
    }
  }
}
