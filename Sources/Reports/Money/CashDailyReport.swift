import Practice
import PracticeEvents
import Projection
import ReadModels

public enum CashDailyReport: Report {
  public static let name = "cash.daily"
  public static let title = "Money of the day"
  public static let summary = "What came in and went out on a day, by till and method."
  public static let roles: Set<Role> = [.frontDesk, .biller]
  public static let parameters: [Parameter] = [
    .optional("date", .date, "the day", default: "today"),
    .optional("till", .text, "only this till"),
  ]
  public static let columns = [
    Column("till", "Till", .text), Column("method", "Method", .text),
    Column("count", "Payments", .integer, unit: "payments"), Column("gross", "Gross", .money),
    Column("refunds", "Refunds", .money), Column("reversals", "Reversals", .money),
    Column("net", "Net", .money),
  ]
  public static let key = ["till", "method"]
  public static let projectors: [any Projector.Type] = [BalancesProjector.self]

  private struct Place: Hashable, Comparable {
    var till: String
    var method: String
    static func < (left: Place, right: Place) -> Bool {
      (left.till, left.method) < (right.till, right.method)
    }
  }

  private struct Sums {
    var count = 0
    var gross: Int64 = 0
    var refunds: Int64 = 0
    var reversals: Int64 = 0

    mutating func add(_ entry: CashEntry) {
      switch entry.kind {
      case .refund: refunds &-= entry.amountCents
      case .reversal: reversals &-= entry.amountCents
      case .payment, .remittance:
        count += 1
        gross &+= entry.amountCents
      case .unspecified, .UNRECOGNIZED: break
      }
    }
    var cells: [Cell] {
      [
        .integer(count), .cents(gross), .cents(refunds), .cents(reversals),
        .cents(gross &- refunds &- reversals),
      ]
    }
  }

  public static func run(_ arguments: Arguments, _ source: ReportSource) throws -> ReportBody {
    let date = try arguments.requiredDate("date")
    let till = arguments.text("till")
    var sums: [Place: Sums] = [:]
    var total = Sums()
    for entry in try source.balances().cash(date...date) where till == nil || entry.till == till {
      sums[Place(till: entry.till, method: entry.method), default: Sums()].add(entry)
      total.add(entry)
    }
    return ReportBody(
      rows: sums.sorted { $0.key < $1.key }.map { place, sums in
        [.word(place.till), .text(place.method)] + sums.cells
      },
      totals: [.text("all"), .none] + total.cells,
      notes: [
        "Refunds and reversals (returned checks, chargebacks) count on their own day, in the till "
          + "of the payment; refunds by the method in which they were paid out.",
        "Insurance is what remittances paid; money moved between charges is not counted.",
      ])
  }
}
