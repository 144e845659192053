import PracticeEvents
import TestSupport
import Testing

@testable import Practice

@Suite("Good-faith estimates") struct EstimateTests {
  @Test(
    "are due by business days ahead, and three after they were asked for",
    arguments: [
      ("2026-03-02", "2026-03-05", nil, "2026-03-03"),
      ("2026-03-02", "2026-03-16", nil, "2026-03-05"),
      ("2026-03-04", "2026-03-05", nil, nil),
      ("2026-03-04", "2026-03-05", "2026-03-04", "2026-03-09"),
      // Over a week-end and a holiday (25 May 2026): 26, 27 and 28 are three days ahead.
      ("2026-05-22", "2026-05-28", nil, "2026-05-26"),
      ("2026-05-22", "2026-05-27", nil, nil),
    ])
  func due(booked: String, service: String, requested: String?, due: String?) throws {
    let found = ClinicState().estimateDue(
      bookedOn: try CivilDate(booked), serviceOn: try CivilDate(service),
      requestedOn: try requested.map { try CivilDate($0) })
    #expect(found?.description == due)
  }

  @Test("expect what the patient is charged: the discount by income is taken off the list price")
  func discounted() throws {
    var clinic = try AccountScenario()
    try clinic.record(
      ApproveSlidingScale(patient: "T-1", householdSize: 1, annualIncome: Money("10000.00")))
    let command = IssueEstimate(
      patient: "T-1", items: [EstimateItem(service: "med60", quantity: 3)])
    guard case .goodFaithEstimateIssued(let fact) = try clinic.record(command).first else {
      throw Refusal.unexpected
    }
    // 95.00 less 60 % is 38.00.
    #expect(fact.totalCents == 114_00)
  }

  private func issue(
    _ clinic: inout AccountScenario, price: String = "400.00", replaces: EntityID? = nil
  ) throws -> EntityID {
    let id = clinic.newID(.estimate)
    try clinic.record(
      IssueEstimate(
        patient: "T-1", items: [EstimateItem(service: "med60", quantity: 1, price: Money(price))],
        replaces: replaces, serviceOn: CivilDate("2026-04-20"), bookedOn: CivilDate("2026-03-31"),
        estimate: id))
    return id
  }

  @Test(
    "can be disputed from 400 dollars above on, for 120 days",
    arguments: [
      ("799.99", "2026-03-31", "estimate.tolerance"), ("800.00", "2026-03-31", nil),
      ("800.00", "2025-12-01", nil), ("800.00", "2025-11-30", "estimate.disputeLate"),
    ])
  func dispute(billed: String, billedOn: String, rule: String?) throws {
    var clinic = try AccountScenario()
    let estimate = try issue(&clinic)
    let dispute = DisputeEstimate(
      estimate: estimate, billed: try Money(billed), billedOn: try CivilDate(billedOn),
      disputedOn: try CivilDate("2026-03-31"))
    if let rule {
      #expect(try clinic.rule(refusing: dispute) == rule)
    } else {
      try clinic.record(dispute)
      #expect(clinic.account.estimatesDisputed[estimate.description]?.billedCents == 800_00)
    }
  }

  @Test("an update replaces the one before, once; a late delivery says so")
  func update() throws {
    var clinic = try AccountScenario()
    let first = try issue(&clinic)
    #expect(clinic.account.estimates.last?.dueOn == 2026_04_03)
    let second = try issue(&clinic, price: "500.00", replaces: first)
    #expect(try clinic.account.estimate(on: CivilDate("2026-04-01"))?.totalCents == 500_00)
    let again = IssueEstimate(
      patient: "T-1", items: [EstimateItem(service: "med60", quantity: 1)], replaces: first)
    #expect(try clinic.rule(refusing: again) == "estimate.replaced")
    try clinic.advance(to: "2026-04-06T09:00")
    var context = try clinic.context()
    let deliver = DeliverEstimate(estimate: second, method: .email)
    let decision = try deliver.decide(clinic.clinic.memory, &context)
    #expect(decision.warnings == ["the estimate was due on 2026-04-03"])
    try clinic.record(deliver)
    #expect(try clinic.rule(refusing: deliver) == "estimate.delivered")
  }
}
