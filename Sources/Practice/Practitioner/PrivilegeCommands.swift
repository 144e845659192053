import PracticeEvents

/// Records advanced training.
public struct RecordTrainingCredential: Command {
  public static let name = "record-training-credential"
  public static let summary = "Records a practitioner's advanced training."
  public static let help = [
    "practitioner": "NPI or id", "hours": "of instruction",
    "expiresOn": "last day it holds; leave out if it does not expire",
  ]
  public static let roles: Set<Role> = [.supervisor]

  public var practitioner: SubjectReference
  public var kind: TrainingChoice
  public var issuer: String
  public var hours: Int
  public var earnedOn: CivilDate
  public var expiresOn: CivilDate?
  public var credential: EntityID?

  public init(
    practitioner: SubjectReference, kind: TrainingChoice, issuer: String, hours: Int,
    earnedOn: CivilDate, expiresOn: CivilDate? = nil, credential: EntityID? = nil
  ) {
    self.practitioner = practitioner
    self.kind = kind
    self.issuer = issuer
    self.hours = hours
    self.earnedOn = earnedOn
    self.expiresOn = expiresOn
    self.credential = credential
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let practitioner = try facts.practitionerID(practitioner)
    try require(issuer, in: "issuer", atMost: 120)
    guard (1...5_000).contains(hours) else {
      throw Refusal(
        rule: "credential.hours", field: "hours", problem: "\(hours) hours are not a course",
        remedy: "give 1 to 5000 hours")
    }
    guard earnedOn <= context.today, expiresOn.map({ earnedOn <= $0 }) ?? true else {
      throw Refusal(
        rule: "credential.dates", field: "earnedOn",
        problem: "it was earned after today or after its expiry", remedy: "check both dates")
    }
    var fact = TrainingCredentialRecorded()
    fact.credential = try context.id(.credential, credential).description
    try facts.requireUnused(fact.credential, field: "credential")
    fact.kind = kind.rawValue
    fact.issuer = issuer
    fact.hours = Int32(hours)
    fact.earnedOn = earnedOn.compact
    fact.expiresOn = expiresOn?.compact ?? 0
    return Decision([ProposedFact(practitioner, .trainingCredentialRecorded(fact))])
  }
}

/// Lets a practitioner deliver services of a class.
public struct GrantPrivilege: Command {
  public static let name = "grant-privilege"
  public static let summary = "Lets a practitioner deliver medical or relaxation massage."
  public static let help = [
    "practitioner": "NPI or id", "from": "first day; today by default",
    "serviceClass": "medical needs an unexpired medical training credential",
  ]
  public static let roles: Set<Role> = [.supervisor]

  public var practitioner: SubjectReference
  public var serviceClass: ServiceClassChoice
  public var from: CivilDate?

  public init(
    practitioner: SubjectReference, serviceClass: ServiceClassChoice, from: CivilDate? = nil
  ) {
    self.practitioner = practitioner
    self.serviceClass = serviceClass
    self.from = from
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let practitioner = try facts.practitionerID(practitioner)
    let from = from ?? context.today
    if serviceClass == .medical {
      let state = try facts.practitioner(practitioner)
      guard state.hasMedicalTraining(on: from) else {
        throw Refusal(
          rule: "privilege.training", field: "serviceClass",
          problem: "no medical training credential holds on \(from)",
          remedy: "record one of the kinds "
            + TrainingChoice.allCases.filter(\.isMedical).map(\.rawValue).joined(separator: ", "))
      }
    }
    var fact = PrivilegeGranted()
    fact.serviceClass = serviceClass.serviceClass
    fact.fromDateOn = from.compact
    return Decision([ProposedFact(practitioner, .privilegeGranted(fact), effectiveOn: from)])
  }
}

/// Takes a privilege away.
public struct RevokePrivilege: Command {
  public static let name = "revoke-privilege"
  public static let summary = "Ends a practitioner's leave to deliver services of a class."
  public static let help = [
    "practitioner": "NPI or id", "from": "first day without it; today by default",
  ]
  public static let roles: Set<Role> = [.supervisor]

  public var practitioner: SubjectReference
  public var serviceClass: ServiceClassChoice
  public var from: CivilDate?

  public init(
    practitioner: SubjectReference, serviceClass: ServiceClassChoice, from: CivilDate? = nil
  ) {
    self.practitioner = practitioner
    self.serviceClass = serviceClass
    self.from = from
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let practitioner = try facts.practitionerID(practitioner)
    let from = from ?? context.today
    let state = try facts.practitioner(practitioner)
    guard state.hasPrivilege(serviceClass.serviceClass, on: from) else {
      throw Refusal(
        rule: "privilege.none", field: "serviceClass",
        problem: "there is no such privilege on \(from)", remedy: "nothing is to be revoked")
    }
    var fact = PrivilegeRevoked()
    fact.serviceClass = serviceClass.serviceClass
    fact.fromDateOn = from.compact
    return Decision([ProposedFact(practitioner, .privilegeRevoked(fact), effectiveOn: from)])
  }
}
