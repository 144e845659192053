import PracticeEvents
import Testing

@testable import Practice

@Suite("The life of a claim")
struct ClaimLifeTests {
  @Test("a hold lists all that is wrong, and ends when all is right")
  func hold() throws {
    var clinic = try AccountScenario(timelyFilingDays: 20)
    let session = try clinic.session(signed: false, pointers: [])
    try clinic.record(PostCharge(session: session))
    let charge = try EntityID(
      #require(clinic.account.standingCharges(ofSession: session.description).first).charge)
    let claim = clinic.newID(.claim)
    try clinic.record(HoldClaim(charges: [charge], claim: claim))
    let held = clinic.account.claims[claim.description]
    #expect(held?.status == .held)
    #expect(
      Set(held?.held.problems.map(\.rule) ?? []) == [
        "claim.unsignedNote", "claim.diagnosis", "claim.timelyFiling",
      ])
    #expect(try clinic.rule(refusing: SubmitClaim(charges: [charge])) == "claim.duplicate")
    #expect(try clinic.rule(refusing: HoldClaim(charges: [charge])) == "claim.duplicate")
    let refusal = try clinic.clinic.refusal(of: ReleaseClaim(claim: claim))
    #expect(refusal.rule == "claim.unsignedNote" && refusal.details.count == 2)
    try clinic.record(ReleaseClaim(claim: claim, drop: true))
    #expect(clinic.charge(charge).claim.isEmpty)
    #expect(try clinic.rule(refusing: ReleaseClaim(claim: claim)) == "claim.notHeld")
  }

  @Test("a held claim goes out under its own number")
  func release() throws {
    var clinic = try AccountScenario()
    let charge = try clinic.insuredCharge(120_00)
    #expect(try clinic.rule(refusing: HoldClaim(charges: [charge])) == "reason")
    let claim = clinic.newID(.claim)
    try clinic.record(
      HoldClaim(charges: [charge], claim: claim), reason: "the doctor's letter comes first")
    try clinic.record(ReleaseClaim(claim: claim))
    #expect(clinic.account.claims[claim.description]?.status == .submitted)
    #expect(clinic.charge(charge).claim == claim.description)
    try clinic.record(
      TwoPayers.answer(claim, charge, paid: "120.00", []))
    #expect(clinic.account.balanceCents == 0)
  }

  @Test(
    "the last day counts, and a supervisor's exception is on the claim",
    arguments: [("2026-05-01T09:00", true), ("2026-05-02T09:00", false)])
  func timelyFiling(now: String, isInTime: Bool) throws {
    var clinic = try AccountScenario(timelyFilingDays: 90)
    let charge = try clinic.insuredCharge(120_00, on: 2026_01_31)
    try clinic.advance(to: now)
    guard !isInTime else {
      let claim = try clinic.claim(charge)
      #expect(clinic.account.claims[claim.description]?.submitted.fileByOn == 2026_05_01)
      return
    }
    let claim = SubmitClaim(charges: [charge])
    #expect(try clinic.rule(refusing: claim) == "claim.timelyFiling")
    #expect(try clinic.rule(refusing: claim, by: .biller, reason: "x") == "claim.timelyFiling")
    let facts = try clinic.record(claim, reason: "the payer was down")
    guard case .claimSubmitted(let sent) = facts.first else {
      Issue.record("nothing was submitted")
      return
    }
    #expect(sent.overriddenRules == ["claim.timelyFiling"])
  }

