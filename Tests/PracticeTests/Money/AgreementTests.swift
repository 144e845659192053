import PracticeEvents
import TestSupport
import Testing

@testable import Practice

@Suite("Payment plans, write-offs, fees, discounts and estimates")
struct AgreementTests {
  @Test("an instalment whose payment bounced is due again")
  func bouncedInstalment() throws {
    var clinic = try AccountScenario()
    _ = try clinic.patientCharge(100_00)
    let plan = clinic.newID(.paymentPlan)
    try clinic.record(
      AgreePaymentPlan(
        patient: "T-1", instalments: 2, firstDue: CivilDate("2026-03-31"), paymentPlan: plan))
    let payment = clinic.newID(.payment)
    try clinic.record(PayInstalment(paymentPlan: plan, method: .check, payment: payment))
    #expect(clinic.account.paymentPlans[plan.description]?.nextInstalment?.number == 2)
    try clinic.record(ReversePayment(payment: payment), reason: "returned by the bank")
    #expect(clinic.account.paymentPlans[plan.description]?.nextInstalment?.number == 1)
    try clinic.record(PayInstalment(paymentPlan: plan, number: 1, method: .cash))
    try clinic.record(PayInstalment(paymentPlan: plan, method: .cash))
    #expect(clinic.account.balanceCents == 0)
  }

