import PracticeEvents
import TestSupport
import Testing

@testable import Practice

@Suite("Episodes and diagnoses")
struct EpisodeTests {
  static func open(_ clinic: CareClinic, referral: EntityID? = nil) -> OpenEpisode {
    OpenEpisode(
      patient: SubjectReference(clinic.patient), problem: "neck pain", condition: .acute,
      referral: referral, episode: clinic.episode)
  }

  @Test("an episode opens with what is known") func opening() throws {
    var clinic = try CareClinic()
    var command = Self.open(clinic)
    command.autoAccident = true
    command.accidentOn = try CivilDate("2026-02-01")
    command.accidentState = try StateCode("NJ")
    command.referral = clinic.referral
    try clinic.scenario.record(command, by: .frontDesk)
    let opened = try #require(clinic.care.episodes[clinic.episode.description]?.opened)
    #expect(opened.autoAccident == .yes && opened.workRelated == .unknown)
    #expect(opened.accidentOn == 20_260_201 && opened.accidentState == "NJ")
    #expect(try clinic.scenario.refusal(of: command).rule == "identifier.taken")
  }

  @Test("an accident needs its date, and dates and referrals must be real") func refusals() throws {
    var clinic = try CareClinic()
    var command = Self.open(clinic)
    command.workRelated = true
    #expect(try clinic.scenario.refusal(of: command).rule == "episode.accident")
    command.accidentOn = try CivilDate("2026-03-03")
    #expect(try clinic.scenario.refusal(of: command).rule == "date.future")
    command.accidentOn = try CivilDate("2026-03-02")
    command.referral = EntityID.make(.referral, random: 77)
    #expect(try clinic.scenario.refusal(of: command).rule == "reference.unknown")
    command.problem = ""
    #expect(try clinic.scenario.refusal(of: command).rule == "text.length")
  }

  @Test(
    "nobody records a diagnosis without the provider who made it",
    arguments: [Role.therapist, .frontDesk, .biller, .supervisor])
  func withoutSource(_ role: Role) throws {
    var clinic = try CareClinic()
    try clinic.scenario.record(Self.open(clinic))
    let command = try RecordDiagnosis(episode: clinic.episode, code: ICD10CM("M54.2"))
    #expect(try clinic.scenario.refusal(of: command, by: role).rule == "diagnosis.source")
  }

  @Test("the referral that opened the episode states its diagnoses") func episodesReferral() throws
  {
    var clinic = try CareClinic()
    try clinic.scenario.record(Self.open(clinic, referral: clinic.referral))
    try clinic.scenario.record(
      RecordDiagnosis(episode: clinic.episode, code: ICD10CM("M54.2")), by: .biller)
    let diagnosis = clinic.care.episodes[clinic.episode.description]?.diagnoses.first
    #expect(diagnosis?.madeBy == clinic.doctor.description)
    #expect(diagnosis?.referral == clinic.referral.description)
  }

