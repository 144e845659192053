import Practice
import PracticeEvents
import Testing

@testable import Reports

@Suite("Progress reports")
struct ProgressReportTests {
  private func scenario() throws -> ReportScenario {
    var scenario = try ReportScenario.clinic()
    let dates = try ["2026-03-02", "2026-03-16", "2026-03-30"].map(on)
    try scenario.record(
      .ana, at: "2026-03-02",
      .episodeOpened(.with { ($0.episode, $0.conditionClass) = ("e1", .acute) }))
    try scenario.record(
      .ana, at: "2026-03-02",
      .treatmentPlanAdopted(
        .with {
          ($0.plan, $0.episode, $0.adoptedOn) = ("pl1", "e1", dates[0])
          $0.phases = [
            .with { ($0.conditionClass, $0.weeks) = (.acute, 2) },
            .with { $0.conditionClass = .chronic },
          ]
        }))
    try scenario.record(
      .ana, at: "2026-03-02",
      .goalSet(
        .with {
          ($0.goal, $0.episode, $0.instrument) = ("g1", "e1", .ndi)
          ($0.baselineHundredths, $0.targetHundredths) = (4_000, 2_000)
          $0.dueOn = dates[2]
          $0.description_p = "Turn the head while driving"
        }))
    for (index, score) in [Int32(4_000), 3_200, 2_500].enumerated() {
      try scenario.record(
        .ana, at: ["2026-03-02", "2026-03-16", "2026-03-30"][index],
        .outcomeMeasureScored(
          .with {
            ($0.measure, $0.episode, $0.instrument) = ("m\(index)", "e1", .ndi)
            ($0.scoreHundredths, $0.measuredOn) = (score, dates[index])
            $0.purpose = index == 0 ? .baseline : .interim
          }))
    }
    try scenario.deliver("s1", .ana, at: "2026-03-04T09:00", episode: "e1")
    try scenario.sign("n1", "s1", at: "2026-03-04T11:00", before: 7, after: 5)
    try scenario.deliver("s2", .ana, at: "2026-03-18T09:00", episode: "e1")
    try scenario.sign("n2", "s2", at: "2026-03-18T11:00", before: 5, after: 3)
    try scenario.deliver("s3", .ana, at: "2026-03-20T09:00", episode: "e1")
    try scenario.record(.ana, at: "2026-03-21", .sessionVoided(.with { $0.session = "s3" }))
    return scenario
  }

