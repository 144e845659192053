import Practice
import PracticeEvents
import Testing

@testable import Reports

@Suite("The course of an episode, open and discharged")
struct EpisodeExplainTests {
  /// Ana's plan of two phases from 2 March, with visits, scores and a goal.
  private func scenario() throws -> ReportScenario {
    var scenario = try ReportScenario.clinic()
    try scenario.record(
      .ana, at: "2026-03-02",
      .episodeOpened(
        .with { ($0.episode, $0.problem, $0.conditionClass) = ("e1", "neck strain", .acute) }))
    try scenario.record(
      .ana, at: "2026-03-02",
      .assessmentCompleted(.with { ($0.episode, $0.assessedOn) = ("e1", 20_260_302) }))
    try scenario.record(
      .ana, at: "2026-03-02",
      .goalSet(
        .with {
          ($0.goal, $0.episode, $0.description_p) = ("g1", "e1", "Drive an hour")
          $0.dueOn = 20_260_430
        }))
    try scenario.record(
      .ana, at: "2026-03-02",
      .treatmentPlanAdopted(
        .with {
          ($0.plan, $0.episode, $0.adoptedOn) = ("p1", "e1", 20_260_302)
          ($0.intent, $0.techniques, $0.bodyRegions) = (.injury, ["myofascial release"], ["neck"])
          ($0.plannedVisits, $0.sessionMinutes) = (8, 60)
          $0.phases = [
            .with {
              ($0.conditionClass, $0.weeks) = (.acute, 2)
              ($0.visitsPerWeekMinHundredths, $0.visitsPerWeekMaxHundredths) = (200, 300)
              $0.exits = [.with { ($0.instrument, $0.scoreHundredths) = (.ndi, 2_000) }]
            },
            .with {
              $0.conditionClass = .acute
              ($0.visitsPerWeekMinHundredths, $0.visitsPerWeekMaxHundredths) = (50, 100)
            },
          ]
        }))
    for date in ["03-03", "03-05", "03-10", "03-12", "03-18"] {
      try scenario.deliver("s\(date)", .ana, at: "2026-\(date)T09:00", episode: "e1")
    }
    try scenario.score(
      .ana, episode: "e1", .ndi,
      [("2026-03-02", 4_400), ("2026-03-16", 2_400), ("2026-03-23", 2_400), ("2026-03-30", 2_200)])
    return scenario
  }

  private func discharge(_ scenario: inout ReportScenario) throws {
    try scenario.record(
      .ana, at: "2026-03-31",
      .episodeDischarged(
        .with { ($0.episode, $0.why, $0.dischargedOn) = ("e1", .plateau, 20_260_331) }))
  }

  private func told(
    _ report: any Report.Type, _ scenario: ReportScenario, _ given: [String: String] = [:]
  ) throws -> [String] {
    let answer = try scenario.answer(report, given.merging(["patient": "1001"]) { $1 })
    return zip(answer.texts("topic"), answer.texts("what")).map { "\($0): \($1)" }
  }

  @Test("an open episode tells what holds now, and its whole course")
  func open() throws {
    let told = try told(FrequencyExplainReport.self, try scenario())
    #expect(told.contains("frequency: 0.5-1/wk on 2026-04-01"))
    #expect(told.contains("phase: phase 2 of 2 runs"))
    #expect(
      told.suffix(2) == [
        "course: 2026-03-02 to 2026-03-15: 2-3/wk; 4 delivered, 4 to 6 prescribed: on",
        "course: 2026-03-16 to 2026-04-01: 0.5-1/wk; 1 delivered, 1.21 to 2.43 prescribed: on",
      ])
    #expect(!told.contains { $0.hasPrefix("discharge") })
  }

  @Test("a discharged one tells when and why it ended, and its course until then")
  func discharged() throws {
    var scenario = try scenario()
    try discharge(&scenario)
    let answer = try scenario.answer(FrequencyExplainReport.self, ["patient": "1001"])
    #expect(answer.texts("topic") == ["discharge", "course", "course"])
    #expect(
      answer.texts("what")[0]
        == "discharged on 2026-03-31: no further change is to be expected (plateau)")
    #expect(answer.texts("what")[2].hasPrefix("2026-03-16 to 2026-03-31: "))
    #expect(answer.texts("rule")[1] == "plan, phase 1 of 2")
    #expect(answer.cells("position").allSatisfy { $0 != .none })
    // Asked as of a day before, it was open.
    let before = try told(FrequencyExplainReport.self, scenario, ["date": "2026-03-30"])
    #expect(before.contains("frequency: 0.5-1/wk on 2026-03-30"))
    #expect(!before.contains { $0.hasPrefix("discharge") })
  }

  @Test("the plateau that an episode was discharged for can still be explained")
  func plateau() throws {
    var scenario = try scenario()
    try discharge(&scenario)
    let told = try told(PlateauExplainReport.self, scenario)
    #expect(told.first?.hasPrefix("discharge: discharged on 2026-03-31") == true)
    #expect(told.contains("score: 2026-03-30: 22 %, better by 22: important"))
    #expect(told.last == "plateau: the last 3, 24, 24, 22, differ by less: a plateau")
  }

  @Test("the plan shows its phases with the visits made, and what was agreed")
  func plan() throws {
    var scenario = try scenario()
    let running = try scenario.answer(ProgressPlanReport.self, ["patient": "1001"])
    #expect(
      running.texts("frequency") == ["2 to 3 visits a week", "a visit every 1 to 2 weeks"])
    #expect(running.texts("from") == ["2026-03-02", "2026-03-16"])
    #expect(running.texts("through") == ["2026-03-15", ""])
    #expect(running.texts("delivered") == ["4", "1"])
    #expect(running.cells("ends") == [.list(["NDI<=20"]), .list([])])
    #expect(running.texts("status") == ["over", "running"])
    let notes = running.body.notes.joined(separator: "\n")
    #expect(notes.contains("Plan p1 of e1, neck strain, adopted 2026-03-02."))
    #expect(notes.contains("Intent: heal an injury. Techniques: myofascial release."))
    #expect(notes.contains("5 visits of the episode, 8 planned; a re-evaluation is due after 6"))
    #expect(notes.contains("Goal: Drive an hour, due 2026-04-30: open."))
    try discharge(&scenario)
    let over = try scenario.answer(ProgressPlanReport.self, ["patient": "1001"])
    #expect(over.texts("status") == ["over", "over"])
    #expect(over.texts("through") == ["2026-03-15", "2026-03-31"])
    #expect(over.body.notes.last?.hasPrefix("Discharged 2026-03-31: ") == true)
    #expect(
      try scenario.answer(ProgressPlanReport.self, ["patient": "1002"]).body.notes
        == ["There is no episode of care."])
  }

  @Test(
    "a frequency is told as people say it",
    arguments: [
      (200, 300, "2 to 3 visits a week"), (100, 100, "a visit a week"),
      (50, 100, "a visit every 1 to 2 weeks"), (50, 50, "a visit every 2 weeks"),
      (20, 25, "a visit every 4 to 5 weeks"), (33, 33, "a visit every 3 weeks"),
      (100, 200, "1 to 2 visits a week"), (0, 100, "up to 1 visit a week"),
      (75, 75, "0.75 visits a week"),
    ] as [(Int32, Int32, String)])
  func words(least: Int32, most: Int32, text: String) {
    let frequency = VisitFrequency(
      lowestPerWeekHundredths: least, highestPerWeekHundredths: most,
      source: .plan(phase: 1, of: 1))
    #expect(frequency.inWords == text)
  }
}
