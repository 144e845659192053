import Practice
import PracticeEvents
import Projection

extension RecordedFact {
  /// The books in one table: every event of the money, and what it moves, or why it moves nothing.
  ///
  /// A new event of the money gets its line here; `LedgerPostingTests` fails until it has one.
  ///
  /// - Parameter rows: what earlier events left to be known (`LedgerMemory`).
  func posting(_ rows: inout some RowWriter) throws -> LedgerPosting {
    switch event.fact {
    case .chargePosted(let fact): .moves(try rows.post(fact, of: subject))
    case .noShowFeeCharged(let fact): .moves(try rows.post(fact, of: subject))
    case .chargeVoided(let fact): .moves(try rows.void(fact.charge))
    case .feeWaived(let fact): .moves(try rows.waive(fact.charge))
    case .writeOffPosted(let fact): .moves(try rows.writeOff(fact))
    case .writeOffReversed(let fact): .moves(try rows.takeBack(fact.writeOff))

    case .claimSubmitted(let fact): .moves(try rows.submit(fact))
    case .claimHeld, .claimReleased, .claimBatchSent, .claimClosed:
      .nothing("where a claim lies moves no money")
    case .claimAcknowledged, .claimRejectedFrontEnd, .claimStatusReceived:
      .nothing("the payer has decided no amount yet")
    case .appealFiled, .appealDecided: .nothing("an overturned answer comes as a new one")
    case .claimAdjudicated(let fact): .moves(try rows.adjudicate(fact))
    case .claimReversed(let fact): .moves(try rows.takeBack(fact))
    case .balanceTransferred(let fact): .moves(try rows.transfer(fact))
    case .remittanceReceived(let fact): .moves(try rows.receive(fact, payer: subject.description))
    case .providerAdjustmentResolved(let fact): .moves(try rows.resolve(fact))
    case .payerRefundIssued(let fact):
      .moves(
        [
          LedgerTransfer(
            .insurancePayments, .bank, fact.amountCents, payer: subject.description)
        ])
    case .remittanceExceptionRecorded, .remittanceExceptionResolved:
      .nothing("its claim waits in 1115 until an adjudication is recorded")
    case .superbillIssued, .superbillVoided, .itemizedReceiptIssued, .statementIssued,
      .taxStatementIssued, .documentIssued:
      .nothing("a document repeats charges and payments")
    case .patientReimbursementReported: .nothing("an insurer paid the patient, not the clinic")

    case .paymentReceived(let fact): .moves(try rows.receive(fact, of: subject))
    case .paymentApplied(let fact):
      .moves(try rows.apply(fact.amountCents, fact.payment, fact.charge))
    case .paymentUnapplied(let fact):
      .moves(try rows.apply(0 &- fact.amountCents, fact.payment, fact.charge))
    case .paymentReversed(let fact): .moves(try rows.reverse(fact))
    case .refundIssued(let fact): .moves(try rows.refund(fact))

    case .packageSold(let fact): .moves(try rows.sell(fact, of: subject))
    case .packageRedeemed(let fact): .moves(try rows.redeem(fact))
    case .packageRedemptionReversed(let fact): .moves(try rows.takeBack(fact))

    case .packageDefined: .nothing("an offer is no sale")
    case .packageExtended: .nothing("a later last day changes no value")
    case .packageRefunded(let fact): .moves(try rows.refund(fact))
    case .breakageRecognized(let fact): .moves(try rows.forfeit(fact))
    case .packageTransferReceived(let fact): .moves(try rows.receive(fact, of: subject))
    case .packageTransferred(let fact): .moves(try rows.passOn(fact))

    case .creditTransferReceived(let fact): .moves(try rows.receive(fact, of: subject))
    case .creditTransferred(let fact): .moves(try rows.passOn(fact))
    case .openingBalanceRecorded(let fact): .moves(try rows.open(fact, of: subject))

    case .paymentPlanAgreed, .paymentPlanAmended, .paymentPlanDefaulted, .paymentPlanCompleted,
      .instalmentMissed:
      .nothing("an agreement moves no money")
    case .instalmentPaid: .nothing("its payment is recorded with it")
    case .slidingScaleApplied, .slidingScaleApproved, .slidingScaleDenied, .slidingScaleEnded:
      .nothing("the discount is on each charge")
    case .goodFaithEstimateIssued, .goodFaithEstimateDelivered, .goodFaithEstimateDisputed:
      .nothing("an estimate is no charge")

    case .tillOpened(let fact): .moves(fact.transfers)
    case .tillCounted: .nothing("the closing says what is over or short")
    case .tillClosed(let fact): .moves(fact.transfers)
    case .depositMade(let fact): .moves(try rows.deposit(fact))
    case .depositReversed(let fact): .moves(try rows.takeBackDeposit(fact.deposit))
    case .journalExported: .nothing("a copy for the accountant")
    default: .outside
    }
  }
}

extension TillOpened {
  /// Change from the bank, and what was over or short when it was counted.
  fileprivate var transfers: [LedgerTransfer] {
    [
      LedgerTransfer(.tills, .bank, broughtCents),
      LedgerTransfer(.tills, .cashOverShort, floatCents &- carriedCents &- broughtCents),
    ]
  }
}

extension TillClosed {
  fileprivate var transfers: [LedgerTransfer] {
    [LedgerTransfer(.tills, .cashOverShort, countedCents &- expectedCents)]
  }
}