  @Test("a wrong diagnosis is replaced at its rank, with a reason") func replacing() throws {
    var clinic = try CareClinic()
    try clinic.scenario.record(Self.open(clinic, referral: clinic.referral))
    let wrong = try clinic.scenario.record(
      RecordDiagnosis(episode: clinic.episode, code: ICD10CM("M54.6")))
    let right = try RecordDiagnosis(episode: clinic.episode, code: ICD10CM("M54.2"), rank: 1)
    #expect(try clinic.scenario.refusal(of: right).rule == "diagnosis.rank")
    let recorded = try clinic.scenario.record(right, reason: "misread the fax")
    #expect(recorded.first?.event.corrects == wrong.first?.eventID)
    #expect(
      clinic.care.episodes[clinic.episode.description]?.diagnoses.map(\.icd10Cm) == ["M54.2"])
  }

  @Test("a therapist records a diagnosis only with the provider who made it") func source() throws {
    var clinic = try CareClinic()
    try clinic.scenario.record(Self.open(clinic))
    var command = try RecordDiagnosis(episode: clinic.episode, code: ICD10CM("M54.2"))
    #expect(
      try clinic.scenario.refusal(of: command, by: .therapist).rule == "diagnosis.source")
    command.referral = EntityID.make(.referral, random: 77)
    #expect(
      try clinic.scenario.refusal(of: command, by: .therapist).rule == "reference.unknown")
    command.referral = clinic.referral
    try clinic.scenario.record(command, by: .therapist)
    command = try RecordDiagnosis(
      episode: clinic.episode, code: ICD10CM("M54.6"), madeBy: SubjectReference("1679576722"))
    try clinic.scenario.record(command, by: .therapist)
    let diagnoses = try #require(clinic.care.episodes[clinic.episode.description]?.diagnoses)
    #expect(diagnoses.map(\.rank) == [1, 2])
    #expect(diagnoses.allSatisfy { $0.madeBy == clinic.doctor.description })
  }

  @Test(
    "codes that no claim can carry are refused, with those that can",
    arguments: [
      ("M54.5", "M54.50"), ("M79.1", "M79.18"), ("S13.4", "S13.4XXA"), ("M51.36", "M51.360"),
    ])
  func traps(_ code: String, _ instead: String) throws {
    var clinic = try CareClinic()
    try clinic.scenario.record(Self.open(clinic, referral: clinic.referral))
    let refusal = try clinic.scenario.refusal(
      of: RecordDiagnosis(episode: clinic.episode, code: ICD10CM(code)))
    #expect(refusal.rule == "diagnosis.notBillable")
    #expect(refusal.remedy.contains(instead))
  }

  @Test("ranks are taken once, from 1 to 12, and kept in order") func ranks() throws {
    var clinic = try CareClinic()
    try clinic.scenario.record(Self.open(clinic, referral: clinic.referral))
    let codes = try ["M54.2", "M54.6", "M79.7"].map { try ICD10CM($0) }
    try clinic.scenario.record(
      RecordDiagnosis(episode: clinic.episode, code: codes[0], rank: 2))
    try clinic.scenario.record(
      RecordDiagnosis(episode: clinic.episode, code: codes[1], rank: 1))
    for rank in [0, 1, 2, 13, .max, .min] {
      #expect(
        try clinic.scenario.refusal(
          of: RecordDiagnosis(episode: clinic.episode, code: codes[2], rank: rank)
        ).rule == "diagnosis.rank")
    }
    #expect(
      try clinic.scenario.refusal(of: RecordDiagnosis(episode: clinic.episode, code: codes[0]))
        .rule == "diagnosis.duplicate")
    #expect(
      clinic.care.episodes[clinic.episode.description]?.diagnoses.map(\.icd10Cm)
        == ["M54.6", "M54.2"])
  }

  @Test("a side that the code contradicts is told") func laterality() throws {
    var clinic = try CareClinic()
    try clinic.scenario.record(Self.open(clinic, referral: clinic.referral))
    let right = try ICD10CM("M25.511")
    #expect(
      try clinic.warnings(
        of: RecordDiagnosis(episode: clinic.episode, code: right, side: .left)
      ).count == 1)
    for side in [Laterality.right, nil] {
      #expect(
        try clinic.warnings(
          of: RecordDiagnosis(episode: clinic.episode, code: right, side: side)
        ).isEmpty)
    }
  }

  @Test("an episode is not discharged before somebody says what became of each visit")
  func unfinishedVisit() throws {
    var clinic = try CareClinic()
    try clinic.openAssessedEpisode()
    let past = try clinic.book("2026-03-11T09:00")
    try clinic.scenario.advance(to: "2026-03-11T12:00")
    let command = DischargeEpisode(episode: clinic.episode, why: .plateau)
    #expect(try clinic.scenario.refusal(of: command).rule == "episode.appointments")
    try clinic.scenario.record(RecordNoShow(appointment: past))
    try clinic.scenario.record(command)
  }

  @Test("an episode with appointments ahead is not discharged, and then nothing is added to it")
  func discharge() throws {
    var clinic = try CareClinic()
    try clinic.openAssessedEpisode()
    try clinic.scenario.record(SetGoal(episode: clinic.episode, description: "sleep through"))
    let ahead = try clinic.book("2026-03-11T09:00")
    let command = DischargeEpisode(episode: clinic.episode, why: .plateau, outcome: "better")
    let refusal = try clinic.scenario.refusal(of: command)
    #expect(refusal.rule == "episode.appointments" && refusal.details == [ahead.description])
    try clinic.scenario.record(CancelAppointment(appointment: ahead))
    #expect(try clinic.warnings(of: command) == ["1 goals of the episode are still open"])
    try clinic.scenario.record(command)
    #expect(clinic.care.episodes[clinic.episode.description]?.isDischarged == true)
    #expect(try clinic.scenario.refusal(of: command).rule == "episode.discharged")
    let unknown = DischargeEpisode(episode: clinic.prescription, why: .plateau)
    #expect(try clinic.scenario.refusal(of: unknown).rule == "reference.unknown")
  }
}

