import PracticeEvents

/// A claim for charges of one coverage, checked against what payers refuse.
struct ClaimDraft {
  private let charges: [AccountState.Charge]
  private let state: PatientState
  private let coverage: CoverageState.Coverage
  /// The last day on which the payer takes it; nil when its policy sets none.
  let filingDeadline: CivilDate?

  init(
    charges: [AccountState.Charge], of state: PatientState, replacing: AccountState.Claim?,
    _ facts: some Facts, _ context: DecisionContext
  ) throws {
    self.charges = charges
    self.state = state
    guard let first = charges.first else {
      throw Refusal(
        rule: "claim.charges", field: "charges", problem: "a claim has at least one charge",
        remedy: "list the charges")
    }
    guard let coverage = state.coverage.coverages[first.coverage],
      charges.allSatisfy({ $0.coverage == first.coverage })
    else {
      throw Refusal(
        rule: "claim.coverage", field: "charges",
        problem: "a claim is for charges of one coverage; some are another's or the patient's own",
        remedy: "submit one claim for each coverage, none for what the patient pays")
    }
    self.coverage = coverage
    let payer = try facts.payer(SubjectID(coverage.added.payer))
    guard payer.current.type != .medicare else {
      throw Refusal(
        rule: "claim.medicare", field: "charges",
        problem: "Medicare does not enrol massage therapists and pays no claim of theirs",
        remedy: "void the charge and let the patient pay")
    }
    let earliest = try CivilDate(compact: charges.map(\.serviceOn).min() ?? first.serviceOn)
    let days = Int(payer.policy(on: earliest).timelyFilingDays)
    filingDeadline = days > 0 ? earliest.adding(days: days) : nil
    let clinic = try facts.clinic()
    for charge in charges {
      try check(charge, replacing, facts, context)
      try scrub(charge, payer, clinic, facts)
    }
  }

  /// What the payer would deny, found before it is sent: a diagnosis that is not billable on the day
  /// of service, a code that it does not take, a pair that it bundles.
  private func scrub(
    _ charge: AccountState.Charge, _ payer: PayerState, _ clinic: ClinicState, _ facts: some Facts
  ) throws {
    let day = try CivilDate(compact: charge.serviceOn)
    for code in state.care.diagnoses(ofLine: charge.line, session: charge.session) {
      if let refusal = try facts.refusal(
        of: ICD10CM(code), at: day, rule: "claim.diagnosis", field: "charges")
      {
        throw refusal
      }
    }
    let policy = payer.policy(on: day)
    if let problem = clinic.whyNotBillable(try ProcedureCode(charge.cpt), policy, on: day) {
      throw Refusal(
        rule: "claim.code", field: "charges", problem: "charge \(charge.charge): \(problem)",
        remedy: "void the charge and let the patient pay, or record the payer's word with "
          + "change-payer-policy --billable-codes",
        evidence: try facts.origin(of: EntityID(charge.charge)).map { [$0] } ?? [])
    }
    if let session = state.care.sessions[charge.session] {
      try state.care.requireNoOpenEdit(
        in: session, policy: policy, clinic: clinic, on: day, field: "charges")
    }
  }

  private func check(
    _ charge: AccountState.Charge, _ replacing: AccountState.Claim?, _ facts: some Facts,
    _ context: DecisionContext
  ) throws {
    let isReplaced = !charge.claim.isEmpty && charge.claim == replacing?.submitted.claim
    guard charge.claim.isEmpty || isReplaced else {
      throw Refusal(
        rule: "claim.duplicate", field: "charges",
        problem: "charge \(charge.charge) is on claim \(charge.claim)",
        remedy: "replace that claim: frequency replacement, replaces \(charge.claim)",
        evidence: try facts.origin(of: EntityID(charge.claim)).map { [$0] } ?? [])
    }
    // The payer reverses the old answer when it answers the replacement, so nothing may be open yet.
    guard isReplaced || charge.insuranceOpenCents == charge.amountCents else {
      throw Refusal(
        rule: "claim.notOpen", field: "charges",
        problem: "charge \(charge.charge) is not open with the insurer in full",
        remedy: "reverse its write-off or adjudication first")
    }
    guard let session = state.care.sessions[charge.session], !session.note.isEmpty else {
      throw Refusal(
        rule: "claim.unsignedNote", field: "charges",
        problem: "the note of session \(charge.session) is not signed",
        remedy: "have the therapist sign it",
        evidence: [state.care.sessions[charge.session]?.event].compactMap { $0 })
    }
    let day = try CivilDate(compact: charge.serviceOn)
    guard state.coverage.selfPayElection(on: day) == nil else {
      throw Refusal(
        rule: "claim.selfPay", field: "charges",
        problem: "the patient chose to pay for the day of charge \(charge.charge)",
        remedy: "void the charge and post it anew (45 CFR 164.522(a)(1)(vi))")
    }
    try MaintenanceRule.checkClaim(state.care, session: session, on: day, context)
  }

