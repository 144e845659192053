import PracticeEvents

/// A claim for charges of one coverage, checked against what payers refuse.
struct ClaimDraft {
  let charges: [AccountState.Charge]
  let coverage: CoverageState.Coverage
  private let state: PatientState
  private let payer: PayerState
  private let replacing: AccountState.Claim?

  /// - Throws: `Refusal` when the charges are not of one coverage: then there is no claim to check.
  init(
    charges: [AccountState.Charge], of state: PatientState,
    replacing: AccountState.Claim? = nil, _ facts: some Facts
  ) throws {
    self.charges = charges
    self.state = state
    self.replacing = replacing
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
    payer = try facts.payer(SubjectID(coverage.added.payer))
  }

  /// The last day on which the payer takes it, by the policy of the first day of service; nil when
  /// that sets none. A payer after the first counts from the answer of the one before.
  var filingDeadline: CivilDate? {
    get throws {
      guard let first = charges.map(\.serviceOn).min() else { return nil }
      let earliest = try CivilDate(compact: first)
      let days = Int(payer.policy(on: earliest).timelyFilingDays)
      let answered = priorAnswers.map(\.adjudicatedOn).max()
      let start = try answered.map { try CivilDate(compact: $0) } ?? earliest
      return days > 0 ? start.adding(days: days) : nil
    }
  }

  /// What payers before this one moved on the charges, and stands.
  private var priorAnswers: [ClaimAdjudicated] {
    state.account.answers(on: Set(charges.map(\.charge)), besides: coverage.id)
  }

  /// All that is wrong with it, as far as nobody may set it aside.
  func problems(_ facts: some Facts, _ context: DecisionContext) throws -> [Refusal] {
    var found: [Refusal] = []
    func check(_ body: () throws -> Void) throws {
      do { try body() } catch let refusal as Refusal { found.append(refusal) }
    }
    try check(requireEnrolment)
    let clinic = try facts.clinic()
    for charge in charges {
      try check { try requireFree(charge, facts) }
      try check { try requireNoSuperbill(charge, facts) }
      try check { try requireOpen(charge) }
      try check { try requireNote(charge) }
      try check { try requireInsured(charge, context) }
      try check { try requireDiagnoses(charge, facts) }
      try check { try requireBillable(charge, clinic, facts) }
    }
    try check { _ = try claim() }
    return found
  }

  /// - Throws: the first of the problems, with all of them in its details.
  func requireClean(_ facts: some Facts, _ context: DecisionContext) throws {
    let problems = try problems(facts, context)
    guard var refusal = problems.first else { return }
    if problems.count > 1 { refusal.details = problems.map(\.problem) }
    throw refusal
  }

  private func requireEnrolment() throws {
    guard payer.current.type != .medicare else {
      throw Refusal(
        rule: "claim.medicare", field: "charges",
        problem: "Medicare does not enrol massage therapists and pays no claim of theirs",
        remedy: "void the charge and let the patient pay")
    }
  }

  private func requireFree(_ charge: AccountState.Charge, _ facts: some Facts) throws {
    guard charge.claim.isEmpty || isReplaced(charge) else {
      let isHeld = state.account.claims[charge.claim]?.status == .held
      throw Refusal(
        rule: "claim.duplicate", field: "charges",
        problem: "charge \(charge.charge) is on claim \(charge.claim)",
        remedy: isHeld
          ? "it is held: release-claim --claim \(charge.claim)"
          : "replace that claim: frequency replacement, replaces \(charge.claim)",
        evidence: try facts.origin(of: EntityID(charge.claim)).map { [$0] } ?? [])
    }
  }

  /// The patient asks the insurer for the money with a superbill, or the clinic does: not both.
  private func requireNoSuperbill(_ charge: AccountState.Charge, _ facts: some Facts) throws {
    guard !charge.session.isEmpty,
      let superbill = state.account.standingSuperbills(ofSession: charge.session).first
    else { return }
    throw Refusal(
      rule: "claim.superbill", field: "charges",
      problem: "the patient has superbill \(superbill) for the session of charge \(charge.charge)",
      remedy:
        "void it with void-superbill, once the patient has not sent it in or has withdrawn it",
      evidence: try facts.origin(of: EntityID(superbill)).map { [$0] } ?? [])
  }

