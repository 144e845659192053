/// What a plan leaves to the patient of a charge, in the terms of a payment advice.
///
/// The order is the payer's: down to the allowed amount (CO-45), the deductible (PR-1), coinsurance
/// of the rest (PR-2, half a cent up), a copay of what then remains (PR-3), and the out-of-pocket
/// limit over all three.
public struct PatientResponsibility: Sendable, Hashable {
  /// What the plan says.
  public struct Plan: Sendable, Hashable {
    public var deductibleLeft: Money
    public var coinsurance: Rate
    public var copay: Money
    /// Nil is without limit.
    public var outOfPocketLeft: Money?
    /// Whether a visit with a copay does not count towards the deductible.
    public var copayBeforeDeductible: Bool
    /// Whether the clinic takes the allowed amount for full payment. Out of network without
    /// assignment it does not, and the patient owes the difference too.
    public var acceptsAllowed: Bool

    public init(
      deductibleLeft: Money = .zero, coinsurance: Rate = .zero, copay: Money = .zero,
      outOfPocketLeft: Money? = nil, copayBeforeDeductible: Bool = false,
      acceptsAllowed: Bool = true
    ) {
      self.deductibleLeft = deductibleLeft
      self.coinsurance = coinsurance
      self.copay = copay
      self.outOfPocketLeft = outOfPocketLeft
      self.copayBeforeDeductible = copayBeforeDeductible
      self.acceptsAllowed = acceptsAllowed
    }
  }

  public let charge: Money
  /// The lower of charge and fee agreed with the payer.
  public let allowed: Money
  /// CO-45: nobody owes it.
  public let contractual: Money
  /// PR-1, PR-2, PR-3, before the out-of-pocket limit.
  public let deductible: Money
  public let coinsurance: Money
  public let copay: Money
  /// What the limit takes off the three.
  public let overLimit: Money
  /// PR-45: the charge above the allowed amount, without assignment.
  public let aboveAllowed: Money

  public var patient: Money { deductible + coinsurance + copay - overLimit + aboveAllowed }
  public var payer: Money { charge - contractual - patient }

  /// - Parameters:
  ///   - charge: 0.00 or more.
  ///   - contracted: what payer and clinic, or the payer alone, set for it; 0.00 or more.
  public init(charge: Money, contracted: Money, plan: Plan) {
    self.charge = charge
    allowed = min(charge, contracted)
    let difference = charge - allowed
    contractual = plan.acceptsAllowed ? difference : .zero
    aboveAllowed = plan.acceptsAllowed ? .zero : difference
    let isPastDeductible = plan.copayBeforeDeductible && plan.copay > .zero
    deductible = isPastDeductible ? .zero : min(allowed, plan.deductibleLeft)
    coinsurance = (allowed - deductible).times(plan.coinsurance)
    copay = min(plan.copay, allowed - deductible - coinsurance)
    let whole = deductible + coinsurance + copay
    overLimit = plan.outOfPocketLeft.map { max(.zero, whole - $0) } ?? .zero
  }

  /// Each step in a sentence with its numbers, in order.
  public func steps(of plan: Plan) -> [(what: String, arithmetic: String, amount: Money)] {
    let rest = allowed - deductible
    var steps = [
      ("allowed", "the lower of the charge \(charge) and the fee set", allowed),
      (
        plan.acceptsAllowed ? "CO-45, given up" : "PR-45, above the allowed amount",
        "\(charge) − \(allowed)", charge - allowed
      ),
      (
        "PR-1 deductible",
        plan.copayBeforeDeductible && plan.copay > .zero
          ? "none: a visit with a copay is before the deductible"
          : "the lower of \(allowed) and the \(plan.deductibleLeft) left", deductible
      ),
      ("PR-2 coinsurance", "(\(allowed) − \(deductible)) × \(plan.coinsurance)", coinsurance),
      (
        "PR-3 copay", "the lower of \(plan.copay) and the \(rest - coinsurance) that remains",
        copay
      ),
    ]
    if let limit = plan.outOfPocketLeft {
      steps.append(
        ("out-of-pocket limit", "PR-1 to PR-3 no more than the \(limit) left", .zero - overLimit))
    }
    steps.append(("patient owes", "PR less the limit, and what is above the allowed", patient))
    steps.append(("payer pays", "\(charge) − \(contractual) − \(patient)", payer))
    return steps
  }
}

/// New Jersey's personal injury protection: a deductible, then a share up to a sum of bills, then
/// nothing (N.J.S.A. 39:6A-4.3; the numbers are rules of the table `auto-pip`).
public struct PIPShare: Sendable, Hashable {
  public let deductible: Money
  public let coinsurance: Rate
  /// Bills of one accident up to which the share is owed.
  public let through: Money

  public init(deductible: Money, coinsurance: Rate, through: Money) {
    self.deductible = deductible
    self.coinsurance = coinsurance
    self.through = through
  }

  public init(_ clinic: ClinicState, on date: CivilDate) {
    func rule(_ key: String) -> Int64 { Int64(clinic.rule("auto-pip", key, on: date)) }
    self.init(
      deductible: Money(cents: rule("deductible-cents")),
      coinsurance: Rate(milliPercent: rule("coinsurance-rate")),
      through: Money(cents: rule("coinsurance-through-cents")))
  }

  /// What of all bills of an accident is the patient's.
  public func patient(ofBills total: Money) -> Money {
    let own = min(total, deductible)
    return own + max(.zero, min(total, through) - deductible).times(coinsurance)
  }

  /// What of one more bill is the patient's.
  public func patient(of bill: Money, after earlier: Money) -> Money {
    patient(ofBills: earlier + bill) - patient(ofBills: earlier)
  }
}
