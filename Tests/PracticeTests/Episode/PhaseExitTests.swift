import PracticeEvents
import TestSupport
import Testing

@testable import Practice

@Suite("What ends a phase of a plan")
struct PhaseExitTests {
  @Test(
    "an exit is read and written back",
    arguments: [
      ("ndi <= 20", "NDI<=20"), ("LEFS>=60", "LEFS>=60"), ("nprs by 2", "NPRS by 2"),
      ("NPRS by 30 %", "NPRS by 30%"), ("Goal 50%", "goal 50%"), ("6 visits", "6 visits"),
      ("1 visit", "1 visit"), ("QuickDASH by 15.9", "QuickDASH by 15.9"),
    ])
  func text(given: String, written: String) throws {
    #expect(try PhaseExit(given).description == written)
    let again = try PhaseExit(written)
    #expect(try PhaseExit(given) == again)
  }

  @Test(
    "what is no exit is refused with the ways to write one",
    arguments: [
      "", "NDI>=20", "LEFS<=60", "NDI<=101", "NPRS by 0", "NPRS by 11", "pain by 2", "goal 0%",
      "goal 101%", "0 visits", "when better",
    ])
  func refused(text: String) {
    let error = #expect(throws: ValueError.self) { try PhaseExit(text) }
    #expect(error?.description.contains("6 visits") == true)
  }

  /// A plan of two phases, begun on 2 March with NPRS 8 and NDI 60 %.
  private func clinic(_ exits: String...) throws -> CareClinic {
    var clinic = try CareClinic()
    try clinic.openAssessedEpisode()
    try score(.nprs, [8], &clinic)
    try score(.ndi, Array(repeating: 3, count: 10), &clinic)
    try clinic.scenario.record(
      AdoptTreatmentPlan(
        episode: clinic.episode,
        phases: [
          .init(
            condition: .acute, perWeekMin: Hundredths("2"), perWeekMax: Hundredths("3"), weeks: 4,
            exits: try exits.map { try PhaseExit($0) }),
          .init(
            condition: .acute, perWeekMin: Hundredths("1"), perWeekMax: Hundredths("2"), weeks: 4),
        ]))
    return clinic
  }

  private func score(
    _ instrument: InstrumentChoice, _ items: [Int], _ clinic: inout CareClinic
  ) throws {
    try clinic.scenario.record(
      ScoreOutcomeMeasure(episode: clinic.episode, instrument: instrument, items: items))
  }

  private func due(_ clinic: CareClinic, on date: String) throws -> TaperDue? {
    clinic.care.taperDue(
      episode: clinic.episode.description, on: try CivilDate(date),
      by: clinic.scenario.memory.clinic())
  }

  @Test("the plan's own exit replaces the clinic's: less pain alone is not enough for it")
  func own() throws {
    var clinic = try clinic("NDI<=20")
    try clinic.scenario.advance(to: "2026-03-12T10:00")
    try score(.nprs, [4], &clinic)
    #expect(try due(clinic, on: "2026-03-12") == nil)
    try score(.ndi, [1, 1, 1, 1, 1, 1, 1, 1, 1, 2], &clinic)
    #expect(try due(clinic, on: "2026-03-12") == nil)
    try score(.ndi, Array(repeating: 1, count: 10), &clinic)
    let found = try #require(try due(clinic, on: "2026-03-12"))
    #expect(found.criterion == .score && found.rule == "NDI<=20, the plan")
    #expect(found.finding == "NDI 60 to 20: better by 40, 66 %")
    // By its weeks the phase still ends.
    #expect(try due(clinic, on: "2026-03-30") == nil)
  }

  @Test("any one of several exits suffices", arguments: [(5, true), (6, false)])
  func several(pain: Int, isDue: Bool) throws {
    var clinic = try clinic("NDI<=20", "NPRS by 3")
    try clinic.scenario.advance(to: "2026-03-12T10:00")
    try score(.nprs, [pain], &clinic)
    #expect((try due(clinic, on: "2026-03-12")?.criterion == .pain) == isDue)
  }

  @Test("visits count since the phase began, the last of them says when, and a void takes one back")
  func visits() throws {
    var clinic = try clinic("2 visits")
    for (index, day) in [Int32(2026_03_01), 2026_03_03, 2026_03_05].enumerated() {
      var session = SessionDelivered()
      session.session = EntityID.make(.session, random: UInt64(300 + index)).description
      session.episode = clinic.episode.description
      session.deliveredOn = day
      try clinic.given(clinic.patient, .sessionDelivered(session))
    }
    #expect(try due(clinic, on: "2026-03-04") == nil)
    #expect(try due(clinic, on: "2026-03-06")?.on == (try CivilDate("2026-03-05")))
    var voided = SessionVoided()
    voided.session = EntityID.make(.session, random: 302).description
    try clinic.given(clinic.patient, .sessionVoided(voided))
    #expect(try due(clinic, on: "2026-03-06") == nil)
  }

  @Test("without exits the clinic's rules hold, and say so")
  func clinics() throws {
    var clinic = try clinic()
    try clinic.scenario.advance(to: "2026-03-12T10:00")
    try score(.nprs, [6], &clinic)
    let found = try #require(try due(clinic, on: "2026-03-12"))
    #expect(found.criterion == .pain)
    #expect(found.rule.hasPrefix("frequency/taper-pain-hundredths: "))
    #expect(
      try clinic.care.taperRules(
        episode: clinic.episode.description, on: CivilDate("2026-03-12"),
        by: clinic.scenario.memory.clinic()
      ).map(\.text) == ["goal 50%", "NPRS by 2", "NPRS by 30%", "on 2026-03-30"])
  }
}
