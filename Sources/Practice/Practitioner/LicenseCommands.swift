import PracticeEvents

/// Records a state licence of a practitioner.
public struct RecordLicense: Command {
  public static let name = "record-license"
  public static let summary = "Records a practitioner's state licence."
  public static let help = [
    "practitioner": "NPI or id", "type": "LMT by default", "board": "who issued it",
    "expiresOn": "last day it is valid",
  ]
  public static let roles: Set<Role> = [.supervisor]

  public var practitioner: SubjectReference
  public var state: StateCode
  public var number: String
  public var type: String?
  public var board: String?
  public var issuedOn: CivilDate
  public var expiresOn: CivilDate
  public var license: EntityID?

  public init(
    practitioner: SubjectReference, state: StateCode, number: String, type: String? = nil,
    board: String? = nil, issuedOn: CivilDate, expiresOn: CivilDate, license: EntityID? = nil
  ) {
    self.practitioner = practitioner
    self.state = state
    self.number = number
    self.type = type
    self.board = board
    self.issuedOn = issuedOn
    self.expiresOn = expiresOn
    self.license = license
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let practitioner = try facts.practitionerID(practitioner)
    try require(number, in: "number", atMost: 32)
    guard issuedOn <= expiresOn else {
      throw Refusal(
        rule: "license.dates", field: "expiresOn", problem: "it would expire before it was issued",
        remedy: "check both dates on the licence")
    }
    let known = try facts.practitioner(practitioner).licenses.values
    guard
      !known.contains(where: { $0.recorded.number == number && $0.recorded.state == "\(state)" })
    else {
      throw Refusal(
        rule: "license.recorded", field: "number", problem: "this licence is on file",
        remedy: "renew it with renew-license")
    }
    var fact = LicenseRecorded()
    fact.license = try context.id(.license, license).description
    try facts.requireUnused(fact.license, field: "license")
    fact.state = state.description
    fact.number = number
    fact.type = type ?? "LMT"
    fact.board = board ?? ""
    fact.issuedOn = issuedOn.compact
    fact.expiresOn = expiresOn.compact
    return Decision([ProposedFact(practitioner, .licenseRecorded(fact))])
  }
}

/// Records the renewal of a licence.
public struct RenewLicense: Command {
  public static let name = "renew-license"
  public static let summary = "Records that a licence was renewed."
  public static let help = [
    "renewedOn": "first day it holds again; a late renewal leaves the days before uncovered",
    "expiresOn": "last day it is valid now",
  ]
  public static let roles: Set<Role> = [.supervisor]

  public var license: EntityID
  public var renewedOn: CivilDate?
  public var expiresOn: CivilDate

  public init(
    license: EntityID, renewedOn: CivilDate? = nil, expiresOn: CivilDate
  ) {
    self.license = license
    self.renewedOn = renewedOn
    self.expiresOn = expiresOn
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let (practitioner, state) = try facts.license(license)
    let renewedOn = renewedOn ?? context.today
    guard expiresOn.compact > state.expiresOn, renewedOn <= expiresOn else {
      throw Refusal(
        rule: "license.renewal", field: "expiresOn",
        problem: "a renewal must reach further than the licence does already (\(state.expiresOn))",
        remedy: "give the new last day")
    }
    guard renewedOn.compact >= state.recorded.issuedOn else {
      throw Refusal(
        rule: "license.dates", field: "renewedOn",
        problem: "it would be renewed before it was issued", remedy: "check the date")
    }
    guard state.status(on: renewedOn) != .revoked else {
      throw Refusal(
        rule: "license.revoked", field: "license", problem: "a revoked licence cannot be renewed",
        remedy: "record the new licence that the board issued")
    }
    var fact = LicenseRenewed()
    fact.license = license.description
    fact.renewedOn = renewedOn.compact
    fact.expiresOn = expiresOn.compact
    return Decision([ProposedFact(practitioner, .licenseRenewed(fact), effectiveOn: renewedOn)])
  }
}

/// Records what the board did to a licence.
public struct ChangeLicenseStatus: Command {
  public static let name = "change-license-status"
  public static let summary = "Records that a licence lapsed, was suspended, revoked or restored."
  public static let help = ["from": "first day of the new status; today by default"]
  public static let roles: Set<Role> = [.supervisor]

  public var license: EntityID
  public var status: LicenseStatusChoice
  public var from: CivilDate?

  public init(
    license: EntityID, status: LicenseStatusChoice, from: CivilDate? = nil
  ) {
    self.license = license
    self.status = status
    self.from = from
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let (practitioner, state) = try facts.license(license)
    let from = from ?? context.today
    let last = state.changes.map(\.fromDateOn).max() ?? state.recorded.issuedOn
    guard from.compact >= last else {
      throw Refusal(
        rule: "license.status.order", field: "from",
        problem: "its status since \(last) is known already", remedy: "give a day from then on")
    }
    let current = state.status(on: from)
    guard current != .revoked else {
      throw Refusal(
        rule: "license.revoked", field: "status", problem: "a revoked licence stays revoked",
        remedy: "record the new licence that the board issued")
    }
    guard current != status.status else {
      throw Refusal(
        rule: "license.status.same", field: "status", problem: "it is \(status.rawValue) already",
        remedy: "nothing is to be recorded")
    }
    var fact = LicenseStatusChanged()
    fact.license = license.description
    fact.status = status.status
    fact.fromDateOn = from.compact
    return Decision([ProposedFact(practitioner, .licenseStatusChanged(fact), effectiveOn: from)])
  }
}

public enum LicenseStatusChoice: String, WordChoice {
  case active, lapsed, suspended, revoked

  var status: LicenseStatus {
    switch self {
    case .active: .active
    case .lapsed: .lapsed
    case .suspended: .suspended
    case .revoked: .revoked
    }
  }
}

extension Facts {
  /// A licence and whose it is.
  fileprivate func license(_ id: EntityID) throws -> (SubjectID, PractitionerState.License) {
    guard let holder = try owner(of: .entity(id)),
      let license = try practitioner(holder).licenses[id.description]
    else {
      throw Refusal(
        rule: "reference.unknown", field: "license", problem: "there is no licence \(id)",
        remedy: "record it with record-license")
    }
    return (holder, license)
  }
}
