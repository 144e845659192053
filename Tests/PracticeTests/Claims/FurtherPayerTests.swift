import PracticeEvents
import Testing

@testable import Practice

/// An account with a second coverage, by another payer.
struct TwoPayers {
  var clinic: AccountScenario
  let secondPayer = SubjectID(high: 0x4003, low: 0x8003)
  let second = EntityID.make(.coverage, random: 2)

  init() throws {
    clinic = try AccountScenario()
    var payer = PayerRegistered()
    payer.type = .commercial
    payer.policy.timelyFilingDays = 60
    payer.effectiveFrom = 2026_01_01
    try clinic.give([.payerRegistered(payer)], to: secondPayer)
    var covered = CoverageAdded()
    covered.coverage = second.description
    covered.payer = secondPayer.description
    covered.rank = .secondary
    covered.effectiveFrom = 2026_01_01
    try clinic.give([.coverageAdded(covered)])
  }

  static func answer(
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

  /// A charge of 120.00 of which the first payer paid 60.00, adjusted 20.00 and left 40.00.
  mutating func answered() throws -> (charge: EntityID, claim: EntityID) {
    let charge = try clinic.insuredCharge(120_00)
    let claim = try clinic.claim(charge)
    try clinic.record(
      Self.answer(claim, charge, paid: "60.00", [(.co, "45", "20.00"), (.pr, "1", "40.00")]))
    return (charge, claim)
  }

  mutating func billNext(_ claim: EntityID) throws -> EntityID {
    let next = clinic.newID(.claim)
    try clinic.record(BillNextPayer(claim: claim, nextClaim: next))
    return next
  }
}

@Suite("A further payer")
struct FurtherPayerTests {
  @Test("is asked for what the first one left to the patient, and told what it settled")
  func claim() throws {
    var given = try TwoPayers()
    let (charge, first) = try given.answered()
    let next = try given.billNext(first)
    let sent = given.clinic.account.claims[next.description]?.submitted
    #expect(sent?.rank == .secondary)
    #expect(sent?.payer == given.secondPayer.description)
    #expect(sent?.lines.map(\.chargeCents) == [120_00])
    #expect(sent?.lines.map(\.priorSettledCents) == [80_00])
    #expect(sent?.priorAdjudications == ["\(first)/1"])
    // Sixty days from the first payer's answer of 2026-03-31.
    #expect(sent?.fileByOn == 2026_05_30)
    let after = given.clinic.charge(charge)
    #expect(after.insuranceOpenCents == 40_00 && after.patientOpenCents == 0)
    #expect(after.coverage == given.second.description)
    #expect(after.isBalanced)
    #expect(
      try given.clinic.rule(refusing: BillNextPayer(claim: first)) == "claim.nothingLeft")
  }

  struct Case: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var paid: String
    var adjustments: [(AdjustmentGroupChoice, String, String)]
    /// What the patient had paid before the further payer was asked.
    var patientPaid: Int64 = 0
    var adjusted: Int64
    var patientOpen: Int64
    var insurancePaid: Int64
    var credit: Int64 = 0
  }

  @Test(
    "settles only what was left: OA-23 is the first payer's part and no write-off",
    arguments: [
      Case(
        testDescription: "pays a part", paid: "30.00",
        adjustments: [(.oa, "23", "80.00"), (.pr, "2", "10.00")], adjusted: 20_00,
        patientOpen: 10_00, insurancePaid: 90_00),
      Case(
        testDescription: "tells only what the first paid, and adjusts more itself", paid: "30.00",
        adjustments: [(.oa, "23", "60.00"), (.co, "45", "30.00")], adjusted: 30_00,
        patientOpen: 0, insurancePaid: 90_00),
      Case(
        testDescription: "pays nothing and leaves all to the patient", paid: "0.00",
        adjustments: [(.oa, "23", "80.00"), (.pr, "1", "40.00")], adjusted: 20_00,
        patientOpen: 40_00, insurancePaid: 60_00),
      Case(
        testDescription: "settles what the patient had paid", paid: "30.00",
        adjustments: [(.oa, "23", "80.00"), (.pr, "2", "10.00")], patientPaid: 25_00,
        adjusted: 20_00, patientOpen: 0, insurancePaid: 90_00, credit: 15_00),
      Case(
        testDescription: "settles all that the patient had paid", paid: "40.00",
        adjustments: [(.oa, "23", "80.00")], patientPaid: 39_99, adjusted: 20_00, patientOpen: 0,
        insurancePaid: 100_00, credit: 39_99),
    ])
  func settles(_ given: Case) throws {
    var payers = try TwoPayers()
    let (charge, first) = try payers.answered()
    if given.patientPaid > 0 {
      try payers.clinic.payment(Money(cents: given.patientPaid), apply: .oldest)
    }
    let next = try payers.billNext(first)
    try payers.clinic.record(
      TwoPayers.answer(next, charge, status: 2, paid: given.paid, given.adjustments))
    let after = payers.clinic.charge(charge)
    #expect(after.insuranceOpenCents == 0)
    #expect(after.adjustedCents == given.adjusted)
    #expect(after.patientOpenCents == given.patientOpen)
    #expect(after.insurancePaidCents == given.insurancePaid)
    #expect(payers.clinic.account.unappliedCents == given.credit)
    #expect(payers.clinic.account.isBalanced())

    // Taken back, the further payer owes again what it settled, and no cent is lost.
    try payers.clinic.record(ReverseAdjudication(claim: next))
    let back = payers.clinic.charge(charge)
    #expect(back.adjustedCents == 20_00 && back.insurancePaidCents == 60_00)
    #expect(back.insuranceOpenCents + back.patientOpenCents + back.patientPaidCents == 40_00)
    #expect(payers.clinic.account.isBalanced())
  }

  @Test("an answer that leaves out what was settled before is refused")
  func coordination() throws {
    var given = try TwoPayers()
    let (charge, first) = try given.answered()
    let next = try given.billNext(first)
    let wrong = try TwoPayers.answer(next, charge, status: 2, paid: "50.00", [(.oa, "23", "70.00")])
    #expect(try given.clinic.rule(refusing: wrong) == "claim.coordination")
  }

  @Test("the first answer is taken back only after the further payer's")
  func order() throws {
    var given = try TwoPayers()
    let (charge, first) = try given.answered()
    let next = try given.billNext(first)
    #expect(
      try given.clinic.rule(refusing: ReverseAdjudication(claim: first))
        == "claim.reversalBlocked")
    #expect(
      try given.clinic.rule(
        refusing: TransferBalance(charge: charge, to: .patient), reason: "no secondary after all")
        == "transfer.claimed")
    try given.clinic.record(RejectClaim(claim: next, category: .a7))
    try given.clinic.record(
      TransferBalance(charge: charge, to: .patient), reason: "no secondary after all")
    #expect(given.clinic.charge(charge).patientOpenCents == 40_00)
    try given.clinic.record(ReverseAdjudication(claim: first))
    let after = given.clinic.charge(charge)
    #expect(after.insuranceOpenCents == 120_00)
    #expect(after.coverage == given.clinic.coverage.description)
    #expect(after.claim == first.description)
    #expect(given.clinic.account.isBalanced())
  }

  @Test("without a further coverage in force there is nobody to ask")
  func nobody() throws {
    var clinic = try AccountScenario()
    let charge = try clinic.insuredCharge(120_00)
    let claim = try clinic.claim(charge)
    try clinic.record(
      TwoPayers.answer(claim, charge, paid: "60.00", [(.pr, "1", "60.00")]))
    #expect(try clinic.rule(refusing: BillNextPayer(claim: claim)) == "claim.noNextPayer")
  }
}

