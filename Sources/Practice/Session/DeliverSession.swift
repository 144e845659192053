import PracticeEvents
import SwiftProtobuf

/// Records a treatment that was given. The gate decides whether it may stand: no session passes a
/// block that no supervisor overrode.
public struct DeliverSession: Command {
  public static let name = "deliver-session"
  public static let summary = "Records the treatment given at an appointment, and its units."
  public static let help = [
    "startedAt": "local time; the appointment's start by default",
    "endedAt": "local time; the appointment's end by default",
    "services": "code:minutes[@start][:region], e.g. 97140:30@0:neck; the catalogue's by default",
    "unitsTo": "lines that get a unit which several could have, best first",
  ]
  public static let roles: Set<Role> = [.therapist]

  public var appointment: EntityID
  public var startedAt: String?
  public var endedAt: String?
  public var services: [SessionService]?
  public var unitsTo: [Int]?
  public var session: EntityID?

  public init(
    appointment: EntityID, startedAt: String? = nil, endedAt: String? = nil,
    services: [SessionService]? = nil, unitsTo: [Int]? = nil, session: EntityID? = nil
  ) {
    self.appointment = appointment
    self.startedAt = startedAt
    self.endedAt = endedAt
    self.services = services
    self.unitsTo = unitsTo
    self.session = session
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let (patient, booked) = try facts.appointment(appointment)
    try AppointmentTransition.complete.require(of: booked)
    let practitioner = try facts.treatingPractitioner(
      SubjectReference(booked.practitioner), context)
    let state = try facts.patient(patient)
    let clinic = try facts.clinic()
    let (start, end) = try times(of: booked, clinic, context)
    let date = context.zone.date(of: start)
    try state.care.requireOngoing(episode: booked.episode, on: date, field: "appointment")
    try facts.requireNoOtherSession(of: state.care, at: booked, on: date, from: start, to: end)
    let given = try stated(of: booked, clinic)
    let payer = booked.serviceClass == .relaxation ? nil : state.payer(on: date)
    let policy = try payer.map { try facts.payer($0).policy(on: date) }
    var terms = try UnitTerms(of: payer, facts, state.care, on: date)
    terms.preferredLines = (unitsTo ?? []).map(Int32.init(clamping:))
    let units = terms.units(of: given.map(BillableUnits.Line.init)).units.reduce(0, +)
    let planned = state.care.plan(episode: booked.episode, on: date)?.bodyRegions ?? []
    let regions = given.flatMap { service in
      (service.bodyRegion.map { [$0] } ?? planned).map {
        TreatedRegion.text($0, side: service.side)
      }
    }
    let clearance = try facts.clearance(
      of: patient,
      for: booked.visit(cpt: given.map(\.cpt), units: units, regions: regions))
    let standing = clearance.standingBlocks(
      overridden: booked.overriddenBlocks(upToUnits: units))
    if let first = standing.first {
      throw Refusal(
        rule: first.code.rawValue, field: "appointment", problem: first.text,
        remedy: first.remedy, evidence: standing.flatMap(\.evidence),
        details: standing.map(\.message))
    }
    let lines = try SessionLines(
      given, care: state.care, booked: booked, date: date, lasting: start.minutes(until: end),
      clinic: clinic)
    let services = lines.services

    var fact = SessionDelivered()
    fact.session = try context.id(.session, session).description
    try facts.requireUnused(fact.session, field: "session")
    fact.appointment = booked.appointment
    fact.episode = booked.serviceClass == .relaxation ? "" : booked.episode
    fact.practitioner = practitioner.description
    fact.deliveredOn = date.compact
    fact.startedAt = Google_Protobuf_Timestamp(start)
    fact.endedAt = Google_Protobuf_Timestamp(end)
    fact.serviceClass = booked.serviceClass
    fact.services = services
    fact.totalMinutes = Int32(clamping: start.minutes(until: end))
    fact.totalTimedMinutes = services.filter(\.timed).reduce(0) { $0 + $1.minutes }
    fact.prescription = clearance.basis.prescription
    fact.verification = clearance.basis.verification
    fact.selfPay = clearance.selfPay
    fact.authorization = clearance.basis.authorization
    fact.overriddenBlocks = clearance.blocks.map(\.code.rawValue)
    fact.warnings = clearance.warnings.map(\.code.rawValue)

    let determined = try UnitsDetermined(session: fact.session, services: services, terms)
    let consumed = consumption(by: fact, determined, state)
    let edits = NewCodingEdits(
      fact, among: state.care, policy: policy, clinic: clinic, on: date)
    return Decision(
      ([.sessionDelivered(fact)] + consumed.facts + [.unitsDetermined(determined)] + edits.facts)
        .map { ProposedFact(patient, $0, effectiveOn: date) },
      warnings: clearance.warnings.map(\.message) + codeWarnings(services, policy, clinic, date)
        + lines.warnings + state.care.sideWarnings(of: fact) + consumed.warnings
        + determined.warnings
        + edits.warnings)
  }

