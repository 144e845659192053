import Practice
import PracticeEvents

/// What each event did to each charge and payment of an account.
///
/// The steps are differences of the folded account, event by event, so their sum is the balance by
/// construction, whatever the kinds of events.
struct BalanceSteps {
  /// Cents of one charge or payment.
  struct Amounts: Equatable {
    var insurance: Int64 = 0
    var patient: Int64 = 0
    var credit: Int64 = 0
    var open: Int64 { insurance &+ patient &- credit }

    func change(from before: Amounts) -> Amounts {
      Amounts(
        insurance: insurance &- before.insurance, patient: patient &- before.patient,
        credit: credit &- before.credit)
    }
  }

  struct Step {
    var fact: RecordedFact
    var what: String
    var arithmetic: String
    var change: Amounts
    /// What stands open on the item after the event, cents; a credit is below zero.
    var open: Int64
  }

  /// Charges and payments in the order in which they came up, each with its steps.
  private(set) var byItem: [(item: String, steps: [Step])] = []

  init(_ history: [RecordedFact]) {
    let texts = Dictionary(
      AccountLedger.lines(of: history).map { ($0.eventID, $0.what) }, uniquingKeysWith: { $1 })
    var account = AccountState()
    var amounts: [String: Amounts] = [:]
    var places: [String: Int] = [:]
    var grounds = Grounds()
    for fact in history {
      grounds.add(fact)
      guard let what = texts[fact.eventID] else { continue }
      account.apply(fact)
      let after = account.amounts
      for item in after.keys.sorted() {
        let change = after[item, default: Amounts()]
          .change(from: amounts[item, default: Amounts()])
        guard change != Amounts() else { continue }
        let step = Step(
          fact: fact, what: what,
          arithmetic: fact.event.fact?.arithmetic(of: item, grounds) ?? "", change: change,
          open: after[item, default: Amounts()].open)
        if let place = places[item] {
          byItem[place].steps.append(step)
        } else {
          places[item] = byItem.count
          byItem.append((item, [step]))
        }
      }
      amounts = after
    }
  }
}

/// What earlier events an amount rests on.
private struct Grounds {
  /// How minutes became units, by session.
  private(set) var units: [String: (determined: UnitsDetermined, position: UInt64)] = [:]
  private var scales: [(approved: SlidingScaleApproved, position: UInt64)] = []

  mutating func add(_ fact: RecordedFact) {
    switch fact.event.fact {
    case .unitsDetermined(let determined):
      units[determined.session] = (determined, fact.position)
    case .slidingScaleApproved(let approved): scales.append((approved, fact.position))
    default: break
    }
  }

  /// The approval that a discount on a day is from: the one recorded last that covers the day.
  func scale(on day: Int32) -> (approved: SlidingScaleApproved, position: UInt64)? {
    scales.last { $0.approved.validFrom <= day && day <= $0.approved.validThrough }
  }
}

extension AccountState {
  fileprivate var amounts: [String: BalanceSteps.Amounts] {
    var amounts: [String: BalanceSteps.Amounts] = [:]
    for (id, charge) in charges {
      amounts[id] = BalanceSteps.Amounts(
        insurance: charge.insuranceOpenCents, patient: charge.patientOpenCents)
    }
    for (id, payment) in payments {
      amounts[id] = BalanceSteps.Amounts(credit: payment.unappliedCents)
    }
    return amounts
  }
}

extension Fact {
  /// How the amount comes about, with the rule behind it; empty where the amount is its own reason.
  ///
  /// - Parameter item: the charge or payment that is explained.
  fileprivate func arithmetic(of item: String, _ grounds: Grounds) -> String {
    switch self {
    case .chargePosted(let fact): return fact.arithmetic(grounds)
    case .claimAdjudicated(let fact):
      return fact.lines.first { $0.charge == item }.map { fact.arithmetic(of: $0) } ?? ""
    case .claimReversed: return "the adjudication's amounts taken back"
    case .packageRedeemed(let fact):
      return "prepaid value \(Money(cents: fact.valueCents)) + package discount "
        + "\(Money(cents: fact.discountCents)) = "
        + "\(Money(cents: fact.valueCents &+ fact.discountCents))"
    case .packageSold(let fact):
      return "price of \(fact.sessions) sessions \(Money(cents: fact.priceCents))"
    case .refundIssued(let fact): return "refunded \(Money(cents: fact.amountCents))"
    case .paymentApplied(let fact): return "applied \(Money(cents: fact.amountCents))"
    case .paymentUnapplied(let fact): return "taken off \(Money(cents: fact.amountCents))"
    case .writeOffPosted(let fact):
      return "\(fact.kind.text) write-off \(Money(cents: fact.amountCents))"
    default: return ""
    }
  }
}

