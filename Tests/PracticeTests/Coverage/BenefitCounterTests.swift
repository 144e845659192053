import PracticeEvents
import TestSupport
import Testing

@testable import Practice

@Suite("Visit limits of a plan")
struct BenefitCounterTests {
  /// On 15 March the payer said what `change` says, after five visits of ours in February.
  private func clinic(
    _ change: (inout VerifyInsurance) throws -> Void
  ) throws -> (clinic: GateClinic, february: [EntityID]) {
    var clinic = try GateClinic(without: [.verification])
    try clinic.scenario.advance(to: "2026-03-15T09:00")
    var sessions: [EntityID] = []
    for day in 10...14 { sessions.append(try clinic.deliver(on: "2026-02-\(day)")) }
    try clinic.verify(change)
    return (clinic, sessions)
  }

  private func counter(_ clinic: GateClinic, on date: String) throws -> BenefitCounter? {
    clinic.state.benefitCounters(
      of: clinic.coverage.description, on: try CivilDate(date),
      episode: clinic.episode.description
    ).first
  }

  private func void(_ session: EntityID, in clinic: inout GateClinic) throws {
    var fact = SessionVoided()
    fact.session = session.description
    fact.voidedOn = 2026_03_20
    try clinic.given(clinic.patient, .sessionVoided(fact))
  }

  @Test("of 20 with 12 remaining, 3 more of ours leave 9; a void gives back; January begins anew")
  func exactCase() throws {
    var (clinic, february) = try clinic {
      $0.visitLimit = 20
      $0.visitsRemaining = 12
    }
    #expect(try counter(clinic, on: "2026-03-15")?.left == 12)
    var march: [EntityID] = []
    for day in 16...18 { march.append(try clinic.deliver(on: "2026-03-\(day)")) }
    let found = try #require(try counter(clinic, on: "2026-03-18"))
    #expect(found.left == 9 && found.elsewhere == 3 && found.ours.count == 8)
    #expect(found.arithmetic == "20 - 8 here - 3 elsewhere = 9")
    try void(march[0], in: &clinic)
    #expect(try counter(clinic, on: "2026-03-18")?.left == 10)
    // Also one that the payer had counted: it was never given.
    try void(february[0], in: &clinic)
    #expect(try counter(clinic, on: "2026-03-18")?.left == 11)
    #expect(try counter(clinic, on: "2026-12-31")?.left == 11)
    #expect(try counter(clinic, on: "2027-01-01")?.left == 20)
  }

  @Test("a visit that the payer had not heard of counts, and so does one recorded late")
  func lag() throws {
    var (clinic, _) = try clinic {
      $0.visitLimit = 20
      $0.visitsUsed = 2
    }
    // The payer knows of two, the log of five.
    #expect(try counter(clinic, on: "2026-03-15")?.left == 15)
    try clinic.deliver(on: "2026-03-13")
    #expect(try counter(clinic, on: "2026-03-15")?.left == 14)
  }

  @Test("without a limit, what remained is counted down, and a void counts up")
  func remainingAlone() throws {
    var (clinic, february) = try clinic { $0.visitsRemaining = 3 }
    let session = try clinic.deliver(on: "2026-03-16")
    let found = try #require(try counter(clinic, on: "2026-03-17"))
    #expect(found.left == 2 && found.limit == nil)
    #expect(found.arithmetic == "3 stated - 1 since = 2")
    try void(session, in: &clinic)
    try void(february[0], in: &clinic)
    #expect(try counter(clinic, on: "2026-03-17")?.left == 4)
    // Next year nobody knows.
    #expect(try counter(clinic, on: "2027-01-01") == nil)
  }

