import PracticeEvents
import TestSupport
import Testing

@testable import Practice

@Suite("Packages of prepaid sessions")
struct PackageTests {
  private func sell(
    _ sessions: Int, _ price: String, expiresOn: CivilDate? = nil, payment: EntityID? = nil,
    method: PaymentMethodChoice? = .card, service: String = "med60", id: EntityID? = nil
  ) throws -> SellPackage {
    SellPackage(
      patient: "T-1", name: "Sessions", service: service, sessions: sessions,
      price: try Money(price), payment: payment, method: method, expiresOn: expiresOn, package: id)
  }

  @Test(
    "the sessions of a package are worth its price to the cent",
    arguments: [
      ("200.00", 3, [66_67, 66_67, 66_66]), ("900.00", 10, Array(repeating: 90_00, count: 10)),
      ("100.00", 3, [33_34, 33_33, 33_33]),
    ])
  func values(price: String, sessions: Int, expected: [Int64]) throws {
    var clinic = try AccountScenario()
    let package = clinic.newID(.package)
    try clinic.record(sell(sessions, price, id: package))
    var values: [Int64] = []
    for _ in 0..<sessions {
      let session = try clinic.session(selfPay: true)
      try clinic.record(PostCharge(session: session))
      let facts = try clinic.record(RedeemPackage(package: package, session: session))
      if case .packageRedeemed(let fact) = facts.first {
        values.append(fact.valueCents)
        #expect(fact.valueCents + fact.discountCents == 120_00)
      }
    }
    #expect(values == expected)
    #expect(clinic.account.balanceCents == 0)
    let extra = try clinic.session(selfPay: true)
    try clinic.record(PostCharge(session: extra))
    #expect(
      try clinic.rule(refusing: RedeemPackage(package: package, session: extra))
        == "package.usedUp")
  }

  @Test("a session given back can be redeemed again for the same value")
  func reversal() throws {
    var clinic = try AccountScenario()
    let package = clinic.newID(.package)
    let payment = try clinic.payment(Money("200.00"))
    try clinic.record(sell(3, "200.00", payment: payment, method: nil, id: package))
    #expect(clinic.account.unappliedCents == 0)
    let session = try clinic.session(selfPay: true)
    let charge = clinic.newID(.charge)
    try clinic.record(PostCharge(session: session, charge: charge))
    try clinic.record(RedeemPackage(package: package, session: session))
    try clinic.record(ReverseRedemption(package: package, charge: charge), reason: "wrong day")
    #expect(clinic.charge(charge).patientOpenCents == 120_00)
    #expect(clinic.account.packages[package.description]?.valuesLeft == [66_67, 66_67, 66_66])
    #expect(
      try clinic.rule(
        refusing: ReverseRedemption(package: package, charge: charge), reason: "again")
        == "package.notRedeemed")
  }

  @Test("a charge that a package settles is not redeemed again, whatever is open on it")
  func redeemedOnce() throws {
    var clinic = try AccountScenario()
    let package = clinic.newID(.package)
    try clinic.record(sell(3, "180.00", id: package))
    let session = try clinic.session(selfPay: true)
    try clinic.record(PostCharge(session: session))
    let payment = try clinic.payment(Money("60.00"), apply: .oldest)
    let redeem = RedeemPackage(package: package, session: session)
    try clinic.record(redeem)
    let charge = try EntityID(
      clinic.account.standingCharges(ofSession: session.description)[0].charge)
    try clinic.record(UnapplyPayment(payment: payment, charge: charge), reason: "wrong patient")
    #expect(clinic.charge(charge).patientOpenCents == 60_00)
    #expect(try clinic.rule(refusing: redeem) == "package.redeemed")
    #expect(clinic.account.isBalanced())
  }

  @Test("a prepaid session leaves the sales tax open with the patient")
  func taxOfPrepaidSession() throws {
    var clinic = try AccountScenario()
    let package = clinic.newID(.package)
    try clinic.record(sell(2, "200.00", id: package))
    let session = try clinic.session(serviceClass: .relaxation)
    let charge = clinic.newID(.charge)
    try clinic.record(PostCharge(session: session, charge: charge))
    try clinic.record(RedeemPackage(package: package, session: session))
    #expect(clinic.charge(charge).redeemedCents == 120_00)
    #expect(clinic.charge(charge).patientOpenCents == 7_95)
    #expect(clinic.charge(charge).isBalanced)
  }

  @Test("a package command that breaks a rule is refused")
  func packageRefusals() throws {
    var clinic = try AccountScenario()
    let payment = try clinic.payment(Money("10.00"))
    #expect(try clinic.rule(refusing: sell(0, "10.00")) == "package.sessions")
    #expect(try clinic.rule(refusing: sell(10, "0.05")) == "package.price")
    #expect(try clinic.rule(refusing: sell(1, "10.00", service: "none")) == "service.unknown")
    #expect(try clinic.rule(refusing: sell(1, "10.00", method: nil)) == "package.payment")
    #expect(try clinic.rule(refusing: sell(1, "10.00", payment: payment)) == "package.payment")
    #expect(
      try clinic.rule(refusing: sell(1, "10.01", payment: payment, method: nil))
        == "package.underpaid")
    #expect(
      try clinic.rule(refusing: sell(1, "10.00", expiresOn: CivilDate("2026-03-31")))
        == "package.expiresOn")

    let package = clinic.newID(.package)
    try clinic.record(sell(1, "150.00", expiresOn: CivilDate("2026-04-10"), id: package))
    let session = try clinic.session(selfPay: true, units: [4, 1])
    let redeem = RedeemPackage(package: package, session: session)
    #expect(try clinic.rule(refusing: redeem) == "package.charge")
    try clinic.record(PostCharge(session: session))
    #expect(try clinic.rule(refusing: redeem) == "package.charge")
    let first = clinic.account.standingCharges(ofSession: session.description)[0].charge
    #expect(
      try clinic.rule(
        refusing: RedeemPackage(package: package, session: session, charge: EntityID(first)))
        == "package.worthMore")
    let other = try clinic.session(selfPay: true)
    #expect(
      try clinic.rule(
        refusing: RedeemPackage(package: package, session: other, charge: EntityID(first)))
        == "package.session")
    let insured = try clinic.session()
    try clinic.record(PostCharge(session: insured))
    #expect(
      try clinic.rule(refusing: RedeemPackage(package: package, session: insured))
        == "package.insured")
    try clinic.advance(to: "2026-04-20T09:00")
    let late = try clinic.session(on: 2026_04_11, selfPay: true)
    try clinic.record(PostCharge(session: late))
    #expect(
      try clinic.rule(refusing: RedeemPackage(package: package, session: late))
        == "package.expired")
  }

  @Test("a package is for its own service")
  func packageService() throws {
    var clinic = try AccountScenario()
    var booked = AppointmentBooked()
    booked.appointment = clinic.newID(.appointment).description
    booked.service = "relax60"
    var delivered = SessionDelivered()
    delivered.session = clinic.newID(.session).description
    delivered.appointment = booked.appointment
    delivered.deliveredOn = 2026_03_03
    delivered.selfPay = true
    var service = SessionDelivered.Service()
    service.line = 1
    service.cpt = "97124"
    delivered.services = [service]
    try clinic.give([.appointmentBooked(booked), .sessionDelivered(delivered)])
    let session = try EntityID(delivered.session)
    try clinic.record(PostCharge(session: session))
    let package = clinic.newID(.package)
    try clinic.record(sell(1, "20.00", id: package))
    #expect(
      try clinic.rule(refusing: RedeemPackage(package: package, session: session))
        == "package.service")
  }
}
