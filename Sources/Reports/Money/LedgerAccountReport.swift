import Practice
import PracticeEvents
import Projection
import ReadModels

public enum LedgerAccountReport: Report {
  public static let name = "ledger.account"
  public static let title = "Account of the books"
  public static let summary = "What moved one account, entry by entry, with its balance after each."
  public static let roles: Set<Role> = [.biller]
  public static let parameters: [Parameter] = [
    .required("account", .integer, "its number, e.g. 2110"),
    .optional("from", .date, "first day", default: "startOfMonth"),
    .optional("through", .date, "last day", default: "today"),
    .optional("payer", .payer, "only this payer's part; payer id or stream"),
  ]
  public static let columns = [
    Column("date", "Date", .date), Column("position", "Position", .integer),
    Column("kind", "Event", .eventType), Column("against", "Against", .list),
    Column("debit", "Debit", .money), Column("credit", "Credit", .money),
    Column("balance", "Balance", .money), Column("charge", "Charge", .text, isDetail: true),
    Column("event", "Event id", .text, isDetail: true),
  ]
  public static let key = ["event", "charge"]
  public static let projectors: [any Projector.Type] = [LedgerProjector.self]

  public static func run(_ arguments: Arguments, _ source: ReportSource) throws -> ReportBody {
    let account = try LedgerAccount.numbered(
      arguments.requiredInteger("account"), parameter: "account")
    let dates = try arguments.dates(from: "from", through: "through")
    let payer = arguments.subject("payer")?.description
    func counts(_ place: LedgerQueries.Place) -> Bool {
      place.account == account && (payer == nil || place.payer == payer)
    }
    let ledger = try source.ledger()
    let opening = try ledger.turnover(through: dates.lowerBound.adding(days: -1))
      .filter { counts($0.key) }.reduce(0) { $0 &+ $1.value.balance }
    var balance = opening
    var (debit, credit) = (Int64(0), Int64(0))
    var rows: [[Cell]] = []
    try ledger.forEachEntry(dates) { entry in
      let lines = entry.lines
      let own = lines.filter { counts(.init($0.account, payer: $0.payer)) }
      guard !own.isEmpty else { return }
      let against = Set(lines.map(\.account)).subtracting([account]).map(\.label).sorted()
      for line in own {
        balance &+= line.cents
        debit &+= max(0, line.cents)
        credit &-= min(0, line.cents)
        rows.append([
          .day(entry.on), .integer(Int(clamping: entry.position)), .text(entry.kindName),
          .list(against), line.debit, line.credit, .cents(balance), .word(line.charge),
          .text(entry.event.description),
        ])
      }
    }
    return ReportBody(
      subject: account.label, rows: rows,
      totals: [
        .none, .none, .text("all"), .none, .cents(debit), .cents(credit), .cents(balance), .none,
        .none,
      ],
      notes: [
        "Balance = debits − credits; before \(dates.lowerBound) it was "
          + "\(Money(cents: opening).grouped)."
      ])
  }
}
