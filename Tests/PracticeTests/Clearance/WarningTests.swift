import PracticeEvents
import SwiftProtobuf
import TestSupport
import Testing

@testable import Practice

@Suite("The gate's warnings")
struct WarningTests {
  @Test("W1: re-evaluation is due after the clinic's 6 visits or 30 days")
  func reevaluation() throws {
    var clinic = try GateClinic(without: [.prescription])
    try clinic.prescribe { $0.durationDays = 365 }
    #expect(try !clinic.warnings(on: "2026-03-31").contains("W1"))
    #expect(try clinic.warnings(on: "2026-04-01").contains("W1"))
    for day in 3...7 { try clinic.deliver(on: "2026-03-0\(day)") }
    #expect(try !clinic.warnings(on: "2026-03-20").contains("W1"))
    try clinic.deliver(on: "2026-03-09")
    #expect(try clinic.warnings(on: "2026-03-20").contains("W1"))
    var done = ReevaluationCompleted()
    done.episode = clinic.episode.description
    done.reevaluatedOn = 2026_03_10
    try clinic.given(clinic.patient, .reevaluationCompleted(done))
    #expect(try !clinic.warnings(on: "2026-03-20").contains("W1"))
  }

  @Test("W1: the plan's own numbers come before the clinic's")
  func planNumbers() throws {
    var clinic = try GateClinic()
    try clinic.plan { $0.reevaluateEveryVisits = 2 }
    try clinic.deliver(on: "2026-03-03")
    #expect(try !clinic.warnings().contains("W1"))
    try clinic.deliver(on: "2026-03-04")
    #expect(try clinic.warnings().contains("W1"))
  }

  @Test("W1: upkeep is reviewed once a quarter, however many visits, unless the plan says more")
  func upkeepReview() throws {
    var clinic = try GateClinic(without: [.prescription])
    try clinic.prescribe { $0.durationDays = 365 }
    var change = PhaseChanged()
    change.episode = clinic.episode.description
    (change.conditionClass, change.fromDateOn) = (.maintenance, 2026_03_02)
    try clinic.given(clinic.patient, .phaseChanged(change))
    for day in 3...9 { try clinic.deliver(on: "2026-03-0\(day)") }
    #expect(try !clinic.warnings(on: "2026-06-01").contains("W1"))
    #expect(try clinic.warnings(on: "2026-06-02").contains("W1"))
    try clinic.plan { $0.reevaluateEveryDays = 60 }
    #expect(try clinic.warnings(on: "2026-06-01").contains("W1"))
  }

  @Test("W2: a verification of another month is old, even where the payer lets it stand")
  func oldVerification() throws {
    var clinic = try GateClinic(without: [.verification])
    try clinic.verify { $0.goodThrough = try CivilDate("2026-04-30") }
    #expect(try !clinic.warnings(on: "2026-03-31").contains("W2"))
    let clearance = try clinic.clearance(on: "2026-04-01")
    #expect(clearance.isReady)
    #expect(clearance.warnings.map(\.code).contains(.oldVerification))
  }

  @Test("W3: the prescription's last 7 days and last 2 visits are said")
  func prescriptionEnding() throws {
    // Written 2026-02-20 for 60 days: through 2026-04-21.
    var clinic = try GateClinic(without: [.prescription, .verification])
    try clinic.prescribe { $0.visitsOrdered = 3 }
    #expect(try !clinic.warnings(on: "2026-04-13").contains("W3"))
    #expect(try clinic.warnings(on: "2026-04-14").contains("W3"))
    #expect(try !clinic.warnings(on: "2026-03-05").contains("W3"))
    try clinic.deliver(on: "2026-03-03", using: clinic.prescription)
    #expect(try clinic.warnings(on: "2026-03-05").contains("W3"))
  }

  @Test("W4: the guideline for an acute condition is three visits in seven days")
  func frequencyByGuideline() throws {
    var clinic = try GateClinic()
    try clinic.deliver(on: "2026-03-02")
    try clinic.deliver(on: "2026-03-03")
    #expect(try !clinic.warnings().contains("W4"))
    try clinic.deliver(on: "2026-03-04")
    #expect(try clinic.warnings(on: "2026-03-08").contains("W4"))
    #expect(try !clinic.warnings(on: "2026-03-09").contains("W4"))
  }

  @Test("W4: a plan of every other week counts over fourteen days, and an override replaces it")
  func frequencyByPlan() throws {
    var clinic = try GateClinic()
    try clinic.plan {
      var phase = TreatmentPlanAdopted.Phase()
      phase.visitsPerWeekMaxHundredths = 50
      $0.phases = [phase]
    }
    #expect(try !clinic.warnings(on: "2026-03-03").contains("W4"))
    try clinic.deliver(on: "2026-03-03")
    #expect(try clinic.warnings(on: "2026-03-16").contains("W4"))
    #expect(try !clinic.warnings(on: "2026-03-17").contains("W4"))
    var override = FrequencyOverridden()
    override.episode = clinic.episode.description
    override.visitsPerWeekMaxHundredths = 200
    override.fromDateOn = 2026_03_01
    try clinic.given(clinic.patient, .frequencyOverridden(override))
    #expect(try !clinic.warnings(on: "2026-03-05").contains("W4"))
  }

