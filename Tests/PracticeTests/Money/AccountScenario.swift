import PracticeEvents
import TestSupport

@testable import Practice

/// A clinic with one insured patient, for tests of charges, claims and money. What other subjects
/// would have recorded is given as facts; money moves by commands.
struct AccountScenario {
  var clinic: Scenario
  let patient = SubjectID(high: 0x4001, low: 0x8001)
  let payer = SubjectID(high: 0x4002, low: 0x8002)
  let coverage = EntityID.make(.coverage, random: 1)
  let episode = EntityID.make(.episode, random: 1)
  private var nextID: UInt64 = 100

  var account: AccountState { clinic.memory.patient(patient).account }
  var history: [RecordedFact] { clinic.memory.history(of: patient) }

  init(payerType: PayerType = .commercial, timelyFilingDays: Int32 = 90) throws {
    clinic = try Scenario(at: "2026-03-31T08:00")
    try give(
      [
        .sitePracticeProfileSet(Self.profile), .serviceCatalogItemDefined(Self.service),
        .feeScheduleVersionPublished(Self.fees),
      ], to: .site)
    var payer = PayerRegistered()
    payer.type = payerType
    payer.policy.timelyFilingDays = timelyFilingDays
    payer.effectiveFrom = 2026_01_01
    try give([.payerRegistered(payer)], to: self.payer)
    var patient = PatientRegistered()
    patient.mrn = "T-1"
    try give([
      .patientRegistered(patient), .coverageAdded(covered), .episodeOpened(opened),
      .prescriptionAccepted(prescription),
    ])
    try give([.diagnosisRecorded(diagnosis("M54.50", rank: 1))])
  }

  mutating func newID(_ kind: EntityID.Kind) -> EntityID {
    nextID += 1
    return EntityID.make(kind, random: nextID)
  }

  /// Records facts as they are.
  mutating func give(_ facts: [Fact], to subject: SubjectID? = nil) throws {
    try clinic.record(GivenFacts(facts.map { ProposedFact(subject ?? patient, $0) }))
  }

  @discardableResult
  mutating func record(
    _ command: some Command, by role: Role = .supervisor, reason: String? = nil
  ) throws -> [Fact] {
    try clinic.record(command, by: role, reason: reason).compactMap(\.event.fact)
  }

  /// The rule by which a command is refused; throws when it is accepted.
  mutating func rule(
    refusing command: some Command, by role: Role = .supervisor, reason: String? = nil
  ) throws -> String {
    try clinic.refusal(of: command, by: role, reason: reason).rule
  }

  mutating func context() throws -> DecisionContext { try clinic.context() }

  mutating func advance(to time: String) throws { try clinic.advance(to: time) }

  /// A delivered session with one 97124 line of so many units.
  mutating func session(
    on date: Int32 = 2026_03_02, serviceClass: ServiceClass = .medical, selfPay: Bool = false,
    units: [Int32] = [4], signed: Bool = true, prescribed: Bool = true, pointers: [Int32] = [1],
    authorization: String = "", appointment: String = ""
  ) throws -> EntityID {
    let id = newID(.session)
    var delivered = SessionDelivered()
    delivered.session = id.description
    delivered.episode = episode.description
    delivered.deliveredOn = date
    delivered.serviceClass = serviceClass
    delivered.selfPay = selfPay
    delivered.prescription = prescribed ? EntityID.make(.prescription, random: 1).description : ""
    delivered.authorization = authorization
    delivered.appointment = appointment
    var determined = UnitsDetermined()
    determined.session = id.description
    for (index, count) in units.enumerated() {
      var service = SessionDelivered.Service()
      service.line = Int32(index + 1)
      service.cpt = index == 0 ? "97124" : "97140"
      service.diagnosisPointers = pointers
      service.timed = true
      delivered.services.append(service)
      var line = UnitsDetermined.Line()
      line.line = service.line
      line.units = count
      determined.lines.append(line)
    }
    try give([.sessionDelivered(delivered), .unitsDetermined(determined)])
    if signed { try sign(id) }
    return id
  }

