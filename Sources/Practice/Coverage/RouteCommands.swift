import PracticeEvents

/// Records that a patient pays, covered or not.
public struct ElectSelfPay: Command {
  public static let name = "elect-self-pay"
  public static let summary = "Records that the patient chose to pay; no claim is filed."
  public static let help = [
    "patient": "MRN or id", "from": "first day; today by default",
    "through": "last day; until a route that files claims is chosen by default",
    "formDocument": "the signed form (45 CFR 164.522(a)(1)(vi) for an insured patient)",
  ]
  public static let roles: Set<Role> = [.frontDesk, .biller, .patient]

  public var patient: SubjectReference
  public var why: SelfPayChoice
  public var from: CivilDate?
  public var through: CivilDate?
  public var formDocument: EntityID?

  public init(
    patient: SubjectReference, why: SelfPayChoice, from: CivilDate? = nil,
    through: CivilDate? = nil, formDocument: EntityID? = nil
  ) {
    self.patient = patient
    self.why = why
    self.from = from
    self.through = through
    self.formDocument = formDocument
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let patient = try facts.patientID(patient)
    let state = try facts.patient(patient)
    let from = from ?? context.today
    // What was delivered as insured does not become the patient's to pay by a word afterwards.
    guard from >= context.today || context.isExplainedBySupervisor else {
      throw Refusal(
        rule: "selfPay.backdated", field: "from",
        problem: "an election to pay begins today at the earliest",
        remedy: "have a supervisor record it, with --reason")
    }
    var fact = SelfPayElected()
    fact.why = why.why
    fact.fromDateOn = from.compact
    fact.throughDateOn = through?.compact ?? 0
    guard fact.throughDateOn == 0 || fact.throughDateOn >= fact.fromDateOn else {
      throw Refusal(
        rule: "selfPay.dates", field: "through", problem: "it would end before it began",
        remedy: "give its first day or a later one, or none")
    }
    guard state.coverage.selfPayElection(on: from) == nil else {
      throw Refusal(
        rule: "selfPay.elected", field: "from",
        problem: "an election to pay is in force on that day",
        remedy: "nothing needs to be recorded; `choose-coverage-route` ends it")
    }
    if let formDocument {
      try state.referral.requireDocument(formDocument, field: "formDocument")
      fact.formDocument = formDocument.description
    }
    return Decision([ProposedFact(patient, .selfPayElected(fact))])
  }
}

/// Chooses how care is paid for.
public struct ChooseCoverageRoute: Command {
  public static let name = "choose-coverage-route"
  public static let summary = "Chooses how the patient's care is paid for from a day on."
  public static let help = [
    "patient": "MRN or id", "from": "first day; today by default",
    "coverage": "for a route that files claims; the first by rank that is in force by default",
  ]
  public static let roles: Set<Role> = [.frontDesk, .biller]

  public var patient: SubjectReference
  public var route: RouteChoice
  public var from: CivilDate?
  public var coverage: EntityID?

  public init(
    patient: SubjectReference, route: RouteChoice, from: CivilDate? = nil, coverage: EntityID? = nil
  ) {
    self.patient = patient
    self.route = route
    self.from = from
    self.coverage = coverage
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let patient = try facts.patientID(patient)
    let from = from ?? context.today
    var fact = CoverageRouteChosen()
    fact.route = route.route
    fact.fromDateOn = from.compact
    if fact.route.filesClaims {
      let chosen = try insurer(facts, patient, on: from)
      try checkPayer(facts.payer(SubjectID(chosen.added.payer)).current.type)
      fact.coverage = chosen.id
      try MaintenanceRule.checkRoute(facts.patient(patient).care, on: from, context)
    } else if coverage != nil {
      throw Refusal(
        rule: "route.coverage", field: "coverage", problem: "this route files no claims",
        remedy: "leave the coverage out")
    }
    return Decision([ProposedFact(patient, .coverageRouteChosen(fact))])
  }

  private func insurer(
    _ facts: some Facts, _ patient: SubjectID, on date: CivilDate
  ) throws -> CoverageState.Coverage {
    let coverages = try facts.patient(patient).coverage.coverages
    let chosen: CoverageState.Coverage?
    if let coverage {
      guard let named = coverages[coverage.description] else {
        throw unknownReference("coverage", "the patient has no such coverage")
      }
      chosen = named
    } else {
      chosen = coverages.values.filter { $0.isInForce(on: date) }
        .min { ($0.added.rank.rawValue, $0.id) < ($1.added.rank.rawValue, $1.id) }
    }
    guard let chosen, chosen.isInForce(on: date) else {
      throw Refusal(
        rule: "route.notInForce", field: "coverage",
        problem: "no coverage for this route is in force on that day",
        remedy: "add the coverage, or choose a route that files no claims",
        evidence: [chosen?.event].compactMap { $0 })
    }
    return chosen
  }

  private func checkPayer(_ type: PayerType) throws {
    guard type != .medicare else {
      throw Refusal(
        rule: "route.medicare", field: "route",
        problem: "Medicare does not enrol massage therapists, so no claim can be filed",
        remedy: "record `elect-self-pay`")
    }
    let fits =
      switch route {
      case .autoPip: type == .autoPip
      case .workersCompensation: type == .workersCompensation
      default: type != .autoPip && type != .workersCompensation
      }
    guard fits else {
      throw Refusal(
        rule: "route.payerType", field: "route", problem: "the payer is not of this route's kind",
        remedy: "name the coverage that the route is for, or choose the route of its payer")
    }
  }
}
