import PracticeEvents

/// X12 CLM05-3.
public enum ClaimFrequencyChoice: String, WordChoice {
  case original, replacement, void

  var code: Int32 {
    switch self {
    case .original: 1
    case .replacement: 7
    case .void: 8
    }
  }
}

/// Asks a payer for its part.
public struct SubmitClaim: Command {
  public static let name = "submit-claim"
  public static let summary = "Submits a claim for charges, or replaces or withdraws one."
  public static let help = [
    "charges": "of one coverage; those of the replaced claim when left out",
    "frequency": "original when left out", "replaces": "the claim to replace or to void",
  ]
  public static let roles: Set<Role> = [.biller]

  public var charges: [EntityID]?
  public var frequency: ClaimFrequencyChoice?
  public var replaces: EntityID?
  public var submittedOn: CivilDate?
  public var claim: EntityID?

  public init(
    charges: [EntityID]? = nil, frequency: ClaimFrequencyChoice? = nil, replaces: EntityID? = nil,
    submittedOn: CivilDate? = nil, claim: EntityID? = nil
  ) {
    self.charges = charges
    self.frequency = frequency
    self.replaces = replaces
    self.submittedOn = submittedOn
    self.claim = claim
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let (patient, state) = try claimant(facts)
    let date = try context.bookingDate(submittedOn, field: "submittedOn", facts)
    let replaced = try replacedClaim(state.account)
    var warnings: [String] = []
    var fact: ClaimSubmitted
    if frequency == .void, let replaced {
      guard charges == nil else {
        throw Refusal(
          rule: "claim.charges", field: "charges",
          problem: "a void claim withdraws the whole claim that it replaces",
          remedy: "leave charges out, or submit a replacement with the charges that stay")
      }
      fact = replaced.submitted
      fact.overriddenRules = []
    } else {
      let draft = try ClaimDraft(
        charges: claimedCharges(state.account, replaced), of: state, replacing: replaced, facts)
      (fact, warnings) = try draft.submission(on: date, facts, context)
    }
    fact.claim = try context.id(.claim, claim).description
    if state.account.claims[fact.claim]?.status != .dropped {
      try facts.requireUnused(fact.claim, field: "claim")
    }
    fact.frequencyCode = (frequency ?? .original).code
    fact.replaces = replaces?.description ?? ""
    fact.submittedOn = date.compact
    return Decision([.claimSubmitted(fact)].proposed(to: patient, on: date), warnings: warnings)
  }

  private func claimant(_ facts: some Facts) throws -> (id: SubjectID, state: PatientState) {
    if let replaces { return try facts.holder(of: replaces, .claim, field: "replaces") }
    guard let charge = charges?.first else {
      throw Refusal(
        rule: "claim.charges", field: "charges", problem: "a claim has at least one charge",
        remedy: "list the charges")
    }
    return try facts.holder(of: charge, .charge, field: "charges")
  }

  private func replacedClaim(_ account: AccountState) throws -> AccountState.Claim? {
    guard (frequency ?? .original) != .original || replaces != nil else { return nil }
    guard let replaces, frequency == .replacement || frequency == .void else {
      throw Refusal(
        rule: "claim.frequency", field: "frequency",
        problem: "replaces goes with the frequencies replacement and void, and only with them",
        remedy: "give both or neither")
    }
    let replaced = try account.claim(replaces, field: "replaces")
    guard ![.rejected, .replaced, .held, .dropped].contains(replaced.status),
      replaced.submitted.frequencyCode != 8
    else {
      throw Refusal(
        rule: "claim.notReplaceable", field: "replaces",
        problem: "the payer does not have claim \(replaces) any more",
        remedy: "submit an original claim, or replace the latest one")
    }
    return replaced
  }

  private func claimedCharges(
    _ account: AccountState, _ replaced: AccountState.Claim?
  ) throws
    -> [AccountState.Charge]
  {
    guard let charges else {
      return (replaced?.submitted.lines ?? []).compactMap { account.charges[$0.charge] }
        .filter { !$0.voided }
    }
    guard Set(charges).count == charges.count else {
      throw Refusal(
        rule: "claim.charges", field: "charges", problem: "a charge is listed twice",
        remedy: "list every charge once")
    }
    return try charges.map { try account.charge($0, field: "charges") }
  }
}

extension ClaimDraft {
  /// The claim as it may go out, without its identifier and frequency.
  ///
  /// A late claim, one beyond its authorization, or a second one for a session is refused unless a
  /// supervisor says why the payer will take it; the claim then says which rules were set aside.
  func submission(
    on date: CivilDate, _ facts: some Facts, _ context: DecisionContext
  ) throws -> (fact: ClaimSubmitted, warnings: [String]) {
    try requireClean(facts, context)
    var fact = try claim()
    var warnings: [String] = []
    for objection in try objections(on: date) {
      guard context.isExplainedBySupervisor else { throw objection }
      fact.overriddenRules.append(objection.rule)
      warnings.append(objection.problem)
    }
    fact.submittedOn = date.compact
    return (fact, warnings)
  }

  /// What the payer will most likely deny it for, and a supervisor may answer for.
  func objections(on date: CivilDate) throws -> [Refusal] {
    var found: [Refusal] = []
    if let deadline = try filingDeadline, date > deadline {
      found.append(
        Refusal(
          rule: "claim.timelyFiling", field: "submittedOn",
          problem: "the payer took claims for this date of service until \(deadline)",
          remedy: "have a supervisor submit it with --reason, or write it off"))
    }
    if let other = claimOfSameSession {
      found.append(
        Refusal(
          rule: "claim.sameSession", field: "charges",
          problem:
            "a payer of the same rank has claim \(other.submitted.claim) for the same session",
          remedy: "bill the session whole with --frequency replacement --replaces "
            + "\(other.submitted.claim), or have a supervisor submit it with --reason"))
    }
    if let problem = try authorizationProblem() {
      found.append(
        Refusal(
          rule: "claim.authorization", field: "charges", problem: problem,
          remedy: "have the payer extend it and record approve-authorization, or have a supervisor "
            + "submit it with --reason"))
    }
    return found
  }
}
