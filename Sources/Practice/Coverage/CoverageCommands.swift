import PracticeEvents

/// Adds a coverage to a patient.
public struct AddCoverage: Command {
  public static let name = "add-coverage"
  public static let summary = "Adds an insurance coverage to a patient."
  public static let help = [
    "patient": "MRN or id", "payer": "payer id or stream", "rank": "primary by default",
    "relationship": "of the patient to the subscriber; self by default",
    "effectiveFrom": "first day covered; today by default",
    "effectiveThrough": "last day covered; open by default",
    "claimNumber": "of the accident, for auto and workers' compensation",
    "lossOn": "day of the accident, for auto and workers' compensation",
  ]
  public static let roles: Set<Role> = [.frontDesk, .biller, .patient]

  public var patient: SubjectReference
  public var payer: SubjectReference
  public var memberID: String
  public var groupNumber: String?
  public var planName: String?
  public var rank: CoverageRankChoice?
  public var relationship: RelationshipChoice?
  public var subscriberFamilyName: String?
  public var subscriberGivenName: String?
  public var subscriberBornOn: CivilDate?
  public var effectiveFrom: CivilDate?
  public var effectiveThrough: CivilDate?
  public var claimNumber: String?
  public var lossOn: CivilDate?
  public var coverage: EntityID?

  public init(
    patient: SubjectReference, payer: SubjectReference, memberID: String,
    groupNumber: String? = nil, planName: String? = nil, rank: CoverageRankChoice? = nil,
    relationship: RelationshipChoice? = nil, subscriberFamilyName: String? = nil,
    subscriberGivenName: String? = nil, subscriberBornOn: CivilDate? = nil,
    effectiveFrom: CivilDate? = nil, effectiveThrough: CivilDate? = nil, claimNumber: String? = nil,
    lossOn: CivilDate? = nil, coverage: EntityID? = nil
  ) {
    self.patient = patient
    self.payer = payer
    self.memberID = memberID
    self.groupNumber = groupNumber
    self.planName = planName
    self.rank = rank
    self.relationship = relationship
    self.subscriberFamilyName = subscriberFamilyName
    self.subscriberGivenName = subscriberGivenName
    self.subscriberBornOn = subscriberBornOn
    self.effectiveFrom = effectiveFrom
    self.effectiveThrough = effectiveThrough
    self.claimNumber = claimNumber
    self.lossOn = lossOn
    self.coverage = coverage
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let patient = try facts.patientID(patient)
    let payer = try facts.payerID(payer)
    try require(memberID, in: "memberID", atMost: 80)
    var fact = CoverageAdded()
    fact.coverage = try context.id(.coverage, coverage).description
    try facts.requireUnused(fact.coverage, field: "coverage")
    fact.payer = payer.description
    fact.memberID = memberID
    fact.groupNumber = groupNumber ?? ""
    fact.planName = planName ?? ""
    fact.rank = (rank ?? .primary).rank
    fact.relationship = (relationship ?? .subscriber).code
    fact.subscriberName.family = subscriberFamilyName ?? ""
    fact.subscriberName.given = subscriberGivenName ?? ""
    fact.subscriberBornOn = subscriberBornOn?.compact ?? 0
    fact.effectiveFrom = (effectiveFrom ?? context.today).compact
    fact.effectiveThrough = effectiveThrough?.compact ?? 0
    fact.claimNumber = claimNumber ?? ""
    fact.lossOn = lossOn?.compact ?? 0
    try checkDates(fact)
    try checkSubscriber(fact)
    try checkRank(fact, among: facts.patient(patient).coverage)
    let isAccident = [.autoPip, .workersCompensation].contains(
      try facts.payer(payer).current.type)
    let lacksClaim = isAccident && (fact.claimNumber.isEmpty || fact.lossOn == 0)
    return Decision(
      [ProposedFact(patient, .coverageAdded(fact))],
      warnings: lacksClaim
        ? ["claims to this payer will need the accident's claim number and date"] : [])
  }

  private func checkDates(_ fact: CoverageAdded) throws {
    guard fact.effectiveThrough == 0 || fact.effectiveThrough >= fact.effectiveFrom else {
      throw Refusal(
        rule: "coverage.dates", field: "effectiveThrough",
        problem: "it would end before it began", remedy: "give a later last day, or none")
    }
  }

  private func checkSubscriber(_ fact: CoverageAdded) throws {
    guard
      fact.relationship == RelationshipChoice.subscriber.code || !fact.subscriberName.family.isEmpty
    else {
      throw Refusal(
        rule: "coverage.subscriber", field: "subscriberFamilyName",
        problem: "the subscriber is somebody else, and is not named",
        remedy: "give the subscriber's names and date of birth as on the card")
    }
  }

  /// One coverage of a rank on any day, or nobody could say which insurer to ask first.
  private func checkRank(_ fact: CoverageAdded, among known: CoverageState) throws {
    let clash = known.coverages.values.filter {
      $0.added.rank == fact.rank
        && (fact.effectiveThrough == 0 || $0.added.effectiveFrom <= fact.effectiveThrough)
        && ($0.effectiveThrough == 0 || fact.effectiveFrom <= $0.effectiveThrough)
    }.min { $0.id < $1.id }
    guard let clash else { return }
    throw Refusal(
      rule: "coverage.rank", field: "rank",
      problem: "another coverage, \(clash.id), has this rank on some of these days",
      remedy: "terminate that one first, or choose another rank", evidence: [clash.event])
  }
}

/// Ends a coverage.
public struct TerminateCoverage: Command {
  public static let name = "terminate-coverage"
  public static let summary = "Records the last day of a coverage."
  public static let help = ["terminatedOn": "last day covered; today by default"]
  public static let roles: Set<Role> = [.frontDesk, .biller]

  public var coverage: EntityID
  public var terminatedOn: CivilDate?

  public init(coverage: EntityID, terminatedOn: CivilDate? = nil) {
    self.coverage = coverage
    self.terminatedOn = terminatedOn
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let (patient, known) = try facts.coverage(coverage)
    var fact = CoverageTerminated()
    fact.coverage = known.id
    fact.terminatedOn = (terminatedOn ?? context.today).compact
    guard fact.terminatedOn >= known.added.effectiveFrom else {
      throw Refusal(
        rule: "coverage.dates", field: "terminatedOn", problem: "it would end before it began",
        remedy: "give its first day or a later one", evidence: [known.event])
    }
    guard known.effectiveThrough == 0 || fact.terminatedOn < known.effectiveThrough else {
      throw Refusal(
        rule: "coverage.terminated", field: "terminatedOn",
        problem: "the coverage ends on that day or before it already",
        remedy: "give an earlier day, or add a new coverage", evidence: [known.event])
    }
    return Decision([ProposedFact(patient, .coverageTerminated(fact))])
  }
}

extension Facts {
  /// A coverage with its patient.
  func coverage(
    _ id: EntityID, field: String = "coverage"
  ) throws -> (
    patient: SubjectID, coverage: CoverageState.Coverage
  ) {
    let patient = try patientID(owning: id, field: field)
    guard let coverage = try self.patient(patient).coverage.coverages[id.description] else {
      throw unknownReference(field, "no coverage has this identifier")
    }
    return (patient, coverage)
  }
}
