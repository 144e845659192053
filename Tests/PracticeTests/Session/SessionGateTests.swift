import PracticeEvents
import TestSupport
import Testing

@testable import Practice

@Suite("Sessions past the gate")
struct SessionGateTests {
  @Test("a session past blocks is refused with every block, until a supervisor overrides them")
  func gate() throws {
    var clinic = try CareClinic()
    try clinic.scenario.record(
      OpenEpisode(
        patient: SubjectReference(clinic.patient), problem: "neck pain", condition: .acute,
        episode: clinic.episode))
    try clinic.scenario.record(
      RecordDiagnosis(episode: clinic.episode, code: ICD10CM("M54.2"), referral: clinic.referral))
    var revoked = PrescriptionRevoked()
    revoked.prescription = clinic.prescription.description
    revoked.revokedOn = 20_260_301
    try clinic.given(clinic.patient, .prescriptionRevoked(revoked))
    let appointment = try clinic.book("2026-03-11T09:00")
    try clinic.scenario.advance(to: "2026-03-11T10:01")
    let command = DeliverSession(
      appointment: appointment, services: try DeliverSessionTests.services("97140:60:neck"))
    let refusal = try clinic.scenario.refusal(of: command)
    #expect(refusal.rule == "B1")
    #expect(refusal.details.map { $0.prefix(2) } == ["B1", "B9"])
    #expect(!refusal.remedy.isEmpty && !refusal.evidence.isEmpty)

    var override = TreatmentClearanceOverridden()
    override.appointment = appointment.description
    override.blocks = ["B1"]
    override.dateOn = 20_260_311
    try clinic.given(clinic.patient, .treatmentClearanceOverridden(override))
    #expect(try clinic.scenario.refusal(of: command).details.map { $0.prefix(2) } == ["B9"])
    override.blocks = ["B9"]
    try clinic.given(clinic.patient, .treatmentClearanceOverridden(override))
    try clinic.scenario.record(command)
    let delivered = try #require(clinic.care.sessions.values.first?.delivered)
    #expect(delivered.overriddenBlocks == ["B1", "B9"])
    #expect(delivered.prescription.isEmpty)
  }

  @Test("a lapsed licence cannot be overridden") func license() throws {
    var (clinic, appointment) = try DeliverSessionTests.afterVisit()
    var changed = LicenseStatusChanged()
    changed.license = EntityID.make(.license, random: 10).description
    changed.status = .lapsed
    changed.fromDateOn = 20_260_310
    try clinic.given(clinic.therapist, .licenseStatusChanged(changed))
    var override = TreatmentClearanceOverridden()
    override.appointment = appointment.description
    override.blocks = ["B5"]
    override.dateOn = 20_260_311
    try clinic.given(clinic.patient, .treatmentClearanceOverridden(override))
    let command = DeliverSession(
      appointment: appointment, services: try DeliverSessionTests.services("97140:60:neck"))
    #expect(try clinic.scenario.refusal(of: command).rule == "B5")
  }

  @Test("an override of another day counts for nothing") func staleOverride() throws {
    var clinic = try CareClinic()
    try clinic.openAssessedEpisode()
    var revoked = PrescriptionRevoked()
    revoked.prescription = clinic.prescription.description
    revoked.revokedOn = 20_260_301
    try clinic.given(clinic.patient, .prescriptionRevoked(revoked))
    let appointment = try clinic.book("2026-03-11T09:00")
    var override = TreatmentClearanceOverridden()
    override.appointment = appointment.description
    override.blocks = ["B1"]
    override.dateOn = 20_260_311
    try clinic.given(clinic.patient, .treatmentClearanceOverridden(override))
    try clinic.scenario.record(
      RescheduleAppointment(appointment: appointment, startsAt: "2026-03-12T09:00"))
    try clinic.scenario.advance(to: "2026-03-12T10:01")
    let command = DeliverSession(
      appointment: appointment, services: try DeliverSessionTests.services("97140:60:neck"))
    #expect(try clinic.scenario.refusal(of: command).rule == "B1")
  }

  @Test("an override for another practitioner counts for nothing") func strangersOverride() throws {
    var clinic = try CareClinic()
    try clinic.openAssessedEpisode()
    var revoked = PrescriptionRevoked()
    revoked.prescription = clinic.prescription.description
    revoked.revokedOn = 20_260_301
    try clinic.given(clinic.patient, .prescriptionRevoked(revoked))
    let appointment = try clinic.book("2026-03-11T09:00")
    try clinic.scenario.record(
      OverrideClearance(appointment: appointment, blocks: [.prescription]), reason: "on its way")
    #expect(clinic.schedule.appointments[appointment.description]?.overriddenBlocks == ["B1"])
    try clinic.scenario.record(
      RescheduleAppointment(
        appointment: appointment, startsAt: "2026-03-11T09:00",
        practitioner: SubjectReference(clinic.colleague)))
    #expect(clinic.schedule.appointments[appointment.description]?.overriddenBlocks == [])
    try clinic.scenario.advance(to: "2026-03-11T10:01")
    let command = DeliverSession(
      appointment: appointment, services: try DeliverSessionTests.services("97140:60:neck"))
    #expect(try clinic.scenario.refusal(of: command).rule == "B1")
  }
  @Test("a session past its authorization's last units is an override's, and consumes them")
  func scarceAuthorization() throws {
    var (clinic, appointment) = try DeliverSessionTests.afterVisit(insured: true)
    var used = AuthorizationConsumed()
    used.authorization = clinic.authorization.description
    used.session = EntityID.make(.session, random: 50).description
    used.units = 11
    try clinic.given(clinic.patient, .authorizationConsumed(used))
    let command = DeliverSession(
      appointment: appointment, services: try DeliverSessionTests.services("97140:60:neck"))
    let refusal = try clinic.scenario.refusal(of: command)
    #expect(refusal.rule == "B4")
    #expect(refusal.problem == "no authorization has the 4 units left that the visit needs")
    let short = DeliverSession(
      appointment: appointment, services: try DeliverSessionTests.services("97140:15:neck"))
    #expect(try !clinic.warnings(of: short).contains { $0.hasPrefix("B4") })
    try clinic.scenario.record(
      OverrideClearance(appointment: appointment, blocks: [.authorization]), reason: "in pain")
    let told = try clinic.warnings(of: command)
    #expect(told.contains("the session uses 4 units, the authorization has 1"))
    try clinic.scenario.record(command)
    let session = try #require(clinic.care.sessions.values.first?.delivered)
    #expect(session.overriddenBlocks == ["B4"])
    let authorizations = clinic.scenario.memory.patient(clinic.patient).coverage.authorizations
    #expect(authorizations[session.authorization]?.unitsBySession[session.session] == 4)
  }
}
