import PracticeEvents
import TestSupport

@testable import Practice

/// A clinic in which a medical visit on Thursday 5 March 2026 is ready: everything that the gate asks
/// for is there. A test takes one thing away, or adds one.
struct GateClinic {
  var scenario: Scenario
  let therapist = SubjectID(high: 0xa1, low: 0x8000_0000_0000_0011)
  let doctor = SubjectID(high: 0xd1, low: 0x8000_0000_0000_0011)
  let payer = SubjectID(high: 0xb1, low: 0x8000_0000_0000_0011)
  let patient = SubjectID(high: 0xc1, low: 0x8000_0000_0000_0011)
  let coverage = EntityID.make(.coverage, random: 11)
  let verification = EntityID.make(.verification, random: 12)
  let referral = EntityID.make(.referral, random: 13)
  let prescription = EntityID.make(.prescription, random: 14)
  let episode = EntityID.make(.episode, random: 15)
  let license = EntityID.make(.license, random: 16)
  private(set) var sessions: UInt64 = 100

  /// What there is at first; leaving something out is how most tests take it away.
  enum Part: CaseIterable {
    case license, privilege, consent, assessment, coverage, verification, prescription
  }

  /// Monday 2 March 2026, 08:00 in New York.
  init(without missing: Set<Part> = [], payerType: PayerType = .commercial) throws {
    scenario = try Scenario()
    try recordPeople(missing, payerType)
    try recordPatient(missing)
    if !missing.contains(.coverage) {
      try scenario.record(
        AddCoverage(
          patient: SubjectReference(patient), payer: SubjectReference(payer), memberID: "M1",
          effectiveFrom: CivilDate("2026-01-01"), coverage: coverage))
      if !missing.contains(.verification) { try verify() }
    }
    if !missing.contains(.prescription) { try prescribe() }
  }

  private mutating func recordPeople(_ missing: Set<Part>, _ payerType: PayerType) throws {
    var licensed = LicenseRecorded()
    licensed.license = license.description
    licensed.state = "NJ"
    licensed.issuedOn = 2025_01_01
    licensed.expiresOn = 2026_11_30
    var trained = TrainingCredentialRecorded()
    trained.kind = TrainingChoice.medicalMassage.rawValue
    trained.earnedOn = 2020_01_01
    var granted = PrivilegeGranted()
    granted.serviceClass = .medical
    granted.fromDateOn = 2025_01_01
    try given(therapist, .practitionerRegistered(PractitionerRegistered()))
    if !missing.contains(.license) { try given(therapist, .licenseRecorded(licensed)) }
    if !missing.contains(.privilege) {
      try given(therapist, .trainingCredentialRecorded(trained), .privilegeGranted(granted))
    }
    var prescriber = ReferringProviderRegistered()
    prescriber.credential = "M.D."
    try given(doctor, .referringProviderRegistered(prescriber))
    var registered = PayerRegistered()
    registered.type = payerType
    registered.effectiveFrom = 2025_01_01
    try given(payer, .payerRegistered(registered))
  }

  private mutating func recordPatient(_ missing: Set<Part>) throws {
    var registered = PatientRegistered()
    registered.mrn = "GATE-1"
    var consent = ConsentSigned()
    consent.consent = EntityID.make(.consent, random: 17).description
    consent.kind = .treatment
    consent.signedOn = 2026_03_02
    var opened = EpisodeOpened()
    opened.episode = episode.description
    opened.conditionClass = .acute
    var assessed = AssessmentCompleted()
    assessed.episode = opened.episode
    assessed.assessedOn = 2026_03_02
    try given(patient, .patientRegistered(registered), .episodeOpened(opened))
    if !missing.contains(.consent) { try given(patient, .consentSigned(consent)) }
    if !missing.contains(.assessment) { try given(patient, .assessmentCompleted(assessed)) }
  }

  // MARK: what tests add

  /// Records facts as they are, past all rules.
  mutating func given(_ subject: SubjectID, _ facts: Fact...) throws {
    try scenario.record(PlainFacts(facts: facts.map { ProposedFact(subject, $0) }))
  }

