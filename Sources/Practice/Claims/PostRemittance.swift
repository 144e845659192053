import PracticeEvents

/// Records payment advices with all their claims at once: what is clear is posted, everything else
/// becomes an exception for a person. All or nothing.
///
/// A claim is posted only when the payment balances, the claim is known and of that payer, its
/// charge and lines are those submitted, every equation of it holds, and it is an ordinary answer:
/// no reversal, no correction (group CR), no claim that stands twice in the file.
public struct PostRemittance: Command {
  public static let name = "post-remittance"
  public static let summary =
    "Records payment advices with their claims; what does not fit becomes an exception."
  public static let help = [
    "advices": "the payments (JSON form only)",
    "fileSHA256": "SHA-256 of the file that brought them; the same file is recorded once",
  ]
  public static let roles: Set<Role> = [.biller]
  /// The rule by which a file that was recorded before is refused.
  public static let repeatRule = "remittance.fileRepeated"

  public var advices: [RemittanceAdvice]
  public var fileSHA256: FileHash?

  public init(advices: [RemittanceAdvice], fileSHA256: FileHash? = nil) {
    self.advices = advices
    self.fileSHA256 = fileSHA256
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    if let fileSHA256 {
      let earlier = try facts.history(tagged: .file(fileSHA256))
      guard earlier.isEmpty else {
        throw Refusal(
          rule: Self.repeatRule, field: "fileSHA256", problem: "this file was recorded before",
          remedy: "nothing is left to do; see the events", evidence: earlier.map(\.eventID))
      }
    }
    guard !advices.isEmpty else {
      throw Refusal(
        rule: "remittance.empty", field: "advices", problem: "there is no payment advice",
        remedy: "give at least one")
    }
    var decision = Decision([])
    var traces: Set<[String]> = []
    let repeated = Dictionary(grouping: advices.flatMap(\.claims), by: \.key)
      .filter { $1.count > 1 }.keys
    for advice in advices {
      let payer = try facts.payerID(advice.payer)
      guard traces.insert([payer.description, advice.traceNumber]).inserted else {
        throw Refusal(
          rule: "remittance.duplicate", field: "advices",
          problem: "two advices of one payer have the same trace number",
          remedy: "ask the payer which of them holds")
      }
      var received = try received(advice, of: payer, facts, &context, &decision)
      let posting = RemittancePosting(
        advice: advice, payer: payer, received: received, repeated: Set(repeated))
      var answers: [ProposedFact] = []
      for claim in advice.claims {
        let made = try posting.facts(for: claim, facts, &context)
        answers += made.facts
        decision.warnings += made.warnings
      }
      received.fileSha256 = fileSHA256?.bytes ?? received.fileSha256
      let date = received.effectiveOn.civilDate
      decision.facts.append(
        ProposedFact(payer, .remittanceReceived(received), effectiveOn: date))
      decision.facts += answers
    }
    return decision
  }

  private func received(
    _ advice: RemittanceAdvice, of payer: SubjectID, _ facts: some Facts,
    _ context: inout DecisionContext, _ decision: inout Decision
  ) throws -> RemittanceReceived {
    let date = advice.effectiveOn ?? context.today
    var fact = try ReceiveRemittance(
      payer: SubjectReference(payer), traceNumber: advice.traceNumber, method: .ach,
      amount: advice.amount, effectiveOn: date, adjustments: advice.adjustments
    ).fact(of: payer, on: date, facts, &context)
    try require(advice.method, in: "method", atMost: 3)
    fact.method = advice.method
    fact.claimsPaidCents = advice.claimsPaid.cents
    fact.claimCount = Int32(clamping: advice.claims.count)
    fact.balanced = advice.imbalance == nil
    if let imbalance = advice.imbalance {
      decision.warnings.append("nothing of it is posted: \(imbalance.text)")
    }
    return fact
  }
}

extension ClaimPayment {
  /// The claim meant, however the payer writes it.
  var key: String { (try? EntityID(reference, expecting: .claim))?.description ?? reference }
}
