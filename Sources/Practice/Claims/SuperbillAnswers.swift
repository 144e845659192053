import PracticeEvents

/// Takes a superbill out of use.
public struct VoidSuperbill: Command {
  public static let name = "void-superbill"
  public static let summary = "Takes a superbill out of use, with the reason."
  public static let roles: Set<Role> = [.biller]

  public var superbill: EntityID
  public var voidedOn: CivilDate?

  public init(superbill: EntityID, voidedOn: CivilDate? = nil) {
    self.superbill = superbill
    self.voidedOn = voidedOn
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let (patient, state) = try facts.holder(of: superbill, .superbill, field: "superbill")
    _ = try context.requiredReason()
    let date = try context.bookingDate(voidedOn, field: "voidedOn", facts)
    try state.account.requireStanding(superbill)
    var fact = SuperbillVoided()
    fact.superbill = superbill.description
    fact.voidedOn = date.compact
    let corrects = try facts.origin(of: superbill)
    return Decision([.superbillVoided(fact)].proposed(to: patient, on: date, corrects: corrects))
  }
}

/// Notes what a patient's insurer paid back.
public struct ReportReimbursement: Command {
  public static let name = "report-reimbursement"
  public static let summary = "Notes what an insurer paid to the patient for a superbill."
  public static let help = ["paidOn": "when the insurer paid; today when left out"]
  public static let roles: Set<Role> = [.frontDesk, .biller, .patient]

  public var superbill: EntityID
  public var amount: Money
  public var paidOn: CivilDate?

  public init(superbill: EntityID, amount: Money, paidOn: CivilDate? = nil) {
    self.superbill = superbill
    self.amount = amount
    self.paidOn = paidOn
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let (patient, state) = try facts.holder(of: superbill, .superbill, field: "superbill")
    let date = paidOn ?? context.today
    guard date <= context.today else {
      throw Refusal(
        rule: "date.future", field: "paidOn", problem: "\(date) is still to come",
        remedy: "give the day on which it happened")
    }
    try requirePositive(amount, field: "amount")
    let issued = try state.account.requireStanding(superbill)
    let earlier = state.account.reimbursements
      .filter { $0.superbill == superbill.description }.reduce(0) { $0 &+ $1.amountCents }
    let charged = issued.lines.reduce(0) { $0 &+ $1.chargeCents }
    try requireAtMost(
      charged &- earlier, amount, rule: "reimbursement.exceeds", field: "amount",
      what: "charged on superbill \(superbill) that was not reported paid back")
    var fact = PatientReimbursementReported()
    fact.superbill = superbill.description
    fact.amountCents = amount.cents
    fact.paidOn = date.compact
    fact.reportedOn = context.today.compact
    return Decision([ProposedFact(patient, .patientReimbursementReported(fact))])
  }
}

extension AccountState {
  /// A superbill that was neither voided nor replaced.
  @discardableResult
  fileprivate func requireStanding(_ id: EntityID) throws -> SuperbillIssued {
    guard let issued = superbills.last(where: { $0.superbill == id.description }),
      !superbillsVoided.contains(id.description),
      !superbills.contains(where: { $0.supersedes == id.description })
    else {
      throw Refusal(
        rule: "superbill.notStanding", field: "superbill",
        problem: "superbill \(id) was voided or replaced, or is not of this patient",
        remedy: "give the latest one")
    }
    return issued
  }
}
