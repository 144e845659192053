import PracticeEvents

/// Grants a discount by income.
public struct ApproveSlidingScale: Command {
  public static let name = "approve-sliding-scale"
  public static let summary = "Grants a discount on self-pay fees by household income."
  public static let help = [
    "patient": "MRN or id", "application": "the application that it answers; it has the numbers",
    "householdSize": "people who live on the income",
    "from": "today when left out", "through": "last day; 12 months after from when left out",
  ]
  public static let roles: Set<Role> = [.biller]

  public var patient: SubjectReference
  public var application: EntityID?
  public var householdSize: Int?
  public var annualIncome: Money?
  public var from: CivilDate?
  public var through: CivilDate?

  public init(
    patient: SubjectReference, application: EntityID? = nil, householdSize: Int? = nil,
    annualIncome: Money? = nil, from: CivilDate? = nil, through: CivilDate? = nil
  ) {
    self.patient = patient
    self.application = application
    self.householdSize = householdSize
    self.annualIncome = annualIncome
    self.from = from
    self.through = through
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let patient = try facts.patientID(patient)
    let from = from ?? context.today
    let longest = from.adding(years: 1).adding(days: -1)
    let through = through ?? longest
    guard from <= through, through <= longest else {
      throw Refusal(
        rule: "slidingScale.dates", field: "through",
        problem: "an approval holds for 12 months at most", remedy: "give a day up to \(longest)")
    }
    let account = try facts.patient(patient).account
    let stated = try household(account)
    let result = try SlidingScale(facts.clinic(), on: from).result(for: stated)
    guard let tier = result.tier else {
      throw Refusal(
        rule: "slidingScale.income", field: "annualIncome",
        problem: "the income is above the last tier of the clinic's table",
        remedy: "record deny-sliding-scale; agree a payment plan instead")
    }
    var fact = SlidingScaleApproved()
    fact.discountRate = Int32(clamping: tier.discount.milliPercent)
    fact.householdSize = Int32(clamping: stated.size)
    fact.annualIncomeCents = stated.income.cents
    fact.application = application?.description ?? ""
    fact.tier = Int32(clamping: tier.number)
    fact.ruleVersion = result.ruleVersion
    fact.guidelinePercent = result.guidelinePercent
    fact.renewal = account.slidingScale(on: from.adding(days: -1)) != nil
    fact.validFrom = from.compact
    fact.validThrough = through.compact
    return Decision([ProposedFact(patient, .slidingScaleApproved(fact))])
  }

  /// By the application, or as given.
  private func household(_ account: AccountState) throws -> Household {
    switch (application, householdSize, annualIncome) {
    case (let application?, nil, nil):
      return Household(try account.openApplication(application))
    case (nil, let size?, let income?): return try Household(size: size, income: income)
    default:
      throw Refusal(
        rule: "slidingScale.household", field: "application",
        problem: "household and income come from the application or from both numbers",
        remedy: "give the application, or householdSize and annualIncome")
    }
  }
}

/// Notes that a patient asks for a discount by income.
public struct ApplySlidingScale: Command {
  public static let name = "apply-sliding-scale"
  public static let summary = "Notes that a patient asks for a discount by income, with the proof."
  public static let help = [
    "patient": "MRN or id", "householdSize": "people who live on the income",
    "evidence": "what was shown: pay stubs, tax return, …",
  ]
  public static let roles: Set<Role> = [.frontDesk, .biller, .patient]

  public var patient: SubjectReference
  public var householdSize: Int
  public var annualIncome: Money
  public var evidence: String
  public var application: EntityID?

  public init(
    patient: SubjectReference, householdSize: Int, annualIncome: Money, evidence: String,
    application: EntityID? = nil
  ) {
    self.patient = patient
    self.householdSize = householdSize
    self.annualIncome = annualIncome
    self.evidence = evidence
    self.application = application
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let patient = try facts.patientID(patient)
    let stated = try Household(size: householdSize, income: annualIncome)
    try require(evidence, in: "evidence", atMost: 200)
    var fact = SlidingScaleApplied()
    fact.application = try context.id(.slidingScaleApplication, application).description
    try facts.requireUnused(fact.application, field: "application")
    fact.householdSize = Int32(clamping: stated.size)
    fact.annualIncomeCents = stated.income.cents
    fact.evidence = evidence
    fact.appliedOn = context.today.compact
    let insured = try facts.patient(patient).coverage.coverage(on: context.today) != nil
    return Decision(
      [ProposedFact(patient, .slidingScaleApplied(fact))],
      warnings: insured
        ? [
          "the discount is on self-pay fees alone: waiving an insured patient's copay or deductible "
            + "as a habit can be fraud (42 U.S.C. 1320a-7a(i)(6))"
        ] : [])
  }
}

/// Turns an application down.
public struct DenySlidingScale: Command {
  public static let name = "deny-sliding-scale"
  public static let summary = "Turns down an application for a discount by income, with the reason."
  public static let roles: Set<Role> = [.biller]

  public var application: EntityID

