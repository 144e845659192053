import PracticeEvents
import TestSupport
import Testing

@testable import Practice

@Suite("Visit frequency")
struct FrequencyTests {
  private func clinic(_ phases: [(least: String, most: String, weeks: Int)]) throws -> CareClinic {
    var clinic = try CareClinic()
    try clinic.openAssessedEpisode()
    try clinic.scenario.record(
      ScoreOutcomeMeasure(
        episode: clinic.episode, instrument: .nprs, items: [7], purpose: .baseline))
    guard !phases.isEmpty else { return clinic }
    try clinic.scenario.record(
      AdoptTreatmentPlan(
        episode: clinic.episode,
        phases: phases.map {
          .init(
            condition: .acute, perWeekMin: try Hundredths($0.least),
            perWeekMax: try Hundredths($0.most), weeks: $0.weeks)
        }))
    return clinic
  }

  private func deliver(_ clinic: inout CareClinic, on dates: [String]) throws {
    for (index, date) in dates.enumerated() {
      var session = SessionDelivered()
      session.session = EntityID.make(.session, random: UInt64(200 + index)).description
      session.episode = clinic.episode.description
      session.deliveredOn = try CivilDate(date).compact
      try clinic.given(clinic.patient, .sessionDelivered(session))
    }
  }

  private func adherence(_ clinic: CareClinic, through date: String) throws -> VisitAdherence? {
    clinic.care.adherence(
      episode: clinic.episode.description, through: try CivilDate(date), windowDays: 28,
      by: clinic.scenario.memory.clinic())
  }

  @Test("the guideline is the clinic's rule of the day, with its source")
  func guideline() throws {
    var scenario = try Scenario()
    try scenario.record(
      PublishRuleTable(
        table: "frequency", version: "2027", effectiveFrom: CivilDate("2027-01-01"),
        source: "medical director",
        entries: [
          .init(key: "chronic-most-per-week-hundredths", value: 150, source: "minutes of 3 May")
        ]))
    let state = scenario.memory.clinic()
    func chronic(_ date: String) throws -> VisitFrequency? {
      state.frequencyGuideline(for: .chronic, on: try CivilDate(date))
    }
    #expect(try chronic("2026-12-31")?.highestPerWeekHundredths == 100)
    let then = try #require(try chronic("2027-01-01"))
    #expect(then.highestPerWeekHundredths == 150)
    #expect(then.lowestPerWeekHundredths == 50)
    #expect(then.source == .guideline("minutes of 3 May"))
  }

