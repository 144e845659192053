import PracticeEvents

extension Fact {
  /// What an event of the account says, without names; nil for events of other subjects.
  public var accountText: String? { chargeText ?? claimText ?? paymentText ?? agreementText }

  private var chargeText: String? {
    switch self {
    case .chargePosted(let fact):
      let discount =
        fact.discountCents > 0 ? ", less \(Money(cents: fact.discountCents)) discount" : ""
      let tax = fact.taxCents > 0 ? ", plus \(Money(cents: fact.taxCents)) tax" : ""
      let code = ([fact.cpt] + fact.modifiers).joined(separator: " ")
      return "charge \(fact.charge): \(code) × \(fact.units)\(discount)\(tax)"
    case .chargeVoided(let fact): return "charge \(fact.charge) voided"
    case .noShowFeeCharged(let fact):
      let what = fact.lateCancellation ? "late cancellation" : "no-show"
      return "fee \(fact.charge): \(what) of \(fact.appointment)"
    case .feeWaived(let fact): return "fee \(fact.charge) waived"
    case .writeOffPosted(let fact): return "write-off \(fact.writeOff) of charge \(fact.charge)"
    case .writeOffReversed(let fact): return "write-off \(fact.writeOff) reversed"
    default: return nil
    }
  }

  private var claimText: String? {
    switch self {
    case .claimSubmitted(let fact): "claim \(fact.claim) submitted"
    case .claimAcknowledged(let fact): "claim \(fact.claim) acknowledged: \(fact.category)"
    case .claimRejectedFrontEnd(let fact): "claim \(fact.claim) rejected: \(fact.category)"
    case .claimAdjudicated(let fact):
      "claim \(fact.claim) \(fact.isDenial ? "denied" : "adjudicated"): \(fact.reasonsText)"
    case .claimHeld(let fact): "claim \(fact.claim) held: \(fact.problems.count) problems"
    case .claimReleased(let fact): "claim \(fact.claim) released"
    case .claimStatusReceived(let fact):
      "claim \(fact.claim) status \(fact.category) \(fact.statusCode)"
    case .balanceTransferred(let fact):
      "charge \(fact.charge): \(Money(cents: fact.amountCents)) moved to "
        + (fact.to == .patient ? "the patient" : "coverage \(fact.toCoverage)")
    case .appealFiled(let fact): "appeal \(fact.appeal) of claim \(fact.claim) filed"
    case .appealDecided(let fact): "appeal \(fact.appeal) decided: \(fact.outcome.text)"
    case .claimClosed(let fact): "claim \(fact.claim) closed"
    case .claimReversed(let fact): "adjudication \(fact.adjudication) reversed by the payer"
    case .superbillIssued(let fact): "superbill \(fact.superbill) issued"
    case .superbillVoided(let fact): "superbill \(fact.superbill) voided"
    case .patientReimbursementReported(let fact):
      "reimbursement for superbill \(fact.superbill): \(Money(cents: fact.amountCents))"
    default: nil
    }
  }

  private var paymentText: String? {
    switch self {
    case .paymentReceived(let fact): "payment \(fact.payment) received"
    case .paymentApplied(let fact): "payment \(fact.payment) applied to charge \(fact.charge)"
    case .paymentUnapplied(let fact): "payment \(fact.payment) taken off charge \(fact.charge)"
    case .paymentReversed(let fact): "payment \(fact.payment) reversed"
    case .refundIssued(let fact): "refund \(fact.refund) of payment \(fact.payment)"
    case .creditTransferred(let fact): "credit of \(fact.payment) given to \(fact.asPayment)"
    case .creditTransferReceived(let fact): "credit \(fact.payment) from another patient"
    case .openingBalanceRecorded(let fact):
      "opening balance "
        + [fact.charge, fact.payment].filter { !$0.isEmpty }.joined(separator: ", ")
    default: nil
    }
  }

