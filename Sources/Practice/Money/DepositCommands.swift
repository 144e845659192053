import PracticeEvents

/// Money that the clinic held came to the bank.
public struct MakeDeposit: Command {
  public static let name = "make-deposit"
  public static let summary = "Records what was deposited, or what a card processor paid out."
  public static let help = [
    "cash": "out of the till that till names", "checks": "payments, each a check not deposited yet",
    "cards": "before the processor's fee", "healthAccounts": "HSA and FSA cards, before the fee",
    "paymentService": "Venmo and the like, before the fee",
    "reference": "as on the bank's statement",
  ]
  public static let roles: Set<Role> = [.frontDesk, .biller]

  public var cash: Money?
  public var till: String?
  public var checks: [EntityID]?
  public var cards: Money?
  public var cardFee: Money?
  public var healthAccounts: Money?
  public var healthAccountFee: Money?
  public var paymentService: Money?
  public var paymentServiceFee: Money?
  public var depositedOn: CivilDate?
  public var reference: String?
  public var deposit: EntityID?

  public init(
    cash: Money? = nil, till: String? = nil, checks: [EntityID]? = nil, cards: Money? = nil,
    cardFee: Money? = nil, healthAccounts: Money? = nil, healthAccountFee: Money? = nil,
    paymentService: Money? = nil, paymentServiceFee: Money? = nil, depositedOn: CivilDate? = nil,
    reference: String? = nil, deposit: EntityID? = nil
  ) {
    self.cash = cash
    self.till = till
    self.checks = checks
    self.cards = cards
    self.cardFee = cardFee
    self.healthAccounts = healthAccounts
    self.healthAccountFee = healthAccountFee
    self.paymentService = paymentService
    self.paymentServiceFee = paymentServiceFee
    self.depositedOn = depositedOn
    self.reference = reference
    self.deposit = deposit
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let date = try context.bookingDate(depositedOn, field: "depositedOn", facts)
    if let reference { try require(reference, in: "reference", atMost: 60) }
    var fact = DepositMade()
    fact.deposit = try context.id(.deposit, deposit).description
    try facts.requireUnused(fact.deposit, field: "deposit")
    fact.depositedOn = date.compact
    fact.reference = reference ?? ""
    fact.parts =
      try cashPart(facts) + checkPart(facts)
      + settlement(.cards, cards, cardFee, "cards")
      + settlement(.healthAccounts, healthAccounts, healthAccountFee, "healthAccounts")
      + settlement(.paymentService, paymentService, paymentServiceFee, "paymentService")
    guard !fact.parts.isEmpty else {
      throw Refusal(
        rule: "deposit.empty", problem: "nothing is deposited",
        remedy: "give cash with its till, checks, cards, healthAccounts or paymentService")
    }
    return Decision([.depositMade(fact)].proposed(to: .books, on: date))
  }

  private func cashPart(_ facts: some Facts) throws -> [DepositMade.Part] {
    guard let cash else { return [] }
    try requirePositive(cash, field: "cash")
    guard let till else {
      throw Refusal(
        rule: "deposit.till", field: "till", problem: "cash comes out of a till",
        remedy: "name the till")
    }
    try requirePlain(till, in: "till", atMost: 40)
    let state = try TillState(till, facts)
    if state.isKnown {
      try requireAtMost(
        try facts.cash(in: till, state), cash, rule: "deposit.exceedsTill", field: "cash",
        what: "that till \(till) holds")
    }
    var part = DepositMade.Part()
    part.source = .cash
    part.amountCents = cash.cents
    part.till = till
    return [part]
  }

  private func checkPart(_ facts: some Facts) throws -> [DepositMade.Part] {
    guard let checks, !checks.isEmpty else { return [] }
    guard checks.count <= Self.mostChecks, Set(checks).count == checks.count else {
      throw Refusal(
        rule: "deposit.checks", field: "checks",
        problem: "a deposit lists up to \(Self.mostChecks) checks, each once",
        remedy: "record the rest as another deposit")
    }
    var part = DepositMade.Part()
    part.source = .checks
    for check in checks {
      let (_, state) = try facts.holder(of: check, .payment, field: "checks")
      let payment = try state.account.payment(check, field: "checks")
      guard payment.received.method == .check else {
        throw Refusal(
          rule: "deposit.notACheck", field: "checks", problem: "payment \(check) was no check",
          remedy: "list checks only; card payments come with the processor's payout")
      }
      if let earlier = try facts.deposit(of: check) {
        throw Refusal(
          rule: "deposit.deposited", field: "checks",
          problem: "payment \(check) was deposited with \(earlier)",
          remedy: "leave it out, or reverse that deposit first")
      }
      part.payments.append(check.description)
      part.amountCents &+= payment.received.amountCents
    }
    return [part]
  }