  /// The claim without its identifier, frequency and date.
  func claim() throws -> ClaimSubmitted {
    var fact = ClaimSubmitted()
    fact.coverage = coverage.added.coverage
    fact.payer = coverage.added.payer
    fact.authorizationNumber = try authorizationNumber()
    for charge in charges {
      let codes = try diagnoses(of: charge)
      for code in codes where !fact.diagnosesIcd10Cm.contains(code) {
        fact.diagnosesIcd10Cm.append(code)
      }
      var line = ClaimSubmitted.Line()
      line.charge = charge.charge
      line.cpt = charge.cpt
      line.modifiers = charge.modifiers
      line.units = charge.units
      line.chargeCents = charge.amountCents
      line.serviceOn = charge.serviceOn
      line.diagnosisPointers = codes.compactMap { code in
        fact.diagnosesIcd10Cm.firstIndex(of: code).map { Int32($0 + 1) }
      }
      fact.lines.append(line)
    }
    fact.totalCents = fact.lines.reduce(0) { $0 &+ $1.chargeCents }
    guard fact.lines.count <= 50, fact.diagnosesIcd10Cm.count <= 12 else {
      throw Refusal(
        rule: "claim.size", field: "charges",
        problem: "a claim takes 50 lines and 12 diagnoses (X12 837P)",
        remedy: "split it into several claims")
    }
    return fact
  }

  /// Why the payer will deny a charge for want of an authorization; nil when it will not.
  func authorizationProblem(_ facts: some Facts) throws -> String? {
    let payer = try facts.payer(SubjectID(coverage.added.payer))
    for charge in charges {
      guard let session = state.care.sessions[charge.session] else { continue }
      let day = try CivilDate(compact: charge.serviceOn)
      let id = session.delivered.authorization
      guard let authorization = state.coverage.authorizations[id] else {
        if payer.policy(on: day).requiresAuthorization {
          return "no authorization covers charge \(charge.charge) (CARC 197)"
        }
        continue
      }
      guard authorization.holds(on: day) else {
        return "authorization \(id) does not hold on the day of charge \(charge.charge) (CARC 197)"
      }
      if authorization.isExceeded(by: session, among: state.care) {
        return "charge \(charge.charge) is beyond what authorization \(id) allows (CARC 198)"
      }
    }
    return nil
  }

  private func diagnoses(of charge: AccountState.Charge) throws -> [String] {
    let codes = state.care.diagnoses(ofLine: charge.line, session: charge.session)
    guard !codes.isEmpty else {
      throw Refusal(
        rule: "claim.diagnosis", field: "charges",
        problem: "charge \(charge.charge) points to no diagnosis of its episode",
        remedy: "record the diagnosis, or correct the session's pointers")
    }
    return codes
  }

  private func authorizationNumber() throws -> String {
    let numbers = Set(
      charges.map { charge in
        let id = state.care.sessions[charge.session]?.delivered.authorization ?? ""
        return state.coverage.authorizations[id]?.approved.authorizationNumber ?? ""
      })
    guard numbers.count <= 1 else {
      throw Refusal(
        rule: "claim.authorization", field: "charges",
        problem: "the charges are under different authorizations, and a claim names one",
        remedy: "submit one claim for each authorization")
    }
    return numbers.first ?? ""
  }
}

extension CareState {
  /// The ICD-10-CM codes that a session's line points to, by rank.
  func diagnoses(ofLine line: Int32, session: String) -> [String] {
    guard let delivered = sessions[session]?.delivered,
      let service = delivered.services.first(where: { $0.line == line }),
      let episode = episodes[delivered.episode]
    else { return [] }
    return service.diagnosisPointers.compactMap { rank in
      episode.diagnoses.last { $0.rank == rank }?.icd10Cm
    }
  }
}
