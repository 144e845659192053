import PracticeEvents
import Testing

@testable import Practice

@Suite("Adjudications")
struct AdjudicationTests {
  private func answer(
    _ claim: EntityID, _ charge: EntityID, status: Int = 1, paid: String,
    _ adjustments: [(AdjustmentGroupChoice, String, String)]
  ) throws -> AdjudicateClaim {
    AdjudicateClaim(
      claim: claim, status: status,
      lines: [
        LineAnswer(
          charge: charge, paid: try Money(paid),
          adjustments: try adjustments.map {
            LineAdjustment(group: $0.0, carc: $0.1, amount: try Money($0.2))
          })
      ])
  }

  struct Case: Sendable, CustomTestStringConvertible {
    var charge, contractual, deductible, coinsurance, copay, paid: String
    var testDescription: String {
      "\(charge): \(contractual) \(deductible) \(coinsurance) \(copay)"
    }
  }

  @Test(
    "the insurer's, the patient's and nobody's part add up to the charge",
    arguments: [
      Case(
        charge: "120.00", contractual: "20.00", deductible: "0.00", coinsurance: "0.00",
        copay: "25.00", paid: "75.00"),
      Case(
        charge: "120.00", contractual: "20.00", deductible: "100.00", coinsurance: "0.00",
        copay: "0.00", paid: "0.00"),
      Case(
        charge: "120.00", contractual: "20.00", deductible: "40.00", coinsurance: "12.00",
        copay: "0.00", paid: "48.00"),
      Case(
        charge: "120.00", contractual: "20.00", deductible: "0.00", coinsurance: "12.50",
        copay: "0.00", paid: "87.50"),
      Case(
        charge: "95.00", contractual: "0.00", deductible: "0.00", coinsurance: "9.50",
        copay: "0.00", paid: "85.50"),
      Case(
        charge: "120.00", contractual: "32.67", deductible: "0.00", coinsurance: "13.10",
        copay: "0.00", paid: "74.23"),
      Case(
        charge: "60.00", contractual: "40.00", deductible: "0.00", coinsurance: "0.00",
        copay: "20.00", paid: "0.00"),
    ])
  func responsibility(_ given: Case) throws {
    var clinic = try AccountScenario()
    let charge = try clinic.insuredCharge(Money(given.charge).cents)
    let claim = try clinic.claim(charge)
    try clinic.record(
      answer(
        claim, charge, paid: given.paid,
        [
          (.co, "45", given.contractual), (.pr, "1", given.deductible),
          (.pr, "2", given.coinsurance), (.pr, "3", given.copay),
        ]))
    let after = clinic.charge(charge)
    let patient =
      try Money(given.deductible) + Money(given.coinsurance) + Money(given.copay)
    #expect(after.insuranceOpenCents == 0)
    #expect(after.insurancePaidCents == (try Money(given.paid).cents))
    #expect(after.adjustedCents == (try Money(given.contractual).cents))
    #expect(after.patientOpenCents == patient.cents)
    #expect(after.patientSinceOn == (patient == .zero ? 0 : 2026_03_31))
    #expect(after.isBalanced)
    #expect(clinic.account.claims[claim.description]?.status == .paid)
  }

  @Test("another payer's part (OA-23) is adjusted, and so is what the payer withholds (PI)")
  func otherGroups() throws {
    var clinic = try AccountScenario()
    let charge = try clinic.insuredCharge(120_00)
    let claim = try clinic.claim(charge)
    try clinic.record(
      answer(claim, charge, status: 2, paid: "50.00", [(.oa, "23", "60.00"), (.pi, "45", "10.00")]))
    #expect(clinic.charge(charge).adjustedCents == 70_00)
    #expect(clinic.account.balanceCents == 0)
  }

