import Practice
import PracticeEvents
import Testing

@testable import Reports

extension ReportScenario {
  /// Scores of one instrument in an episode.
  mutating func score(
    _ patient: SubjectID, episode: String, _ instrument: Instrument,
    _ scores: [(on: String, hundredths: Int32)], purpose: MeasurePurpose = .interim
  ) throws {
    for (date, hundredths) in scores {
      let measuredOn = try on(date)
      try record(
        patient, at: date,
        .outcomeMeasureScored(
          .with {
            $0.measure = "m-\(patient.low)-\(episode)-\(instrument.rawValue)-\(date)"
            ($0.episode, $0.instrument, $0.purpose) = (episode, instrument, purpose)
            ($0.scoreHundredths, $0.measuredOn) = (hundredths, measuredOn)
          }))
    }
  }

  /// Ana in upkeep on insurance; Ben's plan with a step that is due, and a form that does not add up.
  mutating func addUpkeepAndTaper() throws {
    try record(
      .ana, at: "2026-01-05",
      .coverageAdded(
        .with {
          ($0.coverage, $0.payer) = ("cov1", SubjectID.payer.description)
          ($0.rank, $0.effectiveFrom) = (.primary, 20_260_101)
        }))
    try record(
      .ana, at: "2026-03-02",
      .phaseChanged(
        .with {
          ($0.episode, $0.conditionClass, $0.fromDateOn) = ("ea", .maintenance, 20_260_302)
        }))
    try record(
      .ben, at: "2026-01-05",
      .treatmentPlanAdopted(
        .with {
          ($0.plan, $0.episode, $0.adoptedOn) = ("plb", "eb", 20_260_105)
          $0.phases = [
            .with {
              $0.visitsPerWeekMinHundredths = 100
              $0.visitsPerWeekMaxHundredths = 200
            },
            .with {
              $0.visitsPerWeekMinHundredths = 50
              $0.visitsPerWeekMaxHundredths = 100
            },
          ]
        }))
    try score(.ben, episode: "eb", .nprs, [("2026-01-05", 700), ("2026-02-20", 400)])
    try record(
      .ben, at: "2026-02-20",
      .outcomeMeasureScored(
        .with {
          ($0.measure, $0.episode, $0.instrument) = ("m-odi", "eb", .odi)
          $0.items = [1, 0, 1, 1, 2, 1, 1, 1, 3, 2]
          ($0.scoreHundredths, $0.reported, $0.reportedHundredths) = (2_600, true, 2_400)
          $0.measuredOn = 20_260_220
        }))
  }
}

@Suite("Outcomes, frequency and what follows from them")
struct OutcomeReportTests {
  /// Four episodes with the same diagnosis and a later score, one without.
  private func outcomes() throws -> ReportScenario {
    var scenario = try ReportScenario.clinic()
    let patients = (0..<5).map { SubjectID(high: 0x7000 + $0, low: 0x8000_0000_0000_0000) }
    let scores: [[Int32]] = [
      [4_000, 2_000], [4_200, 3_600], [5_000, 3_000, 3_100], [4_000, 4_100],
      [3_000],
    ]
    for (index, patient) in patients.enumerated() {
      let episode = "e\(index)"
      try scenario.register(patient, "20\(index)", "Test\(index)", "T")
      try scenario.record(
        patient, at: "2026-01-05",
        .episodeOpened(.with { ($0.episode, $0.conditionClass) = (episode, .chronic) }))
      try scenario.record(
        patient, at: "2026-01-05",
        .diagnosisRecorded(.with { ($0.episode, $0.icd10Cm, $0.rank) = (episode, "M54.2", 1) }))
      let dates = ["2026-01-05", "2026-02-02", "2026-03-02"]
      try scenario.score(patient, episode: episode, .ndi, Array(zip(dates, scores[index])))
      for (visit, date) in ["2026-01-12", "2026-01-26", "2026-02-16"].enumerated() {
        try scenario.deliver(
          "s\(index)\(visit)", patient, at: "\(date)T09:00", episode: episode)
      }
    }
    return scenario
  }

