import PracticeEvents

// Sums wrap instead of trapping: the log may hold any number, and reading it must never end the
// program. What decisions record is far below the limit.
extension AccountState: FoldedState {
  public mutating func apply(_ recorded: RecordedFact) {
    switch recorded.event.fact {
    case .chargePosted(let fact): post(fact)
    case .chargeVoided(let fact): void(fact.charge)
    case .claimHeld, .claimReleased, .claimSubmitted, .claimAcknowledged, .claimRejectedFrontEnd,
      .claimStatusReceived, .claimAdjudicated, .claimReversed, .balanceTransferred, .appealFiled,
      .appealDecided, .claimClosed:
      applyClaim(recorded.event.fact)
    case .superbillIssued(let fact): superbills.append(fact)

    case .paymentReceived(let fact):
      payments[fact.payment] = Payment()
      payments[fact.payment]?.received = fact
      payments[fact.payment]?.unappliedCents = fact.amountCents
    case .paymentApplied(let fact): move(fact.amountCents, of: fact.payment, to: fact.charge)
    case .paymentUnapplied(let fact): move(0 &- fact.amountCents, of: fact.payment, to: fact.charge)
    case .paymentReversed(let fact): takeBack(fact.payment)
    case .refundIssued(let fact):
      payments[fact.payment]?.unappliedCents &-= fact.amountCents
      payments[fact.payment]?.refundedCents &+= fact.amountCents
    case .writeOffPosted(let fact):
      writeOffs[fact.writeOff, default: WriteOff()].posted = fact
      writeOff(fact.amountCents, fact)
    case .writeOffReversed(let fact):
      guard let writeOff = writeOffs[fact.writeOff], !writeOff.reversed else { return }
      writeOffs[fact.writeOff]?.reversed = true
      self.writeOff(0 &- writeOff.posted.amountCents, writeOff.posted)
    case .noShowFeeCharged(let fact): post(fact)
    case .feeWaived(let fact): waive(fact.charge)

    case .packageSold(let fact):
      packages[fact.package, default: Package()].sold = fact
      payments[fact.payment]?.unappliedCents &-= fact.priceCents
      payments[fact.payment]?.spentOnPackagesCents &+= fact.priceCents
    case .packageRedeemed(let fact): redeem(fact)
    case .packageRedemptionReversed(let fact): reverse(fact)
    case .paymentPlanAgreed(let fact):
      paymentPlans[fact.paymentPlan, default: PaymentPlan()].agreed = fact
    case .instalmentPaid(let fact):
      paymentPlans[fact.paymentPlan]?.paid[fact.number] = fact.payment
    case .instalmentMissed(let fact):
      paymentPlans[fact.paymentPlan]?.missed.append(fact.number)
    case .slidingScaleApproved(let fact): slidingScales.append(fact)
    case .goodFaithEstimateIssued(let fact): estimates.append(fact)
    default: break
    }
  }
}

extension AccountState {
  private mutating func post(_ fact: ChargePosted) {
    var charge = Charge()
    charge.charge = fact.charge
    charge.session = fact.session
    charge.line = fact.line
    charge.serviceOn = fact.serviceOn
    charge.cpt = fact.cpt
    charge.modifiers = fact.modifiers
    charge.units = fact.units
    charge.amountCents = fact.amountCents &- fact.discountCents &+ fact.taxCents
    charge.taxCents = fact.taxCents
    charge.coverage = fact.coverage
    if fact.responsible == .insurance {
      charge.insuranceOpenCents = charge.amountCents
    } else {
      charge.patientOpenCents = charge.amountCents
      charge.patientSinceOn = fact.serviceOn
    }
    charges[fact.charge] = charge
  }

  private mutating func post(_ fact: NoShowFeeCharged) {
    var charge = Charge()
    charge.charge = fact.charge
    charge.serviceOn = fact.chargedOn
    charge.amountCents = fact.amountCents
    charge.patientOpenCents = fact.amountCents
    charge.patientSinceOn = fact.chargedOn
    charge.isFee = true
    charge.appointment = fact.appointment
    charges[fact.charge] = charge
  }

  private mutating func void(_ id: String) {
    charges[id]?.voided = true
    charges[id]?.insuranceOpenCents = 0
    charges[id]?.patientOpenCents = 0
    charges[id]?.claim = ""
  }

  private mutating func waive(_ id: String) {
    guard let open = charges[id]?.patientOpenCents else { return }
    charges[id]?.waived = true
    charges[id]?.patientOpenCents = 0
    charges[id]?.writtenOffCents &+= open
  }

  private mutating func move(_ cents: Int64, of payment: String, to id: String) {
    guard payments[payment] != nil, charges[id] != nil else { return }
    payments[payment]?.unappliedCents &-= cents
    charges[id]?.patientOpenCents &-= cents
    charges[id]?.patientPaidCents &+= cents
    let applied = (charges[id]?.applied[payment] ?? 0) &+ cents
    charges[id]?.applied[payment] = applied == 0 ? nil : applied
  }

  /// Without the money, what was refunded or spent of it is owed: unapplied falls below zero. An
  /// instalment that it paid is due again.
  private mutating func takeBack(_ id: String) {
    guard let payment = payments[id], !payment.reversed else { return }
    payments[id]?.reversed = true
    payments[id]?.unappliedCents &-= payment.received.amountCents
    for (plan, agreement) in paymentPlans where agreement.paid.values.contains(id) {
      paymentPlans[plan]?.paid = agreement.paid.filter { $0.value != id }
    }
  }

  private mutating func writeOff(_ cents: Int64, _ fact: WriteOffPosted) {
    if fact.responsible == .insurance {
      charges[fact.charge]?.insuranceOpenCents &-= cents
    } else {
      charges[fact.charge]?.patientOpenCents &-= cents
    }
    charges[fact.charge]?.writtenOffCents &+= cents
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
}
