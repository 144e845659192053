import PracticeEvents

/// Grants a discount by income.
public struct ApproveSlidingScale: Command {
  public static let name = "approve-sliding-scale"
  public static let summary = "Grants a discount on self-pay fees by household income."
  public static let help = [
    "patient": "MRN or id", "householdSize": "people who live on the income",
    "from": "today when left out", "through": "last day; 12 months after from when left out",
  ]
  public static let roles: Set<Role> = [.biller]

  public var patient: SubjectReference
  public var householdSize: Int
  public var annualIncome: Money
  public var from: CivilDate?
  public var through: CivilDate?

  public init(
    patient: SubjectReference, householdSize: Int, annualIncome: Money, from: CivilDate? = nil,
    through: CivilDate? = nil
  ) {
    self.patient = patient
    self.householdSize = householdSize
    self.annualIncome = annualIncome
    self.from = from
    self.through = through
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let patient = try facts.patientID(patient)
    let from = from ?? context.today
    try facts.clinic().requireOpenPeriod(from, field: "from")
    let longest = from.adding(years: 1).adding(days: -1)
    let through = through ?? longest
    guard from <= through, through <= longest else {
      throw Refusal(
        rule: "slidingScale.dates", field: "through",
        problem: "an approval holds for 12 months at most", remedy: "give a day up to \(longest)")
    }
    guard (1...30).contains(householdSize), annualIncome >= .zero else {
      throw Refusal(
        rule: "slidingScale.household", field: "householdSize",
        problem: "a household has 1 to 30 people and an income of 0.00 or more",
        remedy: "check both numbers")
    }
    let rate = try SlidingScale(facts.clinic(), on: from)
      .discount(income: annualIncome, household: householdSize)
    guard rate > .zero else {
      throw Refusal(
        rule: "slidingScale.income", field: "annualIncome",
        problem: "the income is above the last tier of the clinic's table",
        remedy: "agree a payment plan instead")
    }
    var fact = SlidingScaleApproved()
    fact.discountRate = Int32(clamping: rate.milliPercent)
    fact.householdSize = Int32(clamping: householdSize)
    fact.annualIncomeCents = annualIncome.cents
    fact.validFrom = from.compact
    fact.validThrough = through.compact
    return Decision([ProposedFact(patient, .slidingScaleApproved(fact))])
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

  /// The discount of the first tier that the income is within; 0 % above the last.
  func discount(income: Money, household: Int) -> Rate {
    let guideline =
      Money(
        cents: Int64(rule("guideline-first-person-cents"))
      ) + Money(cents: Int64(rule("guideline-further-person-cents"))).times(household - 1)
    for tier in 1...9 {
      let percent = rule("tier-\(tier)-percent")
      guard percent > 0 else { break }
      if income.times(100) <= guideline.times(percent) {
        return Rate(milliPercent: Int64(rule("tier-\(tier)-discount-rate")))
      }
    }
    return .zero
  }

  private func rule(_ key: String) -> Int { clinic.rule("sliding-scale", key, on: date) }
}

extension AccountState {
  /// The discount on self-pay fees on a date, by the approval recorded last.
  public func slidingScaleDiscount(on date: CivilDate) -> Rate {
    let approval = slidingScales.last {
      ($0.validFrom...max($0.validFrom, $0.validThrough)).contains(date.compact)
    }
    return Rate(milliPercent: Int64(approval?.discountRate ?? 0))
  }
}
