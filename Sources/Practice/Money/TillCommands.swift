import PracticeEvents

/// Begins the day at a till.
public struct OpenTill: Command {
  public static let name = "open-till"
  public static let summary = "Begins the day at a till with the cash that is counted in it."
  public static let help = [
    "till": "its name, e.g. desk", "float": "what was counted, e.g. 200.00",
    "brought": "of it, change fetched from the bank",
  ]
  public static let roles: Set<Role> = [.frontDesk, .biller]

  public var till: String
  public var float: Money
  public var brought: Money?
  public var openedOn: CivilDate?

  public init(till: String, float: Money, brought: Money? = nil, openedOn: CivilDate? = nil) {
    self.till = till
    self.float = float
    self.brought = brought
    self.openedOn = openedOn
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    try requirePlain(till, in: "till", atMost: 40)
    let date = try context.bookingDate(openedOn, field: "openedOn", facts)
    let state = try TillState(till, facts)
    guard state.openOn == nil, date.compact > state.closedOn else {
      throw Refusal(
        rule: state.openOn == nil ? "till.closed" : "till.open", field: "till",
        problem: state.openOn == nil
          ? "till \(till) was closed on \(state.closedOn)" : "till \(till) is open already",
        remedy: state.openOn == nil
          ? "open it on a later day, or name another till" : "close it first, with close-till")
    }
    let brought = brought ?? .zero
    guard float >= .zero, brought >= .zero, brought <= float else {
      throw Refusal(
        rule: "till.amount", field: "float",
        problem: "what is counted is 0.00 or more, and what was brought is a part of it",
        remedy: "check both amounts")
    }
    var fact = TillOpened()
    fact.till = till
    fact.openedOn = date.compact
    fact.carriedCents = state.carried
    fact.broughtCents = brought.cents
    fact.floatCents = float.cents
    let difference = Money(cents: fact.floatCents &- fact.carriedCents &- fact.broughtCents)
    return Decision(
      [.tillOpened(fact)].proposed(to: .books, on: date),
      warnings: difference == .zero
        ? [] : ["it should hold \((float - difference)); \(difference.overOrShort)"])
  }
}

/// A bill or coin, and how many there are.
public struct CashDenomination: Codable, Sendable {
  public var value: Money
  public var count: Int

  public init(value: Money, count: Int) {
    self.value = value
    self.count = count
  }
}

/// Counts the cash in a till.
public struct CountTill: Command {
  public static let name = "count-till"
  public static let summary = "Records the cash in a till, counted by denomination."
  public static let help = ["denominations": #"e.g. {"value": "20.00", "count": 7}"#]
  public static let roles: Set<Role> = [.frontDesk, .biller]

  public var till: String
  public var denominations: [CashDenomination]

  public init(till: String, denominations: [CashDenomination]) {
    self.till = till
    self.denominations = denominations
  }

  /// What cash comes in, in cents (31 U.S.C. 5112, 5115).
  private static let values: Set<Int64> = [
    1, 5, 10, 25, 50, 100, 200, 500, 10_00, 20_00, 50_00, 100_00,
  ]

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    try requirePlain(till, in: "till", atMost: 40)
    let date = try facts.openDay(of: TillState(till, facts), till)
    guard !denominations.isEmpty,
      denominations.allSatisfy({
        Self.values.contains($0.value.cents) && (0...100_000).contains($0.count)
      }), Set(denominations.map(\.value)).count == denominations.count
    else {
      throw Refusal(
        rule: "till.denomination", field: "denominations",
        problem: "each denomination is a bill or coin of US money, listed once with a count",
        remedy: "list bills from 1.00 to 100.00 and coins from 0.01 to 1.00")
    }
    var fact = TillCounted()
    fact.till = till
    fact.countedOn = date.compact
    fact.denominations = denominations.map { denomination in
      var row = TillCounted.Denomination()
      row.valueCents = denomination.value.cents
      row.count = Int32(clamping: denomination.count)
      return row
    }
    fact.totalCents = denominations.map { $0.value.times($0.count) }.reduce(.zero, +).cents
    return Decision([.tillCounted(fact)].proposed(to: .books, on: date))
  }
}

/// Ends the day at a till.
public struct CloseTill: Command {
  public static let name = "close-till"
  public static let summary = "Ends the day at a till: what should be in it, and what is."
  public static let help = ["counted": "the last count of the day when left out"]
  public static let roles: Set<Role> = [.frontDesk, .biller]

  public var till: String
  public var counted: Money?

  public init(till: String, counted: Money? = nil) {
    self.till = till
    self.counted = counted
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    try requirePlain(till, in: "till", atMost: 40)
    let state = try TillState(till, facts)
    let date = try facts.openDay(of: state, till)
    let cash = try TillDayCash(till, on: date, facts)
    guard let counted = counted?.cents ?? cash.counted, counted >= 0 else {
      throw Refusal(
        rule: "till.notCounted", field: "counted",
        problem: "nobody has counted till \(till) on \(date)",
        remedy: "record count-till, or give what was counted")
    }
    var fact = TillClosed()
    fact.till = till
    fact.closedOn = date.compact
    fact.floatCents = state.float
    fact.receivedCents = cash.received
    fact.paidOutCents = cash.paidOut
    fact.depositedCents = state.deposited
    fact.expectedCents = state.float &+ cash.received &- cash.paidOut &- state.deposited
    fact.countedCents = counted
    let difference = Money(cents: counted &- fact.expectedCents)
    return Decision(
      [.tillClosed(fact)].proposed(to: .books, on: date),
      warnings: difference == .zero ? [] : ["till \(till) is \(difference.overOrShort)"])
  }
}

extension Facts {
  fileprivate func openDay(of state: TillState, _ till: String) throws -> CivilDate {
    guard let date = state.openOn.flatMap(\.civilDate) else {
      throw Refusal(
        rule: "till.notOpen", field: "till", problem: "till \(till) is not open",
        remedy: "open it with open-till")
    }
    return date
  }
}

extension Money {
  fileprivate var overOrShort: String { "\(magnitude) \(cents < 0 ? "short" : "over")" }
}