  public init(application: EntityID) { self.application = application }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let (patient, state) = try facts.holder(
      of: application, .slidingScaleApplication, field: "application")
    _ = try context.requiredReason()
    let applied = try state.account.openApplication(application)
    let result = try SlidingScale(facts.clinic(), on: context.today)
      .result(for: Household(applied))
    var fact = SlidingScaleDenied()
    fact.application = application.description
    fact.guidelinePercent = result.guidelinePercent
    fact.ruleVersion = result.ruleVersion
    fact.deniedOn = context.today.compact
    return Decision([ProposedFact(patient, .slidingScaleDenied(fact))])
  }
}

/// Ends a discount before its time.
public struct EndSlidingScale: Command {
  public static let name = "end-sliding-scale"
  public static let summary = "Ends a patient's discount by income before its time."
  public static let help = ["patient": "MRN or id", "endedOn": "last day; today when left out"]
  public static let roles: Set<Role> = [.biller]

  public var patient: SubjectReference
  public var endedOn: CivilDate?

  public init(patient: SubjectReference, endedOn: CivilDate? = nil) {
    self.patient = patient
    self.endedOn = endedOn
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let patient = try facts.patientID(patient)
    _ = try context.requiredReason()
    let date = endedOn ?? context.today
    guard date >= context.today, try facts.patient(patient).account.slidingScale(on: date) != nil
    else {
      throw Refusal(
        rule: "slidingScale.end", field: "endedOn",
        problem: "no discount by income is in force on that day, or it is past",
        remedy: "give today or a later day on which one holds")
    }
    var fact = SlidingScaleEnded()
    fact.endedOn = date.compact
    return Decision([ProposedFact(patient, .slidingScaleEnded(fact))])
  }
}

/// The people who live on an income, and the income of a year.
struct Household {
  let size: Int
  let income: Money

  init(size: Int, income: Money) throws {
    guard (1...30).contains(size), income >= .zero else {
      throw Refusal(
        rule: "slidingScale.household", field: "householdSize",
        problem: "a household has 1 to 30 people and an income of 0.00 or more",
        remedy: "check both numbers")
    }
    self.size = size
    self.income = income
  }

  fileprivate init(_ applied: SlidingScaleApplied) {
    size = Int(applied.householdSize)
    income = Money(cents: applied.annualIncomeCents)
  }
}

/// The clinic's table: discounts by income as a share of the poverty guideline.
struct SlidingScale {
  private let clinic: ClinicState
  private let date: CivilDate

  init(_ clinic: ClinicState, on date: CivilDate) {
    self.clinic = clinic
    self.date = date
  }

  struct Result {
    /// The first tier that the income is within; nil above the last.
    var tier: (number: Int, discount: Rate)?
    /// The income in percent of the guideline, rounded up.
    var guidelinePercent: Int32
    var ruleVersion: String
  }

  func result(for household: Household) -> Result {
    let guideline =
      Money(cents: Int64(rule("guideline-first-person-cents")))
      + Money(cents: Int64(rule("guideline-further-person-cents"))).times(household.size - 1)
    let whole = max(1, Int128(guideline.cents))
    let percent = (Int128(household.income.cents) * 100 + whole - 1) / whole
    var result = Result(
      guidelinePercent: Int32(clamping: percent),
      ruleVersion: clinic.ruleVersion("sliding-scale", "guideline-first-person-cents", on: date))
    for tier in 1...9 {
      let limit = rule("tier-\(tier)-percent")
      guard limit > 0 else { break }
      if household.income.times(100) <= guideline.times(limit) {
        let discount = Rate(milliPercent: Int64(rule("tier-\(tier)-discount-rate")))
        if discount > .zero { result.tier = (tier, discount) }
        break
      }
    }
    return result
  }

  private func rule(_ key: String) -> Int { clinic.rule("sliding-scale", key, on: date) }
}

extension AccountState {
  /// An application that was neither approved nor denied.
  func openApplication(_ id: EntityID) throws -> SlidingScaleApplied {
    guard let found = slidingScaleApplications[id.description], !found.answered else {
      throw Refusal(
        rule: "slidingScale.application", field: "application",
        problem: "\(id) is no open application of this patient",
        remedy: "check the identifier, or record a new one with apply-sliding-scale")
    }
    return found.applied
  }

  /// The discount on self-pay fees on a date, by the approval recorded last.
  public func slidingScaleDiscount(on date: CivilDate) -> Rate {
    Rate(milliPercent: Int64(slidingScale(on: date)?.discountRate ?? 0))
  }

  /// The approval in force on a date: the one recorded last, unless it was ended before.
  public func slidingScale(on date: CivilDate) -> SlidingScaleApproved? {
    let index = slidingScales.lastIndex {
      ($0.validFrom...max($0.validFrom, $0.validThrough)).contains(date.compact)
    }
    guard let index,
      !slidingScaleEnds.contains(where: { $0.approvals > index && $0.endedOn < date.compact })
    else { return nil }
    return slidingScales[index]
  }
}