  @Test("individual advice replaces plan and guideline, and says whose, why and until when")
  func advice() throws {
    var clinic = try clinic([("2", "3", 4)])
    try clinic.scenario.record(
      OverrideFrequency(
        episode: clinic.episode, perWeekMax: Hundredths("1"), perWeekMin: Hundredths("0.5"),
        from: CivilDate("2026-03-09"), through: CivilDate("2026-03-20"),
        advisedBy: SubjectReference("1679576722")), user: "kim",
      reason: "the doctor asks for rest")
    let episode = clinic.episode.description
    let during = try clinic.care.frequency(episode: episode, on: CivilDate("2026-03-20"))
    #expect(during?.lowestPerWeekHundredths == 50 && during?.highestPerWeekHundredths == 100)
    #expect(
      during?.source
        == .advice(
          by: "KI", reason: "the doctor asks for rest", until: try CivilDate("2026-03-20")))
    let after = try clinic.care.frequency(episode: episode, on: CivilDate("2026-03-21"))
    #expect(after?.source == .plan(phase: 1, of: 1))
    let upsideDown = OverrideFrequency(
      episode: clinic.episode, perWeekMax: try Hundredths("1"), perWeekMin: try Hundredths("2"))
    #expect(
      try clinic.scenario.refusal(of: upsideDown, reason: "x").rule == "frequency.range")
  }

  @Test(
    "visits are held against what was prescribed for each day of the window",
    arguments: [
      // Two weeks of two to three visits: four to six.
      (["2026-03-03"], VisitAdherence.Status.under, 1),
      (["2026-03-03", "2026-03-05", "2026-03-10", "2026-03-12"], .on, 4),
      (
        [
          "2026-03-03", "2026-03-04", "2026-03-05", "2026-03-06", "2026-03-09", "2026-03-10",
          "2026-03-11",
        ], .over, 7
      ),
    ] as [([String], VisitAdherence.Status, Int)])
  func adherence(dates: [String], status: VisitAdherence.Status, delivered: Int) throws {
    var clinic = try clinic([("2", "3", 8)])
    try deliver(&clinic, on: dates)
    let found = try #require(try adherence(clinic, through: "2026-03-15"))
    #expect(found.leastHundredths == 400 && found.mostHundredths == 600)
    #expect(found.delivered == delivered)
    #expect(found.status == status)
  }

  @Test("the whole course is told stretch by stretch, and ends with the discharge")
  func history() throws {
    var clinic = try clinic([("2", "3", 2), ("1", "1", 8)])
    try clinic.scenario.record(
      OverrideFrequency(
        episode: clinic.episode, perWeekMax: Hundredths("1"), from: CivilDate("2026-03-11"),
        through: CivilDate("2026-03-17")), reason: "flu")
    try deliver(
      &clinic,
      on: ["2026-03-03", "2026-03-05", "2026-03-10", "2026-03-13", "2026-03-19", "2026-04-20"])
    let episode = clinic.episode.description
    func stretches(through date: String) throws -> [String] {
      clinic.care.adherenceHistory(
        episode: episode, through: try CivilDate(date), by: clinic.scenario.memory.clinic()
      ).map {
        "\($0.from) \($0.through) \($0.delivered) \($0.leastHundredths)-\($0.mostHundredths) "
          + $0.status.rawValue
      }
    }
    let whole = [
      "2026-03-02 2026-03-10 3 257-386 on", "2026-03-11 2026-03-17 1 0-100 on",
      "2026-03-18 2026-04-07 1 300-300 under",
    ]
    #expect(try stretches(through: "2026-04-07") == whole)
    #expect(try stretches(through: "2026-03-04") == ["2026-03-02 2026-03-04 1 85-129 on"])
    #expect(try stretches(through: "2026-03-01").isEmpty)
    var discharged = EpisodeDischarged()
    (discharged.episode, discharged.dischargedOn) = (episode, 2026_04_07)
    try clinic.given(clinic.patient, .episodeDischarged(discharged))
    #expect(try stretches(through: "2027-01-01") == whole)
    #expect(clinic.care.dischargedOn(episode: episode)?.compact == 2026_04_07)
  }

  @Test("advice inside the window counts for its days only, and before a week nobody is judged")
  func mixedWindow() throws {
    var clinic = try clinic([("2", "3", 8)])
    #expect(try adherence(clinic, through: "2026-03-07") == nil)
    try clinic.scenario.record(
      OverrideFrequency(
        episode: clinic.episode, perWeekMax: Hundredths("1"), from: CivilDate("2026-03-09")),
      reason: "flu")
    let found = try #require(try adherence(clinic, through: "2026-03-15"))
    // A week of 2-3, a week of up to 1.
    #expect(found.leastHundredths == 200 && found.mostHundredths == 400)
    #expect(found.status == .under)
  }

  @Test("a monthly visit is looked for in as many days as it may take")
  func maintenanceWindow() throws {
    var clinic = try clinic([])
    try clinic.scenario.record(ChangePhase(episode: clinic.episode, condition: .maintenance))
    try deliver(&clinic, on: ["2026-03-10"])
    let found = try #require(try adherence(clinic, through: "2026-04-13"))
    #expect(found.from == (try CivilDate("2026-03-10")))
    #expect(found.status == .on)
    #expect(try adherence(clinic, through: "2026-04-14")?.status == .under)
  }

  @Test(
    "a step down is due by pain in points or in percent, since the phase began",
    arguments: [(5, TaperDue.Criterion.pain), (6, nil), (4, .pain)] as [(Int, TaperDue.Criterion?)])
  func painDue(now: Int, criterion: TaperDue.Criterion?) throws {
    var clinic = try clinic([("2", "3", 0), ("1", "2", 0)])
    try clinic.scenario.advance(to: "2026-03-16T10:00")
    try clinic.scenario.record(
      ScoreOutcomeMeasure(episode: clinic.episode, instrument: .nprs, items: [now]))
    func due(_ date: String) throws -> TaperDue? {
      clinic.care.taperDue(
        episode: clinic.episode.description, on: try CivilDate(date),
        by: clinic.scenario.memory.clinic())
    }
    #expect(try due("2026-03-16")?.criterion == criterion)
    #expect(try due("2026-03-15") == nil)
    guard criterion != nil else { return }
    #expect(try due("2026-03-16")?.nextPhase == 1)
    // The step taken, the last phase has no further one.
    try clinic.scenario.record(TakeTaperStep(episode: clinic.episode))
    #expect(try due("2026-03-17") == nil)
  }

  @Test("a step down is due halfway to a goal, and by the plan's own date when asked ahead")
  func goalAndDateDue() throws {
    var clinic = try clinic([("2", "3", 3), ("1", "2", 3)])
    let id = clinic.episode.description
    for (date, answers) in [("2026-03-02", 3), ("2026-03-12", 2)] {
      try clinic.scenario.advance(to: "\(date)T12:00")
      try clinic.scenario.record(
        ScoreOutcomeMeasure(
          episode: clinic.episode, instrument: .ndi,
          items: Array(repeating: answers, count: 10)))
      guard answers == 3 else { continue }
      try clinic.scenario.record(
        SetGoal(
          episode: clinic.episode, description: "NDI at most 24 %", instrument: .ndi,
          target: Hundredths("24")))
    }
    let rules = clinic.scenario.memory.clinic()
    let due = try clinic.care.taperDue(episode: id, on: CivilDate("2026-03-12"), by: rules)
    #expect(due?.criterion == .goal)
    #expect(due?.finding == "NDI 60 to 40 %, goal 24: 55 % of the way")
    let before = try CivilDate("2026-03-11")
    #expect(clinic.care.taperDue(episode: id, on: before, by: rules) == nil)
    let ahead = clinic.care.taperDue(episode: id, on: before, aheadDays: 12, by: rules)
    #expect(ahead?.criterion == .date)
    #expect(ahead?.on == (try CivilDate("2026-03-23")))
  }
}

