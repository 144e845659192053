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
    case .superbillVoided(let fact): superbillsVoided.append(fact.superbill)
    case .patientReimbursementReported(let fact): reimbursements.append(fact)

    case .paymentReceived(let fact):
      var payment = Payment()
      payment.received = fact
      payment.unappliedCents = fact.amountCents
      payments[fact.payment] = payment
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

    case .creditTransferred(let fact):
      payments[fact.payment]?.unappliedCents &-= fact.amountCents
      payments[fact.payment]?.transferredCents &+= fact.amountCents
    case .creditTransferReceived(let fact): take(fact)
    case .openingBalanceRecorded(let fact): open(fact)
    case .statementIssued(let fact): statements[fact.statement] = fact
    case .itemizedReceiptIssued(let fact): receipts[fact.receipt] = fact
    case .taxStatementIssued(let fact): taxStatements[fact.taxStatement] = fact
    case .documentIssued(let fact):
      if documents[fact.shows] == nil { documents[fact.shows] = fact }
    case .some(let fact): applyAgreement(fact)
    case nil: break
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
    charge.salesTax = fact.salesTax
    charge.listCents = fact.amountCents
    charge.discountCents = fact.discountCents
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
    payments.change(payment) { $0.unappliedCents &-= cents }
    charges.change(id) { charge in
      charge.patientOpenCents &-= cents
      charge.patientPaidCents &+= cents
      let applied = (charge.applied[payment] ?? 0) &+ cents
      charge.applied[payment] = applied == 0 ? nil : applied
    }
  }

  /// Without the money, what was refunded or spent of it is owed: unapplied falls below zero. An
  /// instalment that it paid is due again.
  private mutating func takeBack(_ id: String) {
    guard let payment = payments[id], !payment.reversed else { return }
    payments[id]?.reversed = true
    payments[id]?.unappliedCents &-= payment.received.amountCents
    for (plan, agreement) in paymentPlans where agreement.paid.values.contains(id) {
      paymentPlans[plan]?.paid = agreement.paid.filter { $0.value != id }
      paymentPlans[plan]?.completedOn = 0
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

  private mutating func take(_ fact: CreditTransferReceived) {
    var payment = Payment()
    payment.received.payment = fact.payment
    payment.received.receivedOn = fact.receivedOn
    payment.received.amountCents = fact.amountCents
    payment.received.method = fact.method
    payment.unappliedCents = fact.amountCents
    payment.isTransferred = true
    payments[fact.payment] = payment
  }

  private mutating func open(_ fact: OpeningBalanceRecorded) {
    hasOpeningBalance_p = true
    if !fact.charge.isEmpty {
      var charge = Charge()
      charge.charge = fact.charge
      charge.serviceOn = fact.asOfOn
      charge.amountCents = fact.patientOwesCents
      charge.listCents = fact.patientOwesCents
      charge.patientOpenCents = fact.patientOwesCents
      charge.patientSinceOn = fact.asOfOn
      charge.isOpening = true
      charges[fact.charge] = charge
    }
    if !fact.payment.isEmpty {
      var payment = Payment()
      payment.received.payment = fact.payment
      payment.received.receivedOn = fact.asOfOn
      payment.received.amountCents = fact.creditCents
      payment.unappliedCents = fact.creditCents
      payment.isOpening = true
      payments[fact.payment] = payment
    }
  }
}
