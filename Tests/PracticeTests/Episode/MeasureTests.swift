import PracticeEvents
import TestSupport
import Testing

@testable import Practice

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
