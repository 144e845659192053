import PracticeEvents
import TestSupport
import Testing

@testable import Practice

@Suite("Insurance verification")
struct VerificationTests {
  @Test("an answer closes the request that it names")
  func request() throws {
    var clinic = try GateClinic(without: [.verification])
    try clinic.scenario.record(
      RequestVerification(coverage: clinic.coverage, verification: clinic.verification))
    #expect(clinic.state.coverage.coverages[clinic.coverage.description]?.openRequests.count == 1)
    try clinic.verify()
    let coverage = clinic.state.coverage.coverages[clinic.coverage.description]
    #expect(coverage?.openRequests.isEmpty == true)
    #expect(coverage?.verifications.map(\.verification) == [clinic.verification.description])
    let again = VerifyInsurance(
      coverage: clinic.coverage, active: .yes, verification: clinic.verification)
    #expect(try clinic.scenario.refusal(of: again).rule == "identifier.taken")
  }

  @Test("the flags make one benefit, with what was not said left unknown")
  func flags() throws {
    var clinic = try GateClinic(without: [.verification])
    try clinic.verify {
      $0.copay = Money(cents: 3_000)
      $0.coinsurance = try Rate("20%")
      $0.visitLimit = 20
      $0.visitsUsed = 8
    }
    let coverage = clinic.state.coverage.coverages[clinic.coverage.description]
    let verified = coverage?.verifications.first?.verified
    let benefit = verified?.benefits.first
    #expect(verified?.benefits.count == 1)
    #expect(benefit?.serviceType == "BE")
    #expect(benefit?.copayCents == 3_000)
    #expect(benefit?.coinsuranceRate == 20_000)
    #expect(benefit?.visitLimitPeriod == .calendarYear)
    #expect(benefit?.visitsRemainingKnown == false)
    #expect(benefit?.outOfPocketKnown == false)
    #expect(verified?.goodThrough == 2026_03_31)
    #expect(verified?.authorizationRequired == .unknown)
  }

  @Test("a negative answer is kept as word of inactive coverage")
  func negative() throws {
    var clinic = try GateClinic(without: [.verification])
    try clinic.verify {
      $0.active = .no
      $0.inactiveFrom = try CivilDate("2026-02-01")
    }
    let answer = clinic.state.coverage.coverages[clinic.coverage.description]?.verifications.first
    #expect(answer?.inactiveFrom == 2026_02_01)
    #expect(answer?.hasVerified == false)
    #expect(answer?.isInactive == true)
  }

  @Test("a failed inquiry says nothing about coverage and does not displace a good answer")
  func failure() throws {
    var clinic = try GateClinic()
    var command = RecordVerificationFailure(
      coverage: clinic.coverage, rejectReason: "seventy-five", followUp: .correctAndResubmit)
    #expect(try clinic.scenario.refusal(of: command).rule == "verification.rejectReason")
    command.rejectReason = "75"
    try clinic.scenario.record(command)
    let coverage = clinic.state.coverage.coverages[clinic.coverage.description]
    #expect(coverage?.verifications.last?.failed == true)
    #expect(try clinic.blocks().isEmpty)
  }

  @Test("what a payer cannot have said is refused")
  func refusals() throws {
    var clinic = try GateClinic(without: [.verification])
    var command = VerifyInsurance(coverage: clinic.coverage, active: .yes)
    command.verifiedOn = try CivilDate("2026-03-03")
    #expect(try clinic.scenario.refusal(of: command).rule == "date.future")
    command.verifiedOn = nil
    command.goodThrough = try CivilDate("2026-03-01")
    #expect(try clinic.scenario.refusal(of: command).rule == "verification.dates")
    command.goodThrough = nil
    command.copay = Money(cents: -1)
    #expect(try clinic.scenario.refusal(of: command).rule == "verification.numbers")
    command.copay = nil
    command.coinsurance = try Rate("101%")
    #expect(try clinic.scenario.refusal(of: command).rule == "verification.coinsurance")
    command.benefits = [VerifyInsurance.Benefit(serviceType: "PT")]
    #expect(try clinic.scenario.refusal(of: command).rule == "verification.benefits")
  }

  @Test("an answer of more than a week ago is recorded by a supervisor, with a reason")
  func oldAnswer() throws {
    var clinic = try GateClinic(without: [.verification])
    var command = VerifyInsurance(
      coverage: clinic.coverage, active: .yes, verifiedOn: try CivilDate("2026-02-22"))
    let refusal = try clinic.scenario.refusal(of: command, by: .biller, reason: "forgotten")
    #expect(refusal.rule == "occurred.backdated" && refusal.field == "verifiedOn")
    try clinic.scenario.record(command, reason: "forgotten")
    command.verifiedOn = try CivilDate("2026-02-23")
    try clinic.scenario.record(command, by: .biller)
  }

  @Test("an answer is taken back once, with a reason, and names the event it corrects")
  func voiding() throws {
    var clinic = try GateClinic()
    let command = VoidVerification(verification: clinic.verification)
    #expect(try clinic.scenario.refusal(of: command).rule == "reason")
    let facts = try clinic.scenario.record(command, reason: "of another patient")
    let answer = clinic.state.coverage.coverages[clinic.coverage.description]?.verifications.first
    #expect(answer?.voided == true)
    #expect(facts.first?.event.corrects == answer?.event)
    #expect(
      try clinic.scenario.refusal(of: command, reason: "x").rule == "verification.notAnswered")
  }

  @Test("of 20 visits a year 12 remained on 15 March; ours since count, and January begins anew")
  func benefitVisits() throws {
    var clinic = try GateClinic(without: [.verification])
    try clinic.scenario.advance(to: "2026-03-15T09:00")
    for day in 10...14 { try clinic.deliver(on: "2026-02-\(day)") }
    try clinic.verify {
      $0.visitLimit = 20
      $0.visitsUsed = 8
      $0.visitsRemaining = 12
    }
    let coverage = clinic.coverage.description
    let march = try CivilDate("2026-03-31")
    #expect(clinic.state.benefitVisitsLeft(of: coverage, on: march) == 12)
    for day in 16...18 { try clinic.deliver(on: "2026-03-\(day)") }
    try clinic.deliver(on: "2026-03-19", selfPay: true)
    #expect(clinic.state.benefitVisitsLeft(of: coverage, on: march) == 9)
    let january = try CivilDate("2027-01-01")
    #expect(clinic.state.benefitVisitsLeft(of: coverage, on: january) == 20)
  }

  @Test("W11: the last visits of the plan are said")
  func lastVisits() throws {
    var clinic = try GateClinic(without: [.verification])
    try clinic.verify { $0.visitsRemaining = 3 }
    #expect(try !clinic.warnings().contains("W11"))
    try clinic.deliver(on: "2026-03-03")
    #expect(try clinic.warnings().contains("W11"))
  }

  @Test("a contract year begins on its anniversary, a lifetime limit never anew")
  func periods() throws {
    let began = try CivilDate("2025-07-01")
    let period = BenefitPeriod.contract
    #expect(
      period.start(on: try CivilDate("2026-06-30"), planBegan: began)?.description == "2025-07-01")
    #expect(
      period.start(on: try CivilDate("2026-07-01"), planBegan: began)?.description == "2026-07-01")
    #expect(BenefitPeriod.lifetime.start(on: began, planBegan: began) == nil)
  }
}
