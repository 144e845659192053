import PracticeEvents

/// Gives a patient the bill with which to ask the insurer for reimbursement.
public struct IssueSuperbill: Command {
  public static let name = "issue-superbill"
  public static let summary = "Issues an itemised bill that the patient sends to the insurer."
  public static let help = [
    "sessions": "medical sessions of one patient, each with a signed note",
    "supersedes": "the superbill that this one replaces",
  ]
  public static let roles: Set<Role> = [.frontDesk, .biller]

  public var sessions: [EntityID]
  public var issuedOn: CivilDate?
  public var supersedes: EntityID?
  public var superbill: EntityID?

  public init(
    sessions: [EntityID], issuedOn: CivilDate? = nil, supersedes: EntityID? = nil,
    superbill: EntityID? = nil
  ) {
    self.sessions = sessions
    self.issuedOn = issuedOn
    self.supersedes = supersedes
    self.superbill = superbill
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    guard let first = sessions.first else {
      throw Refusal(
        rule: "superbill.sessions", field: "sessions",
        problem: "a superbill is for at least one session", remedy: "list the sessions")
    }
    let (patient, state) = try facts.holder(of: first, .session, field: "sessions")
    let date = try context.bookingDate(issuedOn, field: "issuedOn", facts)
    try checkIssuer(facts)
    if let supersedes { try check(supersedes, state.account) }
    var fact = SuperbillIssued()
    fact.superbill = try context.id(.superbill, superbill).description
    try facts.requireUnused(fact.superbill, field: "superbill")
    fact.issuedOn = date.compact
    fact.supersedes = supersedes?.description ?? ""
    fact.lines = try Set(sessions).sorted().flatMap { try lines(of: $0, state, facts) }
      .sorted { ($0.serviceOn, $0.charge) < ($1.serviceOn, $1.charge) }
    return Decision(
      [.superbillIssued(fact)].proposed(to: patient, on: date), warnings: warnings(state.account))
  }

  private func checkIssuer(_ facts: some Facts) throws {
    let profile = try facts.clinic().profile
    guard !profile.npi.isEmpty, !profile.ein.isEmpty else {
      throw Refusal(
        rule: "superbill.issuer", problem: "the clinic's NPI or tax number is not recorded",
        remedy: "complete the clinic's profile; no insurer takes a bill without them")
    }
  }

  private func check(_ supersedes: EntityID, _ account: AccountState) throws {
    let id = supersedes.description
    guard account.superbills.contains(where: { $0.superbill == id }),
      !account.superbills.contains(where: { $0.supersedes == id })
    else {
      throw Refusal(
        rule: "superbill.supersedes", field: "supersedes",
        problem: "\(id) is no superbill of this patient, or another one replaced it",
        remedy: "give the latest one")
    }
  }

  private func lines(
    of id: EntityID, _ state: PatientState, _ facts: some Facts
  ) throws
    -> [SuperbillIssued.Line]
  {
    guard let session = state.care.sessions[id.description], !session.voided,
      session.delivered.serviceClass == .medical
    else {
      throw Refusal(
        rule: "superbill.session", field: "sessions",
        problem: "session \(id) is not a medical session of this patient that took place",
        remedy: "leave it out")
    }
    guard !session.note.isEmpty else {
      throw Refusal(
        rule: "superbill.unsignedNote", field: "sessions",
        problem: "the note of session \(id) is not signed",
        remedy: "have the therapist sign it", evidence: [session.event])
    }
    let charges = state.account.standingCharges(ofSession: id.description)
    guard !charges.isEmpty else {
      throw Refusal(
        rule: "superbill.charges", field: "sessions", problem: "session \(id) has no charge",
        remedy: "post it with post-charge")
    }
    try checkTherapist(session.delivered, facts)
    try checkBilledOnce(id, state.account, facts)
    return try charges.map { try line(for: $0, state, facts) }
  }

