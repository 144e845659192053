import PracticeEvents

/// Sells sessions in advance.
public struct SellPackage: Command {
  public static let name = "sell-package"
  public static let summary = "Sells a package of sessions that the patient pays in advance."
  public static let help = [
    "patient": "MRN or id",
    "offer": "a package of the catalogue, which has all its terms; or give them one by one",
    "service": "code of the service catalogue",
    "payment": "an earlier payment whose unapplied money pays for it",
    "method": "takes the price now; give this or payment",
    "till": "the drawer that takes it; for cash it must be open, when it is one that is counted",
    "expiresOn": "last day on which a session can be redeemed; never when left out",
    "refundPolicy": "proRata when left out; see define-package",
  ]
  public static let roles: Set<Role> = [.frontDesk, .biller]

  public var patient: SubjectReference
  public var offer: String?
  public var name: String?
  public var service: String?
  public var sessions: Int?
  public var price: Money?
  public var payment: EntityID?
  public var method: PaymentMethodChoice?
  public var reference: String?
  public var till: String?
  public var soldOn: CivilDate?
  public var expiresOn: CivilDate?
  public var refundPolicy: RefundPolicyChoice?
  public var transferable: Bool?
  public var package: EntityID?

  public init(
    patient: SubjectReference, offer: String? = nil, name: String? = nil, service: String? = nil,
    sessions: Int? = nil, price: Money? = nil, payment: EntityID? = nil,
    method: PaymentMethodChoice? = nil, reference: String? = nil, till: String? = nil,
    soldOn: CivilDate? = nil, expiresOn: CivilDate? = nil,
    refundPolicy: RefundPolicyChoice? = nil, transferable: Bool? = nil, package: EntityID? = nil
  ) {
    self.patient = patient
    self.offer = offer
    self.name = name
    self.service = service
    self.sessions = sessions
    self.price = price
    self.payment = payment
    self.method = method
    self.reference = reference
    self.till = till
    self.soldOn = soldOn
    self.expiresOn = expiresOn
    self.refundPolicy = refundPolicy
    self.transferable = transferable
    self.package = package
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let patient = try facts.patientID(patient)
    let account = try facts.patient(patient).account
    let date = try context.bookingDate(soldOn, field: "soldOn", facts)
    var fact = try terms(facts.clinic(), date)
    fact.package = try context.id(.package, package).description
    try facts.requireUnused(fact.package, field: "package")
    fact.soldOn = date.compact
    let received = try paid(Money(cents: fact.priceCents), account, date, facts, &context)
    fact.payment = received.payment
    let taken: [Fact] = payment == nil ? [.paymentReceived(received)] : []
    return Decision(
      (taken + [.packageSold(fact)]).proposed(to: patient, on: date),
      warnings: received.method.isHealthAccount ? [HealthAccountRule.packageWarning] : [])
  }

  private func terms(_ clinic: ClinicState, _ date: CivilDate) throws -> PackageSold {
    let fact = try offer.map { try offered($0, clinic, date) } ?? agreed(clinic, date)
    guard fact.expiresOn == 0 || fact.expiresOn > date.compact else {
      throw Refusal(
        rule: "package.expiresOn", field: "expiresOn", problem: "it would expire when it is sold",
        remedy: "give a later day, or none")
    }
    return fact
  }

  private func offered(
    _ offer: String, _ clinic: ClinicState, _ date: CivilDate
  ) throws -> PackageSold {
    guard name == nil, service == nil, sessions == nil, price == nil, expiresOn == nil,
      refundPolicy == nil, transferable == nil
    else {
      throw Refusal(
        rule: "package.terms", field: "offer", problem: "the offer has all the terms already",
        remedy: "leave the terms out, or the offer")
    }
    guard let offered = clinic.package(offer, on: date) else {
      throw Refusal(
        rule: "package.offer", field: "offer",
        problem: "the clinic offers no such package on \(date)",
        remedy: "define it with define-package, or check the code")
    }
    var fact = PackageSold()
    fact.offer = offer
    fact.name = offered.name
    fact.service = offered.service
    fact.sessions = offered.sessions
    fact.priceCents = offered.priceCents
    fact.listUnitCents = offered.listUnitCents
    fact.refundPolicy = offered.refundPolicy
    fact.transferable = offered.transferable
    if offered.expiresAfterMonths > 0 {
      fact.expiresOn = date.adding(months: Int(offered.expiresAfterMonths)).compact
    }
    return fact
  }

  private func agreed(_ clinic: ClinicState, _ date: CivilDate) throws -> PackageSold {
    guard let name, let service, let sessions, let price else {
      throw Refusal(
        rule: "package.terms", field: "offer",
        problem: "a package has a name, a service, a number of sessions and a price",
        remedy: "give all four, or an offer of the catalogue")
    }
    try require(name, in: "name", atMost: 80)
    try checkPackage(sessions: sessions, price: price)
    var fact = PackageSold()
    fact.name = name
    fact.service = service
    fact.sessions = Int32(clamping: sessions)
    fact.priceCents = price.cents
    fact.listUnitCents = try clinic.listedService(service, field: "service").selfPayCents
    fact.refundPolicy = (refundPolicy ?? .proRata).policy
    fact.transferable = transferable ?? false
    fact.expiresOn = expiresOn?.compact ?? 0
    return fact
  }

  /// The payment that pays for it: an earlier one with enough left, or a new one.
  private func paid(
    _ price: Money, _ account: AccountState, _ date: CivilDate, _ facts: some Facts,
    _ context: inout DecisionContext
  ) throws -> PaymentReceived {
    switch (payment, method) {
    case (let payment?, nil):
      let source = try account.payment(payment, field: "payment")
      try requireAtMost(
        source.unappliedCents, price, rule: "package.underpaid", field: "payment",
        what: "left of payment \(payment)")
      return source.received
    case (nil, let method?):
      return try PaymentTaken(amount: price, method: method, reference: reference, till: till)
        .fact(on: date, facts, &context)
    default:
      throw Refusal(
        rule: "package.payment", field: "payment",
        problem: "a package is paid by an earlier payment or by a new one",
        remedy: "give either payment or method")
    }
  }
}