  @Test("scores and visits come in order, each against its measure's baseline")
  func patient() throws {
    let answer = try scenario().answer(ProgressPatientReport.self, ["patient": "1001"])
    #expect(
      answer.texts("date") == [
        "2026-03-02", "2026-03-04", "2026-03-16", "2026-03-18", "2026-03-30",
      ])
    #expect(answer.texts("visit") == ["", "1", "", "2", ""])
    #expect(answer.texts("instrument") == ["NDI", "NPRS", "NDI", "NPRS", "NDI"])
    #expect(answer.texts("score") == ["40", "7", "32", "5", "25"])
    #expect(answer.texts("improvement") == ["0", "0", "8", "2", "15"])
    // NDI: 10 points are beyond measurement error, 15 matter; pain: 2 points matter.
    #expect(answer.texts("change") == ["none", "none", "none", "important", "important"])
    #expect(answer.texts("thirtyPercent") == ["", "no", "", "no", ""])
    #expect(answer.texts("painBefore") == ["", "7", "", "5", ""])
    #expect(answer.texts("painAfter") == ["", "5", "", "3", ""])
    #expect(answer.texts("phase") == ["acute", "acute", "chronic", "chronic", "chronic"])
  }

  @Test("the picture shows function rather than pain, with the change that matters")
  func plot() throws {
    let answer = try scenario().answer(ProgressPatientReport.self, ["patient": "1001"])
    let plot = try #require(answer.body.plot)
    #expect(plot.points.map(\.hundredths) == [4_000, 3_200, 2_500])
    #expect(plot.importantAt == 2_500)
    #expect(plot.baseline == 4_000)
    #expect(plot.goal == Plot.Goal(hundredths: 2_000, due: try CivilDate("2026-03-30")))
    // A phase without numbers takes the guideline of its own class.
    #expect(plot.phases.map(\.label) == ["acute 2-3/wk", "chronic 0.5-1/wk"])
    let pain = try scenario().answer(
      ProgressPatientReport.self, ["patient": "1001", "measure": "nprs"])
    #expect(pain.body.plot?.points.map(\.hundredths) == [700, 500])
    #expect(throws: ReportError.self) {
      try scenario().answer(ProgressPatientReport.self, ["patient": "1001", "measure": "IQ"])
    }
    #expect(plot.lowerIsBetter)
  }

  @Test("range of motion stands in the table, better being nearer to normal")
  func motion() throws {
    var scenario = try scenario()
    for (date, degrees) in [("2026-03-02", Int32(40)), ("2026-03-30", 60)] {
      let measuredOn = try on(date)
      try scenario.record(
        .ana, at: date,
        .rangeOfMotionMeasured(
          .with {
            ($0.measure, $0.episode, $0.joint, $0.motion) = ("r\(date)", "e1", "neck", "rotation")
            ($0.degrees, $0.normalDegrees, $0.side) = (degrees, 80, .left)
            $0.measuredOn = measuredOn
          }))
    }
    let answer = try scenario.answer(ProgressPatientReport.self, ["patient": "1001"])
    #expect(
      answer.texts("instrument").filter { $0.hasPrefix("ROM") }
        == ["ROM neck rotation, left", "ROM neck rotation, left"])
    #expect(answer.texts("improvement").last == "20")
    #expect(answer.texts("change").last == "detectable")
  }

  @Test("an episode that is not the patient's is refused")
  func unknownEpisode() throws {
    let scenario = try scenario()
    #expect(throws: ReportError.self) {
      try scenario.answer(ProgressPatientReport.self, ["patient": "1002", "episode": "e1"])
    }
  }

  @Test("a goal shows how much of the way is gone and whether it is overdue")
  func goals() throws {
    let answer = try scenario().answer(ProgressGoalsReport.self)
    #expect(answer.texts("goal") == ["g1"])
    #expect(answer.texts("latest") == ["25"])
    #expect(answer.texts("reached") == ["75%"])
    #expect(answer.cells("overdue") == [.flag(true)])
    let onTheDay = try scenario().answer(ProgressGoalsReport.self, today: "2026-03-30")
    #expect(onTheDay.cells("overdue") == [.flag(false)])
  }

  @Test("goals are chosen by status and due date")
  func goalFilters() throws {
    var scenario = try scenario()
    #expect(try scenario.answer(ProgressGoalsReport.self, ["due": "2026-03-29"]).body.rows.isEmpty)
    #expect(try scenario.answer(ProgressGoalsReport.self, ["status": "met"]).body.rows.isEmpty)
    try scenario.record(.ana, at: "2026-03-31", .goalMet(.with { $0.goal = "g1" }))
    #expect(try scenario.answer(ProgressGoalsReport.self, ["status": "met"]).body.rows.count == 1)
    #expect(try scenario.answer(ProgressGoalsReport.self).body.rows.isEmpty)
    #expect(throws: ReportError.self) {
      try scenario.answer(ProgressGoalsReport.self, ["status": "nearly"])
    }
  }
}

extension ReportScenario {
  /// Signs Ana's note of a session with pain before and after.
  mutating func sign(
    _ note: String, _ session: String, at time: String, before: Int32, after: Int32
  )
    throws
  {
    try record(
      .ana, at: time, by: "alex", role: .therapist,
      .soapNoteSigned(
        .with {
          ($0.note, $0.session) = (note, session)
          ($0.painBefore, $0.painAfter, $0.painRecorded) = (before, after, true)
          $0.subjective = "narrative that stays in the chart"
        }))
  }
}
