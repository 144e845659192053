import PracticeEvents

/// Records what a payer answered, good or bad.
///
/// One verb for every answer: `active: no` records `InactiveCoverageFound`, everything else
/// `InsuranceVerified`, whose `unknown` answers clear nothing. The flags describe one benefit; a plan
/// with several gives `benefits` in the command's JSON form instead.
public struct VerifyInsurance: Command {
  public static let name = "verify-insurance"
  public static let summary = "Records what the payer said about a coverage, good or bad."
  public static let help = [
    "verification": "the request that this answers; a new one by default",
    "active": "whether coverage is active; `no` closes the gate",
    "verifiedOn": "day of the answer; today by default",
    "asOf": "the day of service asked about; the day of the answer by default",
    "inactiveFrom": "with `active: no`: first day without coverage; the day asked about by default",
    "lmtCovered": "whether the plan pays massage therapists",
    "serviceType": "X12 service type of the benefit; BE, massage therapy, by default",
    "cpt": "the code that the benefit is for; every code by default",
    "covered": "whether the benefit is covered; yes by default",
    "coinsurance": "the patient's share, e.g. 20%",
    "visitsUsed": "by all providers, as of the answer",
    "combinedWith": "service types that share the visit limit, e.g. PT,AD; none by default",
    "goodThrough": "last day to rely on it; by default the end of the month of the answer, or "
      + "`clearance.verification-max-age-days` after it where `verification-same-month` is 0",
    "planBeginsOn": "first day of the plan year, where it is not 1 January",
    "benefits": "several benefits instead of the flags (JSON form only)",
  ]
  public static let roles: Set<Role> = [.frontDesk, .biller]

  /// One benefit of a plan.
  public struct Benefit: Codable, Hashable, Sendable {
    public var serviceType: String?
    public var cpt: ProcedureCode?
    public var covered: AnswerChoice?
    public var copay: Money?
    public var coinsurance: Rate?
    public var deductibleLeft: Money?
    public var outOfPocketLeft: Money?
    public var visitLimit: Int?
    public var visitLimitPeriod: BenefitPeriodChoice?
    public var visitsUsed: Int?
    public var visitsRemaining: Int?
    /// Other service types that share the limit.
    public var combinedWith: [String]?

    public init(
      serviceType: String? = nil, cpt: ProcedureCode? = nil, covered: AnswerChoice? = nil,
      copay: Money? = nil, coinsurance: Rate? = nil, deductibleLeft: Money? = nil,
      outOfPocketLeft: Money? = nil, visitLimit: Int? = nil,
      visitLimitPeriod: BenefitPeriodChoice? = nil, visitsUsed: Int? = nil,
      visitsRemaining: Int? = nil, combinedWith: [String]? = nil
    ) {
      self.serviceType = serviceType
      self.cpt = cpt
      self.covered = covered
      self.copay = copay
      self.coinsurance = coinsurance
      self.deductibleLeft = deductibleLeft
      self.outOfPocketLeft = outOfPocketLeft
      self.visitLimit = visitLimit
      self.visitLimitPeriod = visitLimitPeriod
      self.visitsUsed = visitsUsed
      self.visitsRemaining = visitsRemaining
      self.combinedWith = combinedWith
    }
  }

  public var coverage: EntityID
  public var active: AnswerChoice
  public var verification: EntityID?
  public var verifiedOn: CivilDate?
  public var asOf: CivilDate?
  public var inactiveFrom: CivilDate?
  public var referenceNumber: String?
  public var representative: String?
  public var inNetwork: AnswerChoice?
  public var authorizationRequired: AnswerChoice?
  public var referralRequired: AnswerChoice?
  public var lmtCovered: AnswerChoice?
  public var serviceType: String?
  public var cpt: ProcedureCode?
  public var covered: AnswerChoice?
  public var copay: Money?
  public var coinsurance: Rate?
  public var deductibleLeft: Money?
  public var outOfPocketLeft: Money?
  public var visitLimit: Int?
  public var visitLimitPeriod: BenefitPeriodChoice?
  public var visitsUsed: Int?
  public var visitsRemaining: Int?
  public var combinedWith: [String]?
  public var goodThrough: CivilDate?
  public var planBeginsOn: CivilDate?
  public var benefits: [Benefit]?