  @Test("a shared limit says with what, and takes visits elsewhere as they are reported")
  func combined() throws {
    var (clinic, _) = try clinic {
      $0.visitLimit = 20
      $0.visitsRemaining = 12
      $0.combinedWith = ["PT", "AD"]
    }
    #expect(
      try counter(clinic, on: "2026-03-15")?.text
        == "20 - 5 here - 3 elsewhere = 12 of the calendar year, shared with PT, AD")
    try clinic.scenario.advance(to: "2026-03-20T09:00")
    var report = AdjustBenefitUse(
      coverage: clinic.coverage, visitsElsewhere: 9, source: "the patient: six visits of PT since")
    #expect(
      try clinic.scenario.refusal(
        of: AdjustBenefitUse(coverage: clinic.coverage, visitsElsewhere: -1, source: "x")
      ).rule == "verification.numbers")
    report.asOf = try CivilDate("2026-03-14")
    #expect(try clinic.scenario.refusal(of: report).rule == "benefit.noLimit")
    report.asOf = nil
    report.serviceType = "PT"
    #expect(try clinic.scenario.refusal(of: report).rule == "benefit.noLimit")
    report.serviceType = nil
    try clinic.scenario.record(report, by: .frontDesk)
    // Known from the 20th on, and only in this period.
    #expect(try counter(clinic, on: "2026-03-19")?.left == 12)
    #expect(try counter(clinic, on: "2026-03-20")?.left == 6)
    #expect(try counter(clinic, on: "2027-01-01")?.left == 20)
    #expect(try counter(clinic, on: "2026-03-20")?.evidence.count == 2)
    // A later answer counts all of them itself.
    try clinic.verify(as: EntityID.make(.verification, random: 13)) {
      $0.visitLimit = 20
      $0.visitsUsed = 15
    }
    #expect(try counter(clinic, on: "2026-03-20")?.left == 5)
  }

  @Test("a limit of another therapy, or of another code, does not count against massage")
  func ofWhat() throws {
    let (clinic, _) = try clinic {
      $0.benefits = [
        .init(serviceType: "BE", visitLimit: 20, visitsUsed: 5),
        .init(serviceType: "PT", visitLimit: 10, visitsUsed: 10),
        .init(
          serviceType: "BE", cpt: try ProcedureCode("97124"), visitLimit: 6, visitsUsed: 6),
        .init(serviceType: "33", visitLimit: 12, visitsUsed: 9, combinedWith: ["BE"]),
      ]
    }
    func left(_ codes: String...) throws -> [Int] {
      clinic.state.benefitCounters(
        of: clinic.coverage.description, on: try CivilDate("2026-03-16"),
        cpt: try codes.map { try ProcedureCode($0) }
      ).map(\.left)
    }
    #expect(try left("97140") == [15, 3])
    #expect(try left("97140", "97124") == [0, 15, 3])
  }

  @Test("where a payer speaks of physical therapy alone, its limit is massage's too")
  func filedElsewhere() throws {
    let (clinic, _) = try clinic {
      $0.benefits = [.init(serviceType: "PT", visitLimit: 10, visitsUsed: 7)]
    }
    #expect(try counter(clinic, on: "2026-03-16")?.left == 3)
  }

  @Test(
    "a plan year rolls over on its anniversary, a lifetime limit never",
    arguments: [
      (BenefitPeriodChoice.contract, "2026-06-30", 12), (.contract, "2026-07-01", 20),
      (.contract, "2027-06-30", 20), (.lifetime, "2027-01-01", 12), (.lifetime, "2031-01-01", 12),
      (.calendarYear, "2026-12-31", 12), (.calendarYear, "2027-01-01", 20),
    ])
  func rollover(period: BenefitPeriodChoice, date: String, left: Int) throws {
    let (clinic, _) = try clinic {
      $0.visitLimit = 20
      $0.visitLimitPeriod = period
      $0.visitsRemaining = 12
      $0.planBeginsOn = try CivilDate("2025-07-01")
    }
    #expect(try counter(clinic, on: date)?.left == left)
  }

  @Test("a limit by the episode begins anew with an episode opened since")
  func episodes() throws {
    var (clinic, _) = try clinic {
      $0.visitLimit = 20
      $0.visitLimitPeriod = .episode
      $0.visitsRemaining = 12
    }
    #expect(try counter(clinic, on: "2026-03-16")?.left == 12)
    var opened = EpisodeOpened()
    opened.episode = EntityID.make(.episode, random: 77).description
    try clinic.given(clinic.patient, .episodeOpened(opened))
    let other = clinic.state.benefitCounters(
      of: clinic.coverage.description, on: try CivilDate("2026-03-16"), episode: opened.episode)
    #expect(other.map(\.left) == [20])
  }

  @Test("B12: a used-up limit blocks a claim and no self-pay visit, and can be overridden")
  func gate() throws {
    var (clinic, _) = try clinic {
      $0.visitLimit = 20
      $0.visitsUsed = 20
    }
    let clearance = try clinic.clearance(on: "2026-03-16")
    #expect(clearance.blocks.map(\.code) == [.visitLimit])
    let block = try #require(clearance.blocks.first)
    #expect(
      block.text
        == "the plan's visits are used up (20 - 5 here - 15 elsewhere = 0 of the calendar year)")
    #expect(block.remedy.contains("choose-coverage-route"))
    #expect(block.evidence.count == 1)
    #expect(clearance.standingBlocks(overridden: ["B12"]).isEmpty)
    #expect(try !clinic.warnings(on: "2026-03-16").contains("W11"))
    // The new year pays again, once the payer has been asked again.
    #expect(try clinic.blocks(on: "2027-01-02").contains("B12") == false)
    try clinic.scenario.record(
      ElectSelfPay(patient: SubjectReference(clinic.patient), why: .benefitsExhausted))
    #expect(try clinic.blocks(on: "2026-03-16").isEmpty)
  }

  @Test("a payer that may pay beyond its limit, from a day on, gets a warning from that day on")
  func softLimit() throws {
    var (clinic, _) = try clinic {
      $0.visitLimit = 20
      $0.visitsUsed = 20
    }
    try clinic.scenario.record(
      ChangePayerPolicy(
        payer: SubjectReference(clinic.payer), effectiveFrom: CivilDate("2026-03-18"),
        paysBeyondVisitLimit: true))
    #expect(try clinic.blocks(on: "2026-03-17") == ["B12"])
    #expect(try clinic.blocks(on: "2026-03-18").isEmpty)
    #expect(try clinic.warnings(on: "2026-03-18").contains("W11"))
  }

  @Test("counts that contradict each other are refused")
  func refusals() throws {
    var clinic = try GateClinic(without: [.verification])
    func rule(_ change: (inout VerifyInsurance) -> Void) throws -> String {
      var command = VerifyInsurance(coverage: clinic.coverage, active: .yes)
      change(&command)
      return try clinic.scenario.refusal(of: command).rule
    }
    #expect(try rule { ($0.visitLimit, $0.visitsUsed) = (20, 21) } == "verification.numbers")
    #expect(try rule { ($0.visitLimit, $0.visitsRemaining) = (20, 21) } == "verification.numbers")
    #expect(
      try rule { ($0.visitLimit, $0.visitsUsed, $0.visitsRemaining) = (20, 8, 11) }
        == "verification.numbers")
    #expect(try rule { $0.combinedWith = ["PT"] } == "verification.combined")
    #expect(
      try rule { ($0.visitLimit, $0.combinedWith) = (20, ["BE"]) } == "verification.serviceType")
    #expect(
      try rule { ($0.visitLimit, $0.combinedWith) = (20, ["physical therapy"]) }
        == "verification.serviceType")
  }
}

@Suite("Verification and the plan year")
struct PlanYearTests {
  @Test(
    "an answer of the last plan year is no verification, whatever it promised",
    arguments: [
      ("2026-03-14", []), ("2026-03-15", ["B2"]),
    ] as [(String, [String])])
  func planYear(date: String, blocks: [String]) throws {
    var clinic = try GateClinic(without: [.verification])
    try clinic.verify {
      $0.goodThrough = try CivilDate("2026-03-31")
      $0.planBeginsOn = try CivilDate("2019-03-15")
    }
    #expect(try clinic.blocks(on: date) == blocks)
  }

  @Test("an answer about a day of the new year holds in it")
  func askedAhead() throws {
    var clinic = try GateClinic(without: [.verification])
    try clinic.verify {
      $0.asOf = try CivilDate("2026-03-16")
      $0.goodThrough = try CivilDate("2026-03-31")
      $0.planBeginsOn = try CivilDate("2019-03-15")
    }
    #expect(try clinic.blocks(on: "2026-03-16").isEmpty)
  }
}
