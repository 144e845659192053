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
