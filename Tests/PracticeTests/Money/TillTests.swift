import PracticeEvents
import TestSupport
import Testing

@testable import Practice

@Suite("Tills and deposits")
struct TillTests {
  private var clinic: AccountScenario
  init() throws { clinic = try AccountScenario() }

  private mutating func cash(_ amount: String, on date: String? = nil) throws -> EntityID {
    let id = clinic.newID(.payment)
    try clinic.record(
      TakePayment(
        patient: "T-1", amount: Money(amount), method: .cash,
        receivedOn: try date.map { try CivilDate($0) },
        till: "desk", payment: id))
    return id
  }

  private mutating func closed(_ counted: String? = nil) throws -> TillClosed {
    let facts = try clinic.record(
      CloseTill(till: "desk", counted: try counted.map { try Money($0) }))
    guard case .tillClosed(let fact) = facts.first else { throw ScenarioError.notRefused }
    return fact
  }

  @Test("expected is the float and the cash that came in, less what went out and to the bank")
  mutating func expected() throws {
    try clinic.record(OpenTill(till: "desk", float: Money("100.00"), brought: Money("100.00")))
    let first = try cash("60.00")
    _ = try cash("25.00")
    _ = try clinic.payment(Money("500.00"), .card)
    try clinic.record(RefundPayment(payment: first, amount: Money("10.00")))
    try clinic.record(MakeDeposit(cash: Money("50.00"), till: "desk"))
    try clinic.record(
      CountTill(
        till: "desk",
        denominations: [
          CashDenomination(value: Money("20.00"), count: 6),
          CashDenomination(value: Money("0.25"), count: 16),
        ]))
    let fact = try closed()
    #expect(fact.floatCents == 100_00)
    #expect(fact.receivedCents == 85_00)
    #expect(fact.paidOutCents == 10_00)
    #expect(fact.depositedCents == 50_00)
    #expect(fact.expectedCents == 125_00)
    #expect(fact.countedCents == 124_00)
  }

  @Test("cash for a package needs an open till, as any cash does; a card needs none")
  mutating func package() throws {
    func sale(_ method: PaymentMethodChoice) throws -> SellPackage {
      SellPackage(
        patient: "T-1", name: "Ten", service: "med60", sessions: 10, price: try Money("900.00"),
        method: method, till: "desk")
    }
    try clinic.record(OpenTill(till: "desk", float: Money("100.00")))
    try clinic.record(sale(.cash))
    let fact = try closed("1000.00")
    #expect(fact.receivedCents == 900_00 && fact.expectedCents == 1_000_00)
    #expect(try clinic.rule(refusing: sale(.cash)) == "till.closed")
    try clinic.record(sale(.card))
  }

  @Test("the next day carries what was counted, less what was deposited since")
  mutating func carried() throws {
    try clinic.record(OpenTill(till: "desk", float: Money("100.00")))
    _ = try cash("80.00")
    _ = try closed("180.00")
    try clinic.record(MakeDeposit(cash: Money("130.00"), till: "desk"))
    try clinic.advance(to: "2026-04-01T08:00")
    let facts = try clinic.record(OpenTill(till: "desk", float: Money("50.00")))
    guard case .tillOpened(let opened) = facts.first else {
      Issue.record("not opened")
      return
    }
    #expect(opened.carriedCents == 50_00)
    #expect(opened.floatCents == 50_00)
  }

  @Test("cash at a till that is counted needs it open on the day")
  mutating func cashWhileClosed() throws {
    _ = try cash("5.00")
    try clinic.record(OpenTill(till: "desk", float: Money("20.00")))
    _ = try cash("5.00")
    let yesterday = try TakePayment(
      patient: "T-1", amount: Money("5.00"), method: .cash, receivedOn: CivilDate("2026-03-30"),
      till: "desk")
    #expect(try clinic.rule(refusing: yesterday) == "till.notOpen")
    _ = try closed("30.00")
    let late = try TakePayment(
      patient: "T-1", amount: Money("5.00"), method: .cash, till: "desk")
    #expect(try clinic.rule(refusing: late) == "till.closed")
    let card = try TakePayment(patient: "T-1", amount: Money("5.00"), method: .card, till: "desk")
    try clinic.record(card)
  }

