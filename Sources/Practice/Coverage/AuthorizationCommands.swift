import PracticeEvents

/// Asks a payer for leave to treat.
public struct RequestAuthorization: Command {
  public static let name = "request-authorization"
  public static let summary = "Notes that a payer was asked to authorize visits."
  public static let help = [
    "cpt": "codes asked for; any by default", "visits": "0 is not counted by visits",
    "units": "0 is not counted by units",
  ]
  public static let roles: Set<Role> = [.frontDesk, .biller]

  public var coverage: EntityID
  public var cpt: [ProcedureCode]?
  public var visits: Int?
  public var units: Int?
  public var from: CivilDate
  public var through: CivilDate
  public var authorization: EntityID?

  public init(
    coverage: EntityID, cpt: [ProcedureCode]? = nil, visits: Int? = nil, units: Int? = nil,
    from: CivilDate, through: CivilDate, authorization: EntityID? = nil
  ) {
    self.coverage = coverage
    self.cpt = cpt
    self.visits = visits
    self.units = units
    self.from = from
    self.through = through
    self.authorization = authorization
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let (patient, known) = try facts.coverage(coverage)
    try checkAuthorization(visits: visits, units: units, from: from, through: through)
    var fact = AuthorizationRequested()
    fact.authorization = try context.id(.authorization, authorization).description
    try facts.requireUnused(fact.authorization, field: "authorization")
    fact.coverage = known.id
    fact.cpt = (cpt ?? []).map(\.description)
    fact.visits = Int32(visits ?? 0)
    fact.units = Int32(units ?? 0)
    fact.fromDateOn = from.compact
    fact.throughDateOn = through.compact
    return Decision([ProposedFact(patient, .authorizationRequested(fact))])
  }
}

/// Records a payer's authorization. Recorded again for the same one, it replaces the limits, as when
/// a payer extends it or an appeal succeeds; what was used stays used.
public struct ApproveAuthorization: Command {
  public static let name = "approve-authorization"
  public static let summary = "Records the payer's authorization, asked for before or not."
  public static let help = [
    "authorization": "the one asked for, or to extend; a new one by default",
    "authorizationNumber": "the payer's; goes on claims (X12 REF G1)",
    "cpt": "codes authorized; any by default", "visits": "not counted by visits by default",
    "units": "not counted by units by default",
  ]
  public static let roles: Set<Role> = [.frontDesk, .biller]

  public var coverage: EntityID
  public var authorization: EntityID?
  public var authorizationNumber: String
  public var cpt: [ProcedureCode]?
  public var visits: Int?
  public var units: Int?
  public var from: CivilDate
  public var through: CivilDate

  public init(
    coverage: EntityID, authorization: EntityID? = nil, authorizationNumber: String,
    cpt: [ProcedureCode]? = nil, visits: Int? = nil, units: Int? = nil, from: CivilDate,
    through: CivilDate
  ) {
    self.coverage = coverage
    self.authorization = authorization
    self.authorizationNumber = authorizationNumber
    self.cpt = cpt
    self.visits = visits
    self.units = units
    self.from = from
    self.through = through
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let (patient, known) = try facts.coverage(coverage)
    try require(authorizationNumber, in: "authorizationNumber", atMost: 50)
    try checkAuthorization(visits: visits, units: units, from: from, through: through)
    var fact = AuthorizationApproved()
    fact.authorization = try context.id(.authorization, authorization).description
    let earlier = try facts.patient(patient).coverage.authorizations[fact.authorization]
    if let earlier {
      let coverages = [earlier.requested.coverage, earlier.approved.coverage]
      guard coverages.contains(known.id) else {
        throw Refusal(
          rule: "authorization.coverage", field: "coverage",
          problem: "this authorization is of another coverage",
          remedy: "name the coverage it was asked of")
      }
    } else {
      try facts.requireUnused(fact.authorization, field: "authorization")
    }
    fact.coverage = known.id
    fact.authorizationNumber = authorizationNumber
    fact.cpt = (cpt ?? []).map(\.description)
    fact.visits = Int32(visits ?? 0)
    fact.units = Int32(units ?? 0)
    fact.fromDateOn = from.compact
    fact.throughDateOn = through.compact
    return Decision([ProposedFact(patient, .authorizationApproved(fact))])
  }
}

/// Records that a payer refused.
public struct DenyAuthorization: Command {
  public static let name = "deny-authorization"
  public static let summary = "Records that the payer refused an authorization asked for."
  public static let roles: Set<Role> = [.frontDesk, .biller]

  public var authorization: EntityID

  public init(authorization: EntityID) {
    self.authorization = authorization
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let patient = try facts.patientID(owning: authorization, field: "authorization")
    let known = try facts.patient(patient).coverage.authorizations[authorization.description]
    guard let known, !known.hasApproved, !known.denied else {
      throw Refusal(
        rule: "authorization.answered", field: "authorization",
        problem: "the payer has answered this one already",
        remedy: "ask anew with `request-authorization`",
        evidence: [known?.event].compactMap { $0 })
    }
    var fact = AuthorizationDenied()
    fact.authorization = authorization.description
    fact.coverage = known.requested.coverage
    return Decision([ProposedFact(patient, .authorizationDenied(fact))])
  }
}

private func checkAuthorization(
  visits: Int?, units: Int?, from: CivilDate, through: CivilDate
) throws {
  guard [visits ?? 0, units ?? 0].allSatisfy({ (0...9_999).contains($0) }) else {
    throw Refusal(
      rule: "authorization.counts", field: "visits",
      problem: "visits and units are whole numbers from 0 to 9999",
      remedy: "leave out what the payer does not count")
  }
  guard from <= through else {
    throw Refusal(
      rule: "authorization.dates", field: "through", problem: "it would end before it began",
      remedy: "give its first day or a later one")
  }
}
