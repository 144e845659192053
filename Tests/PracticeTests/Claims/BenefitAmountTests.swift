import PracticeEvents
import Testing

@testable import Practice

@Suite("What is left of a deductible") struct BenefitAmountTests {
  /// On 10 March the payer says 100.00 of the deductible and 150.00 out of pocket are left.
  private func clinic() throws -> AccountScenario {
    var clinic = try AccountScenario()
    var verified = InsuranceVerified()
    verified.verification = clinic.newID(.verification).description
    verified.coverage = clinic.coverage.description
    (verified.verifiedOn, verified.active) = (2026_03_10, .yes)
    var plan = InsuranceVerified.Benefit()
    (plan.serviceType, plan.deductibleKnown, plan.deductibleRemainingCents) = ("30", true, 900_00)
    var massage = InsuranceVerified.Benefit()
    (massage.serviceType, massage.deductibleKnown) = ("BE", true)
    massage.deductibleRemainingCents = 100_00
    (massage.outOfPocketKnown, massage.outOfPocketRemainingCents) = (true, 150_00)
    verified.benefits = [plan, massage]
    try clinic.give([.insuranceVerified(verified)])
    return clinic
  }

  private func left(
    _ clinic: AccountScenario, _ kind: BenefitAmount.Kind, on date: String = "2026-04-01"
  ) throws -> BenefitAmount {
    try #require(
      clinic.clinic.memory.patient(clinic.patient).benefitAmounts(
        of: clinic.coverage.description, on: CivilDate(date), clinic.history
      ).first { $0.kind == kind })
  }

  @Test("answers of the payer since its word are taken off, and given back when it takes them back")
  func answers() throws {
    var clinic = try clinic()
    #expect(try left(clinic, .deductible).left == Money("100.00"))
    #expect(try left(clinic, .deductible).serviceType == "BE")
    let charge = try clinic.insuredCharge(120_00)
    let claim = try clinic.claim(charge)
    try clinic.record(
      TwoPayers.answer(
        claim, charge, paid: "30.00",
        [(.co, "45", "20.00"), (.pr, "1", "40.00"), (.pr, "2", "10.00"), (.pr, "3", "20.00")]))
    let deductible = try left(clinic, .deductible)
    #expect(deductible.left?.cents == 60_00 && deductible.used.cents == 40_00)
    #expect(
      deductible.arithmetic
        == "100.00 stated 2026-03-10 - 40.00 on our claims since = 60.00")
    #expect(deductible.evidence.count == 2)
    #expect(try left(clinic, .outOfPocket).left == Money("80.00"))
    try clinic.record(ReverseAdjudication(claim: claim), reason: "the payer took it back")
    #expect(try left(clinic, .deductible).left == Money("100.00"))
    #expect(try left(clinic, .outOfPocket).evidence.count == 3)
  }

  @Test("it is never below nothing, and in the next year nobody knows until the payer says")
  func ends() throws {
    var clinic = try clinic()
    let charge = try clinic.insuredCharge(180_00)
    let claim = try clinic.claim(charge)
    try clinic.record(
      TwoPayers.answer(claim, charge, paid: "0.00", [(.co, "45", "20.00"), (.pr, "1", "160.00")]))
    #expect(try left(clinic, .deductible).left == .zero)
    #expect(try left(clinic, .deductible).used == Money("160.00"))
    let next = try left(clinic, .deductible, on: "2027-01-04")
    #expect(next.left == nil && next.arithmetic.contains("verify again"))
  }

  @Test("an answer for another coverage, or for services of the year before, takes nothing")
  func others() throws {
    var clinic = try clinic()
    let charge = try clinic.insuredCharge(120_00, on: 2025_12_30)
    var submitted = ClaimSubmitted()
    submitted.claim = clinic.newID(.claim).description
    submitted.coverage = clinic.coverage.description
    var sent = ClaimSubmitted.Line()
    (sent.charge, sent.chargeCents) = (charge.description, 120_00)
    submitted.lines = [sent]
    try clinic.give([.claimSubmitted(submitted)])
    var answer = ClaimAdjudicated()
    (answer.claim, answer.adjudication) = (submitted.claim, submitted.claim + "/1")
    var line = ClaimAdjudicated.Line()
    (line.charge, line.chargeCents) = (charge.description, 120_00)
    var adjustment = ClaimAdjudicated.Adjustment()
    (adjustment.group, adjustment.carc, adjustment.amountCents) = (.pr, "1", 120_00)
    line.adjustments = [adjustment]
    answer.lines = [line]
    try clinic.give([.claimAdjudicated(answer)])
    #expect(try left(clinic, .deductible).left == Money("100.00"))
  }

  @Test("nothing is said of a coverage whose payer stated no amounts")
  func unknown() throws {
    let clinic = try AccountScenario()
    let found = clinic.clinic.memory.patient(clinic.patient).benefitAmounts(
      of: clinic.coverage.description, on: try CivilDate("2026-04-01"), clinic.history)
    #expect(found.isEmpty)
  }
}
