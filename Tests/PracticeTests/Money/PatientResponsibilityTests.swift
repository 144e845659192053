import Testing

@testable import Practice

@Suite("What a plan leaves to the patient") struct PatientResponsibilityTests {
  struct Case: Sendable {
    var charge, allowed, deductible, coinsurance, copay: String
    var limit: String?
    var co45, pr1, pr2, pr3, patient, payer: String
  }

  @Test(
    "by deductible, coinsurance, copay and limit, to the cent",
    arguments: [
      Case(
        charge: "120.00", allowed: "100.00", deductible: "0.00", coinsurance: "0%", copay: "25.00",
        co45: "20.00", pr1: "0.00", pr2: "0.00", pr3: "25.00", patient: "25.00", payer: "75.00"),
      Case(
        charge: "120.00", allowed: "100.00", deductible: "500.00", coinsurance: "20%",
        copay: "0.00", co45: "20.00", pr1: "100.00", pr2: "0.00", pr3: "0.00", patient: "100.00",
        payer: "0.00"),
      Case(
        charge: "120.00", allowed: "100.00", deductible: "40.00", coinsurance: "20%",
        copay: "0.00", co45: "20.00", pr1: "40.00", pr2: "12.00", pr3: "0.00", patient: "52.00",
        payer: "48.00"),
      Case(
        charge: "120.00", allowed: "100.00", deductible: "0.00", coinsurance: "30%", copay: "0.00",
        limit: "12.50", co45: "20.00", pr1: "0.00", pr2: "30.00", pr3: "0.00", patient: "12.50",
        payer: "87.50"),
      Case(
        charge: "95.00", allowed: "110.00", deductible: "0.00", coinsurance: "10%", copay: "0.00",
        co45: "0.00", pr1: "0.00", pr2: "9.50", pr3: "0.00", patient: "9.50", payer: "85.50"),
      Case(
        charge: "120.00", allowed: "87.33", deductible: "0.00", coinsurance: "15%", copay: "0.00",
        co45: "32.67", pr1: "0.00", pr2: "13.10", pr3: "0.00", patient: "13.10", payer: "74.23"),
      Case(
        charge: "60.00", allowed: "20.00", deductible: "0.00", coinsurance: "0%", copay: "35.00",
        co45: "40.00", pr1: "0.00", pr2: "0.00", pr3: "20.00", patient: "20.00", payer: "0.00"),
    ])
  func cases(_ given: Case) throws {
    let found = PatientResponsibility(
      charge: try Money(given.charge), contracted: try Money(given.allowed),
      plan: .init(
        deductibleLeft: try Money(given.deductible), coinsurance: try Rate(given.coinsurance),
        copay: try Money(given.copay), outOfPocketLeft: try given.limit.map { try Money($0) }))
    #expect(
      [
        found.contractual, found.deductible, found.coinsurance, found.copay, found.patient,
        found.payer,
      ].map(\.description) == [
        given.co45, given.pr1, given.pr2, given.pr3, given.patient, given.payer,
      ])
    #expect(found.patient + found.payer + found.contractual == found.charge)
  }

  @Test("a visit with a copay is before the deductible where the plan says so")
  func copayFirst() throws {
    var plan = PatientResponsibility.Plan(
      deductibleLeft: try Money("500.00"), copay: try Money("25.00"))
    let charge = try Money("120.00")
    #expect(
      PatientResponsibility(charge: charge, contracted: charge, plan: plan).patient == charge)
    plan.copayBeforeDeductible = true
    #expect(
      try PatientResponsibility(charge: charge, contracted: charge, plan: plan).patient
        == Money("25.00"))
  }

  @Test("out of network without assignment everything unpaid is the patient's")
  func withoutAssignment() throws {
    let found = PatientResponsibility(
      charge: try Money("120.00"), contracted: try Money("100.00"),
      plan: .init(coinsurance: try Rate("40%"), acceptsAllowed: false))
    #expect(found.contractual == .zero)
    #expect(try found.patient == Money("60.00") && found.payer == Money("60.00"))
  }

  @Test(
    "PIP: 250 deductible, 20 % up to 5,000 of bills, nothing beyond",
    arguments: [
      ("100.00", "100.00"), ("1000.00", "400.00"), ("5000.00", "1200.00"),
      ("6000.00", "1200.00"),
    ])
  func pip(bills: String, own: String) throws {
    let share = PIPShare(ClinicState(), on: try CivilDate("2026-03-02"))
    #expect(share.patient(ofBills: try Money(bills)).description == own)
    #expect(
      try share.patient(of: Money("500.00"), after: Money(bills))
        == share.patient(ofBills: Money(bills) + Money("500.00"))
        - share.patient(ofBills: Money(bills)))
  }
}