  private func settlement(
    _ source: DepositSource, _ amount: Money?, _ fee: Money?, _ field: String
  ) throws -> [DepositMade.Part] {
    guard let amount else { return [] }
    try requirePositive(amount, field: field)
    let fee = fee ?? .zero
    guard fee >= .zero, fee < amount else {
      throw Refusal(
        rule: "deposit.fee", field: field, problem: "the fee is a part of the amount",
        remedy: "give the amount before the fee")
    }
    var part = DepositMade.Part()
    part.source = source
    part.amountCents = amount.cents
    part.feeCents = fee.cents
    return [part]
  }

  /// An event has room for so many tags.
  private static let mostChecks = 25
}

extension Facts {
  /// What a till should hold now.
  fileprivate func cash(in till: String, _ state: TillState) throws -> Int64 {
    guard let date = state.openOn.flatMap(\.civilDate) else {
      return state.carried
    }
    let day = try TillDayCash(till, on: date, self)
    return state.float &+ day.received &- day.paidOut &- state.deposited
  }

  /// The deposit that a check is on, if it stands.
  fileprivate func deposit(of check: EntityID) throws -> String? {
    var deposit: String?
    for recorded in try history(tagged: .entity(check)) {
      switch recorded.event.fact {
      case .depositMade(let fact): deposit = fact.deposit
      case .depositReversed: deposit = nil
      default: break
      }
    }
    return deposit
  }
}

/// A deposit was not made, or not so.
public struct ReverseDeposit: Command {
  public static let name = "reverse-deposit"
  public static let summary = "Takes a deposit back that was not made, or not so."
  public static let roles: Set<Role> = [.biller]

  public var deposit: EntityID
  public var reversedOn: CivilDate?

  public init(deposit: EntityID, reversedOn: CivilDate? = nil) {
    self.deposit = deposit
    self.reversedOn = reversedOn
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    _ = try context.requiredReason()
    let date = try context.bookingDate(reversedOn, field: "reversedOn", facts)
    guard deposit.kind == .deposit else {
      throw Refusal(
        rule: "identifier.kind", field: "deposit", problem: "\(deposit) does not name a deposit",
        remedy: "give an identifier that begins with dep-")
    }
    let history = try facts.history(tagged: .entity(deposit))
    guard let origin = history.first, case .depositMade(let made) = origin.event.fact else {
      throw Refusal(
        rule: "reference.unknown", field: "deposit", problem: "there is no deposit \(deposit)",
        remedy: "check the identifier; the report cash.deposits lists them")
    }
    guard history.count == 1 else {
      throw Refusal(
        rule: "deposit.reversed", field: "deposit", problem: "\(deposit) was reversed already",
        remedy: "nothing is left to do", evidence: history.dropFirst().map(\.eventID))
    }
    var fact = DepositReversed()
    fact.deposit = deposit.description
    fact.reversedOn = date.compact
    fact.parts = made.parts
    return Decision(
      [.depositReversed(fact)].proposed(to: .books, on: date, corrects: origin.eventID))
  }
}

/// Notes which journal an accountant was given.
public struct RecordJournalExport: Command {
  public static let name = "record-journal-export"
  public static let summary = "Notes that the journal of some days went to an accountant."
  public static let help = [
    "format": "beancount or csv", "sha256": "of the file's bytes",
    "asOf": "the last position of the log that was in it",
  ]
  public static let roles: Set<Role> = [.biller, .auditor]

  public var from: CivilDate
  public var through: CivilDate
  public var format: JournalFormatChoice
  public var sha256: FileHash
  public var asOf: Int
  public var entries: Int

  public init(
    from: CivilDate, through: CivilDate, format: JournalFormatChoice, sha256: FileHash, asOf: Int,
    entries: Int
  ) {
    self.from = from
    self.through = through
    self.format = format
    self.sha256 = sha256
    self.asOf = asOf
    self.entries = entries
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    guard from <= through, asOf >= 0, entries >= 0 else {
      throw Refusal(
        rule: "journal.range", field: "through", problem: "the days or counts are out of order",
        remedy: "check from, through, asOf and entries")
    }
    var fact = JournalExported()
    fact.fromOn = from.compact
    fact.throughOn = through.compact
    fact.format = format.rawValue
    fact.sha256 = sha256.bytes
    fact.asOf = UInt64(clamping: asOf)
    fact.entries = Int64(clamping: entries)
    return Decision([.journalExported(fact)].proposed(to: .books, on: context.today))
  }
}

public enum JournalFormatChoice: String, WordChoice { case beancount, csv }