@Suite("Maintenance is not billed to insurance")
struct MaintenanceTests {
  @Test("a route that files claims is refused unless a supervisor says why")
  func route() throws {
    var clinic = try CareClinic(insured: true)
    try clinic.openAssessedEpisode()
    let route = ChooseCoverageRoute(
      patient: SubjectReference(clinic.patient), route: .inNetworkClaim)
    try clinic.scenario.record(route)
    let change = ChangePhase(
      episode: clinic.episode, condition: .maintenance, from: try CivilDate("2026-03-02"))
    #expect(try clinic.warnings(of: change).count == 1)
    try clinic.scenario.record(change)
    #expect(try clinic.scenario.refusal(of: route).rule == "route.maintenance")
    #expect(
      try clinic.scenario.refusal(of: route, by: .biller, reason: "why not").rule
        == "route.maintenance")
    try clinic.scenario.record(route, reason: "the plan's own letter covers it")
    var patientPays = route
    patientPays.route = .outOfPocket
    try clinic.scenario.record(patientPays)
  }

  @Test("a claim for a visit in maintenance is refused, one for a visit before is not")
  func claim() throws {
    var clinic = try AccountScenario()
    var session: [EntityID] = []
    var charges: [EntityID] = []
    for date in [Int32(2026_03_02), 2026_03_09] {
      session.append(try clinic.session(on: date))
      try clinic.record(PostCharge(session: session[session.count - 1]))
      charges += try clinic.account.standingCharges(
        ofSession: session[session.count - 1].description
      ).map { try EntityID($0.charge) }
    }
    var changed = PhaseChanged()
    changed.episode = clinic.episode.description
    changed.conditionClass = .maintenance
    changed.fromDateOn = 2026_03_09
    try clinic.give([.phaseChanged(changed)])
    #expect(try clinic.rule(refusing: SubmitClaim(charges: [charges[1]])) == "claim.maintenance")
    try clinic.record(SubmitClaim(charges: [charges[0]]))
    try clinic.record(SubmitClaim(charges: [charges[1]]), reason: "authorised in writing")
  }
}
