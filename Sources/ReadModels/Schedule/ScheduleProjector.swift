import Practice
import PracticeEvents
import Projection

/// Appointments by day: who is where, when, and what became of it.
public struct ScheduleProjector: Projector {
  public static let name = "schedule"
  public static let version: UInt32 = 1
  public static let tables = [days.name, places.name, sessions.name]
  public static let kinds: Set<PracticeEvent.Kind>? = [
    .appointmentBooked, .appointmentRescheduled, .appointmentConfirmed, .appointmentCancelled,
    .appointmentNoShowRecorded, .patientCheckedIn, .treatmentClearanceOverridden,
    .sessionDelivered, .sessionVoided,
  ]

  /// Date, start, appointment → the appointment.
  static let days = RowTable<Appointment>("days")
  /// Appointment → where it lies in `days`.
  static let places = RowTable<AppointmentPlace>("places")

  /// Session → the appointment it completed.
  static let sessions = RowTable<SessionPlace>("sessions")

  public init() {}

  public func apply(_ fact: RecordedFact, to rows: inout some RowWriter) throws {
    guard let id = try appointment(of: fact, rows) else { return }
    let place = try rows.row(in: Self.places, at: Self.placeKey(id))
    let before = place.map { Self.dayKey($0.dateOn, $0.startsAtUs, id) }
    var schedule = ScheduleState()
    if let before, let row = try rows.row(in: Self.days, at: before) {
      schedule.appointments[id] = row
    }
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
    case .patientCheckedIn(let fact): return fact.appointment
    case .treatmentClearanceOverridden(let fact): return fact.appointment
    case .sessionDelivered(let fact): return fact.appointment
    case .sessionVoided(let fact):
      return try rows.row(in: Self.sessions, at: RowKey().adding(fact.session))?.appointment
    default: return nil
    }
  }

  static func placeKey(_ id: String) -> RowKey { RowKey().adding(id) }
  static func dayKey(_ date: Int32, _ startsAt: Int64, _ id: String) -> RowKey {
    RowKey().adding(date).adding(UInt64(max(0, startsAt))).adding(id)
  }
}
