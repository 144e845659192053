import PracticeEvents

/// A further payer that settles more than was open with it settles what the patient had paid of the
/// first payer's answer already. Those payments become the patient's credit, and pay again what the
/// further payer leaves to the patient.
struct YieldedPayments {
  /// What goes before the answer: payments taken off, their amounts moved to the payer.
  private(set) var before: [Fact] = []
  /// The account as the answer finds it.
  private(set) var account: AccountState
  private var taken: [PaymentUnapplied] = []

  /// - Parameter answer: its lines are told that less was settled before.
  init(
    to answer: inout ClaimAdjudicated, of claim: AccountState.Claim, _ account: AccountState,
    on date: CivilDate
  ) throws {
    self.account = account
    for index in answer.lines.indices {
      let line = answer.lines[index]
      let missing = 0 &- answer.effect(on: line).adjusted
      guard line.priorSettledCents > 0, missing > 0,
        let charge = account.charges[line.charge], missing <= charge.patientPaidCents
      else { continue }
      let freed = account.unapplyingFacts(
        of: charge, keeping: charge.patientPaidCents &- missing)
      var transfer = BalanceTransferred()
      transfer.charge = line.charge
      transfer.amountCents = missing
      transfer.from = .patient
      transfer.to = .insurance
      transfer.toCoverage = claim.submitted.coverage
      transfer.transferredOn = date.compact
      before += freed + [.balanceTransferred(transfer)]
      for case .paymentUnapplied(let fact) in freed {
        taken.append(fact)
        self.account.charges[line.charge]?.patientOpenCents &+= fact.amountCents
      }
      self.account.transfer(transfer)
      answer.lines[index].priorSettledCents &-= missing
    }
  }

  /// What of the payments goes back to what the patient still owes on the same charges.
  func after(_ answer: ClaimAdjudicated) -> [Fact] {
    answer.lines.flatMap { line -> [Fact] in
      var owed = answer.effect(on: line).toPatient
      return taken.filter { $0.charge == line.charge }.compactMap { yielded -> Fact? in
        let cents = min(owed, yielded.amountCents)
        guard cents > 0 else { return nil }
        owed &-= cents
        var applied = PaymentApplied()
        applied.payment = yielded.payment
        applied.charge = yielded.charge
        applied.amountCents = cents
        return .paymentApplied(applied)
      }
    }
  }
}
