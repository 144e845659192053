import Foundation
import Interchange
import Practice
import PracticeEvents
import TestSupport
import Testing

@Suite("Answers about coverage")
struct EligibilityTests {
  struct Fixture: Sendable, CustomTestStringConvertible {
    var file: String
    var active: AnswerChoice
    var rejections: [String] = []
    var benefits: Int
    var level = Eligibility.Level.subscriber
    var testDescription: String { file }
  }

  static let fixtures = [
    Fixture(file: "imsweb-x271", active: .yes, benefits: 1),
    Fixture(
      file: "lfh-subscriber-health-benefit-check-error", active: .unknown, rejections: ["50"],
      benefits: 0, level: .receiver),
    Fixture(file: "lfh-subscriber-health-benefit-check", active: .yes, benefits: 5),
    Fixture(
      file: "oopf-4010-DHHS-VS-visits", active: .unknown, rejections: ["RC", "RC", "RC"],
      benefits: 12),
    Fixture(file: "oopf-4010-TMHP-newline-terminator", active: .yes, benefits: 4),
    Fixture(file: "oopf-4010-inactive-EB6", active: .no, benefits: 2, level: .dependent),
    Fixture(
      file: "oopf-AAA-ValidationForSubscriberName", active: .unknown, rejections: ["72", "75"],
      benefits: 0),
    Fixture(
      file: "oopf-AAA-plus-EBF-Example_3_1_2", active: .unknown,
      rejections: ["80", "79", "79", "80", "41", "41", "42"], benefits: 6),
    Fixture(file: "oopf-Example_3_1_2-indented-bom", active: .yes, benefits: 5),
  ]

  @Test("every fixture has its case", .enabled(if: X12Fixtures.isThere, X12Fixtures.reason))
  func complete() {
    #expect(Set(X12Fixtures.names("271")) == Set(Self.fixtures.map { "271/\($0.file).271" }))
  }

