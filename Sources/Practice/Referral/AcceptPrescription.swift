import PracticeEvents

/// What a prescription must say before a visit may rely on it (N.J.A.C. 18:24-33.4, payer manuals).
public enum PrescriptionItem: String, WordChoice {
  case signature, writtenDate, purpose, diagnosis, credential, treatingProvider
  /// The patient's name, the pages or the hand cannot be read; only a reader can tell.
  case patientName, legibility

  var text: String {
    switch self {
    case .signature: "the signature"
    case .writtenDate: "the date of writing"
    case .purpose: "the purpose of the treatment"
    case .diagnosis: "a diagnosis"
    case .credential: "a credential that may prescribe"
    case .treatingProvider: "that the signer is the treating provider"
    case .patientName: "the patient's name"
    case .legibility: "legible writing"
    }
  }
}

/// Accepts a prescription, or a renewal, when everything required is there.
public struct AcceptPrescription: Command {
  public static let name = "accept-prescription"
  public static let summary = "Accepts a prescription that has everything required."
  public static let help = [
    "referral": "the referral it came with",
    "signatureName": "the name under it", "writtenOn": "as the referral says by default",
    "purpose": "what the treatment is for", "diagnoses": "ICD-10-CM codes, principal first",
    "credential": "of the signer: \(credentials.joined(separator: ", ")); as registered by default",
    "treatingProvider": "whether the signer treats the patient",
    "cpt": "procedures ordered; any by default",
    "visitsPerWeek": "e.g. 2, or 0.5 for every other week",
    "durationDays": "how long it says it holds; the rule prescription.default-days otherwise",
    "visitsOrdered": "how many visits it allows; not counted by default",
    "renews": "the prescription it renews; visits are counted anew",
  ]
  public static let roles: Set<Role> = [.frontDesk, .biller, .therapist]
  /// Who may prescribe medical massage (payer manuals).
  static let credentials = ["MD", "DO", "DC", "DPM", "NP", "PA", "DDS", "DMD", "PsyD"]

  public var referral: EntityID
  public var signatureName: String?
  public var writtenOn: CivilDate?
  public var purpose: String?
  public var diagnoses: [ICD10CM]?
  public var credential: String?
  public var treatingProvider: Bool?
  public var medicalNecessityStated: Bool?
  public var cpt: [ProcedureCode]?
  public var bodyRegions: [String]?
  public var visitsPerWeek: Hundredths?
  public var durationDays: Int?
  public var visitsOrdered: Int?
  public var precautions: String?
  public var renews: EntityID?
  public var prescription: EntityID?

  public init(
    referral: EntityID, signatureName: String? = nil, writtenOn: CivilDate? = nil,
    purpose: String? = nil, diagnoses: [ICD10CM]? = nil, credential: String? = nil,
    treatingProvider: Bool? = nil, medicalNecessityStated: Bool? = nil, cpt: [ProcedureCode]? = nil,
    bodyRegions: [String]? = nil, visitsPerWeek: Hundredths? = nil, durationDays: Int? = nil,
    visitsOrdered: Int? = nil, precautions: String? = nil, renews: EntityID? = nil,
    prescription: EntityID? = nil
  ) {
    self.referral = referral
    self.signatureName = signatureName
    self.writtenOn = writtenOn
    self.purpose = purpose
    self.diagnoses = diagnoses
    self.credential = credential
    self.treatingProvider = treatingProvider
    self.medicalNecessityStated = medicalNecessityStated
    self.cpt = cpt
    self.bodyRegions = bodyRegions
    self.visitsPerWeek = visitsPerWeek
    self.durationDays = durationDays
    self.visitsOrdered = visitsOrdered
    self.precautions = precautions
    self.renews = renews
    self.prescription = prescription
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let found = try facts.openReferral(referral)
    let received = found.referral.received
    let provider = try facts.referringProvider(SubjectID(received.referringProvider))
    let signer = Self.spelled(credential ?? provider.current.credential)
    let written = writtenOn ?? received.writtenOn.civilDate
    guard let written, let signer, missing(written, signer).isEmpty else {
      throw incomplete(missing(written, signer))
    }
    guard written.compact <= received.receivedOn else {
      throw Refusal(
        rule: "prescription.dates", field: "writtenOn",
        problem: "it would have arrived before it was written", remedy: "check both dates")
    }
    try checkDiagnoses(facts, on: context.today)
    try checkNumbers()
    if let renews, found.state.referral.prescriptions[renews.description] == nil {
      throw unknownReference("renews", "the patient has no such prescription")
    }
    var fact = PrescriptionAccepted()
    fact.prescription = try context.id(.prescription, prescription).description
    try facts.requireUnused(fact.prescription, field: "prescription")
    fact.referral = referral.description
    fact.referringProvider = received.referringProvider
    fact.diagnosesIcd10Cm = (diagnoses ?? []).map(\.description)
    fact.purpose = purpose ?? ""
    fact.cpt = (cpt ?? []).map(\.description)
    fact.bodyRegions = bodyRegions ?? []
    fact.visitsPerWeekHundredths = visitsPerWeek?.hundredths ?? 0
    fact.durationDays = Int32(durationDays ?? 0)
    fact.visitsOrdered = Int32(visitsOrdered ?? 0)
    fact.writtenOn = written.compact
    fact.validFrom = written.compact
    let lastDay = try lastDay(facts, found.state, written)
    fact.validThrough = lastDay.compact
    fact.signatureName = signatureName ?? ""
    fact.credential = signer
    fact.treatingProvider = true
    fact.medicalNecessityStated = medicalNecessityStated ?? false
    fact.precautions = precautions ?? ""
    fact.renews = renews?.description ?? ""
    return Decision(
      [ProposedFact(found.patient, .prescriptionAccepted(fact))],
      warnings: lastDay < context.today ? ["it ran out on \(lastDay)"] : [])
  }

