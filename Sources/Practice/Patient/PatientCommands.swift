import PracticeEvents

/// Registers a patient on a new stream.
public struct RegisterPatient: Command {
  public static let name = "register-patient"
  public static let summary = "Registers a patient under a new medical record number."
  public static let help = [
    "mrn": "medical record number; unique in the clinic",
    "sex": "M, F or U (X12 DMG03)",
    "language": "BCP 47 tag, e.g. en",
    "confirmDistinct": "whether this is another person than the one with the same name and birth "
      + "date",
  ]
  public static let roles: Set<Role> = [.frontDesk, .patient]

  public var mrn: String
  public var familyName: String
  public var givenName: String
  public var middleName: String?
  public var preferredName: String?
  public var bornOn: CivilDate
  public var sex: String?
  public var phone: E164?
  public var email: EmailAddress?
  public var addressLine1: String?
  public var addressLine2: String?
  public var city: String?
  public var state: StateCode?
  public var postalCode: PostalCode?
  public var language: String?
  public var emergencyContactName: String?
  public var emergencyContactPhone: E164?
  public var confirmDistinct: Bool?

  public init(
    mrn: String, familyName: String, givenName: String, middleName: String? = nil,
    preferredName: String? = nil, bornOn: CivilDate, sex: String? = nil, phone: E164? = nil,
    email: EmailAddress? = nil, addressLine1: String? = nil, addressLine2: String? = nil,
    city: String? = nil, state: StateCode? = nil, postalCode: PostalCode? = nil,
    language: String? = nil, emergencyContactName: String? = nil,
    emergencyContactPhone: E164? = nil,
    confirmDistinct: Bool? = nil
  ) {
    self.mrn = mrn
    self.familyName = familyName
    self.givenName = givenName
    self.middleName = middleName
    self.preferredName = preferredName
    self.bornOn = bornOn
    self.sex = sex
    self.phone = phone
    self.email = email
    self.addressLine1 = addressLine1
    self.addressLine2 = addressLine2
    self.city = city
    self.state = state
    self.postalCode = postalCode
    self.language = language
    self.emergencyContactName = emergencyContactName
    self.emergencyContactPhone = emergencyContactPhone
    self.confirmDistinct = confirmDistinct
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    try require(mrn, in: "mrn", atMost: 32)
    try require(familyName, in: "familyName", atMost: 80)
    try require(givenName, in: "givenName", atMost: 80)
    guard bornOn <= context.today else {
      throw Refusal(
        rule: "patient.bornOn", field: "bornOn", problem: "the date of birth is still to come",
        remedy: "check the year")
    }
    guard ["M", "F", "U", nil].contains(sex) else {
      throw Refusal(
        rule: "patient.sex", field: "sex", problem: "sex must be M, F or U (X12 DMG03)",
        remedy: "leave it out when it is not known")
    }
    guard try facts.owner(of: .mrn(mrn)) == nil else {
      throw Refusal(
        rule: "patient.mrn.taken", field: "mrn", problem: "this MRN is another patient's",
        remedy: "choose a new one, or use the patient who has it")
    }
    var fact = PatientRegistered()
    fact.mrn = mrn
    fact.legalName.family = familyName
    fact.legalName.given = givenName
    fact.legalName.middle = middleName ?? ""
    let alike = try facts.patients(named: fact.legalName, bornOn: bornOn.compact)
    guard alike.isEmpty || confirmDistinct == true else {
      throw Refusal(
        rule: "patient.duplicate", field: "confirmDistinct",
        problem: "a patient with this name and birth date is registered",
        remedy: "use that patient, or give confirmDistinct for another person", evidence: alike)
    }
    fact.preferredName = preferredName ?? ""
    fact.bornOn = bornOn.compact
    fact.sex = sex ?? "U"
    fact.phone = phone?.description ?? ""
    fact.email = email?.description ?? ""
    fact.address.line1 = addressLine1 ?? ""
    fact.address.line2 = addressLine2 ?? ""
    fact.address.city = city ?? ""
    fact.address.state = state?.description ?? ""
    fact.address.postalCode = postalCode?.description ?? ""
    fact.language = language ?? "en"
    fact.emergencyContactName = emergencyContactName ?? ""
    fact.emergencyContactPhone = emergencyContactPhone?.description ?? ""
    return Decision(
      [ProposedFact(context.subject(), .patientRegistered(fact))],
      warnings: alike.isEmpty
        ? [] : ["another patient has this name and birth date; they are told apart by MRN"])
  }
}

/// Records a signed consent.
public struct SignConsent: Command {
  public static let name = "sign-consent"
  public static let summary = "Records a consent that the patient signed."
  public static let help = [
    "patient": "MRN or id", "textVersion": "which text was signed, e.g. 2026-01",
    "relationship": "of the signer to the patient; self by default",
  ]
  public static let roles: Set<Role> = [.frontDesk, .therapist, .patient]

  public var patient: SubjectReference
  public var kind: ConsentChoice
  public var signedOn: CivilDate?
  public var expiresOn: CivilDate?
  public var textVersion: String?
  public var signedBy: String?
  public var relationship: String?
  public var consent: EntityID?

  public init(
    patient: SubjectReference, kind: ConsentChoice, signedOn: CivilDate? = nil,
    expiresOn: CivilDate? = nil, textVersion: String? = nil, signedBy: String? = nil,
    relationship: String? = nil, consent: EntityID? = nil
  ) {
    self.patient = patient
    self.kind = kind
    self.signedOn = signedOn
    self.expiresOn = expiresOn
    self.textVersion = textVersion
    self.signedBy = signedBy
    self.relationship = relationship
    self.consent = consent
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let patient = try facts.patientID(patient)
    var fact = ConsentSigned()
    fact.consent = try context.id(.consent, consent).description
    try facts.requireUnused(fact.consent, field: "consent")
    fact.kind = kind.kind
    fact.signedOn = try context.recentOrToday(signedOn, facts.clinic(), field: "signedOn").compact
    fact.expiresOn = expiresOn?.compact ?? 0
    fact.textVersion = textVersion ?? ""
    fact.signedBy = signedBy ?? ""
    fact.relationship = relationship ?? "self"
    guard fact.expiresOn == 0 || fact.expiresOn >= fact.signedOn else {
      throw Refusal(
        rule: "consent.dates", field: "expiresOn", problem: "it would expire before it was signed",
        remedy: "give a later day, or none")
    }
    return Decision([ProposedFact(patient, .consentSigned(fact))])
  }
}

/// How people name a kind of consent.
public enum ConsentChoice: String, WordChoice {
  case treatment, privacy, financial, noShowPolicy, assignmentOfBenefits, releaseOfInformation
  case electronicCommunication

  var kind: ConsentKind {
    switch self {
    case .treatment: .treatment
    case .privacy: .privacy
    case .financial: .financial
    case .noShowPolicy: .noShowPolicy
    case .assignmentOfBenefits: .assignmentOfBenefits
    case .releaseOfInformation: .releaseOfInformation
    case .electronicCommunication: .electronicCommunication
    }
  }
}
