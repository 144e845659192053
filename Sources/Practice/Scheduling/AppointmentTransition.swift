import PracticeEvents

/// What can happen to an appointment:
/// booked → confirmed → checked in → completed, or cancelled, or a no-show.
enum AppointmentTransition: CaseIterable {
  case confirm, remind, move, cancel, checkIn, miss, complete, reverseNoShow

  /// The states from which it may happen.
  var origins: Set<AppointmentStatus> {
    switch self {
    case .confirm, .remind, .move, .cancel, .checkIn, .miss: [.booked, .confirmed]
    case .complete: [.booked, .confirmed, .checkedIn]
    case .reverseNoShow: [.noShow]
    }
  }

  /// What would be done to it, e.g. `moved`.
  var participle: String {
    switch self {
    case .confirm: "confirmed"
    case .remind: "reminded of"
    case .move: "moved"
    case .cancel: "cancelled"
    case .checkIn: "checked in"
    case .miss: "recorded as missed"
    case .complete: "treated"
    case .reverseNoShow: "taken back as a no-show"
    }
  }

  private var remedy: String {
    switch self {
    case .complete: "book another appointment for another session"
    case .reverseNoShow: "only a recorded no-show is taken back"
    default: "only one that is booked or confirmed can be"
    }
  }

  /// Refuses it for an appointment in another state, naming both.
  func require(of appointment: Appointment) throws {
    guard origins.contains(appointment.status) else {
      throw Refusal(
        rule: "appointment.state", field: "appointment",
        problem: "the appointment is \(appointment.status.text) and cannot be \(participle)",
        remedy: remedy)
    }
  }
}
