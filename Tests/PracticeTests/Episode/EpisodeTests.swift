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