  @Test(
    "W5: a balance over the clinic's limit is said, credit taken off",
    arguments: [
      (Int64(10_000), Int64(0), false), (10_001, 0, true), (10_001, 1, false),
    ])
  func balance(owed: Int64, credit: Int64, warns: Bool) throws {
    let clinic = try GateClinic()
    var patient = clinic.state
    patient.account.charges["chg"] = AccountState.Charge.with { $0.patientOpenCents = owed }
    patient.account.payments["pay"] = AccountState.Payment.with { $0.unappliedCents = credit }
    let clearance = try clinic.judge(patient)
    #expect(clearance.warnings.map(\.code).contains(.balance) == warns)
  }

  @Test("W6: an earlier session without a signed note is said, with its event")
  func unsignedNote() throws {
    var clinic = try GateClinic()
    try clinic.deliver(on: "2026-03-03")
    #expect(try !clinic.warnings().contains("W6"))
    try clinic.deliver(on: "2026-03-04", signed: false)
    let warning = try clinic.clearance().warnings.first { $0.code == .unsignedNote }
    #expect(warning?.evidence.count == 1)
    #expect(try !clinic.warnings(on: "2026-03-04").contains("W6"))
  }

  @Test("W7: a patient who pays is owed a good-faith estimate")
  func estimate() throws {
    let clinic = try GateClinic()
    var patient = clinic.state
    #expect(try !clinic.judge(patient).warnings.map(\.code).contains(.noEstimate))
    patient.coverage.selfPayElections = [SelfPayElected.with { $0.fromDateOn = 2026_03_02 }]
    #expect(try clinic.judge(patient).warnings.map(\.code).contains(.noEstimate))
    patient.account.estimates = [
      GoodFaithEstimateIssued.with {
        $0.issuedOn = 2026_03_02
        $0.validThrough = 2027_03_01
      }
    ]
    #expect(try !clinic.judge(patient).warnings.map(\.code).contains(.noEstimate))
  }

  @Test(
    "W8: packages that have expired or are used up are said to a patient who pays",
    arguments: [
      (Int32(2026_03_04), Int32(10), true), (2026_03_05, 10, false), (0, 1, true), (0, 2, false),
    ])
  func packages(expiresOn: Int32, sessions: Int32, warns: Bool) throws {
    let clinic = try GateClinic()
    var patient = clinic.state
    patient.account.packages["pkg"] = AccountState.Package.with {
      $0.sold.expiresOn = expiresOn
      $0.sold.sessions = sessions
      $0.redeemed = ["chg": PackageRedeemed()]
    }
    #expect(try !clinic.judge(patient).warnings.map(\.code).contains(.packageUsedUp))
    patient.coverage.selfPayElections = [SelfPayElected.with { $0.fromDateOn = 2026_03_02 }]
    let codes = try clinic.judge(patient).warnings.map(\.code)
    #expect(codes.contains(.packageUsedUp) == warns)
  }

  @Test("W9: paying from an HSA or FSA needs a letter of medical necessity in force")
  func letter() throws {
    var clinic = try GateClinic()
    try clinic.scenario.record(
      ChooseCoverageRoute(patient: SubjectReference(clinic.patient), route: .hsaFsa))
    #expect(try clinic.warnings().contains("W9"))
    var letter = MedicalNecessityLetterRecorded()
    letter.validFrom = 2026_03_01
    letter.validThrough = 2026_03_05
    try clinic.given(clinic.patient, .medicalNecessityLetterRecorded(letter))
    #expect(try !clinic.warnings().contains("W9"))
    #expect(try clinic.warnings(on: "2026-03-06").contains("W9"))
  }

  @Test("W10: maintenance care on an insurance route is said, paid by the patient it is not")
  func maintenance() throws {
    var clinic = try GateClinic()
    var changed = PhaseChanged()
    changed.episode = clinic.episode.description
    changed.conditionClass = .maintenance
    changed.fromDateOn = 2026_03_05
    try clinic.given(clinic.patient, .phaseChanged(changed))
    #expect(try !clinic.warnings(on: "2026-03-04").contains("W10"))
    #expect(try clinic.warnings(on: "2026-03-05").contains("W10"))
    try clinic.scenario.record(
      ElectSelfPay(patient: SubjectReference(clinic.patient), why: .maintenance))
    #expect(try !clinic.warnings(on: "2026-03-05").contains("W10"))
  }

  @Test("a relaxation visit is warned of money, notes and packages alone")
  func relaxation() throws {
    let clinic = try GateClinic(without: [.prescription, .coverage])
    var patient = clinic.state
    patient.account.charges["chg"] = AccountState.Charge.with { $0.patientOpenCents = 20_000 }
    patient.account.packages["pkg"] = AccountState.Package.with { $0.sold.expiresOn = 2026_01_01 }
    let codes = try clinic.judge(patient, .relaxation).warnings.map(\.code.rawValue)
    #expect(codes == ["W5", "W8"])
  }
}

extension GateClinic {
  /// Judges a state that no command made.
  func judge(
    _ patient: PatientState, _ serviceClass: ServiceClass = .medical
  ) throws -> Clearance {
    ReadyToTreat.evaluate(
      patient: patient, practitioner: scenario.memory.practitioner(therapist),
      payer: scenario.memory.payer(payer), clinic: scenario.memory.clinic(),
      visit: PlannedVisit(
        date: try CivilDate("2026-03-05"), serviceClass: serviceClass, practitioner: therapist))
  }

  mutating func plan(_ change: (inout TreatmentPlanAdopted) -> Void) throws {
    var adopted = TreatmentPlanAdopted()
    adopted.plan = EntityID.make(.plan, random: 70).description
    adopted.episode = episode.description
    adopted.adoptedOn = 2026_03_02
    change(&adopted)
    try given(patient, .treatmentPlanAdopted(adopted))
  }
}
