import PracticeEvents

extension BillableUnits.Line {
  /// A code that is not known counts as not timed.
  init(_ service: SessionService) {
    self.init(
      cpt: service.cpt.description, minutes: service.minutes,
      isTimed: ProcedureFacts.of(service.cpt)?.isTimed ?? false)
  }

  public init(_ service: SessionDelivered.Service) {
    self.init(cpt: service.cpt, minutes: Int(service.minutes), isTimed: service.timed)
  }
}

/// By what a session's minutes become units: the payer's rule and cap, and what a clinician chose.
struct UnitTerms {
  /// The payer's stream; empty when the patient pays.
  var payer = ""
  /// First day of the policy.
  var policyFrom: Int32 = 0
  var rule = UnitRule.cmsEightMinute
  /// 0 is no cap.
  var maxUnitsPerDay: Int32 = 0
  /// Units of the patient's other sessions of the day.
  var otherUnitsOfDay: Int32 = 0
  /// Line numbers.
  var preferredLines: [Int32] = []

  /// Without a payer.
  init() {}

  /// As a session's units were determined before.
  init(_ determined: UnitsDetermined) {
    payer = determined.payer
    policyFrom = determined.policyFrom
    rule = determined.rule
    maxUnitsPerDay = determined.maxUnitsPerDay
    otherUnitsOfDay = determined.otherUnitsOfDay
    preferredLines = determined.preferredLines
  }

  init(of payer: SubjectID?, _ facts: some Facts, _ care: CareState, on date: CivilDate) throws {
    guard let payer else { return }
    let holding = try facts.payer(payer).policyInForce(on: date)
    self.payer = payer.description
    policyFrom = holding?.effectiveFrom ?? 0
    rule = holding?.policy.unitRule == .amaMidpoint ? .amaMidpoint : .cmsEightMinute
    maxUnitsPerDay = holding?.policy.maxUnitsPerDay ?? 0
    otherUnitsOfDay = care.sessions.values.reduce(0) { sum, other in
      guard !other.voided, other.delivered.deliveredOn == date.compact,
        other.units.payer == self.payer
      else { return sum }
      return sum + other.units.lines.reduce(0) { $0 + $1.units }
    }
  }

  var cap: Int? {
    maxUnitsPerDay > 0 ? max(0, Int(maxUnitsPerDay) - Int(otherUnitsOfDay)) : nil
  }

  func units(of lines: [BillableUnits.Line]) -> BillableUnits {
    BillableUnits(lines, rule: rule, cap: cap, preferring: preferredLines.map { Int($0) - 1 })
  }
}

extension UnitsDetermined {
  /// What a session's services earn.
  ///
  /// - Throws: `Refusal` for a preferred line that the minutes leave no choice about.
  init(session: String, services: [SessionDelivered.Service], _ terms: UnitTerms) throws {
    let billable = terms.units(of: services.map(BillableUnits.Line.init))
    for line in terms.preferredLines where !billable.tied.contains(Int(line) - 1) {
      let tied = billable.tied.map { "\($0 + 1)" }.joined(separator: ", ")
      throw Refusal(
        rule: "units.noChoice", field: "unitsTo",
        problem: "the minutes leave no choice about line \(line)",
        remedy: tied.isEmpty ? "leave it out" : "choose among the lines \(tied)")
    }
    self.init()
    self.session = session
    rule = terms.rule
    lines = services.indices.map { index in
      var line = Line()
      line.line = services[index].line
      line.cpt = services[index].cpt
      line.minutes = services[index].minutes
      line.units = Int32(clamping: billable.units[index])
      line.droppedUnits = Int32(clamping: billable.dropped[index])
      return line
    }
    droppedMinutes = Int32(clamping: billable.droppedMinutes)
    tie = billable.isTie
    maxUnitsPerDay = terms.maxUnitsPerDay
    preferredLines = terms.preferredLines
    payer = terms.payer
    policyFrom = terms.policyFrom
    otherUnitsOfDay = terms.otherUnitsOfDay
  }

  /// What the person who records it should know.
  var warnings: [String] {
    var found: [String] = []
    let lost = lines.filter { $0.droppedUnits > 0 }
    if !lost.isEmpty {
      let total = lines.reduce(0) { $0 + $1.units + $1.droppedUnits }
      found.append(
        "the payer takes \(maxUnitsPerDay) units a day"
          + (otherUnitsOfDay > 0 ? ", \(otherUnitsOfDay) of them used by another session" : "")
          + "; of \(total) are dropped: "
          + lost.map { "\($0.droppedUnits) of line \($0.line) (\($0.cpt))" }
          .joined(separator: ", "))
    }
    if tie, preferredLines.isEmpty {
      found.append(
        "the last unit could as well go to another line of the session; choose with allocate-units")
    }
    return found
  }
}

/// Chooses which line has a unit that several could have.
public struct AllocateUnits: Command {
  public static let name = "allocate-units"
  public static let summary = "Chooses the lines that get a session's tied units."
  public static let help = ["unitsTo": "line numbers, best first; only lines that are tied"]
  public static let roles: Set<Role> = [.therapist, .biller]

  public var session: EntityID
  public var unitsTo: [Int]

  public init(session: EntityID, unitsTo: [Int]) {
    self.session = session
    self.unitsTo = unitsTo
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let (patient, _, found) = try facts.session(session)
    guard found.chargeByLine.isEmpty else {
      throw Refusal(
        rule: "units.charged", field: "session", problem: "the session's charges are posted",
        remedy: "void them with void-charge first", evidence: [found.event])
    }
    guard !unitsTo.isEmpty else {
      throw Refusal(
        rule: "units.noChoice", field: "unitsTo", problem: "no line is named",
        remedy: "name the line that gets the last unit")
    }
    var terms = UnitTerms(found.units)
    terms.preferredLines = unitsTo.map(Int32.init(clamping:))
    let fact = try UnitsDetermined(
      session: found.delivered.session, services: found.delivered.services, terms)
    let date = try CivilDate(compact: found.delivered.deliveredOn)
    return Decision(
      [ProposedFact(patient, .unitsDetermined(fact), effectiveOn: date)], warnings: fact.warnings)
  }
}
