import PracticeEvents

/// Lets a package be used longer.
public struct ExtendPackage: Command {
  public static let name = "extend-package"
  public static let summary = "Gives a package a later last day, also after it expired."
  public static let help = ["expiresOn": "the new last day"]
  public static let roles: Set<Role> = [.biller]

  public var package: EntityID
  public var expiresOn: CivilDate

  public init(package: EntityID, expiresOn: CivilDate) {
    self.package = package
    self.expiresOn = expiresOn
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let (patient, state) = try facts.holder(of: package, .package, field: "package")
    _ = try context.requiredReason()
    let bought = try state.account.packageWithSessions(package)
    guard bought.lastDay != 0, expiresOn.compact > bought.lastDay else {
      throw Refusal(
        rule: "package.extension", field: "expiresOn",
        problem: bought.lastDay == 0 ? "the package never expires" : "it is not later than before",
        remedy: "give a day after the last one")
    }
    var fact = PackageExtended()
    fact.package = package.description
    fact.expiresOn = expiresOn.compact
    fact.extendedOn = context.today.compact
    return Decision([ProposedFact(patient, .packageExtended(fact))])
  }
}

/// Pays back what is left of a package.
public struct RefundPackage: Command {
  public static let name = "refund-package"
  public static let summary = "Pays back the sessions left of a package, by the policy of its sale."
  public static let help = ["method": "that of the purchase when left out"]
  public static let roles: Set<Role> = [.biller]

  public var package: EntityID
  public var method: PaymentMethodChoice?
  public var refundedOn: CivilDate?
  public var refund: EntityID?

  public init(
    package: EntityID, method: PaymentMethodChoice? = nil, refundedOn: CivilDate? = nil,
    refund: EntityID? = nil
  ) {
    self.package = package
    self.method = method
    self.refundedOn = refundedOn
    self.refund = refund
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let (patient, state) = try facts.holder(of: package, .package, field: "package")
    _ = try context.requiredReason()
    let bought = try state.account.packageWithSessions(package)
    let date = try context.bookingDate(refundedOn, field: "refundedOn", facts)
    try bought.requireInForce(on: date)
    let value = bought.refundValue
    var fact = PackageRefunded()
    fact.package = package.description
    fact.refund = try context.id(.refund, refund).description
    try facts.requireUnused(fact.refund, field: "refund")
    fact.payment = bought.sold.payment
    fact.sessions = Int32(clamping: bought.valuesLeft.count)
    fact.amountCents = value.paid
    fact.forfeitedCents = value.forfeited
    fact.refundedOn = date.compact
    let paidBy = try purchaseMethod(bought, state.account)
    fact.method = method?.method ?? paidBy
    guard !paidBy.isHealthAccount || fact.method == paidBy else {
      throw Refusal(
        rule: "refund.healthAccount", field: "method",
        problem: "the package was paid from a health account",
        remedy: "refund it to the same account")
    }
    if fact.method == .cash { fact.till = try till(bought, state.account, date, facts) }
    return Decision([.packageRefunded(fact)].proposed(to: patient, on: date))
  }

  /// The till of the purchase, which must be open.
  private func till(
    _ bought: AccountState.Package, _ account: AccountState, _ date: CivilDate, _ facts: some Facts
  ) throws -> String {
    let till = account.payments[bought.sold.payment]?.received.till ?? ""
    if !till.isEmpty { try facts.requireOpen(till: till, on: date) }
    return till
  }

  private func purchaseMethod(
    _ bought: AccountState.Package, _ account: AccountState
  ) throws -> PaymentMethod {
    guard !bought.isTransferred else { return bought.method }
    return try account.payment(EntityID(bought.sold.payment), field: "package").received.method
  }
}

/// Makes what is left of an expired package the clinic's.
public struct RecognizeBreakage: Command {
  public static let name = "recognize-breakage"
  public static let summary = "Makes what is left of an expired package the clinic's own revenue."
  public static let roles: Set<Role> = [.biller]

  public var package: EntityID
  public var recognizedOn: CivilDate?

  public init(package: EntityID, recognizedOn: CivilDate? = nil) {
    self.package = package
    self.recognizedOn = recognizedOn
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let (patient, state) = try facts.holder(of: package, .package, field: "package")
    let bought = try state.account.packageWithSessions(package)
    let date = try context.bookingDate(recognizedOn, field: "recognizedOn", facts)
    guard bought.lastDay != 0, bought.lastDay < date.compact else {
      throw Refusal(
        rule: "package.notExpired", field: "package",
        problem: "package \(package) can still be used on \(date)",
        remedy: "wait until it has expired, or refund it")
    }
    guard try facts.clinic().rule("billing", "package-breakage-allowed", on: date) == 1 else {
      throw Refusal(
        rule: "package.breakage", field: "package",
        problem: "the clinic's rules do not let it keep money for sessions that nobody used",
        remedy: "ask an accountant about unclaimed property; then publish the rule "
          + "billing package-breakage-allowed 1 with its source")
    }
    var fact = BreakageRecognized()
    fact.package = package.description
    fact.sessions = Int32(clamping: bought.valuesLeft.count)
    fact.amountCents = bought.valueLeftCents
    fact.recognizedOn = date.compact
    return Decision([.breakageRecognized(fact)].proposed(to: patient, on: date))
  }
}

