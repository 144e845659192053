import PracticeEvents
import Testing

@testable import Practice

@Suite("Charges")
struct ChargeTests {
  @Test("each line of an insured session is a charge of units times fee, open with the insurer")
  func insured() throws {
    var clinic = try AccountScenario()
    let session = try clinic.session(units: [3, 1])
    try clinic.record(PostCharge(session: session))
    let charges = clinic.account.standingCharges(ofSession: session.description)
    #expect(charges.map(\.amountCents) == [90_00, 35_00])
    #expect(charges.map(\.insuranceOpenCents) == [90_00, 35_00])
    #expect(charges.allSatisfy { $0.coverage == clinic.coverage.description })
    let again = try clinic.clinic.refusal(of: PostCharge(session: session))
    #expect(again.rule == "charge.exists")
    #expect(again.evidence.count == 2)
  }

  @Test("a line that earned no unit has no charge, and the decision says so")
  func noUnits() throws {
    var clinic = try AccountScenario()
    let session = try clinic.session(units: [4, 0])
    var context = try clinic.context()
    let decision = try PostCharge(session: session)
      .checkedDecision(clinic.clinic.memory, &context)
    #expect(decision.facts.count == 1)
    #expect(decision.warnings.count == 1)
  }

  @Test("a self-pay session takes the sliding-scale discount, an insured one does not")
  func slidingScale() throws {
    var clinic = try AccountScenario()
    var approval = SlidingScaleApproved()
    approval.discountRate = 40_000
    approval.validFrom = 2026_03_01
    approval.validThrough = 2026_12_31
    try clinic.give([.slidingScaleApproved(approval)])
    let selfPay = try clinic.session(selfPay: true)
    let insured = try clinic.session()
    try clinic.record(PostCharge(session: selfPay))
    try clinic.record(PostCharge(session: insured))
    #expect(clinic.account.receivableCents == (insurance: 120_00, patient: 72_00))
  }

  @Test(
    "massage without a prescription is taxed, rounded half up",
    arguments: [("95.00", 6_29), ("120.00", 7_95), ("88.50", 5_86)])
  func salesTax(fee: String, tax: Int64) throws {
    var clinic = try AccountScenario()
    var fees = FeeScheduleVersionPublished()
    fees.version = "taxed"
    fees.effectiveFrom = 2026_02_01
    var one = FeeScheduleVersionPublished.Fee()
    one.cpt = "97124"
    one.centsPerUnit = try Money(fee).cents
    fees.fees = [one]
    try clinic.give([.feeScheduleVersionPublished(fees)], to: .site)
    let relaxation = try clinic.session(serviceClass: .relaxation, units: [1])
    let charge = clinic.newID(.charge)
    try clinic.record(PostCharge(session: relaxation, charge: charge))
    #expect(clinic.charge(charge).taxCents == tax)
    #expect(clinic.charge(charge).patientOpenCents == one.centsPerUnit + tax)
    let prescribed = try clinic.session(selfPay: true, units: [1])
    let untaxed = clinic.newID(.charge)
    try clinic.record(PostCharge(session: prescribed, charge: untaxed))
    #expect(clinic.charge(untaxed).taxCents == 0)
  }

  @Test("a late charge of a closed month counts in the open one, and so does its repetition")
  func closedMonth() throws {
    var clinic = try AccountScenario()
    var closed = PeriodClosed()
    closed.month = 202602
    try clinic.give([.periodClosed(closed)], to: .site)
    let session = try clinic.session(on: 2026_02_27)
    for _ in 1...2 {
      let charge = clinic.newID(.charge)
      try clinic.record(PostCharge(session: session, charge: charge))
      #expect(clinic.history.last?.event.effectiveOn == 2026_03_31)
      #expect(clinic.charge(charge).serviceOn == 2026_02_27)
      try clinic.record(VoidCharge(charge: charge), reason: "wrong code")
    }
    closed.month = 202603
    try clinic.give([.periodClosed(closed)], to: .site)
    #expect(try clinic.rule(refusing: PostCharge(session: session)) == "period.closed")
  }

