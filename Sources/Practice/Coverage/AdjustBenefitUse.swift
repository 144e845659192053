import PracticeEvents

/// Records what other providers used up of a plan's visit limit.
public struct AdjustBenefitUse: Command {
  public static let name = "adjust-benefit-use"
  public static let summary =
    "Records visits at other providers that count against a plan's visit limit."
  public static let help = [
    "visitsElsewhere": "at other providers since the benefit period began, in all",
    "serviceType": "X12 service type of the limit; BE, massage therapy, by default",
    "asOf": "the day up to which they are counted; today by default",
    "source": "who said so, e.g. the patient, or the payer by phone",
  ]
  public static let roles: Set<Role> = [.frontDesk, .biller]

  public var coverage: EntityID
  public var visitsElsewhere: Int
  public var source: String
  public var serviceType: String?
  public var asOf: CivilDate?

  public init(
    coverage: EntityID, visitsElsewhere: Int, source: String, serviceType: String? = nil,
    asOf: CivilDate? = nil
  ) {
    self.coverage = coverage
    self.visitsElsewhere = visitsElsewhere
    self.source = source
    self.serviceType = serviceType
    self.asOf = asOf
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let (patient, known) = try facts.coverage(coverage)
    try require(source, in: "source", atMost: 120)
    guard (0...9_999).contains(visitsElsewhere) else {
      throw Refusal(
        rule: "verification.numbers", field: "visitsElsewhere",
        problem: "a count of visits is 0 to 9999", remedy: "correct the number")
    }
    let date = try context.pastOrToday(asOf, field: "asOf")
    let type = serviceType ?? "BE"
    let answer = known.latestAnswer(on: date) { answer in
      answer.benefits.contains { $0.serviceType == type && $0.visitLimit > 0 }
    }
    guard let answer else {
      throw Refusal(
        rule: "benefit.noLimit", field: "serviceType",
        problem: "the payer has stated no visit limit for service type \(type) by \(date)",
        remedy: "record what it says with `verify-insurance --visit-limit`",
        evidence: [known.event])
    }
    guard date.compact >= answer.verified.verifiedOn else {
      throw Refusal(
        rule: "benefit.superseded", field: "asOf",
        problem: "the payer's answer of a later day counts these visits already",
        remedy: "give a day on or after the answer's", evidence: [answer.event])
    }
    var fact = BenefitAccumulatorAdjusted()
    fact.coverage = known.id
    fact.serviceType = type
    fact.visitsElsewhere = Int32(visitsElsewhere)
    fact.asOfOn = date.compact
    fact.source = source
    return Decision([ProposedFact(patient, .benefitAccumulatorAdjusted(fact), effectiveOn: date)])
  }
}
