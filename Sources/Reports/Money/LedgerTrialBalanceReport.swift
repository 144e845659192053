import Practice
import PracticeEvents
import Projection
import ReadModels

public enum LedgerTrialBalanceReport: Report {
  public static let name = "ledger.trialBalance"
  public static let title = "Trial balance"
  public static let summary = "What stands on each account; debits and credits are equal."
  public static let roles: Set<Role> = [.biller]
  public static let parameters: [Parameter] = [
    .optional("date", .date, "entries up to this day; everything recorded when left out"),
    .optional(
      "groupBy", .text, "payer shows insurers' accounts by payer, account does not",
      default: "account"),
  ]
  public static let columns = [
    Column("account", "Account", .integer), Column("name", "Name", .text),
    Column("class", "Class", .text), Column("payer", "Payer", .text),
    Column("debits", "Debits", .money, isDetail: true),
    Column("credits", "Credits", .money, isDetail: true),
    Column("debitBalance", "Debit", .money), Column("creditBalance", "Credit", .money),
  ]
  public static let key = ["account", "payer"]
  public static let projectors: [any Projector.Type] = [
    LedgerProjector.self, ReadinessProjector.self,
  ]

  private enum Grouping: String { case account, payer }

  public static func run(_ arguments: Arguments, _ source: ReportSource) throws -> ReportBody {
    let word = arguments.text("groupBy") ?? Grouping.account.rawValue
    guard let grouping = Grouping(rawValue: word) else {
      throw ReportError.malformedParameter(
        "groupBy", problem: "\"\(word)\" is neither account nor payer")
    }
    let names = NameBook(try source.readiness())
    var sums: [LedgerQueries.Place: LedgerQueries.Turnover] = [:]
    for (place, turnover) in try source.ledger().turnover(through: arguments.date("date")) {
      let shown = LedgerQueries.Place(
        place.account, payer: grouping == .payer ? place.payer : "")
      let before = sums[shown] ?? .init()
      sums[shown] = .init(
        debit: before.debit &+ turnover.debit, credit: before.credit &+ turnover.credit)
    }
    var (debit, credit) = (Int64(0), Int64(0))
    let rows = try sums.sorted { $0.key < $1.key }.map { place, turnover -> [Cell] in
      debit &+= max(0, turnover.balance)
      credit &-= min(0, turnover.balance)
      return [
        .integer(Int(place.account.rawValue)), .text(place.account.name),
        .text(place.account.accountClass.rawValue), .word(try names.payer(place.payer)),
        .cents(turnover.debit), .cents(turnover.credit),
        turnover.balance > 0 ? .cents(turnover.balance) : .none,
        turnover.balance < 0 ? .cents(0 &- turnover.balance) : .none,
      ]
    }
    return ReportBody(
      rows: rows,
      totals: [
        .none, .text("all"), .none, .none, .none, .none, .cents(debit), .cents(credit),
      ],
      notes: [
        debit == credit
          ? "In balance." : "NOT IN BALANCE: run chartledger view verify, and report it."
      ])
  }
}
