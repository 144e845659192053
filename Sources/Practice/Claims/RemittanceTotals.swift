import PracticeEvents

extension Facts {
  /// Refuses a payment advice that is unknown, of another payer than the claim's, or that does not
  /// hold the money: together with what was posted from it before, the claims may not be paid more
  /// than it says they are (X12 835: Σ CLP04 = BPR02 + Σ PLB04).
  func requireRemittance(
    _ remittance: EntityID, of claim: AccountState.Claim, bringing paid: Money = .zero
  ) throws {
    guard remittance.kind == .remittance,
      try owner(of: .entity(remittance))?.description == claim.submitted.payer
    else {
      throw Refusal(
        rule: "claim.remittance", field: "remittance",
        problem: "\(remittance) is no payment advice of the claim's payer",
        remedy: "record it with receive-remittance first")
    }
    guard paid > .zero else { return }
    let left = try leftToPost(of: remittance)
    guard paid <= left else {
      throw Refusal(
        rule: "remittance.exceeded", field: "remittance",
        problem:
          "\(remittance) has \(max(left, .zero)) left for claims, less than the \(paid) paid",
        remedy: "check the amounts, and that each claim is posted from the advice that paid it")
    }
  }

  /// What an advice paid for claims, less what stands posted from it.
  func leftToPost(of remittance: EntityID) throws -> Money {
    var left = Money.zero
    var posted: [String: Int64] = [:]
    for recorded in try history(tagged: .entity(remittance)) {
      switch recorded.event.fact {
      case .remittanceReceived(let fact): left += fact.paidForClaims
      case .claimAdjudicated(let fact):
        posted[fact.adjudication] = fact.paidCents
        left = left - Money(cents: fact.paidCents)
      case .claimReversed(let fact):
        // The advice took back what an adjudication had paid, its own or an earlier advice's.
        let claim = try EntityID(fact.claim)
        let reversed =
          try posted[fact.adjudication]
          ?? history(tagged: .entity(claim)).lazy.compactMap { earlier -> Int64? in
            guard case .claimAdjudicated(let adjudicated) = earlier.event.fact,
              adjudicated.adjudication == fact.adjudication
            else { return nil }
            return adjudicated.paidCents
          }.first ?? 0
        left += Money(cents: reversed)
      default: break
      }
    }
    return left
  }
}

extension RemittanceReceived {
  /// Σ CLP04 as the payment itself implies it: a positive provider-level adjustment reduced it.
  var paidForClaims: Money {
    providerLevelAdjustments.reduce(Money(cents: amountCents)) { $0 + Money(cents: $1.amountCents) }
  }
}
