import PracticeEvents
import Testing

@testable import Practice

@Suite("Claims")
struct ClaimTests {
  @Test("a claim carries lines, diagnoses, pointers, the authorization and the total")
  func contents() throws {
    var clinic = try AccountScenario()
    try clinic.give([.diagnosisRecorded(clinic.diagnosis("M54.2", rank: 2))])
    var approved = AuthorizationApproved()
    approved.authorization = clinic.newID(.authorization).description
    approved.coverage = clinic.coverage.description
    approved.authorizationNumber = "A123"
    approved.fromDateOn = 2026_01_01
    approved.throughDateOn = 2026_12_31
    try clinic.give([.authorizationApproved(approved)])
    let session = try clinic.session(
      units: [3, 1], pointers: [2, 1], authorization: approved.authorization)
    try clinic.record(PostCharge(session: session))
    let charges = try clinic.account.standingCharges(ofSession: session.description)
      .map { try EntityID($0.charge) }
    let facts = try clinic.record(SubmitClaim(charges: charges))
    guard case .claimSubmitted(let claim) = facts.first else {
      Issue.record("no claim was submitted")
      return
    }
    #expect(claim.diagnosesIcd10Cm == ["M54.2", "M54.50"])
    #expect(claim.lines.map(\.diagnosisPointers) == [[1, 2], [1, 2]])
    #expect(claim.lines.map(\.chargeCents) == [90_00, 35_00])
    #expect(claim.totalCents == 125_00)
    #expect(claim.authorizationNumber == "A123")
    #expect(claim.payer == clinic.payer.description)
    #expect(claim.frequencyCode == 1)
    #expect(claim.claim.count <= 20)
    #expect(claim.lines.allSatisfy { clinic.account.charges[$0.charge]?.claim == claim.claim })
  }