  private var agreementText: String? {
    switch self {
    case .packageSold(let fact): "package \(fact.package) sold: \(fact.sessions) sessions"
    case .packageRedeemed(let fact): "package \(fact.package) redeemed for charge \(fact.charge)"
    case .packageRedemptionReversed(let fact):
      "redemption of package \(fact.package) for charge \(fact.charge) reversed"
    case .paymentPlanAgreed(let fact): "payment plan \(fact.paymentPlan) agreed"
    case .instalmentPaid(let fact): "instalment \(fact.number) of \(fact.paymentPlan) paid"
    case .instalmentMissed(let fact): "instalment \(fact.number) of \(fact.paymentPlan) missed"
    case .slidingScaleApproved(let fact):
      "sliding scale: \(Rate(milliPercent: Int64(fact.discountRate))) off self-pay fees"
    case .slidingScaleApplied(let fact): "sliding scale: application \(fact.application)"
    case .slidingScaleDenied(let fact): "sliding scale: application \(fact.application) denied"
    case .slidingScaleEnded: "sliding scale ended"
    case .goodFaithEstimateIssued(let fact): "good-faith estimate \(fact.estimate) issued"
    case .goodFaithEstimateDelivered(let fact): "good-faith estimate \(fact.estimate) delivered"
    case .goodFaithEstimateDisputed(let fact): "good-faith estimate \(fact.estimate) disputed"
    case .statementIssued(let fact): "statement \(fact.statement) issued"
    case .itemizedReceiptIssued(let fact): "receipt \(fact.receipt) issued"
    case .taxStatementIssued(let fact): "tax statement \(fact.taxStatement) of \(fact.year) issued"
    case .documentIssued(let fact): "\(fact.kind) \(fact.shows) printed as of \(fact.asOf)"
    default: packageText ?? planText
    }
  }

  private var packageText: String? {
    switch self {
    case .packageDefined(let fact):
      "package \(fact.offer) offered: \(fact.sessions) sessions for \(Money(cents: fact.priceCents))"
    case .packageExtended(let fact): "package \(fact.package) extended"
    case .breakageRecognized(let fact):
      "package \(fact.package) expired: \(fact.sessions) sessions forfeited"
    case .packageRefunded(let fact):
      "refund \(fact.refund) of package \(fact.package): \(fact.sessions) sessions"
    case .packageTransferred(let fact):
      "package \(fact.package): \(fact.sessions) sessions passed on as \(fact.asPackage)"
    case .packageTransferReceived(let fact):
      "package \(fact.package): \(fact.sessions) sessions from another patient"
    default: nil
    }
  }

  private var planText: String? {
    switch self {
    case .paymentPlanAmended(let fact): "payment plan \(fact.paymentPlan) amended"
    case .paymentPlanDefaulted(let fact): "payment plan \(fact.paymentPlan) in default"
    case .paymentPlanCompleted(let fact): "payment plan \(fact.paymentPlan) completed"
    default: nil
    }
  }
}

extension ClaimAdjudicated {
  /// Groups and reason codes with their sums, as payers print them: "CO-45 20.00, PR-3 25.00".
  var reasonsText: String {
    var order: [String] = []
    var sums: [String: Int64] = [:]
    for adjustment in lines.flatMap(\.adjustments) {
      let reason = "\(adjustment.group.text)-\(adjustment.carc)"
      if sums[reason] == nil { order.append(reason) }
      sums[reason, default: 0] &+= adjustment.amountCents
    }
    let reasons = order.map { "\($0) \(Money(cents: sums[$0, default: 0]))" }
    return (["paid \(Money(cents: paidCents))"] + reasons).joined(separator: ", ")
  }
}

extension AppealOutcome {
  /// How people name it.
  public var text: String {
    switch self {
    case .overturned: "overturned"
    case .partlyOverturned: "partly overturned"
    case .upheld: "upheld"
    case .withdrawn: "withdrawn"
    case .unspecified, .UNRECOGNIZED: "unknown"
    }
  }
}

extension AdjustmentGroup {
  /// CAS01.
  public var text: String {
    switch self {
    case .co: "CO"
    case .pr: "PR"
    case .oa: "OA"
    case .pi: "PI"
    case .cr: "CR"
    case .unspecified, .UNRECOGNIZED: "?"
    }
  }
}
