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
  /// Minutes that the practitioner stays taken afterwards.
  let practitionerTurnoverMinutes: Int
  /// The appointment that is moved; it does not stand in its own way.
  let moving: String?

  init(
    patient: SubjectID, practitioner: SubjectID, room: String, start: Instant, minutes: Int,
    moving: String? = nil, _ facts: some Facts, _ context: DecisionContext
  ) throws {
    let clinic = try facts.clinic()
    end = try context.end(of: start, minutes: minutes)
    date = context.zone.date(of: start)
    (turnoverMinutes, practitionerTurnoverMinutes) = clinic.turnover(on: date)
    self.patient = patient
    self.practitioner = practitioner
    self.room = room
    self.start = start
    self.moving = moving
  }

  /// Checks all that does not depend on other appointments' times, and then those.
  ///
  /// - Parameter outsideHours: a supervisor wants it though the practitioner does not work then.
  /// - Returns: whether it lies outside the practitioner's hours or in blocked time.
  @discardableResult
  func requireFree(
    _ facts: some Facts, _ context: DecisionContext, outsideHours: Bool = false
  ) throws -> Bool {
    let clinic = try facts.clinic()
    try clinic.requireRoom(room)
    if start < context.now { try context.requireRecent(date, clinic, field: "startsAt") }
    try facts.requireLicensed(practitioner, on: date)
    let obstacle = awayRefusal(try facts.practitioner(practitioner), context.zone)
    if let obstacle {
      guard outsideHours else { throw obstacle }
      guard context.isExplainedBySupervisor else {
        throw Refusal(
          rule: "appointment.outsideHours", field: "outsideHours", problem: obstacle.problem,
          remedy: "have a supervisor book it, with --reason")
      }
    }
    try requireOpen(clinic, context.zone)
    try requireNoOverlap(facts)
    return obstacle != nil
  }

  /// Refuses what would put practitioner, room or patient in two places at once.
  func requireNoOverlap(_ facts: some Facts) throws {
    try requireNoOverlap(
      facts.day(of: practitioner, on: date), rule: "appointment.practitionerTaken",
      field: "practitioner", who: "the practitioner has, turnover included,",
      turnover: practitionerTurnoverMinutes, { Int($0.practitionerTurnoverMinutes) })
    try requireNoOverlap(
      facts.day(ofRoom: room, on: date), rule: "appointment.roomTaken", field: "room",
      who: "the room is taken, with its turnover, by", turnover: turnoverMinutes,
      { Int($0.turnoverMinutes) })
    try requireNoOverlap(
      facts.patient(patient).schedule.appointments, rule: "appointment.patientTaken",
      field: "startsAt", who: "the patient has", turnover: 0, { _ in 0 })
  }

  /// Why the practitioner does not treat then; nil when nothing says so.
  private func awayRefusal(_ practitioner: PractitionerState, _ zone: ClinicTimeZone) -> Refusal? {
    if practitioner.hasHours(on: date),
      !practitioner.workingTime(on: date, zone).contains(start..<end)
    {
      return Refusal(
        rule: "appointment.hours", field: "startsAt",
        problem: "it is outside the practitioner's hours on \(date)",
        remedy: "choose another time or practitioner, or set their availability")
    }
    guard let block = practitioner.blocks.first(where: { $0.span.overlaps(start..<end) }) else {
      return nil
    }
    return Refusal(
      rule: "appointment.blocked", field: "startsAt",
      problem: "the practitioner is away \(block.text(zone))",
      remedy: "choose another time or practitioner, or unblock the time", details: [block.block])
  }

  private func requireOpen(_ clinic: ClinicState, _ zone: ClinicTimeZone) throws {
    let block = clinic.roomBlocks.first { $0.room == room && $0.span.overlaps(start..<end) }
    guard let block else { return }
    throw Refusal(
      rule: "appointment.roomBlocked", field: "room",
      problem: "the room is blocked \(block.text(zone))",
      remedy: "choose another room or time, or unblock the room", details: [block.block])
  }

  private func requireNoOverlap(
    _ appointments: [String: Appointment], rule: String, field: String, who: String,
    turnover: Int, _ turnoverOfOther: (Appointment) -> Int
  ) throws {
    let inTheWay = appointments.values.filter { other in
      other.takesTime && other.appointment != moving
        && start < other.endsAt.adding(minutes: turnoverOfOther(other))
        && other.startsAt < end.adding(minutes: turnover)
    }
    guard inTheWay.isEmpty else {
      let ids = inTheWay.map(\.appointment).sorted()
      throw Refusal(
        rule: rule, field: field, problem: "\(who) \(ids.joined(separator: ", ")) at that time",
        remedy: "choose another time", details: ids)
    }
  }
}

extension ClinicState {
  /// Refuses a room that is not in the clinic's profile.
  func requireRoom(_ room: String) throws {
    guard profile.rooms.contains(room) else {
      throw Refusal(
        rule: "room.unknown", field: "room", problem: "the clinic has no such room",
        remedy: "choose one of the rooms in the clinic's profile")
    }
  }
}

extension TimeBlock {
  /// From when to when in local time, and by which block.
  fileprivate func text(_ zone: ClinicTimeZone) -> String {
    "from \(zone.local(of: span.lowerBound)) to \(zone.local(of: span.upperBound)) (\(block))"
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
