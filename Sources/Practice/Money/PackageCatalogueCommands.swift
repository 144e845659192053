import PracticeEvents

/// What becomes of the price when sessions are given back unused.
public enum RefundPolicyChoice: String, WordChoice {
  /// The value of the sessions left.
  case proRata
  /// The price less the sessions used at the list price.
  case listPrice

  var policy: PackageRefundPolicy {
    switch self {
    case .proRata: .proRata
    case .listPrice: .listPrice
    }
  }
}

/// Puts a package on offer, or changes or withdraws it.
public struct DefinePackage: Command {
  public static let name = "define-package"
  public static let summary = "Offers a package of sessions from a day on, or withdraws it."
  public static let help = [
    "offer": "short code that people type, e.g. ten-med60",
    "service": "code of the service catalogue",
    "price": "of all sessions, before tax",
    "listUnit": "of one session without a package; the service's self-pay price when left out",
    "expiresAfterMonths": "from the sale; never when left out",
    "refundPolicy": "proRata pays back what the sessions left are worth (default); listPrice the "
      + "price less the sessions used at the list price",
    "transferable": "whether a patient may pass sessions on to another",
    "withdrawn": "no longer sold from effectiveFrom on",
  ]
  public static let roles: Set<Role> = [.biller]

  public var offer: String
  public var packageName: String
  public var service: String
  public var sessions: Int
  public var price: Money
  public var listUnit: Money?
  public var expiresAfterMonths: Int?
  public var refundPolicy: RefundPolicyChoice?
  public var transferable: Bool?
  public var effectiveFrom: CivilDate?
  public var withdrawn: Bool?

  public init(
    offer: String, packageName: String, service: String, sessions: Int, price: Money,
    listUnit: Money? = nil, expiresAfterMonths: Int? = nil,
    refundPolicy: RefundPolicyChoice? = nil, transferable: Bool? = nil,
    effectiveFrom: CivilDate? = nil, withdrawn: Bool? = nil
  ) {
    self.offer = offer
    self.packageName = packageName
    self.service = service
    self.sessions = sessions
    self.price = price
    self.listUnit = listUnit
    self.expiresAfterMonths = expiresAfterMonths
    self.refundPolicy = refundPolicy
    self.transferable = transferable
    self.effectiveFrom = effectiveFrom
    self.withdrawn = withdrawn
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    guard offer.wholeMatch(of: /[a-z][a-z0-9-]{0,23}/) != nil else {
      throw Refusal(
        rule: "package.code", field: "offer",
        problem: "a package's code has 1 to 24 small letters, digits and hyphens",
        remedy: "choose one like ten-med60")
    }
    try require(packageName, in: "packageName", atMost: 80)
    let listed = try facts.clinic().listedService(service, field: "service")
    try checkPackage(sessions: sessions, price: price)
    let listUnit = listUnit ?? Money(cents: listed.selfPayCents)
    try requirePositive(listUnit, field: "listUnit")
    guard (1...120).contains(expiresAfterMonths ?? 1) else {
      throw Refusal(
        rule: "package.expiresAfter", field: "expiresAfterMonths",
        problem: "a package expires after 1 to 120 months", remedy: "leave it out for never")
    }
    var fact = PackageDefined()
    fact.offer = offer
    fact.name = packageName
    fact.service = service
    fact.sessions = Int32(clamping: sessions)
    fact.priceCents = price.cents
    fact.listUnitCents = listUnit.cents
    fact.expiresAfterMonths = Int32(expiresAfterMonths ?? 0)
    fact.refundPolicy = (refundPolicy ?? .proRata).policy
    fact.transferable = transferable ?? false
    fact.effectiveFrom = (effectiveFrom ?? context.today).compact
    fact.withdrawn = withdrawn ?? false
    return Decision(
      [ProposedFact(.site, .packageDefined(fact), effectiveOn: effectiveFrom)],
      warnings: price > listUnit.times(sessions)
        ? ["the package costs more than its sessions one by one"] : [])
  }
}

func checkPackage(sessions: Int, price: Money) throws {
  try requirePositive(price, field: "price")
  guard (1...500).contains(sessions) else {
    throw Refusal(
      rule: "package.sessions", field: "sessions", problem: "a package has 1 to 500 sessions",
      remedy: "check the number")
  }
  guard price.cents >= Int64(sessions) else {
    throw Refusal(
      rule: "package.price", field: "price", problem: "a session would be worth nothing",
      remedy: "check the price")
  }
}

extension ClinicState {
  /// The catalogue's entry for a service code.
  func listedService(_ code: String, field: String) throws -> ServiceCatalogItemDefined {
    guard let listed = service(code) else {
      throw Refusal(
        rule: "service.unknown", field: field, problem: "the catalogue has no such service",
        remedy: "define it with define-service, or check the code")
    }
    return listed
  }
}
