import PracticeEvents

/// How often an instalment is due.
public enum InstalmentRhythm: String, WordChoice {
  case week, twoWeeks, month

  /// Counted from the first due date, so that the 31st comes back after a short month.
  func date(_ index: Int, from first: CivilDate) -> CivilDate {
    switch self {
    case .week: first.adding(days: 7 * index)
    case .twoWeeks: first.adding(days: 14 * index)
    case .month: first.adding(months: index)
    }
  }
}

/// Lets a patient pay what is owed in parts.
public struct AgreePaymentPlan: Command {
  public static let name = "agree-payment-plan"
  public static let summary = "Records an agreement to pay a balance in instalments."
  public static let help = [
    "patient": "MRN or id", "balance": "all that the patient owes when left out",
    "downPayment": "paid at once, with take-payment", "instalments": "how many, without it",
    "firstDue": "the others follow from this day", "every": "month when left out",
  ]
  public static let roles: Set<Role> = [.frontDesk, .biller]

  public var patient: SubjectReference
  public var balance: Money?
  public var downPayment: Money?
  public var instalments: Int
  public var firstDue: CivilDate
  public var every: InstalmentRhythm?
  public var agreedOn: CivilDate?
  public var paymentPlan: EntityID?

  public init(
    patient: SubjectReference, balance: Money? = nil, downPayment: Money? = nil, instalments: Int,
    firstDue: CivilDate, every: InstalmentRhythm? = nil, agreedOn: CivilDate? = nil,
    paymentPlan: EntityID? = nil
  ) {
    self.patient = patient
    self.balance = balance
    self.downPayment = downPayment
    self.instalments = instalments
    self.firstDue = firstDue
    self.every = every
    self.agreedOn = agreedOn
    self.paymentPlan = paymentPlan
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let patient = try facts.patientID(patient)
    let account = try facts.patient(patient).account
    let date = try context.bookingDate(agreedOn, field: "agreedOn", facts)
    let owed = account.receivableCents.patient
    let balance = balance ?? Money(cents: owed)
    try requireAtMost(
      owed, balance, rule: "plan.balance", field: "balance", what: "that the patient owes")
    try requirePositive(balance, field: "balance")
    let rest = balance - (downPayment ?? .zero)
    try check(rest, account, date)
    var fact = PaymentPlanAgreed()
    fact.paymentPlan = try context.id(.paymentPlan, paymentPlan).description
    try facts.requireUnused(fact.paymentPlan, field: "paymentPlan")
    fact.balanceCents = balance.cents
    fact.downPaymentCents = downPayment?.cents ?? 0
    fact.agreedOn = date.compact
    fact.instalments = rest.split(into: instalments).enumerated().map { index, part in
      var instalment = PaymentPlanAgreed.Instalment()
      instalment.number = Int32(index + 1)
      instalment.dueOn = (every ?? .month).date(index, from: firstDue).compact
      instalment.amountCents = part.cents
      return instalment
    }
    return Decision(
      [.paymentPlanAgreed(fact)].proposed(to: patient, on: date),
      warnings: instalments > 4
        ? ["more than 4 instalments may call for Truth in Lending disclosures (12 CFR 1026.2)"]
        : [])
  }

  private func check(_ rest: Money, _ account: AccountState, _ date: CivilDate) throws {
    guard (1...60).contains(instalments), rest.cents >= Int64(instalments) else {
      throw Refusal(
        rule: "plan.instalments", field: "instalments",
        problem: "a plan has 1 to 60 instalments of at least a cent after the down payment",
        remedy: "check instalments and downPayment")
    }
    guard (downPayment ?? .zero) >= .zero else {
      throw Refusal(
        rule: "plan.downPayment", field: "downPayment", problem: "it is less than 0.00",
        remedy: "give 0.00 or more")
    }
    guard firstDue >= date else {
      throw Refusal(
        rule: "plan.firstDue", field: "firstDue", problem: "it is due before the plan is agreed",
        remedy: "give the day of the agreement or a later one")
    }
    guard let running = account.paymentPlans.first(where: { $1.nextInstalment != nil })?.key else {
      return
    }
    throw Refusal(
      rule: "plan.exists", field: "patient", problem: "plan \(running) is not paid up",
      remedy: "let the patient finish it first")
  }
}