  /// A good answer of today, which tests may change.
  mutating func verify(
    as id: EntityID? = nil, _ change: (inout VerifyInsurance) throws -> Void = { _ in }
  ) throws {
    var command = VerifyInsurance(
      coverage: coverage, active: .yes, verification: id ?? verification)
    command.lmtCovered = .yes
    try change(&command)
    try scenario.record(command)
  }

  /// A prescription written on 2026-02-20 for 60 days, which tests may change.
  mutating func prescribe(
    from referral: EntityID? = nil, as id: EntityID? = nil, writtenOn: String = "2026-02-20",
    _ change: (inout AcceptPrescription) throws -> Void = { _ in }
  ) throws {
    let from = referral ?? self.referral
    try scenario.record(
      ReceiveReferral(
        patient: SubjectReference(patient), referringProvider: SubjectReference(doctor),
        writtenOn: CivilDate(writtenOn), referral: from))
    var command = try acceptance(of: from, as: id ?? prescription)
    try change(&command)
    try scenario.record(command)
  }

  func acceptance(of referral: EntityID, as id: EntityID? = nil) throws -> AcceptPrescription {
    AcceptPrescription(
      referral: referral, signatureName: "A. Doctor", purpose: "reduce neck pain",
      diagnoses: [try ICD10CM("M54.2")], treatingProvider: true, durationDays: 60,
      prescription: id)
  }

  /// A session that was delivered, with its use of the prescription.
  @discardableResult
  mutating func deliver(
    on date: String, using prescription: EntityID? = nil, appointment: String = "",
    signed: Bool = true, selfPay: Bool = false
  ) throws -> EntityID {
    sessions += 1
    let id = EntityID.make(.session, random: sessions)
    var delivered = SessionDelivered()
    delivered.session = id.description
    delivered.episode = episode.description
    delivered.appointment = appointment
    delivered.deliveredOn = try CivilDate(date).compact
    delivered.verification = verification.description
    delivered.selfPay = selfPay
    try given(patient, .sessionDelivered(delivered))
    if let prescription {
      var used = PrescriptionVisitConsumed()
      used.prescription = prescription.description
      used.session = id.description
      try given(patient, .prescriptionVisitConsumed(used))
    }
    if signed {
      var note = SoapNoteSigned()
      note.note = EntityID.make(.note, random: sessions).description
      note.session = id.description
      try given(patient, .soapNoteSigned(note))
    }
    return id
  }

  // MARK: what tests ask

  var state: PatientState { scenario.memory.patient(patient) }

  func clearance(
    on date: String = "2026-03-05", _ serviceClass: ServiceClass = .medical, cpt: String...,
    units: Int = 0, appointment: String? = nil
  ) throws -> Clearance {
    try scenario.memory.clearance(
      of: patient,
      for: PlannedVisit(
        date: CivilDate(date), serviceClass: serviceClass, practitioner: therapist,
        cpt: cpt.map { try ProcedureCode($0) }, units: units, excludingAppointment: appointment))
  }

  func blocks(
    on date: String = "2026-03-05", _ serviceClass: ServiceClass = .medical
  ) throws -> [String] {
    try clearance(on: date, serviceClass).blocks.map(\.code.rawValue)
  }

  func warnings(
    on date: String = "2026-03-05", _ serviceClass: ServiceClass = .medical
  ) throws -> [String] {
    try clearance(on: date, serviceClass).warnings.map(\.code.rawValue)
  }

  /// The warnings of a command that is accepted; nothing is recorded.
  mutating func concerns(of command: some Command) throws -> [String] {
    var context = try scenario.context(reason: "a test")
    return try command.checkedDecision(scenario.memory, &context).warnings
  }
}

/// Facts that are recorded without a decision.
private struct PlainFacts: Command {
  static let name = "plain-facts"
  static let summary = "Records facts as they are."
  static let roles: Set<Role> = []
  let facts: [ProposedFact]

  init(facts: [ProposedFact]) { self.facts = facts }
  init(from decoder: any Decoder) throws { facts = [] }
  func encode(to encoder: any Encoder) throws {}

  func decide(_: some Facts, _: inout DecisionContext) throws -> Decision { Decision(facts) }
}
