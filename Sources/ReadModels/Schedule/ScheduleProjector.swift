import Practice
import PracticeEvents
import Projection

/// Appointments by day: who is where, when, and what became of it; the time they gave up; and who
/// waits for some.
public struct ScheduleProjector: Projector {
  public static let name = "schedule"
  public static let version: UInt32 = 2
  public static let tables = [
    days.name, places.name, sessions.name, freed.name, waiting.name,
  ]
  public static let kinds: Set<PracticeEvent.Kind>? = [
    .appointmentBooked, .appointmentRescheduled, .appointmentConfirmed, .appointmentCancelled,
    .appointmentNoShowRecorded, .appointmentNoShowReversed, .reminderSent, .patientCheckedIn,
    .treatmentClearanceOverridden, .sessionDelivered, .sessionVoided, .waitlistJoined,
    .waitlistSlotOffered, .waitlistFilled, .waitlistLeft,
  ]

  /// Date, start, appointment → the appointment.
  static let days = RowTable<Appointment>("days")
  /// Appointment → where it lies in `days`.
  static let places = RowTable<AppointmentPlace>("places")

  /// Session → the appointment it completed.
  static let sessions = RowTable<SessionPlace>("sessions")
  /// Date, start, appointment → the time that it gave up.
  static let freed = RowTable<FreedSlot>("freed")
  /// Entries of the waiting list that are open.
  static let waiting = RowTable<WaitlistEntry>("waiting")

  public init() {}

  public func apply(_ fact: RecordedFact, to rows: inout some RowWriter) throws {
    if let entry = waitlistEntry(of: fact) { return try fold(fact, entry, &rows) }
    guard let id = try appointment(of: fact, rows) else { return }
    let place = try rows.row(in: Self.places, at: Self.placeKey(id))
    let before = place.map { Self.dayKey($0.dateOn, $0.startsAtUs, id) }
    var schedule = ScheduleState()
    if let before, let row = try rows.row(in: Self.days, at: before) {
      schedule.appointments[id] = row
    }
    let former = schedule.appointments[id]
    schedule.apply(fact)
    guard let after = schedule.appointments[id] else { return }
    if case .sessionDelivered(let delivered) = fact.event.fact {
      try rows.update(in: Self.sessions, at: RowKey().adding(delivered.session)) {
        (place: inout SessionPlace) in place.appointment = id
      }
    }
    let key = Self.dayKey(after.dateOn, after.startsAtUs, id)
    if let before, before != key { try rows.remove(in: Self.days, at: before) }
    try rows.set(after, in: Self.days, at: key)
    if let former, former.gaveUp(after) {
      try rows.set(
        FreedSlot(former), in: Self.freed, at: Self.dayKey(former.dateOn, former.startsAtUs, id))
    }
    try rows.update(in: Self.places, at: Self.placeKey(id)) { (place: inout AppointmentPlace) in
      place.dateOn = after.dateOn
      place.startsAtUs = after.startsAtUs
    }
  }

  private func appointment(of fact: RecordedFact, _ rows: some RowWriter) throws -> String? {
    switch fact.event.fact {
    case .appointmentBooked(let fact): return fact.appointment
    case .appointmentRescheduled(let fact): return fact.appointment
    case .appointmentConfirmed(let fact): return fact.appointment
    case .appointmentCancelled(let fact): return fact.appointment
    case .appointmentNoShowRecorded(let fact): return fact.appointment
    case .appointmentNoShowReversed(let fact): return fact.appointment
    case .reminderSent(let fact): return fact.appointment
    case .patientCheckedIn(let fact): return fact.appointment
    case .treatmentClearanceOverridden(let fact): return fact.appointment
    case .sessionDelivered(let fact): return fact.appointment
    case .sessionVoided(let fact):
      return try rows.row(in: Self.sessions, at: RowKey().adding(fact.session))?.appointment
    default: return nil
    }
  }

  private func waitlistEntry(of fact: RecordedFact) -> String? {
    switch fact.event.fact {
    case .waitlistJoined(let fact): fact.waitlistEntry
    case .waitlistSlotOffered(let fact): fact.waitlistEntry
    case .waitlistFilled(let fact): fact.waitlistEntry
    case .waitlistLeft(let fact): fact.waitlistEntry
    default: nil
    }
  }

  private func fold(
    _ fact: RecordedFact, _ entry: String, _ rows: inout some RowWriter
  ) throws {
    var schedule = ScheduleState()
    schedule.waiting[entry] = try rows.row(in: Self.waiting, at: Self.placeKey(entry))
    schedule.apply(fact)
    if let open = schedule.waiting[entry], open.isOpen {
      try rows.set(open, in: Self.waiting, at: Self.placeKey(entry))
    } else {
      try rows.remove(in: Self.waiting, at: Self.placeKey(entry))
    }
  }

  static func placeKey(_ id: String) -> RowKey { RowKey().adding(id) }
  static func dayKey(_ date: Int32, _ startsAt: Int64, _ id: String) -> RowKey {
    RowKey().adding(date).adding(UInt64(max(0, startsAt))).adding(id)
  }
}

extension Appointment {
  /// Whether a change gave the time up that it had: it ended, or it moved.
  fileprivate func gaveUp(_ after: Appointment) -> Bool {
    guard takesTime else { return false }
    return !after.takesTime || after.startsAtUs != startsAtUs || after.endsAtUs != endsAtUs
      || after.practitioner != practitioner
  }
}

extension FreedSlot {
  fileprivate init(_ appointment: Appointment) {
    self.init()
    self.appointment = appointment.appointment
    practitioner = appointment.practitioner
    room = appointment.room
    startsAtUs = appointment.startsAtUs
    endsAtUs = appointment.endsAtUs
    dateOn = appointment.dateOn
  }
}
