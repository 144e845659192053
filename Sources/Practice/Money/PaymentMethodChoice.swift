import PracticeEvents

/// How people name a method of payment.
public enum PaymentMethodChoice: String, WordChoice {
  case cash, card, check, hsa, fsa, ach, giftCard, external

  var method: PaymentMethod {
    switch self {
    case .cash: .cash
    case .card: .card
    case .check: .check
    case .hsa: .hsa
    case .fsa: .fsa
    case .ach: .ach
    case .giftCard: .giftCard
    case .external: .external
    }
  }
}

extension PaymentMethod {
  /// Health savings and flexible spending accounts: for medical care only, refunded to the account.
  public var isHealthAccount: Bool { self == .hsa || self == .fsa }
}

/// What a payment settles when no charge is named.
public enum AllocationChoice: String, WordChoice {
  /// The patient's open charges, oldest date of service first.
  case oldest
  /// Nothing; it stays the patient's credit.
  case nothing
}

/// A new payment, as several commands take one.
struct PaymentTaken {
  var amount: Money
  var method: PaymentMethodChoice
  var reference: String?
  var till: String?
  var id: EntityID?

  func fact(
    on date: CivilDate, _ facts: some Facts, _ context: inout DecisionContext
  ) throws
    -> PaymentReceived
  {
    try requirePositive(amount, field: "amount")
    var fact = PaymentReceived()
    fact.payment = try context.id(.payment, id).description
    try facts.requireUnused(fact.payment, field: "payment")
    fact.receivedOn = date.compact
    fact.amountCents = amount.cents
    fact.method = method.method
    fact.reference = try checkedReference()
    fact.till = till ?? ""
    if let till {
      try requirePlain(till, in: "till", atMost: 40)
      if method == .cash { try facts.requireOpen(till: till, on: date) }
    }
    return fact
  }

  /// A card number must never reach the log, which forgets nothing.
  private func checkedReference() throws -> String {
    guard let reference else { return "" }
    try require(reference, in: "reference", atMost: 40)
    let isCard = [.card, .hsa, .fsa].contains(method)
    guard !isCard || reference.count(where: \.isNumber) <= 8 else {
      throw Refusal(
        rule: "payment.cardNumber", field: "reference",
        problem: "the reference looks like a whole card number",
        remedy: "give the last four digits only")
    }
    return reference
  }
}
