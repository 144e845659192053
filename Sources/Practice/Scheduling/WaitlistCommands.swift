import PracticeEvents
import SwiftProtobuf

/// Puts a patient on the list of those who would come sooner.
public struct JoinWaitlist: Command {
  public static let name = "join-waitlist"
  public static let summary = "Puts a patient on the waiting list for a service."
  public static let help = [
    "patient": "MRN or id", "service": "code of the service catalogue, e.g. med60",
    "practitioner": "NPI or id; whoever is free when left out",
    "wanted":
      "weekday, start and end of times that suit, each may be left out; any time by default",
    "from": "first day; today by default", "until": "last day on which a visit is of use",
    "episode": "that a medical visit would treat",
  ]
  public static let roles: Set<Role> = [.frontDesk, .therapist, .patient]

  /// A time that would suit; what is left out does not matter.
  public struct Wish: Codable, Sendable {
    public var weekday: WeekdayChoice?
    public var start: CivilTime?
    public var end: CivilTime?

    public init(weekday: WeekdayChoice? = nil, start: CivilTime? = nil, end: CivilTime? = nil) {
      self.weekday = weekday
      self.start = start
      self.end = end
    }
  }

  public var patient: SubjectReference
  public var service: String
  public var practitioner: SubjectReference?
  public var wanted: [Wish]?
  public var from: CivilDate?
  public var until: CivilDate
  public var episode: EntityID?
  public var waitlistEntry: EntityID?

  public init(
    patient: SubjectReference, service: String, practitioner: SubjectReference? = nil,
    wanted: [Wish]? = nil, from: CivilDate? = nil, until: CivilDate, episode: EntityID? = nil,
    waitlistEntry: EntityID? = nil
  ) {
    self.patient = patient
    self.service = service
    self.practitioner = practitioner
    self.wanted = wanted
    self.from = from
    self.until = until
    self.episode = episode
    self.waitlistEntry = waitlistEntry
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let patient = try facts.patientID(patient)
    let service = try facts.clinic().requiredService(service)
    let from = from ?? context.today
    guard from <= until, context.today <= until, from.days(until: until) <= 366 else {
      throw Refusal(
        rule: "waitlist.dates", field: "until",
        problem: "\(until) is past, before the first day, or more than a year after it",
        remedy: "give the last day on which a visit is of use")
    }
    if let episode { try facts.requireEpisode(episode, of: patient, service.serviceClass) }
    let waiting = try facts.patient(patient).schedule.waiting.values.first {
      $0.isWaiting(on: context.today) && $0.joined.service == service.service
    }
    if let waiting {
      throw Refusal(
        rule: "waitlist.waiting", field: "service",
        problem: "the patient waits for it already: \(waiting.joined.waitlistEntry)",
        remedy: "leave-waitlist first, to wait with other wishes",
        details: [waiting.joined.waitlistEntry])
    }
    var fact = WaitlistJoined()
    fact.waitlistEntry = try context.id(.waitlistEntry, waitlistEntry).description
    try facts.requireUnused(fact.waitlistEntry, field: "waitlistEntry")
    fact.service = service.service
    fact.serviceClass = service.serviceClass
    fact.minutes = service.minutes
    fact.practitioner = try practitioner.map { try facts.practitionerID($0).description } ?? ""
    fact.episode = episode?.description ?? ""
    fact.wishes = try (wanted ?? []).map { try $0.checked(lasting: Int(service.minutes)) }
    fact.fromDateOn = from.compact
    fact.throughDateOn = until.compact
    return Decision([ProposedFact(patient, .waitlistJoined(fact))])
  }
}

extension JoinWaitlist.Wish {
  fileprivate func checked(lasting minutes: Int) throws -> WaitlistJoined.Wish {
    let from = start?.minutesSinceMidnight ?? 0
    let to = end?.minutesSinceMidnight ?? 1_440
    guard from + max(1, minutes) <= to else {
      throw Refusal(
        rule: "waitlist.wanted", field: "wanted",
        problem: "between \(start?.description ?? "00:00") and \(end?.description ?? "24:00") "
          + "there is no room for \(minutes) minutes",
        remedy: "give a longer time")
    }
    var wish = WaitlistJoined.Wish()
    wish.weekday = Int32(weekday?.number ?? 0)
    wish.startMinute = Int32(from)
    wish.endMinute = Int32(to)
    return wish
  }
}

/// Offers a free slot to somebody who waits.
public struct OfferSlot: Command {
  public static let name = "offer-slot"
  public static let summary = "Records that a free slot was offered to a patient who waits."
  public static let help = [
    "startsAt": "local time, e.g. 2026-03-11T09:00",
    "practitioner": "NPI or id; the one waited for by default",
  ]
  public static let roles: Set<Role> = [.frontDesk, .therapist]

  public var waitlistEntry: EntityID
  public var startsAt: String
  public var room: String
  public var practitioner: SubjectReference?

