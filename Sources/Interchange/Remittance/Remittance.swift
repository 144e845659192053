import Practice

/// One X12 835 transaction (005010X221A1, or 004010X091A1): a payment and the claims it is for.
public struct Remittance: Sendable {
  public struct Party: Sendable, Hashable {
    public var name = ""
    /// N103, e.g. XX national provider identifier, FI federal tax number, XV or PI payer.
    public var qualifier = ""
    public var id = ""
    /// REF02 by REF01: 2U payer identification, TJ federal tax number, …
    public var references: [String: String] = [:]
    var place: X12Segment?
  }

  /// One part of a PLB segment.
  public struct ProviderAdjustment: Sendable, Hashable {
    /// WO, FB, L6, 72, CS, …
    public var code: String
    public var reference: String
    /// A positive amount reduces the payment.
    public var amount: Money
    /// PLB01.
    public var provider: String
    /// PLB02, end of the provider's fiscal year.
    public var fiscalYearEnd: CivilDate?
  }

  public struct Adjustment: Sendable, Hashable {
    public var group: AdjustmentGroupChoice
    /// Claim adjustment reason code.
    public var carc: String
    public var amount: Money
    /// Units, in thousandths.
    public var thousandths: Int64?
  }

  public struct Claim: Sendable {
    /// CLP01, the identifier that the provider gave.
    public var reference: String
    /// CLP02.
    public var status: Int
    public var charge: Money
    public var paid: Money
    public var patientResponsibility: Money?
    public var filingIndicator: String
    public var payerControlNumber: String
    public var patientMemberID = ""
    public var adjustments: [Adjustment] = []
    /// Remark codes of MOA and MIA.
    public var remarks: [String] = []
    /// AMT02 by AMT01, e.g. AU coverage amount, I interest.
    public var amounts: [String: Money] = [:]
    /// DTM02 by DTM01: 232 and 233 the claim's first and last day, 050 received.
    public var dates: [String: CivilDate] = [:]
    public var lines: [Line] = []
    /// Where it stands in the file.
    public var segment: Int
    public var line: Int
  }

  public struct Line: Sendable {
    /// HC for procedure codes; others are revenue or drug codes.
    public var qualifier: String
    /// As billed (SVC06) where the payer decided on another (SVC01).
    public var procedure: String
    public var modifiers: [String]
    /// What the payer decided on, where it is another than billed.
    public var adjudicatedProcedure: String?
    public var charge: Money
    public var paid: Money
    /// SVC05, in thousandths: `1.9` is 1900.
    public var thousandths: Int64?
    public var adjustments: [Adjustment] = []
    /// LQ with HE: remark codes.
    public var remarks: [String] = []
    /// AMT02 by AMT01: B6 is the allowed amount.
    public var amounts: [String: Money] = [:]
    /// DTM02 by DTM01: 472 the day of service, 150 and 151 first and last.
    public var dates: [String: CivilDate] = [:]
    /// REF 6R: the line's number as the provider gave it.
    public var controlNumber = ""

    public var allowed: Money? { amounts["B6"] }
    public var serviceOn: CivilDate? { dates["472"] ?? dates["150"] }
    /// Whole units; nil when there is a fraction.
    public var units: Int? {
      thousandths.flatMap { $0.isMultiple(of: 1000) ? Int($0 / 1000) : nil }
    }
  }

  /// BPR01: I with payment, H notification only, …
  public var handling = ""
  /// BPR02.
  public var amount = Money.zero
  /// BPR03 is D: the payer takes money.
  public var isDebit = false
  /// BPR04: ACH, CHK, FWT, NON, …
  public var method = ""
  /// BPR16, the day of the check or transfer; nil when it is not a day that exists.
  public var paidOn: CivilDate?
  /// DTM 405.
  public var producedOn: CivilDate?
  /// TRN02 and TRN03.
  public var traceNumber = ""
  public var originator = ""
  public var payer = Party()
  public var payee = Party()
  public var claims: [Claim] = []
  public var providerAdjustments: [ProviderAdjustment] = []
  public let implementation: String
  public let isTest: Bool

  init(implementation: String, isTest: Bool) {
    self.implementation = implementation
    self.isTest = isTest
  }
}

extension Remittance {
  /// Who is paid, with where the file says so; nil when it gives no number.
  public var payeeNumbers: NamedProvider? {
    guard let place = payee.place, !payee.id.isEmpty else { return nil }
    let taxID = payee.qualifier == "FI" ? payee.id : payee.references["TJ"] ?? ""
    return NamedProvider(
      npi: payee.qualifier == "XX" ? payee.id : "", taxID: taxID, "N1", 4, at: place)
  }

  /// What may name the payer in the clinic's records, the likeliest first.
  public var payerIDs: [String] {
    let ids = [payer.references["2U"] ?? "", payer.id, originator, String(originator.dropFirst())]
    return ids.filter { !$0.isEmpty }
  }

  /// In the clinic's terms, with the equations to check.
  ///
  /// - Parameter payer: whose advice it is; what the file says when left out.
  public func advice(payer: SubjectReference? = nil) -> RemittanceAdvice {
    RemittanceAdvice(
      payer: payer ?? SubjectReference(payerIDs.first ?? ""), traceNumber: traceNumber,
      method: method, amount: isDebit ? -amount : amount, effectiveOn: paidOn ?? producedOn,
      adjustments: providerAdjustments.map {
        Practice.ProviderAdjustment(
          code: $0.code, reference: $0.reference.isEmpty ? nil : $0.reference, amount: $0.amount)
      },
      claims: claims.map(\.payment))
  }
}

extension Remittance.Claim {
  fileprivate var payment: ClaimPayment {
    ClaimPayment(
      reference: reference, status: status, charge: charge, paid: paid,
      patientResponsibility: patientResponsibility, payerControlNumber: payerControlNumber,
      adjustments: adjustments.map(\.stated),
      lines: lines.map { line in
        ServicePayment(
          procedure: line.procedure, modifiers: line.modifiers,
          serviceOn: line.serviceOn, charge: line.charge, paid: line.paid, allowed: line.allowed,
          units: line.units, adjustments: line.adjustments.map(\.stated), rarc: line.remarks)
      }, rarc: remarks)
  }
}

extension Remittance.Adjustment {
  fileprivate var stated: LineAdjustment {
    LineAdjustment(group: group, carc: carc, amount: amount)
  }
}
