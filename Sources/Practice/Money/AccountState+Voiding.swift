import PracticeEvents

extension AccountState {
  /// What takes back all charges of a session: voids them, and first frees what had settled them.
  ///
  /// - Throws: `Refusal` while a claim with one of the charges is with the payer.
  public func voidingFacts(ofSession session: String, on date: CivilDate) throws -> [Fact] {
    try standingCharges(ofSession: session).flatMap { try voidingFacts(of: $0, on: date) }
  }

  func voidingFacts(of charge: Charge, on date: CivilDate) throws -> [Fact] {
    if let claim = claims[charge.claim],
      [.submitted, .acknowledged, .paid].contains(claim.status)
    {
      throw Refusal(
        rule: "charge.claimed", field: "charge",
        problem: "charge \(charge.charge) is on claim \(charge.claim), which the payer has",
        remedy: "withdraw it first: submit-claim with frequency 8, or reverse-adjudication")
    }
    guard !isAdjudicated(charge.charge) else {
      throw Refusal(
        rule: "charge.adjudicated", field: "charge",
        problem: "the payer's adjudication of charge \(charge.charge) stands",
        remedy: "record reverse-adjudication first")
    }
    var voided = ChargeVoided()
    voided.charge = charge.charge
    voided.voidedOn = date.compact
    return settlementsUndone(of: charge, on: date) + [.chargeVoided(voided)]
  }

  /// Whether a payer's answer moved something on the charge and stands, on whichever claim.
  private func isAdjudicated(_ charge: String) -> Bool {
    claims.values.flatMap(\.adjudications).contains { adjudication in
      !adjudication.reversed
        && adjudication.adjudicated.lines.contains {
          $0.charge == charge && adjudication.adjudicated.effect(on: $0) != AdjudicationEffect()
        }
    }
  }

  /// Payments unapplied, redemptions and write-offs reversed, in the order of their identifiers.
  private func settlementsUndone(of charge: Charge, on date: CivilDate) -> [Fact] {
    var facts = unapplyingFacts(of: charge)
    if !charge.package.isEmpty {
      var reversed = PackageRedemptionReversed()
      reversed.package = charge.package
      reversed.charge = charge.charge
      facts.append(.packageRedemptionReversed(reversed))
    }
    let writeOffs = writeOffs.filter { !$1.reversed && $1.posted.charge == charge.charge }
    for id in writeOffs.keys.sorted() {
      var reversed = WriteOffReversed()
      reversed.writeOff = id
      reversed.reversedOn = date.compact
      facts.append(.writeOffReversed(reversed))
    }
    return facts
  }

  /// Takes payments off a charge until nothing, or no more than `keeping`, is applied to it; the
  /// payment received last gives way first.
  func unapplyingFacts(of charge: Charge, keeping: Int64 = 0) -> [Fact] {
    var surplus = charge.patientPaidCents &- keeping
    let newestFirst = charge.applied.sorted {
      (receivedOn($0.key), $0.key) > (receivedOn($1.key), $1.key)
    }
    return newestFirst.compactMap { payment, applied in
      let cents = min(applied, surplus)
      guard cents > 0 else { return nil }
      surplus -= cents
      return .paymentUnapplied(unapplied(cents, of: payment, from: charge.charge))
    }
  }

  private func receivedOn(_ payment: String) -> Int32 {
    payments[payment]?.received.receivedOn ?? 0
  }

  func unapplied(_ cents: Int64, of payment: String, from charge: String) -> PaymentUnapplied {
    var fact = PaymentUnapplied()
    fact.payment = payment
    fact.charge = charge
    fact.amountCents = cents
    return fact
  }
}
