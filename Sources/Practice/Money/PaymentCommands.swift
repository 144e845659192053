import PracticeEvents

/// Records money from a patient.
public struct TakePayment: Command {
  public static let name = "take-payment"
  public static let summary = "Records a patient's payment and applies it to charges."
  public static let help = [
    "patient": "MRN or id", "reference": "last four digits, check number or trace",
    "till": "the drawer that takes it; for cash it must be open, when it is one that is counted",
    "apply": "oldest: to the oldest open charges; nothing (default): it stays a credit",
    "charges": "apply to these charges, in this order; the rest stays a credit",
  ]
  public static let roles: Set<Role> = [.frontDesk, .biller]

  public var patient: SubjectReference
  public var amount: Money
  public var method: PaymentMethodChoice
  public var receivedOn: CivilDate?
  public var reference: String?
  public var till: String?
  public var apply: AllocationChoice?
  public var charges: [EntityID]?
  public var payment: EntityID?

  public init(
    patient: SubjectReference, amount: Money, method: PaymentMethodChoice,
    receivedOn: CivilDate? = nil, reference: String? = nil, till: String? = nil,
    apply: AllocationChoice? = nil, charges: [EntityID]? = nil, payment: EntityID? = nil
  ) {
    self.patient = patient
    self.amount = amount
    self.method = method
    self.receivedOn = receivedOn
    self.reference = reference
    self.till = till
    self.apply = apply
    self.charges = charges
    self.payment = payment
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let patient = try facts.patientID(patient)
    let account = try facts.patient(patient).account
    let date = try context.bookingDate(receivedOn, field: "receivedOn", facts)
    let received = try PaymentTaken(
      amount: amount, method: method, reference: reference, till: till, id: payment
    ).fact(on: date, facts, &context)
    let applied = try account.applying(
      amount.cents, of: received, to: targets(account, received))
    let warnings =
      received.method.isHealthAccount
      ? try HealthAccountRule(facts.patient(patient)).warnings(
        for: applied.compactMap {
          if case .paymentApplied(let fact) = $0 { fact.charge } else { nil }
        })
      : []
    return Decision(
      ([.paymentReceived(received)] + applied).proposed(to: patient, on: date), warnings: warnings)
  }

  private func targets(
    _ account: AccountState, _ received: PaymentReceived
  ) throws
    -> [AccountState.Charge]
  {
    guard let charges, !charges.isEmpty else {
      return apply == .oldest ? account.chargesOpen(to: received) : []
    }
    guard apply == nil else {
      throw Refusal(
        rule: "payment.allocation", field: "charges",
        problem: "charges and apply both say where the money goes", remedy: "give one of them")
    }
    guard Set(charges).count == charges.count else {
      throw Refusal(
        rule: "payment.allocation", field: "charges", problem: "a charge is listed twice",
        remedy: "list every charge once")
    }
    return try charges.map { try account.charge($0, field: "charges") }
  }
}

/// Uses a patient's credit for a charge.
public struct ApplyPayment: Command {
  public static let name = "apply-payment"
  public static let summary = "Applies what is left of a payment to a charge."
  public static let help = ["amount": "as much as both allow when left out"]
  public static let roles: Set<Role> = [.frontDesk, .biller]

  public var payment: EntityID
  public var charge: EntityID
  public var amount: Money?

  public init(
    payment: EntityID, charge: EntityID, amount: Money? = nil
  ) {
    self.payment = payment
    self.charge = charge
    self.amount = amount
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let (patient, state) = try facts.holder(of: payment, .payment, field: "payment")
    let source = try state.account.payment(payment, field: "payment")
    let target = try state.account.charge(charge, field: "charge")
    let date = try context.bookingDate(field: "occurredAt", facts)
    let most = min(source.unappliedCents, target.patientOpenCents)
    let amount = amount ?? Money(cents: max(0, most))
    try requirePositive(amount, field: "amount")
    try requireAtMost(
      source.unappliedCents, amount, rule: "payment.overapplied", field: "amount",
      what: "left of payment \(payment)")
    let fact = try state.account.applied(amount.cents, of: source.received, to: target)
    return Decision(
      [.paymentApplied(fact)].proposed(to: patient, on: date),
      warnings: source.received.method.isHealthAccount
        ? HealthAccountRule(state).warnings(for: [charge.description]) : [])
  }
}

/// Takes a payment off a charge; it becomes the patient's credit.
public struct UnapplyPayment: Command {
  public static let name = "unapply-payment"
  public static let summary = "Takes a payment off a charge; it becomes the patient's credit."
  public static let help = ["amount": "all of it when left out"]
  public static let roles: Set<Role> = [.biller]

  public var payment: EntityID
  public var charge: EntityID
  public var amount: Money?

  public init(
    payment: EntityID, charge: EntityID, amount: Money? = nil
  ) {
    self.payment = payment
    self.charge = charge
    self.amount = amount
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let (patient, state) = try facts.holder(of: payment, .payment, field: "payment")
    _ = try context.requiredReason()
    _ = try state.account.payment(payment, field: "payment")
    let target = try state.account.charge(charge, field: "charge")
    let date = try context.bookingDate(field: "occurredAt", facts)
    let applied = target.applied[payment.description] ?? 0
    let amount = amount ?? Money(cents: applied)
    try requireAtMost(
      applied, amount, rule: "payment.notApplied", field: "amount",
      what: "of payment \(payment) applied to charge \(charge)")
    try requirePositive(amount, field: "amount")
    let fact = state.account.unapplied(
      amount.cents, of: payment.description, from: charge.description)
    return Decision([.paymentUnapplied(fact)].proposed(to: patient, on: date))
  }
}

