import PracticeEvents
import TestSupport
import Testing

@testable import Practice

@Suite("Credit passed on, opening balances and discounts by income") struct CreditTests {
  private let other = SubjectID(high: 0x4003, low: 0x8003)

  private func clinic() throws -> AccountScenario {
    var clinic = try AccountScenario()
    var registered = PatientRegistered()
    registered.mrn = "T-2"
    try clinic.give([.patientRegistered(registered)], to: other)
    return clinic
  }

  @Test("credit given to another patient leaves one account and arrives in the other")
  func transfer() throws {
    var clinic = try clinic()
    let payment = try clinic.payment(Money("80.00"))
    let arrived = clinic.newID(.payment)
    let give = TransferCredit(
      payment: payment, to: "T-2", amount: try Money("30.00"), asPayment: arrived)
    #expect(try clinic.rule(refusing: give) == "reason")
    try clinic.record(give, reason: "pays for his wife")
    #expect(clinic.account.unappliedCents == 50_00 && clinic.account.isBalanced())
    let theirs = clinic.clinic.memory.patient(other).account
    #expect(theirs.unappliedCents == 30_00 && theirs.isBalanced())
    #expect(theirs.payments[arrived.description]?.received.method == .cash)
    #expect(
      try clinic.rule(
        refusing: TransferCredit(payment: payment, to: "T-2", amount: Money("50.01")),
        reason: "more") == "credit.exceeds")
    #expect(
      try clinic.rule(refusing: TransferCredit(payment: payment, to: "T-1"), reason: "own")
        == "transfer.samePatient")
    // What was passed on cannot be refunded as well.
    #expect(
      try clinic.rule(refusing: RefundPayment(payment: payment, amount: Money("50.01")))
        == "refund.exceedsPayment")
  }

  @Test("an opening balance is a debt or a credit of the old books, once")
  func opening() throws {
    var clinic = try clinic()
    let charge = clinic.newID(.charge)
    let credit = clinic.newID(.payment)
    func open(_ owes: Money?, _ held: Money?) throws -> RecordOpeningBalance {
      RecordOpeningBalance(
        patient: "T-1", owes: owes, credit: held, asOfOn: try CivilDate("2026-01-01"),
        source: "old program", charge: charge, payment: credit)
    }
    #expect(try clinic.rule(refusing: open(nil, nil)) == "opening.amount")
    try clinic.record(open(Money("70.00"), Money("20.00")))
    #expect(clinic.account.balanceCents == 50_00 && clinic.account.isBalanced())
    #expect(clinic.charge(charge).patientSinceOn == 2026_01_01)
    try clinic.record(ApplyPayment(payment: credit, charge: charge))
    #expect(clinic.charge(charge).patientOpenCents == 50_00)
    #expect(try clinic.rule(refusing: open(Money("1.00"), nil)) == "opening.exists")
  }

  @Test("a discount after the charge is a write-off of its own kind, and can be taken back")
  func discount() throws {
    var clinic = try clinic()
    let charge = try clinic.patientCharge(120_00)
    let discount = clinic.newID(.writeOff)
    try clinic.record(
      WriteOffCharge(
        charge: charge, kind: .discount, amount: Money("12.00"), writeOff: discount),
      reason: "pays at once")
    #expect(clinic.charge(charge).patientOpenCents == 108_00)
    try clinic.record(ReverseWriteOff(writeOff: discount), reason: "did not pay")
    #expect(clinic.charge(charge).patientOpenCents == 120_00)
  }

  @Test("an application is approved or denied once; the approval names tier, rule and renewal")
  func application() throws {
    var clinic = try clinic()
    let application = clinic.newID(.slidingScaleApplication)
    try clinic.record(
      ApplySlidingScale(
        patient: "T-1", householdSize: 2, annualIncome: Money("30000.00"),
        evidence: "two pay stubs", application: application))
    try clinic.record(ApproveSlidingScale(patient: "T-1", application: application))
    let approved = try #require(clinic.account.slidingScales.first)
    // 30,000 of 21,150 is 141.8 %: the second tier, 40 % off.
    #expect(approved.guidelinePercent == 142 && approved.tier == 2)
    #expect(approved.discountRate == 40_000 && !approved.renewal)
    #expect(
      try clinic.rule(refusing: DenySlidingScale(application: application), reason: "late")
        == "slidingScale.application")
    #expect(
      try clinic.rule(refusing: ApproveSlidingScale(patient: "T-1", application: application))
        == "slidingScale.application")
    try clinic.record(
      ApproveSlidingScale(
        patient: "T-1", householdSize: 2, annualIncome: Money("20000.00"),
        from: CivilDate("2027-03-31")))
    #expect(clinic.account.slidingScales.last?.renewal == true)
    #expect(clinic.account.slidingScales.last?.tier == 1)
  }

  @Test("a denied application keeps how far the income was above the table")
  func denied() throws {
    var clinic = try clinic()
    let application = clinic.newID(.slidingScaleApplication)
    try clinic.record(
      ApplySlidingScale(
        patient: "T-1", householdSize: 1, annualIncome: Money("62600.00"),
        evidence: "tax return", application: application))
    #expect(
      try clinic.rule(refusing: ApproveSlidingScale(patient: "T-1", application: application))
        == "slidingScale.income")
    #expect(try clinic.rule(refusing: DenySlidingScale(application: application)) == "reason")
    let facts = try clinic.record(
      DenySlidingScale(application: application), reason: "above the table")
    guard case .slidingScaleDenied(let fact) = facts.first else { throw Refusal.unexpected }
    #expect(fact.guidelinePercent == 400)
  }

  @Test("an ended discount holds through its last day, and a later approval stands")
  func ended() throws {
    var clinic = try clinic()
    let approve = ApproveSlidingScale(
      patient: "T-1", householdSize: 1, annualIncome: try Money("10000.00"))
    #expect(
      try clinic.rule(refusing: EndSlidingScale(patient: "T-1"), reason: "x")
        == "slidingScale.end")
    try clinic.record(approve)
    try clinic.record(
      EndSlidingScale(patient: "T-1", endedOn: CivilDate("2026-04-10")), reason: "new job")
    #expect(try clinic.account.slidingScaleDiscount(on: CivilDate("2026-04-10")) == Rate("60%"))
    #expect(try clinic.account.slidingScaleDiscount(on: CivilDate("2026-04-11")) == .zero)
    try clinic.advance(to: "2026-06-01T09:00")
    try clinic.record(approve)
    #expect(try clinic.account.slidingScaleDiscount(on: CivilDate("2026-06-01")) == Rate("60%"))
  }
}
