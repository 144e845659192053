import PracticeEvents
import TestSupport
import Testing

@testable import Practice

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