  @Test("who pays a session alone pays the catalogue's price, split over its lines to the cent")
  func selfPayPrice() throws {
    var clinic = try AccountScenario()
    func charge(_ units: [Int32], price: Int64) throws -> [ChargePosted] {
      var service = ServiceCatalogItemDefined()
      service.service = "med90"
      service.selfPayCents = price
      try clinic.give([.serviceCatalogItemDefined(service)], to: .site)
      var booked = AppointmentBooked()
      booked.appointment = clinic.newID(.appointment).description
      booked.service = "med90"
      try clinic.give([.appointmentBooked(booked)])
      let session = try clinic.session(
        selfPay: true, units: units, appointment: booked.appointment)
      return try clinic.record(PostCharge(session: session)).compactMap {
        if case .chargePosted(let fact) = $0 { fact } else { nil }
      }
    }
    let one = try charge([6], price: 198_00)
    #expect(one.map(\.amountCents) == [198_00])
    #expect(one.map(\.units) == [6])
    #expect(one.map(\.feeCentsPerUnit) == [0])
    #expect(one.map(\.feeScheduleVersion) == ["self-pay price med90"])
    // 4 × 30.00 and 2 × 35.00 of 190.00 in the fee schedule.
    #expect(try charge([4, 2], price: 198_00).map(\.amountCents) == [125_05, 72_95])
    #expect(try charge([0, 2], price: 198_00).map(\.amountCents) == [198_00])

    var approval = SlidingScaleApproved()
    approval.discountRate = 40_000
    approval.validFrom = 2026_03_01
    approval.validThrough = 2026_12_31
    try clinic.give([.slidingScaleApproved(approval)])
    #expect(try charge([6], price: 198_00).map(\.discountCents) == [79_20])
  }

  @Test("a session that cannot be charged is refused")
  func refusals() throws {
    var clinic = try AccountScenario()
    let session = try clinic.session()
    #expect(try clinic.rule(refusing: PostCharge(session: session, lines: [2])) == "charge.line")
    let old = try clinic.session(on: 2025_12_30)
    #expect(try clinic.rule(refusing: PostCharge(session: old)) == "charge.coverage")
    let ended = PostCharge(session: old, coverage: clinic.coverage)
    #expect(try clinic.rule(refusing: ended) == "charge.coverageDates")
    let selfPay = try clinic.session(on: 2025_12_30, selfPay: true)
    #expect(try clinic.rule(refusing: PostCharge(session: selfPay)) == "charge.fee")
    let named = PostCharge(session: selfPay, coverage: clinic.coverage)
    #expect(try clinic.rule(refusing: named) == "charge.selfPay")
    let unknown = PostCharge(session: session, coverage: EntityID.make(.coverage, random: 9))
    #expect(try clinic.rule(refusing: unknown) == "charge.coverage")
    var voided = SessionVoided()
    voided.session = session.description
    try clinic.give([.sessionVoided(voided)])
    #expect(try clinic.rule(refusing: PostCharge(session: session)) == "charge.session")
  }

  @Test("voiding a charge gives back what settled it, and the line can be charged again")
  func voiding() throws {
    var clinic = try AccountScenario()
    let session = try clinic.session(selfPay: true)
    let charge = clinic.newID(.charge)
    try clinic.record(PostCharge(session: session, charge: charge))
    let payment = try clinic.payment(Money("20.00"), apply: .oldest)
    try clinic.record(
      WriteOffCharge(charge: charge, kind: .courtesy, amount: Money("10.00")),
      reason: "first visit")
    let package = clinic.newID(.package)
    try clinic.record(
      SellPackage(
        patient: "T-1", name: "Five", service: "med60", sessions: 5, price: Money("400.00"),
        method: .card, package: package))
    try clinic.record(RedeemPackage(package: package, session: session))
    #expect(clinic.charge(charge).patientOpenCents == 0)
    #expect(try clinic.rule(refusing: VoidCharge(charge: charge)) == "reason")

    try clinic.record(VoidCharge(charge: charge), reason: "wrong code")
    #expect(clinic.charge(charge).isBalanced)
    #expect(clinic.account.payments[payment.description]?.unappliedCents == 20_00)
    #expect(clinic.account.packages[package.description]?.redeemed.isEmpty == true)
    #expect(clinic.account.balanceCents == -20_00)
    #expect(clinic.account.isBalanced())
    #expect(try clinic.rule(refusing: VoidCharge(charge: charge), reason: "x") == "charge.voided")
    try clinic.record(PostCharge(session: session))
  }

