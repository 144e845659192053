import PracticeEvents

/// Packages, payment plans, discounts by income and estimates.
extension AccountState {
  mutating func applyAgreement(_ fact: Fact) {
    switch fact {
    case .packageSold(let fact):
      packages[fact.package, default: Package()].sold = fact
      payments[fact.payment]?.unappliedCents &-= fact.priceCents
      payments[fact.payment]?.spentOnPackagesCents &+= fact.priceCents
    case .packageRedeemed(let fact): redeem(fact)
    case .packageRedemptionReversed(let fact): reverse(fact)
    case .packageExtended(let fact): packages[fact.package]?.expiresOn = fact.expiresOn
    case .breakageRecognized(let fact):
      packages[fact.package]?.give(Int(fact.sessions))
      packages[fact.package]?.breakageCents &+= fact.amountCents
    case .packageRefunded(let fact): refund(fact)
    case .packageTransferred(let fact):
      packages[fact.package]?.give(Int(fact.sessions))
      packages[fact.package]?.transferredCents &+= fact.valueCents
    case .packageTransferReceived(let fact): take(fact)

    case .paymentPlanAgreed(let fact):
      paymentPlans[fact.paymentPlan, default: PaymentPlan()].agreed = fact
      paymentPlans[fact.paymentPlan]?.instalments = fact.instalments
    case .instalmentPaid(let fact):
      paymentPlans[fact.paymentPlan]?.paid[fact.number] = fact.payment
      paymentPlans[fact.paymentPlan]?.missed.removeAll { $0 == fact.number }
    case .instalmentMissed(let fact):
      paymentPlans[fact.paymentPlan]?.missed.append(fact.number)
    case .paymentPlanAmended(let fact): amend(fact)
    case .paymentPlanDefaulted(let fact):
      paymentPlans[fact.paymentPlan]?.defaultedOn = fact.defaultedOn
    case .paymentPlanCompleted(let fact):
      paymentPlans[fact.paymentPlan]?.completedOn = fact.completedOn

    case .slidingScaleApplied(let fact):
      slidingScaleApplications[fact.application, default: .init()].applied = fact
    case .slidingScaleApproved(let fact):
      slidingScales.append(fact)
      slidingScaleApplications[fact.application]?.answered = true
    case .slidingScaleDenied(let fact):
      slidingScaleApplications[fact.application]?.answered = true
    case .slidingScaleEnded(let fact):
      var end = SlidingScaleEnd()
      end.endedOn = fact.endedOn
      end.approvals = Int32(clamping: slidingScales.count)
      slidingScaleEnds.append(end)

    case .goodFaithEstimateIssued(let fact): estimates.append(fact)
    case .goodFaithEstimateDelivered(let fact): estimatesDelivered[fact.estimate] = fact
    case .goodFaithEstimateDisputed(let fact): estimatesDisputed[fact.estimate] = fact
    default: break
    }
  }

  private mutating func redeem(_ fact: PackageRedeemed) {
    guard charges[fact.charge]?.package.isEmpty != false else { return }
    let cents = fact.valueCents &+ fact.discountCents
    packages[fact.package]?.redeemed[fact.charge] = fact
    charges[fact.charge]?.patientOpenCents &-= cents
    charges[fact.charge]?.redeemedCents &+= cents
    charges[fact.charge]?.package = fact.package
  }

  private mutating func reverse(_ fact: PackageRedemptionReversed) {
    guard let redeemed = packages[fact.package]?.redeemed.removeValue(forKey: fact.charge) else {
      return
    }
    let cents = redeemed.valueCents &+ redeemed.discountCents
    charges[fact.charge]?.patientOpenCents &+= cents
    charges[fact.charge]?.redeemedCents &-= cents
    charges[fact.charge]?.package = ""
  }

  private mutating func refund(_ fact: PackageRefunded) {
    packages[fact.package]?.give(Int(fact.sessions))
    packages[fact.package]?.refundedCents &+= fact.amountCents
    packages[fact.package]?.breakageCents &+= fact.forfeitedCents
    payments[fact.payment]?.spentOnPackagesCents &-= fact.amountCents
    payments[fact.payment]?.refundedCents &+= fact.amountCents
  }

  private mutating func take(_ fact: PackageTransferReceived) {
    var package = Package()
    package.sold.package = fact.package
    package.sold.name = fact.name
    package.sold.service = fact.service
    package.sold.sessions = fact.sessions
    package.sold.priceCents = fact.valueCents
    package.sold.soldOn = fact.receivedOn
    package.sold.expiresOn = fact.expiresOn
    package.sold.listUnitCents = fact.listUnitCents
    package.sold.refundPolicy = fact.refundPolicy
    package.sold.transferable = fact.transferable
    package.method = fact.method
    package.isTransferred = true
    packages[fact.package] = package
  }

  /// Those paid stay; the others are replaced.
  private mutating func amend(_ fact: PaymentPlanAmended) {
    guard let plan = paymentPlans[fact.paymentPlan] else { return }
    let kept = plan.instalments.filter { plan.paid[$0.number] != nil }
    paymentPlans[fact.paymentPlan]?.instalments = kept + fact.instalments
    paymentPlans[fact.paymentPlan]?.amendments.append(fact)
    // A new agreement ends a default; an extra payment or its return changes nothing but amounts.
    guard fact.payment.isEmpty else { return }
    paymentPlans[fact.paymentPlan]?.defaultedOn = 0
    paymentPlans[fact.paymentPlan]?.missed = []
  }
}

extension AccountState.Package {
  /// What the sessions not yet redeemed are worth, in the order in which they are used. All
  /// sessions together are worth the price to the cent: 200.00 for 3 is 66.67, 66.67 and 66.66.
  public var valuesLeft: [Int64] {
    // A sale has far fewer; the log may hold any number.
    let sessions = min(Int(sold.sessions), 1_000)
    var left = Money(cents: sold.priceCents).split(into: sessions).map(\.cents)
    for used in redeemed.values.map(\.valueCents) + goneCents {
      if let index = left.firstIndex(of: used) { left.remove(at: index) }
    }
    return left
  }

  /// What the clinic owes in sessions, in cents.
  public var valueLeftCents: Int64 { valuesLeft.reduce(0, &+) }

  /// Last day on which a session can be redeemed; 0 is never.
  public var lastDay: Int32 { expiresOn == 0 ? sold.expiresOn : expiresOn }

  /// The last ones go, so that those that stay keep the values they would have been used at.
  fileprivate mutating func give(_ sessions: Int) {
    goneCents += valuesLeft.suffix(max(0, sessions))
  }
}