  @Test("500.00 in three monthly instalments from the 31st falls on the ends of short months")
  func planSchedule() throws {
    var clinic = try AccountScenario()
    _ = try clinic.patientCharge(500_00)
    let plan = clinic.newID(.paymentPlan)
    try clinic.record(
      AgreePaymentPlan(
        patient: "T-1", instalments: 3, firstDue: CivilDate("2026-03-31"), paymentPlan: plan))
    let agreed = try #require(clinic.account.paymentPlans[plan.description]?.agreed)
    #expect(agreed.instalments.map(\.amountCents) == [166_67, 166_67, 166_66])
    #expect(agreed.instalments.map(\.dueOn) == [2026_03_31, 2026_04_30, 2026_05_31])
    #expect(
      try clinic.rule(
        refusing: AgreePaymentPlan(
          patient: "T-1", instalments: 2, firstDue: CivilDate("2026-04-01"))) == "plan.exists")
    for _ in 1...3 { try clinic.record(PayInstalment(paymentPlan: plan, method: .cash)) }
    #expect(clinic.account.balanceCents == 0)
    #expect(
      try clinic.rule(refusing: PayInstalment(paymentPlan: plan, method: .cash))
        == "plan.instalment")
  }

  @Test("instalments of a week or two follow the first due date")
  func rhythms() throws {
    let first = try CivilDate("2026-01-31")
    #expect(InstalmentRhythm.week.date(2, from: first) == (try CivilDate("2026-02-14")))
    #expect(InstalmentRhythm.twoWeeks.date(1, from: first) == (try CivilDate("2026-02-14")))
    #expect(InstalmentRhythm.month.date(1, from: first) == (try CivilDate("2026-02-28")))
    #expect(InstalmentRhythm.month.date(2, from: first) == (try CivilDate("2026-03-31")))
  }

  @Test("an instalment is missed when the days of grace are over, once")
  func missed() throws {
    var clinic = try AccountScenario()
    _ = try clinic.patientCharge(100_00)
    let plan = clinic.newID(.paymentPlan)
    try clinic.record(
      AgreePaymentPlan(
        patient: "T-1", downPayment: Money("20.00"), instalments: 2,
        firstDue: CivilDate("2026-04-01"), every: .week, paymentPlan: plan))
    try clinic.advance(to: "2026-04-06T12:00")
    #expect(try clinic.rule(refusing: RecordMissedInstalment(paymentPlan: plan)) == "plan.grace")
    try clinic.advance(to: "2026-04-07T12:00")
    try clinic.record(RecordMissedInstalment(paymentPlan: plan))
    #expect(clinic.account.paymentPlans[plan.description]?.missed == [1])
    #expect(try clinic.rule(refusing: RecordMissedInstalment(paymentPlan: plan)) == "plan.missed")
  }

  @Test("a plan that does not add up is refused")
  func planRefusals() throws {
    var clinic = try AccountScenario()
    _ = try clinic.patientCharge(100_00)
    func plan(
      _ instalments: Int, balance: String? = nil, down: String? = nil, due: String = "2026-04-30"
    ) throws -> AgreePaymentPlan {
      AgreePaymentPlan(
        patient: "T-1", balance: try balance.map { try Money($0) },
        downPayment: try down.map { try Money($0) }, instalments: instalments,
        firstDue: try CivilDate(due))
    }
    #expect(try clinic.rule(refusing: plan(0)) == "plan.instalments")
    #expect(try clinic.rule(refusing: plan(2, down: "100.00")) == "plan.instalments")
    #expect(try clinic.rule(refusing: plan(2, down: "-1.00")) == "plan.downPayment")
    #expect(try clinic.rule(refusing: plan(2, balance: "100.01")) == "plan.balance")
    #expect(try clinic.rule(refusing: plan(2, balance: "0.00")) == "amount.positive")
    #expect(try clinic.rule(refusing: plan(2, due: "2026-03-30")) == "plan.firstDue")
  }

  @Test("a write-off and its reversal move what is open, and no more")
  func writeOff() throws {
    var clinic = try AccountScenario()
    let charge = try clinic.patientCharge(30_00)
    let id = clinic.newID(.writeOff)
    let writeOff = try WriteOffCharge(
      charge: charge, kind: .badDebt, amount: Money("20.00"), writeOff: id)
    #expect(try clinic.rule(refusing: writeOff) == "reason")
    try clinic.record(writeOff, reason: "moved away")
    #expect(clinic.charge(charge).writtenOffCents == 20_00)
    let more = try WriteOffCharge(charge: charge, kind: .courtesy, amount: Money("10.01"))
    #expect(try clinic.rule(refusing: more) == "writeOff.exceedsOpen")
    let late = WriteOffCharge(charge: charge, kind: .timelyFiling)
    #expect(try clinic.rule(refusing: late) == "writeOff.timelyFiling")
    #expect(try clinic.rule(refusing: ReverseWriteOff(writeOff: id)) == "reason")
    try clinic.record(ReverseWriteOff(writeOff: id), reason: "paid after all")
    #expect(clinic.charge(charge).patientOpenCents == 30_00)
    #expect(
      try clinic.rule(refusing: ReverseWriteOff(writeOff: id), reason: "x") == "writeOff.reversed")
  }

  @Test("the insurer's part is not written off while the payer has the claim")
  func writeOffInsurer() throws {
    var clinic = try AccountScenario()
    let charge = try clinic.insuredCharge(120_00)
    let claim = try clinic.claim(charge)
    let late = WriteOffCharge(charge: charge, kind: .timelyFiling)
    #expect(try clinic.rule(refusing: late) == "writeOff.claimed")
    try clinic.record(RejectClaim(claim: claim, category: .a3))
    try clinic.record(late, reason: "filed too late")
    #expect(clinic.charge(charge).insuranceOpenCents == 0)
    #expect(try clinic.rule(refusing: SubmitClaim(charges: [charge])) == "claim.notOpen")
  }

  /// An appointment that was missed, with the policy signed or not.
  private func missedAppointment(_ clinic: inout AccountScenario, policy: Bool) throws -> EntityID {
    let appointment = clinic.newID(.appointment)
    var consent = ConsentSigned()
    consent.consent = clinic.newID(.consent).description
    consent.kind = .noShowPolicy
    consent.signedOn = 2026_01_05
    if policy { try clinic.give([.consentSigned(consent)]) }
    var booked = AppointmentBooked()
    booked.appointment = appointment.description
    booked.service = "med60"
    booked.dateOn = 2026_03_20
    var missed = AppointmentNoShowRecorded()
    missed.appointment = appointment.description
    missed.dateOn = 2026_03_20
    try clinic.give([.appointmentBooked(booked), .appointmentNoShowRecorded(missed)])
    return appointment
  }

  @Test("a no-show fee needs the signed policy, is charged once and can be waived")
  func noShowFee() throws {
    var clinic = try AccountScenario()
    let unsigned = try missedAppointment(&clinic, policy: false)
    #expect(try clinic.rule(refusing: ChargeNoShowFee(appointment: unsigned)) == "fee.policy")
    let appointment = try missedAppointment(&clinic, policy: true)
    let fee = clinic.newID(.charge)
    try clinic.record(ChargeNoShowFee(appointment: appointment, charge: fee))
    #expect(clinic.account.receivableCents.patient == 50_00)
    #expect(try clinic.rule(refusing: ChargeNoShowFee(appointment: appointment)) == "fee.charged")

    let hsa = try clinic.payment(Money("10.00"), .hsa, apply: .oldest)
    #expect(clinic.account.unappliedCents == 10_00)
    #expect(
      try clinic.rule(refusing: ApplyPayment(payment: hsa, charge: fee))
        == "payment.healthAccountFee")
    #expect(
      try clinic.rule(refusing: SubmitClaim(charges: [fee])) == "claim.coverage")

    try clinic.payment(Money("20.00"), apply: .oldest)
    try clinic.record(WaiveFee(charge: fee), reason: "snow")
    #expect(clinic.account.receivableCents.patient == 0)
    #expect(clinic.account.unappliedCents == 30_00)
    #expect(clinic.account.isBalanced())
    #expect(try clinic.rule(refusing: WaiveFee(charge: fee), reason: "x") == "fee.notWaivable")
    #expect(try clinic.rule(refusing: VoidCharge(charge: fee), reason: "x") == "charge.waived")
  }

  @Test("only a missed appointment has a fee, only a fee is waived, and a waiver has its reason")
  func feeRefusals() throws {
    var clinic = try AccountScenario()
    var booked = AppointmentBooked()
    let appointment = clinic.newID(.appointment)
    booked.appointment = appointment.description
    try clinic.give([.appointmentBooked(booked)])
    #expect(
      try clinic.rule(refusing: ChargeNoShowFee(appointment: appointment)) == "fee.notMissed")
    let charge = try clinic.patientCharge(10_00)
    #expect(try clinic.rule(refusing: WaiveFee(charge: charge)) == "reason")
    #expect(try clinic.rule(refusing: WaiveFee(charge: charge), reason: "x") == "fee.notWaivable")
  }

  /// For two people the guideline is 15,650.00 + 5,500.00 = 21,150.00.
  @Test(
    "the discount follows the income as a share of the poverty guideline",
    arguments: [
      ("0.00", "60%"), ("21150.00", "60%"), ("21150.01", "40%"), ("31725.00", "40%"),
      ("31725.01", "20%"), ("42300.00", "20%"),
    ])
  func slidingScale(income: String, discount: String) throws {
    var clinic = try AccountScenario()
    try clinic.record(
      ApproveSlidingScale(patient: "T-1", householdSize: 2, annualIncome: Money(income)))
    let account = clinic.account
    #expect(try account.slidingScaleDiscount(on: CivilDate("2026-03-31")) == (try Rate(discount)))
    #expect(try account.slidingScaleDiscount(on: CivilDate("2027-03-30")) == (try Rate(discount)))
    #expect(try account.slidingScaleDiscount(on: CivilDate("2027-03-31")) == .zero)
    #expect(try account.slidingScaleDiscount(on: CivilDate("2026-03-30")) == .zero)
  }

  @Test("an approval for too long, too much income or no household is refused")
  func slidingScaleRefusals() throws {
    var clinic = try AccountScenario()
    func approve(
      _ income: String, _ size: Int, through: CivilDate? = nil
    ) throws
      -> ApproveSlidingScale
    {
      ApproveSlidingScale(
        patient: "T-1", householdSize: size, annualIncome: try Money(income), through: through)
    }
    #expect(try clinic.rule(refusing: approve("42300.01", 2)) == "slidingScale.income")
    #expect(try clinic.rule(refusing: approve("1.00", 0)) == "slidingScale.household")
    #expect(try clinic.rule(refusing: approve("-1.00", 1)) == "slidingScale.household")
    #expect(
      try clinic.rule(refusing: approve("1.00", 1, through: CivilDate("2027-03-31")))
        == "slidingScale.dates")
  }

  @Test("an estimate adds up the catalogue's prices and holds for 12 months at most")
  func estimate() throws {
    var clinic = try AccountScenario()
    func issue(_ items: [EstimateItem], through: String? = nil) throws -> IssueEstimate {
      IssueEstimate(
        patient: "T-1", items: items, validThrough: try through.map { try CivilDate($0) })
    }
    let item = EstimateItem(service: "med60", quantity: 6)
    let dear = try EstimateItem(service: "med60", quantity: 1, price: Money("100.00"))
    try clinic.record(issue([item, dear]))
    let issued = try #require(clinic.account.estimates.first)
    #expect(issued.totalCents == 670_00)
    #expect(issued.items.map(\.cpt) == ["97124", "97124"])
    #expect(issued.validThrough == 2027_03_31)
    #expect(
      try clinic.rule(refusing: issue([item], through: "2027-04-01")) == "estimate.validThrough")
    #expect(try clinic.rule(refusing: issue([])) == "estimate.items")
    let none = EstimateItem(service: "none", quantity: 1)
    #expect(try clinic.rule(refusing: issue([none])) == "service.unknown")
    let nothing = EstimateItem(service: "med60", quantity: 0)
    #expect(try clinic.rule(refusing: issue([nothing])) == "estimate.quantity")
    let free = try EstimateItem(service: "med60", quantity: 1, price: Money("0.00"))
    #expect(try clinic.rule(refusing: issue([free])) == "amount.positive")
  }
}
