import PracticeEvents

/// X12 277CA STC01-1 of a claim that was taken.
public enum AcknowledgementChoice: String, WordChoice {
  case a1 = "A1"
  case a2 = "A2"
}

/// X12 277CA STC01-1 of a claim that was not.
public enum RejectionChoice: String, WordChoice {
  case a3 = "A3"
  case a6 = "A6"
  case a7 = "A7"
  case a8 = "A8"
}

/// The payer has the claim.
public struct AcknowledgeClaim: Command {
  public static let name = "acknowledge-claim"
  public static let summary = "Records that the payer received or accepted a claim."
  public static let help = ["category": "A1 received, A2 accepted (X12 277CA)"]
  public static let roles: Set<Role> = [.biller]

  public var claim: EntityID
  public var category: AcknowledgementChoice
  public var acknowledgedOn: CivilDate?
  public var payerControlNumber: String?

  public init(
    claim: EntityID, category: AcknowledgementChoice, acknowledgedOn: CivilDate? = nil,
    payerControlNumber: String? = nil
  ) {
    self.claim = claim
    self.category = category
    self.acknowledgedOn = acknowledgedOn
    self.payerControlNumber = payerControlNumber
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let (patient, state) = try facts.holder(of: claim, .claim, field: "claim")
    let sent = try state.account.unansweredClaim(claim)
    let date = try context.bookingDate(acknowledgedOn, field: "acknowledgedOn", facts)
    if let payerControlNumber {
      try require(payerControlNumber, in: "payerControlNumber", atMost: 50)
    }
    var fact = ClaimAcknowledged()
    fact.claim = claim.description
    fact.category = category.rawValue
    fact.acknowledgedOn = date.compact
    fact.payerControlNumber = payerControlNumber ?? ""
    let warnings = try sent.lateWarnings(date)
    return Decision([.claimAcknowledged(fact)].proposed(to: patient, on: date), warnings: warnings)
  }
}

/// The claim never got into the payer's system.
public struct RejectClaim: Command {
  public static let name = "reject-claim"
  public static let summary = "Records that a claim was rejected unread; it can be submitted anew."
  public static let help = [
    "category": "A3, A6, A7 or A8 (X12 277CA)", "statusCode": "claim status code, e.g. 562",
  ]
  public static let roles: Set<Role> = [.biller]

  public var claim: EntityID
  public var category: RejectionChoice
  public var statusCode: String?
  public var rejectedOn: CivilDate?

  public init(
    claim: EntityID, category: RejectionChoice, statusCode: String? = nil,
    rejectedOn: CivilDate? = nil
  ) {
    self.claim = claim
    self.category = category
    self.statusCode = statusCode
    self.rejectedOn = rejectedOn
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let (patient, state) = try facts.holder(of: claim, .claim, field: "claim")
    _ = try state.account.unansweredClaim(claim)
    let date = try context.bookingDate(rejectedOn, field: "rejectedOn", facts)
    if let statusCode { try require(statusCode, in: "statusCode", atMost: 30) }
    var fact = ClaimRejectedFrontEnd()
    fact.claim = claim.description
    fact.category = category.rawValue
    fact.statusCode = statusCode ?? ""
    fact.rejectedOn = date.compact
    return Decision([.claimRejectedFrontEnd(fact)].proposed(to: patient, on: date))
  }
}

extension AccountState {
  fileprivate func unansweredClaim(_ id: EntityID) throws -> Claim {
    let claim = try claim(id, field: "claim")
    guard claim.status == .submitted || claim.status == .acknowledged else {
      throw Refusal(
        rule: "claim.answered", field: "claim", problem: "claim \(id) was answered or replaced",
        remedy: "record the payer's later answer with adjudicate-claim or reverse-adjudication")
    }
    return claim
  }
}
