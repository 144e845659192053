import PracticeEvents

/// Registers someone who treats, on a new stream.
public struct RegisterPractitioner: Command {
  public static let name = "register-practitioner"
  public static let summary = "Registers a massage therapist who treats in the clinic."
  public static let help = [
    "credential": "as on the licence; LMT by default",
    "npi": "National Provider Identifier; unique",
    "taxonomy": "NUCC code; 225700000X, massage therapist, by default",
    "initials": "with which the therapist signs; by default those of the name",
  ]
  public static let roles: Set<Role> = [.supervisor]

  public var familyName: String
  public var givenName: String
  public var middleName: String?
  public var npi: NPI
  public var credential: String?
  public var taxonomy: String?
  public var initials: String?
  public var employedFrom: CivilDate?

  public init(
    familyName: String, givenName: String, middleName: String? = nil, npi: NPI,
    credential: String? = nil, taxonomy: String? = nil, initials: String? = nil,
    employedFrom: CivilDate? = nil
  ) {
    self.familyName = familyName
    self.givenName = givenName
    self.middleName = middleName
    self.npi = npi
    self.credential = credential
    self.taxonomy = taxonomy
    self.initials = initials
    self.employedFrom = employedFrom
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    try require(familyName, in: "familyName", atMost: 80)
    try require(givenName, in: "givenName", atMost: 80)
    try facts.requireUnused(npi)
    var fact = PractitionerRegistered()
    fact.name.family = familyName
    fact.name.given = givenName
    fact.name.middle = middleName ?? ""
    fact.credential = credential ?? "LMT"
    fact.npi = npi.description
    fact.taxonomy = taxonomy ?? "225700000X"
    fact.initials = initials ?? "\(givenName.prefix(1))\(familyName.prefix(1))".uppercased()
    fact.employedFrom = (employedFrom ?? context.today).compact
    try require(fact.credential, in: "credential", atMost: 16)
    try require(fact.initials, in: "initials", atMost: 8)
    guard Self.isTaxonomy(fact.taxonomy) else {
      throw Refusal(
        rule: "practitioner.taxonomy", field: "taxonomy",
        problem: "a NUCC taxonomy code has ten digits and capitals and ends with X",
        remedy: "leave it out for a massage therapist")
    }
    return Decision([ProposedFact(context.subject(), .practitionerRegistered(fact))])
  }

  private static func isTaxonomy(_ code: String) -> Bool {
    code.wholeMatch(of: /[0-9A-Z]{9}X/) != nil
  }
}

/// Registers someone who refers, on a new stream.
public struct RegisterReferringProvider: Command {
  public static let name = "register-referring-provider"
  public static let summary = "Registers a doctor or other provider who refers patients."
  public static let help = [
    "npi": "National Provider Identifier; unique",
    "licenseNumber": "of the provider's own state licence",
  ]
  public static let roles: Set<Role> = [.frontDesk, .therapist, .biller]

  public var familyName: String
  public var givenName: String
  public var middleName: String?
  public var credential: ReferringCredentialChoice
  public var npi: NPI
  public var phone: E164?
  public var fax: E164?
  public var licenseNumber: String?
  public var licenseState: StateCode?

  public init(
    familyName: String, givenName: String, middleName: String? = nil,
    credential: ReferringCredentialChoice, npi: NPI, phone: E164? = nil, fax: E164? = nil,
    licenseNumber: String? = nil, licenseState: StateCode? = nil
  ) {
    self.familyName = familyName
    self.givenName = givenName
    self.middleName = middleName
    self.credential = credential
    self.npi = npi
    self.phone = phone
    self.fax = fax
    self.licenseNumber = licenseNumber
    self.licenseState = licenseState
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    try require(familyName, in: "familyName", atMost: 80)
    try require(givenName, in: "givenName", atMost: 80)
    try facts.requireUnused(npi)
    var fact = ReferringProviderRegistered()
    fact.name.family = familyName
    fact.name.given = givenName
    fact.name.middle = middleName ?? ""
    fact.credential = credential.text
    fact.npi = npi.description
    fact.phone = phone?.description ?? ""
    fact.fax = fax?.description ?? ""
    fact.licenseNumber = licenseNumber ?? ""
    fact.licenseState = licenseState?.description ?? ""
    return Decision([ProposedFact(context.subject(), .referringProviderRegistered(fact))])
  }
}

/// Who may diagnose and refer.
public enum ReferringCredentialChoice: String, WordChoice {
  case md, `do`, dc, dpm, np, pa, dds, dmd, psyD

  /// As providers write it: MD, DO, PsyD.
  var text: String { self == .psyD ? "PsyD" : rawValue.uppercased() }
}

extension Facts {
  /// One NPI, one provider: whoever treats and also refers is registered once.
  fileprivate func requireUnused(_ npi: NPI) throws {
    let holders = try history(tagged: .npi(npi.description))
    guard holders.isEmpty else {
      throw Refusal(
        rule: "npi.taken", field: "npi", problem: "another provider has this NPI",
        remedy: "use the one who is registered, or check the number",
        evidence: holders.map(\.eventID))
    }
  }
}
