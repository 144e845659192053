import PracticeEvents

/// The payer says where a claim stands.
public struct RecordClaimStatus: Command {
  public static let name = "record-claim-status"
  public static let summary = "Records what a payer said about a claim on the way to its answer."
  public static let help = [
    "category":
      "X12 277 STC01-1: P0 to P5 pended, F0 to F4 finalised, R0 to R17 more is asked for, "
      + "D0 not found",
    "statusCode": "X12 277 STC01-2, e.g. 3 adjudicated, 20 accepted for processing",
    "reference": "of the phone call, or who answered it",
  ]
  public static let roles: Set<Role> = [.biller]

  public var claim: EntityID
  public var category: String
  public var statusCode: String?
  public var receivedOn: CivilDate?
  public var payerControlNumber: String?
  public var reference: String?

  public init(
    claim: EntityID, category: String, statusCode: String? = nil, receivedOn: CivilDate? = nil,
    payerControlNumber: String? = nil, reference: String? = nil
  ) {
    self.claim = claim
    self.category = category
    self.statusCode = statusCode
    self.receivedOn = receivedOn
    self.payerControlNumber = payerControlNumber
    self.reference = reference
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let (patient, state) = try facts.holder(of: claim, .claim, field: "claim")
    let sent = try state.account.claim(claim, field: "claim")
    guard ![.held, .dropped, .rejected].contains(sent.status) else {
      throw Refusal(
        rule: "claim.notSent", field: "claim", problem: "no payer has claim \(claim)",
        remedy: "submit it first")
    }
    let category = category.uppercased()
    guard ClaimStatusCategory.isKnown(category) else {
      throw Refusal(
        rule: "claim.category", field: "category",
        problem: "\(category.prefix(4)) says nothing about a claim that a payer works on",
        remedy: "give P0 to P5, F0 to F4, R0 to R17, D0 or E0 to E4; a front-end answer is "
          + "acknowledge-claim or reject-claim")
    }
    for (field, text) in [
      ("statusCode", statusCode), ("payerControlNumber", payerControlNumber),
      ("reference", reference),
    ] {
      if let text { try require(text, in: field, atMost: 50) }
    }
    let date = try context.recentOrToday(receivedOn, facts.clinic(), field: "receivedOn")
    var fact = ClaimStatusReceived()
    fact.claim = claim.description
    fact.category = category
    fact.statusCode = statusCode ?? ""
    fact.receivedOn = date.compact
    fact.payerControlNumber = payerControlNumber ?? ""
    fact.reference = reference ?? ""
    return Decision([.claimStatusReceived(fact)].proposed(to: patient, on: date))
  }
}

/// X12 277 STC01-1 (external code list 507).
public enum ClaimStatusCategory {
  /// Whether it speaks of a claim that a payer has, not of its receipt.
  public static func isKnown(_ code: String) -> Bool {
    guard let first = code.first, let number = Int(code.dropFirst()), code.count <= 3 else {
      return false
    }
    return switch first {
    case "P": (0...5).contains(number)
    case "F": (0...4).contains(number)
    case "R": (0...17).contains(number)
    case "D": number == 0
    case "E": (0...4).contains(number)
    default: false
    }
  }

  /// In a few words of our own.
  public static func text(_ code: String) -> String {
    switch code.first {
    case "P": "pended by the payer"
    case "F": "finalised, answer to come"
    case "R": "the payer asks for more"
    case "D": "the payer does not find it"
    case "E": "the payer could not say"
    default: code
    }
  }
}

/// Takes a claim off the worklists.
public struct CloseClaim: Command {
  public static let name = "close-claim"
  public static let summary = "Records that nothing more is expected of a claim."
  public static let help = ["closedOn": "today by default"]
  public static let roles: Set<Role> = [.biller]

  public var claim: EntityID
  public var closedOn: CivilDate?

  public init(claim: EntityID, closedOn: CivilDate? = nil) {
    self.claim = claim
    self.closedOn = closedOn
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let (patient, state) = try facts.holder(of: claim, .claim, field: "claim")
    let sent = try state.account.claim(claim, field: "claim")
    let date = try context.bookingDate(closedOn, field: "closedOn", facts)
    func refuse(_ rule: String, _ problem: String, _ remedy: String) -> Refusal {
      Refusal(rule: rule, field: "claim", problem: problem, remedy: remedy)
    }
    guard !sent.closed, [.paid, .denied, .rejected, .reversed].contains(sent.status) else {
      throw refuse(
        "claim.notClosable", "claim \(claim) is closed already, or still on its way",
        "wait for the payer's answer, or withdraw it")
    }
    let open = sent.submitted.lines.compactMap { state.account.charges[$0.charge] }
      .filter { $0.claim == sent.submitted.claim }.reduce(0) { $0 &+ $1.insuranceOpenCents }
    guard open == 0 else {
      throw refuse(
        "claim.open", "\(Money(cents: open)) is open with the payer on claim \(claim)",
        "resubmit, appeal, write it off, or move it with transfer-balance first")
    }
    guard !sent.appeals.contains(where: { !$0.hasDecided }) else {
      throw refuse(
        "appeal.pending", "an appeal of claim \(claim) is undecided",
        "record its outcome with decide-appeal first")
    }
    var fact = ClaimClosed()
    fact.claim = claim.description
    fact.closedOn = date.compact
    return Decision([.claimClosed(fact)].proposed(to: patient, on: date))
  }
}