  @Test(
    "of others are read, and none of them says anything about massage",
    .enabled(if: X12Fixtures.isThere, X12Fixtures.reason), arguments: fixtures)
  func fixture(_ given: Fixture) throws {
    let file = try EligibilityFile(X12Fixtures.bytes("271/\(given.file).271"))
    #expect(file.answers.count == 1)
    let eligibility = file.answers[0]
    #expect(eligibility.level == given.level)
    #expect(eligibility.rejections.map(\.reason) == given.rejections)
    #expect(eligibility.benefits.count == given.benefits)
    let answer = eligibility.answer()
    #expect(answer.active == given.active)
    #expect(answer.rejectReason == given.rejections.last)
    #expect(answer.benefits ?? [] == [])
    #expect(answer.inNetwork == nil && answer.authorizationRequired == nil)
    if given.level != .receiver { #expect(answer.memberID?.isEmpty == false) }
  }

  @Test(
    "what stands between LS and LE is about somebody else",
    .enabled(if: X12Fixtures.isThere, X12Fixtures.reason))
  func relatedNames() throws {
    let file = try EligibilityFile(
      X12Fixtures.bytes("271/oopf-4010-TMHP-newline-terminator.271"))
    #expect(file.answers[0].subscriber.memberID == "444115555")
    #expect(file.answers[0].benefits.flatMap(\.related).count == 3)
  }

  private static let full = [
    "DTP*346*D8*20260101", "EB*1**30*PPO*GOLD", "EB*1*IND*BE",
    "EB*B*IND*BE***27*30.00*****Y", "EB*B*IND*BE***27*60.00*****N", "EB*A*IND*BE*****.2****W",
    "EB*C*IND*BE***29*150.5", "EB*C*FAM*BE***29*900", "EB*C*IND*30***23*500",
    "EB*F*IND*BE***23***VS*20*Y*Y", "EB*F*IND*BE***29***VS*13**Y", "EB*F*IND*BE^PT***32*5000",
  ]

  private func answer(_ body: [String], inNetwork: Bool? = true) throws -> EligibilityAnswer {
    try X12Text.readEligibility(X12Text.eligibility(body.joined(separator: "~\n")))
      .answer(inNetwork: inNetwork)
  }

  @Test("of massage is put together: copay, share, deductible, limit, visits left")
  func massage() throws {
    let answer = try answer(Self.full)
    let benefit = try #require(answer.benefits?.first)
    #expect(answer.active == .yes && answer.inNetwork == .yes)
    #expect(answer.authorizationRequired == .yes)
    #expect(answer.referenceNumber == "ASK-7")
    #expect(answer.planBeginsOn == (try CivilDate("2026-01-01")))
    #expect(benefit.serviceType == "BE" && benefit.covered == .yes)
    #expect(benefit.copay == Money(cents: 30_00))
    #expect(benefit.coinsurance == Rate(milliPercent: 20_000))
    #expect(benefit.deductibleLeft == Money(cents: 150_50))
    #expect(benefit.visitLimit == 20 && benefit.visitLimitPeriod == .calendarYear)
    #expect(benefit.visitsRemaining == 13)
    #expect(benefit.outOfPocketLeft == nil)
    #expect(answer.benefits?.count == 1)
  }

  @Test("that differ by network are unknown until somebody says whether the clinic is in it")
  func network() throws {
    #expect(try answer(Self.full, inNetwork: false).benefits?.first?.copay == Money(cents: 60_00))
    let unknown = try answer(Self.full, inNetwork: nil)
    #expect(unknown.benefits?.first?.copay == nil && unknown.inNetwork == nil)
    #expect(unknown.benefits?.first?.coinsurance == Rate(milliPercent: 20_000))
  }

  @Test(
    "never become yes for massage when it was not named",
    arguments: [
      ["EB*1**30"], ["EB*1**30", "EB*B*IND*30***27*20"], ["EB*1**30^33^98^PT^AE"],
      ["EB*1**30", "EB*B*IND****27*20"], ["EB*1**30", "EB*1**BD"],
      ["EB*1**30", "EB*F**30***23***VS*9"],
    ])
  func unknown(body: [String]) throws {
    let answer = try answer(body)
    #expect(answer.active == .yes)
    #expect(answer.benefits ?? [] == [])
  }

  @Test(
    "of massage, without a word on coverage, leave it unknown; exclusion wins",
    arguments: [
      (["EB*1**30", "EB*B*IND*BE***27*20"], AnswerChoice.unknown),
      (["EB*1**30", "EB*1**BE", "EB*I**BE"], .no), (["EB*1**30", "EB*E**BE"], .no),
      (["EB*1**30", "EB*1**PT^BE"], .yes), (["EB*1**30", "EB*1**BE", "AAA*N**60*N"], nil),
    ] as [([String], AnswerChoice?)])
  func covered(body: [String], covered: AnswerChoice?) throws {
    #expect(try answer(body).benefits?.first?.covered == covered)
  }

  @Test(
    "active and inactive at once are unknown; another service's inactivity is not the plan's",
    arguments: [
      (["EB*6**30"], AnswerChoice.no), (["EB*7"], .no), (["EB*8**30"], .no),
      (["EB*1**30", "EB*6**30"], .unknown), (["EB*1**30", "EB*6**35"], .yes),
      (["EB*1**98"], .unknown), (["EB*1**BE"], .yes), (["MSG*HELLO"], .unknown),
    ])
  func activity(body: [String], active: AnswerChoice) throws {
    #expect(try answer(body).active == active)
  }

  @Test("with a malformed quantity do not become a limit; HSD and procedures do")
  func quantities() throws {
    let malformed = try answer(["EB*1**BE", "EB*F*IND*BE*HM*PLAN*27***24*23"])
    #expect(malformed.benefits?.first?.visitLimit == nil)
    let delivery = try answer(["EB*1**BE", "EB*F*IND*BE", "HSD*VS*30***23*1", "HSD*VS*12***29"])
    #expect(delivery.benefits?.first?.visitLimit == 30)
    #expect(delivery.benefits?.first?.visitsRemaining == 12)
    let code = try answer([
      "EB*1**30", "EB*B*IND*PT***27*15******HC:97140", "EB*I************HC:97124",
    ])
    #expect(code.benefits?.map(\.cpt?.description) == ["97124", "97140"])
    #expect(code.benefits?.map(\.covered) == [.no, .unknown])
    #expect(code.benefits?.last?.copay == Money(cents: 15_00))
  }

  @Test("dependents are answers of their own; a subscriber who is only named is none")
  func dependents() throws {
    let text = X12Text.eligibility(
      "HL*4*3*23*0~\nNM1*03*1*RIVERA*LEO****MI*~\nDMG*D8*20120101*M~\nEB*1**30")
    let answers = try EligibilityFile(Array(text.utf8)).answers
    #expect(answers.map(\.level) == [.dependent])
    #expect(answers[0].answer().memberID == "W123456")
    #expect(answers[0].answer().bornOn == (try CivilDate("2012-01-01")))
    let both = X12Text.eligibility("EB*1**30~\nHL*4*3*23*0~\nNM1*03*1*RIVERA*LEO~\nEB*6**30")
    #expect(
      try EligibilityFile(Array(both.utf8)).answers.map { $0.answer().active } == [.yes, .no])
  }
}

