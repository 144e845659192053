import Backend
import EventLog
import Practice
import PracticeEvents
import ReadModels
import Reports
import Testing

@Suite("A visit, from referral to payment")
struct VisitTests {
  @Test("a medical session is refused until prescription and verification are there")
  func gateThenSession() async throws {
    let clinic = try await TestClinic()
    try await clinic.setUp()
    let episode = try await clinic.addPatient("P-1")
    let patient = SubjectReference("P-1")
    let booked = try await clinic.record(
      BookAppointment(
        patient: patient, practitioner: SubjectReference(TestClinic.therapist), room: "Room 1",
        service: "med60", startsAt: "2026-03-03T10:00", episode: episode), by: .frontDesk)
    let appointment = try booked.identifier(.appointment)
    #expect(!booked.warnings.isEmpty, "what the gate will say is told at booking")
    try clinic.advance(to: "2026-03-03T11:05")
    let deliver = DeliverSession(
      appointment: appointment, services: [try SessionService("97140:60:neck")])

    func refusal() async throws -> Refusal {
      let head = try clinic.backend.store.read { $0.head }
      do {
        try await clinic.record(deliver, by: .therapist, practitioner: TestClinic.therapist)
      } catch let refusal as Refusal {
        #expect(try clinic.backend.store.read { $0.head } == head, "a refusal appends nothing")
        return refusal
      }
      throw NotRefused()
    }
    let both = try await refusal()
    #expect(both.rule == "B1")
    #expect(both.details.contains { $0.contains("B2") })

    let referral = try await clinic.record(
      ReceiveReferral(patient: patient, referringProvider: SubjectReference(TestClinic.doctor)),
      by: .frontDesk
    ).identifier(.referral)
    try await clinic.record(
      AcceptPrescription(
        referral: referral, signatureName: "N. Okafor", writtenOn: CivilDate("2026-03-01"),
        purpose: "treat cervicalgia", diagnoses: [ICD10CM("M54.2")], credential: "MD",
        treatingProvider: true, medicalNecessityStated: true, durationDays: 60, visitsOrdered: 6),
      by: .frontDesk)
    #expect(try await refusal().rule == "B2")

    let coverage = try await clinic.record(
      AddCoverage(
        patient: patient, payer: SubjectReference(TestClinic.payer), memberID: "M123",
        effectiveFrom: CivilDate("2026-01-01")), by: .frontDesk
    ).identifier(.coverage)
    try await clinic.record(
      VerifyInsurance(coverage: coverage, active: .yes, lmtCovered: .yes), by: .frontDesk)
    let delivered = try await clinic.record(
      deliver, by: .therapist, practitioner: TestClinic.therapist)
    let session = try delivered.identifier(.session)
    #expect(
      delivered.facts.map(\.event.kind) == [
        .sessionDelivered, .prescriptionVisitConsumed, .unitsDetermined,
      ])

    // The three read models have changed.
    let today = try CivilDate("2026-03-03")
    let id = try clinic.backend.patientID("P-1")
    try await clinic.record(PostCharge(session: session), by: .biller)
    let head = try clinic.backend.store.read { $0.head }
    try clinic.backend.views.read(atLeast: head) { views in
      let schedule = ScheduleQueries(try views.rows(of: ScheduleProjector.self))
      #expect(try schedule.appointments(on: today).map(\.status) == [.completed])
      let progress = TreatmentProgressQueries(try views.rows(of: TreatmentProgressProjector.self))
      #expect(try progress.care(of: id).sessions.keys.sorted() == [session.description])
      let balances = BalancesQueries(try views.rows(of: BalancesProjector.self))
      #expect(try balances.account(of: id).balanceCents == 120_00)
    }
  }

  @Test("the same command id twice is the first outcome again, and one event")
  func repeatedCommand() async throws {
    let clinic = try await TestClinic()
    try await clinic.setUp()
    let id = CommandID(high: 1, low: 2)
    let command = RegisterPatient(
      mrn: "P-1", familyName: "Rivera", givenName: "Ana", bornOn: try CivilDate("1984-06-02"))
    let first = try await clinic.record(command, id: id)
    let second = try await clinic.record(command, id: id)
    #expect(!first.isRepeat)
    #expect(second.isRepeat)
    #expect(first.facts.map(\.position) == second.facts.map(\.position))
    #expect(first.facts.map(\.event) == second.facts.map(\.event))
  }

  @Test("a rehearsal shows the very events that recording then appends")
  func rehearsal() async throws {
    let clinic = try await TestClinic()
    try await clinic.setUp()
    let head = try clinic.backend.store.read { $0.head }
    var actor = EventActor()
    actor.user = "dana"
    actor.role = .frontDesk
    let envelope = CommandEnvelope(id: CommandID(high: 9, low: 9), actor: actor)
    let command = RegisterPatient(
      mrn: "P-1", familyName: "Rivera", givenName: "Ana", bornOn: try CivilDate("1984-06-02"))
    let rehearsed = try clinic.backend.rehearse(command, envelope)
    #expect(try clinic.backend.store.read { $0.head } == head)
    let recorded = try await clinic.backend.record(command, envelope)
    #expect(rehearsed.facts.map(\.event.fact) == recorded.facts.map(\.event.fact))
    #expect(rehearsed.facts.map(\.stream) == recorded.facts.map(\.stream))
  }
}

struct NotRefused: Error {}
