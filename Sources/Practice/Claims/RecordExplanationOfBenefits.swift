import PracticeEvents

/// Records a paper explanation of benefits: one payment for one claim, as an insurer of accidents or
/// a workers' compensation carrier sends it. The events are those of a payment advice.
public struct RecordExplanationOfBenefits: Command {
  public static let name = "record-eob"
  public static let summary = "Records a paper explanation of benefits: one payment for one claim."
  public static let help = [
    "traceNumber": "of the check or transfer", "amount": "of the payment",
    "status": "1, 2, 3 processed; 4 denied (X12 CLP02)",
    "lines": "the answer to every charge of the claim",
    "adjustments": "of the payment as a whole, e.g. interest; positive reduces it",
    "paidOn": "today by default",
  ]
  public static let roles: Set<Role> = [.biller]

  public var claim: EntityID
  public var traceNumber: String
  public var method: RemittanceMethodChoice
  public var amount: Money
  public var status: Int
  public var lines: [LineAnswer]
  public var payerControlNumber: String?
  public var adjustments: [ProviderAdjustment]?
  public var paidOn: CivilDate?
  public var remittance: EntityID?

  public init(
    claim: EntityID, traceNumber: String, method: RemittanceMethodChoice, amount: Money,
    status: Int, lines: [LineAnswer], payerControlNumber: String? = nil,
    adjustments: [ProviderAdjustment]? = nil, paidOn: CivilDate? = nil,
    remittance: EntityID? = nil
  ) {
    self.claim = claim
    self.traceNumber = traceNumber
    self.method = method
    self.amount = amount
    self.status = status
    self.lines = lines
    self.payerControlNumber = payerControlNumber
    self.adjustments = adjustments
    self.paidOn = paidOn
    self.remittance = remittance
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let (_, state) = try facts.holder(of: claim, .claim, field: "claim")
    let payer = try SubjectID(state.account.claim(claim, field: "claim").submitted.payer)
    let date = try context.bookingDate(paidOn, field: "paidOn", facts)
    let paid = lines.map(\.paid).reduce(.zero, +)
    let computed = paid - (adjustments ?? []).map(\.amount).reduce(.zero, +)
    guard amount == computed else {
      throw Refusal(
        rule: "remittance.unbalanced", field: "amount",
        problem: "the payment is \(amount), the lines less adjustments are \(computed)",
        remedy: "check the amounts against the paper")
    }
    var received = try ReceiveRemittance(
      payer: SubjectReference(payer), traceNumber: traceNumber, method: method, amount: amount,
      effectiveOn: date, adjustments: adjustments, remittance: remittance
    ).fact(of: payer, on: date, facts, &context)
    received.claimsPaidCents = paid.cents
    received.claimCount = 1
    received.balanced = true
    let answer = try AdjudicateClaim(
      claim: claim, status: status, lines: lines, payerControlNumber: payerControlNumber,
      remittance: EntityID(received.remittance), adjudicatedOn: date
    ).answer(facts, &context)
    return Decision(
      [ProposedFact(payer, .remittanceReceived(received), effectiveOn: date)] + answer.facts,
      warnings: answer.warnings)
  }
}
