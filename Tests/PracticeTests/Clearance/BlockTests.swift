import PracticeEvents
import TestSupport
import Testing

@testable import Practice

@Suite("The gate's blocks")
struct BlockTests {
  @Test("a visit with everything in place is ready and says what it rests on")
  func ready() throws {
    let clinic = try GateClinic()
    let clearance = try clinic.clearance()
    #expect(clearance.isReady)
    #expect(clearance.warnings.isEmpty)
    #expect(clearance.basis.prescription == clinic.prescription.description)
    #expect(clearance.basis.verification == clinic.verification.description)
    #expect(clearance.basis.authorization.isEmpty)
    #expect(clearance.coverage == clinic.coverage.description)
    #expect(!clearance.selfPay)
  }

  static let takenAway: [(GateClinic.Part, [String])] = [
    (.prescription, ["B1"]), (.verification, ["B2"]), (.coverage, ["B2"]), (.license, ["B5"]),
    (.privilege, ["B6"]), (.consent, ["B7"]), (.assessment, ["B9"]),
  ]

  @Test("each missing part is its own block", arguments: takenAway)
  func missing(part: GateClinic.Part, blocks: [String]) throws {
    #expect(try GateClinic(without: [part]).blocks() == blocks)
  }

  @Test("everything missing is said at once, in order")
  func allMissing() throws {
    let clinic = try GateClinic(without: Set(GateClinic.Part.allCases))
    #expect(try clinic.blocks() == ["B1", "B2", "B5", "B6", "B7", "B9"])
  }

  @Test("a relaxation visit is judged by licence, consent and contraindications alone")
  func relaxation() throws {
    var clinic = try GateClinic(without: Set(GateClinic.Part.allCases))
    try clinic.screen(.refer)
    #expect(try clinic.blocks(.relaxation) == ["B5", "B7", "B8"])
    let ready = try GateClinic(without: [.prescription, .coverage, .privilege, .assessment])
    let clearance = try ready.clearance(.relaxation)
    #expect(clearance.isReady)
    #expect(clearance.selfPay)
  }

