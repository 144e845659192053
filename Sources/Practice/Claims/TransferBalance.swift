import PracticeEvents

/// Changes who owes what is open on a charge, without money moving.
public struct TransferBalance: Command {
  public static let name = "transfer-balance"
  public static let summary =
    "Moves what is open on a charge to another payer, or from a payer to the patient."
  public static let help = [
    "to": "patient, or insurance with the coverage that owes it now",
    "coverage": "in force on the day of service", "transferredOn": "today by default",
  ]
  public static let roles: Set<Role> = [.biller]

  public var charge: EntityID
  public var to: ResponsibleChoice
  public var coverage: EntityID?
  public var transferredOn: CivilDate?

  public init(
    charge: EntityID, to: ResponsibleChoice, coverage: EntityID? = nil,
    transferredOn: CivilDate? = nil
  ) {
    self.charge = charge
    self.to = to
    self.coverage = coverage
    self.transferredOn = transferredOn
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let (patient, state) = try facts.holder(of: charge, .charge, field: "charge")
    let target = try state.account.charge(charge, field: "charge")
    let date = try context.bookingDate(transferredOn, field: "transferredOn", facts)
    _ = try context.requiredReason()
    let fact: BalanceTransferred
    switch (to, coverage) {
    case (.patient, nil):
      try requirePatients(target, state, facts, date)
      fact = try target.transfer(from: .insurance, to: "", on: date)
    case (.insurance, let coverage?):
      let from: Responsible = target.patientOpenCents > 0 ? .patient : .insurance
      try requirePayers(target, coverage, from, state)
      fact = try target.transfer(from: from, to: coverage.description, on: date)
    default:
      throw Refusal(
        rule: "transfer.coverage", field: "coverage",
        problem: "a coverage goes with insurance, and only with it",
        remedy: "say --to insurance --coverage COVERAGE, or --to patient")
    }
    return Decision([.balanceTransferred(fact)].proposed(to: patient, on: date))
  }

  /// The patient may be asked only for what no payer, and no lateness of the clinic, forbids.
  private func requirePatients(
    _ target: AccountState.Charge, _ state: PatientState, _ facts: some Facts, _ date: CivilDate
  ) throws {
    try state.account.requireAnswered(target)
    if let (answer, line) = state.account.standingAnswer(to: target), answer.leavesOpen(line) {
      throw Refusal(
        rule: "transfer.notPatients", field: "charge",
        problem: "the payer holds the clinic liable for charge \(charge), not the patient",
        remedy: "correct and resubmit the claim, appeal, or write it off")
    }
    guard target.firstSubmittedOn == 0, let coverage = state.coverage.coverages[target.coverage],
      let day = target.serviceOn.civilDate, !state.isOutOfNetwork(coverage, on: day)
    else { return }
    let days = Int(
      try facts.payer(SubjectID(coverage.added.payer)).policy(on: day).timelyFilingDays)
    guard days == 0 || date <= day.adding(days: days) else {
      throw Refusal(
        rule: "transfer.filedLate", field: "charge",
        problem: "charge \(charge) was not claimed in time, which is no debt of the patient's",
        remedy: "write it off: write-off --kind timelyFiling")
    }
  }

  private func requirePayers(
    _ target: AccountState.Charge, _ coverage: EntityID, _ from: Responsible,
    _ state: PatientState
  ) throws {
    try state.account.requireAnswered(target)
    guard let found = state.coverage.coverages[coverage.description],
      let day = target.serviceOn.civilDate, found.isInForce(on: day),
      found.id != target.coverage
        || from == .patient
    else {
      throw Refusal(
        rule: "transfer.coverage", field: "coverage",
        problem: "\(coverage) is no other coverage of this patient in force on the day of service",
        remedy: "give one that was, or add it with add-coverage")
    }
    guard from == .insurance || state.account.isPayersWord(target, besides: found.id) else {
      throw Refusal(
        rule: "transfer.notInsured", field: "charge",
        problem: "no payer has left charge \(charge) to the patient: it is at the patient's price",
        remedy: "void it and post it anew for the coverage")
    }
  }
}

extension AccountState {
  /// Refuses while a claim with the charge is with a payer.
  func requireAnswered(_ charge: Charge) throws {
    guard let claim = claims[charge.claim],
      claim.status == .submitted || claim.status == .acknowledged
    else { return }
    throw Refusal(
      rule: "transfer.claimed", field: "charge",
      problem: "the payer has not answered claim \(charge.claim) yet",
      remedy: "wait for its answer, or withdraw the claim")
  }

  /// Whether what the patient owes on the charge is what another payer left over.
  func isPayersWord(_ charge: Charge, besides coverage: String) -> Bool {
    answers(on: [charge.charge], besides: coverage).contains { answer in
      answer.lines.contains { $0.charge == charge.charge && answer.effect(on: $0).toPatient > 0 }
    }
  }
}

