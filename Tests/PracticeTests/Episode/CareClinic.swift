import PracticeEvents
import TestSupport

@testable import Practice

/// A clinic with one therapist and one patient who is ready to be treated: everything that other
/// subjects' commands would record stands as facts, so that these tests test care alone.
struct CareClinic {
  var scenario: Scenario
  let therapist = SubjectID(high: 0xa1, low: 0x8000_0000_0000_0001)
  let colleague = SubjectID(high: 0xa2, low: 0x8000_0000_0000_0002)
  let doctor = SubjectID(high: 0xd1, low: 0x8000_0000_0000_0001)
  let payer = SubjectID(high: 0xb1, low: 0x8000_0000_0000_0001)
  let patient = SubjectID(high: 0xc1, low: 0x8000_0000_0000_0001)
  let other = SubjectID(high: 0xc2, low: 0x8000_0000_0000_0002)
  let referral = EntityID.make(.referral, random: 1)
  let prescription = EntityID.make(.prescription, random: 2)
  let coverage = EntityID.make(.coverage, random: 3)
  let authorization = EntityID.make(.authorization, random: 4)
  let episode = EntityID.make(.episode, random: 5)

  /// Monday 2 March 2026, 08:00 in New York. The patient pays unless `insured`.
  init(at time: String = "2026-03-02T08:00", insured: Bool = false) throws {
    scenario = try Scenario(at: time)
    try recordSite()
    try recordPeople()
    try recordPatient(insured: insured)
  }

  /// Records facts as they are, past all rules.
  mutating func given(_ subject: SubjectID, _ facts: Fact...) throws {
    try scenario.record(GivenFacts(facts.map { ProposedFact(subject, $0) }))
  }

  /// An episode with a diagnosis and an assessment, ready for sessions.
  mutating func openAssessedEpisode() throws {
    try scenario.record(
      OpenEpisode(
        patient: SubjectReference(patient), problem: "neck pain", condition: .acute,
        episode: episode))
    try scenario.record(
      RecordDiagnosis(episode: episode, code: ICD10CM("M54.2"), referral: referral))
    try scenario.record(
      CompleteAssessment(
        episode: episode, practitioner: SubjectReference(therapist), impression: "hypertonic"))
  }

  /// Books the ready patient with the therapist in room 1.
  @discardableResult
  mutating func book(
    _ startsAt: String, minutes: Int? = nil, for patient: SubjectID? = nil,
    with practitioner: SubjectID? = nil, room: String = "1", service: String = "med60",
    episode: EntityID? = nil
  ) throws -> EntityID {
    let recorded = try scenario.record(
      booking(
        startsAt, minutes: minutes, for: patient, with: practitioner, room: room,
        service: service, episode: episode))
    guard case .appointmentBooked(let fact) = recorded.first?.event.fact else {
      throw ScenarioError.notRefused
    }
    return try EntityID(fact.appointment)
  }

  func booking(
    _ startsAt: String, minutes: Int? = nil, for patient: SubjectID? = nil,
    with practitioner: SubjectID? = nil, room: String = "1", service: String = "med60",
    episode: EntityID? = nil
  ) -> BookAppointment {
    BookAppointment(
      patient: SubjectReference(patient ?? self.patient),
      practitioner: SubjectReference(practitioner ?? therapist), room: room, service: service,
      startsAt: startsAt, minutes: minutes,
      episode: episode ?? (service == "relax60" || patient == other ? nil : self.episode))
  }

  var care: CareState { scenario.memory.patient(patient).care }
  var schedule: ScheduleState { scenario.memory.patient(patient).schedule }

  /// The warnings of a command that is accepted; nothing is recorded.
  mutating func warnings(
    of command: some Command, by role: Role = .supervisor
  ) throws -> [String] {
    var context = try scenario.context(by: role, reason: role == .supervisor ? nil : "tried")
    return try command.checkedDecision(scenario.memory, &context).warnings
  }
}

