import PracticeEvents

/// X12 BPR04.
public enum RemittanceMethodChoice: String, WordChoice {
  case ach, check, wire, none

  var code: String {
    switch self {
    case .ach: "ACH"
    case .check: "CHK"
    case .wire: "FWT"
    case .none: "NON"
    }
  }
}

/// An adjustment of the whole payment, which belongs to no claim (X12 PLB).
public struct ProviderAdjustment: Codable, Sendable {
  /// PLB03-1: WO, FB, L6, …
  public var code: String
  public var reference: String?
  /// As in the 835: a positive amount reduces the payment.
  public var amount: Money

  public init(code: String, reference: String? = nil, amount: Money) {
    self.code = code
    self.reference = reference
    self.amount = amount
  }
}

/// Records a payer's payment advice.
public struct ReceiveRemittance: Command {
  public static let name = "receive-remittance"
  public static let summary = "Records a payer's payment advice (X12 835 or paper)."
  public static let help = [
    "payer": "payer id or stream", "traceNumber": "check or EFT number, X12 TRN02",
    "adjustments": "of the payment as a whole (PLB); positive reduces it",
  ]
  public static let roles: Set<Role> = [.biller]

  public var payer: SubjectReference
  public var traceNumber: String
  public var method: RemittanceMethodChoice
  public var amount: Money
  public var effectiveOn: CivilDate?
  public var adjustments: [ProviderAdjustment]?
  public var remittance: EntityID?

  public init(
    payer: SubjectReference, traceNumber: String, method: RemittanceMethodChoice, amount: Money,
    effectiveOn: CivilDate? = nil, adjustments: [ProviderAdjustment]? = nil,
    remittance: EntityID? = nil
  ) {
    self.payer = payer
    self.traceNumber = traceNumber
    self.method = method
    self.amount = amount
    self.effectiveOn = effectiveOn
    self.adjustments = adjustments
    self.remittance = remittance
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let payer = try facts.payerID(payer)
    // Advices come some days before the money, so the date may lie ahead.
    let date = effectiveOn ?? context.today
    let fact = try fact(of: payer, on: date, facts, &context)
    return Decision([.remittanceReceived(fact)].proposed(to: payer, on: date))
  }

  /// The advice, checked against those recorded before.
  func fact(
    of payer: SubjectID, on date: CivilDate, _ facts: some Facts,
    _ context: inout DecisionContext
  ) throws -> RemittanceReceived {
    try require(traceNumber, in: "traceNumber", atMost: 50)
    let earlier = try facts.history(tagged: .remittanceTrace(traceNumber))
      .filter { $0.subject == payer }
    guard earlier.isEmpty else {
      throw Refusal(
        rule: "remittance.duplicate", field: "traceNumber",
        problem: "an advice of this payer with this trace number is recorded",
        remedy: "nothing is left to do; see the event", evidence: earlier.map(\.eventID))
    }
    guard amount >= .zero, amount == .zero || method != .none else {
      throw Refusal(
        rule: "remittance.amount", field: "amount",
        problem: "an advice pays 0.00 or more, and method none pays nothing",
        remedy: "give what was paid; recoveries go in adjustments")
    }
    var fact = RemittanceReceived()
    fact.remittance = try context.id(.remittance, remittance).description
    try facts.requireUnused(fact.remittance, field: "remittance")
    fact.traceNumber = traceNumber
    fact.method = method.code
    fact.amountCents = amount.cents
    fact.effectiveOn = date.compact
    fact.providerLevelAdjustments = try (adjustments ?? []).map { try $0.fact() }
    return fact
  }
}

extension ProviderAdjustment {
  fileprivate func fact() throws -> RemittanceReceived.ProviderLevelAdjustment {
    try require(code, in: "code", atMost: 2)
    if let reference { try require(reference, in: "reference", atMost: 50) }
    var fact = RemittanceReceived.ProviderLevelAdjustment()
    fact.code = code
    fact.reference = reference ?? ""
    fact.amountCents = amount.cents
    return fact
  }
}
