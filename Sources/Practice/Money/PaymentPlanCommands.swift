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
    fact.instalments = rest.instalments(
      instalments, every: every ?? .month, from: firstDue, after: 0)
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
  public static let help = [
    "number": "the first that is not paid when left out",
    "amount": "what is due when left out; more shortens the plan from its end",
  ]
  public static let roles: Set<Role> = [.frontDesk, .biller]

  public var paymentPlan: EntityID
  public var number: Int?
  public var amount: Money?
  public var method: PaymentMethodChoice
  public var receivedOn: CivilDate?
  public var reference: String?
  public var payment: EntityID?

  public init(
    paymentPlan: EntityID, number: Int? = nil, amount: Money? = nil,
    method: PaymentMethodChoice, receivedOn: CivilDate? = nil, reference: String? = nil,
    payment: EntityID? = nil
  ) {
    self.paymentPlan = paymentPlan
    self.number = number
    self.amount = amount
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
    let amount = amount ?? Money(cents: instalment.amountCents)
    let rest = plan.unpaid.filter { $0.number != instalment.number }
    try check(amount, instalment, rest)
    let received = try PaymentTaken(
      amount: amount, method: method, reference: reference, id: payment
    ).fact(on: date, facts, &context)
    let applied = try state.account.applying(
      amount.cents, of: received, to: state.account.chargesOpen(to: received))
    var paid = InstalmentPaid()
    paid.paymentPlan = paymentPlan.description
    paid.number = instalment.number
    paid.payment = received.payment
    var facts: [Fact] = [.paymentReceived(received)] + applied + [.instalmentPaid(paid)]
    let extra = amount.cents &- instalment.amountCents
    let shortened = rest.shortened(by: extra)
    if extra > 0 {
      var amended = PaymentPlanAmended()
      amended.paymentPlan = paymentPlan.description
      amended.instalments = shortened
      amended.amendedOn = date.compact
      amended.payment = received.payment
      amended.extraCents = extra
      facts.append(.paymentPlanAmended(amended))
    }
    if shortened.isEmpty {
      var completed = PaymentPlanCompleted()
      completed.paymentPlan = paymentPlan.description
      completed.completedOn = date.compact
      facts.append(.paymentPlanCompleted(completed))
    }
    return Decision(facts.proposed(to: patient, on: date))
  }

  private func check(
    _ amount: Money, _ instalment: PaymentPlanAgreed.Instalment,
    _ rest: [PaymentPlanAgreed.Instalment]
  ) throws {
    guard amount.cents >= instalment.amountCents else {
      throw Refusal(
        rule: "plan.short", field: "amount",
        problem: "instalment \(instalment.number) is \(Money(cents: instalment.amountCents))",
        remedy: "take less with take-payment; the instalment stays due")
    }
    let whole = rest.reduce(instalment.amountCents) { $0 &+ $1.amountCents }
    try requireAtMost(
      whole, amount, rule: "plan.overpaid", field: "amount", what: "that the plan has left")
  }
}

/// Agrees anew on what is left of a plan.
public struct AmendPaymentPlan: Command {
  public static let name = "amend-payment-plan"
  public static let summary = "Splits what is left of a payment plan anew, also after a default."
  public static let help = [
    "instalments": "how many are still to come", "firstDue": "the others follow from this day",
    "every": "month when left out",
  ]
  public static let roles: Set<Role> = [.biller]

  public var paymentPlan: EntityID
  public var instalments: Int
  public var firstDue: CivilDate
  public var every: InstalmentRhythm?

