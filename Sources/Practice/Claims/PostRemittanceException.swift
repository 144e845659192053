import PracticeEvents

/// Posts what stood on the worklist of exceptions, as the payer stated it, after somebody looked.
public struct PostRemittanceException: Command {
  public static let name = "post-remittance-exception"
  public static let summary =
    "Posts a claim or reversal of an advice that waited for a person, as the payer stated it."
  public static let help = [
    "exception": "see the report remit.exceptions",
    "claim": "ours that is meant, where the payer named none of ours",
  ]
  public static let roles: Set<Role> = [.biller]

  public var exception: EntityID
  public var claim: EntityID?

  public init(exception: EntityID, claim: EntityID? = nil) {
    self.exception = exception
    self.claim = claim
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let (payer, recorded) = try facts.openException(exception)
    let remittance = try EntityID(recorded.remittance)
    let payment = try recorded.payment(for: claim)
    var decision: Decision
    if payment.status == 22 {
      let id = try ours(payment.reference)
      try requireExactReversal(payment, id, facts)
      decision = try ReverseAdjudication(claim: id, remittance: remittance).decide(facts, &context)
    } else {
      if let imbalance = payment.imbalances.first {
        throw Refusal(
          rule: "claim.unbalanced", field: "exception", problem: imbalance.text,
          remedy: "ask the payer for a corrected advice, and resolve the exception as disputed")
      }
      _ = try ours(payment.reference)
      decision = try answered(payment, payer, facts, &context)
    }
    var resolved = RemittanceExceptionResolved()
    resolved.exception = exception.description
    resolved.resolution = .posted
    decision.facts.append(ProposedFact(payer, .remittanceExceptionResolved(resolved)))
    return decision
  }

  private func ours(_ reference: String) throws -> EntityID {
    guard let id = try? EntityID(reference, expecting: .claim) else {
      throw Refusal(
        rule: "claim.unknown", field: "claim", problem: "the payer named no claim of ours",
        remedy: "say which one is meant with --claim, or resolve it as notOurs")
    }
    return id
  }

  private func answered(
    _ payment: ClaimPayment, _ payer: SubjectID, _ facts: some Facts,
    _ context: inout DecisionContext
  ) throws -> Decision {
    let received = try facts.advice(
      EntityID(facts.openException(exception).recorded.remittance), field: "exception"
    ).received
    let posting = RemittancePosting(
      advice: RemittanceAdvice(
        payer: SubjectReference(payer), traceNumber: received.traceNumber,
        method: received.method, amount: Money(cents: received.amountCents), claims: [payment]),
      payer: payer, received: received, repeated: [])
    do {
      let command = try posting.adjudication(of: payment, facts)
      _ = try command.decide(facts, &context)
      return try command.answer(facts, &context, remarks: payment.remarks)
    } catch var refusal as Refusal where refusal.remedy.isEmpty {
      refusal.field = "exception"
      refusal.remedy =
        "record what holds by hand: adjudicate-claim --remittance \(received.remittance), then "
        + "resolve-remittance-exception"
      throw refusal
    }
  }

  /// A reversal takes back the whole standing answer, to the cent, reason by reason: then the two net
  /// to nothing and the claim can be decided anew.
  private func requireExactReversal(
    _ payment: ClaimPayment, _ id: EntityID, _ facts: some Facts
  ) throws {
    let (_, state) = try facts.holder(of: id, .claim, field: "claim")
    guard let standing = try state.account.claim(id, field: "claim").standingAnswer else {
      throw Refusal(
        rule: "claim.notAdjudicated", field: "claim",
        problem: "claim \(id) has no adjudication that stands",
        remedy: "if it was reversed already, resolve the exception as nothingToPost")
    }
    var reasons: [String: Int64] = [:]
    for adjustment in standing.lines.flatMap(\.adjustments) {
      reasons["\(adjustment.group.text)-\(adjustment.carc)", default: 0] &+= adjustment.amountCents
    }
    let stated = (payment.adjustments ?? []) + payment.lines.flatMap { $0.adjustments ?? [] }
    for adjustment in stated {
      reasons["\(adjustment.group.rawValue)-\(adjustment.carc)", default: 0] &+=
        adjustment.amount.cents
    }
    let isExact =
      standing.chargeCents &+ payment.charge.cents == 0
      && standing.paidCents &+ payment.paid.cents == 0
    let isReasoned = stated.isEmpty || reasons.values.allSatisfy { $0 == 0 }
    guard isExact, isReasoned else {
      throw Refusal(
        rule: "claim.reversalDiffers", field: "exception",
        problem: "it takes back \(payment.paid) of \(payment.charge); the standing answer paid "
          + "\(Money(cents: standing.paidCents)) of \(Money(cents: standing.chargeCents))"
          + (isExact ? ", for other reasons" : ""),
        remedy: "compare both with claims.explain --claim \(id); if the payer means it, record "
          + "reverse-adjudication and the new answer by hand")
    }
  }
}

extension Facts {
  /// An exception that nobody has resolved, with its payer.
  func openException(
    _ exception: EntityID
  ) throws -> (payer: SubjectID, recorded: RemittanceExceptionRecorded) {
    let history = try history(tagged: .entity(exception))
    guard exception.kind == .remittanceException, let origin = history.first,
      case .remittanceExceptionRecorded(let recorded) = origin.event.fact
    else {
      throw Refusal(
        rule: "reference.unknown", field: "exception",
        problem: "there is no exception \(exception)",
        remedy: "see the report remit.exceptions")
    }
    guard history.count == 1 else {
      throw Refusal(
        rule: "remittance.resolved", field: "exception", problem: "it was resolved before",
        remedy: "nothing is left to do", evidence: history.dropFirst().map(\.eventID))
    }
    return (origin.subject, recorded)
  }
}

extension RemittanceExceptionRecorded {
  /// What the payer stated, as if it had just come.
  fileprivate func payment(for claim: EntityID?) throws -> ClaimPayment {
    ClaimPayment(
      reference: claim?.description ?? claimReference, status: Int(statusCode),
      charge: Money(cents: chargeCents), paid: Money(cents: paidCents),
      patientResponsibility: Money(cents: patientResponsibilityCents),
      payerControlNumber: payerControlNumber, adjustments: try adjustments.map { try $0.stated() },
      lines: try lines.map { line in
        ServicePayment(
          procedure: line.cpt, modifiers: line.modifiers, serviceOn: line.serviceOn.civilDate,
          charge: Money(cents: line.chargeCents), paid: Money(cents: line.paidCents),
          allowed: line.allowedCents == 0 ? nil : Money(cents: line.allowedCents),
          units: line.units == 0 ? nil : Int(line.units),
          adjustments: try line.adjustments.map { try $0.stated() }, rarc: line.rarc)
      })
  }
}

extension ClaimAdjudicated.Adjustment {
  fileprivate func stated() throws -> LineAdjustment {
    guard let choice = AdjustmentGroupChoice(rawValue: group.text) else {
      throw Refusal(
        rule: "claim.unbalanced", field: "exception", problem: "an adjustment has no group",
        remedy: "ask the payer for a corrected advice")
    }
    return LineAdjustment(group: choice, carc: carc, amount: Money(cents: amountCents))
  }
}