  /// An insurer takes no bill without the number and licence of who treated.
  private func checkTherapist(_ session: SessionDelivered, _ facts: some Facts) throws {
    guard let id = try? SubjectID(session.practitioner) else { return }
    let date = try CivilDate(compact: session.deliveredOn)
    let therapist = try facts.practitioner(id)
    guard !therapist.current.npi.isEmpty, therapist.isLicensed(on: date) else {
      throw Refusal(
        rule: "superbill.therapist", field: "sessions",
        problem: "no NPI, or no licence in force on \(date), of who treated in session "
          + "\(session.session)",
        remedy: "record the therapist's NPI and licence")
    }
  }

  /// An insurer that gets the same session twice takes one of the two for a duplicate, or for fraud.
  private func checkBilledOnce(
    _ session: EntityID, _ account: AccountState, _ facts: some Facts
  ) throws {
    let earlier = account.standingSuperbills(ofSession: session.description)
      .first { $0 != supersedes?.description }
    if let earlier {
      throw Refusal(
        rule: "superbill.again", field: "sessions",
        problem: "session \(session) is on superbill \(earlier)",
        remedy: "print that one again (document superbill --superbill \(earlier)), replace it with "
          + "--supersedes, or void it",
        evidence: try facts.origin(of: EntityID(earlier)).map { [$0] } ?? [])
    }
    let claim = account.claimsWithPayers(ofSession: session.description).first {
      $0.status != .denied
    }
    if let claim {
      throw Refusal(
        rule: "superbill.claimed", field: "sessions",
        problem: "a payer has session \(session) on claim \(claim.submitted.claim)",
        remedy: "withdraw that claim first: submit-claim --frequency void --replaces "
          + claim.submitted.claim,
        evidence: try facts.origin(of: EntityID(claim.submitted.claim)).map { [$0] } ?? [])
    }
  }

  /// What the insurer may hold against it.
  private func warnings(_ account: AccountState) -> [String] {
    Set(sessions).sorted().flatMap { session in
      account.claimsWithPayers(ofSession: session.description).map {
        "claim \($0.submitted.claim) for session \(session) was denied: the insurer has judged this "
          + "care already"
      }
    }
  }

  private func line(
    for charge: AccountState.Charge, _ state: PatientState, _ facts: some Facts
  ) throws
    -> SuperbillIssued.Line
  {
    guard charge.coverage.isEmpty, charge.claim.isEmpty else {
      throw Refusal(
        rule: "superbill.claimed", field: "sessions",
        problem: "the clinic bills charge \(charge.charge) to the insurer itself",
        remedy: "leave its session out; the same care is claimed once")
    }
    let codes = state.care.diagnoses(ofLine: charge.line, session: charge.session)
    try checkDiagnoses(codes, of: charge, facts)
    var line = SuperbillIssued.Line()
    line.charge = charge.charge
    line.serviceOn = charge.serviceOn
    line.cpt = charge.cpt
    line.modifiers = charge.modifiers
    line.units = charge.units
    line.diagnosesIcd10Cm = codes
    line.chargeCents = charge.amountCents
    let prepaid = state.account.packages[charge.package]?.redeemed[charge.charge]?.valueCents ?? 0
    line.paidCents = charge.patientPaidCents &+ prepaid
    return line
  }

  private func checkDiagnoses(
    _ codes: [String], of charge: AccountState.Charge, _ facts: some Facts
  ) throws {
    let date = try CivilDate(compact: charge.serviceOn)
    guard !codes.isEmpty else {
      throw Refusal(
        rule: "superbill.diagnosis", field: "sessions",
        problem: "charge \(charge.charge) has no diagnosis",
        remedy: "record the diagnosis in full detail")
    }
    for code in codes {
      if let refusal = try facts.refusal(
        of: ICD10CM(code), at: date, rule: "superbill.diagnosis", field: "sessions")
      {
        throw refusal
      }
    }
  }
}