@Suite("Assessments and re-evaluations")
struct AssessmentTests {
  @Test("a licensed practitioner assesses, in their own name") func whoAssesses() throws {
    var clinic = try CareClinic()
    try clinic.scenario.record(EpisodeTests.open(clinic))
    var command = CompleteAssessment(episode: clinic.episode, impression: "hypertonic")
    #expect(try clinic.scenario.refusal(of: command).rule == "practitioner.missing")
    #expect(try clinic.scenario.refusal(of: command, by: .frontDesk).rule == "role")
    command.practitioner = SubjectReference(clinic.therapist)
    #expect(
      try clinic.scenario.refusal(of: command, by: .therapist, practitioner: clinic.colleague).rule
        == "practitioner.other")
    command.assessedOn = try CivilDate("2023-12-31")
    #expect(try clinic.scenario.refusal(of: command).rule == "B5")
    command.assessedOn = try CivilDate("2026-03-03")
    #expect(try clinic.scenario.refusal(of: command).rule == "date.future")
    command.assessedOn = nil
    command.palpation = [.init(region: "neck", finding: "tender", grade: 5)]
    #expect(try clinic.scenario.refusal(of: command).rule == "assessment.grade")
    command.palpation = [.init(region: "neck", finding: "tender", grade: 3)]
    command.orthopedicTests = [.init(name: "Spurling", side: .left, positive: true)]
    command.practitioner = nil
    try clinic.scenario.record(command, by: .therapist, practitioner: clinic.therapist)
    let kept = try #require(clinic.care.episodes[clinic.episode.description]?.assessments.first)
    #expect(kept.practitioner == clinic.therapist.description)
    #expect(kept.palpation.map(\.grade) == [3] && kept.orthopedicTests.map(\.side) == [.left])
    command.impression = ""
    command.practitioner = SubjectReference(clinic.therapist)
    #expect(try clinic.scenario.refusal(of: command).rule == "text.length")
  }

  @Test("visits are counted from the last evaluation, without voided ones") func counters() throws {
    var clinic = try CareClinic()
    try clinic.openAssessedEpisode()
    let episode = clinic.episode.description
    #expect(clinic.care.lastEvaluatedOn(episode: episode) == 20_260_302)
    // The visit on the day of the assessment belongs to it.
    for day in ["2026-03-02", "2026-03-04", "2026-03-06"] {
      let appointment = try clinic.book("\(day)T09:00")
      try clinic.scenario.advance(to: "\(day)T10:00")
      try clinic.scenario.record(
        DeliverSession(
          appointment: appointment, services: [try SessionService("97140:60:neck")]))
    }
    #expect(clinic.care.visitsSinceEvaluation(episode: episode) == 2)
    let last = try #require(clinic.care.sessions(ofEpisode: episode).last)
    try clinic.scenario.record(
      VoidSession(session: EntityID(last.delivered.session)), reason: "not given")
    #expect(clinic.care.visitsSinceEvaluation(episode: episode) == 1)
    var command = CompleteReevaluation(
      episode: clinic.episode, practitioner: SubjectReference(clinic.therapist),
      measures: [EntityID.make(.measure, random: 66)], recommendation: .taper)
    #expect(try clinic.scenario.refusal(of: command).rule == "reference.unknown")
    let measure = EntityID.make(.measure, random: 67)
    try clinic.scenario.record(
      ScoreOutcomeMeasure(
        episode: clinic.episode, instrument: .nprs, items: [3], measure: measure))
    command.measures = [measure]
    try clinic.scenario.record(command)
    let kept = try #require(clinic.care.episodes[episode]?.reevaluations.first)
    #expect(kept.visitsSince == 1)
    #expect(clinic.care.visitsSinceEvaluation(episode: episode) == 0)
    #expect(clinic.care.lastEvaluatedOn(episode: episode) == 20_260_306)
    #expect(clinic.care.lastEvaluatedOn(episode: "unknown") == 0)
  }

  @Test("a re-evaluation follows an assessment") func order() throws {
    var clinic = try CareClinic()
    try clinic.scenario.record(EpisodeTests.open(clinic))
    let command = CompleteReevaluation(
      episode: clinic.episode, practitioner: SubjectReference(clinic.therapist),
      recommendation: .continue)
    #expect(try clinic.scenario.refusal(of: command).rule == "plan.assessment")
  }

  @Test("a progress report goes to the referring provider unless another is named")
  func reports() throws {
    var clinic = try CareClinic()
    try clinic.scenario.record(EpisodeTests.open(clinic))
    var command = SendProgressReport(episode: clinic.episode)
    #expect(try clinic.scenario.refusal(of: command).rule == "report.recipient")
    try clinic.scenario.record(
      RecordDiagnosis(
        episode: clinic.episode, code: ICD10CM("M54.2"), referral: clinic.referral))
    try clinic.scenario.record(command)
    command.referringProvider = SubjectReference("1679576722")
    try clinic.scenario.record(command)
    let sent = try #require(clinic.care.episodes[clinic.episode.description]?.progressReports)
    #expect(sent.map(\.referringProvider) == [clinic.doctor, clinic.doctor].map(\.description))
  }

  @Test("the last letter goes out after the discharge, with the position it holds as of")
  func lastReport() throws {
    var clinic = try CareClinic()
    try clinic.openAssessedEpisode()
    try clinic.scenario.record(
      DischargeEpisode(episode: clinic.episode, why: .patientChoice, outcome: "Moved away."))
    try clinic.scenario.record(SendProgressReport(episode: clinic.episode, asOf: 41))
    let sent = clinic.care.episodes[clinic.episode.description]?.progressReports
    #expect(sent?.map(\.asOfPosition) == [41])
  }
}

