import PracticeEvents

/// A time with a practitioner in a room, as wished for by a booking or a move.
struct AppointmentSlot {
  let patient: SubjectID
  let practitioner: SubjectID
  let room: String
  let start: Instant
  let end: Instant
  let date: CivilDate
  /// Minutes that the room stays taken afterwards.
  let turnoverMinutes: Int
  /// The appointment that is moved; it does not stand in its own way.
  var moving: String?

  /// Checks all that does not depend on other appointments' times, and then those.
  func requireFree(_ facts: some Facts, _ context: DecisionContext) throws {
    let clinic = try facts.clinic()
    guard clinic.profile.rooms.contains(room) else {
      throw Refusal(
        rule: "room.unknown", field: "room", problem: "the clinic has no such room",
        remedy: "choose one of the rooms in the clinic's profile")
    }
    if start < context.now { try context.requireRecent(date, clinic, field: "startsAt") }
    try facts.requireLicensed(practitioner, on: date)
    try requireWorkingHours(try facts.practitioner(practitioner), context.zone)
    try requireNoOverlap(
      facts.day(of: practitioner, on: date), rule: "appointment.practitionerTaken",
      field: "practitioner", who: "the practitioner has")
    try requireNoOverlap(
      facts.day(ofRoom: room, on: date), rule: "appointment.roomTaken", field: "room",
      who: "the room is taken, with its turnover, by", withTurnover: true)
    try requireNoOverlap(
      facts.patient(patient).schedule.appointments, rule: "appointment.patientTaken",
      field: "startsAt", who: "the patient has")
  }

  private func requireWorkingHours(_ practitioner: PractitionerState, _ zone: ClinicTimeZone) throws
  {
    // Hours that were never set limit nothing.
    guard practitioner.availability.contains(where: { $0.fromDateOn <= date.compact }) else {
      return
    }
    let from = zone.local(of: start).time.minutesSinceMidnight
    let to = zone.local(of: end).time.minutesSinceMidnight
    let works = practitioner.availability(on: date).contains {
      Int($0.startMinute) <= from && to <= Int($0.endMinute)
    }
    guard works else {
      throw Refusal(
        rule: "appointment.hours", field: "startsAt",
        problem: "it is outside the practitioner's hours on \(date)",
        remedy: "choose another time or practitioner, or set their availability")
    }
  }

  private func requireNoOverlap(
    _ appointments: [String: Appointment], rule: String, field: String, who: String,
    withTurnover: Bool = false
  ) throws {
    func free(after end: Instant, _ turnover: Int) -> Instant {
      withTurnover ? end.adding(minutes: turnover) : end
    }
    let inTheWay = appointments.values.filter { other in
      other.takesTime && other.appointment != moving
        && start < free(after: other.endsAt, Int(other.turnoverMinutes))
        && other.startsAt < free(after: end, turnoverMinutes)
    }
    guard inTheWay.isEmpty else {
      let ids = inTheWay.map(\.appointment).sorted()
      throw Refusal(
        rule: rule, field: field, problem: "\(who) \(ids.joined(separator: ", ")) at that time",
        remedy: "choose another time", details: ids)
    }
  }
}

extension DecisionContext {
  /// Refuses a day further back than the clinic allows, unless a supervisor says why.
  func requireRecent(_ date: CivilDate, _ clinic: ClinicState, field: String) throws {
    let today = zone.date(of: now)
    let limit = clinic.rule("records", "backdating-days", on: today)
    let days = date.days(until: today)
    guard days <= limit || isExplainedBySupervisor else {
      throw Refusal(
        rule: "occurred.backdated", field: field,
        problem: "\(days) days is further back than the clinic allows (\(limit))",
        remedy: "have a supervisor record it, with --reason")
    }
  }

  /// The end of a visit that starts then.
  ///
  /// - Throws: `Refusal` for a length that is not 1 to 480 minutes, and for one past midnight: the
  ///   day's index must show all of it.
  func end(of start: Instant, minutes: Int) throws -> Instant {
    guard (1...480).contains(minutes) else {
      throw Refusal(
        rule: "appointment.minutes", field: "minutes", problem: "it is not 1 to 480 minutes long",
        remedy: "give its length in minutes")
    }
    let end = start.adding(minutes: minutes)
    guard zone.date(of: end) == zone.date(of: start) else {
      throw Refusal(
        rule: "appointment.midnight", field: "startsAt",
        problem: "it would last past midnight", remedy: "begin earlier, or book two")
    }
    return end
  }
}

extension Facts {
  /// What the gate says of a visit to come, for people to act on in time; it forbids nothing yet.
  func concerns(
    about visit: PlannedVisit, of patient: SubjectID
  ) throws -> [String] {
    let clearance = try clearance(of: patient, for: visit)
    return clearance.blocks.map(\.message) + clearance.warnings.map(\.message)
  }
}

extension ClearanceBlock {
  /// One line for people: code, what is wrong, what clears it.
  var message: String { "\(code.rawValue): \(text); \(remedy)" }
}

extension ClearanceWarning {
  /// One line for people: code, what is so, what would settle it.
  var message: String { "\(code.rawValue): \(text); \(remedy)" }
}
