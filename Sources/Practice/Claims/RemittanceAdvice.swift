import PracticeEvents

/// A payer's advice about one payment and the claims it is for, from a file or from paper.
public struct RemittanceAdvice: Codable, Sendable {
  public var payer: SubjectReference
  /// Check or EFT number (X12 TRN02).
  public var traceNumber: String
  /// X12 BPR04: ACH, CHK, FWT, NON, …
  public var method: String
  /// X12 BPR02.
  public var amount: Money
  public var effectiveOn: CivilDate?
  /// Of the payment as a whole (X12 PLB); positive reduces it.
  public var adjustments: [ProviderAdjustment]?
  public var claims: [ClaimPayment]

  public init(
    payer: SubjectReference, traceNumber: String, method: String, amount: Money,
    effectiveOn: CivilDate? = nil, adjustments: [ProviderAdjustment]? = nil,
    claims: [ClaimPayment]
  ) {
    self.payer = payer
    self.traceNumber = traceNumber
    self.method = method
    self.amount = amount
    self.effectiveOn = effectiveOn
    self.adjustments = adjustments
    self.claims = claims
  }
}

/// What an advice says about one claim (X12 CLP).
public struct ClaimPayment: Codable, Sendable {
  /// Our claim's identifier as the payer returns it (CLP01).
  public var reference: String
  /// CLP02: 1, 2, 3 processed; 4 denied; 19, 20, 21 and forwarded; 22 reversal; …
  public var status: Int
  public var charge: Money
  public var paid: Money
  /// CLP05.
  public var patientResponsibility: Money?
  /// CLP07.
  public var payerControlNumber: String?
  /// Of the claim as a whole.
  public var adjustments: [LineAdjustment]?
  public var lines: [ServicePayment]
  /// Remark codes of the claim as a whole (MOA, MIA).
  public var rarc: [String]?

  public init(
    reference: String, status: Int, charge: Money, paid: Money,
    patientResponsibility: Money? = nil, payerControlNumber: String? = nil,
    adjustments: [LineAdjustment]? = nil, lines: [ServicePayment], rarc: [String]? = nil
  ) {
    self.reference = reference
    self.status = status
    self.charge = charge
    self.paid = paid
    self.patientResponsibility = patientResponsibility
    self.payerControlNumber = payerControlNumber
    self.adjustments = adjustments
    self.lines = lines
    self.rarc = rarc
  }
}

/// What an advice says about one line of a claim (X12 SVC).
public struct ServicePayment: Codable, Sendable {
  /// The procedure that was billed, as the payer writes it.
  public var procedure: String
  public var modifiers: [String]?
  public var serviceOn: CivilDate?
  public var charge: Money
  public var paid: Money
  public var allowed: Money?
  /// Nil when not stated, or not whole.
  public var units: Int?
  public var adjustments: [LineAdjustment]?
  public var rarc: [String]?

  public init(
    procedure: String, modifiers: [String]? = nil, serviceOn: CivilDate? = nil, charge: Money,
    paid: Money, allowed: Money? = nil, units: Int? = nil, adjustments: [LineAdjustment]? = nil,
    rarc: [String]? = nil
  ) {
    self.procedure = procedure
    self.modifiers = modifiers
    self.serviceOn = serviceOn
    self.charge = charge
    self.paid = paid
    self.allowed = allowed
    self.units = units
    self.adjustments = adjustments
    self.rarc = rarc
  }
}

/// An equation of the X12 835 that does not hold: the payer's arithmetic, or a damaged file.
public struct RemittanceImbalance: Hashable, Sendable {
  public enum Place: Hashable, Sendable {
    /// BPR02 = Σ CLP04 − Σ PLB04.
    case payment
    /// CLP04 = CLP03 − Σ CAS of the claim and its lines.
    case claim
    /// CLP03 = Σ SVC02, where the claim has lines.
    case claimCharge
    /// SVC03 = SVC02 − Σ CAS of the line, counted from 1.
    case line(Int)
  }
  public var place: Place
  public var stated: Money
  public var computed: Money

  public var text: String {
    switch place {
    case .payment: "the payment is \(stated), the claims less provider adjustments \(computed)"
    case .claim: "the claim is paid \(stated), its charge less adjustments is \(computed)"
    case .claimCharge: "the claim's charge is \(stated), its lines add up to \(computed)"
    case .line(let number):
      "line \(number) is paid \(stated), its charge less adjustments is \(computed)"
    }
  }
}

extension RemittanceAdvice {
  public var claimsPaid: Money { claims.map(\.paid).reduce(.zero, +) }
  public var providerAdjusted: Money { (adjustments ?? []).map(\.amount).reduce(.zero, +) }

  /// Nil when the payment is what its claims add up to.
  public var imbalance: RemittanceImbalance? {
    RemittanceImbalance(.payment, stated: amount, computed: claimsPaid - providerAdjusted)
  }
}

extension ClaimPayment {
  private var allAdjustments: [LineAdjustment] {
    (adjustments ?? []) + lines.flatMap { $0.adjustments ?? [] }
  }

  /// Every equation of the claim and its lines that does not hold.
  public var imbalances: [RemittanceImbalance] {
    let adjusted = allAdjustments.map(\.amount).reduce(.zero, +)
    let billed = lines.map(\.charge).reduce(.zero, +)
    let ofClaim = [
      RemittanceImbalance(.claim, stated: paid, computed: charge - adjusted),
      lines.isEmpty ? nil : RemittanceImbalance(.claimCharge, stated: charge, computed: billed),
    ]
    let ofLines = lines.enumerated().map { index, line in
      RemittanceImbalance(
        .line(index + 1), stated: line.paid,
        computed: line.charge - (line.adjustments ?? []).map(\.amount).reduce(.zero, +))
    }
    return (ofClaim + ofLines).compactMap { $0 }
  }

  /// Σ of group PR, which CLP05 should be; payers often leave it out or get it wrong.
  public var patientResponsibilityByReason: Money {
    allAdjustments.filter { $0.group == .pr }.map(\.amount).reduce(.zero, +)
  }
}

extension RemittanceImbalance {
  /// Nil when both amounts are the same.
  fileprivate init?(_ place: Place, stated: Money, computed: Money) {
    guard stated != computed else { return nil }
    self.init(place: place, stated: stated, computed: computed)
  }
}
