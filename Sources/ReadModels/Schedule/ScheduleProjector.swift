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
    switch fact.event.fact {
    case .appointmentBooked, .appointmentRescheduled, .appointmentCancelled,
      .appointmentNoShowRecorded:
      try fold(moving: fact, &rows)
    case .waitlistJoined, .waitlistSlotOffered, .waitlistFilled, .waitlistLeft:
      try foldWaitlist(fact, &rows)
    case .sessionDelivered(let delivered):
      guard try foldInPlace(fact, delivered.appointment, &rows) else { return }
      try rows.update(in: Self.sessions, at: RowKey().adding(delivered.session)) {
        (place: inout SessionPlace) in place.appointment = delivered.appointment
      }
    case .sessionVoided(let voided):
      let place = try rows.row(in: Self.sessions, at: RowKey().adding(voided.session))
      if let place { _ = try foldInPlace(fact, place.appointment, &rows) }
    default:
      if let id = fact.appointment { _ = try foldInPlace(fact, id, &rows) }
    }
  }

  /// Applies a fact that leaves the appointment its time.
  ///
  /// - Returns: whether the appointment is known.
  private func foldInPlace(
    _ fact: RecordedFact, _ id: String, _ rows: inout some RowWriter
  ) throws -> Bool {
    guard let place = try rows.row(in: Self.places, at: Self.placeKey(id)) else { return false }
    let key = Self.dayKey(place.dateOn, place.startsAtUs, id)
    guard try rows.row(in: Self.days, at: key) != nil else { return false }
    try rows.update(in: Self.days, at: key) { (row: inout Appointment) in row.apply(fact) }
    return true
  }

  /// Applies a fact that gives the appointment its time, or takes it.
  private func fold(moving fact: RecordedFact, _ rows: inout some RowWriter) throws {
    guard let id = fact.appointment else { return }
    let place = try rows.row(in: Self.places, at: Self.placeKey(id))
    let before = place.map { Self.dayKey($0.dateOn, $0.startsAtUs, id) }
    let former = try before.flatMap { try rows.row(in: Self.days, at: $0) }
    var schedule = ScheduleState()
    schedule.appointments[id] = former
    schedule.apply(fact)
    guard let after = schedule.appointments[id] else { return }
    let key = Self.dayKey(after.dateOn, after.startsAtUs, id)
    if let before, before != key { try rows.remove(in: Self.days, at: before) }
    try rows.set(after, in: Self.days, at: key)
    if let former, former.gaveUp(after) {
      try rows.set(
        FreedSlot(former), in: Self.freed, at: Self.dayKey(former.dateOn, former.startsAtUs, id))
    }
    guard place?.dateOn != after.dateOn || place?.startsAtUs != after.startsAtUs else { return }
    try rows.update(in: Self.places, at: Self.placeKey(id)) { (place: inout AppointmentPlace) in
      place.dateOn = after.dateOn
      place.startsAtUs = after.startsAtUs
    }
  }

  private func foldWaitlist(_ fact: RecordedFact, _ rows: inout some RowWriter) throws {
    guard let entry = fact.waitlistEntry else { return }
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