/// The bank took a payment back.
public struct ReversePayment: Command {
  public static let name = "reverse-payment"
  public static let summary = "Records that the bank took a payment back, or that it never was."
  public static let roles: Set<Role> = [.biller]

  public var payment: EntityID
  public var reversedOn: CivilDate?

  public init(
    payment: EntityID, reversedOn: CivilDate? = nil
  ) {
    self.payment = payment
    self.reversedOn = reversedOn
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let (patient, state) = try facts.holder(of: payment, .payment, field: "payment")
    _ = try context.requiredReason()
    let source = try state.account.payment(payment, field: "payment")
    let date = try context.bookingDate(reversedOn, field: "reversedOn", facts)
    var fact = PaymentReversed()
    fact.payment = payment.description
    fact.reversedOn = date.compact
    fact.till = try till(of: source.received, facts)
    let unapplied = state.account.unapplyingFacts(ofPayment: payment.description)
    let corrects = try facts.origin(of: payment)
    // The bank does not ask what the money was used for, so this cannot be refused.
    let used = Money(
      cents: source.refundedCents &+ source.spentOnPackagesCents &+ source.transferredCents)
    return Decision(
      unapplied.proposed(to: patient, on: date)
        + [ProposedFact(patient, .paymentReversed(fact), effectiveOn: date, corrects: corrects)]
        + state.account.plansRestored(without: payment.description, on: date)
        .proposed(to: patient, on: date),
      warnings: used > .zero
        ? ["\(used) of it was refunded, spent or passed on; the patient owes that"] : [])
  }

  /// The till out of which cash is given back; none once the till of that day was closed, because its
  /// count has shown the difference.
  private func till(of payment: PaymentReceived, _ facts: some Facts) throws -> String {
    guard payment.method == .cash, !payment.till.isEmpty,
      let date = payment.receivedOn.civilDate
    else { return "" }
    return try TillDayCash(payment.till, on: date, facts).isClosed ? "" : payment.till
  }
}

/// Gives money back to a patient.
public struct RefundPayment: Command {
  public static let name = "refund-payment"
  public static let summary = "Gives back what is left of a payment, or takes it off charges first."
  public static let help = [
    "method": "that of the payment when left out",
    "till": "out of which cash is paid; that of the payment when left out",
  ]
  public static let roles: Set<Role> = [.biller]

  public var payment: EntityID
  public var amount: Money
  public var method: PaymentMethodChoice?
  public var till: String?
  public var refundedOn: CivilDate?
  public var refund: EntityID?

  public init(
    payment: EntityID, amount: Money, method: PaymentMethodChoice? = nil, till: String? = nil,
    refundedOn: CivilDate? = nil, refund: EntityID? = nil
  ) {
    self.payment = payment
    self.amount = amount
    self.method = method
    self.till = till
    self.refundedOn = refundedOn
    self.refund = refund
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let (patient, state) = try facts.holder(of: payment, .payment, field: "payment")
    let source = try state.account.payment(payment, field: "payment")
    let date = try context.bookingDate(refundedOn, field: "refundedOn", facts)
    try requirePositive(amount, field: "amount")
    let id = payment.description
    let applied = state.account.charges.values.reduce(0) { $0 &+ ($1.applied[id] ?? 0) }
    try requireAtMost(
      source.unappliedCents + applied, amount, rule: "refund.exceedsPayment", field: "amount",
      what: "left of payment \(payment)")
    var fact = RefundIssued()
    fact.refund = try context.id(.refund, refund).description
    try facts.requireUnused(fact.refund, field: "refund")
    fact.payment = id
    fact.amountCents = amount.cents
    fact.method = method?.method ?? source.received.method
    fact.refundedOn = date.compact
    guard !source.received.method.isHealthAccount || fact.method == source.received.method else {
      throw Refusal(
        rule: "refund.healthAccount", field: "method",
        problem: "the payment came from a health account",
        remedy: "refund it to the same account")
    }
    if fact.method == .cash { fact.till = try openTill(source.received, date, facts) }
    let short = amount.cents &- source.unappliedCents
    let unapplied = state.account.unapplyingFacts(ofPayment: id, upTo: max(0, short))
    return Decision((unapplied + [.refundIssued(fact)]).proposed(to: patient, on: date))
  }

  private func openTill(
    _ payment: PaymentReceived, _ date: CivilDate, _ facts: some Facts
  ) throws -> String {
    guard let till = till ?? (payment.till.isEmpty ? nil : payment.till) else { return "" }
    try requirePlain(till, in: "till", atMost: 40)
    try facts.requireOpen(till: till, on: date)
    return till
  }
}

extension AccountState {
  /// Takes a payment off its charges, the newest date of service first, up to an amount.
  func unapplyingFacts(ofPayment payment: String, upTo limit: Int64 = .max) -> [Fact] {
    var rest = limit
    let newestFirst = charges.values.filter { $0.applied[payment] != nil }
      .sorted { ($0.serviceOn, $0.charge) > ($1.serviceOn, $1.charge) }
    return newestFirst.compactMap { charge in
      let cents = min(charge.applied[payment] ?? 0, rest)
      guard cents > 0 else { return nil }
      rest -= cents
      return .paymentUnapplied(unapplied(cents, of: payment, from: charge.charge))
    }
  }
}