  /// Another claim with one of the sessions that a payer of the same rank has; the payer takes the
  /// second one for a duplicate (CARC 18), or as not billed whole.
  var claimOfSameSession: AccountState.Claim? {
    let rank = coverage.added.rank
    let replaced = replacing?.submitted.claim
    return Set(charges.map(\.session)).filter { !$0.isEmpty }.sorted().lazy
      .flatMap { state.account.claimsWithPayers(ofSession: $0) }
      .first { other in
        other.submitted.claim != replaced
          && (state.coverage.coverages[other.submitted.coverage]?.added.rank ?? .unspecified)
            == rank
      }
  }

  private func isReplaced(_ charge: AccountState.Charge) -> Bool {
    !charge.claim.isEmpty && charge.claim == replacing?.submitted.claim
  }

  /// The payer reverses the old answer when it answers a replacement, so nothing may be open yet. A
  /// payer after the first is asked for what the others left.
  private func requireOpen(_ charge: AccountState.Charge) throws {
    let isFurther = charge.insuranceOpenCents > 0 && !priorAnswers.isEmpty
    guard isReplaced(charge) || isFurther || charge.insuranceOpenCents == charge.amountCents else {
      throw Refusal(
        rule: "claim.notOpen", field: "charges",
        problem: "charge \(charge.charge) is not open with the insurer in full",
        remedy:
          "reverse its write-off or adjudication first; what a payer left to the patient goes "
          + "to the next one with bill-next-payer")
    }
  }

  private func requireNote(_ charge: AccountState.Charge) throws {
    guard let session = state.care.sessions[charge.session], !session.note.isEmpty else {
      throw Refusal(
        rule: "claim.unsignedNote", field: "charges",
        problem: "the note of session \(charge.session) is not signed",
        remedy: "have the therapist sign it",
        evidence: [state.care.sessions[charge.session]?.event].compactMap { $0 })
    }
  }

  private func requireInsured(_ charge: AccountState.Charge, _ context: DecisionContext) throws {
    let day = try CivilDate(compact: charge.serviceOn)
    guard state.coverage.selfPayElection(on: day) == nil else {
      throw Refusal(
        rule: "claim.selfPay", field: "charges",
        problem: "the patient chose to pay for the day of charge \(charge.charge)",
        remedy: "void the charge and post it anew (45 CFR 164.522(a)(1)(vi))")
    }
    guard let session = state.care.sessions[charge.session] else { return }
    try MaintenanceRule.checkClaim(state.care, session: session, on: day, context)
  }

  /// Every diagnosis must be billable on the day of service.
  private func requireDiagnoses(_ charge: AccountState.Charge, _ facts: some Facts) throws {
    let day = try CivilDate(compact: charge.serviceOn)
    for code in state.care.diagnoses(ofLine: charge.line, session: charge.session) {
      if let refusal = try facts.refusal(
        of: ICD10CM(code), at: day, rule: "claim.diagnosis", field: "charges")
      {
        throw refusal
      }
    }
  }

  /// The payer takes the code from a massage therapist and bundles it with no other.
  private func requireBillable(
    _ charge: AccountState.Charge, _ clinic: ClinicState, _ facts: some Facts
  ) throws {
    let day = try CivilDate(compact: charge.serviceOn)
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

  /// The claim without its identifier, frequency and date.
  func claim() throws -> ClaimSubmitted {
    var fact = ClaimSubmitted()
    fact.coverage = coverage.added.coverage
    fact.payer = coverage.added.payer
    fact.rank = coverage.added.rank
    fact.fileByOn = try filingDeadline?.compact ?? 0
    fact.priorAdjudications = priorAnswers.map(\.adjudication)
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
      line.priorSettledCents = priorSettled(charge, fact)
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

  /// What was settled before this payer was asked; a replacement asks for what the replaced claim did.
  private func priorSettled(_ charge: AccountState.Charge, _ fact: ClaimSubmitted) -> Int64 {
    guard !fact.priorAdjudications.isEmpty else { return 0 }
    if isReplaced(charge) {
      return replacing?.submitted.lines.first { $0.charge == charge.charge }?.priorSettledCents ?? 0
    }
    return charge.amountCents &- charge.insuranceOpenCents
  }

  /// Why the payer will deny a charge for want of an authorization; nil when it will not.
  func authorizationProblem() throws -> String? {
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