  @Test("voiding a session voids all its charges, and only its own")
  func voidingSession() throws {
    var clinic = try AccountScenario()
    let session = try clinic.session(selfPay: true, units: [3, 1])
    let other = try clinic.session(selfPay: true)
    try clinic.record(PostCharge(session: session))
    try clinic.record(PostCharge(session: other))
    try clinic.payment(Money("300.00"), apply: .oldest)
    let facts = try clinic.account.voidingFacts(
      ofSession: session.description, on: CivilDate("2026-03-31"))
    try clinic.give(facts)
    #expect(clinic.account.standingCharges(ofSession: session.description).isEmpty)
    #expect(clinic.account.standingCharges(ofSession: other.description).count == 1)
    #expect(clinic.account.unappliedCents == 180_00)
    #expect(clinic.account.isBalanced())
  }

  @Test("a charge is not voided while a payer has it, but after the claim is withdrawn")
  func voidingClaimed() throws {
    var clinic = try AccountScenario()
    let charge = try clinic.insuredCharge(120_00)
    let claim = try clinic.claim(charge)
    let void = VoidCharge(charge: charge)
    #expect(try clinic.rule(refusing: void, reason: "x") == "charge.claimed")
    let session = clinic.charge(charge).session
    #expect(throws: Refusal.self) {
      try clinic.account.voidingFacts(ofSession: session, on: CivilDate("2026-03-31"))
    }
    try clinic.record(SubmitClaim(frequency: .void, replaces: claim))
    try clinic.record(void, reason: "wrong patient")
    #expect(clinic.account.balanceCents == 0)
  }

  @Test("a charge that a denial left to the patient is not voided before the denial is reversed")
  func voidingDenied() throws {
    var clinic = try AccountScenario()
    let charge = try clinic.insuredCharge(120_00)
    let claim = try clinic.claim(charge)
    let answer = LineAnswer(
      charge: charge, paid: .zero,
      adjustments: [LineAdjustment(group: .pr, carc: "96", amount: try Money("120.00"))])
    try clinic.record(AdjudicateClaim(claim: claim, status: 4, lines: [answer]))
    let void = VoidCharge(charge: charge)
    #expect(try clinic.rule(refusing: void, reason: "x") == "charge.adjudicated")
    try clinic.record(ReverseAdjudication(claim: claim))
    try clinic.record(void, reason: "wrong code")
    #expect(clinic.account.balanceCents == 0)
    #expect(clinic.account.isBalanced())
  }

  @Test("a withdrawn claim's payment is reversed before its charge is voided")
  func voidingPaid() throws {
    var clinic = try AccountScenario()
    let charge = try clinic.insuredCharge(120_00)
    let claim = try clinic.claim(charge)
    try clinic.record(
      AdjudicateClaim(
        claim: claim, status: 1, lines: [LineAnswer(charge: charge, paid: Money("120.00"))]))
    try clinic.record(SubmitClaim(frequency: .void, replaces: claim))
    let void = VoidCharge(charge: charge)
    #expect(try clinic.rule(refusing: void, reason: "x") == "charge.adjudicated")
    try clinic.record(ReverseAdjudication(claim: claim))
    try clinic.record(void, reason: "wrong patient")
    #expect(clinic.account.isBalanced())
  }
}
