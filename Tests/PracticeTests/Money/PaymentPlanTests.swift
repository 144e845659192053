import PracticeEvents
import TestSupport
import Testing

@testable import Practice

@Suite("Payment plans") struct PaymentPlanTests {
  private func clinic(
    owing cents: Int64 = 500_00, instalments: Int = 3, firstDue: String = "2026-03-31"
  ) throws -> (AccountScenario, EntityID) {
    var clinic = try AccountScenario()
    _ = try clinic.patientCharge(cents)
    let plan = clinic.newID(.paymentPlan)
    try clinic.record(
      AgreePaymentPlan(
        patient: "T-1", instalments: instalments, firstDue: CivilDate(firstDue),
        paymentPlan: plan))
    return (clinic, plan)
  }

  private func left(_ clinic: AccountScenario, _ plan: EntityID) -> [Int64] {
    clinic.account.paymentPlans[plan.description]?.unpaid.map(\.amountCents) ?? []
  }

  @Test("more than is due shortens the plan from its end")
  func extra() throws {
    var (clinic, plan) = try clinic()
    try clinic.record(PayInstalment(paymentPlan: plan, amount: Money("200.00"), method: .card))
    #expect(left(clinic, plan) == [166_67, 133_33])
    try clinic.record(PayInstalment(paymentPlan: plan, amount: Money("300.00"), method: .card))
    #expect(left(clinic, plan).isEmpty)
    #expect(clinic.account.paymentPlans[plan.description]?.completedOn == 2026_03_31)
    #expect(clinic.account.balanceCents == 0 && clinic.account.isBalanced())
  }

  @Test("an instalment is paid whole, and a plan not beyond what is left")
  func amounts() throws {
    var (clinic, plan) = try clinic()
    func pay(_ amount: String) throws -> PayInstalment {
      PayInstalment(paymentPlan: plan, amount: try Money(amount), method: .cash)
    }
    #expect(try clinic.rule(refusing: pay("166.66")) == "plan.short")
    #expect(try clinic.rule(refusing: pay("500.01")) == "plan.overpaid")
    try clinic.record(pay("500.00"))
    #expect(try clinic.rule(refusing: pay("1.00")) == "plan.instalment")
  }

  @Test("a bounced extra payment is due again, and the plan is as long as before")
  func bounced() throws {
    var (clinic, plan) = try clinic()
    let payment = clinic.newID(.payment)
    try clinic.record(
      PayInstalment(
        paymentPlan: plan, amount: Money("400.00"), method: .check, payment: payment))
    #expect(left(clinic, plan) == [100_00])
    try clinic.record(ReversePayment(payment: payment), reason: "returned by the bank")
    #expect(left(clinic, plan).reduce(0, +) == 500_00)
    #expect(clinic.account.isBalanced())
  }

  @Test(
    "two misses after the days of grace are a default; all is due, and a new plan can be agreed")
  func defaults() throws {
    var (clinic, plan) = try clinic()
    let miss = RecordMissedInstalment(paymentPlan: plan)
    try clinic.advance(to: "2026-04-05T09:00")
    #expect(try clinic.rule(refusing: miss) == "plan.grace")
    try clinic.advance(to: "2026-04-06T09:00")
    #expect(try clinic.record(miss).count == 1)
    #expect(try clinic.rule(refusing: miss) == "plan.missed")
    try clinic.advance(to: "2026-05-06T09:00")
    let facts = try clinic.record(RecordMissedInstalment(paymentPlan: plan, number: 2))
    guard case .paymentPlanDefaulted(let fact) = facts.last else { throw Refusal.unexpected }
    #expect(fact.missed == 2 && fact.leftCents == 500_00 && fact.defaultedOn == 2026_05_06)
    #expect(
      try clinic.rule(refusing: PayInstalment(paymentPlan: plan, method: .cash))
        == "plan.instalment")
    try clinic.record(
      AmendPaymentPlan(
        paymentPlan: plan, instalments: 4, firstDue: CivilDate("2026-05-31"), every: .month),
      reason: "called, has work again")
    #expect(left(clinic, plan) == [125_00, 125_00, 125_00, 125_00])
    let amended = try #require(clinic.account.paymentPlans[plan.description])
    #expect(amended.missed.isEmpty && amended.defaultedOn == 0)
    #expect(
      amended.unpaid.map(\.dueOn) == [2026_05_31, 2026_06_30, 2026_07_31, 2026_08_31])
  }

  @Test("a missed instalment that comes late is no longer missed")
  func late() throws {
    var (clinic, plan) = try clinic()
    try clinic.advance(to: "2026-04-06T09:00")
    try clinic.record(RecordMissedInstalment(paymentPlan: plan))
    try clinic.record(PayInstalment(paymentPlan: plan, method: .cash))
    #expect(clinic.account.paymentPlans[plan.description]?.missed == [])
    try clinic.advance(to: "2026-05-06T09:00")
    #expect(try clinic.record(RecordMissedInstalment(paymentPlan: plan)).count == 1)
  }

  @Test("an amendment is explained, in the future and of at least a cent each")
  func amendmentRefusals() throws {
    var (clinic, plan) = try clinic()
    func amend(_ count: Int, _ day: String = "2026-04-30") throws -> AmendPaymentPlan {
      AmendPaymentPlan(paymentPlan: plan, instalments: count, firstDue: try CivilDate(day))
    }
    #expect(try clinic.rule(refusing: amend(2)) == "reason")
    #expect(try clinic.rule(refusing: amend(0), reason: "r") == "plan.instalments")
    #expect(try clinic.rule(refusing: amend(2, "2026-03-30"), reason: "r") == "plan.firstDue")
  }
}
