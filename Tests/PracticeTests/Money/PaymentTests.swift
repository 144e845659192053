import PracticeEvents
import Testing

@testable import Practice

@Suite("Payments")
struct PaymentTests {
  @Test("a payment settles the oldest date of service first, and the rest is a credit")
  func oldestFirst() throws {
    var clinic = try AccountScenario()
    let later = try clinic.patientCharge(40_00, on: 2026_03_10)
    let earlier = try clinic.patientCharge(30_00, on: 2026_03_02)
    try clinic.payment(Money("50.00"), apply: .oldest)
    #expect(clinic.charge(earlier).patientOpenCents == 0)
    #expect(clinic.charge(later).patientOpenCents == 20_00)
    try clinic.payment(Money("25.00"), apply: .oldest)
    #expect(clinic.account.unappliedCents == 5_00)
    #expect(clinic.account.balanceCents == -5_00)
  }

  @Test("a payment goes to the charges listed, in their order")
  func listedCharges() throws {
    var clinic = try AccountScenario()
    let first = try clinic.patientCharge(40_00)
    let second = try clinic.patientCharge(30_00)
    try clinic.record(
      TakePayment(
        patient: "T-1", amount: Money("35.00"), method: .check, charges: [second, first]))
    #expect(clinic.charge(second).patientPaidCents == 30_00)
    #expect(clinic.charge(first).patientPaidCents == 5_00)
  }

  @Test("credit can be applied, taken off again and applied elsewhere")
  func moving() throws {
    var clinic = try AccountScenario()
    let charge = try clinic.patientCharge(40_00)
    let payment = try clinic.payment(Money("50.00"))
    try clinic.record(ApplyPayment(payment: payment, charge: charge))
    #expect(clinic.charge(charge).applied == [payment.description: 40_00])
    try clinic.record(UnapplyPayment(payment: payment, charge: charge), reason: "wrong charge")
    #expect(clinic.charge(charge).applied.isEmpty)
    #expect(clinic.account.unappliedCents == 50_00)
  }

  @Test("a returned check is taken off its charges and leaves no credit")
  func returnedCheck() throws {
    var clinic = try AccountScenario()
    let charge = try clinic.patientCharge(40_00)
    let payment = try clinic.payment(Money("50.00"), .check, apply: .oldest)
    try clinic.record(ReversePayment(payment: payment), reason: "NSF")
    #expect(clinic.charge(charge).patientOpenCents == 40_00)
    #expect(clinic.account.unappliedCents == 0)
    #expect(clinic.history.last?.event.corrects.isEmpty == false)
    #expect(
      try clinic.rule(refusing: ApplyPayment(payment: payment, charge: charge))
        == "payment.reversed")
  }

  @Test("what was refunded of a returned check is owed")
  func returnedAfterRefund() throws {
    var clinic = try AccountScenario()
    let payment = try clinic.payment(Money("50.00"), .check)
    try clinic.record(RefundPayment(payment: payment, amount: Money("20.00")))
    try clinic.record(ReversePayment(payment: payment), reason: "NSF")
    #expect(clinic.account.balanceCents == 20_00)
    #expect(clinic.account.isBalanced())
  }

  @Test("a refund takes the payment off the newest charge when too little is left")
  func refund() throws {
    var clinic = try AccountScenario()
    let older = try clinic.patientCharge(40_00, on: 2026_03_02)
    let newer = try clinic.patientCharge(40_00, on: 2026_03_09)
    let payment = try clinic.payment(Money("90.00"), apply: .oldest)
    try clinic.record(RefundPayment(payment: payment, amount: Money("25.00")))
    #expect(clinic.charge(older).patientOpenCents == 0)
    #expect(clinic.charge(newer).patientOpenCents == 15_00)
    #expect(clinic.account.payments[payment.description]?.refundedCents == 25_00)
    #expect(
      try clinic.rule(refusing: RefundPayment(payment: payment, amount: Money("65.01")))
        == "refund.exceedsPayment")
  }

  @Test("a health account gets its money back by the same way")
  func healthAccount() throws {
    var clinic = try AccountScenario()
    let payment = try clinic.payment(Money("50.00"), .hsa)
    let toCash = try RefundPayment(payment: payment, amount: Money("5.00"), method: .cash)
    #expect(try clinic.rule(refusing: toCash) == "refund.healthAccount")
    try clinic.record(RefundPayment(payment: payment, amount: Money("5.00")))
    #expect(clinic.account.unappliedCents == 45_00)
  }

  @Test("a payment command that breaks a rule is refused")
  func refusals() throws {
    var clinic = try AccountScenario()
    let charge = try clinic.patientCharge(40_00)
    let payment = try clinic.payment(Money("30.00"))
    func take(
      _ amount: String, apply: AllocationChoice? = nil, charges: [EntityID]? = nil,
      on date: CivilDate? = nil, reference: String? = nil, id: EntityID? = nil
    ) throws -> TakePayment {
      TakePayment(
        patient: "T-1", amount: try Money(amount), method: .card, receivedOn: date,
        reference: reference, apply: apply, charges: charges, payment: id)
    }
    let unknown = EntityID.make(.charge, random: 1)
    #expect(try clinic.rule(refusing: take("0.00")) == "amount.positive")
    #expect(try clinic.rule(refusing: take("-1.00")) == "amount.positive")
    #expect(
      try clinic.rule(refusing: take("1.00", on: CivilDate("2026-04-01"))) == "date.future")
    #expect(
      try clinic.rule(refusing: take("1.00", reference: "4111 1111 1111 1111"))
        == "payment.cardNumber")
    #expect(try clinic.rule(refusing: take("1.00", id: payment)) == "identifier.taken")
    #expect(
      try clinic.rule(refusing: take("1.00", apply: .oldest, charges: [charge]))
        == "payment.allocation")
    #expect(
      try clinic.rule(refusing: take("1.00", charges: [charge, charge])) == "payment.allocation")
    #expect(try clinic.rule(refusing: take("1.00", charges: [unknown])) == "reference.unknown")
    #expect(try clinic.rule(refusing: take("1.00"), by: .therapist) == "role")

    let tooMuch = try ApplyPayment(payment: payment, charge: charge, amount: Money("30.01"))
    #expect(try clinic.rule(refusing: tooMuch) == "payment.overapplied")
    try clinic.record(ApplyPayment(payment: payment, charge: charge))
    let other = try clinic.payment(Money("90.00"))
    let beyond = try ApplyPayment(payment: other, charge: charge, amount: Money("10.01"))
    #expect(try clinic.rule(refusing: beyond) == "charge.overpaid")
    #expect(
      try clinic.rule(refusing: UnapplyPayment(payment: payment, charge: charge)) == "reason")
    let notApplied = try UnapplyPayment(payment: other, charge: charge, amount: Money("1.00"))
    #expect(try clinic.rule(refusing: notApplied, reason: "x") == "payment.notApplied")
    #expect(try clinic.rule(refusing: ReversePayment(payment: payment)) == "reason")
    #expect(
      try clinic.rule(refusing: ReversePayment(payment: charge), reason: "x")
        == "identifier.kind")
  }

}

extension SubjectReference: ExpressibleByStringLiteral {
  public init(stringLiteral value: String) { self.init(value) }
}
