import PracticeEvents

/// How people name what a provider-level adjustment was for.
public enum ProviderSettlementChoice: String, WordChoice {
  case recoupedClaim, carriedForward, incomeOrExpense, disputed

  var settlement: ProviderAdjustmentSettlement {
    switch self {
    case .recoupedClaim: .recoupedClaim
    case .carriedForward: .carriedForward
    case .incomeOrExpense: .incomeOrExpense
    case .disputed: .disputed
    }
  }
}

/// Says what an adjustment of a whole payment was for.
public struct ResolveProviderAdjustment: Command {
  public static let name = "resolve-provider-adjustment"
  public static let summary = "Records what a provider-level adjustment (X12 PLB) was for."
  public static let help = [
    "remittance": "see the report remit.adjustments", "number": "its place in the advice, from 1",
    "claim": "whose overpayment was kept back", "otherRemittance": "the advice with the other side",
  ]
  public static let roles: Set<Role> = [.biller]

  public var remittance: EntityID
  public var number: Int
  public var settlement: ProviderSettlementChoice
  public var claim: EntityID?
  public var otherRemittance: EntityID?

  public init(
    remittance: EntityID, number: Int, settlement: ProviderSettlementChoice, claim: EntityID? = nil,
    otherRemittance: EntityID? = nil
  ) {
    self.remittance = remittance
    self.number = number
    self.settlement = settlement
    self.claim = claim
    self.otherRemittance = otherRemittance
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let (payer, received, history) = try facts.advice(remittance, field: "remittance")
    guard number >= 1, number <= received.providerLevelAdjustments.count else {
      throw Refusal(
        rule: "reference.unknown", field: "number",
        problem: "\(remittance) has no adjustment number \(number)",
        remedy: "see the report remit.adjustments")
    }
    let earlier = history.filter {
      if case .providerAdjustmentResolved(let fact) = $0.event.fact {
        fact.remittance == remittance.description && Int(fact.number) == number
      } else {
        false
      }
    }
    guard earlier.isEmpty else {
      throw Refusal(
        rule: "remittance.resolved", field: "number", problem: "it was resolved before",
        remedy: "nothing is left to do", evidence: earlier.map(\.eventID))
    }
    try check(payer, facts)
    if settlement == .disputed || (settlement == .recoupedClaim && claim == nil) {
      _ = try context.requiredReason()
    }
    var fact = ProviderAdjustmentResolved()
    fact.remittance = remittance.description
    fact.number = Int32(clamping: number)
    fact.settlement = settlement.settlement
    fact.claim = claim?.description ?? ""
    fact.otherRemittance = otherRemittance?.description ?? ""
    return Decision([ProposedFact(payer, .providerAdjustmentResolved(fact))])
  }

  private func check(_ payer: SubjectID, _ facts: some Facts) throws {
    guard claim == nil || settlement == .recoupedClaim,
      (otherRemittance == nil) == (settlement != .carriedForward)
    else {
      throw Refusal(
        rule: "remittance.settlement", field: "settlement",
        problem: "a claim goes with recoupedClaim; another advice with carriedForward, always",
        remedy: "give what belongs to the settlement")
    }
    if let claim {
      let (_, state) = try facts.holder(of: claim, .claim, field: "claim")
      guard try state.account.claim(claim, field: "claim").submitted.payer == payer.description
      else {
        throw Refusal(
          rule: "claim.otherPayer", field: "claim", problem: "claim \(claim) went to another payer",
          remedy: "give a claim of the advice's payer")
      }
    }
    if let otherRemittance {
      let other = try facts.advice(otherRemittance, field: "otherRemittance")
      guard other.payer == payer, otherRemittance != remittance else {
        throw Refusal(
          rule: "claim.remittance", field: "otherRemittance",
          problem: "\(otherRemittance) is not another advice of the same payer",
          remedy: "give the advice with the other side of the adjustment")
      }
    }
  }
}

/// Sends money back to a payer.
public struct RefundPayer: Command {
  public static let name = "refund-payer"
  public static let summary = "Records money that the clinic sent back to a payer."
  public static let help = [
    "payer": "payer id or stream", "claim": "that was overpaid; reverse its adjudication as well",
    "reference": "check or transfer number", "refundedOn": "today by default",
  ]
  public static let roles: Set<Role> = [.biller]

  public var payer: SubjectReference
  public var amount: Money
  public var method: RemittanceMethodChoice
  public var reference: String
  public var claim: EntityID?
  public var refundedOn: CivilDate?
  public var payerRefund: EntityID?

  public init(
    payer: SubjectReference, amount: Money, method: RemittanceMethodChoice, reference: String,
    claim: EntityID? = nil, refundedOn: CivilDate? = nil, payerRefund: EntityID? = nil
  ) {
    self.payer = payer
    self.amount = amount
    self.method = method
    self.reference = reference
    self.claim = claim
    self.refundedOn = refundedOn
    self.payerRefund = payerRefund
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let payer = try facts.payerID(payer)
    _ = try context.requiredReason()
    let date = try context.bookingDate(refundedOn, field: "refundedOn", facts)
    try requirePositive(amount, field: "amount")
    try require(reference, in: "reference", atMost: 50)
    guard method != .none else {
      throw Refusal(
        rule: "remittance.amount", field: "method", problem: "money that is sent has a method",
        remedy: "give ach, check or wire")
    }
    var fact = PayerRefundIssued()
    fact.payerRefund = try context.id(.payerRefund, payerRefund).description
    try facts.requireUnused(fact.payerRefund, field: "payerRefund")
    fact.amountCents = amount.cents
    fact.reference = reference
    fact.method = method.code
    fact.refundedOn = date.compact
    fact.claim = claim?.description ?? ""
    let warnings = try claim.map { try overpaymentWarnings($0, payer, facts) } ?? []
    return Decision(
      [.payerRefundIssued(fact)].proposed(to: payer, on: date), warnings: warnings)
  }

  private func overpaymentWarnings(
    _ claim: EntityID, _ payer: SubjectID, _ facts: some Facts
  ) throws -> [String] {
    let (_, state) = try facts.holder(of: claim, .claim, field: "claim")
    let sent = try state.account.claim(claim, field: "claim")
    guard sent.submitted.payer == payer.description else {
      throw Refusal(
        rule: "claim.otherPayer", field: "claim", problem: "claim \(claim) went to another payer",
        remedy: "give a claim of the payer that gets the money")
    }
    return sent.adjudications.contains(where: \.reversed)
      ? []
      : ["its adjudication stands: record reverse-adjudication, so that the account shows it too"]
  }
}

extension Facts {
  /// A payment advice with its payer and everything that names it.
  func advice(
    _ id: EntityID, field: String
  ) throws -> (payer: SubjectID, received: RemittanceReceived, history: [RecordedFact]) {
    let history = try history(tagged: .entity(id))
    for recorded in history {
      if case .remittanceReceived(let received) = recorded.event.fact,
        received.remittance == id.description
      {
        return (recorded.subject, received, history)
      }
    }
    throw Refusal(
      rule: "reference.unknown", field: field, problem: "there is no payment advice \(id)",
      remedy: "record it with receive-remittance or import 835")
  }
}
