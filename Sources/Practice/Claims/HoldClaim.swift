import PracticeEvents

/// Keeps charges back from their payer, with all that is wrong with them.
public struct HoldClaim: Command {
  public static let name = "hold-claim"
  public static let summary =
    "Checks a claim and keeps it back, with everything that is wrong with it."
  public static let help = [
    "charges": "of one coverage; --reason is needed when nothing is wrong with them",
    "heldOn": "today by default",
  ]
  public static let roles: Set<Role> = [.biller]

  public var charges: [EntityID]
  public var heldOn: CivilDate?
  public var claim: EntityID?

  public init(charges: [EntityID], heldOn: CivilDate? = nil, claim: EntityID? = nil) {
    self.charges = charges
    self.heldOn = heldOn
    self.claim = claim
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    guard let first = charges.first, Set(charges).count == charges.count else {
      throw Refusal(
        rule: "claim.charges", field: "charges",
        problem: charges.isEmpty ? "a claim has at least one charge" : "a charge is listed twice",
        remedy: "list every charge once")
    }
    let (patient, state) = try facts.holder(of: first, .charge, field: "charges")
    let date = try context.bookingDate(heldOn, field: "heldOn", facts)
    let charged = try charges.map { try state.account.charge($0, field: "charges") }
    let draft = try ClaimDraft(charges: charged, of: state, facts)
    let problems = try draft.problems(facts, context) + draft.objections(on: date)
    // A charge that is on another claim is no part of this one.
    if let taken = problems.first(where: { $0.rule == "claim.duplicate" }) { throw taken }
    if problems.isEmpty { _ = try context.requiredReason() }
    var fact = ClaimHeld()
    fact.claim = try context.id(.claim, claim).description
    try facts.requireUnused(fact.claim, field: "claim")
    fact.coverage = draft.coverage.id
    fact.payer = draft.coverage.added.payer
    fact.charges = charges.map(\.description)
    fact.problems = problems.map { refusal in
      var problem = ClaimHeld.Problem()
      problem.rule = refusal.rule
      problem.problem = refusal.problem
      problem.remedy = refusal.remedy
      return problem
    }
    fact.heldOn = date.compact
    return Decision(
      [.claimHeld(fact)].proposed(to: patient, on: date),
      warnings: problems.map { "\($0.problem): \($0.remedy)" })
  }
}

/// Ends a hold: the claim goes out, or its charges are free for another.
public struct ReleaseClaim: Command {
  public static let name = "release-claim"
  public static let summary = "Submits a held claim, when nothing is wrong with it any more."
  public static let help = [
    "drop": "only frees its charges; nothing is submitted", "releasedOn": "today by default",
  ]
  public static let roles: Set<Role> = [.biller]

  public var claim: EntityID
  public var drop: Bool?
  public var releasedOn: CivilDate?

  public init(claim: EntityID, drop: Bool? = nil, releasedOn: CivilDate? = nil) {
    self.claim = claim
    self.drop = drop
    self.releasedOn = releasedOn
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let (patient, state) = try facts.holder(of: claim, .claim, field: "claim")
    let held = try state.account.claim(claim, field: "claim")
    guard held.status == .held else {
      throw Refusal(
        rule: "claim.notHeld", field: "claim", problem: "claim \(claim) is not held",
        remedy: "see claims.status for what is")
    }
    let date = try context.bookingDate(releasedOn, field: "releasedOn", facts)
    var released = ClaimReleased()
    released.claim = claim.description
    released.releasedOn = date.compact
    guard drop != true else {
      return Decision([.claimReleased(released)].proposed(to: patient, on: date))
    }
    var freed = state
    freed.account.applyClaim(.claimReleased(released))
    let charges = try held.held.charges.map {
      try freed.account.charge(EntityID($0), field: "claim")
    }
    var (fact, warnings) = try ClaimDraft(charges: charges, of: freed, facts)
      .submission(on: date, facts, context)
    fact.claim = claim.description
    fact.frequencyCode = 1
    return Decision(
      [.claimReleased(released), .claimSubmitted(fact)].proposed(to: patient, on: date),
      warnings: warnings)
  }
}
