import PracticeEvents

/// Records that a doctor sent the patient.
public struct ReceiveReferral: Command {
  public static let name = "receive-referral"
  public static let summary = "Records a referral or prescription that arrived, yet to be judged."
  public static let help = [
    "patient": "MRN or id", "referringProvider": "NPI or id",
    "writtenOn": "as it says; leave out when it does not",
    "receivedOn": "today by default", "document": "the patient's document that it stands in",
  ]
  public static let roles: Set<Role> = [.frontDesk, .biller, .therapist]

  public var patient: SubjectReference
  public var referringProvider: SubjectReference
  public var writtenOn: CivilDate?
  public var receivedOn: CivilDate?
  public var document: EntityID?
  public var referral: EntityID?

  public init(
    patient: SubjectReference, referringProvider: SubjectReference, writtenOn: CivilDate? = nil,
    receivedOn: CivilDate? = nil, document: EntityID? = nil, referral: EntityID? = nil
  ) {
    self.patient = patient
    self.referringProvider = referringProvider
    self.writtenOn = writtenOn
    self.receivedOn = receivedOn
    self.document = document
    self.referral = referral
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let patient = try facts.patientID(patient)
    let receivedOn = try context.recentOrToday(
      receivedOn, facts.clinic(), field: "receivedOn")
    var fact = ReferralReceived()
    fact.referral = try context.id(.referral, referral).description
    try facts.requireUnused(fact.referral, field: "referral")
    fact.referringProvider = try facts.referringProviderID(referringProvider).description
    fact.writtenOn = writtenOn?.compact ?? 0
    fact.receivedOn = receivedOn.compact
    guard fact.writtenOn <= fact.receivedOn else {
      throw Refusal(
        rule: "referral.dates", field: "writtenOn",
        problem: "it would have arrived before it was written", remedy: "check both dates")
    }
    if let document {
      try facts.patient(patient).referral.requireDocument(document, field: "document")
      fact.document = document.description
    }
    return Decision([ProposedFact(patient, .referralReceived(fact))])
  }
}

/// Bounces a prescription.
public struct RejectPrescription: Command {
  public static let name = "reject-prescription"
  public static let summary = "Records what a prescription lacks, so that the doctor can be asked."
  public static let help = ["missing": "what it lacks"]
  public static let roles: Set<Role> = [.frontDesk, .biller, .therapist]

  public var referral: EntityID
  public var missing: [PrescriptionItem]

  public init(referral: EntityID, missing: [PrescriptionItem]) {
    self.referral = referral
    self.missing = missing
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let found = try facts.openReferral(referral)
    let named = PrescriptionItem.allCases.filter(missing.contains)
    guard !named.isEmpty else {
      throw Refusal(
        rule: "prescription.nothingMissing", field: "missing",
        problem: "nothing is named as missing",
        remedy: "name what it lacks, or accept it with `accept-prescription`")
    }
    var fact = PrescriptionRejected()
    fact.referral = referral.description
    fact.missing = named.map(\.rawValue)
    return Decision([ProposedFact(found.patient, .prescriptionRejected(fact))])
  }
}

/// Ends a prescription before its time.
public struct RevokePrescription: Command {
  public static let name = "revoke-prescription"
  public static let summary = "Records that a prescription no longer holds."
  public static let help = ["revokedOn": "first day on which it no longer holds; today by default"]
  public static let roles: Set<Role> = [.frontDesk, .biller, .therapist]

  public var prescription: EntityID
  public var revokedOn: CivilDate?

  public init(prescription: EntityID, revokedOn: CivilDate? = nil) {
    self.prescription = prescription
    self.revokedOn = revokedOn
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let patient = try facts.patientID(owning: prescription, field: "prescription")
    let known = try facts.patient(patient).referral.prescriptions[prescription.description]
    guard let known else {
      throw unknownReference("prescription", "no prescription has this identifier")
    }
    guard known.revokedOn == 0 else {
      throw Refusal(
        rule: "prescription.revoked", field: "prescription", problem: "it was revoked before",
        remedy: "nothing needs to be recorded", evidence: [known.event])
    }
    var fact = PrescriptionRevoked()
    fact.prescription = prescription.description
    fact.revokedOn = (revokedOn ?? context.today).compact
    guard fact.revokedOn >= known.accepted.validFrom else {
      throw Refusal(
        rule: "prescription.dates", field: "revokedOn",
        problem: "it would be revoked before it was written",
        remedy: "give its first day or a later one", evidence: [known.event])
    }
    _ = try context.requiredReason()
    return Decision([
      ProposedFact(patient, .prescriptionRevoked(fact), corrects: known.event)
    ])
  }
}

extension Facts {
  /// A referral that nobody accepted yet, with its patient.
  func openReferral(
    _ id: EntityID
  ) throws -> (
    patient: SubjectID, state: PatientState, referral: ReferralState.Referral
  ) {
    let patient = try patientID(owning: id, field: "referral")
    let state = try self.patient(patient)
    guard let referral = state.referral.referrals[id.description] else {
      throw unknownReference("referral", "no referral has this identifier")
    }
    guard !referral.accepted else {
      throw Refusal(
        rule: "referral.accepted", field: "referral",
        problem: "a prescription was accepted from this referral",
        remedy: "receive the new one with `receive-referral`",
        evidence: state.referral.prescriptions.values
          .filter { $0.accepted.referral == id.description }.map(\.event).sorted())
    }
    return (patient, state, referral)
  }
}
