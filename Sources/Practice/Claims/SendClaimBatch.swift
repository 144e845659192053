import PracticeEvents

/// Records that a file of claims was made to be sent.
public struct SendClaimBatch: Command {
  public static let name = "send-claim-batch"
  public static let summary = "Records which claims went out in a file, so that a 999 finds them."
  public static let help = [
    "groupControl": "GS06, by which the receiver's 999 names the file; unique",
    "fileSHA256": "SHA-256 of the file",
  ]
  public static let roles: Set<Role> = [.biller]

  public var claims: [EntityID]
  public var interchangeControl: String
  public var groupControl: String
  public var setControl: String
  public var fileSHA256: FileHash
  public var batch: EntityID?

  public init(
    claims: [EntityID], interchangeControl: String, groupControl: String, setControl: String,
    fileSHA256: FileHash, batch: EntityID? = nil
  ) {
    self.claims = claims
    self.interchangeControl = interchangeControl
    self.groupControl = groupControl
    self.setControl = setControl
    self.fileSHA256 = fileSHA256
    self.batch = batch
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    for (field, text) in [
      ("interchangeControl", interchangeControl), ("groupControl", groupControl),
      ("setControl", setControl),
    ] {
      try requirePlain(text, in: field, atMost: 9)
    }
    guard !claims.isEmpty, Set(claims).count == claims.count else {
      throw Refusal(
        rule: "claim.charges", field: "claims",
        problem: claims.isEmpty ? "the file has no claim" : "a claim is listed twice",
        remedy: "list every claim of the file once")
    }
    guard try facts.batch(groupControl: groupControl) == nil else {
      throw Refusal(
        rule: "batch.control", field: "groupControl",
        problem: "another file has the control number \(groupControl)",
        remedy: "export again: the next number is taken")
    }
    var fact = ClaimBatchSent()
    for claim in claims {
      let (_, state) = try facts.holder(of: claim, .claim, field: "claims")
      let sent = try state.account.claim(claim, field: "claims")
      guard sent.status == .submitted || sent.status == .acknowledged else {
        throw Refusal(
          rule: "claim.answered", field: "claims",
          problem: "claim \(claim) is not on its way to a payer",
          remedy: "leave it out; see claims.status")
      }
      fact.totalCents &+= sent.submitted.totalCents
    }
    fact.batch = try context.id(.claimBatch, batch).description
    try facts.requireUnused(fact.batch, field: "batch")
    fact.interchangeControl = interchangeControl
    fact.groupControl = groupControl
    fact.setControl = setControl
    fact.claims = claims.map(\.description)
    fact.sentOn = context.today.compact
    fact.fileSha256 = fileSHA256.bytes
    return Decision([ProposedFact(.site, .claimBatchSent(fact))])
  }
}

extension Facts {
  /// The file of claims with a control number.
  func batch(groupControl: String) throws -> ClaimBatchSent? {
    for recorded in try history(tagged: .claimFile(groupControl)) {
      if case .claimBatchSent(let batch) = recorded.event.fact { return batch }
    }
    return nil
  }
}