@Suite("Moving a balance")
struct TransferBalanceTests {
  @Test("nothing that a payer marked CO goes to the patient", arguments: ["16", "29", "197"])
  func contractual(carc: String) throws {
    var clinic = try AccountScenario()
    let charge = try clinic.insuredCharge(120_00)
    let claim = try clinic.claim(charge)
    try clinic.record(
      TwoPayers.answer(claim, charge, status: 4, paid: "0.00", [(.co, carc, "120.00")]))
    #expect(
      try clinic.rule(
        refusing: TransferBalance(charge: charge, to: .patient), reason: "the patient can pay")
        == "transfer.notPatients")
  }

  @Test("what the wrong payer denied goes to the right one in full")
  func wrongPayer() throws {
    var given = try TwoPayers()
    let charge = try given.clinic.insuredCharge(120_00)
    let claim = try given.clinic.claim(charge)
    try given.clinic.record(
      TwoPayers.answer(claim, charge, status: 4, paid: "0.00", [(.co, "109", "120.00")]))
    try given.clinic.record(
      TransferBalance(charge: charge, to: .insurance, coverage: given.second),
      reason: "the payer says who is liable")
    let next = try given.clinic.claim(charge)
    let sent = given.clinic.account.claims[next.description]?.submitted
    #expect(sent?.payer == given.secondPayer.description)
    #expect(sent?.lines.first?.priorSettledCents == 0 && sent?.priorAdjudications == [])
    try given.clinic.record(
      TwoPayers.answer(next, charge, paid: "100.00", [(.co, "45", "20.00")]))
    #expect(given.clinic.account.balanceCents == 0)
    #expect(given.clinic.account.isBalanced())
  }

  @Test("a charge that was never claimed goes to the patient in time, and not when it is too late")
  func neverClaimed() throws {
    var clinic = try AccountScenario(timelyFilingDays: 30)
    let charge = try clinic.insuredCharge(120_00, on: 2026_03_01)
    try clinic.record(
      TransferBalance(charge: charge, to: .patient), reason: "the coverage was not in force")
    #expect(clinic.charge(charge).patientOpenCents == 120_00)
    #expect(clinic.charge(charge).coverage.isEmpty)
    let late = try clinic.insuredCharge(120_00, on: 2026_02_28)
    #expect(
      try clinic.rule(refusing: TransferBalance(charge: late, to: .patient), reason: "forgotten")
        == "transfer.filedLate")
  }

  @Test("the patient's own charges and charges on their way stay where they are")
  func refusals() throws {
    var given = try TwoPayers()
    let own = try given.clinic.patientCharge(50_00)
    #expect(
      try given.clinic.rule(
        refusing: TransferBalance(charge: own, to: .insurance, coverage: given.second),
        reason: "insured after all") == "transfer.notInsured")
    let charge = try given.clinic.insuredCharge(120_00)
    #expect(
      try given.clinic.rule(refusing: TransferBalance(charge: charge, to: .patient)) == "reason")
    #expect(
      try given.clinic.rule(refusing: TransferBalance(charge: charge, to: .insurance), reason: "x")
        == "transfer.coverage")
    #expect(
      try given.clinic.rule(
        refusing: TransferBalance(
          charge: charge, to: .insurance, coverage: given.clinic.coverage), reason: "x")
        == "transfer.coverage")
    try given.clinic.claim(charge)
    #expect(
      try given.clinic.rule(
        refusing: TransferBalance(charge: charge, to: .insurance, coverage: given.second),
        reason: "x") == "transfer.claimed")
  }
}
