import Practice
import PracticeEvents
import Projection
import ReadModels

public enum CashDailyReport: Report {
  public static let name = "cash.daily"
  public static let title = "Money of the day"
  public static let summary =
    "What came in and went out on a day, by till and method; for counted tills also over or short."
  public static let roles: Set<Role> = [.frontDesk, .biller]
  public static let parameters: [Parameter] = [
    .optional("date", .date, "the day", default: "today"),
    .optional("till", .text, "only this till"),
  ]
  public static let columns = [
    Column("till", "Till", .text), Column("method", "Method", .text),
    Column("count", "Payments", .integer, unit: "payments"), Column("gross", "Gross", .money),
    Column("refunds", "Refunds", .money), Column("reversals", "Reversals", .money),
    Column("net", "Net", .money), Column("expected", "Expected", .money),
    Column("counted", "Counted", .money), Column("overShort", "Over/short", .money),
  ]
  public static let key = ["till", "method"]
  public static let projectors: [any Projector.Type] = [
    BalancesProjector.self, LedgerProjector.self,
  ]

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
    var net: Int64 { gross &- refunds &- reversals }
    var cells: [Cell] {
      [
        .integer(count), .cents(gross), .cents(refunds), .cents(reversals), .cents(net),
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
    let tills = try source.ledger().tills(on: date).filter { till == nil || $0.key == till }
    for name in tills.keys where sums[Place(till: name, method: Self.cash)] == nil {
      sums[Place(till: name, method: Self.cash)] = Sums()
    }
    return ReportBody(
      rows: sums.sorted { $0.key < $1.key }.map { place, sums in
        [.word(place.till), .text(place.method)] + sums.cells
          + (place.method == Self.cash ? Self.count(tills[place.till], sums.net) : Self.uncounted)
      },
      totals: [.text("all"), .none] + total.cells + uncounted,
      notes: [
        "Money counts on the day of its entry in the books. Refunds and reversals (returned checks, "
          + "chargebacks) count on their own day, in the till of the payment; refunds by the method "
          + "in which they were paid out.",
        "Insurance is what remittances paid; money moved between charges is not counted.",
        "Expected is the cash that a till should hold: its float and the day's cash, less what was "
          + "deposited out of it.",
      ])
  }

  private static let cash = PaymentMethod.cash.text
  private static let uncounted: [Cell] = [.none, .none, .none]

  /// As it was closed; while it is open what it should hold by now, and the last count.
  private static func count(_ till: TillDay?, _ net: Int64) -> [Cell] {
    guard let till else { return uncounted }
    if till.isClosed {
      return [
        .cents(till.closed.expectedCents), .cents(till.closed.countedCents),
        .cents(till.closed.countedCents &- till.closed.expectedCents),
      ]
    }
    guard till.isOpened else { return uncounted }
    return [
      .cents(till.opened.floatCents &+ net),
      till.isCounted ? .cents(till.counted.totalCents) : .none, .none,
    ]
  }
}
