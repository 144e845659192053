import Practice
import PracticeEvents
import Projection

/// Each patient's account, what of it is open, and the money that moved each day.
public struct BalancesProjector: Projector {
  public static let name = "balances"
  public static let version: UInt32 = 3
  public static let tables = [accounts.name, open.name, cash.name]
  public static let kinds: Set<PracticeEvent.Kind>? = Set(
    PracticeEvent.Kind.catalogue.map(\.kind).filter(AccountState.concerns))

  /// Patient → the whole account.
  static let accounts = RowTable<AccountState>("accounts")
  /// Patient → what is open; no row when nothing is.
  static let open = RowTable<OpenAccount>("open")
  /// Date, position → money in or out.
  static let cash = RowTable<CashEntry>("cash")

  public init() {}

  public func apply(_ fact: RecordedFact, to rows: inout some RowWriter) throws {
    if fact.subjectKind == .patient { try fold(fact, &rows) }
    if let entry = try cashEntry(fact, rows) {
      try rows.set(entry, in: Self.cash, at: RowKey().adding(entry.on).adding(fact.position))
    }
  }

  private func fold(_ fact: RecordedFact, _ rows: inout some RowWriter) throws {
    let key = RowKey.subject(fact.subject)
    try rows.update(in: Self.accounts, at: key) { (account: inout AccountState) in
      account.apply(fact)
    }
    try rows.derive(Self.open, from: Self.accounts, at: key) { account in
      let open = OpenAccount(account)
      return open.items.isEmpty && open.unappliedCents == 0 ? nil : open
    }
  }

  private static let cashKinds: Set<PracticeEvent.Kind> = [
    .paymentReceived, .refundIssued, .packageRefunded, .paymentReversed, .remittanceReceived,
    .payerRefundIssued,
  ]

  private func cashEntry(_ fact: RecordedFact, _ rows: some RowWriter) throws -> CashEntry? {
    guard let kind = fact.kind, Self.cashKinds.contains(kind) else { return nil }
    var entry = CashEntry()
    entry.event = fact.eventID
    entry.position = fact.position
    // Not the day in the event's own fields: that may lie in a month whose books are closed.
    entry.on = fact.event.effectiveOn
    switch fact.event.fact {
    case .paymentReceived(let payment):
      entry.kind = .payment
      entry.till = payment.till
      entry.method = payment.method.text
      entry.amountCents = payment.amountCents
    case .refundIssued(let refund):
      entry.kind = .refund
      entry.till = try payment(refund.payment, fact, rows)?.received.till ?? ""
      entry.method = refund.method.text
      entry.amountCents = 0 &- refund.amountCents
    case .packageRefunded(let refund):
      entry.kind = .refund
      entry.till = try payment(refund.payment, fact, rows)?.received.till ?? ""
      entry.method = refund.method.text
      entry.amountCents = 0 &- refund.amountCents
    case .paymentReversed(let reversal):
      guard let payment = try payment(reversal.payment, fact, rows) else { return nil }
      entry.kind = .reversal
      entry.till = payment.received.till
      entry.method = payment.received.method.text
      entry.amountCents = 0 &- payment.received.amountCents
    case .remittanceReceived(let remittance):
      entry.kind = .remittance
      entry.method = "insurance"
      entry.amountCents = remittance.amountCents
    case .payerRefundIssued(let refund):
      entry.kind = .refund
      entry.method = "insurance"
      entry.amountCents = 0 &- refund.amountCents
    default:
      return nil
    }
    return entry
  }

  private func payment(
    _ id: String, _ fact: RecordedFact, _ rows: some RowWriter
  ) throws
    -> AccountState.Payment?
  {
    try rows.row(in: Self.accounts, at: .subject(fact.subject))?.payments[id]
  }
}

extension OpenAccount {
  /// What of the account is open; items in order of service date, then charge.
  init(_ account: AccountState) {
    self.init()
    let statements = account.statements.values.map(\.issuedOn).sorted()
    items = account.charges.values.compactMap { charge in
      guard charge.insuranceOpenCents != 0 || charge.patientOpenCents != 0 else { return nil }
      var item = Item()
      item.charge = charge.charge
      item.serviceOn = charge.serviceOn
      item.patientSinceOn = charge.patientOpenCents == 0 ? 0 : charge.patientSinceOn
      item.insuranceOpenCents = charge.insuranceOpenCents
      item.patientOpenCents = charge.patientOpenCents
      item.claimSubmittedOn = charge.firstSubmittedOn
      item.coverage = charge.coverage
      if charge.patientOpenCents != 0 {
        // The first since the patient owes it.
        item.statementOn = statements.first { $0 >= charge.patientSinceOn } ?? 0
      }
      return item
    }
    .sorted { ($0.serviceOn, $0.charge) < ($1.serviceOn, $1.charge) }
    unappliedCents = account.payments.values.reduce(0) { $0 &+ $1.unappliedCents }
  }
}

extension PaymentMethod {
  /// How people name it.
  public var text: String {
    switch self {
    case .cash: "cash"
    case .card: "card"
    case .check: "check"
    case .hsa: "hsa"
    case .fsa: "fsa"
    case .ach: "ach"
    case .giftCard: "gift-card"
    case .external: "external"
    case .unspecified, .UNRECOGNIZED: "unspecified"
    }
  }
}