extension ChargePosted {
  fileprivate func arithmetic(_ grounds: Grounds) -> String {
    let isShare = feeCentsPerUnit == 0
    var text =
      isShare
      ? "share of the \(feeScheduleVersion) = \(Money(cents: amountCents))"
      : "\(self.units) × \(Money(cents: feeCentsPerUnit)) = \(Money(cents: amountCents))"
    if discountCents != 0 { text += " − discount \(Money(cents: discountCents))" }
    if taxCents != 0 { text += " + tax \(Money(cents: taxCents))" }
    if discountCents != 0 || taxCents != 0 {
      text += " = \(Money(cents: amountCents &- discountCents &+ taxCents))"
    }
    if !isShare, !feeScheduleVersion.isEmpty { text += "; fee schedule \(feeScheduleVersion)" }
    text += rules(grounds)
    if let units = grounds.units[session],
      let line = units.determined.lines.first(where: { $0.line == self.line })
    {
      text += "; \(line.minutes) min = \(line.units) units"
      if let rule = units.determined.rule.text { text += " by the \(rule)" }
      text += " (position \(units.position))"
    }
    return text
  }

  /// By which rule versions a discount and a tax, or none, came about.
  private func rules(_ grounds: Grounds) -> String {
    var text = ""
    if discountCents != 0, let scale = grounds.scale(on: serviceOn) {
      let rate = Rate(milliPercent: Int64(scale.approved.discountRate))
      text += "; discount \(Money(cents: amountCents)) × \(rate)"
      if !scale.approved.ruleVersion.isEmpty {
        text += " by sliding scale \(scale.approved.ruleVersion)"
      }
      text += " (position \(scale.position))"
    }
    switch salesTax.treatment {
    case .assessed:
      text +=
        "; tax \(Money(cents: salesTax.taxableCents)) × "
        + "\(Rate(milliPercent: Int64(salesTax.rate))) \(salesTax.jurisdiction), "
        + "rule \(salesTax.ruleVersion)"
    case .exemptPrescribed: text += "; no sales tax: prescribed, \(salesTax.prescription)"
    case .exemptInsured, .none, .unspecified, .UNRECOGNIZED: break
    }
    return text
  }
}

extension ClaimAdjudicated {
  /// Charge − adjustments = paid; what group PR leaves to the patient is told apart.
  fileprivate func arithmetic(of line: Line) -> String {
    let reasons = line.adjustments.map {
      " − \($0.group.text)-\($0.carc) \(Money(cents: $0.amountCents))"
    }
    let text =
      "\(Money(cents: line.chargeCents))\(reasons.joined()) = paid \(Money(cents: line.paidCents))"
    if leavesOpen(line) { return text + "; denied, stays open with the insurer" }
    let own = line.adjustments.filter { $0.group == .pr }.reduce(0) { $0 &+ $1.amountCents }
    return own == 0 ? text : text + "; to the patient \(Money(cents: own))"
  }
}

extension UnitRule {
  fileprivate var text: String? {
    switch self {
    case .cmsEightMinute: "CMS 8-minute rule"
    case .amaMidpoint: "AMA midpoint rule"
    case .unspecified, .UNRECOGNIZED: nil
    }
  }
}

extension WriteOffKind {
  fileprivate var text: String {
    switch self {
    case .courtesy: "courtesy"
    case .badDebt: "bad-debt"
    case .smallBalance: "small-balance"
    case .timelyFiling: "timely-filing"
    case .charity: "charity"
    case .discount: "discount"
    case .unspecified, .UNRECOGNIZED: "other"
    }
  }
}
