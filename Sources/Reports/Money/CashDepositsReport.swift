import Practice
import PracticeEvents
import Projection
import ReadModels

public enum CashDepositsReport: Report {
  public static let name = "cash.deposits"
  public static let title = "Deposits"
  public static let summary =
    "What came to the bank account between two days, and what waits to be deposited."
  public static let roles: Set<Role> = [.biller]
  public static let parameters: [Parameter] = [
    .optional("from", .date, "first day", default: "startOfMonth"),
    .optional("through", .date, "last day", default: "today"),
  ]
  public static let columns = [
    Column("date", "Deposited", .date), Column("source", "Out of", .text),
    Column("till", "Till", .text), Column("checks", "Checks", .integer),
    Column("amount", "Amount", .money), Column("fee", "Fee", .money),
    Column("banked", "To the bank", .money), Column("reference", "Reference", .text),
    Column("reversed", "Reversed", .flag), Column("deposit", "Deposit id", .text),
  ]
  public static let key = ["deposit", "source", "till"]
  public static let projectors: [any Projector.Type] = [LedgerProjector.self]

  public static func run(_ arguments: Arguments, _ source: ReportSource) throws -> ReportBody {
    let dates = try arguments.dates(from: "from", through: "through")
    var deposits: [(on: Int32, fact: DepositMade)] = []
    var reversed: Set<String> = []
    try source.log.forEach(FactSelection(kinds: [.depositMade, .depositReversed])) { recorded in
      switch recorded.event.fact {
      case .depositMade(let fact): deposits.append((recorded.event.effectiveOn, fact))
      case .depositReversed(let fact): reversed.insert(fact.deposit)
      default: break
      }
    }
    let range = dates.lowerBound.compact...dates.upperBound.compact
    deposits = deposits.filter { range.contains($0.on) }
      .sorted { ($0.on, $0.fact.deposit) < ($1.on, $1.fact.deposit) }
    var (amount, fee) = (Int64(0), Int64(0))
    let rows = deposits.flatMap { on, deposit in
      deposit.parts.map { part -> [Cell] in
        let isReversed = reversed.contains(deposit.deposit)
        if !isReversed {
          amount &+= part.amountCents
          fee &+= part.feeCents
        }
        return [
          .day(on), .text(part.source.text), .word(part.till),
          part.source == .checks ? .integer(part.payments.count) : .none,
          .cents(part.amountCents), .cents(part.feeCents),
          .cents(part.amountCents &- part.feeCents), .word(deposit.reference), .flag(isReversed),
          .text(deposit.deposit),
        ]
      }
    }
    let ledger = try source.ledger()
    let waiting = try [LedgerAccount.tills, .checks, .cards, .healthAccounts, .paymentServices]
      .map { "\($0.name) \(Money(cents: try ledger.balance(of: $0)).grouped)" }
    return ReportBody(
      rows: rows,
      totals: [
        .text("all"), .none, .none, .none, .cents(amount), .cents(fee), .cents(amount &- fee),
        .none, .none, .none,
      ],
      notes: [
        "Reversed deposits are listed and not added up.",
        "Not deposited yet: \(waiting.joined(separator: "; ")).",
      ])
  }
}

extension DepositSource {
  fileprivate var text: String {
    switch self {
    case .cash: "cash"
    case .checks: "checks"
    case .cards: "cards"
    case .healthAccounts: "health accounts"
    case .paymentService: "payment service"
    case .unspecified, .UNRECOGNIZED: "unknown"
    }
  }
}