  /// The session's start and end: on the day of the appointment and not still to come.
  private func times(
    of booked: Appointment, _ clinic: ClinicState, _ context: DecisionContext
  ) throws -> (start: Instant, end: Instant) {
    let start = try startedAt.map { try context.zone.instant($0) } ?? booked.startsAt
    let end = try endedAt.map { try context.zone.instant($0) } ?? booked.endsAt
    guard start < end, start.minutes(until: end) <= 480 else {
      throw Refusal(
        rule: "session.times", field: "endedAt",
        problem: "it does not end within 8 hours after its start",
        remedy: "give startedAt and endedAt")
    }
    guard end <= context.now.adding(minutes: 5) else {
      throw Refusal(
        rule: "session.future", field: "endedAt", problem: "the session has not ended yet",
        remedy: "record it afterwards, or give endedAt if it ended early")
    }
    let date = context.zone.date(of: start)
    guard date.compact == booked.dateOn else {
      throw Refusal(
        rule: "session.day", field: "startedAt",
        problem: "the appointment is on another day than \(date)",
        remedy: "move the appointment with reschedule-appointment first")
    }
    try context.requireRecent(date, clinic, field: "startedAt")
    return (start, end)
  }

  /// The services as stated, or the catalogue's code for the time booked.
  private func stated(of booked: Appointment, _ clinic: ClinicState) throws -> [SessionService] {
    if let services, !services.isEmpty { return services }
    guard let item = clinic.service(booked.service), !item.defaultCpt.isEmpty else {
      throw Refusal(
        rule: "session.services", field: "services", problem: "nothing says what was done",
        remedy: "give services, e.g. \(SessionService.example)")
    }
    return [
      try SessionService(
        cpt: try ProcedureCode(item.defaultCpt),
        minutes: min(booked.startsAt.minutes(until: booked.endsAt), 480))
    ]
  }

  /// What the session uses up: a visit of the prescription, and units of the authorization, which
  /// the gate has found to cover every code.
  private func consumption(
    by delivered: SessionDelivered, _ units: UnitsDetermined, _ state: PatientState
  ) -> (facts: [Fact], warnings: [String]) {
    var facts: [Fact] = []
    var warnings: [String] = []
    if !delivered.prescription.isEmpty {
      var visit = PrescriptionVisitConsumed()
      visit.prescription = delivered.prescription
      visit.session = delivered.session
      facts.append(.prescriptionVisitConsumed(visit))
    }
    if let authorization = state.coverage.authorizations[delivered.authorization] {
      let approved = authorization.approved.units
      var used = AuthorizationConsumed()
      used.authorization = delivered.authorization
      used.session = delivered.session
      used.units = units.lines.reduce(0) { $0 + $1.units }
      facts.append(.authorizationConsumed(used))
      let left = authorization.unitsBySession.values.reduce(Int(approved)) { $0 - Int($1) }
      if approved > 0, Int(used.units) > left {
        warnings = ["the session uses \(used.units) units, the authorization has \(max(0, left))"]
      }
    }
    return (facts, warnings)
  }

  /// Codes that this payer may not pay a massage therapist for. What was done is recorded all the
  /// same.
  private func codeWarnings(
    _ services: [SessionDelivered.Service], _ policy: PayerPolicy?, _ clinic: ClinicState,
    _ date: CivilDate
  ) -> [String] {
    services.compactMap { service in
      guard let code = try? ProcedureCode(service.cpt) else { return nil }
      return clinic.whyNotBillable(code, policy ?? PayerPolicy(), on: date)
    }
  }
}

extension CareState {
  /// Lines whose side is not the side that their diagnosis names.
  func sideWarnings(of delivered: SessionDelivered) -> [String] {
    let diagnoses = episodes[delivered.episode]?.diagnoses ?? []
    return delivered.services.flatMap { service -> [String] in
      guard let side = Laterality(service.side), side == .left || side == .right else { return [] }
      return service.diagnosisPointers.compactMap { rank in
        let code = diagnoses.last { $0.rank == rank }.flatMap { try? ICD10CM($0.icd10Cm) }
        guard let code, let stated = code.laterality, stated == .left || stated == .right,
          stated != side
        else { return nil }
        return "line \(service.line) was on side \(side.rawValue), and its diagnosis \(code) "
          + "names side \(stated.rawValue)"
      }
    }
  }
}