  @Test(
    "a denial that can be answered stays open with the insurer; a final one is adjusted",
    arguments: [
      (AdjustmentGroupChoice.co, "197", 120_00, 0, 0), (.co, "16", 120_00, 0, 0),
      (.pi, "29", 120_00, 0, 0), (.co, "96", 0, 120_00, 0), (.co, "45", 0, 120_00, 0),
      (.pr, "96", 0, 0, 120_00), (.pr, "197", 0, 0, 120_00),
    ])
  func denial(
    group: AdjustmentGroupChoice, carc: String, open: Int64, adjusted: Int64, patient: Int64
  ) throws {
    var clinic = try AccountScenario()
    let charge = try clinic.insuredCharge(120_00)
    let claim = try clinic.claim(charge)
    try clinic.record(answer(claim, charge, status: 4, paid: "0.00", [(group, carc, "120.00")]))
    let after = clinic.charge(charge)
    #expect(clinic.account.claims[claim.description]?.status == .denied)
    #expect(after.insuranceOpenCents == open)
    #expect(after.adjustedCents == adjusted)
    #expect(after.patientOpenCents == patient)
  }

  @Test("a denial that was answered is replaced, or decided again, without double posting")
  func afterDenial() throws {
    var clinic = try AccountScenario()
    let charge = try clinic.insuredCharge(120_00)
    let claim = try clinic.claim(charge)
    let denied = [
      (AdjustmentGroupChoice.co, "45", "20.00"), (.co, "197", "100.00"),
    ]
    try clinic.record(answer(claim, charge, status: 4, paid: "0.00", denied))
    #expect(clinic.charge(charge).insuranceOpenCents == 120_00)
    let replacement = clinic.newID(.claim)
    try clinic.record(SubmitClaim(frequency: .replacement, replaces: claim, claim: replacement))
    #expect(
      try clinic.rule(refusing: answer(claim, charge, paid: "120.00", []))
        == "claim.notAnswerable")
    try clinic.record(answer(replacement, charge, paid: "100.00", [(.co, "45", "20.00")]))
    #expect(clinic.account.balanceCents == 0)
  }

  @Test("a line denied beside a paid one stays open, and a replacement claim brings its money")
  func deniedLine() throws {
    var clinic = try AccountScenario()
    let paid = try clinic.insuredCharge(120_00)
    let denied = try clinic.insuredCharge(60_00)
    let claim = try clinic.claim(paid, denied)
    let unauthorized = LineAdjustment(group: .co, carc: "197", amount: try Money("60.00"))
    try clinic.record(
      AdjudicateClaim(
        claim: claim, status: 1,
        lines: [
          LineAnswer(charge: paid, paid: Money("120.00")),
          LineAnswer(charge: denied, paid: .zero, adjustments: [unauthorized]),
        ]))
    #expect(clinic.charge(paid).insuranceOpenCents == 0)
    #expect(clinic.charge(denied).insuranceOpenCents == 60_00)
    #expect(clinic.charge(denied).adjustedCents == 0)

    let replacement = clinic.newID(.claim)
    try clinic.record(
      SubmitClaim(
        charges: [denied], frequency: .replacement, replaces: claim, claim: replacement))
    try clinic.record(
      AdjudicateClaim(
        claim: replacement, status: 1, lines: [LineAnswer(charge: denied, paid: Money("60.00"))]))
    #expect(clinic.account.receivableCents == (insurance: 0, patient: 0))
    #expect(clinic.charge(denied).insurancePaidCents == 60_00)
    #expect(clinic.account.isBalanced())
  }

  @Test("the example of 48.00 paid: the patient's 52.00 settle the charge")
  func paidUp() throws {
    var clinic = try AccountScenario()
    let charge = try clinic.insuredCharge(120_00)
    let claim = try clinic.claim(charge)
    try clinic.record(
      answer(claim, charge, paid: "48.00", [(.co, "45", "20.00"), (.pr, "1", "52.00")]))
    try clinic.payment(Money("52.00"), apply: .oldest)
    #expect(clinic.account.balanceCents == 0)
    #expect(clinic.charge(charge).isBalanced)
  }

  @Test("a reversal undoes the adjudication exactly, and the patient's money becomes credit")
  func reversal() throws {
    var clinic = try AccountScenario()
    let charge = try clinic.insuredCharge(120_00)
    let claim = try clinic.claim(charge)
    let answered = try answer(
      claim, charge, paid: "48.00", [(.co, "45", "20.00"), (.pr, "1", "52.00")])
    try clinic.record(answered)
    #expect(try clinic.rule(refusing: answered) == "claim.notAnswerable")
    try clinic.payment(Money("40.00"), apply: .oldest)
    try clinic.record(WriteOffCharge(charge: charge, kind: .smallBalance), reason: "small")
    try clinic.record(ReverseAdjudication(claim: claim))
    #expect(clinic.charge(charge).insuranceOpenCents == 120_00)
    #expect(clinic.charge(charge).writtenOffCents == 0)
    #expect(clinic.account.unappliedCents == 40_00)
    #expect(clinic.account.isBalanced())
    #expect(clinic.history.last?.event.corrects.isEmpty == false)
    #expect(
      try clinic.rule(refusing: ReverseAdjudication(claim: claim)) == "claim.notAdjudicated")

    try clinic.record(
      answer(claim, charge, paid: "90.00", [(.co, "45", "20.00"), (.pr, "3", "10.00")]))
    #expect(clinic.account.receivableCents == (insurance: 0, patient: 10_00))
    #expect(clinic.account.balanceCents == -30_00)
  }

  @Test("only the surplus is taken off when the patient paid a part")
  func partialReversal() throws {
    var clinic = try AccountScenario()
    let charge = try clinic.insuredCharge(120_00)
    let claim = try clinic.claim(charge)
    try clinic.record(answer(claim, charge, paid: "68.00", [(.pr, "1", "52.00")]))
    try clinic.payment(Money("12.00"), apply: .oldest)
    let facts = try clinic.record(ReverseAdjudication(claim: claim))
    #expect(facts.count == 2)
    #expect(clinic.account.unappliedCents == 12_00)
  }

  @Test("an answer that does not add up or does not fit its claim is refused")
  func refusals() throws {
    var clinic = try AccountScenario()
    let charge = try clinic.insuredCharge(120_00)
    let other = try clinic.insuredCharge(50_00)
    let claim = try clinic.claim(charge)
    #expect(
      try clinic.rule(refusing: answer(claim, charge, paid: "100.00", [])) == "claim.unbalanced")
    #expect(
      try clinic.rule(refusing: answer(claim, charge, paid: "-1.00", [(.co, "45", "121.00")]))
        == "claim.unbalanced")
    #expect(
      try clinic.rule(
        refusing: answer(
          claim, charge, paid: "110.00", [(.co, "45", "20.00"), (.pr, "1", "-10.00")]))
        == "claim.overAdjudicated")
    #expect(try clinic.rule(refusing: answer(claim, other, paid: "50.00", [])) == "claim.lines")
    for status in [22, 23, 25, 0] {
      #expect(
        try clinic.rule(refusing: answer(claim, charge, status: status, paid: "120.00", []))
          == "claim.status")
    }
    #expect(
      try clinic.rule(refusing: answer(claim, charge, paid: "0.00", [(.co, "", "120.00")]))
        == "text.length")
    let replacement = clinic.newID(.claim)
    try clinic.record(answer(claim, charge, paid: "120.00", []))
    try clinic.record(SubmitClaim(frequency: .replacement, replaces: claim, claim: replacement))
    #expect(
      try clinic.rule(refusing: answer(replacement, charge, paid: "120.00", []))
        == "claim.overAdjudicated")
    try clinic.record(ReverseAdjudication(claim: claim))
    try clinic.record(answer(replacement, charge, paid: "120.00", []))
  }

  @Test("CLP05 that differs from the sum of group PR is told, not refused")
  func patientResponsibility() throws {
    var clinic = try AccountScenario()
    let charge = try clinic.insuredCharge(120_00)
    let claim = try clinic.claim(charge)
    var command = try answer(claim, charge, paid: "100.00", [(.pr, "3", "20.00")])
    command.patientResponsibility = try Money("25.00")
    var context = try clinic.context()
    let decision = try command.checkedDecision(clinic.clinic.memory, &context)
    #expect(decision.warnings.count == 1)
  }
}
