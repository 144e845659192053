import PracticeEvents
import TestSupport
import Testing

@testable import Practice

@Suite("What the gate rests on")
struct EvidenceTests {
  private func events(
    _ clinic: GateClinic, _ subject: SubjectID, _ kinds: Set<PracticeEvent.Kind>
  )
    -> [String]
  {
    clinic.scenario.memory.history(of: subject)
      .filter { $0.event.kind.map(kinds.contains) ?? false }.map(\.eventID).sorted()
  }

  private func block(
    _ code: ClearanceBlock.Code, _ clinic: GateClinic, on date: String = "2026-03-05"
  ) throws -> ClearanceBlock {
    try #require(try clinic.clearance(on: date).blocks.first { $0.code == code })
  }

  @Test("a lapsed licence, a lost privilege and expired training name their events")
  func therapist() throws {
    var clinic = try GateClinic()
    #expect(
      try block(.license, clinic, on: "2026-12-01").evidence
        == events(clinic, clinic.therapist, [.licenseRecorded]))
    var revoked = PrivilegeRevoked()
    revoked.serviceClass = .medical
    revoked.fromDateOn = 2026_03_04
    try clinic.given(clinic.therapist, .privilegeRevoked(revoked))
    #expect(
      try block(.privilege, clinic).evidence
        == events(clinic, clinic.therapist, [.privilegeRevoked]))
  }

  @Test("a revoked consent, a screening and a missing assessment name their events")
  func patient() throws {
    var clinic = try GateClinic(without: [.assessment])
    var revoked = ConsentRevoked()
    revoked.consent = EntityID.make(.consent, random: 17).description
    revoked.revokedOn = 2026_03_04
    var screened = ContraindicationScreened()
    screened.screening = EntityID.make(.screening, random: 18).description
    screened.screenedOn = 2026_03_03
    var finding = ContraindicationScreened.Finding()
    finding.scope = .absolute
    screened.findings = [finding]
    screened.outcome = .refer
    try clinic.given(
      clinic.patient, .consentRevoked(revoked), .contraindicationScreened(screened))
    #expect(
      try block(.consent, clinic).evidence == events(clinic, clinic.patient, [.consentRevoked]))
    #expect(
      try block(.contraindication, clinic).evidence
        == events(clinic, clinic.patient, [.contraindicationScreened]))
    #expect(
      try block(.assessment, clinic).evidence == events(clinic, clinic.patient, [.episodeOpened]))
  }

  @Test("a visit that passes says on which events")
  func grounds() throws {
    let clinic = try GateClinic()
    let grounds = try clinic.clearance().grounds
    #expect(grounds.map(\.code.rawValue) == ["B1", "B2", "B3", "B5", "B6", "B7", "B9"])
    #expect(grounds.allSatisfy { !$0.evidence.isEmpty })
    #expect(
      grounds.first?.evidence == events(clinic, clinic.patient, [.prescriptionAccepted]))
  }

  @Test("B1: the prescription must be for the episode's diagnosis")
  func diagnosis() throws {
    var clinic = try GateClinic()
    var recorded = DiagnosisRecorded()
    recorded.episode = clinic.episode.description
    recorded.icd10Cm = "M25.511"
    recorded.rank = 1
    try clinic.given(clinic.patient, .diagnosisRecorded(recorded))
    let refused = try block(.prescription, clinic)
    #expect(refused.text.contains("another diagnosis") && refused.text.contains("M54.2"))
    #expect(refused.evidence == events(clinic, clinic.patient, [.prescriptionAccepted]))
    // One of several is enough.
    recorded.icd10Cm = "M54.2"
    recorded.rank = 2
    try clinic.given(clinic.patient, .diagnosisRecorded(recorded))
    #expect(try clinic.blocks().isEmpty)
  }

  @Test(
    "B1: the prescription must reach the regions planned",
    arguments: [
      (["neck"], true), (["Neck", "upper back"], true), (["back"], true), (["hip"], false),
      (["neck", "left hip"], false), (["neck and hip"], false), ([], true),
    ])
  func regions(planned: [String], isReady: Bool) throws {
    var clinic = try GateClinic(without: [.prescription])
    try clinic.prescribe { $0.bodyRegions = ["neck", "upper back"] }
    let clearance = try clinic.scenario.memory.clearance(
      of: clinic.patient,
      for: PlannedVisit(
        date: CivilDate("2026-03-05"), serviceClass: .medical, practitioner: clinic.therapist,
        regions: planned))
    #expect(clearance.isReady == isReady)
    #expect(isReady || clearance.blocks[0].text.contains("every region"))
  }

  @Test("B11: a fourth visit in a week of an acute condition needs a word of the therapist")
  func ceiling() throws {
    var clinic = try GateClinic()
    for day in ["2026-03-02", "2026-03-03", "2026-03-04"] { try clinic.deliver(on: day) }
    #expect(try clinic.blocks() == ["B11"])
    #expect(try block(.frequencyCeiling, clinic).evidence.count == 3)
    // The first of them is more than a week ago.
    #expect(try clinic.blocks(on: "2026-03-09").isEmpty)
    #expect(try clinic.blocks(.relaxation).isEmpty)
    var override = FrequencyOverridden()
    override.episode = clinic.episode.description
    override.visitsPerWeekMaxHundredths = 400
    override.fromDateOn = 2026_03_05
    try clinic.given(clinic.patient, .frequencyOverridden(override))
    #expect(try clinic.blocks().isEmpty)
  }

  @Test("B6: a therapist whose privilege for relaxation was taken away gives none")
  func relaxation() throws {
    var clinic = try GateClinic()
    #expect(try clinic.blocks(.relaxation).isEmpty)
    var revoked = PrivilegeRevoked()
    revoked.serviceClass = .relaxation
    revoked.fromDateOn = 2026_03_04
    try clinic.given(clinic.therapist, .privilegeRevoked(revoked))
    #expect(try clinic.blocks(.relaxation) == ["B6"])
    #expect(try clinic.blocks().isEmpty)
  }

  @Test("an override of a missing authorization that names units lets no more of them pass")
  func units() {
    var appointment = Appointment()
    appointment.dateOn = 2026_03_05
    var override = TreatmentClearanceOverridden()
    override.dateOn = appointment.dateOn
    override.blocks = ["B1", "B4"]
    override.units = 4
    appointment.overrides = [override]
    #expect(appointment.overriddenBlocks(upToUnits: 4) == ["B1", "B4"])
    #expect(appointment.overriddenBlocks(upToUnits: 5) == ["B1"])
    appointment.overrides[0].units = 0
    #expect(appointment.overriddenBlocks(upToUnits: 5) == ["B1", "B4"])
  }

  @Test("a visit for relaxation carries no episode, diagnosis or medical procedure")
  func sideDoor() throws {
    var clinic = try CareClinic()
    try clinic.openAssessedEpisode()
    let booking = clinic.booking(
      "2026-03-11T09:00", service: "relax60", episode: clinic.episode)
    #expect(try clinic.scenario.refusal(of: booking).rule == "appointment.relaxation")
    let appointment = try clinic.book("2026-03-11T09:00", service: "relax60")
    try clinic.scenario.advance(to: "2026-03-11T10:01")
    for service in ["97140:60:neck", "97124:60:back:N::1", "97124-59:60:back"] {
      let refused = try clinic.scenario.refusal(
        of: DeliverSession(
          appointment: appointment, services: [try SessionService(service)]))
      #expect(refused.rule == "session.relaxation", "\(service)")
    }
    try clinic.scenario.record(
      DeliverSession(appointment: appointment, services: [try SessionService("97124:60:back")]))
    let delivered = try #require(clinic.care.sessions.values.first).delivered
    #expect(delivered.episode.isEmpty && delivered.services[0].diagnosisPointers.isEmpty)
  }
}
