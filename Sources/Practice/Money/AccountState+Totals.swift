import PracticeEvents

extension AccountState {
  /// What is owed on charges that stand, in cents.
  public var receivableCents: (insurance: Int64, patient: Int64) {
    charges.values.reduce(into: (0, 0)) { sum, charge in
      sum.insurance &+= charge.insuranceOpenCents
      sum.patient &+= charge.patientOpenCents
    }
  }

  /// Money received that no charge has: the patient's credit. Negative when the bank took back a
  /// payment of which something was refunded or spent on a package.
  public var unappliedCents: Int64 {
    payments.values.reduce(0) { $0 &+ $1.unappliedCents }
  }

  /// What is owed, less the patient's credit.
  public var balanceCents: Int64 {
    let owed = receivableCents
    return owed.insurance &+ owed.patient &- unappliedCents
  }

  /// Whether every cent of every charge is in exactly one place, and no payment was applied, spent
  /// and refunded beyond its amount.
  public func isBalanced() -> Bool {
    let applied = appliedByPayment()
    return charges.values.allSatisfy(\.isBalanced)
      && payments.allSatisfy { id, payment in
        let received = payment.reversed ? 0 : payment.received.amountCents
        let used =
          applied[id, default: 0] &+ payment.refundedCents &+ payment.spentOnPackagesCents
          &+ payment.transferredCents
        return received == used &+ payment.unappliedCents
          && (payment.reversed || payment.unappliedCents >= 0)
      }
  }

  private func appliedByPayment() -> [String: Int64] {
    charges.values.reduce(into: [:]) { sums, charge in
      for (payment, cents) in charge.applied { sums[payment, default: 0] &+= cents }
    }
  }

  /// Charges that the patient owes, the oldest date of service first.
  var chargesOpenWithPatient: [Charge] {
    charges.values.filter { $0.patientOpenCents > 0 }
      .sorted { ($0.serviceOn, $0.charge) < ($1.serviceOn, $1.charge) }
  }

  /// The charges of a session that stand, by line.
  public func standingCharges(ofSession session: String) -> [Charge] {
    charges.values.filter { $0.session == session && !$0.voided }
      .sorted { ($0.line, $0.charge) < ($1.line, $1.charge) }
  }
}

extension AccountState.Charge {
  /// The invariant of a charge: its amount is open, paid, adjusted, written off or redeemed, and
  /// nothing is open below zero. A voided charge holds nothing.
  public var isBalanced: Bool {
    let parts = [
      insuranceOpenCents, patientOpenCents, insurancePaidCents, patientPaidCents, adjustedCents,
      writtenOffCents, redeemedCents,
    ]
    return parts.reduce(0, &+) == (voided ? 0 : amountCents)
      && insuranceOpenCents >= 0 && patientOpenCents >= 0
      && applied.values.reduce(0, &+) == patientPaidCents
  }
}
