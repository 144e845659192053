import PracticeEvents
import TestSupport
import Testing

@testable import Practice

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
