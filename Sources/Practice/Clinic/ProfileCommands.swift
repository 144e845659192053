import PracticeEvents

/// The first command of a clinic: its profile, and the rules it starts with as facts.
public struct EstablishClinic: Command {
  public static let name = "establish-clinic"
  public static let summary = "Sets up a new clinic: its profile and the rules it starts with."
  public static let help = [
    "timeZone": "IANA name; every civil date of the clinic is in it",
    "npi": "organizational NPI", "ein": "employer identification number, 9 digits",
    "rooms": "treatment rooms, as people call them; Room 1 when left out",
  ]
  public static let roles: Set<Role> = [.supervisor]

  /// The first day of the default rules: since then the sales tax has been what it is. For earlier
  /// days the program's own numbers hold.
  static let rulesFrom: Int32 = 2018_01_01

  public var clinicName: String
  public var timeZone: ClinicTimeZone
  public var addressLine1: String?
  public var addressLine2: String?
  public var city: String?
  public var state: StateCode?
  public var postalCode: PostalCode?
  public var phone: E164?
  public var fax: E164?
  public var npi: NPI?
  public var ein: String?
  public var rooms: [String]?

  public init(
    clinicName: String, timeZone: ClinicTimeZone, addressLine1: String? = nil,
    addressLine2: String? = nil,
    city: String? = nil, state: StateCode? = nil, postalCode: PostalCode? = nil, phone: E164? = nil,
    fax: E164? = nil,
    npi: NPI? = nil, ein: String? = nil, rooms: [String]? = nil
  ) {
    self.clinicName = clinicName
    self.timeZone = timeZone
    self.addressLine1 = addressLine1
    self.addressLine2 = addressLine2
    self.city = city
    self.state = state
    self.postalCode = postalCode
    self.phone = phone
    self.fax = fax
    self.npi = npi
    self.ein = ein
    self.rooms = rooms
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    guard try !facts.clinic().established else {
      throw Refusal(
        rule: "clinic.established", problem: "the clinic has been set up already",
        remedy: "change it with set-practice-profile")
    }
    var profile = SitePracticeProfileSet()
    profile.name = clinicName
    profile.timeZone = timeZone.identifier
    if let address = try PostalAddress(
      line1: addressLine1, line2: addressLine2, city: city, state: state, postalCode: postalCode)
    {
      profile.address = address
    }
    profile.phone = phone?.description ?? ""
    profile.fax = fax?.description ?? ""
    profile.npi = npi?.description ?? ""
    profile.ein = ein ?? ""
    profile.rooms = rooms ?? ["Room 1"]
    let tables = DefaultRules.all.map { table in
      var fact = RuleTablePublished()
      fact.name = table.name
      fact.version = "default"
      fact.effectiveFrom = Self.rulesFrom
      fact.source = "the program's defaults"
      fact.entries = table.rules.map { rule in
        var entry = RuleTablePublished.Entry()
        entry.key = rule.key
        entry.value = Int64(rule.value)
        entry.source = rule.source
        return entry
      }
      return ProposedFact(.site, .ruleTablePublished(fact))
    }
    return Decision(
      [ProposedFact(.site, .sitePracticeProfileSet(try profile.checked()))] + tables)
  }
}

/// Changes what is known of the clinic.
public struct SetPracticeProfile: Command {
  public static let name = "set-practice-profile"
  public static let summary = "Changes the clinic's name, address, numbers or rooms."
  public static let help = [
    "addressLine1": "a new address is given as a whole",
    "rooms": "all treatment rooms, also those that stay",
    "ein": "employer identification number, 9 digits",
  ]
  public static let roles: Set<Role> = [.supervisor]

  public var clinicName: String?
  public var addressLine1: String?
  public var addressLine2: String?
  public var city: String?
  public var state: StateCode?
  public var postalCode: PostalCode?
  public var phone: E164?
  public var fax: E164?
  public var npi: NPI?
  public var ein: String?
  public var rooms: [String]?

  public init(
    clinicName: String? = nil, addressLine1: String? = nil, addressLine2: String? = nil,
    city: String? = nil, state: StateCode? = nil, postalCode: PostalCode? = nil, phone: E164? = nil,
    fax: E164? = nil, npi: NPI? = nil, ein: String? = nil, rooms: [String]? = nil
  ) {
    self.clinicName = clinicName
    self.addressLine1 = addressLine1
    self.addressLine2 = addressLine2
    self.city = city
    self.state = state
    self.postalCode = postalCode
    self.phone = phone
    self.fax = fax
    self.npi = npi
    self.ein = ein
    self.rooms = rooms
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let clinic = try facts.clinic()
    try clinic.requireEstablished()
    var profile = clinic.profile
    if let clinicName { profile.name = clinicName }
    let address = try PostalAddress(
      line1: addressLine1, line2: addressLine2, city: city, state: state, postalCode: postalCode)
    if let address { profile.address = address }
    if let phone { profile.phone = phone.description }
    if let fax { profile.fax = fax.description }
    if let npi { profile.npi = npi.description }
    if let ein { profile.ein = ein }
    if let rooms { profile.rooms = rooms }
    guard profile != clinic.profile else {
      throw Refusal(
        rule: "profile.unchanged", problem: "nothing would change",
        remedy: "give what is different")
    }
    return Decision([ProposedFact(.site, .sitePracticeProfileSet(try profile.checked()))])
  }
}

extension SitePracticeProfileSet {
  fileprivate func checked() throws -> SitePracticeProfileSet {
    try require(name, in: "clinicName", atMost: 120)
    if hasAddress {
      try require(address.line1, in: "addressLine1", atMost: 120)
      try require(address.city, in: "city", atMost: 80)
    }
    guard ein.isEmpty || ein.wholeMatch(of: /[0-9]{2}-?[0-9]{7}/) != nil else {
      throw Refusal(
        rule: "profile.ein", field: "ein", problem: "an EIN has nine digits",
        remedy: "write it as 12-3456789")
    }
    for room in rooms { try require(room, in: "rooms", atMost: 40) }
    guard !rooms.isEmpty, Set(rooms).count == rooms.count else {
      throw Refusal(
        rule: "profile.rooms", field: "rooms",
        problem: rooms.isEmpty ? "a clinic needs a room" : "two rooms have the same name",
        remedy: "give each room a name of its own")
    }
    return self
  }
}

extension ClinicState {
  /// Refuses what needs a clinic before there is one.
  func requireEstablished() throws {
    guard established else {
      throw Refusal(
        rule: "clinic.missing", problem: "the clinic has not been set up",
        remedy: "begin with establish-clinic")
    }
  }
}

extension PostalAddress {
  /// A new address, which is given as a whole; nil when no part is given.
  init?(
    line1: String?, line2: String?, city: String?, state: StateCode?, postalCode: PostalCode?
  ) throws {
    guard line1 != nil || line2 != nil || city != nil || state != nil || postalCode != nil else {
      return nil
    }
    guard let line1, let city, let state, let postalCode else {
      throw Refusal(
        rule: "address.incomplete", field: "addressLine1",
        problem: "a new address replaces the old one as a whole",
        remedy: "give addressLine1, city, state and postalCode together")
    }
    self.init()
    self.line1 = line1
    self.line2 = line2 ?? ""
    self.city = city
    self.state = state.description
    self.postalCode = postalCode.description
  }
}
