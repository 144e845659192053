import Practice

/// What one X12 271 transaction (005010X279A1, or 004010X092A1) says about one patient, or about an
/// inquiry that got no further than the payer or the provider.
public struct Eligibility: Sendable {
  /// At which level of the inquiry something stands (HL03, or the benefit within it).
  public enum Level: String, Sendable { case source, receiver, subscriber, dependent, benefit }

  /// AAA.
  public struct Rejection: Sendable, Hashable {
    public var level: Level
    /// AAA01: the request itself was valid.
    public var isValidRequest: Bool
    /// AAA03: 72 invalid member id, 75 subscriber not found, …
    public var reason: String
    /// AAA04: C correct and resubmit, R resubmit, N do not, P resubmit the original, …
    public var followUp: String
  }

  public struct Person: Sendable, Hashable {
    public var memberID = ""
    public var familyName = ""
    public var givenName = ""
    public var bornOn: CivilDate?
  }

  /// From and through, by DTP01: 291 plan, 346 plan begins, 347 plan ends, 472 service, …
  public typealias Dates = [String: DateSpan]
  public struct DateSpan: Sendable, Hashable {
    public var from: CivilDate?
    public var through: CivilDate?
  }

  /// EB with what follows it.
  public struct Benefit: Sendable {
    /// EB01: 1 to 5 active, 6 to 8 inactive, A coinsurance, B copay, C deductible, F limit, …
    public var kind: String
    /// EB02: IND, FAM, …; empty when not said.
    public var level: String
    /// EB03. Empty says nothing of any service: no other segment's types are inherited.
    public var serviceTypes: [String]
    public var insuranceType: String
    public var plan: String
    /// EB06: 23 calendar year, 25 contract, 27 visit, 29 remaining, 32 lifetime, …
    public var period: String
    public var amount: Money?
    /// EB08: the patient's share; the file writes 20 % as .2.
    public var share: Rate?
    /// EB09: VS visits, …
    public var quantityKind: String
    /// EB10.
    public var quantity: Int?
    public var authorization: AnswerChoice
    /// EB12: true in the plan's network, false out of it, nil for both or not said.
    public var isInNetwork: Bool?
    /// EB13-2, when EB13-1 is HC.
    public var procedure: String
    /// HSD segments: how much of what, in which period.
    public var deliveries: [Delivery] = []
    public var messages: [String] = []
    public var dates: Dates = [:]
    public var rejections: [Rejection] = []
    /// III02, e.g. the place of service.
    public var details: [String] = []
    /// Names in the loop LS–LE: other payers, networks, contacts.
    public var related: [String] = []
  }

  public struct Delivery: Sendable, Hashable {
    /// HSD01: VS visits, …
    public var kind: String
    public var quantity: Int?
    /// HSD05.
    public var period: String
  }

  public var level: Level
  public var payerName = ""
  public var payerID = ""
  public var providerID = ""
  /// Who asked, when the file gives a national provider identifier.
  public var provider: NamedProvider?
  public var subscriber = Person()
  public var dependent: Person?
  /// TRN02; those we sent (TRN01 is 2) first.
  public var traces: [String] = []
  /// BHT04.
  public var answeredOn: CivilDate?
  public var dates: Dates = [:]
  public var rejections: [Rejection] = []
  public var benefits: [Benefit] = []
  public var isTest = false
  /// The segment at which it begins.
  public var segment = 0

  /// Whom the answer is about.
  public var patient: Person { dependent ?? subscriber }
}
