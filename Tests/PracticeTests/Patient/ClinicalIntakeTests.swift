import PracticeEvents
import TestSupport
import Testing

@testable import Practice

@Suite("Intake, screening and letters") struct ClinicalIntakeTests {
  private var scenario: Scenario
  private let patient: SubjectID
  private let mrn = SubjectReference("P-1")

  init() throws {
    scenario = try Scenario()
    patient = try scenario.record(
      RegisterPatient(
        mrn: "P-1", familyName: "Rivera", givenName: "Ana",
        bornOn: CivilDate(compact: 1980_05_01)))[0].subject
    try scenario.record(
      RegisterReferringProvider(
        familyName: "Osei", givenName: "Kofi", credential: .md, npi: NPI("1000000004")))
  }

  private var profile: ProfileState { scenario.memory.patient(patient).profile }
  private func date(_ compact: Int32) throws -> CivilDate { try CivilDate(compact: compact) }

  @Test("an accident needs its date and state")
  mutating func accident() throws {
    var intake = CompleteIntake(patient: mrn, chiefComplaint: "neck pain", autoAccident: .yes)
    #expect(try scenario.refusal(of: intake).field == "accidentOn")
    intake.accidentOn = try date(2026_02_01)
    let refusal = try scenario.refusal(of: intake)
    #expect(refusal.rule == "intake.accident" && refusal.field == "accidentState")
    intake.accidentState = try StateCode("NJ")
    try scenario.record(intake, by: .patient)
    #expect(profile.intake.accidentOn == 2026_02_01 && profile.intake.workRelated == .unknown)
    intake = CompleteIntake(patient: mrn, chiefComplaint: "back pain", workRelated: .yes)
    #expect(try scenario.refusal(of: intake).rule == "intake.accident")
    intake.workRelated = .no
    try scenario.record(intake)
    #expect(profile.intake.chiefComplaint == "back pain")
  }

  @Test("an intake has a complaint and no date that is still to come")
  mutating func intakeRefusals() throws {
    let empty = CompleteIntake(patient: mrn, chiefComplaint: "")
    #expect(try scenario.refusal(of: empty).rule == "text.length")
    let future = CompleteIntake(
      patient: mrn, chiefComplaint: "neck pain", onsetOn: try date(2026_03_03))
    #expect(try scenario.refusal(of: future).rule == "intake.dates")
  }

  private func screening(
    _ outcome: ScreeningChoice, _ scope: ContraindicationChoice? = nil, note: String? = nil
  ) -> ScreenContraindications {
    ScreenContraindications(
      patient: mrn,
      findings: scope.map { [.init(condition: "deep vein thrombosis", scope: $0, note: note)] }
        ?? [],
      outcome: outcome)
  }

  @Test("an absolute contraindication is referred, or cleared by a physician who is named")
  mutating func absolute() throws {
    #expect(
      try scenario.refusal(of: screening(.modify, .absolute)).rule == "screening.absolute")
    #expect(
      try scenario.refusal(of: screening(.cleared, .absolute)).rule == "screening.clearedBy")
    try scenario.record(screening(.refer, .absolute), by: .therapist)
    #expect(profile.screenings.last?.outcome == .refer)
    try scenario.record(screening(.cleared, .absolute, note: "Dr. Osei, 2 March"), by: .therapist)
    #expect(profile.screenings.last?.outcome == .cleared)
  }

  @Test("a screening that modifies or refers names what for; one to come is refused")
  mutating func screeningRefusals() throws {
    #expect(try scenario.refusal(of: screening(.modify)).rule == "screening.findings")
    var future = screening(.cleared)
    future.screenedOn = try date(2026_03_03)
    #expect(try scenario.refusal(of: future).rule == "screening.date")
    var old = screening(.cleared)
    old.screenedOn = try date(2026_02_22)
    #expect(try scenario.refusal(of: old, by: .therapist).rule == "occurred.backdated")
    try scenario.record(old, reason: "from the paper file")
    #expect(try scenario.refusal(of: screening(.cleared), by: .frontDesk).rule == "role")
    try scenario.record(screening(.modify, .local))
    #expect(profile.screenings.last?.findings.map(\.scope) == [.local])
  }

  private var letter: RecordNecessityLetter {
    get throws {
      RecordNecessityLetter(
        patient: mrn, referringProvider: SubjectReference("1000000004"),
        diagnoses: [try ICD10CM("M54.2")], whyNecessary: "reduces pain and restores function",
        treatment: "massage, weekly, 12 weeks", validFrom: try date(2026_03_01),
        validThrough: try date(2027_02_28))
    }
  }

  @Test("a letter of medical necessity holds for twelve months at most")
  mutating func letterDates() throws {
    try scenario.record(letter)
    #expect(profile.letters.map(\.validThrough) == [2027_02_28])
    var tooLong = try letter
    tooLong.validThrough = try date(2027_03_01)
    #expect(try scenario.refusal(of: tooLong).rule == "letter.dates")
    tooLong.validThrough = try date(2026_02_28)
    #expect(try scenario.refusal(of: tooLong).rule == "letter.dates")
  }

  @Test("a letter names a diagnosis, a provider and a document that are known")
  mutating func letterRefusals() throws {
    var command = try letter
    command.diagnoses = []
    #expect(try scenario.refusal(of: command).rule == "letter.diagnoses")
    command = try letter
    command.document = EntityID.make(.document, random: 1)
    #expect(try scenario.refusal(of: command).rule == "document.notThePatients")
    command = try letter
    command.referringProvider = mrn
    #expect(try scenario.refusal(of: command).rule == "reference.unknown")
  }
}
