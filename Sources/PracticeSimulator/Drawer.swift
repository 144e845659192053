import Practice
import PracticeEvents

/// The cash drawer and the checks at the desk, and what card processors have not paid out yet.
struct Drawer: Sendable {
  /// Its own, so that the rest of the history does not depend on what happens at the drawer.
  var random: SeededRandom
  var isOpen = false
  /// What it holds, in cents.
  var cash: Int64 = 0
  var checks: [EntityID] = []
  /// Before fees, in cents.
  var cards: Int64 = 0
  var healthAccounts: Int64 = 0

  /// The till that a payment names.
  var till: String? { isOpen ? "desk" : nil }

  /// What stays in the drawer overnight.
  static let float: Int64 = 150_00
}

extension World {
  /// Counts what is there in the morning; lacking change is fetched from the bank.
  mutating func openTill() throws {
    let brought = max(0, Drawer.float - drawer.cash)
    let facts = try giveAtDrawer(
      OpenTill(
        till: "desk", float: Money(cents: drawer.cash + brought), brought: Money(cents: brought)))
    guard facts != nil else { return }
    drawer.cash += brought
    drawer.isOpen = true
  }

  /// Counts in the evening; now and then a coin is missing. Fridays the drawer is emptied down to its
  /// float, checks go to the bank, and the processors pay out.
  mutating func closeTill() throws {
    guard drawer.isOpen else { return }
    let missing = drawer.random.chance(0.03) ? Int64(drawer.random.int(1...12)) * 25 : 0
    let counted = max(0, drawer.cash - missing)
    let facts = try giveAtDrawer(CloseTill(till: "desk", counted: Money(cents: counted)))
    guard facts != nil else { return }
    drawer.cash = counted
    drawer.isOpen = false
    if today.weekday == .friday { try depositWeek() }
  }

  private mutating func depositWeek() throws {
    let cash = drawer.cash - Drawer.float
    let checks = Array(drawer.checks.prefix(20))
    if cash > 0 || !checks.isEmpty {
      let facts = try giveAtDrawer(
        MakeDeposit(
          cash: cash > 0 ? Money(cents: cash) : nil, till: cash > 0 ? "desk" : nil, checks: checks))
      if facts != nil {
        drawer.cash -= max(0, cash)
        drawer.checks.removeFirst(checks.count)
      }
    }
    // 2.9 % to the processor.
    for source in [\Drawer.cards, \Drawer.healthAccounts] {
      let amount = drawer[keyPath: source]
      guard amount > 0 else { continue }
      let (gross, fee) = (Money(cents: amount), Money(cents: amount * 29 / 1_000))
      let facts = try giveAtDrawer(
        source == \Drawer.cards
          ? MakeDeposit(cards: gross, cardFee: fee)
          : MakeDeposit(healthAccounts: gross, healthAccountFee: fee))
      if facts != nil { drawer[keyPath: source] = 0 }
    }
  }

  /// Keeps up with what commands took in and gave out.
  mutating func follow(_ facts: [RecordedFact]) {
    for recorded in facts {
      switch recorded.event.fact {
      case .paymentReceived(let fact):
        switch fact.method {
        case .cash where fact.till == "desk": drawer.cash += fact.amountCents
        case .check:
          if let id = try? EntityID(fact.payment) { drawer.checks.append(id) }
        case .card: drawer.cards += fact.amountCents
        case .hsa, .fsa: drawer.healthAccounts += fact.amountCents
        default: break
        }
      case .refundIssued(let fact):
        switch fact.method {
        case .cash where fact.till == "desk": drawer.cash -= fact.amountCents
        case .card: drawer.cards -= fact.amountCents
        case .hsa, .fsa: drawer.healthAccounts -= fact.amountCents
        default: break
        }
      case .paymentReversed(let fact): drawer.checks.removeAll { $0.description == fact.payment }
      default: break
      }
    }
  }

  private mutating func giveAtDrawer(_ command: some Command) throws -> [RecordedFact]? {
    swap(&random, &drawer.random)
    defer { swap(&random, &drawer.random) }
    return try give(command, by: .frontDesk)
  }
}