  @Test("the licence must be of the clinic's state, once the clinic has an address")
  func licenseState() throws {
    var clinic = try GateClinic()
    #expect(try clinic.blocks().isEmpty)
    var profile = SitePracticeProfileSet()
    profile.address.state = "NY"
    try clinic.given(.site, .sitePracticeProfileSet(profile))
    #expect(try clinic.blocks() == ["B5"])
    #expect(try clinic.blocks(.relaxation) == ["B5"])
    let date = try CivilDate("2026-03-05")
    let refused = #expect(throws: Refusal.self) {
      try clinic.scenario.memory.requireLicensed(clinic.therapist, on: date)
    }
    #expect(refused?.rule == "B5")
    profile.address.state = "NJ"
    try clinic.given(.site, .sitePracticeProfileSet(profile))
    #expect(try clinic.blocks().isEmpty)
    try clinic.scenario.memory.requireLicensed(clinic.therapist, on: date)
  }

  @Test("without a therapist named, the therapist's blocks are left open")
  func noTherapist() throws {
    let clinic = try GateClinic(without: [.license, .privilege])
    let visit = PlannedVisit(date: try CivilDate("2026-03-05"), serviceClass: .medical)
    #expect(try clinic.scenario.memory.clearance(of: clinic.patient, for: visit).isReady)
  }

  static let verifications: [(String, String, Bool)] = [
    ("the day of the answer", "2026-03-02", true), ("the end of its month", "2026-03-31", true),
    ("the next month", "2026-04-01", false), ("before it was asked", "2026-03-01", false),
  ]

  @Test("a verification holds to the end of its month", arguments: verifications)
  func freshness(what: String, date: String, holds: Bool) throws {
    let clinic = try GateClinic()
    #expect(try clinic.clearance(on: date).blocks.contains { $0.code == .verification } != holds)
  }

  @Test("a verification good for longer still ages out after the clinic's limit of 31 days")
  func age() throws {
    var clinic = try GateClinic(without: [.verification])
    try clinic.verify { $0.goodThrough = try CivilDate("2026-12-31") }
    #expect(try clinic.blocks(on: "2026-04-02").isEmpty)
    #expect(try clinic.blocks(on: "2026-04-03") == ["B2"])
  }

  @Test("an answer that nobody could give clears nothing")
  func unknownAnswer() throws {
    var clinic = try GateClinic(without: [.verification])
    try clinic.verify { $0.active = .unknown }
    #expect(try clinic.blocks() == ["B2"])
  }

  @Test("an answer about a later day does not clear an earlier one")
  func laterDayAskedAbout() throws {
    var clinic = try GateClinic(without: [.verification])
    try clinic.verify { $0.asOf = try CivilDate("2026-03-10") }
    #expect(try clinic.blocks() == ["B2"])
    #expect(try clinic.blocks(on: "2026-03-10").isEmpty)
  }

  @Test("a voided answer clears nothing")
  func voided() throws {
    var clinic = try GateClinic()
    try clinic.scenario.record(
      VoidVerification(verification: clinic.verification), reason: "of another patient")
    #expect(try clinic.blocks() == ["B2"])
  }

  @Test("word of inactive coverage closes the gate until a later good answer")
  func inactive() throws {
    var clinic = try GateClinic()
    try clinic.verify(as: .make(.verification, random: 90)) { $0.active = .no }
    let blocks = try clinic.clearance().blocks
    #expect(blocks.map(\.code.rawValue) == ["B2", "B3"])
    #expect(blocks.allSatisfy { $0.evidence.count == 1 })
    try clinic.verify(as: .make(.verification, random: 91))
    #expect(try clinic.blocks().isEmpty)
  }

  @Test("a coverage that has ended is inactive, whatever was verified")
  func terminated() throws {
    var clinic = try GateClinic()
    try clinic.scenario.record(
      TerminateCoverage(coverage: clinic.coverage, terminatedOn: CivilDate("2026-03-04")))
    #expect(try clinic.blocks(on: "2026-03-04").isEmpty)
    #expect(try clinic.blocks(on: "2026-03-05") == ["B3"])
  }

  @Test("an election to pay stands for the verification, and the insurer's blocks fall away")
  func selfPay() throws {
    var clinic = try GateClinic(without: [.verification])
    try clinic.verify {
      $0.active = .no
      $0.lmtCovered = .no
      $0.authorizationRequired = .yes
    }
    try clinic.scenario.record(
      ElectSelfPay(patient: SubjectReference(clinic.patient), why: .notCovered))
    let clearance = try clinic.clearance()
    #expect(clearance.isReady)
    #expect(clearance.selfPay)
    #expect(clearance.coverage.isEmpty)
    #expect(clearance.basis.verification.isEmpty)
  }

  @Test("a route on which the patient pays needs an election or a verification all the same")
  func routeAlone() throws {
    var clinic = try GateClinic(without: [.verification])
    try clinic.scenario.record(
      ChooseCoverageRoute(patient: SubjectReference(clinic.patient), route: .patientReimbursement))
    #expect(try clinic.blocks() == ["B2"])
    try clinic.verify { $0.lmtCovered = .no }
    let clearance = try clinic.clearance()
    #expect(clearance.isReady)
    #expect(clearance.selfPay)
    #expect(clearance.basis.verification == clinic.verification.description)
  }

  @Test("a plan that does not pay massage therapists blocks a claim; an unknown answer passes")
  func planExcludes() throws {
    var excluded = try GateClinic(without: [.verification])
    try excluded.verify { $0.lmtCovered = .no }
    #expect(try excluded.blocks() == ["B10"])
    var unknown = try GateClinic(without: [.verification])
    try unknown.verify { $0.lmtCovered = .unknown }
    #expect(try unknown.blocks().isEmpty)
    var policy = PayerPolicyChanged()
    policy.policy.acceptsLmt = .no
    policy.effectiveFrom = 2026_03_05
    try unknown.given(unknown.payer, .payerPolicyChanged(policy))
    #expect(try unknown.blocks(on: "2026-03-04").isEmpty)
    #expect(try unknown.blocks(on: "2026-03-05") == ["B10"])
  }

  @Test("a later answer that leaves a question open does not take back an explicit one")
  func vagueAnswer() throws {
    var clinic = try GateClinic(without: [.verification])
    try clinic.verify {
      $0.lmtCovered = .no
      $0.authorizationRequired = .yes
      $0.visitsRemaining = 2
    }
    let vague = EntityID.make(.verification, random: 92)
    try clinic.verify(as: vague) { $0.lmtCovered = .unknown }
    let clearance = try clinic.clearance()
    #expect(clearance.blocks.map(\.code) == [.authorization, .planExcludesTherapist])
    #expect(clearance.basis.verification == vague.description)
    #expect(clearance.warnings.map(\.code) == [.benefitsEnding])
    let coverage = clinic.state.coverage.coverages[clinic.coverage.description]
    let stated = try #require(coverage?.verifications.first?.event)
    #expect(clearance.blocks.last?.evidence == [stated])
    #expect(clearance.warnings.last?.evidence == [stated])
    try clinic.verify(as: .make(.verification, random: 93)) {
      $0.authorizationRequired = .no
      $0.visitsRemaining = 20
    }
    #expect(try clinic.clearance().isReady)
    #expect(try clinic.clearance().warnings.isEmpty)
  }

  @Test("Medicare pays no massage therapist, whatever was answered")
  func medicare() throws {
    #expect(try GateClinic(payerType: .medicare).blocks() == ["B10"])
  }

  @Test("an absolute contraindication blocks until a screening ends cleared")
  func contraindication() throws {
    var clinic = try GateClinic()
    try clinic.screen(.modify)
    #expect(try clinic.blocks() == ["B8"])
    try clinic.screen(.cleared)
    #expect(try clinic.blocks().isEmpty)
    try clinic.screen(.refer, scope: .local)
    #expect(try clinic.blocks().isEmpty)
  }

  @Test("an older paper screening entered later does not open the gate")
  func paperScreening() throws {
    var clinic = try GateClinic()
    try clinic.screen(.refer, on: "2026-03-02")
    try clinic.screen(.cleared, on: "2026-02-27")
    #expect(try clinic.blocks() == ["B8"])
    try clinic.screen(.cleared, on: "2026-03-02")
    #expect(try clinic.blocks().isEmpty)
  }

  @Test("a clearance of the 20th does not clear a session of the 15th")
  func laterClearance() throws {
    var clinic = try GateClinic()
    try clinic.screen(.refer, on: "2026-03-02")
    try clinic.screen(.cleared, on: "2026-03-20")
    #expect(try clinic.blocks(on: "2026-03-15") == ["B8"])
    #expect(try clinic.blocks(on: "2026-03-20").isEmpty)
  }

  @Test("an assessment of the day itself is enough, a later one is not")
  func assessmentDay() throws {
    let clinic = try GateClinic()
    #expect(try clinic.clearance(on: "2026-03-02").blocks.isEmpty)
    #expect(
      try clinic.clearance(on: "2026-03-01").blocks.contains { $0.code == .assessment })
  }

  @Test("with two open episodes the visit must say which it is part of")
  func twoEpisodes() throws {
    var clinic = try GateClinic()
    var second = EpisodeOpened()
    second.episode = EntityID.make(.episode, random: 80).description
    try clinic.given(clinic.patient, .episodeOpened(second))
    #expect(try clinic.blocks() == ["B9"])
    let named = PlannedVisit(
      date: try CivilDate("2026-03-05"), serviceClass: .medical,
      episode: clinic.episode.description)
    #expect(try clinic.scenario.memory.clearance(of: clinic.patient, for: named).isReady)
  }

  @Test("codes are the stable names of the blocks, and only the licence is beyond override")
  func codes() {
    #expect(ClearanceBlock.Code.allCases.map(\.rawValue) == (1...12).map { "B\($0)" })
    #expect(ClearanceBlock.Code.allCases.filter { !$0.isOverridable } == [.license])
    #expect(ClearanceWarning.Code.allCases.map(\.rawValue) == (1...11).map { "W\($0)" })
  }
}

extension GateClinic {
  mutating func screen(
    _ outcome: ScreeningOutcome, scope: ContraindicationScope = .absolute,
    on date: String = "2026-03-02"
  ) throws {
    var screened = ContraindicationScreened()
    screened.outcome = outcome
    screened.screenedOn = try CivilDate(date).compact
    var finding = ContraindicationScreened.Finding()
    finding.scope = scope
    screened.findings = [finding]
    try given(patient, .contraindicationScreened(screened))
  }
}