@Suite("Measures and goals")
struct MeasureTests {
  @Test("a score comes from the answers, and a total that disagrees is kept beside it")
  func discrepancy() throws {
    var clinic = try CareClinic()
    try clinic.openAssessedEpisode()
    var command = ScoreOutcomeMeasure(
      episode: clinic.episode, instrument: .odi, items: [1, 0, 1, 1, 2, 1, 1, 1, 3, 2],
      score: try Hundredths("24"), purpose: .baseline)
    #expect(
      try clinic.warnings(of: command)
        == ["the answers give 26 %, the form says 24; both are kept"])
    try clinic.scenario.record(command, by: .frontDesk)
    let kept = try #require(clinic.care.measures.first)
    #expect(kept.scoreHundredths == 2_600 && kept.reportedHundredths == 2_400 && kept.reported)
    command.score = try Hundredths("26")
    #expect(try clinic.warnings(of: command).isEmpty)
  }

  @Test("a plain total stands for itself") func total() throws {
    var clinic = try CareClinic()
    try clinic.openAssessedEpisode()
    try clinic.scenario.record(
      ScoreOutcomeMeasure(
        episode: clinic.episode, instrument: .quickDASH, score: try Hundredths("45.5")))
    let kept = try #require(clinic.care.measures.first)
    #expect(kept.scoreHundredths == 4_550 && !kept.reported && kept.items.isEmpty)
  }

  @Test("a measure without a score, off the scale or of no session is refused")
  func refusals() throws {
    var clinic = try CareClinic()
    try clinic.openAssessedEpisode()
    var command = ScoreOutcomeMeasure(episode: clinic.episode, instrument: .nprs)
    #expect(try clinic.scenario.refusal(of: command).rule == "measure.score")
    command.score = try Hundredths("11")
    #expect(try clinic.scenario.refusal(of: command).rule == "measure.range")
    command.score = nil
    command.items = [-1]
    #expect(try clinic.scenario.refusal(of: command).rule == "measure.unscorable")
    command.items = [3]
    command.session = EntityID.make(.session, random: 66)
    #expect(try clinic.scenario.refusal(of: command).rule == "reference.unknown")
    command.session = nil
    command.measuredOn = try CivilDate("2026-03-03")
    #expect(try clinic.scenario.refusal(of: command).rule == "date.future")
  }

  @Test("range of motion is 0 to 360 degrees", arguments: [-1, 361, Int.max])
  func motion(_ degrees: Int) throws {
    var clinic = try CareClinic()
    try clinic.openAssessedEpisode()
    var command = MeasureRangeOfMotion(
      episode: clinic.episode, joint: "neck", motion: "rotation", side: .left, degrees: degrees)
    #expect(try clinic.scenario.refusal(of: command).rule == "motion.degrees")
    command.degrees = 55
    command.method = .goniometer
    try clinic.scenario.record(command)
    #expect(clinic.care.motions.map(\.degrees) == [55])
    #expect(clinic.care.motions.first?.side == .left)
  }

  @Test(
    "a target lies on the better side of the baseline",
    arguments: [
      (InstrumentChoice.ndi, "40", "40", "goal.direction", 0),
      (.ndi, "40", "50", "goal.direction", 0), (.ndi, "40", "20", nil, 0),
      (.ndi, "40", "30", nil, 1), (.lefs, "34", "30", "goal.direction", 0),
      (.lefs, "34", "43", nil, 0), (.lefs, "34", "42", nil, 1), (.nprs, "3", "2", nil, 0),
      (.nprs, "11", "2", "measure.range", 0), (.lefs, "34", "81", "measure.range", 0),
    ] as [(InstrumentChoice, String, String, String?, Int)])
  func direction(
    _ instrument: InstrumentChoice, _ baseline: String, _ target: String, _ rule: String?,
    _ warnings: Int
  ) throws {
    var clinic = try CareClinic()
    try clinic.openAssessedEpisode()
    let command = SetGoal(
      episode: clinic.episode, description: "turn the head", instrument: instrument,
      baseline: try Hundredths(baseline), target: try Hundredths(target))
    if let rule {
      #expect(try clinic.scenario.refusal(of: command).rule == rule)
    } else {
      #expect(try clinic.warnings(of: command).count == warnings)
    }
  }

  @Test("a goal by a score is met by a score that reaches it") func meeting() throws {
    var clinic = try CareClinic()
    try clinic.openAssessedEpisode()
    let goal = EntityID.make(.goal, random: 60)
    var set = SetGoal(
      episode: clinic.episode, description: "less pain", instrument: .nprs,
      target: try Hundredths("3"), goal: goal)
    #expect(try clinic.scenario.refusal(of: set).rule == "goal.score")
    let measures = (61...63).map { EntityID.make(.measure, random: $0) }
    for (score, measure) in zip([7, 4, 3], measures) {
      try clinic.scenario.record(
        ScoreOutcomeMeasure(
          episode: clinic.episode, instrument: .nprs, items: [score], measure: measure))
      if score == 7 { try clinic.scenario.record(set) }
    }
    #expect(clinic.care.goals[goal.description]?.set.baselineHundredths == 700)
    #expect(
      try clinic.scenario.refusal(of: MeetGoal(goal: goal)).rule == "goal.measure")
    #expect(
      try clinic.scenario.refusal(of: MeetGoal(goal: goal, measure: measures[1])).rule
        == "goal.notReached")
    try clinic.scenario.record(MeetGoal(goal: goal, measure: measures[2]))
    #expect(clinic.care.goals[goal.description]?.status == .met)
    #expect(clinic.care.goals[goal.description]?.measure == measures[2].description)
    #expect(try clinic.scenario.refusal(of: CloseGoal(goal: goal)).rule == "goal.closed")
    set.goal = EntityID.make(.goal, random: 64)
    set.target = nil
    #expect(try clinic.scenario.refusal(of: set).rule == "goal.score")
  }

  @Test("a goal in words has no score, and may be given up") func words() throws {
    var clinic = try CareClinic()
    try clinic.openAssessedEpisode()
    let goal = EntityID.make(.goal, random: 60)
    var set = SetGoal(episode: clinic.episode, description: "sleep through", goal: goal)
    set.target = try Hundredths("3")
    #expect(try clinic.scenario.refusal(of: set).rule == "goal.instrument")
    set.target = nil
    set.dueOn = try CivilDate("2026-03-01")
    #expect(try clinic.scenario.refusal(of: set).rule == "goal.due")
    set.dueOn = try CivilDate("2026-04-01")
    try clinic.scenario.record(set)
    try clinic.scenario.record(CloseGoal(goal: goal))
    #expect(clinic.care.goals[goal.description]?.status == .notMet)
    let unknown = EntityID.make(.goal, random: 65)
    #expect(
      try clinic.scenario.refusal(of: MeetGoal(goal: unknown)).rule == "reference.unknown")
  }
}

