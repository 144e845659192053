import PracticeEvents

/// The services of a session as they are recorded: checked, and completed from the plan.
struct SessionLines {
  private(set) var services: [SessionDelivered.Service] = []

  /// - Parameter lasting: minutes from the session's start to its end.
  /// - Throws: `Refusal` for a code that is not a massage therapist's, more timed minutes than the
  ///   session lasted, times that overlap, a line without focus, a missing or unknown diagnosis, or
  ///   anything medical in a session for relaxation.
  init(
    _ stated: [SessionService], care: CareState, booked: Appointment, date: CivilDate,
    lasting: Int, clinic: ClinicState
  ) throws {
    let plan = care.plan(episode: booked.episode, on: date)
    let isMedical = booked.serviceClass != .relaxation
    let ranks = isMedical ? care.episodes[booked.episode]?.diagnoses.map(\.rank) ?? [] : []
    for (index, given) in stated.enumerated() {
      if !isMedical { try Self.requireRelaxation(given) }
      try Self.requireForMassageTherapists(given.cpt, clinic, on: date)
      services.append(
        try Self.line(
          Int32(index + 1), given, plan: plan,
          pointers: Self.pointers(given, ranks, isMedical: isMedical)))
    }
    let timed = services.filter(\.timed).reduce(0) { $0 + Int($1.minutes) }
    guard timed <= lasting else {
      throw Refusal(
        rule: "session.minutes", field: "services",
        problem: "\(timed) minutes of direct contact are more than the session's \(lasting)",
        remedy: "correct the minutes, or give startedAt and endedAt")
    }
    try requireSeparateTimes(lasting)
  }

  /// One therapist gives one service at a time.
  private func requireSeparateTimes(_ lasting: Int) throws {
    let blocks = services.compactMap { service in service.block().map { (service, $0) } }
    if let late = blocks.first(where: { $0.1.upperBound > lasting }) {
      throw Refusal(
        rule: "session.blocks", field: "services",
        problem: "line \(late.0.line) would end after the session's \(lasting) minutes",
        remedy: "count its start in minutes from the start of the session")
    }
    let timed = blocks.filter(\.0.timed).sorted { $0.1.lowerBound < $1.1.lowerBound }
    for (one, two) in zip(timed, timed.dropFirst()) where one.1.overlaps(two.1) {
      throw Refusal(
        rule: "session.blocks", field: "services",
        problem: "lines \(one.0.line) and \(two.0.line) overlap in time",
        remedy: "one therapist gives one service at a time; correct the starts")
    }
  }

  /// A visit for relaxation passes the gate without prescription and insurance, so nothing that needs
  /// them may be done in it.
  private static func requireRelaxation(_ given: SessionService) throws {
    guard given.diagnosisPointers.isEmpty, ["97124", "97010"].contains(given.cpt.description),
      given.modifiers.isEmpty
    else {
      throw Refusal(
        rule: "session.relaxation", field: "services",
        problem: "a visit for relaxation carries no diagnosis, modifier or medical procedure "
          + "(\(given.cpt))",
        remedy: "record massage, 97124, alone; treatment needs a medical appointment")
    }
  }

  private static func requireForMassageTherapists(
    _ code: ProcedureCode, _ clinic: ClinicState, on date: CivilDate
  ) throws {
    guard let use = clinic.massageUse(of: code, on: date), use != .notForMassageTherapists else {
      throw Refusal(
        rule: "session.code", field: "services",
        problem: ProcedureFacts.of(code) == nil
          ? "\(code) is not a code that this clinic knows"
          : "\(code) is not for massage therapists; it implies another profession",
        remedy: "use 97124 or 97140 for massage and manual therapy")
    }
  }

  private static func line(
    _ number: Int32, _ given: SessionService, plan: TreatmentPlanAdopted?, pointers: [Int32]
  ) throws -> SessionDelivered.Service {
    guard let procedure = ProcedureFacts.of(given.cpt) else {
      throw unknownReference("services", "\(given.cpt) is not a code that this clinic knows")
    }
    guard !procedure.isTimed || given.minutes > 0 else {
      throw Refusal(
        rule: "session.minutes", field: "services",
        problem: "\(given.cpt) is billed by time, and no minutes are given",
        remedy: "give the minutes of direct contact")
    }
    let region = given.bodyRegion ?? plan?.bodyRegions.joined(separator: ", ") ?? ""
    guard !region.isEmpty else {
      throw Refusal(
        rule: "session.focus", field: "services",
        problem: "the area of focus of \(given.cpt) is not recorded (N.J.A.C. 13:37A-5.2)",
        remedy: "add it, e.g. \(given.cpt):\(given.minutes):neck, or adopt a plan with regions")
    }
    var service = SessionDelivered.Service()
    service.line = number
    service.cpt = given.cpt.description
    service.modifiers = given.modifiers.map(\.description)
    service.minutes = Int32(given.minutes)
    service.bodyRegion = region
    service.side = try side(given, region)?.side ?? .unspecified
    service.diagnosisPointers = pointers
    service.timed = procedure.isTimed
    if let start = given.startsAt { service.startsAtMinute = Int32(start) }
    let planned = plan?.techniques ?? []
    service.techniques =
      !given.techniques.isEmpty ? given.techniques : planned.isEmpty ? [procedure.label] : planned
    return service
  }

  /// The side as stated, or as all of the region's words say it.
  private static func side(_ given: SessionService, _ region: String) throws -> Laterality? {
    let parts = TreatedRegion.parsed(region)
    let sides = Set(parts.compactMap(\.side))
    guard let side = given.side else {
      return sides.count == 1 && parts.allSatisfy { $0.side != nil } ? sides.first : nil
    }
    guard sides.isSubset(of: [side]) else {
      throw Refusal(
        rule: "session.side", field: "services",
        problem: "the side of \(given.cpt) is \(side.rawValue), and its region says otherwise",
        remedy: "give one side, or a line for each")
    }
    return side
  }

  /// Lines whose region is not in the vocabulary, so that nobody can tell what it overlaps.
  var warnings: [String] {
    services.compactMap { service in
      let strange = TreatedRegion.parsed(service.bodyRegion).filter { $0.region == nil }
      guard !strange.isEmpty else { return nil }
      return "line \(service.line): this program does not know the region "
        + strange.map { "\"\($0.text)\"" }.joined(separator: ", ")
        + "; `explain region` lists those it knows"
    }
  }

  /// The diagnoses that a line is for: those stated, or the principal one.
  private static func pointers(
    _ given: SessionService, _ ranks: [Int32], isMedical: Bool
  ) throws -> [Int32] {
    let stated = given.diagnosisPointers.map(Int32.init(clamping:))
    guard stated.allSatisfy(ranks.contains) else {
      throw Refusal(
        rule: "session.diagnosis", field: "services",
        problem: "a diagnosis pointer is not the rank of a diagnosis of the episode",
        remedy: "point to a recorded diagnosis")
    }
    let pointers = stated.isEmpty ? Array(ranks.prefix(1)) : stated
    guard !pointers.isEmpty || !isMedical else {
      throw Refusal(
        rule: "session.diagnosis", field: "services",
        problem: "a medical session needs the diagnosis that it treats",
        remedy: "record it with record-diagnosis")
    }
    return pointers
  }
}