  @Test("outcomes count episodes with a later score, their means and who improved importantly")
  func grouped() throws {
    let answer = try outcomes().answer(ProgressOutcomesReport.self)
    #expect(answer.texts("group") == ["M54.2"])
    #expect(answer.texts("episodes") == ["4"])
    // (40 + 42 + 50 + 40) / 4 and (20 + 36 + 31 + 41) / 4
    #expect(answer.texts("baselineMean") == ["43"])
    #expect(answer.texts("latestMean") == ["32"])
    #expect(answer.texts("improvementMean") == ["11"])
    #expect(answer.texts("important") == ["50%"])
    #expect(answer.texts("visitsToImportant") == ["2"])
    #expect(answer.cells("isSmall") == [.flag(true)])
  }

  @Test("they are grouped by therapist and payer, and by the day of the baseline")
  func grouping() throws {
    let scenario = try outcomes()
    let therapist = try scenario.answer(ProgressOutcomesReport.self, ["groupBy": "therapist"])
    #expect(therapist.texts("group") == ["Rivera, A."])
    let payer = try scenario.answer(ProgressOutcomesReport.self, ["groupBy": "payer"])
    #expect(payer.texts("group") == ["patient pays"])
    let later = try scenario.answer(ProgressOutcomesReport.self, ["from": "2026-01-06"])
    #expect(later.body.rows.isEmpty)
    #expect(throws: ReportError.self) {
      try scenario.answer(ProgressOutcomesReport.self, ["groupBy": "shoe-size"])
    }
  }

  @Test("a plateau is listed with its last scores, a course that still changes is not")
  func plateau() throws {
    var scenario = try ReportScenario.clinic()
    for (patient, episode, scores) in [
      (SubjectID.ana, "e1", [4_000, 3_000, 2_600, 2_400]), (.ben, "e2", [4_000, 3_000, 1_800]),
    ] as [(SubjectID, String, [Int32])] {
      try scenario.record(patient, at: "2026-01-05", .episodeOpened(.with { $0.episode = episode }))
      let dates = ["2026-01-05", "2026-01-19", "2026-02-02", "2026-02-16"]
      try scenario.score(patient, episode: episode, .ndi, Array(zip(dates, scores)))
    }
    let answer = try scenario.answer(ProgressPlateauReport.self)
    #expect(answer.texts("mrn") == ["1001"])
    #expect(answer.cells("scores") == [.list(["30", "26", "24"])])
    #expect(answer.texts("since") == ["2026-01-19"])
    #expect(answer.texts("improvement") == ["16"])
    try scenario.record(
      .ana, at: "2026-02-17",
      .episodeDischarged(.with { ($0.episode, $0.dischargedOn) = ("e1", 20_260_217) }))
    #expect(try scenario.answer(ProgressPlateauReport.self).body.rows.isEmpty)
  }

  @Test("a total that disagrees with its answers is listed with the difference")
  func discrepancies() throws {
    var scenario = try ReportScenario.clinic()
    try scenario.record(.ben, at: "2026-01-05", .episodeOpened(.with { $0.episode = "eb" }))
    try scenario.addUpkeepAndTaper()
    let answer = try scenario.answer(ProgressDiscrepanciesReport.self)
    #expect(answer.texts("measure") == ["m-odi"])
    #expect(answer.texts("items") == ["1 0 1 1 2 1 1 1 3 2"])
    #expect(answer.texts("computed") == ["26"] && answer.texts("reported") == ["24"])
    #expect(answer.texts("difference") == ["-2"])
  }

  @Test("maintenance on insurance is listed by route, and by charge of its days")
  func maintenance() throws {
    var scenario = try ReportScenario.clinic()
    try scenario.record(.ana, at: "2026-01-05", .episodeOpened(.with { $0.episode = "ea" }))
    try scenario.addUpkeepAndTaper()
    let route = try scenario.answer(MaintenanceOnInsuranceReport.self)
    #expect(route.texts("what") == ["route"] && route.texts("payer") == ["Acme Health"])
    try scenario.record(
      .ana, at: "2026-03-02",
      .selfPayElected(.with { ($0.why, $0.fromDateOn) = (.maintenance, 20_260_302) }))
    #expect(try scenario.answer(MaintenanceOnInsuranceReport.self).body.rows.isEmpty)
  }

  @Test("whoever comes too seldom stands first, and the row says who prescribed what")
  func adherence() throws {
    var scenario = try ReportScenario.clinic()
    for (patient, episode) in [(SubjectID.ana, "e1"), (.ben, "e2")] {
      try scenario.record(
        patient, at: "2026-03-02",
        .episodeOpened(.with { ($0.episode, $0.conditionClass) = (episode, .chronic) }))
      try scenario.record(
        patient, at: "2026-03-02",
        .assessmentCompleted(.with { ($0.episode, $0.assessedOn) = (episode, 20_260_302) }))
    }
    for date in ["03-03", "03-10", "03-17", "03-24"] {
      try scenario.deliver("s\(date)", .ana, at: "2026-\(date)T09:00", episode: "e1")
    }
    try scenario.record(
      .ben, at: "2026-03-02", by: "alex", role: .therapist, reason: "travels",
      .frequencyOverridden(
        .with {
          ($0.episode, $0.fromDateOn) = ("e2", 20_260_302)
          ($0.visitsPerWeekMinHundredths, $0.visitsPerWeekMaxHundredths) = (25, 50)
        }))
    let answer = try scenario.answer(
      ScheduleFrequencyAdherenceReport.self, today: "2026-03-29")
    #expect(answer.texts("mrn") == ["1002", "1001"])
    #expect(answer.texts("status") == ["under", "on"])
    #expect(answer.texts("delivered") == ["0", "4"])
    #expect(answer.texts("prescribedMin") == ["1", "2"])
    #expect(answer.texts("adherence") == ["0%", "100%"])
    #expect(answer.texts("source")[0] == "advice of AL: travels")
    #expect(answer.texts("source")[1].hasPrefix("guideline (practice page"))
    let under = try scenario.answer(
      ScheduleFrequencyAdherenceReport.self, ["status": "under"], today: "2026-03-29")
    #expect(under.texts("mrn") == ["1002"])
  }

  @Test("a step that is due is listed with what was found and how often then")
  func taper() throws {
    var scenario = try ReportScenario.clinic()
    try scenario.record(.ben, at: "2026-01-05", .episodeOpened(.with { $0.episode = "eb" }))
    try scenario.addUpkeepAndTaper()
    let answer = try scenario.answer(TaperDueReport.self)
    #expect(answer.texts("since") == ["2026-02-20"])
    #expect(answer.texts("criterion") == ["pain"])
    #expect(answer.texts("finding") == ["NPRS 7 to 4: better by 3, 42 %"])
    #expect(answer.texts("nextPerWeek") == ["0.5-1/wk"])
  }

  @Test("the summary of an episode has a row for each measure, function first")
  func summary() throws {
    var scenario = try ReportScenario.clinic()
    try scenario.record(
      .ana, at: "2026-01-05",
      .episodeOpened(.with { ($0.episode, $0.conditionClass) = ("e1", .acute) }))
    try scenario.score(.ana, episode: "e1", .nprs, [("2026-01-05", 300), ("2026-02-02", 200)])
    try scenario.score(.ana, episode: "e1", .lefs, [("2026-01-05", 3_400), ("2026-02-02", 4_300)])
    let answer = try scenario.answer(ProgressEpisodeSummaryReport.self, ["patient": "1001"])
    #expect(answer.texts("instrument") == ["LEFS", "NPRS"])
    #expect(answer.texts("change") == ["important", "none"])
    #expect(answer.texts("thirtyPercent") == ["", "yes"])
    #expect(answer.texts("mcidSource")[0] == "Binkley 1999 (Phys Ther 79:371)")
    let other = try scenario.answer(ProgressEpisodeSummaryReport.self, ["patient": "1002"])
    #expect(other.body.rows.isEmpty)
  }
}