  @Test("a rejected claim frees its charges for a new original, a submitted one is replaced")
  func resubmission() throws {
    var clinic = try AccountScenario()
    let charge = try clinic.insuredCharge(120_00)
    let first = try clinic.claim(charge)
    #expect(try clinic.rule(refusing: SubmitClaim(charges: [charge])) == "claim.duplicate")
    try clinic.record(RejectClaim(claim: first, category: .a7, statusCode: "562"))
    #expect(clinic.charge(charge).claim.isEmpty)
    let second = try clinic.claim(charge)
    try clinic.record(
      AcknowledgeClaim(claim: second, category: .a2, payerControlNumber: "PCN1"))
    #expect(clinic.account.claims[second.description]?.status == .acknowledged)
    let third = clinic.newID(.claim)
    try clinic.record(SubmitClaim(frequency: .replacement, replaces: second, claim: third))
    #expect(clinic.account.claims[second.description]?.replacedBy == third.description)
    #expect(clinic.charge(charge).claim == third.description)

    for old in [first, second] {
      let again = SubmitClaim(frequency: .replacement, replaces: old)
      #expect(try clinic.rule(refusing: again) == "claim.notReplaceable")
      #expect(
        try clinic.rule(refusing: AcknowledgeClaim(claim: old, category: .a1)) == "claim.answered")
      #expect(try clinic.rule(refusing: RejectClaim(claim: old, category: .a3)) == "claim.answered")
    }
    #expect(
      try clinic.rule(refusing: SubmitClaim(charges: [charge], frequency: .replacement))
        == "claim.frequency")
    #expect(
      try clinic.rule(refusing: SubmitClaim(charges: [charge], replaces: third))
        == "claim.frequency")
    let partial = SubmitClaim(charges: [charge], frequency: .void, replaces: third)
    #expect(try clinic.rule(refusing: partial) == "claim.charges")
  }

  @Test(
    "a replacement or withdrawal that is rejected unread leaves the replaced claim as it was",
    arguments: [ClaimFrequencyChoice.replacement, .void])
  func rejectedReplacement(frequency: ClaimFrequencyChoice) throws {
    var clinic = try AccountScenario()
    let charge = try clinic.insuredCharge(120_00)
    let original = try clinic.claim(charge)
    try clinic.record(AcknowledgeClaim(claim: original, category: .a2))
    let later = clinic.newID(.claim)
    try clinic.record(SubmitClaim(frequency: frequency, replaces: original, claim: later))
    try clinic.record(RejectClaim(claim: later, category: .a7))
    let restored = clinic.account.claims[original.description]
    #expect(restored?.status == .acknowledged)
    #expect(restored?.replacedBy == "")
    #expect(clinic.charge(charge).claim == original.description)
    #expect(try clinic.rule(refusing: SubmitClaim(charges: [charge])) == "claim.duplicate")
    try clinic.record(
      AdjudicateClaim(
        claim: original, status: 1, lines: [LineAnswer(charge: charge, paid: Money("120.00"))]))
    #expect(clinic.account.balanceCents == 0)
  }

  @Test(
    "a second claim for a session at the same rank needs a supervisor's reason, a replacement none")
  func sameSession() throws {
    var clinic = try AccountScenario()
    let session = try clinic.session(units: [2, 2])
    try clinic.record(PostCharge(session: session))
    let charges = try clinic.account.standingCharges(ofSession: session.description)
      .map { try EntityID($0.charge) }
    let first = clinic.newID(.claim)
    try clinic.record(SubmitClaim(charges: [charges[0]], claim: first))
    let rest = SubmitClaim(charges: [charges[1]])
    #expect(try clinic.rule(refusing: rest) == "claim.sameSession")
    #expect(try clinic.rule(refusing: rest, by: .biller, reason: "late") == "claim.sameSession")
    let whole = clinic.newID(.claim)
    try clinic.record(
      SubmitClaim(charges: charges, frequency: .replacement, replaces: first, claim: whole))
    #expect(clinic.account.claims[whole.description]?.submitted.overriddenRules == [])
    try clinic.record(RejectClaim(claim: whole, category: .a7))
    let facts = try clinic.record(rest, reason: "the payer asked for the second line alone")
    guard case .claimSubmitted(let claim) = facts.first else { throw Refusal.unexpected }
    #expect(claim.overriddenRules == ["claim.sameSession"])
  }

  @Test("a claim that nobody answers for the same session at another rank is no second one")
  func otherRank() throws {
    var payers = try TwoPayers()
    let (charge, claim) = try payers.answered()
    let next = try payers.billNext(claim)
    #expect(payers.clinic.account.claims[next.description]?.submitted.overriddenRules == [])
    #expect(payers.clinic.charge(charge).claim == next.description)
  }

  @Test("a charge remembers when it was first submitted")
  func firstSubmission() throws {
    var clinic = try AccountScenario()
    let charge = try clinic.insuredCharge(120_00)
    let first = try clinic.claim(charge)
    try clinic.advance(to: "2026-04-20T09:00")
    let second = clinic.newID(.claim)
    try clinic.record(SubmitClaim(frequency: .replacement, replaces: first, claim: second))
    #expect(clinic.account.claims[second.description]?.submitted.submittedOn == 2026_04_20)
    #expect(clinic.charge(charge).firstSubmittedOn == 2026_03_31)
    try clinic.record(RejectClaim(claim: second, category: .a3))
    #expect(clinic.charge(charge).firstSubmittedOn == 2026_03_31)
  }

  @Test("a claim that the payer would refuse is refused here")
  func refusals() throws {
    var clinic = try AccountScenario()
    #expect(try clinic.rule(refusing: SubmitClaim()) == "claim.charges")
    let patients = try clinic.patientCharge(50_00)
    #expect(try clinic.rule(refusing: SubmitClaim(charges: [patients])) == "claim.coverage")
    let charge = try clinic.insuredCharge(120_00)
    #expect(
      try clinic.rule(refusing: SubmitClaim(charges: [charge, patients])) == "claim.coverage")
    #expect(try clinic.rule(refusing: SubmitClaim(charges: [charge, charge])) == "claim.charges")

    let unsigned = try clinic.session(on: 2026_03_03, signed: false)
    let unsignedCharge = clinic.newID(.charge)
    try clinic.record(PostCharge(session: unsigned, charge: unsignedCharge))
    #expect(
      try clinic.rule(refusing: SubmitClaim(charges: [unsignedCharge])) == "claim.unsignedNote")
    let unpointed = try clinic.session(on: 2026_03_04, pointers: [7])
    let unpointedCharge = clinic.newID(.charge)
    try clinic.record(PostCharge(session: unpointed, charge: unpointedCharge))
    #expect(
      try clinic.rule(refusing: SubmitClaim(charges: [unpointedCharge])) == "claim.diagnosis")

    var approved = AuthorizationApproved()
    approved.authorization = clinic.newID(.authorization).description
    approved.coverage = clinic.coverage.description
    approved.authorizationNumber = "A123"
    approved.fromDateOn = 2026_01_01
    approved.throughDateOn = 2026_12_31
    try clinic.give([.authorizationApproved(approved)])
    let authorized = try clinic.session(
      on: 2026_03_05, authorization: approved.authorization)
    let authorizedCharge = clinic.newID(.charge)
    try clinic.record(PostCharge(session: authorized, charge: authorizedCharge))
    #expect(
      try clinic.rule(refusing: SubmitClaim(charges: [charge, authorizedCharge]))
        == "claim.authorization")

    var election = SelfPayElected()
    election.fromDateOn = 2026_03_01
    election.throughDateOn = 2026_03_02
    try clinic.give([.selfPayElected(election)])
    #expect(try clinic.rule(refusing: SubmitClaim(charges: [charge])) == "claim.selfPay")
  }

  @Test("a claim has at most 50 lines")
  func size() throws {
    var clinic = try AccountScenario()
    let charges = try (0..<51).map { _ in try clinic.insuredCharge(10_00) }
    #expect(try clinic.rule(refusing: SubmitClaim(charges: charges)) == "claim.size")
    try clinic.record(SubmitClaim(charges: Array(charges.prefix(50))))
  }

  @Test("Medicare gets no claim")
  func medicare() throws {
    var clinic = try AccountScenario(payerType: .medicare)
    let charge = try clinic.insuredCharge(120_00)
    #expect(try clinic.rule(refusing: SubmitClaim(charges: [charge])) == "claim.medicare")
  }

  @Test("31 January and 90 days: 1 May is in time, 2 May is not")
  func timelyFiling() throws {
    var clinic = try AccountScenario()
    let first = try clinic.insuredCharge(120_00, on: 2026_01_31)
    let second = try clinic.insuredCharge(120_00, on: 2026_01_31)
    try clinic.advance(to: "2026-05-01T09:00")
    let claim = try clinic.claim(first)
    try clinic.advance(to: "2026-05-02T09:00")
    let late = SubmitClaim(charges: [second])
    #expect(try clinic.rule(refusing: late, by: .biller) == "claim.timelyFiling")
    #expect(try clinic.rule(refusing: late, by: .biller, reason: "asked") == "claim.timelyFiling")
    #expect(try clinic.rule(refusing: late) == "claim.timelyFiling")
    try clinic.record(late, reason: "retroactive coverage")
    var context = try clinic.context()
    let acknowledged = try AcknowledgeClaim(claim: claim, category: .a1)
      .checkedDecision(clinic.clinic.memory, &context)
    #expect(acknowledged.warnings.count == 1)
  }

  @Test("a payer's trace number comes once, another payer's may be the same")
  func remittance() throws {
    var clinic = try AccountScenario()
    let other = SubjectID(high: 0x4003, low: 0x8003)
    try clinic.give([.payerRegistered(PayerRegistered())], to: other)
    func advice(
      _ payer: SubjectID, _ amount: String = "49.37", trace: String = "EFT1",
      method: RemittanceMethodChoice = .ach, id: EntityID? = nil
    ) throws -> ReceiveRemittance {
      ReceiveRemittance(
        payer: SubjectReference(payer), traceNumber: trace, method: method,
        amount: try Money(amount),
        adjustments: [ProviderAdjustment(code: "L6", amount: try Money("-1.37"))], remittance: id)
    }
    let remittance = clinic.newID(.remittance)
    try clinic.record(advice(clinic.payer, id: remittance))
    #expect(try clinic.rule(refusing: advice(clinic.payer)) == "remittance.duplicate")
    let others = clinic.newID(.remittance)
    try clinic.record(advice(other, id: others))
    #expect(
      try clinic.rule(refusing: advice(clinic.payer, "-1.00", trace: "EFT2"))
        == "remittance.amount")
    #expect(
      try clinic.rule(refusing: advice(clinic.payer, "1.00", trace: "EFT2", method: .none))
        == "remittance.amount")
    #expect(try clinic.rule(refusing: advice(clinic.payer, trace: "")) == "text.length")

    let charge = try clinic.insuredCharge(48_00)
    let claim = try clinic.claim(charge)
    func answer(_ remittance: EntityID) throws -> AdjudicateClaim {
      AdjudicateClaim(
        claim: claim, status: 1, lines: [LineAnswer(charge: charge, paid: try Money("48.00"))],
        remittance: remittance)
    }
    #expect(try clinic.rule(refusing: answer(others)) == "claim.remittance")
    #expect(try clinic.rule(refusing: answer(charge)) == "claim.remittance")
    try clinic.record(answer(remittance))
    #expect(clinic.charge(charge).insurancePaidCents == 48_00)
  }
}

@Suite("What a claim is scrubbed for")
struct ClaimScrubTests {
  @Test("a payer that asks for an authorization gets no claim without one, but a supervisor's word")
  func authorization() throws {
    var clinic = try AccountScenario()
    let charge = try clinic.insuredCharge(100_00)
    var changed = PayerPolicyChanged()
    changed.policy.requiresAuthorization = true
    changed.effectiveFrom = 2026_01_01
    try clinic.give([.payerPolicyChanged(changed)], to: clinic.payer)
    let command = SubmitClaim(charges: [charge])
    let refusal = try clinic.clinic.refusal(of: command)
    #expect(refusal.rule == "claim.authorization" && refusal.problem.contains("CARC 197"))
    try clinic.record(command, reason: "the payer waived it by phone")
  }
}
