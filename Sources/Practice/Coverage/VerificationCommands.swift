import PracticeEvents

/// Notes that a payer was asked.
public struct RequestVerification: Command {
  public static let name = "request-verification"
  public static let summary = "Notes that a payer was asked what it covers."
  public static let help = [
    "serviceTypes": "X12 service type codes; BE, massage therapy, by default",
    "asOf": "the day of service asked about; today by default",
  ]
  public static let roles: Set<Role> = [.frontDesk, .biller, .patient]

  public var coverage: EntityID
  public var serviceTypes: [String]?
  public var asOf: CivilDate?
  public var verification: EntityID?

  public init(
    coverage: EntityID, serviceTypes: [String]? = nil, asOf: CivilDate? = nil,
    verification: EntityID? = nil
  ) {
    self.coverage = coverage
    self.serviceTypes = serviceTypes
    self.asOf = asOf
    self.verification = verification
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let (patient, known) = try facts.coverage(coverage)
    var fact = VerificationRequested()
    fact.verification = try context.id(.verification, verification).description
    try facts.requireUnused(fact.verification, field: "verification")
    fact.coverage = known.id
    fact.serviceTypes = serviceTypes ?? ["BE"]
    fact.asOfOn = (asOf ?? context.today).compact
    return Decision([ProposedFact(patient, .verificationRequested(fact))])
  }
}

/// Records that an inquiry got no answer.
public struct RecordVerificationFailure: Command {
  public static let name = "record-verification-failure"
  public static let summary = "Records that a payer could not answer an inquiry, and why."
  public static let help = [
    "verification": "the request that failed; a new one by default",
    "rejectReason": "X12 AAA03, e.g. 72 invalid member id, 75 subscriber not found",
    "followUp": "X12 AAA04",
  ]
  public static let roles: Set<Role> = [.frontDesk, .biller]

  public var coverage: EntityID
  public var verification: EntityID?
  public var rejectReason: String
  public var followUp: FollowUpChoice

  public init(
    coverage: EntityID, verification: EntityID? = nil, rejectReason: String,
    followUp: FollowUpChoice
  ) {
    self.coverage = coverage
    self.verification = verification
    self.rejectReason = rejectReason
    self.followUp = followUp
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let (patient, known) = try facts.coverage(coverage)
    guard rejectReason.wholeMatch(of: /[0-9A-Z]{2}/) != nil else {
      throw Refusal(
        rule: "verification.rejectReason", field: "rejectReason",
        problem: "an X12 AAA03 reject reason has two characters",
        remedy: "give the code of the answer, e.g. 72")
    }
    var fact = VerificationFailed()
    fact.verification = try facts.answerID(verification, to: known, &context)
    fact.coverage = known.id
    fact.rejectReason = rejectReason
    fact.followUp = followUp.code
    return Decision([ProposedFact(patient, .verificationFailed(fact))])
  }
}

/// Takes back an answer that was recorded wrongly.
public struct VoidVerification: Command {
  public static let name = "void-verification"
  public static let summary =
    "Takes back an answer that was recorded wrongly; the right one follows."
  public static let roles: Set<Role> = [.biller]

  public var verification: EntityID

  public init(verification: EntityID) {
    self.verification = verification
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let patient = try facts.patientID(owning: verification, field: "verification")
    let id = verification.description
    let answer = try facts.patient(patient).coverage.coverages.values.lazy
      .flatMap(\.verifications).first { $0.verification == id }
    guard let answer, !answer.voided else {
      throw Refusal(
        rule: "verification.notAnswered", field: "verification",
        problem: answer == nil ? "the payer has not answered it" : "it was voided before",
        remedy: "nothing needs to be taken back")
    }
    _ = try context.requiredReason()
    var fact = VerificationVoided()
    fact.verification = id
    return Decision([
      ProposedFact(patient, .verificationVoided(fact), corrects: answer.event)
    ])
  }
}

extension Facts {
  /// The identifier of an answer: that of the open request it answers, or an unused one.
  func answerID(
    _ given: EntityID?, to coverage: CoverageState.Coverage, _ context: inout DecisionContext
  ) throws -> String {
    let id = try context.id(.verification, given).description
    if coverage.openRequests.contains(where: { $0.verification == id }) { return id }
    try requireUnused(id, field: "verification")
    return id
  }
}
