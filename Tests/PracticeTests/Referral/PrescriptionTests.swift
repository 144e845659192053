import PracticeEvents
import TestSupport
import Testing

@testable import Practice

@Suite("How long a prescription holds")
struct PrescriptionValidityTests {
  private func lastDay(_ clinic: GateClinic) throws -> String? {
    clinic.state.referral.prescriptions[clinic.prescription.description]?.lastDay().description
  }

  @Test("written 2026-01-10 for 60 days, it ends on 2026-03-11, that day included")
  func inclusive() throws {
    var clinic = try GateClinic(without: [.prescription])
    try clinic.prescribe(writtenOn: "2026-01-10")
    #expect(try lastDay(clinic) == "2026-03-11")
    #expect(try clinic.blocks(on: "2026-03-11").isEmpty)
    #expect(try clinic.blocks(on: "2026-03-12") == ["B1"])
  }

  static let lengths: [(Int?, Int32, String)] = [
    (nil, 0, "2026-05-21"), (30, 0, "2026-03-22"), (700, 0, "2027-02-20"), (60, 30, "2026-03-22"),
    (20, 30, "2026-03-12"),
  ]

  @Test("its end is the first of its own length, the clinic's and the payer's", arguments: lengths)
  func length(days: Int?, payerDays: Int32, last: String) throws {
    var clinic = try GateClinic(without: [.prescription])
    var policy = PayerPolicyChanged()
    policy.policy.prescriptionMaxDays = payerDays
    policy.effectiveFrom = 2026_01_01
    try clinic.given(clinic.payer, .payerPolicyChanged(policy))
    try clinic.prescribe { $0.durationDays = days }
    #expect(try lastDay(clinic) == last)
  }

  @Test("no visit relies on it before the clinic had it, though it was written earlier")
  func received() throws {
    var clinic = try GateClinic(without: [.prescription])
    var received = ReceiveReferral(
      patient: SubjectReference(clinic.patient), referringProvider: SubjectReference(clinic.doctor),
      writtenOn: try CivilDate("2026-02-20"), receivedOn: try CivilDate("2026-02-22"),
      referral: clinic.referral)
    let old = try clinic.scenario.refusal(of: received, by: .frontDesk)
    #expect(old.rule == "occurred.backdated" && old.field == "receivedOn")
    received.receivedOn = try CivilDate("2026-02-25")
    try clinic.scenario.record(received, by: .frontDesk)
    try clinic.scenario.record(clinic.acceptance(of: clinic.referral, as: clinic.prescription))
    let early = try clinic.clearance(on: "2026-02-24").blocks.first
    #expect(early?.code == .prescription)
    #expect(early?.text == "the prescription was received after the visit")
    #expect(try clinic.clearance(on: "2026-02-25").blocks.first?.code != .prescription)
    let held = clinic.state.referral.prescriptions[clinic.prescription.description]
    #expect(held?.accepted.validFrom == 2026_02_20)
  }

  @Test("a payer's shorter limit that comes later ends it too")
  func laterLimit() throws {
    var clinic = try GateClinic()
    var policy = PayerPolicyChanged()
    policy.policy.prescriptionMaxDays = 13
    policy.effectiveFrom = 2026_03_05
    try clinic.given(clinic.payer, .payerPolicyChanged(policy))
    #expect(try clinic.blocks(on: "2026-03-05").isEmpty)
    #expect(try clinic.blocks(on: "2026-03-06") == ["B1"])
  }

  @Test("six visits are six sessions; the seventh is blocked, a voided one gives a visit back")
  func visits() throws {
    var clinic = try GateClinic(without: [.prescription])
    try clinic.prescribe(writtenOn: "2026-01-10") { $0.visitsOrdered = 6 }
    var last: EntityID?
    for date in ["01-12", "01-19", "01-26", "02-02", "02-09", "02-16"] {
      last = try clinic.deliver(on: "2026-\(date)", using: clinic.prescription)
    }
    let block = try clinic.clearance().blocks.first
    #expect(block?.code == .prescription)
    #expect(block?.text.contains("exhausted (6/6)") == true)
    var released = PrescriptionVisitReleased()
    released.prescription = clinic.prescription.description
    released.session = last?.description ?? ""
    try clinic.given(clinic.patient, .prescriptionVisitReleased(released))
    #expect(try clinic.blocks().isEmpty)
    let held = clinic.state.referral.prescriptions[clinic.prescription.description]
    #expect(held?.visitsUsed() == 5)
  }