  public init(
    paymentPlan: EntityID, instalments: Int, firstDue: CivilDate, every: InstalmentRhythm? = nil
  ) {
    self.paymentPlan = paymentPlan
    self.instalments = instalments
    self.firstDue = firstDue
    self.every = every
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let (patient, state) = try facts.holder(of: paymentPlan, .paymentPlan, field: "paymentPlan")
    _ = try context.requiredReason()
    let plan = try state.account.paymentPlan(paymentPlan, field: "paymentPlan")
    let left = plan.instalments.filter { plan.paid[$0.number] == nil }
    let sum = left.reduce(0) { $0 &+ $1.amountCents }
    guard sum > 0 else {
      throw Refusal(
        rule: "plan.instalment", field: "paymentPlan", problem: "the plan is paid up",
        remedy: "nothing is left to do")
    }
    guard (1...60).contains(instalments), sum >= Int64(instalments) else {
      throw Refusal(
        rule: "plan.instalments", field: "instalments",
        problem: "a plan has 1 to 60 instalments of at least a cent", remedy: "check the number")
    }
    guard firstDue >= context.today else {
      throw Refusal(
        rule: "plan.firstDue", field: "firstDue", problem: "it is due before the plan is amended",
        remedy: "give today or a later day")
    }
    var fact = PaymentPlanAmended()
    fact.paymentPlan = paymentPlan.description
    fact.amendedOn = context.today.compact
    fact.instalments = Money(cents: sum).instalments(
      instalments, every: every ?? .month, from: firstDue, after: plan.lastNumberPaid)
    return Decision([ProposedFact(patient, .paymentPlanAmended(fact))])
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
    var all: [Fact] = [.instalmentMissed(fact)]
    let misses = plan.missed.count + 1
    if misses >= max(1, try facts.clinic().rule("billing", "plan-default-misses", on: date)) {
      var defaulted = PaymentPlanDefaulted()
      defaulted.paymentPlan = paymentPlan.description
      defaulted.missed = Int32(clamping: misses)
      defaulted.leftCents = plan.unpaid.reduce(0) { $0 &+ $1.amountCents }
      defaulted.defaultedOn = date.compact
      all.append(.paymentPlanDefaulted(defaulted))
    }
    return Decision(
      all.proposed(to: patient, on: date),
      warnings: all.count > 1
        ? ["the plan is in default after \(misses) misses: all that is left is due now"] : [])
  }
}

extension Money {
  /// The amount in instalments that add up to it, numbered on from one, due from a day on.
  fileprivate func instalments(
    _ count: Int, every rhythm: InstalmentRhythm, from first: CivilDate, after number: Int32
  ) -> [PaymentPlanAgreed.Instalment] {
    split(into: count).enumerated().map { index, part in
      var instalment = PaymentPlanAgreed.Instalment()
      instalment.number = number &+ Int32(clamping: index + 1)
      instalment.dueOn = rhythm.date(index, from: first).compact
      instalment.amountCents = part.cents
      return instalment
    }
  }
}

extension [PaymentPlanAgreed.Instalment] {
  /// Less an amount that was paid beyond what was due, taken from the last ones.
  fileprivate func shortened(by extra: Int64) -> Self {
    var left = extra
    return Array(
      reversed().compactMap { instalment in
        let part = Swift.min(left, instalment.amountCents)
        left -= part
        guard part < instalment.amountCents else { return nil }
        var instalment = instalment
        instalment.amountCents -= part
        return instalment
      }.reversed())
  }
}

extension AccountState {
  /// What puts back the instalments that a payment had shortened, once the bank took it back: the
  /// extra is due with the last one again.
  func plansRestored(without payment: String, on date: CivilDate) -> [Fact] {
    paymentPlans.sorted { $0.key < $1.key }.compactMap { id, plan in
      let extra = plan.amendments.filter { $0.payment == payment }.reduce(0) { $0 &+ $1.extraCents }
      guard extra > 0 else { return nil }
      var left = plan.instalments.filter {
        plan.paid[$0.number] == nil || plan.paid[$0.number] == payment
      }
      guard let last = left.indices.last else { return nil }
      left[last].amountCents &+= extra
      var amended = PaymentPlanAmended()
      amended.paymentPlan = id
      amended.instalments = left
      amended.amendedOn = date.compact
      amended.payment = payment
      amended.extraCents = 0 &- extra
      return .paymentPlanAmended(amended)
    }
  }
}

extension AccountState.PaymentPlan {
  /// The first instalment that is not paid; nil when all are, or the plan is in default.
  public var nextInstalment: PaymentPlanAgreed.Instalment? { unpaid.first }

  /// What is still to be paid, in order of due dates; nothing in default.
  public var unpaid: [PaymentPlanAgreed.Instalment] {
    defaultedOn == 0 ? instalments.filter { paid[$0.number] == nil } : []
  }

  fileprivate var lastNumberPaid: Int32 { paid.keys.max() ?? 0 }

  fileprivate func unpaid(_ number: Int?) throws -> PaymentPlanAgreed.Instalment {
    let found =
      if let number {
        unpaid.first { Int($0.number) == number }
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
