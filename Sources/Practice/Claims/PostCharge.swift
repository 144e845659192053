import PracticeEvents

/// Turns a delivered session into charges.
public struct PostCharge: Command {
  public static let name = "post-charge"
  public static let summary = "Posts the charges of a delivered session, one for each line."
  public static let help = [
    "lines": "line numbers; every line without a charge when left out",
    "coverage": "the coverage billed; the one under which the session was admitted when left out",
  ]
  public static let roles: Set<Role> = [.frontDesk, .therapist, .biller]

  public var session: EntityID
  public var lines: [Int]?
  public var coverage: EntityID?
  public var charge: EntityID?

  public init(
    session: EntityID, lines: [Int]? = nil, coverage: EntityID? = nil, charge: EntityID? = nil
  ) {
    self.session = session
    self.lines = lines
    self.coverage = coverage
    self.charge = charge
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let (patient, state) = try facts.holder(of: session, .session, field: "session")
    let session = try deliveredSession(state)
    let services = try services(of: session, state.account, facts)
    let bill = try SessionBill(session, of: state, coverage: coverage, facts)
    try bill.requireBillable(services, facts)
    var decision = Decision([])
    if bill.payer != nil {
      decision.warnings += state.account.standingSuperbills(ofSession: self.session.description)
        .map { "the patient has superbill \($0) for this session: void it before a claim goes out" }
    }
    for service in services {
      guard var fact = try bill.charge(for: service) else {
        decision.warnings += [bill.whyNothing(for: service)].compactMap { $0 }
        continue
      }
      fact.charge = try context.id(.charge, services.count == 1 ? charge : nil).description
      try facts.requireUnused(fact.charge, field: "charge")
      if fact.salesTax.treatment == .assessed, !fact.salesTax.review.isEmpty {
        decision.warnings.append("sales tax is charged, to be looked at: \(fact.salesTax.review)")
      }
      decision.facts.append(ProposedFact(patient, .chargePosted(fact), effectiveOn: bill.date))
    }
    return decision
  }

  private func deliveredSession(_ state: PatientState) throws -> CareState.Session {
    guard let found = state.care.sessions[session.description], !found.voided else {
      throw Refusal(
        rule: "charge.session", field: "session",
        problem: "session \(session) was voided or never delivered",
        remedy: "charge the session that took place")
    }
    return found
  }

  /// The lines asked for; none of them may have a charge that stands.
  private func services(
    of session: CareState.Session, _ account: AccountState, _ facts: some Facts
  ) throws -> [SessionDelivered.Service] {
    let charged = account.standingCharges(ofSession: session.delivered.session)
    let open = session.delivered.services.filter { service in
      !charged.contains { $0.line == service.line }
    }
    guard let lines else {
      guard !open.isEmpty else {
        throw Refusal(
          rule: "charge.exists", field: "session", problem: "every line has its charge already",
          remedy: "void a charge before posting it anew",
          evidence: try charged.compactMap { try facts.origin(of: EntityID($0.charge)) })
      }
      return open
    }
    return try Set(lines).sorted().map { line in
      if let found = open.first(where: { Int($0.line) == line }) { return found }
      let exists = session.delivered.services.contains { Int($0.line) == line }
      let earlier = charged.filter { Int($0.line) == line }
      throw Refusal(
        rule: exists ? "charge.exists" : "charge.line", field: "lines",
        problem: exists ? "line \(line) has its charge already" : "there is no line \(line)",
        remedy: exists ? "void that charge before posting it anew" : "give a line of the session",
        evidence: try earlier.compactMap { try facts.origin(of: EntityID($0.charge)) })
    }
  }
}

/// Takes a charge back.
public struct VoidCharge: Command {
  public static let name = "void-charge"
  public static let summary = "Takes a charge back; what had settled it is the patient's again."
  public static let roles: Set<Role> = [.biller]

  public var charge: EntityID
  public var voidedOn: CivilDate?

  public init(
    charge: EntityID, voidedOn: CivilDate? = nil
  ) {
    self.charge = charge
    self.voidedOn = voidedOn
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let (patient, state) = try facts.holder(of: charge, .charge, field: "charge")
    _ = try context.requiredReason()
    let target = try state.account.charge(charge, field: "charge")
    let date = try context.bookingDate(voidedOn, field: "voidedOn", facts)
    guard !target.waived else {
      throw Refusal(
        rule: "charge.waived", field: "charge", problem: "fee \(charge) was waived",
        remedy: "nothing is left to void")
    }
    let corrects = try facts.origin(of: charge)
    return Decision(
      try state.account.voidingFacts(of: target, on: date)
        .proposed(to: patient, on: date, corrects: corrects))
  }
}
