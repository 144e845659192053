import PracticeEvents

/// Changes what is known of a patient as a person.
public struct ChangeDemographics: Command {
  public static let name = "change-demographics"
  public static let summary = "Changes a patient's name, date of birth or ways to be reached."
  public static let help = [
    "patient": "MRN or id", "sex": "M, F or U (X12 DMG03)",
    "addressLine1": "a new address is given as a whole",
    "clear": "what is no longer so and has no new value",
  ]
  public static let roles: Set<Role> = [.frontDesk, .patient]

  public var patient: SubjectReference
  public var familyName: String?
  public var givenName: String?
  public var middleName: String?
  public var suffix: String?
  public var preferredName: String?
  public var bornOn: CivilDate?
  public var sex: SexChoice?
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
  public var clear: [ClearableChoice]?

  public init(
    patient: SubjectReference, familyName: String? = nil, givenName: String? = nil,
    middleName: String? = nil, suffix: String? = nil, preferredName: String? = nil,
    bornOn: CivilDate? = nil, sex: SexChoice? = nil, phone: E164? = nil, email: EmailAddress? = nil,
    addressLine1: String? = nil, addressLine2: String? = nil, city: String? = nil,
    state: StateCode? = nil, postalCode: PostalCode? = nil, language: String? = nil,
    emergencyContactName: String? = nil, emergencyContactPhone: E164? = nil,
    clear: [ClearableChoice]? = nil
  ) {
    self.patient = patient
    self.familyName = familyName
    self.givenName = givenName
    self.middleName = middleName
    self.suffix = suffix
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
    self.clear = clear
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let patient = try facts.patientID(patient)
    let before = try facts.patient(patient).profile.current
    if let bornOn, bornOn > context.today {
      throw Refusal(
        rule: "patient.bornOn", field: "bornOn", problem: "the date of birth is still to come",
        remedy: "check the year")
    }
    let after = try changed(before)
    try require(after.legalName.family, in: "familyName", atMost: 80)
    try require(after.legalName.given, in: "givenName", atMost: 80)
    let fact = PatientDemographicsChanged(from: before, to: after)
    guard !fact.changed.isEmpty else {
      throw Refusal(
        rule: "demographics.unchanged", problem: "nothing would change",
        remedy: "give what is different")
    }
    return Decision([ProposedFact(patient, .patientDemographicsChanged(fact))])
  }

  private func changed(_ before: PatientRegistered) throws -> PatientRegistered {
    var after = before
    for field in clear ?? [] {
      switch field {
      case .preferredName: after.preferredName = ""
      case .phone: after.phone = ""
      case .email: after.email = ""
      case .address: after.address = PostalAddress()
      case .emergencyContactName: after.emergencyContactName = ""
      case .emergencyContactPhone: after.emergencyContactPhone = ""
      }
    }
    if let familyName { after.legalName.family = familyName }
    if let givenName { after.legalName.given = givenName }
    if let middleName { after.legalName.middle = middleName }
    if let suffix { after.legalName.suffix = suffix }
    if let preferredName { after.preferredName = preferredName }
    if let bornOn { after.bornOn = bornOn.compact }
    if let sex { after.sex = sex.rawValue }
    if let phone { after.phone = phone.description }
    if let email { after.email = email.description }
    let address = try PostalAddress(
      line1: addressLine1, line2: addressLine2, city: city, state: state, postalCode: postalCode)
    if let address { after.address = address }
    if let language { after.language = language }
    if let emergencyContactName { after.emergencyContactName = emergencyContactName }
    if let emergencyContactPhone {
      after.emergencyContactPhone = emergencyContactPhone.description
    }
    return after
  }
}

extension PatientDemographicsChanged {
  /// What differs between two states of a patient, and nothing else.
  init(from before: PatientRegistered, to after: PatientRegistered) {
    self.init()
    for field in DemographicField.allCases {
      switch field {
      case .legalName where before.legalName != after.legalName: legalName = after.legalName
      case .preferredName where before.preferredName != after.preferredName:
        preferredName = after.preferredName
      case .bornOn where before.bornOn != after.bornOn: bornOn = after.bornOn
      case .sex where before.sex != after.sex: sex = after.sex
      case .phone where before.phone != after.phone: phone = after.phone
      case .email where before.email != after.email: email = after.email
      case .address where before.address != after.address: address = after.address
      case .language where before.language != after.language: language = after.language
      case .emergencyContactName where before.emergencyContactName != after.emergencyContactName:
        emergencyContactName = after.emergencyContactName
      case .emergencyContactPhone
      where before.emergencyContactPhone != after.emergencyContactPhone:
        emergencyContactPhone = after.emergencyContactPhone
      default: continue
      }
      changed.append(field.rawValue)
    }
  }
}

/// X12 DMG03, written as there.
public enum SexChoice: String, WordChoice {
  case female = "F"
  case male = "M"
  case unknown = "U"
}

/// What can be taken back without a new value.
public enum ClearableChoice: String, WordChoice {
  case preferredName, phone, email, address, emergencyContactName, emergencyContactPhone
}