  public init(
    coverage: EntityID, active: AnswerChoice, verification: EntityID? = nil,
    verifiedOn: CivilDate? = nil, asOf: CivilDate? = nil, inactiveFrom: CivilDate? = nil,
    referenceNumber: String? = nil, representative: String? = nil, inNetwork: AnswerChoice? = nil,
    authorizationRequired: AnswerChoice? = nil, referralRequired: AnswerChoice? = nil,
    lmtCovered: AnswerChoice? = nil, serviceType: String? = nil, cpt: ProcedureCode? = nil,
    covered: AnswerChoice? = nil, copay: Money? = nil, coinsurance: Rate? = nil,
    deductibleLeft: Money? = nil, outOfPocketLeft: Money? = nil, visitLimit: Int? = nil,
    visitLimitPeriod: BenefitPeriodChoice? = nil, visitsUsed: Int? = nil,
    visitsRemaining: Int? = nil, combinedWith: [String]? = nil, goodThrough: CivilDate? = nil,
    planBeginsOn: CivilDate? = nil, benefits: [Benefit]? = nil
  ) {
    self.coverage = coverage
    self.active = active
    self.verification = verification
    self.verifiedOn = verifiedOn
    self.asOf = asOf
    self.inactiveFrom = inactiveFrom
    self.referenceNumber = referenceNumber
    self.representative = representative
    self.inNetwork = inNetwork
    self.authorizationRequired = authorizationRequired
    self.referralRequired = referralRequired
    self.lmtCovered = lmtCovered
    self.serviceType = serviceType
    self.cpt = cpt
    self.covered = covered
    self.copay = copay
    self.coinsurance = coinsurance
    self.deductibleLeft = deductibleLeft
    self.outOfPocketLeft = outOfPocketLeft
    self.visitLimit = visitLimit
    self.visitLimitPeriod = visitLimitPeriod
    self.visitsUsed = visitsUsed
    self.visitsRemaining = visitsRemaining
    self.combinedWith = combinedWith
    self.goodThrough = goodThrough
    self.planBeginsOn = planBeginsOn
    self.benefits = benefits
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let (patient, known) = try facts.coverage(coverage)
    let id = try facts.answerID(verification, to: known, &context)
    let verifiedOn = try context.recentOrToday(verifiedOn, facts.clinic(), field: "verifiedOn")
    guard active != .no else {
      var fact = InactiveCoverageFound()
      fact.verification = id
      fact.coverage = known.id
      fact.verifiedOn = verifiedOn.compact
      fact.inactiveFrom = (inactiveFrom ?? asOf ?? verifiedOn).compact
      return Decision([ProposedFact(patient, .inactiveCoverageFound(fact))])
    }
    var fact = InsuranceVerified()
    fact.verification = id
    fact.coverage = known.id
    fact.verifiedOn = verifiedOn.compact
    fact.asOfOn = (asOf ?? verifiedOn).compact
    fact.referenceNumber = referenceNumber ?? ""
    fact.representative = representative ?? ""
    fact.active = active.answer
    fact.inNetwork = (inNetwork ?? .unknown).answer
    fact.authorizationRequired = (authorizationRequired ?? .unknown).answer
    fact.referralRequired = (referralRequired ?? .unknown).answer
    fact.lmtCovered = (lmtCovered ?? .unknown).answer
    fact.benefits = try statedBenefits().map { try $0.stated() }
    fact.planBeginsOn = planBeginsOn?.compact ?? 0
    let lastDay = try goodThrough ?? usualLastDay(facts.clinic(), verifiedOn)
    guard lastDay >= verifiedOn else {
      throw Refusal(
        rule: "verification.dates", field: "goodThrough",
        problem: "the answer would be worthless before it came",
        remedy: "give the day of the answer or a later one")
    }
    fact.goodThrough = lastDay.compact
    return Decision([ProposedFact(patient, .insuranceVerified(fact))])
  }

  private func usualLastDay(_ clinic: ClinicState, _ verifiedOn: CivilDate) -> CivilDate {
    guard clinic.rule("clearance", "verification-same-month", on: verifiedOn) == 0 else {
      return verifiedOn.endOfMonth
    }
    return verifiedOn.adding(
      days: clinic.rule("clearance", "verification-max-age-days", on: verifiedOn))
  }

