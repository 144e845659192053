import Foundation
import PracticeEvents
import TestSupport
import Testing

@testable import Practice

@Suite("Delivering sessions")
struct DeliverSessionTests {
  /// A clinic at the end of a medical appointment on 11 March 2026, 9 to 10.
  static func afterVisit(insured: Bool = false) throws -> (CareClinic, EntityID) {
    var clinic = try CareClinic(insured: insured)
    try clinic.openAssessedEpisode()
    let appointment = try clinic.book("2026-03-11T09:00")
    try clinic.scenario.advance(to: "2026-03-11T10:01")
    return (clinic, appointment)
  }

  static func services(_ texts: String...) throws -> [SessionService] {
    try texts.map { try SessionService($0) }
  }

  @Test("from booking to void, everything used up is given back") func fullPath() throws {
    var (clinic, appointment) = try Self.afterVisit(insured: true)
    let recorded = try clinic.scenario.record(
      DeliverSession(
        appointment: appointment,
        services: try Self.services("97140:38:neck:B:myofascial release", "97124:22:back")),
      by: .therapist, user: "tess", practitioner: clinic.therapist)
    #expect(
      recorded.compactMap { $0.event.kind } == [
        .sessionDelivered, .prescriptionVisitConsumed, .authorizationConsumed, .unitsDetermined,
      ])
    let session = try #require(clinic.care.sessions.values.first)
    let id = try EntityID(session.delivered.session)
    #expect(session.delivered.deliveredOn == 20_260_311)
    #expect(session.delivered.totalMinutes == 60 && session.delivered.totalTimedMinutes == 60)
    #expect(session.delivered.services.map(\.diagnosisPointers) == [[1], [1]])
    #expect(session.delivered.services.map(\.techniques) == [["myofascial release"], ["Massage"]])
    #expect(session.delivered.services.map(\.bodyRegion) == ["neck", "back"])
    #expect(session.delivered.prescription == clinic.prescription.description)
    #expect(!session.delivered.verification.isEmpty && !session.delivered.selfPay)
    // The payer's rule is the midpoint rule: 38 minutes are 3 units, 22 are 1.
    #expect(session.units.rule == .amaMidpoint)
    #expect(session.units.lines.map(\.units) == [3, 1])
    #expect(clinic.schedule.appointments[appointment.description]?.status == .completed)
    var patient = clinic.scenario.memory.patient(clinic.patient)
    let used = patient.coverage.authorizations[clinic.authorization.description]?.unitsBySession
    #expect(used == [id.description: 4])
    #expect(
      patient.referral.prescriptions[clinic.prescription.description]?.sessions
        == [id.description])

    let note = EntityID.make(.note, random: 7)
    try clinic.scenario.record(
      SignNote(
        session: id, subjective: "s", objective: "o", assessment: "a", plan: "p", painBefore: 6,
        painAfter: 3, note: note), by: .therapist, user: "tess", practitioner: clinic.therapist)
    #expect(clinic.care.notes[note.description]?.signed.painAfter == 3)

    let voiding = try clinic.scenario.record(VoidSession(session: id), reason: "wrong patient")
    #expect(
      voiding.compactMap { $0.event.kind } == [
        .sessionVoided, .prescriptionVisitReleased, .authorizationReleased,
      ])
    #expect(voiding.first?.event.corrects == session.event)
    patient = clinic.scenario.memory.patient(clinic.patient)
    #expect(
      patient.referral.prescriptions[clinic.prescription.description]?.sessions.isEmpty == true)
    #expect(
      patient.coverage.authorizations[clinic.authorization.description]?.unitsBySession.isEmpty
        == true)
    #expect(patient.care.sessions[id.description]?.voided == true)
    #expect(patient.schedule.appointments[appointment.description]?.status == .booked)
    // The right one may be recorded in its place.
    try clinic.scenario.record(
      DeliverSession(appointment: appointment, services: try Self.services("97140:60:neck")))
    #expect(clinic.care.sessions(ofEpisode: clinic.episode.description).count == 1)
  }

  @Test("a void takes the session's charges with it") func voidedCharges() throws {
    var (clinic, appointment) = try Self.afterVisit()
    try clinic.scenario.record(
      DeliverSession(appointment: appointment, services: try Self.services("97140:60:neck")))
    let id = try EntityID(try #require(clinic.care.sessions.keys.first))
    var charge = ChargePosted()
    charge.charge = EntityID.make(.charge, random: 8).description
    charge.session = id.description
    charge.line = 1
    charge.serviceOn = 20_260_311
    charge.cpt = "97140"
    charge.units = 4
    charge.amountCents = 12_000
    try clinic.given(clinic.patient, .chargePosted(charge))
    #expect(clinic.care.sessions[id.description]?.chargeByLine == [1: charge.charge])
    var closed = PeriodClosed()
    closed.month = 202_603
    try clinic.given(.site, .periodClosed(closed))
    #expect(
      try clinic.scenario.refusal(of: VoidSession(session: id), reason: "x").rule
        == "period.closed")
    try clinic.scenario.advance(to: "2026-04-01T09:00")
    let facts = try clinic.scenario.record(VoidSession(session: id), reason: "not given")
    #expect(facts.contains { $0.event.kind == .chargeVoided })
    #expect(clinic.care.sessions[id.description]?.chargeByLine.isEmpty == true)
    #expect(
      try clinic.scenario.refusal(of: VoidSession(session: id), reason: "again").rule
        == "session.voided")
  }

  @Test("a void needs its reason") func voidReason() throws {
    var (clinic, appointment) = try Self.afterVisit()
    try clinic.scenario.record(
      DeliverSession(appointment: appointment, services: try Self.services("97140:60:neck")))
    let id = try EntityID(try #require(clinic.care.sessions.keys.first))
    #expect(try clinic.scenario.refusal(of: VoidSession(session: id)).rule == "reason")
    let unknown = EntityID.make(.session, random: 9)
    #expect(
      try clinic.scenario.refusal(of: VoidSession(session: unknown), reason: "x").rule
        == "reference.unknown")
  }

  @Test("nobody is in two sessions at a time, until one of them is voided") func twoAtOnce() throws
  {
    var clinic = try CareClinic()
    try clinic.openAssessedEpisode()
    let first = try clinic.book("2026-03-11T09:00")
    let second = try clinic.book("2026-03-11T10:10")
    let others = try clinic.book(
      "2026-03-11T11:20", for: clinic.other, service: "relax60")
    try clinic.scenario.advance(to: "2026-03-11T12:30")
    let services = try Self.services("97140:30:neck")
    try clinic.scenario.record(DeliverSession(appointment: first, services: services))
    let session = try EntityID(try #require(clinic.care.sessions.keys.first))
    let early = DeliverSession(
      appointment: second, startedAt: "2026-03-11T09:59", services: services)
    let refusal = try clinic.scenario.refusal(of: early)
    #expect(refusal.rule == "session.patientTaken" && refusal.details == [session.description])
    let elsewhere = DeliverSession(
      appointment: others, startedAt: "2026-03-11T09:30", endedAt: "2026-03-11T10:10",
      services: try Self.services("97124:30:neck"))
    let taken = try clinic.scenario.refusal(of: elsewhere)
    #expect(taken.rule == "session.practitionerTaken" && taken.details == [session.description])
    try clinic.scenario.record(VoidSession(session: session), reason: "another day's")
    #expect(throws: Never.self) { try clinic.warnings(of: elsewhere) }
    try clinic.scenario.record(early)
    // One begins when another ends.
    try clinic.scenario.record(
      DeliverSession(
        appointment: first, endedAt: "2026-03-11T09:59", services: services))
  }

  @Test("an episode that is over is not treated on that day or later") func discharged() throws {
    var (clinic, appointment) = try Self.afterVisit()
    let command = DeliverSession(
      appointment: appointment, services: try Self.services("97140:60:neck"))
    var over = EpisodeDischarged()
    over.episode = clinic.episode.description
    over.dischargedOn = 20_260_312
    try clinic.given(clinic.patient, .episodeDischarged(over))
    #expect(throws: Never.self) { try clinic.warnings(of: command) }
    over.dischargedOn = 20_260_311
    try clinic.given(clinic.patient, .episodeDischarged(over))
    #expect(try clinic.scenario.refusal(of: command).rule == "episode.discharged")
  }

  @Test("a session is taken back by who gave it or a supervisor, and by billing until it is signed")
  func whoVoids() throws {
    var (clinic, session) = try NoteTests.delivered()
    func refusal(_ role: Role, _ practitioner: SubjectID? = nil) throws -> String {
      try clinic.scenario.refusal(
        of: VoidSession(session: session), by: role, practitioner: practitioner, reason: "x"
      ).rule
    }
    #expect(try refusal(.therapist, clinic.colleague) == "session.author")
    #expect(try refusal(.therapist) == "session.author")
    #expect(throws: Never.self) {
      try clinic.warnings(of: VoidSession(session: session), by: .biller)
    }
    try clinic.scenario.record(NoteTests.signing(session))
    #expect(try refusal(.biller) == "session.signed")
    try clinic.scenario.record(
      VoidSession(session: session), by: .therapist, practitioner: clinic.therapist, reason: "x")
  }

  @Test("warnings are stored and told") func warnings() throws {
    var (clinic, appointment) = try Self.afterVisit()
    let command = DeliverSession(
      appointment: appointment, services: try Self.services("97112:30:neck", "97140:30:neck"))
    let told = try clinic.warnings(of: command)
    #expect(told.contains { $0.hasPrefix("97112 is for massage therapists only where") })
    #expect(told.contains { $0.hasPrefix("W7: ") })
    try clinic.scenario.record(command)
    let session = try #require(clinic.care.sessions.values.first)
    #expect(session.delivered.warnings.contains("W7"))
    #expect(session.delivered.selfPay && session.delivered.verification.isEmpty)
    // Nobody's payer has a rule, so Medicare's applies.
    #expect(session.units.rule == .cmsEightMinute)
  }

  struct Wrong: Sendable, CustomTestStringConvertible {
    let services: [String]
    var startedAt: String?
    var endedAt: String?
    let rule: String
    var testDescription: String { "\(rule) \(services)" }
  }

  @Test(
    "a session that cannot be right is refused",
    arguments: [
      Wrong(services: ["97140:61:neck"], rule: "session.minutes"),
      Wrong(services: ["97140:30:neck", "97124:31:neck"], rule: "session.minutes"),
      Wrong(services: ["97140:0:neck"], rule: "session.minutes"),
      Wrong(services: ["97161:30:neck"], rule: "session.code"),
      Wrong(services: ["99213:30:neck"], rule: "session.code"),
      Wrong(services: ["90834:30:neck"], rule: "session.code"),
      Wrong(services: ["97140:30"], rule: "session.focus"),
      Wrong(services: ["97140:30:neck:::2"], rule: "session.diagnosis"),
      Wrong(services: ["97140:30:neck"], endedAt: "2026-03-11T08:59", rule: "session.times"),
      Wrong(services: ["97140:30:neck"], startedAt: "2026-03-11T00:30", rule: "session.times"),
      Wrong(services: ["97140:30:neck"], endedAt: "2026-03-11T10:30", rule: "session.future"),
      Wrong(
        services: ["97140:30:neck"], startedAt: "2026-03-10T09:00", endedAt: "2026-03-10T10:00",
        rule: "session.day"),
    ])
  func refusals(_ wrong: Wrong) throws {
    var (clinic, appointment) = try Self.afterVisit()
    let command = DeliverSession(
      appointment: appointment, startedAt: wrong.startedAt, endedAt: wrong.endedAt,
      services: try wrong.services.map { try SessionService($0) })
    #expect(try clinic.scenario.refusal(of: command).rule == wrong.rule)
  }

  @Test("untimed services and the plan complete what is not said") func completed() throws {
    var (clinic, appointment) = try Self.afterVisit()
    try clinic.scenario.record(
      AdoptTreatmentPlan(
        episode: clinic.episode, techniques: ["trigger point"], bodyRegions: ["neck", "shoulder"]))
    // The catalogue says what a medical hour is.
    try clinic.scenario.record(DeliverSession(appointment: appointment))
    let line = try #require(clinic.care.sessions.values.first?.delivered.services.first)
    #expect(line.cpt == "97140" && line.minutes == 60 && line.timed)
    #expect(line.bodyRegion == "neck, shoulder" && line.techniques == ["trigger point"])

    let relaxing = try clinic.book("2026-03-11T11:00", service: "relax60")
    try clinic.scenario.advance(to: "2026-03-11T12:00")
    #expect(
      try clinic.scenario.refusal(of: DeliverSession(appointment: relaxing)).rule
        == "session.services")
    try clinic.scenario.record(
      DeliverSession(
        appointment: relaxing, services: try Self.services("97124:60:back", "97010:0:back")))
    let session = try #require(clinic.care.sessions.values.first { $0.delivered.episode.isEmpty })
    #expect(session.units.lines.map(\.units) == [4, 1])
    #expect(session.delivered.services.allSatisfy { $0.diagnosisPointers.isEmpty })
    #expect(session.delivered.prescription.isEmpty)
  }

  @Test("a medical session needs a diagnosis") func diagnosis() throws {
    var clinic = try CareClinic()
    try clinic.scenario.record(
      OpenEpisode(
        patient: SubjectReference(clinic.patient), problem: "neck pain", condition: .acute,
        episode: clinic.episode))
    let appointment = try clinic.book("2026-03-02T08:00", minutes: 30)
    try clinic.scenario.advance(to: "2026-03-02T08:30")
    // Past the gate, so that what the record itself needs is asked.
    try clinic.scenario.record(
      OverrideClearance(
        appointment: appointment, blocks: [.prescription, .verification, .assessment]),
      reason: "first aid")
    let command = DeliverSession(
      appointment: appointment, services: try Self.services("97140:30:neck"))
    #expect(try clinic.scenario.refusal(of: command).rule == "session.diagnosis")
  }

  @Test("an appointment has one session, and it is its therapist's to record") func once() throws {
    var (clinic, appointment) = try Self.afterVisit()
    let command = DeliverSession(
      appointment: appointment, services: try Self.services("97140:60:neck"))
    #expect(
      try clinic.scenario.refusal(of: command, by: .therapist, practitioner: clinic.colleague).rule
        == "practitioner.other")
    #expect(try clinic.scenario.refusal(of: command, by: .frontDesk).rule == "role")
    try clinic.scenario.record(command)
    #expect(try clinic.scenario.refusal(of: command).rule == "appointment.state")
    let next = try clinic.book("2026-03-11T12:00")
    try clinic.scenario.record(CancelAppointment(appointment: next))
    #expect(
      try clinic.scenario.refusal(of: DeliverSession(appointment: next)).rule
        == "appointment.state")
  }

  @Test("a session far back is a supervisor's to record, with a reason") func backdated() throws {
    var (clinic, appointment) = try Self.afterVisit()
    try clinic.scenario.advance(to: "2026-03-19T09:00")
    let command = DeliverSession(
      appointment: appointment, services: try Self.services("97140:60:neck"))
    #expect(
      try clinic.scenario.refusal(of: command, by: .therapist, practitioner: clinic.therapist).rule
        == "occurred.backdated")
    try clinic.scenario.record(command, reason: "the network was down")
  }
}