/// Passes prepaid sessions on.
public struct TransferPackage: Command {
  public static let name = "transfer-package"
  public static let summary =
    "Passes prepaid sessions on to another patient, at what they are worth."
  public static let help = [
    "to": "MRN or id of the other patient", "sessions": "all that are left when left out",
    "asPackage": "identifier of the other patient's package",
  ]
  public static let roles: Set<Role> = [.biller]

  public var package: EntityID
  public var to: SubjectReference
  public var sessions: Int?
  public var transferredOn: CivilDate?
  public var asPackage: EntityID?

  public init(
    package: EntityID, to: SubjectReference, sessions: Int? = nil,
    transferredOn: CivilDate? = nil, asPackage: EntityID? = nil
  ) {
    self.package = package
    self.to = to
    self.sessions = sessions
    self.transferredOn = transferredOn
    self.asPackage = asPackage
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let (patient, state) = try facts.holder(of: package, .package, field: "package")
    let other = try facts.patientID(to)
    let bought = try state.account.packageWithSessions(package)
    let date = try context.bookingDate(transferredOn, field: "transferredOn", facts)
    try bought.requireInForce(on: date)
    guard bought.sold.transferable else {
      throw Refusal(
        rule: "package.notTransferable", field: "package",
        problem: "package \(package) was sold for this patient alone",
        remedy: "refund it, and sell the other patient one")
    }
    guard other != patient else {
      throw Refusal(
        rule: "transfer.samePatient", field: "to", problem: "it is this patient's already",
        remedy: "name the patient who is to have it")
    }
    let left = bought.valuesLeft
    let count = sessions ?? left.count
    guard (1...left.count).contains(count) else {
      throw Refusal(
        rule: "package.transfer", field: "sessions",
        problem: "package \(package) has \(left.count) sessions left",
        remedy: "give 1 to \(left.count)")
    }
    var received = PackageTransferReceived()
    received.package = try context.id(.package, asPackage).description
    try facts.requireUnused(received.package, field: "asPackage")
    received.name = bought.sold.name
    received.service = bought.sold.service
    received.sessions = Int32(clamping: count)
    received.valueCents = left.suffix(count).reduce(0, &+)
    received.receivedOn = date.compact
    received.expiresOn = bought.lastDay
    received.listUnitCents = bought.sold.listUnitCents
    received.refundPolicy = bought.sold.refundPolicy
    received.transferable = bought.sold.transferable
    received.method =
      bought.isTransferred
      ? bought.method : state.account.payments[bought.sold.payment]?.received.method ?? .unspecified
    var given = PackageTransferred()
    given.package = package.description
    given.asPackage = received.package
    given.sessions = received.sessions
    given.valueCents = received.valueCents
    given.transferredOn = date.compact
    return Decision(
      [
        ProposedFact(other, .packageTransferReceived(received), effectiveOn: date),
        ProposedFact(patient, .packageTransferred(given), effectiveOn: date),
      ],
      warnings: received.method.isHealthAccount
        ? ["a health account paid for it: it covers its owner, spouse and dependents alone"] : [])
  }
}

extension AccountState {
  /// A package with at least one session left.
  fileprivate func packageWithSessions(_ id: EntityID) throws -> Package {
    let package = try package(id, field: "package")
    guard !package.valuesLeft.isEmpty else {
      throw Refusal(
        rule: "package.usedUp", field: "package", problem: "package \(id) has no sessions left",
        remedy: "nothing is left to do")
    }
    return package
  }
}

extension AccountState.Package {
  fileprivate func requireInForce(on date: CivilDate) throws {
    guard lastDay == 0 || date.compact <= lastDay else {
      throw Refusal(
        rule: "package.expired", field: "package",
        problem: "package \(sold.package) expired before \(date)",
        remedy: "extend it first with extend-package, or recognize the breakage")
    }
  }

  /// What the sessions left are paid back with, in cents, and what the clinic keeps of their value:
  /// 900.00 for 10 after 4 is 540.00 pro rata; by the list price of 100.00 it is 500.00, and 40.00
  /// is kept.
  public var refundValue: (paid: Int64, forfeited: Int64) {
    let left = valueLeftCents
    guard sold.refundPolicy == .listPrice else { return (left, 0) }
    let used = Money(cents: sold.listUnitCents).times(redeemed.count)
    let rest = Money(cents: sold.priceCents &- transferredCents) - used
    let paid = min(max(0, rest.cents), left)
    return (paid, left &- paid)
  }
}
