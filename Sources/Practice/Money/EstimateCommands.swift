import PracticeEvents

/// One line of an estimate.
public struct EstimateItem: Codable, Sendable {
  /// Code of the service catalogue.
  public var service: String
  public var quantity: Int
  /// For one; what the patient is charged when left out: the catalogue's self-pay price less a
  /// sliding-scale discount in force.
  public var price: Money?

  public init(service: String, quantity: Int, price: Money? = nil) {
    self.service = service
    self.quantity = quantity
    self.price = price
  }
}

/// Tells a patient what care will cost.
public struct IssueEstimate: Command {
  public static let name = "issue-estimate"
  public static let summary = "Issues a good-faith estimate to a patient who pays for care."
  public static let help = [
    "patient": "MRN or id",
    "items":
      "services, how many of each, and their prices; without a price the self-pay price less "
      + "the patient's sliding-scale discount",
    "diagnoses": "ICD-10-CM codes known so far",
    "validThrough": "at most 12 months ahead, which is the default",
    "replaces": "the estimate that this one updates",
    "serviceOn": "the first visit; the next appointment by default",
    "bookedOn": "when that visit was booked", "requestedOn": "when the patient asked for it",
    "practitioner": "who will treat; NPI or id",
  ]
  public static let roles: Set<Role> = [.frontDesk, .biller]

  public var patient: SubjectReference
  public var items: [EstimateItem]
  public var diagnoses: [ICD10CM]?
  public var issuedOn: CivilDate?
  public var validThrough: CivilDate?
  public var replaces: EntityID?
  public var serviceOn: CivilDate?
  public var bookedOn: CivilDate?
  public var requestedOn: CivilDate?
  public var practitioner: SubjectReference?
  public var estimate: EntityID?

  public init(
    patient: SubjectReference, items: [EstimateItem], diagnoses: [ICD10CM]? = nil,
    issuedOn: CivilDate? = nil, validThrough: CivilDate? = nil, replaces: EntityID? = nil,
    serviceOn: CivilDate? = nil, bookedOn: CivilDate? = nil, requestedOn: CivilDate? = nil,
    practitioner: SubjectReference? = nil, estimate: EntityID? = nil
  ) {
    self.patient = patient
    self.items = items
    self.diagnoses = diagnoses
    self.issuedOn = issuedOn
    self.validThrough = validThrough
    self.replaces = replaces
    self.serviceOn = serviceOn
    self.bookedOn = bookedOn
    self.requestedOn = requestedOn
    self.practitioner = practitioner
    self.estimate = estimate
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let patient = try facts.patientID(patient)
    let clinic = try facts.clinic()
    let date = try context.bookingDate(issuedOn, field: "issuedOn", facts)
    let days = clinic.rule("billing", "good-faith-estimate-max-days", on: date)
    let longest = date.adding(days: days)
    let validThrough = validThrough ?? longest
    guard date <= validThrough, validThrough <= longest else {
      throw Refusal(
        rule: "estimate.validThrough", field: "validThrough",
        problem: "an estimate covers at most 12 months (45 CFR 149.610(b)(1)(x))",
        remedy: "give a day up to \(longest)")
    }
    var fact = GoodFaithEstimateIssued()
    fact.estimate = try context.id(.estimate, estimate).description
    try facts.requireUnused(fact.estimate, field: "estimate")
    let state = try facts.patient(patient)
    let discount = state.account.slidingScaleDiscount(on: date)
    fact.items = try items.map { try $0.fact(clinic, discount: discount) }
    guard (1...50).contains(fact.items.count) else {
      throw Refusal(
        rule: "estimate.items", field: "items", problem: "an estimate lists 1 to 50 services",
        remedy: "give at least one item")
    }
    fact.totalCents = fact.items.reduce(0) { $0 + $1.expectedCents }
    fact.diagnosesIcd10Cm = (diagnoses ?? []).map(\.description)
    fact.issuedOn = date.compact
    fact.validThrough = validThrough.compact
    if let replaces {
      let replaced = try state.account.estimate(replaces)
      guard !state.account.estimates.contains(where: { $0.replaces == replaced.estimate }) else {
        throw Refusal(
          rule: "estimate.replaced", field: "replaces",
          problem: "another estimate has replaced it", remedy: "give the latest one")
      }
      fact.replaces = replaced.estimate
    }
    try addVisit(to: &fact, state, facts, context)
    let due = clinic.estimateDue(
      bookedOn: fact.bookedOn.civilDate, serviceOn: fact.serviceOn.civilDate,
      requestedOn: requestedOn)
    fact.dueOn = due?.compact ?? 0
    return Decision(
      [.goodFaithEstimateIssued(fact)].proposed(to: patient, on: date),
      warnings: due.map { $0 < date ? ["the patient should have had it by \($0)"] : [] } ?? [])
  }

  /// The visit it is for, as given or as booked.
  private func addVisit(
    to fact: inout GoodFaithEstimateIssued, _ state: PatientState, _ facts: some Facts,
    _ context: DecisionContext
  ) throws {
    let next = state.schedule.appointments.values
      .filter { [.booked, .confirmed].contains($0.status) && $0.dateOn >= fact.issuedOn }
      .min { ($0.startsAtUs, $0.appointment) < ($1.startsAtUs, $1.appointment) }
    fact.serviceOn = serviceOn?.compact ?? next?.dateOn ?? 0
    fact.requestedOn = requestedOn?.compact ?? 0
    if let bookedOn {
      fact.bookedOn = bookedOn.compact
    } else if serviceOn == nil, let next {
      let booked = try facts.history(tagged: .entity(EntityID(next.appointment))).first
      fact.bookedOn = booked.map { context.zone.date(of: $0.event.occurredAt.instant).compact } ?? 0
    }
    if let practitioner {
      fact.practitioner = try facts.practitionerID(practitioner).description
    } else if serviceOn == nil {
      fact.practitioner = next?.practitioner ?? ""
    }
  }
}

extension EstimateItem {
  /// 45 CFR 149.610(a)(2): an expected charge reflects the discounts for those who pay themselves.
  fileprivate func fact(
    _ clinic: ClinicState, discount: Rate
  ) throws -> GoodFaithEstimateIssued.Item {
    guard let listed = clinic.service(service) else {
      throw Refusal(
        rule: "service.unknown", field: "items", problem: "the catalogue has no such service",
        remedy: "define it with define-service, or check the code")
    }
    guard (1...500).contains(quantity) else {
      throw Refusal(
        rule: "estimate.quantity", field: "items", problem: "a quantity is 1 to 500",
        remedy: "check the number")
    }
    let list = Money(cents: listed.selfPayCents)
    let price = price ?? list - list.times(discount)
    try requirePositive(price, field: "items")
    var item = GoodFaithEstimateIssued.Item()
    item.service = service
    item.cpt = listed.defaultCpt
    item.quantity = Int32(clamping: quantity)
    item.expectedCents = price.times(quantity).cents
    return item
  }
}