  /// The last day, inclusive: the stated or usual length after writing, and at most what the clinic
  /// and the payer of the day of writing allow.
  private func lastDay(
    _ facts: some Facts, _ patient: PatientState, _ written: CivilDate
  ) throws -> CivilDate {
    let clinic = try facts.clinic()
    var days = [
      durationDays ?? clinic.rule("prescription", "default-days", on: written),
      clinic.rule("prescription", "max-days", on: written),
    ]
    if let payer = patient.payer(on: written) {
      let limit = try facts.payer(payer).policy(on: written).prescriptionMaxDays
      if limit > 0 { days.append(Int(limit)) }
    }
    return written.adding(days: days.min() ?? 0)
  }

  private func missing(_ written: CivilDate?, _ signer: String?) -> [PrescriptionItem] {
    PrescriptionItem.allCases.filter { item in
      switch item {
      case .signature: (signatureName ?? "").isEmpty
      case .writtenDate: written == nil
      case .purpose: (purpose ?? "").isEmpty
      case .diagnosis: (diagnoses ?? []).isEmpty
      case .credential: signer == nil
      case .treatingProvider: treatingProvider != true
      case .patientName, .legibility: false
      }
    }
  }

  private func incomplete(_ missing: [PrescriptionItem]) -> Refusal {
    Refusal(
      rule: "prescription.incomplete",
      problem: "the prescription lacks " + missing.map(\.text).joined(separator: ", "),
      remedy: "record what is missing with `reject-prescription` and ask the doctor for it",
      details: missing.map(\.rawValue))
  }

  /// Codes that a claim could not carry are found now, not when the claim comes back.
  private func checkDiagnoses(_ facts: some Facts, on date: CivilDate) throws {
    for code in diagnoses ?? [] {
      if let refusal = try facts.refusal(
        of: code, at: date, rule: "prescription.diagnosis", field: "diagnoses")
      {
        throw refusal
      }
    }
  }

  private func checkNumbers() throws {
    guard (1...3_650).contains(durationDays ?? 1) else {
      throw Refusal(
        rule: "prescription.duration", field: "durationDays",
        problem: "a prescription holds for 1 to 3650 days",
        remedy: "leave it out when it does not say")
    }
    guard (1...999).contains(visitsOrdered ?? 1) else {
      throw Refusal(
        rule: "prescription.visits", field: "visitsOrdered",
        problem: "a prescription orders 1 to 999 visits",
        remedy: "leave it out when it does not say")
    }
  }

  /// The credential as it is usually written; nil for one that may not prescribe.
  private static func spelled(_ credential: String) -> String? {
    let plain = credential.filter { $0 != "." }.uppercased()
    return credentials.first { $0.uppercased() == plain }
  }
}
