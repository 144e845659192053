import PracticeEvents
import Testing

@testable import Practice

@Suite("Superbills")
struct SuperbillTests {
  @Test("a superbill lists what was charged and paid, with the diagnoses")
  func contents() throws {
    var clinic = try AccountScenario()
    let session = try clinic.session(selfPay: true)
    try clinic.record(PostCharge(session: session))
    try clinic.payment(Money("50.00"), apply: .oldest)
    let id = clinic.newID(.superbill)
    try clinic.record(IssueSuperbill(sessions: [session], superbill: id))
    let line = try #require(clinic.account.superbills.first?.lines.first)
    #expect(line.chargeCents == 120_00)
    #expect(line.paidCents == 50_00)
    #expect(line.diagnosesIcd10Cm == ["M54.50"])

    try clinic.record(IssueSuperbill(sessions: [session], supersedes: id))
    let again = IssueSuperbill(sessions: [session], supersedes: id)
    #expect(try clinic.rule(refusing: again) == "superbill.supersedes")
  }

  @Test(
    "a session stands on one superbill: a second one is refused until the first is replaced or void"
  )
  func again() throws {
    var clinic = try AccountScenario()
    let session = try clinic.session(selfPay: true)
    let other = try clinic.session(on: 2026_03_03, selfPay: true)
    for session in [session, other] { try clinic.record(PostCharge(session: session)) }
    let first = clinic.newID(.superbill)
    try clinic.record(IssueSuperbill(sessions: [session], superbill: first))
    let refusal = try clinic.clinic.refusal(of: IssueSuperbill(sessions: [other, session]))
    #expect(refusal.rule == "superbill.again" && refusal.problem.contains(first.description))
    #expect(refusal.evidence.count == 1)
    let second = clinic.newID(.superbill)
    try clinic.record(
      IssueSuperbill(sessions: [other, session], supersedes: first, superbill: second))
    #expect(try clinic.rule(refusing: IssueSuperbill(sessions: [other])) == "superbill.again")
    try clinic.record(VoidSuperbill(superbill: second), reason: "wrong member id")
    try clinic.record(IssueSuperbill(sessions: [other]))
  }

  /// An insured session whose charge was given to the patient before anybody claimed it.
  private func given(
    _ clinic: inout AccountScenario
  ) throws -> (session: EntityID, charge: EntityID) {
    let session = try clinic.session()
    let charge = clinic.newID(.charge)
    try clinic.record(PostCharge(session: session, charge: charge))
    try clinic.record(
      TransferBalance(charge: charge, to: .patient), reason: "the patient files it")
    return (session, charge)
  }

  @Test("no claim goes out for a session of which the patient has a superbill, until that is void")
  func superbillThenClaim() throws {
    var clinic = try AccountScenario()
    let (session, charge) = try given(&clinic)
    let superbill = clinic.newID(.superbill)
    try clinic.record(IssueSuperbill(sessions: [session], superbill: superbill))
    try clinic.record(VoidCharge(charge: charge), reason: "we bill it after all")
    var context = try clinic.context()
    let again = clinic.newID(.charge)
    let posting = PostCharge(session: session, charge: again)
    let decision = try posting.decide(clinic.clinic.memory, &context)
    #expect(decision.warnings.contains { $0.contains(superbill.description) })
    try clinic.record(posting)
    let refusal = try clinic.clinic.refusal(of: SubmitClaim(charges: [again]))
    #expect(refusal.rule == "claim.superbill" && refusal.remedy.contains("void-superbill"))
    try clinic.record(VoidSuperbill(superbill: superbill), reason: "never sent in")
    try clinic.claim(again)
  }

  @Test(
    "no superbill for a session that a payer has a claim for; of a denied one there is a warning")
  func claimThenSuperbill() throws {
    var clinic = try AccountScenario()
    let session = try clinic.session()
    let charge = clinic.newID(.charge)
    try clinic.record(PostCharge(session: session, charge: charge))
    let claim = try clinic.claim(charge)
    #expect(try clinic.rule(refusing: IssueSuperbill(sessions: [session])) == "superbill.claimed")
    try clinic.record(
      AdjudicateClaim(
        claim: claim, status: 4,
        lines: [
          LineAnswer(
            charge: charge, paid: .zero,
            adjustments: [LineAdjustment(group: .co, carc: "16", amount: Money("120.00"))])
        ]))
    try clinic.record(VoidCharge(charge: charge), reason: "posted anew for the patient")
    let second = clinic.newID(.charge)
    try clinic.record(PostCharge(session: session, charge: second))
    try clinic.record(
      TransferBalance(charge: second, to: .patient), reason: "the patient files it")
    var context = try clinic.context()
    let decision = try IssueSuperbill(sessions: [session]).decide(clinic.clinic.memory, &context)
    #expect(decision.warnings.contains { $0.contains(claim.description) && $0.contains("denied") })
  }

  @Test("a superbill that an insurer would not take is refused")
  func refusals() throws {
    var clinic = try AccountScenario()
    #expect(try clinic.rule(refusing: IssueSuperbill(sessions: [])) == "superbill.sessions")
    let unsigned = try clinic.session(selfPay: true, signed: false)
    #expect(
      try clinic.rule(refusing: IssueSuperbill(sessions: [unsigned])) == "superbill.unsignedNote")
    try clinic.sign(unsigned)
    #expect(
      try clinic.rule(refusing: IssueSuperbill(sessions: [unsigned])) == "superbill.charges")
    let relaxation = try clinic.session(serviceClass: .relaxation)
    #expect(
      try clinic.rule(refusing: IssueSuperbill(sessions: [relaxation])) == "superbill.session")
    let insured = try clinic.session()
    try clinic.record(PostCharge(session: insured))
    #expect(try clinic.rule(refusing: IssueSuperbill(sessions: [insured])) == "superbill.claimed")

    try clinic.give([.diagnosisRecorded(clinic.diagnosis("M54.5", rank: 3))])
    let vague = try clinic.session(selfPay: true, pointers: [3])
    try clinic.record(PostCharge(session: vague))
    #expect(try clinic.rule(refusing: IssueSuperbill(sessions: [vague])) == "superbill.diagnosis")

    try clinic.give([.sitePracticeProfileSet(SitePracticeProfileSet())], to: .site)
    #expect(try clinic.rule(refusing: IssueSuperbill(sessions: [vague])) == "superbill.issuer")
  }
}