  @Test("a visit's own session does not count against it")
  func ownSession() throws {
    var clinic = try GateClinic(without: [.prescription])
    try clinic.prescribe { $0.visitsOrdered = 1 }
    let own = EntityID.make(.appointment, random: 60).description
    try clinic.deliver(on: "2026-03-05", using: clinic.prescription, appointment: own)
    #expect(try clinic.blocks() == ["B1"])
    #expect(try clinic.clearance(appointment: own).isReady)
  }

  @Test("a renewal counts its visits anew, without carry-over")
  func renewal() throws {
    var clinic = try GateClinic(without: [.prescription])
    try clinic.prescribe(writtenOn: "2026-01-10") { $0.visitsOrdered = 2 }
    try clinic.deliver(on: "2026-01-12", using: clinic.prescription)
    let renewal = EntityID.make(.prescription, random: 30)
    let renews = clinic.prescription
    try clinic.prescribe(
      from: .make(.referral, random: 31), as: renewal, writtenOn: "2026-03-01"
    ) {
      $0.visitsOrdered = 6
      $0.renews = renews
    }
    #expect(clinic.state.referral.prescriptions[renewal.description]?.visitsLeft() == 6)
    #expect(clinic.state.referral.prescriptions[renews.description]?.visitsLeft() == 1)
  }

  @Test("of two that hold, the one that ends first and allows the codes is used")
  func earliest() throws {
    var clinic = try GateClinic()
    let short = EntityID.make(.prescription, random: 30)
    try clinic.prescribe(from: .make(.referral, random: 31), as: short, writtenOn: "2026-02-24") {
      $0.durationDays = 30
      $0.cpt = [try ProcedureCode("97124")]
    }
    #expect(try clinic.clearance(cpt: "97124").basis.prescription == short.description)
    #expect(
      try clinic.clearance(cpt: "97140").basis.prescription == clinic.prescription.description)
    #expect(
      try clinic.clearance(on: "2026-03-27").basis.prescription == clinic.prescription.description)
  }

  @Test("a procedure that it does not name is blocked")
  func procedure() throws {
    var clinic = try GateClinic(without: [.prescription])
    try clinic.prescribe { $0.cpt = [try ProcedureCode("97124")] }
    #expect(try clinic.clearance(cpt: "97124", "97140").blocks.map(\.code) == [.prescription])
  }

  @Test("a revoked one holds through the day before")
  func revoked() throws {
    var clinic = try GateClinic()
    let revoke = RevokePrescription(
      prescription: clinic.prescription, revokedOn: try CivilDate("2026-03-05"))
    #expect(try clinic.scenario.refusal(of: revoke).rule == "reason")
    try clinic.scenario.record(revoke, reason: "the doctor called")
    #expect(try clinic.blocks(on: "2026-03-04").isEmpty)
    #expect(try clinic.blocks(on: "2026-03-05") == ["B1"])
    #expect(try clinic.scenario.refusal(of: revoke, reason: "x").rule == "prescription.revoked")
  }

  @Test("it cannot be revoked before it was written, nor when nobody knows it")
  func revokeRefusals() throws {
    var clinic = try GateClinic()
    let early = RevokePrescription(
      prescription: clinic.prescription, revokedOn: try CivilDate("2026-02-19"))
    #expect(try clinic.scenario.refusal(of: early, reason: "x").rule == "prescription.dates")
    let unknown = RevokePrescription(prescription: .make(.prescription, random: 99))
    #expect(try clinic.scenario.refusal(of: unknown, reason: "x").rule == "reference.unknown")
  }
}

@Suite("Accepting a prescription")
struct AcceptPrescriptionTests {
  private func received() throws -> GateClinic {
    var clinic = try GateClinic(without: [.prescription])
    try clinic.scenario.record(
      ReceiveReferral(
        patient: SubjectReference(clinic.patient),
        referringProvider: SubjectReference(clinic.doctor),
        writtenOn: CivilDate("2026-02-20"), referral: clinic.referral))
    return clinic
  }

