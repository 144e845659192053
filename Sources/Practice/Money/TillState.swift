import PracticeEvents

/// A till as its events left it. Amounts in cents.
struct TillState {
  /// The day on which it is open, CCYYMMDD; nil while it is closed.
  private(set) var openOn: Int32?
  /// The last day on which it was closed; 0 while it never was.
  private(set) var closedOn: Int32 = 0
  private(set) var float: Int64 = 0
  /// What is left in it while it is closed.
  private(set) var carried: Int64 = 0
  /// Deposited out of it since it was opened.
  private(set) var deposited: Int64 = 0
  /// Whether it was ever opened.
  private(set) var isKnown = false

  init(_ name: String, _ facts: some Facts) throws {
    for fact in try facts.history(tagged: .till(name)) { apply(fact.event.fact, name) }
  }

  private mutating func apply(_ fact: Fact?, _ name: String) {
    switch fact {
    case .tillOpened(let opened):
      (openOn, float, deposited, isKnown) = (opened.openedOn, opened.floatCents, 0, true)
    case .tillClosed(let closed):
      (openOn, closedOn, carried) = (nil, closed.closedOn, closed.countedCents)
    case .depositMade(let made): take(made.parts.cash(of: name))
    case .depositReversed(let reversed): take(0 &- reversed.parts.cash(of: name))
    default: break
    }
  }

  private mutating func take(_ cents: Int64) {
    if openOn == nil { carried &-= cents } else { deposited &+= cents }
  }
}

/// The cash that went in and out of a till on a day, in cents.
struct TillDayCash {
  private(set) var received: Int64 = 0
  private(set) var paidOut: Int64 = 0
  /// The last count, if there was one.
  private(set) var counted: Int64?
  private(set) var isOpened = false
  private(set) var isClosed = false

  init(_ name: String, on date: CivilDate, _ facts: some Facts) throws {
    var payments: [String: Int64] = [:]
    for recorded in try facts.history(tagged: .tillDay(name, date)) {
      switch recorded.event.fact {
      case .paymentReceived(let fact):
        received &+= fact.amountCents
        payments[fact.payment] = fact.amountCents
      case .refundIssued(let fact): paidOut &+= fact.amountCents
      case .packageRefunded(let fact): paidOut &+= fact.amountCents
      case .paymentReversed(let fact):
        let origin = try facts.history(tagged: .entity(EntityID(fact.payment))).first
        if case .paymentReceived(let payment) = origin?.event.fact {
          paidOut &+= payment.amountCents
        }
      case .tillCounted(let fact): counted = fact.totalCents
      case .tillOpened: isOpened = true
      case .tillClosed: isClosed = true
      default: break
      }
    }
  }
}

extension [DepositMade.Part] {
  func cash(of till: String) -> Int64 {
    filter { $0.source == .cash && $0.till == till }.reduce(0) { $0 &+ $1.amountCents }
  }
}

extension DepositMade {
  /// What the bank got, in cents.
  public var bankedCents: Int64 { parts.reduce(0) { $0 &+ $1.amountCents &- $1.feeCents } }
}

extension Facts {
  /// Refuses cash at a till that is not open on the day. A till that was never opened takes any: not
  /// every clinic counts its drawer.
  func requireOpen(till: String, on date: CivilDate) throws {
    guard try owner(of: .till(till)) != nil else { return }
    let day = try TillDayCash(till, on: date, self)
    guard day.isOpened, !day.isClosed else {
      throw Refusal(
        rule: day.isClosed ? "till.closed" : "till.notOpen", field: "till",
        problem: "till \(till) \(day.isClosed ? "was closed" : "was not opened") on \(date)",
        remedy: day.isClosed
          ? "date it on a day on which the till is open" : "open it first, with open-till")
    }
  }
}