  mutating func sign(_ session: EntityID) throws {
    var note = SoapNoteSigned()
    note.note = newID(.note).description
    note.session = session.description
    try give([.soapNoteSigned(note)])
  }

  /// A charge that the patient owes, without a session.
  mutating func patientCharge(_ cents: Int64, on date: Int32 = 2026_03_02) throws -> EntityID {
    let id = newID(.charge)
    try give([.chargePosted(posted(id, cents, date, .patient))])
    return id
  }

  /// A charge that the insurer owes, of a session with a signed note.
  mutating func insuredCharge(_ cents: Int64, on date: Int32 = 2026_03_02) throws -> EntityID {
    let session = try session(on: date)
    let id = newID(.charge)
    var fact = posted(id, cents, date, .insurance)
    fact.session = session.description
    fact.coverage = coverage.description
    try give([.chargePosted(fact)])
    return id
  }

  private func posted(
    _ id: EntityID, _ cents: Int64, _ date: Int32, _ responsible: Responsible
  ) -> ChargePosted {
    var fact = ChargePosted()
    fact.charge = id.description
    fact.line = 1
    fact.serviceOn = date
    fact.cpt = "97124"
    fact.units = 1
    fact.feeCentsPerUnit = cents
    fact.amountCents = cents
    fact.responsible = responsible
    return fact
  }

  @discardableResult
  mutating func claim(_ charges: EntityID...) throws -> EntityID {
    let id = newID(.claim)
    try record(SubmitClaim(charges: charges, claim: id))
    return id
  }

  @discardableResult
  mutating func payment(
    _ amount: Money, _ method: PaymentMethodChoice = .cash, apply: AllocationChoice? = nil
  ) throws -> EntityID {
    let id = newID(.payment)
    try record(
      TakePayment(
        patient: SubjectReference(patient), amount: amount, method: method, apply: apply,
        payment: id))
    return id
  }

  func charge(_ id: EntityID) -> AccountState.Charge {
    account.charges[id.description] ?? AccountState.Charge()
  }
}

extension AccountScenario {
  private static var profile: SitePracticeProfileSet {
    var fact = SitePracticeProfileSet()
    fact.timeZone = "America/New_York"
    fact.npi = "1234567893"
    fact.ein = "12-3456789"
    return fact
  }

  private static var service: ServiceCatalogItemDefined {
    var fact = ServiceCatalogItemDefined()
    fact.service = "med60"
    fact.defaultCpt = "97124"
    fact.selfPayCents = 95_00
    return fact
  }

  /// 30.00 for a unit of 97124, 35.00 for 97140.
  private static var fees: FeeScheduleVersionPublished {
    var fact = FeeScheduleVersionPublished()
    fact.version = "2026"
    fact.effectiveFrom = 2026_01_01
    for (cpt, cents) in [("97124", Int64(30_00)), ("97140", 35_00)] {
      var fee = FeeScheduleVersionPublished.Fee()
      fee.cpt = cpt
      fee.centsPerUnit = cents
      fact.fees.append(fee)
    }
    return fact
  }

  private var covered: CoverageAdded {
    var fact = CoverageAdded()
    fact.coverage = coverage.description
    fact.payer = payer.description
    fact.rank = .primary
    fact.effectiveFrom = 2026_01_01
    return fact
  }

  private var prescription: PrescriptionAccepted {
    var fact = PrescriptionAccepted()
    fact.prescription = EntityID.make(.prescription, random: 1).description
    fact.referral = EntityID.make(.referral, random: 1).description
    (fact.writtenOn, fact.validFrom, fact.validThrough) = (2026_01_02, 2026_01_02, 2026_12_31)
    (fact.purpose, fact.signatureName) = ("treat low back pain", "N. Okafor")
    (fact.credential, fact.treatingProvider) = ("MD", true)
    return fact
  }

  private var opened: EpisodeOpened {
    var fact = EpisodeOpened()
    fact.episode = episode.description
    return fact
  }

  func diagnosis(_ code: String, rank: Int32) -> DiagnosisRecorded {
    var fact = DiagnosisRecorded()
    fact.episode = episode.description
    fact.icd10Cm = code
    fact.rank = rank
    return fact
  }
}