@Suite("Treatment plans")
struct PlanTests {
  static func plan(_ clinic: CareClinic) throws -> AdoptTreatmentPlan {
    AdoptTreatmentPlan(
      episode: clinic.episode, intent: .pain,
      phases: [
        .init(
          condition: .acute, perWeekMin: try Hundredths("2"), perWeekMax: try Hundredths("3"),
          weeks: 2),
        .init(
          condition: .acute, perWeekMin: try Hundredths("1"), perWeekMax: try Hundredths("2"),
          weeks: 4),
        .init(
          condition: .chronic, perWeekMin: try Hundredths("0.5"), perWeekMax: try Hundredths("1"),
          weeks: 8),
      ])
  }

  @Test("a plan needs an assessment and sensible numbers") func refusals() throws {
    var clinic = try CareClinic()
    try clinic.scenario.record(EpisodeTests.open(clinic))
    var plan = try Self.plan(clinic)
    #expect(try clinic.scenario.refusal(of: plan).rule == "plan.assessment")
    try clinic.scenario.record(
      CompleteAssessment(
        episode: clinic.episode, practitioner: SubjectReference(clinic.therapist),
        impression: "hypertonic"))
    plan.goals = [EntityID.make(.goal, random: 60)]
    #expect(try clinic.scenario.refusal(of: plan).rule == "reference.unknown")
    plan.goals = nil
    plan.plannedVisits = -1
    #expect(try clinic.scenario.refusal(of: plan).rule == "plan.numbers")
    plan.plannedVisits = .max
    #expect(try clinic.scenario.refusal(of: plan).rule == "plan.numbers")
    plan.plannedVisits = 12
    plan.phases?[0].perWeekMin = try Hundredths("4")
    #expect(try clinic.scenario.refusal(of: plan).rule == "plan.numbers")
    plan.phases?[0].perWeekMin = try Hundredths("2")
    try clinic.scenario.record(plan)
    try clinic.scenario.record(plan)
    let plans = try #require(clinic.care.episodes[clinic.episode.description]?.plans)
    #expect(plans.map(\.revises) == ["", plans[0].plan])
  }