  private func statedBenefits() throws -> [Benefit] {
    let single = Benefit(
      serviceType: serviceType, cpt: cpt, covered: covered, copay: copay, coinsurance: coinsurance,
      deductibleLeft: deductibleLeft, outOfPocketLeft: outOfPocketLeft, visitLimit: visitLimit,
      visitLimitPeriod: visitLimitPeriod, visitsUsed: visitsUsed, visitsRemaining: visitsRemaining,
      combinedWith: combinedWith)
    guard let benefits, !benefits.isEmpty else { return single.saysSomething ? [single] : [] }
    guard !single.saysSomething else {
      throw Refusal(
        rule: "verification.benefits", field: "benefits",
        problem: "the benefits are given both as a list and as single fields",
        remedy: "put all of them into the list")
    }
    return benefits
  }
}

extension VerifyInsurance.Benefit {
  fileprivate var saysSomething: Bool {
    let stated: [Any?] = [
      serviceType, cpt, covered, copay, coinsurance, deductibleLeft, outOfPocketLeft, visitLimit,
      visitLimitPeriod, visitsUsed, visitsRemaining, combinedWith,
    ]
    return stated.contains { $0 != nil }
  }

  fileprivate func stated() throws -> InsuranceVerified.Benefit {
    let amounts = [copay, deductibleLeft, outOfPocketLeft].compactMap { $0 }
    let counts = [visitLimit, visitsUsed, visitsRemaining].compactMap { $0 }
    guard amounts.allSatisfy({ $0 >= .zero }), counts.allSatisfy({ (0...9_999).contains($0) })
    else {
      throw Refusal(
        rule: "verification.numbers", field: "benefits",
        problem: "amounts must not be negative, counts of visits must be 0 to 9999",
        remedy: "leave out what the payer did not say")
    }
    try checkLimit()
    guard (Rate.zero...Rate.whole).contains(coinsurance ?? .zero) else {
      throw Refusal(
        rule: "verification.coinsurance", field: "coinsurance",
        problem: "the patient's share is 0% to 100%", remedy: "write it like 20%")
    }
    var benefit = InsuranceVerified.Benefit()
    benefit.serviceType = serviceType ?? "BE"
    benefit.cpt = cpt?.description ?? ""
    benefit.covered = (covered ?? .yes).answer
    benefit.copayCents = copay?.cents ?? 0
    benefit.copayKnown = copay != nil
    benefit.coinsuranceKnown = coinsurance != nil
    benefit.deductibleKnown = deductibleLeft != nil
    benefit.coinsuranceRate = Int32(clamping: coinsurance?.milliPercent ?? 0)
    benefit.deductibleRemainingCents = deductibleLeft?.cents ?? 0
    benefit.outOfPocketRemainingCents = outOfPocketLeft?.cents ?? 0
    benefit.outOfPocketKnown = outOfPocketLeft != nil
    benefit.visitLimit = Int32(visitLimit ?? 0)
    benefit.visitLimitPeriod =
      visitLimit == nil ? .unspecified : (visitLimitPeriod ?? .calendarYear).period
    benefit.visitsUsed = Int32(visitsUsed ?? 0)
    benefit.visitsRemaining = Int32(visitsRemaining ?? 0)
    benefit.visitsRemainingKnown = visitsRemaining != nil
    benefit.combinedWith = combinedWith ?? []
    return benefit
  }

  private func checkLimit() throws {
    let isStated = visitLimit != nil || visitsRemaining != nil
    if let used = visitsUsed ?? visitsRemaining, let visitLimit, used > visitLimit {
      throw Refusal(
        rule: "verification.numbers", field: visitsUsed == nil ? "visitsRemaining" : "visitsUsed",
        problem: "\(used) visits are more than the limit of \(visitLimit)",
        remedy: "ask the payer again: limit, used and remaining must agree")
    }
    if let visitLimit, let visitsUsed, let visitsRemaining,
      visitsUsed + visitsRemaining != visitLimit
    {
      throw Refusal(
        rule: "verification.numbers", field: "visitsRemaining",
        problem: "\(visitsUsed) used and \(visitsRemaining) remaining are not \(visitLimit)",
        remedy: "ask the payer again, or leave out what it did not say")
    }
    let types = combinedWith ?? []
    guard types.allSatisfy({ $0.wholeMatch(of: /[0-9A-Z]{1,2}/) != nil }),
      Set(types).count == types.count, !types.contains(serviceType ?? "BE")
    else {
      throw Refusal(
        rule: "verification.serviceType", field: "combinedWith",
        problem: "it is a list of other X12 service types, each once", remedy: "write it like PT,AD"
      )
    }
    guard types.isEmpty || isStated else {
      throw Refusal(
        rule: "verification.combined", field: "combinedWith",
        problem: "nothing is shared without a visit limit",
        remedy: "give the limit, or the visits that remain")
    }
  }
}