  public init(
    waitlistEntry: EntityID, startsAt: String, room: String,
    practitioner: SubjectReference? = nil
  ) {
    self.waitlistEntry = waitlistEntry
    self.startsAt = startsAt
    self.room = room
    self.practitioner = practitioner
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let (patient, entry) = try facts.waiting(waitlistEntry, on: context.today)
    let start = try context.zone.instant(startsAt)
    let slot = try AppointmentSlot(
      patient: patient, practitioner: facts.practitionerID(entry.reference(to: practitioner)),
      room: room, start: start, minutes: Int(entry.joined.minutes), facts, context)
    guard start > context.now else {
      throw Refusal(
        rule: "waitlist.past", field: "startsAt", problem: "the slot is past",
        remedy: "offer one that is to come")
    }
    try slot.requireFree(facts, context)
    var fact = WaitlistSlotOffered()
    fact.waitlistEntry = entry.joined.waitlistEntry
    fact.practitioner = slot.practitioner.description
    fact.room = room
    fact.startsAt = Google_Protobuf_Timestamp(start)
    fact.dateOn = slot.date.compact
    let suits = entry.suits(start..<slot.end, with: fact.practitioner, context.zone)
    return Decision(
      [ProposedFact(patient, .waitlistSlotOffered(fact))],
      warnings: suits ? [] : ["it is not what the patient waits for"])
  }
}

/// Books somebody who waits, which ends the waiting.
public struct FillWaitlist: Command {
  public static let name = "fill-waitlist"
  public static let summary = "Books a patient who waits and closes the entry of the waiting list."
  public static let help = [
    "startsAt": "local time; the last offer's when left out",
    "practitioner": "NPI or id; the offer's or the one waited for by default",
    "room": "the offer's by default", "episode": "the entry's by default",
  ]
  public static let roles: Set<Role> = [.frontDesk, .therapist, .patient]

  public var waitlistEntry: EntityID
  public var startsAt: String?
  public var practitioner: SubjectReference?
  public var room: String?
  public var episode: EntityID?
  public var appointment: EntityID?

  public init(
    waitlistEntry: EntityID, startsAt: String? = nil, practitioner: SubjectReference? = nil,
    room: String? = nil, episode: EntityID? = nil, appointment: EntityID? = nil
  ) {
    self.waitlistEntry = waitlistEntry
    self.startsAt = startsAt
    self.practitioner = practitioner
    self.room = room
    self.episode = episode
    self.appointment = appointment
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let (patient, entry) = try facts.waiting(waitlistEntry, on: context.today)
    let offer = entry.offers.last
    let start = try startsAt.map { try context.zone.instant($0) } ?? offer?.startsAt.instant
    guard let start, let room = room ?? offer?.room else {
      throw Refusal(
        rule: "waitlist.slot", field: "startsAt", problem: "no slot was offered yet",
        remedy: "give startsAt and room, or offer-slot first")
    }
    let practitioner = practitioner ?? offer.map { SubjectReference($0.practitioner) }
    let plan = try BookingPlan(
      patient: patient, practitioner: entry.reference(to: practitioner), room: room,
      service: entry.joined.service, minutes: Int(entry.joined.minutes),
      episode: episode ?? (try? EntityID(entry.joined.episode)), facts)
    var booked = try plan.booking(at: start, facts, context)
    booked.appointment = try context.id(.appointment, appointment).description
    try facts.requireUnused(booked.appointment, field: "appointment")
    var filled = WaitlistFilled()
    filled.waitlistEntry = entry.joined.waitlistEntry
    filled.appointment = booked.appointment
    return Decision(
      [.appointmentBooked(booked), .waitlistFilled(filled)].map { ProposedFact(patient, $0) },
      warnings: try plan.concerns(on: context.zone.date(of: start), facts))
  }
}

/// Takes a patient off the waiting list.
public struct LeaveWaitlist: Command {
  public static let name = "leave-waitlist"
  public static let summary = "Takes a patient off the waiting list without an appointment."
  public static let roles: Set<Role> = [.frontDesk, .therapist, .patient, .system]

  public var waitlistEntry: EntityID
  public var why: LeaveChoice

  public init(
    waitlistEntry: EntityID, why: LeaveChoice
  ) {
    self.waitlistEntry = waitlistEntry
    self.why = why
  }

  public enum LeaveChoice: String, WordChoice {
    case notNeeded, unreachable, expired

    fileprivate var reason: WaitlistLeaveReason {
      switch self {
      case .notNeeded: .notNeeded
      case .unreachable: .unreachable
      case .expired: .expired
      }
    }
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let (patient, entry) = try facts.waiting(waitlistEntry, on: nil)
    guard why != .expired || !entry.isWaiting(on: context.today) else {
      throw Refusal(
        rule: "waitlist.notExpired", field: "why",
        problem: "the last day of the entry has not passed",
        remedy: "say why the patient leaves")
    }
    var fact = WaitlistLeft()
    fact.waitlistEntry = entry.joined.waitlistEntry
    fact.why = why.reason
    return Decision([ProposedFact(patient, .waitlistLeft(fact))])
  }
}
