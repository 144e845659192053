import PracticeEvents

extension AccountState {
  /// Spreads money over charges in their order, each up to what the patient owes on it.
  func applying(_ cents: Int64, of payment: PaymentReceived, to charges: [Charge]) throws -> [Fact]
  {
    var rest = cents
    return try charges.compactMap { charge in
      let part = min(rest, charge.patientOpenCents)
      guard part > 0 else { return nil }
      rest -= part
      return .paymentApplied(try applied(part, of: payment, to: charge))
    }
  }

  /// Charges that the payment may settle, oldest first.
  func chargesOpen(to payment: PaymentReceived) -> [Charge] {
    chargesOpenWithPatient.filter { !($0.isFee && payment.method.isHealthAccount) }
  }

  /// One application, checked against what the patient owes on the charge.
  func applied(
    _ cents: Int64, of payment: PaymentReceived, to charge: Charge
  ) throws
    -> PaymentApplied
  {
    try requirePositive(Money(cents: cents), field: "amount")
    try requireAtMost(
      charge.patientOpenCents, Money(cents: cents), rule: "charge.overpaid", field: "amount",
      what: "that the patient owes on charge \(charge.charge)")
    guard !(charge.isFee && payment.method.isHealthAccount) else {
      throw Refusal(
        rule: "payment.healthAccountFee", field: "charge",
        problem: "a health account pays for care, not for a missed appointment",
        remedy: "take another method of payment for the fee (IRC 213(d), 223(d)(2))")
    }
    var fact = PaymentApplied()
    fact.payment = payment.payment
    fact.charge = charge.charge
    fact.amountCents = cents
    return fact
  }
}