extension AccountState.Charge {
  /// All that is open on one side, to a coverage, or to the patient when that is empty.
  func transfer(
    from: Responsible, to coverage: String, on date: CivilDate
  ) throws -> BalanceTransferred {
    var fact = BalanceTransferred()
    fact.charge = charge
    fact.amountCents = from == .patient ? patientOpenCents : insuranceOpenCents
    fact.from = from
    fact.to = coverage.isEmpty ? .patient : .insurance
    fact.fromCoverage = from == .insurance ? self.coverage : ""
    fact.toCoverage = coverage
    fact.transferredOn = date.compact
    guard fact.amountCents > 0 else {
      throw Refusal(
        rule: "transfer.nothing", field: "charge",
        problem: "nothing of charge \(charge) is open there", remedy: "see balance.patient")
    }
    return fact
  }
}

extension PatientState {
  /// Whether the payer said that the clinic is not in the plan's network.
  func isOutOfNetwork(_ coverage: CoverageState.Coverage, on date: CivilDate) -> Bool {
    coverage.latestAnswer(on: date) { $0.inNetwork == .yes || $0.inNetwork == .no }?
      .verified.inNetwork == .no
  }
}

/// What a payer left to the patient, the patient's next insurance may pay.
public struct BillNextPayer: Command {
  public static let name = "bill-next-payer"
  public static let summary =
    "Submits a claim to the next coverage for what a payer left to the patient."
  public static let help = [
    "claim": "the one that was answered",
    "coverage": "the next by rank on the day of service when left out",
    "nextClaim": "the identifier of the new claim",
  ]
  public static let roles: Set<Role> = [.biller]

  public var claim: EntityID
  public var coverage: EntityID?
  public var submittedOn: CivilDate?
  public var nextClaim: EntityID?

  public init(
    claim: EntityID, coverage: EntityID? = nil, submittedOn: CivilDate? = nil,
    nextClaim: EntityID? = nil
  ) {
    self.claim = claim
    self.coverage = coverage
    self.submittedOn = submittedOn
    self.nextClaim = nextClaim
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let (patient, state) = try facts.holder(of: claim, .claim, field: "claim")
    let answered = try state.account.claim(claim, field: "claim")
    let date = try context.bookingDate(submittedOn, field: "submittedOn", facts)
    let next = try nextCoverage(after: answered, state)
    var moved = state
    var transfers: [Fact] = []
    for line in answered.submitted.lines {
      guard let charge = state.account.charges[line.charge], charge.patientOpenCents > 0,
        charge.claim == answered.submitted.claim,
        state.account.isPayersWord(charge, besides: next.id)
      else { continue }
      let transfer = try charge.transfer(from: .patient, to: next.id, on: date)
      transfers.append(.balanceTransferred(transfer))
      moved.account.transfer(transfer)
    }
    guard !transfers.isEmpty else {
      throw Refusal(
        rule: "claim.nothingLeft", field: "claim",
        problem: "nothing that the payer left to the patient is open on claim \(claim)",
        remedy: "see claims.explain; what the patient has paid is not claimed again")
    }
    let ids = answered.submitted.lines.map(\.charge)
    let charges = ids.compactMap { moved.account.charges[$0] }
      .filter { $0.coverage == next.id && $0.claim.isEmpty && $0.insuranceOpenCents > 0 }
    var (fact, warnings) = try ClaimDraft(charges: charges, of: moved, facts)
      .submission(on: date, facts, context)
    fact.claim = try context.id(.claim, nextClaim).description
    try facts.requireUnused(fact.claim, field: "nextClaim")
    fact.frequencyCode = 1
    return Decision(
      (transfers + [.claimSubmitted(fact)]).proposed(to: patient, on: date), warnings: warnings)
  }

  private func nextCoverage(
    after claim: AccountState.Claim, _ state: PatientState
  ) throws -> CoverageState.Coverage {
    let days = claim.submitted.lines.compactMap(\.serviceOn.civilDate)
    let rank = state.coverage.coverages[claim.submitted.coverage]?.added.rank.rawValue ?? 0
    let candidates = state.coverage.coverages.values.filter { candidate in
      candidate.id != claim.submitted.coverage && days.allSatisfy(candidate.isInForce)
        && (coverage.map { $0.description == candidate.id }
          ?? (candidate.added.rank.rawValue > rank))
    }
    guard
      let next = candidates.min(by: {
        ($0.added.rank.rawValue, $0.id) < ($1.added.rank.rawValue, $1.id)
      })
    else {
      throw Refusal(
        rule: "claim.noNextPayer", field: "coverage",
        problem: "no further coverage of the patient was in force on the days of the claim",
        remedy: "add it with add-coverage --rank secondary, or bill the patient")
    }
    return next
  }
}