  @Test("what is missing is listed whole, with the advice to reject")
  func incomplete() throws {
    var clinic = try received()
    let refusal = try clinic.scenario.refusal(
      of: AcceptPrescription(referral: clinic.referral, credential: "LMT"))
    #expect(refusal.rule == "prescription.incomplete")
    #expect(
      refusal.details == ["signature", "purpose", "diagnosis", "credential", "treatingProvider"])
    #expect(refusal.remedy.contains("reject-prescription"))
  }

  @Test("a referral without a date of writing needs one from the prescription")
  func undated() throws {
    var clinic = try GateClinic(without: [.prescription])
    try clinic.scenario.record(
      ReceiveReferral(
        patient: SubjectReference(clinic.patient),
        referringProvider: SubjectReference(clinic.doctor), referral: clinic.referral))
    var command = try clinic.acceptance(of: clinic.referral)
    #expect(try clinic.scenario.refusal(of: command).details == ["writtenDate"])
    command.writtenOn = try CivilDate("2026-03-03")
    #expect(try clinic.scenario.refusal(of: command).rule == "prescription.dates")
    command.writtenOn = try CivilDate("2026-03-02")
    try clinic.scenario.record(command)
  }

  @Test("a diagnosis that no claim may carry is refused with the codes to ask for")
  func trap() throws {
    var clinic = try received()
    var command = try clinic.acceptance(of: clinic.referral)
    command.diagnoses = [try ICD10CM("M54.5")]
    let refusal = try clinic.scenario.refusal(of: command)
    #expect(refusal.rule == "prescription.diagnosis")
    #expect(refusal.remedy.contains("M54.50"))
  }

  @Test(
    "every credential that may prescribe does, however it is dotted",
    arguments: [
      "MD", "D.O.", "dc", "DPM", "NP", "PA", "DDS", "DMD", "Psy.D.",
    ])
  func credentials(credential: String) throws {
    var clinic = try received()
    var command = try clinic.acceptance(of: clinic.referral)
    command.credential = credential
    try clinic.scenario.record(command)
    #expect(clinic.state.referral.prescriptions.count == 1)
  }

  @Test("lengths and visits out of range are refused")
  func numbers() throws {
    var clinic = try received()
    var command = try clinic.acceptance(of: clinic.referral)
    command.durationDays = 0
    #expect(try clinic.scenario.refusal(of: command).rule == "prescription.duration")
    command.durationDays = 30
    command.visitsOrdered = 0
    #expect(try clinic.scenario.refusal(of: command).rule == "prescription.visits")
    command.visitsOrdered = 6
    command.renews = .make(.prescription, random: 99)
    #expect(try clinic.scenario.refusal(of: command).rule == "reference.unknown")
  }

  @Test("a rejected referral may be accepted once the doctor has answered, and then never again")
  func rejectedThenAccepted() throws {
    var clinic = try received()
    let reject = RejectPrescription(referral: clinic.referral, missing: [.legibility, .signature])
    try clinic.scenario.record(reject)
    let state = clinic.state.referral.referrals[clinic.referral.description]
    #expect(state?.rejected == true)
    #expect(state?.missing == ["signature", "legibility"])
    let accept = try clinic.acceptance(of: clinic.referral)
    try clinic.scenario.record(accept)
    let accepted = clinic.state.referral.referrals[clinic.referral.description]
    #expect(accepted?.accepted == true)
    #expect(accepted?.rejected == false)
    #expect(accepted?.missing.isEmpty == true)
    #expect(try clinic.scenario.refusal(of: accept).rule == "referral.accepted")
    #expect(try clinic.scenario.refusal(of: reject).rule == "referral.accepted")
  }

  @Test("a rejection names what is missing, of a referral that is known")
  func rejectRefusals() throws {
    var clinic = try received()
    #expect(
      try clinic.scenario.refusal(
        of: RejectPrescription(referral: clinic.referral, missing: [])
      ).rule == "prescription.nothingMissing")
    #expect(
      try clinic.scenario.refusal(
        of: RejectPrescription(referral: .make(.referral, random: 99), missing: [.purpose])
      ).rule == "reference.unknown")
  }

  @Test("one that ran out is accepted for the record, and said")
  func ranOut() throws {
    var clinic = try received()
    var command = try clinic.acceptance(of: clinic.referral)
    command.durationDays = 5
    #expect(try clinic.concerns(of: command) == ["it ran out on 2026-02-25"])
  }
}