  @Test("the phase follows the weeks, and a taper step goes before them") func phases() throws {
    var clinic = try CareClinic()
    try clinic.openAssessedEpisode()
    let episode = clinic.episode.description
    let step = TakeTaperStep(episode: clinic.episode)
    #expect(try clinic.scenario.refusal(of: step).rule == "taper.plan")
    try clinic.scenario.record(Self.plan(clinic))
    func phase(_ date: String) throws -> Int? {
      try clinic.care.currentPhaseIndex(episode: episode, on: CivilDate(date))
    }
    #expect(try phase("2026-03-01") == nil)
    #expect(try phase("2026-03-15") == 0)
    #expect(try phase("2026-03-16") == 1)
    #expect(try phase("2026-04-12") == 1)
    #expect(try phase("2026-04-13") == 2)
    #expect(try phase("2027-01-01") == 2)
    try clinic.scenario.advance(to: "2026-03-09T09:00")
    for wrong in [1, 4, 0, .min, .max] {
      #expect(
        try clinic.scenario.refusal(of: TakeTaperStep(episode: clinic.episode, phase: wrong)).rule
          == "taper.phase")
    }
    try clinic.scenario.record(TakeTaperStep(episode: clinic.episode, phase: 3))
    #expect(try phase("2026-03-08") == 0)
    #expect(try phase("2026-03-09") == 2)
    #expect(
      try clinic.care.currentPhase(episode: episode, on: CivilDate("2026-03-09"))?.conditionClass
        == .chronic)
    // A plan adopted later begins with its own first phase.
    try clinic.scenario.advance(to: "2026-03-20T09:00")
    try clinic.scenario.record(Self.plan(clinic))
    #expect(try phase("2026-03-20") == 0)
  }

  @Test("the frequency is an override's, else the plan's, else the guideline's")
  func frequency() throws {
    var clinic = try CareClinic()
    try clinic.openAssessedEpisode()
    let episode = clinic.episode.description
    func most(_ date: String) throws -> Int32? {
      try clinic.care.frequency(episode: episode, on: CivilDate(date))?.highestPerWeekHundredths
    }
    #expect(try most("2026-03-02") == 300)
    try clinic.scenario.record(Self.plan(clinic))
    #expect(try most("2026-03-16") == 200)
    var override = OverrideFrequency(
      episode: clinic.episode, perWeekMax: try Hundredths("4"), from: try CivilDate("2026-03-16"),
      through: try CivilDate("2026-03-20"))
    #expect(try clinic.scenario.refusal(of: override).rule == "reason")
    try clinic.scenario.record(override, reason: "flare-up")
    #expect(try most("2026-03-20") == 400)
    #expect(try most("2026-03-21") == 200)
    override.through = try CivilDate("2026-03-15")
    #expect(
      try clinic.scenario.refusal(of: override, reason: "x").rule == "frequency.dates")
    override.perWeekMax = try Hundredths("7.5")
    #expect(
      try clinic.scenario.refusal(of: override, reason: "x").rule == "frequency.range")
  }

  @Test(
    "a changed phase changes the guideline",
    arguments: [
      (ConditionChoice.chronic, Int32(100)), (.maintenance, 25), (.stress, 100),
    ])
  func changing(_ condition: ConditionChoice, _ most: Int32) throws {
    var clinic = try CareClinic()
    try clinic.openAssessedEpisode()
    let episode = clinic.episode.description
    #expect(
      try clinic.scenario.refusal(of: ChangePhase(episode: clinic.episode, condition: .acute)).rule
        == "phase.same")
    try clinic.scenario.record(
      ChangePhase(
        episode: clinic.episode, condition: condition, from: CivilDate("2026-04-01")))
    let care = clinic.care
    let (before, after) = try (CivilDate("2026-03-31"), CivilDate("2026-04-01"))
    #expect(care.conditionClass(episode: episode, on: before) == .acute)
    #expect(care.conditionClass(episode: episode, on: after) == condition.conditionClass)
    #expect(care.frequency(episode: episode, on: after)?.highestPerWeekHundredths == most)
    #expect(care.frequency(episode: "unknown", on: after) == nil)
  }

  @Test("facts about unknown episodes, goals and notes change nothing") func unknown() throws {
    var clinic = try CareClinic()
    try clinic.openAssessedEpisode()
    let before = clinic.care
    var plan = TreatmentPlanAdopted()
    plan.episode = "unknown"
    var met = GoalMet()
    met.goal = "unknown"
    var amended = NoteAmended()
    amended.note = "unknown"
    var voided = ChargeVoided()
    voided.charge = "unknown"
    try clinic.given(
      clinic.patient, .treatmentPlanAdopted(plan), .goalMet(met), .noteAmended(amended),
      .chargeVoided(voided))
    #expect(clinic.care == before)
  }
}