@Suite("Recording answers about coverage")
struct RecordEligibilityTests {
  private func answers(_ body: String..., member: String = "W123456") throws -> [EligibilityAnswer]
  {
    let text = X12Text.eligibility(body.joined(separator: "~\n"))
      .replacing("*MI*W123456", with: "*MI*\(member)")
    return try EligibilityFile(Array(text.utf8)).answers.map { $0.answer() }
  }

  @Test("an answer is recorded for the coverage of its payer and member, with what is known")
  func verified() throws {
    var clinic = try PostingClinic(SentClaims())
    try clinic.scenario.record(RequestVerification(coverage: clinic.sent.coverage))
    let facts = try clinic.scenario.record(
      RecordEligibility(answers: answers("EB*1**30", "EB*1**BE", "EB*B**BE***27*0")),
      by: .frontDesk)
    guard case .insuranceVerified(let verified) = facts.first?.event.fact else {
      Issue.record("nothing was verified")
      return
    }
    #expect(verified.active == .yes && verified.lmtCovered == .unknown)
    #expect(verified.verifiedOn == 2026_03_30 && verified.goodThrough == 2026_03_31)
    let benefit = try #require(verified.benefits.first)
    #expect(benefit.covered == .yes && benefit.copayKnown && benefit.copayCents == 0)
    #expect(!benefit.deductibleKnown && !benefit.coinsuranceKnown && !benefit.outOfPocketKnown)
    #expect(benefit.statedCopay == .zero)
    let state = clinic.scenario.memory.patient(clinic.sent.patient).coverage
    #expect(state.coverages[clinic.sent.coverage.description]?.openRequests.isEmpty == true)
  }

  @Test("rejections and inactive coverage are recorded as what they are")
  func bad() throws {
    var clinic = try PostingClinic(SentClaims())
    let failed = try clinic.scenario.record(RecordEligibility(answers: answers("AAA*N**72*C")))
    guard case .verificationFailed(let failure) = failed.first?.event.fact else {
      Issue.record("no failure")
      return
    }
    #expect(failure.rejectReason == "72" && failure.followUp == "C")
    #expect(
      InquiryRejection.text(failure)
        == "72, member id missing or wrong at the subscriber: correct it and ask again")
    let inactive = try clinic.scenario.record(RecordEligibility(answers: answers("EB*6**30")))
    guard case .inactiveCoverageFound(let found) = inactive.first?.event.fact else {
      Issue.record("not inactive")
      return
    }
    #expect(found.coverage == clinic.sent.coverage.description)
  }

  @Test("an answer about somebody else is not recorded, and named coverage takes one answer")
  func unmatched() throws {
    var clinic = try PostingClinic(SentClaims())
    let stranger = try answers("EB*1**30", member: "W999")
    #expect(
      try clinic.scenario.refusal(of: RecordEligibility(answers: stranger)).rule
        == "eligibility.unmatched")
    var namesake = try answers("EB*1**30")
    namesake[0].bornOn = try CivilDate("1999-01-01")
    let refusal = try clinic.scenario.refusal(of: RecordEligibility(answers: namesake))
    #expect(refusal.details.first?.contains("another person's") == true)
    #expect(
      try clinic.scenario.refusal(
        of: RecordEligibility(answers: stranger + namesake, coverage: clinic.sent.coverage)
      ).rule == "eligibility.coverage")
    let facts = try clinic.scenario.record(
      RecordEligibility(answers: stranger, coverage: clinic.sent.coverage))
    #expect(facts.count == 1)
  }

  @Test("a file is recorded once for each coverage; what did not fit the first time is added later")
  func once() throws {
    var clinic = try PostingClinic(SentClaims())
    let hash = try FileHash(FileHash.example)
    let both = try answers("EB*1**30") + answers("EB*1**30", member: "W999")
    let command = RecordEligibility(answers: both, fileSHA256: hash)
    #expect(try clinic.scenario.record(command).count == 1)
    #expect(try clinic.scenario.refusal(of: command).rule == RecordEligibility.repeatRule)
    var added = CoverageAdded()
    added.coverage = EntityID.make(.coverage, random: 9).description
    added.payer = clinic.sent.payer.description
    added.memberID = "W999"
    try clinic.scenario.record(
      GivenFacts([ProposedFact(clinic.sent.patient, .coverageAdded(added))]))
    #expect(try clinic.scenario.record(command).count == 1)
  }
}