extension CareClinic {
  private mutating func recordSite() throws {
    var profile = SitePracticeProfileSet()
    profile.timeZone = "America/New_York"
    profile.rooms = ["1", "2"]
    var medical = ServiceCatalogItemDefined()
    medical.service = "med60"
    medical.serviceClass = .medical
    medical.minutes = 60
    medical.defaultCpt = "97140"
    var relaxation = ServiceCatalogItemDefined()
    relaxation.service = "relax60"
    relaxation.serviceClass = .relaxation
    relaxation.minutes = 60
    try given(
      .site, .sitePracticeProfileSet(profile), .serviceCatalogItemDefined(medical),
      .serviceCatalogItemDefined(relaxation))
    var registered = PayerRegistered()
    registered.payerID = "12345"
    registered.type = .commercial
    registered.effectiveFrom = 20_250_101
    registered.policy.unitRule = .amaMidpoint
    registered.policy.acceptsLmt = .yes
    registered.policy.requiresAuthorization = true
    try given(payer, .payerRegistered(registered))
  }

  private mutating func recordPeople() throws {
    for (index, person) in [therapist, colleague].enumerated() {
      var registered = PractitionerRegistered()
      registered.npi = ["1234567893", "1245319599"][index]
      var license = LicenseRecorded()
      license.license = EntityID.make(.license, random: UInt64(10 + index)).description
      license.issuedOn = 20_240_101
      license.expiresOn = 20_261_130
      var training = TrainingCredentialRecorded()
      training.credential = EntityID.make(.credential, random: UInt64(20 + index)).description
      training.kind = "medicalMassage"
      training.earnedOn = 20_240_101
      var privilege = PrivilegeGranted()
      privilege.serviceClass = .medical
      privilege.fromDateOn = 20_240_101
      try given(
        person, .practitionerRegistered(registered), .licenseRecorded(license),
        .trainingCredentialRecorded(training), .privilegeGranted(privilege))
    }
    var doctor = ReferringProviderRegistered()
    doctor.npi = "1679576722"
    try given(self.doctor, .referringProviderRegistered(doctor))
  }

  private mutating func recordPatient(insured: Bool) throws {
    for (index, person) in [patient, other].enumerated() {
      var registered = PatientRegistered()
      registered.mrn = "100\(index)"
      var consent = ConsentSigned()
      consent.consent = EntityID.make(.consent, random: UInt64(30 + index)).description
      consent.kind = .treatment
      consent.signedOn = 20_260_101
      try given(person, .patientRegistered(registered), .consentSigned(consent))
    }
    var received = ReferralReceived()
    received.referral = referral.description
    received.referringProvider = doctor.description
    var accepted = PrescriptionAccepted()
    accepted.prescription = prescription.description
    accepted.referral = referral.description
    accepted.writtenOn = 20_260_220
    accepted.validFrom = 20_260_220
    accepted.validThrough = 20_261_231
    accepted.visitsOrdered = 40
    try given(patient, .referralReceived(received), .prescriptionAccepted(accepted))
    if insured { return try recordInsurance() }
    var election = SelfPayElected()
    election.why = .uninsured
    election.fromDateOn = 20_260_101
    try given(patient, .selfPayElected(election))
  }

  private mutating func recordInsurance() throws {
    var added = CoverageAdded()
    added.coverage = coverage.description
    added.payer = payer.description
    added.rank = .primary
    added.effectiveFrom = 20_260_101
    var verified = InsuranceVerified()
    verified.verification = EntityID.make(.verification, random: 40).description
    verified.coverage = coverage.description
    verified.verifiedOn = 20_260_301
    verified.asOfOn = 20_260_301
    verified.goodThrough = 20_260_331
    verified.active = .yes
    verified.lmtCovered = .yes
    var approved = AuthorizationApproved()
    approved.authorization = authorization.description
    approved.coverage = coverage.description
    approved.cpt = ["97124", "97140"]
    approved.units = 12
    approved.fromDateOn = 20_260_301
    approved.throughDateOn = 20_260_630
    var route = CoverageRouteChosen()
    route.route = .inNetworkClaim
    route.coverage = coverage.description
    route.fromDateOn = 20_260_101
    try given(
      patient, .coverageAdded(added), .insuranceVerified(verified),
      .authorizationApproved(approved), .coverageRouteChosen(route))
  }
}
