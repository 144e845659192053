import PracticeEvents
import TestSupport
import Testing

@testable import Practice

@Suite("Practitioners and referring providers") struct PractitionerTests {
  private var scenario: Scenario
  private let practitioner: SubjectID
  private let reference: SubjectReference

  init() throws {
    scenario = try Scenario()
    practitioner = try scenario.record(
      RegisterPractitioner(familyName: "Lee", givenName: "Jo", npi: NPI("1234567893")))[0].subject
    reference = SubjectReference(practitioner)
  }

  private var state: PractitionerState { scenario.memory.practitioner(practitioner) }
  private func date(_ compact: Int32) throws -> CivilDate { try CivilDate(compact: compact) }

  private func training(
    _ kind: TrainingChoice, expiresOn: Int32? = nil
  ) throws
    -> RecordTrainingCredential
  {
    RecordTrainingCredential(
      practitioner: reference, kind: kind, issuer: "a school", hours: 100,
      earnedOn: try date(2020_06_01), expiresOn: try expiresOn.map(date))
  }

  @Test("a therapist is an LMT with the taxonomy of massage and initials unless said otherwise")
  func defaults() {
    #expect(state.current.credential == "LMT")
    #expect(state.current.taxonomy == "225700000X")
    #expect(state.current.initials == "JL")
    #expect(state.current.employedFrom == 2026_03_02)
  }

  @Test("an NPI belongs to one provider, whether treating or referring")
  mutating func uniqueNPI() throws {
    let again = RegisterPractitioner(familyName: "B", givenName: "A", npi: try NPI("1234567893"))
    #expect(try scenario.refusal(of: again).rule == "npi.taken")
    let doctor = RegisterReferringProvider(
      familyName: "Osei", givenName: "Kofi", credential: .do, npi: try NPI("1000000004"))
    let subject = try scenario.record(doctor, by: .frontDesk)[0].subject
    let known = try scenario.memory.referringProvider(subject)
    #expect(known.registered && known.current.credential == "DO")
    #expect(try scenario.memory.referringProviderID(SubjectReference("1000000004")) == subject)
    let refusal = try scenario.refusal(of: doctor)
    #expect(refusal.rule == "npi.taken")
    #expect(refusal.evidence.count == 1)
  }

  @Test("a taxonomy code has its form")
  mutating func taxonomy() throws {
    let command = RegisterPractitioner(
      familyName: "B", givenName: "A", npi: try NPI("1000000012"), taxonomy: "massage")
    #expect(try scenario.refusal(of: command).rule == "practitioner.taxonomy")
  }

  @Test("anybody may relax, but medical massage needs training and the privilege")
  mutating func medicalPrivilege() throws {
    let today = try date(2026_03_02)
    let grant = GrantPrivilege(practitioner: reference, serviceClass: .medical)
    #expect(state.mayDeliver(.relaxation, on: today))
    #expect(try scenario.refusal(of: grant).rule == "privilege.training")
    try scenario.record(training(.prenatal))
    #expect(try scenario.refusal(of: grant).rule == "privilege.training")
    try scenario.record(training(.medicalMassage, expiresOn: 2026_06_30))
    #expect(!state.mayDeliver(.medical, on: today))
    try scenario.record(grant)
    #expect(state.mayDeliver(.medical, on: today))
    #expect(try !state.mayDeliver(.medical, on: date(2026_03_01)))
    #expect(try state.mayDeliver(.medical, on: date(2026_06_30)))
    #expect(try !state.mayDeliver(.medical, on: date(2026_07_01)))
    #expect(!state.mayDeliver(.unspecified, on: today))
  }

  @Test("expired training does not carry a privilege")
  mutating func expiredTraining() throws {
    try scenario.record(training(.orthopedic, expiresOn: 2026_03_01))
    let grant = GrantPrivilege(practitioner: reference, serviceClass: .medical)
    #expect(try scenario.refusal(of: grant).rule == "privilege.training")
  }

  @Test(
    "each kind of advanced training prepares for medical massage or does not",
    arguments: TrainingChoice.allCases)
  func kinds(kind: TrainingChoice) {
    let others: Set<TrainingChoice> = [.sports, .prenatal, .other]
    #expect(kind.isMedical == !others.contains(kind))
  }

  @Test("a privilege ends on its day; what is not there cannot be revoked")
  mutating func revocation() throws {
    let medical = RevokePrivilege(practitioner: reference, serviceClass: .medical)
    #expect(try scenario.refusal(of: medical).rule == "privilege.none")
    try scenario.record(
      RevokePrivilege(
        practitioner: reference, serviceClass: .relaxation, from: date(2026_03_10)))
    #expect(try state.mayDeliver(.relaxation, on: date(2026_03_09)))
    #expect(try !state.mayDeliver(.relaxation, on: date(2026_03_10)))
    try scenario.record(
      GrantPrivilege(practitioner: reference, serviceClass: .relaxation, from: date(2026_03_20)))
    #expect(try state.mayDeliver(.relaxation, on: date(2026_03_20)))
  }

  @Test("training has hours and dates that can be")
  mutating func trainingRefusals() throws {
    var command = try training(.oncology)
    command.hours = 0
    #expect(try scenario.refusal(of: command).rule == "credential.hours")
    command.hours = 40
    command.earnedOn = try date(2026_03_03)
    #expect(try scenario.refusal(of: command).rule == "credential.dates")
    command = try training(.oncology, expiresOn: 2020_05_31)
    #expect(try scenario.refusal(of: command).rule == "credential.dates")
  }

  private func block(
    _ weekday: WeekdayChoice, _ start: String, _ end: String
  ) throws
    -> SetAvailability.Block
  {
    .init(weekday: weekday, start: try CivilTime(start), end: try CivilTime(end))
  }

  @Test("weekly hours hold from their day until the next ones, in order of time")
  mutating func availability() throws {
    try scenario.record(
      SetAvailability(
        practitioner: reference,
        hours: [block(.monday, "13:00", "17:00"), block(.monday, "09:00", "12:00")]))
    try scenario.record(
      SetAvailability(
        practitioner: reference, from: date(2026_03_16), hours: [block(.sunday, "10:00", "11:00")]))
    func starts(_ compact: Int32) throws -> [Int32] {
      state.availability(on: try date(compact)).map(\.startMinute)
    }
    #expect(try starts(2026_02_23) == [])
    #expect(try starts(2026_03_02) == [540, 780])
    #expect(try starts(2026_03_03) == [])
    #expect(try starts(2026_03_16) == [])
    #expect(try starts(2026_03_22) == [600])
  }

  @Test("hours neither end before they start nor overlap")
  mutating func availabilityRefusals() throws {
    let night = SetAvailability(
      practitioner: reference, hours: [try block(.friday, "22:00", "02:00")])
    #expect(try scenario.refusal(of: night).rule == "availability.hours")
    let twice = SetAvailability(
      practitioner: reference,
      hours: [try block(.friday, "09:00", "12:00"), try block(.friday, "11:59", "13:00")])
    #expect(try scenario.refusal(of: twice).rule == "availability.overlap")
  }
}
