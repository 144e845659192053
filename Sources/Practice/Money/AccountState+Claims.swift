import PracticeEvents

// Claims and who owes what of a charge. Sums wrap, as everywhere in this state.
extension AccountState {
  mutating func applyClaim(_ fact: Fact?) {
    switch fact {
    case .claimHeld(let fact): hold(fact)
    case .claimReleased(let fact): release(fact)
    case .claimSubmitted(let fact): submit(fact)
    case .claimAcknowledged(let fact):
      claims.change(fact.claim) { claim in
        claim.acknowledged = fact
        claim.status = .acknowledged
      }
    case .claimRejectedFrontEnd(let fact): reject(fact)
    case .claimStatusReceived(let fact): claims[fact.claim]?.latestStatus = fact
    case .claimAdjudicated(let fact): adjudicate(fact)
    case .claimReversed(let fact): reverse(fact)
    case .balanceTransferred(let fact): transfer(fact)
    case .appealFiled(let fact):
      var appeal = Appeal()
      appeal.filed = fact
      claims[fact.claim]?.appeals.append(appeal)
    case .appealDecided(let fact): decide(fact)
    case .claimClosed(let fact): claims[fact.claim]?.closed = true
    default: break
    }
  }

  private mutating func submit(_ fact: ClaimSubmitted) {
    claims.change(fact.claim, or: Claim()) { claim in
      claim.submitted = fact
      claim.status = .submitted
    }
    if !fact.replaces.isEmpty {
      if let earlier = claims[fact.replaces]?.status, earlier != .replaced {
        claims[fact.replaces]?.statusBeforeReplacement = earlier
      }
      claims[fact.replaces]?.status = .replaced
      claims[fact.replaces]?.closed = false
      claims[fact.replaces]?.replacedBy = fact.claim
      release(claim: fact.replaces)
    }
    // A void claim (frequency 8) only withdraws the one it replaces.
    guard fact.frequencyCode != 8 else { return }
    for line in fact.lines {
      charges.change(line.charge) { charge in
        charge.claim = fact.claim
        if charge.firstSubmittedOn == 0 { charge.firstSubmittedOn = fact.submittedOn }
      }
    }
  }

  /// The payer never had the claim; one that it was to replace is with the payer as before.
  private mutating func reject(_ fact: ClaimRejectedFrontEnd) {
    let id = fact.claim
    claims[id]?.rejected = fact
    claims[id]?.status = .rejected
    release(claim: id)
    guard let replaced = claims[id]?.submitted.replaces, let live = claims[replaced],
      live.status == .replaced, live.replacedBy == id
    else { return }
    claims[replaced]?.status = live.statusBeforeReplacement
    claims[replaced]?.replacedBy = ""
    for line in live.submitted.lines {
      guard let charge = charges[line.charge], charge.claim.isEmpty, !charge.voided else {
        continue
      }
      charges[line.charge]?.claim = replaced
    }
  }

  /// The claim's charges may go on another claim.
  private mutating func release(claim: String) {
    for line in claims[claim]?.submitted.lines ?? [] where charges[line.charge]?.claim == claim {
      charges[line.charge]?.claim = ""
    }
  }

  private mutating func adjudicate(_ fact: ClaimAdjudicated) {
    guard claims[fact.claim] != nil else { return }
    var adjudication = Adjudication()
    adjudication.adjudicated = fact
    claims.change(fact.claim) { claim in
      claim.adjudications.append(adjudication)
      claim.status = fact.isDenial ? .denied : .paid
      claim.closed = false
    }
    for line in fact.lines {
      move(fact.effect(on: line), of: line.charge, on: fact.adjudicatedOn)
    }
  }

  private mutating func reverse(_ fact: ClaimReversed) {
    guard
      let index = claims[fact.claim]?.adjudications.firstIndex(where: {
        $0.adjudicated.adjudication == fact.adjudication && !$0.reversed
      }), let adjudicated = claims[fact.claim]?.adjudications[index].adjudicated
    else { return }
    claims[fact.claim]?.adjudications[index].reversed = true
    claims[fact.claim]?.closed = false
    if claims[fact.claim]?.status == .replaced {
      claims[fact.claim]?.statusBeforeReplacement = .reversed
    } else {
      claims[fact.claim]?.status = .reversed
    }
    for line in adjudicated.lines {
      move(adjudicated.effect(on: line).reversed, of: line.charge, on: fact.reversedOn)
      returnToPayer(line.charge, of: fact.claim)
    }
  }

  /// Whoever owed the charge meanwhile, the payer that took its answer back owes it again.
  private mutating func returnToPayer(_ id: String, of claim: String) {
    guard let sent = claims[claim], var charge = charges[id], !charge.voided else { return }
    charge.coverage = sent.submitted.coverage
    if charge.claim.isEmpty, sent.status == .reversed { charge.claim = claim }
    charges[id] = charge
  }

  /// The claim whose answer the charge waits for, or that waits itself.
  private mutating func hold(_ fact: ClaimHeld) {
    claims[fact.claim, default: Claim()].held = fact
    claims[fact.claim]?.status = .held
    for charge in fact.charges { charges[charge]?.claim = fact.claim }
  }

  private mutating func release(_ fact: ClaimReleased) {
    claims[fact.claim]?.status = .dropped
    for charge in claims[fact.claim]?.held.charges ?? [] where charges[charge]?.claim == fact.claim
    {
      charges[charge]?.claim = ""
    }
  }

  /// What is open of a charge changes sides, or goes to another payer.
  mutating func transfer(_ fact: BalanceTransferred) {
    guard var charge = charges[fact.charge] else { return }
    if fact.from == .insurance {
      charge.insuranceOpenCents &-= fact.amountCents
    } else {
      charge.patientOpenCents &-= fact.amountCents
    }
    if fact.to == .insurance {
      charge.insuranceOpenCents &+= fact.amountCents
      if charge.coverage != fact.toCoverage { charge.claim = "" }
      charge.coverage = fact.toCoverage
      if charge.patientOpenCents == 0, charge.patientPaidCents == 0 { charge.patientSinceOn = 0 }
    } else {
      charge.patientOpenCents &+= fact.amountCents
      charge.patientSinceOn = fact.transferredOn
      // Nobody ever claimed it: it is the patient's own, as if posted so.
      if charge.firstSubmittedOn == 0, charge.insuranceOpenCents == 0 { charge.coverage = "" }
    }
    charges[fact.charge] = charge
  }

  private mutating func decide(_ fact: AppealDecided) {
    for id in claims.keys.sorted() {
      guard let index = claims[id]?.appeals.firstIndex(where: { $0.filed.appeal == fact.appeal })
      else { continue }
      claims[id]?.appeals[index].decided = fact
      return
    }
  }

  private mutating func move(_ effect: AdjudicationEffect, of id: String, on date: Int32) {
    charges.change(id) { charge in
      charge.insuranceOpenCents &-= effect.total
      charge.insurancePaidCents &+= effect.paid
      charge.adjustedCents &+= effect.adjusted
      charge.patientOpenCents &+= effect.toPatient
      if effect.toPatient > 0 {
        charge.patientSinceOn = date
      } else if charge.patientOpenCents == 0, charge.patientPaidCents == 0 {
        charge.patientSinceOn = 0
      }
    }
  }
}
