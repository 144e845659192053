import PracticeEvents

/// How something reached the patient.
public enum DeliveryChoice: String, WordChoice {
  case inPerson, mail, email, portal

  var method: DeliveryMethod {
    switch self {
    case .inPerson: .inPerson
    case .mail: .mail
    case .email: .email
    case .portal: .portal
    }
  }
}

/// Notes that the patient has an estimate.
public struct DeliverEstimate: Command {
  public static let name = "deliver-estimate"
  public static let summary = "Notes when and how a patient was given a good-faith estimate."
  public static let roles: Set<Role> = [.frontDesk, .biller]

  public var estimate: EntityID
  public var method: DeliveryChoice
  public var deliveredOn: CivilDate?

  public init(estimate: EntityID, method: DeliveryChoice, deliveredOn: CivilDate? = nil) {
    self.estimate = estimate
    self.method = method
    self.deliveredOn = deliveredOn
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let (patient, state) = try facts.holder(of: estimate, .estimate, field: "estimate")
    let issued = try state.account.estimate(estimate)
    let date = deliveredOn ?? context.today
    guard issued.issuedOn <= date.compact, date <= context.today else {
      throw Refusal(
        rule: "estimate.delivered", field: "deliveredOn",
        problem: "it is before the estimate was made, or still to come",
        remedy: "give the day on which the patient had it")
    }
    guard state.account.estimatesDelivered[estimate.description] == nil else {
      throw Refusal(
        rule: "estimate.delivered", field: "estimate", problem: "its delivery is noted already",
        remedy: "nothing is left to do")
    }
    var fact = GoodFaithEstimateDelivered()
    fact.estimate = estimate.description
    fact.deliveredOn = date.compact
    fact.method = method.method
    let isLate = issued.dueOn != 0 && date.compact > issued.dueOn
    return Decision(
      [ProposedFact(patient, .goodFaithEstimateDelivered(fact))],
      warnings: isLate ? ["the estimate was due on \(try CivilDate(compact: issued.dueOn))"] : [])
  }
}

/// Notes that the patient contests a bill.
public struct DisputeEstimate: Command {
  public static let name = "dispute-estimate"
  public static let summary =
    "Notes that a patient contests a bill well above a good-faith estimate."
  public static let help = [
    "billed": "for what the estimate covers", "billedOn": "the day of the first bill",
    "disputedOn": "today when left out",
  ]
  public static let roles: Set<Role> = [.frontDesk, .biller, .patient]

  public var estimate: EntityID
  public var billed: Money
  public var billedOn: CivilDate
  public var disputedOn: CivilDate?

  public init(
    estimate: EntityID, billed: Money, billedOn: CivilDate, disputedOn: CivilDate? = nil
  ) {
    self.estimate = estimate
    self.billed = billed
    self.billedOn = billedOn
    self.disputedOn = disputedOn
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let (patient, state) = try facts.holder(of: estimate, .estimate, field: "estimate")
    let issued = try state.account.estimate(estimate)
    let clinic = try facts.clinic()
    let date = disputedOn ?? context.today
    guard billedOn <= date, date <= context.today else {
      throw Refusal(
        rule: "estimate.disputeDate", field: "disputedOn",
        problem: "it is before the bill, or still to come", remedy: "check both days")
    }
    guard issued.isDisputable(billed: billed, clinic, on: date) else {
      let line = Money(
        cents: Int64(clinic.rule("billing", "good-faith-estimate-tolerance-cents", on: date)))
      throw Refusal(
        rule: "estimate.tolerance", field: "billed",
        problem: "the bill is not \(line) or more above the \(Money(cents: issued.totalCents)) "
          + "estimated",
        remedy: "talk it over with the patient; the process of 45 CFR 149.620 is not open")
    }
    let days = clinic.rule("billing", "good-faith-estimate-dispute-days", on: date)
    guard date <= billedOn.adding(days: days) else {
      throw Refusal(
        rule: "estimate.disputeLate", field: "disputedOn",
        problem: "a bill can be contested for \(days) days",
        remedy: "talk it over with the patient; the process of 45 CFR 149.620 is not open")
    }
    var fact = GoodFaithEstimateDisputed()
    fact.estimate = estimate.description
    fact.billedCents = billed.cents
    fact.billedOn = billedOn.compact
    fact.disputedOn = date.compact
    return Decision([ProposedFact(patient, .goodFaithEstimateDisputed(fact))])
  }
}

extension GoodFaithEstimateIssued {
  /// Whether a bill is so far above the estimate that the patient may contest it (45 CFR 149.620):
  /// by 400.00 or more, as the rule says.
  public func isDisputable(billed: Money, _ clinic: ClinicState, on date: CivilDate) -> Bool {
    let line = clinic.rule("billing", "good-faith-estimate-tolerance-cents", on: date)
    return billed.cents >= totalCents &+ Int64(line)
  }
}

extension AccountState {
  func estimate(_ id: EntityID) throws -> GoodFaithEstimateIssued {
    guard let found = estimates.last(where: { $0.estimate == id.description }) else {
      throw Refusal(
        rule: "reference.unknown", field: "estimate",
        problem: "\(id) is no estimate of this patient", remedy: "check the identifier")
    }
    return found
  }

  /// The estimate in force on a day: the one issued last that no other has replaced.
  public func estimate(on date: CivilDate) -> GoodFaithEstimateIssued? {
    estimates.last { estimate in
      estimate.issuedOn <= date.compact && date.compact <= estimate.validThrough
        && !estimates.contains {
          !$0.replaces.isEmpty && $0.replaces == estimate.estimate && $0.issuedOn <= date.compact
        }
    }
  }
}
