import Practice
import PracticeEvents
import Projection
import ReadModels

public enum LedgerJournalReport: Report {
  public static let name = "ledger.journal"
  public static let title = "Journal"
  public static let summary =
    "Every entry of the books between two days, each with the event behind it; names nobody."
  public static let roles: Set<Role> = [.biller]
  public static let parameters: [Parameter] = [
    .optional("from", .date, "first day", default: "startOfMonth"),
    .optional("through", .date, "last day", default: "today"),
    .optional("account", .integer, "only entries that touch this account, e.g. 2110"),
  ]
  public static let columns = [
    Column("date", "Date", .date), Column("position", "Position", .integer),
    Column("kind", "Event", .eventType), Column("account", "Account", .integer),
    Column("accountName", "Name", .text), Column("payer", "Payer", .text),
    Column("debit", "Debit", .money), Column("credit", "Credit", .money),
    Column("charge", "Charge", .text, isDetail: true),
    Column("event", "Event id", .text, isDetail: true),
  ]
  public static let key = ["event", "account", "payer", "charge"]
  public static let projectors: [any Projector.Type] = [
    LedgerProjector.self, ReadinessProjector.self,
  ]

  public static func run(_ arguments: Arguments, _ source: ReportSource) throws -> ReportBody {
    let dates = try arguments.dates(from: "from", through: "through")
    let only = try arguments.integer("account").map {
      try LedgerAccount.numbered($0, parameter: "account")
    }
    let names = NameBook(try source.readiness())
    var rows: [[Cell]] = []
    var (debit, credit, entries) = (Int64(0), Int64(0), 0)
    try source.ledger().forEachEntry(dates) { entry in
      let lines = entry.lines
      guard only.map({ account in lines.contains { $0.account == account } }) ?? true else {
        return
      }
      entries += 1
      for line in lines {
        debit &+= max(0, line.cents)
        credit &-= min(0, line.cents)
        rows.append([
          .day(entry.on), .integer(Int(clamping: entry.position)), .text(entry.kindName),
          .integer(Int(line.account.rawValue)), .text(line.account.name),
          .word(try names.payer(line.payer)), line.debit, line.credit, .word(line.charge),
          .text(entry.event.description),
        ])
      }
    }
    return ReportBody(
      rows: rows,
      totals: [
        .text("all"), .none, .none, .none, .none, .none, .cents(debit), .cents(credit), .none,
        .none,
      ],
      notes: [
        "\(entries) entries. Each is dated by the day on which its event counts; what is recorded "
          + "late for a closed month counts on the day of recording."
      ])
  }
}