  @Test("an appeal has its last day, by the payer's own time where it states one")
  func appeal() throws {
    var clinic = try AccountScenario()
    let charge = try clinic.insuredCharge(120_00)
    let claim = try clinic.claim(charge)
    #expect(
      try clinic.rule(refusing: FileAppeal(claim: claim), reason: "necessary") == "appeal.nothing")
    try clinic.record(
      TwoPayers.answer(claim, charge, status: 4, paid: "0.00", [(.co, "50", "120.00")]))
    #expect(try clinic.rule(refusing: FileAppeal(claim: claim)) == "reason")
    let appeal = clinic.newID(.appeal)
    try clinic.record(FileAppeal(claim: claim, appeal: appeal), reason: "scores improve")
    let filed = clinic.account.claims[claim.description]?.appeals.first?.filed
    // 180 and 60 days by rule, from 2026-03-31.
    #expect(filed?.fileByOn == 2026_09_27 && filed?.decideByOn == 2026_05_30)
    #expect(filed?.level == 1 && filed?.adjudication == "\(claim)/1")
    #expect(
      try clinic.rule(refusing: FileAppeal(claim: claim), reason: "again") == "appeal.pending")
    #expect(try clinic.rule(refusing: CloseClaim(claim: claim)) == "claim.open")
    try clinic.record(DecideAppeal(appeal: appeal, outcome: .upheld))
    #expect(
      try clinic.rule(refusing: DecideAppeal(appeal: appeal, outcome: .upheld))
        == "appeal.decided")

    var policy = PayerPolicyChanged()
    policy.policy.timelyFilingDays = 90
    policy.policy.appealDays = 30
    policy.effectiveFrom = 2026_01_01
    try clinic.give([.payerPolicyChanged(policy)], to: clinic.payer)
    try clinic.advance(to: "2026-05-01T09:00")
    let late = FileAppeal(claim: claim)
    #expect(try clinic.rule(refusing: late, by: .biller, reason: "new records") == "appeal.late")
    try clinic.record(late, reason: "the payer agreed by phone")
    #expect(clinic.account.claims[claim.description]?.appeals.last?.filed.level == 2)
  }

  @Test("a claim is closed when nothing is open on it, and opens with a new answer")
  func closing() throws {
    var clinic = try AccountScenario()
    let charge = try clinic.insuredCharge(120_00)
    let claim = try clinic.claim(charge)
    #expect(try clinic.rule(refusing: CloseClaim(claim: claim)) == "claim.notClosable")
    try clinic.record(
      TwoPayers.answer(claim, charge, paid: "100.00", [(.co, "45", "20.00")]))
    try clinic.record(CloseClaim(claim: claim))
    #expect(clinic.account.claims[claim.description]?.closed == true)
    #expect(try clinic.rule(refusing: CloseClaim(claim: claim)) == "claim.notClosable")
    try clinic.record(ReverseAdjudication(claim: claim))
    #expect(clinic.account.claims[claim.description]?.closed == false)
  }

  @Test("the payer's word on the way is kept, and moves nothing", arguments: ["P1", "R4", "F0"])
  func status(category: String) throws {
    var clinic = try AccountScenario()
    let charge = try clinic.insuredCharge(120_00)
    let claim = try clinic.claim(charge)
    try clinic.record(RecordClaimStatus(claim: claim, category: category, statusCode: "35"))
    #expect(clinic.account.claims[claim.description]?.latestStatus.category == category)
    #expect(clinic.charge(charge).insuranceOpenCents == 120_00)
    for unknown in ["A1", "P9", "", "PP"] {
      #expect(
        try clinic.rule(refusing: RecordClaimStatus(claim: claim, category: unknown))
          == "claim.category")
    }
  }

  @Test("a paper explanation of benefits makes the same events as an electronic one")
  func paper() throws {
    var clinic = try AccountScenario(payerType: .autoPip)
    let charge = try clinic.insuredCharge(120_00)
    let claim = try clinic.claim(charge)
    var paper = RecordExplanationOfBenefits(
      claim: claim, traceNumber: "CHK 77", method: .check, amount: try Money("99.00"), status: 1,
      lines: [
        LineAnswer(
          charge: charge, paid: try Money("100.00"),
          adjustments: [LineAdjustment(group: .pr, carc: "1", amount: try Money("20.00"))])
      ])
    #expect(try clinic.rule(refusing: paper) == "remittance.unbalanced")
    paper.amount = try Money("100.00")
    let facts = try clinic.record(paper)
    #expect(facts.count == 2)
    #expect(clinic.charge(charge).patientOpenCents == 20_00)
    #expect(try clinic.rule(refusing: paper) == "remittance.duplicate")
  }

  @Test("money back to a payer, and an adjustment's reason, are on no patient's account")
  func payersMoney() throws {
    var clinic = try AccountScenario()
    let before = clinic.history.count
    let payer = SubjectReference(clinic.payer)
    let advice = clinic.newID(.remittance)
    try clinic.record(
      ReceiveRemittance(
        payer: payer, traceNumber: "E1", method: .ach, amount: Money("41.37"),
        adjustments: [
          ProviderAdjustment(code: "WO", reference: "clm", amount: try Money("60.00")),
          ProviderAdjustment(code: "L6", amount: try Money("-1.37")),
        ], remittance: advice))
    func resolve(
      _ number: Int, _ settlement: ProviderSettlementChoice, other: EntityID? = nil
    ) -> ResolveProviderAdjustment {
      ResolveProviderAdjustment(
        remittance: advice, number: number, settlement: settlement, otherRemittance: other)
    }
    #expect(try clinic.rule(refusing: resolve(3, .disputed), reason: "x") == "reference.unknown")
    #expect(try clinic.rule(refusing: resolve(1, .recoupedClaim)) == "reason")
    #expect(try clinic.rule(refusing: resolve(1, .carriedForward)) == "remittance.settlement")
    #expect(
      try clinic.rule(refusing: resolve(1, .carriedForward, other: advice))
        == "claim.remittance")
    try clinic.record(resolve(1, .recoupedClaim), reason: "an old claim of 2024")
    #expect(try clinic.rule(refusing: resolve(1, .disputed), reason: "x") == "remittance.resolved")
    let refund = RefundPayer(
      payer: payer, amount: try Money("12.00"), method: .check, reference: "1001")
    #expect(try clinic.rule(refusing: refund) == "reason")
    try clinic.record(refund, reason: "overpaid")
    #expect(clinic.history.count == before)
  }
}