  @Test("cash taken back after the till was counted leaves the next count alone")
  mutating func reversedAfterClosing() throws {
    try clinic.record(OpenTill(till: "desk", float: Money("20.00")))
    let payment = try cash("5.00")
    _ = try closed("20.00")
    try clinic.advance(to: "2026-04-01T08:00")
    try clinic.record(OpenTill(till: "desk", float: Money("20.00")))
    try clinic.record(ReversePayment(payment: payment), reason: "never was")
    #expect(try closed("20.00").paidOutCents == 0)
  }

  @Test("every rule of the till refuses what breaks it")
  mutating func refusals() throws {
    #expect(try clinic.rule(refusing: CloseTill(till: "desk", counted: .zero)) == "till.notOpen")
    #expect(
      try clinic.rule(
        refusing: CountTill(
          till: "desk", denominations: [CashDenomination(value: Money("1.00"), count: 1)]))
        == "till.notOpen")
    #expect(try clinic.rule(refusing: OpenTill(till: "the desk", float: .zero)) == "text.plain")
    #expect(
      try clinic.rule(refusing: OpenTill(till: "desk", float: Money("-1.00"))) == "till.amount")
    #expect(
      try clinic.rule(
        refusing: OpenTill(till: "desk", float: Money("1.00"), brought: Money("2.00")))
        == "till.amount")
    try clinic.record(OpenTill(till: "desk", float: Money("20.00")))
    #expect(try clinic.rule(refusing: OpenTill(till: "desk", float: .zero)) == "till.open")
    #expect(try clinic.rule(refusing: CloseTill(till: "desk")) == "till.notCounted")
    for (value, count) in [("3.00", 1), ("1.00", -1)] {
      let count = CountTill(
        till: "desk", denominations: [CashDenomination(value: try Money(value), count: count)])
      #expect(try clinic.rule(refusing: count) == "till.denomination")
    }
    _ = try closed("20.00")
    #expect(try clinic.rule(refusing: OpenTill(till: "desk", float: .zero)) == "till.closed")
  }

  @Test("a deposit takes no more cash than the till holds, and each check once")
  mutating func deposits() throws {
    try clinic.record(OpenTill(till: "desk", float: Money("20.00")))
    let tooMuch = try MakeDeposit(cash: Money("20.01"), till: "desk")
    #expect(try clinic.rule(refusing: tooMuch) == "deposit.exceedsTill")
    #expect(try clinic.rule(refusing: MakeDeposit(cash: Money("1.00"))) == "deposit.till")
    #expect(try clinic.rule(refusing: MakeDeposit()) == "deposit.empty")
    let check = try clinic.payment(Money("40.00"), .check)
    let card = try clinic.payment(Money("40.00"), .card)
    #expect(try clinic.rule(refusing: MakeDeposit(checks: [card])) == "deposit.notACheck")
    #expect(try clinic.rule(refusing: MakeDeposit(checks: [check, check])) == "deposit.checks")
    let id = clinic.newID(.deposit)
    try clinic.record(MakeDeposit(checks: [check], deposit: id))
    #expect(try clinic.rule(refusing: MakeDeposit(checks: [check])) == "deposit.deposited")
    let fee = try MakeDeposit(cards: Money("10.00"), cardFee: Money("10.00"))
    #expect(try clinic.rule(refusing: fee) == "deposit.fee")
    #expect(try clinic.rule(refusing: ReverseDeposit(deposit: id)) == "reason")
    try clinic.record(ReverseDeposit(deposit: id), reason: "another bag")
    #expect(
      try clinic.rule(refusing: ReverseDeposit(deposit: id), reason: "x") == "deposit.reversed")
    #expect(
      try clinic.rule(refusing: ReverseDeposit(deposit: clinic.newID(.deposit)), reason: "x")
        == "reference.unknown")
    #expect(
      try clinic.rule(refusing: ReverseDeposit(deposit: check), reason: "x") == "identifier.kind")
    try clinic.record(MakeDeposit(checks: [check]))
  }
}
