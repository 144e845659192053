import PracticeEvents

/// Gives a patient's credit to another.
public struct TransferCredit: Command {
  public static let name = "transfer-credit"
  public static let summary = "Gives what is left of a payment to another patient."
  public static let help = [
    "to": "MRN or id of the other patient", "amount": "all that is left when left out",
    "asPayment": "identifier of the other patient's credit",
  ]
  public static let roles: Set<Role> = [.biller]

  public var payment: EntityID
  public var to: SubjectReference
  public var amount: Money?
  public var transferredOn: CivilDate?
  public var asPayment: EntityID?

  public init(
    payment: EntityID, to: SubjectReference, amount: Money? = nil,
    transferredOn: CivilDate? = nil, asPayment: EntityID? = nil
  ) {
    self.payment = payment
    self.to = to
    self.amount = amount
    self.transferredOn = transferredOn
    self.asPayment = asPayment
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let (patient, state) = try facts.holder(of: payment, .payment, field: "payment")
    _ = try context.requiredReason()
    let other = try facts.patientID(to)
    let source = try state.account.payment(payment, field: "payment")
    let date = try context.bookingDate(transferredOn, field: "transferredOn", facts)
    guard other != patient else {
      throw Refusal(
        rule: "transfer.samePatient", field: "to", problem: "it is this patient's already",
        remedy: "use apply-payment")
    }
    let amount = amount ?? Money(cents: max(0, source.unappliedCents))
    try requirePositive(amount, field: "amount")
    try requireAtMost(
      source.unappliedCents, amount, rule: "credit.exceeds", field: "amount",
      what: "left of payment \(payment)")
    var received = CreditTransferReceived()
    received.payment = try context.id(.payment, asPayment).description
    try facts.requireUnused(received.payment, field: "asPayment")
    received.amountCents = amount.cents
    received.receivedOn = date.compact
    received.method = source.received.method
    var given = CreditTransferred()
    given.payment = payment.description
    given.asPayment = received.payment
    given.amountCents = amount.cents
    given.transferredOn = date.compact
    return Decision(
      [
        ProposedFact(other, .creditTransferReceived(received), effectiveOn: date),
        ProposedFact(patient, .creditTransferred(given), effectiveOn: date),
      ],
      warnings: source.received.method.isHealthAccount
        ? ["a health account paid it: it covers its owner, spouse and dependents alone"] : [])
  }
}

/// Takes over what earlier books say of a patient.
public struct RecordOpeningBalance: Command {
  public static let name = "record-opening-balance"
  public static let summary = "Takes over what earlier books say that a patient owes or is owed."
  public static let help = [
    "patient": "MRN or id", "owes": "what the patient owed", "credit": "what the clinic held",
    "asOfOn": "the day of those books", "source": "the program or book they stand in",
  ]
  public static let roles: Set<Role> = [.biller]

  public var patient: SubjectReference
  public var owes: Money?
  public var credit: Money?
  public var asOfOn: CivilDate
  public var source: String
  public var charge: EntityID?
  public var payment: EntityID?

  public init(
    patient: SubjectReference, owes: Money? = nil, credit: Money? = nil, asOfOn: CivilDate,
    source: String, charge: EntityID? = nil, payment: EntityID? = nil
  ) {
    self.patient = patient
    self.owes = owes
    self.credit = credit
    self.asOfOn = asOfOn
    self.source = source
    self.charge = charge
    self.payment = payment
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let patient = try facts.patientID(patient)
    guard try !facts.patient(patient).account.hasOpeningBalance_p else {
      throw Refusal(
        rule: "opening.exists", field: "patient",
        problem: "the patient's opening balance is recorded",
        remedy: "correct it with write-off, refund-payment or a charge")
    }
    let date = try context.bookingDate(asOfOn, field: "asOfOn", facts)
    try require(source, in: "source", atMost: 120)
    guard owes != nil || credit != nil else {
      throw Refusal(
        rule: "opening.amount", field: "owes", problem: "neither side has an amount",
        remedy: "give what the patient owed, or what the clinic held")
    }
    var fact = OpeningBalanceRecorded()
    fact.asOfOn = date.compact
    fact.source = source
    if let owes {
      try requirePositive(owes, field: "owes")
      fact.charge = try context.id(.charge, charge).description
      try facts.requireUnused(fact.charge, field: "charge")
      fact.patientOwesCents = owes.cents
    }
    if let credit {
      try requirePositive(credit, field: "credit")
      fact.payment = try context.id(.payment, payment).description
      try facts.requireUnused(fact.payment, field: "payment")
      fact.creditCents = credit.cents
    }
    return Decision([.openingBalanceRecorded(fact)].proposed(to: patient, on: date))
  }
}