/// Takes the payment of an instalment.
public struct PayInstalment: Command {
  public static let name = "pay-instalment"
  public static let summary = "Takes an instalment of a payment plan for the oldest open charges."
  public static let help = ["number": "the first that is not paid when left out"]
  public static let roles: Set<Role> = [.frontDesk, .biller]

  public var paymentPlan: EntityID
  public var number: Int?
  public var method: PaymentMethodChoice
  public var receivedOn: CivilDate?
  public var reference: String?
  public var payment: EntityID?

  public init(
    paymentPlan: EntityID, number: Int? = nil, method: PaymentMethodChoice,
    receivedOn: CivilDate? = nil, reference: String? = nil, payment: EntityID? = nil
  ) {
    self.paymentPlan = paymentPlan
    self.number = number
    self.method = method
    self.receivedOn = receivedOn
    self.reference = reference
    self.payment = payment
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let (patient, state) = try facts.holder(of: paymentPlan, .paymentPlan, field: "paymentPlan")
    let plan = try state.account.paymentPlan(paymentPlan, field: "paymentPlan")
    let date = try context.bookingDate(receivedOn, field: "receivedOn", facts)
    let instalment = try plan.unpaid(number)
    let received = try PaymentTaken(
      amount: Money(cents: instalment.amountCents), method: method, reference: reference,
      id: payment
    ).fact(on: date, facts, &context)
    let applied = try state.account.applying(
      instalment.amountCents, of: received, to: state.account.chargesOpen(to: received))
    var paid = InstalmentPaid()
    paid.paymentPlan = paymentPlan.description
    paid.number = instalment.number
    paid.payment = received.payment
    return Decision(
      ([.paymentReceived(received)] + applied + [.instalmentPaid(paid)])
        .proposed(to: patient, on: date))
  }
}

/// Notes that an instalment did not come.
public struct RecordMissedInstalment: Command {
  public static let name = "record-missed-instalment"
  public static let summary = "Notes that an instalment was not paid within the days of grace."
  public static let help = ["number": "the first that is not paid when left out"]
  public static let roles: Set<Role> = [.biller]

  public var paymentPlan: EntityID
  public var number: Int?
  public var missedOn: CivilDate?

  public init(
    paymentPlan: EntityID, number: Int? = nil, missedOn: CivilDate? = nil
  ) {
    self.paymentPlan = paymentPlan
    self.number = number
    self.missedOn = missedOn
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let (patient, state) = try facts.holder(of: paymentPlan, .paymentPlan, field: "paymentPlan")
    let plan = try state.account.paymentPlan(paymentPlan, field: "paymentPlan")
    let date = try context.bookingDate(missedOn, field: "missedOn", facts)
    let instalment = try plan.unpaid(number)
    guard !plan.missed.contains(instalment.number) else {
      throw Refusal(
        rule: "plan.missed", field: "number", problem: "it is noted as missed already",
        remedy: "nothing is left to do")
    }
    let grace = try facts.clinic().rule("billing", "instalment-grace-days", on: date)
    let last = try CivilDate(compact: instalment.dueOn).adding(days: grace)
    guard date > last else {
      throw Refusal(
        rule: "plan.grace", field: "missedOn",
        problem: "the patient has until \(last) to pay it", remedy: "wait until the day after")
    }
    var fact = InstalmentMissed()
    fact.paymentPlan = paymentPlan.description
    fact.number = instalment.number
    fact.missedOn = date.compact
    return Decision([.instalmentMissed(fact)].proposed(to: patient, on: date))
  }
}

extension AccountState.PaymentPlan {
  /// The first instalment that is not paid; nil when all are.
  public var nextInstalment: PaymentPlanAgreed.Instalment? {
    agreed.instalments.first { paid[$0.number] == nil }
  }

  fileprivate func unpaid(_ number: Int?) throws -> PaymentPlanAgreed.Instalment {
    let found =
      if let number {
        agreed.instalments.first { Int($0.number) == number && paid[$0.number] == nil }
      } else {
        nextInstalment
      }
    guard let found else {
      throw Refusal(
        rule: "plan.instalment", field: "number",
        problem: "the plan has no such instalment that is not paid",
        remedy: "leave number out for the next one")
    }
    return found
  }
}
