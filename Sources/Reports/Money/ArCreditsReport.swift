import Practice
import PracticeEvents
import Projection
import ReadModels

public enum ArCreditsReport: Report {
  public static let name = "ar.credits"
  public static let title = "Credits of patients"
  public static let summary = "Money received that no charge has, payment by payment."
  public static let roles: Set<Role> = [.biller]
  public static let parameters: [Parameter] = [
    .optional("date", .date, "the day up to which age is counted", default: "today")
  ]
  public static let columns =
    PatientLabel.columns + [
      Column("received", "Received", .date), Column("method", "Method", .text),
      Column("amount", "Payment", .money), Column("credit", "Credit", .money),
      Column("days", "Days", .integer, unit: "days"), Column("payment", "Payment id", .text),
    ]
  public static let key = ["payment"]
  public static let projectors: [any Projector.Type] = [
    LedgerProjector.self, ReadinessProjector.self,
  ]

  public static func run(_ arguments: Arguments, _ source: ReportSource) throws -> ReportBody {
    let date = try arguments.requiredDate("date")
    let names = NameBook(try source.readiness())
    let ledger = try source.ledger()
    var rows: [(label: PatientLabel, on: Int32, id: String, cells: [Cell])] = []
    var total: Int64 = 0
    try ledger.forEachPayment { id, payment in
      guard payment.unappliedCents != 0 else { return }
      total &+= payment.unappliedCents
      let label = try names.patient(payment.subject.description)
      let days = payment.receivedOn.civilDate.map { max(0, $0.days(until: date)) }
      rows.append(
        (
          label, payment.receivedOn, id,
          label.cells + [
            .day(payment.receivedOn), .text(payment.method.text), .cents(payment.amountCents),
            .cents(payment.unappliedCents), days.map(Cell.integer) ?? .none, .text(id),
          ]
        ))
    }
    rows.sort { ($0.label, $0.on, $0.id) < ($1.label, $1.on, $1.id) }
    let booked = 0 &- (try ledger.balance(of: .credits))
    return ReportBody(
      rows: rows.map(\.cells),
      totals: [.text("all"), .none, .none, .none, .none, .cents(total), .none, .none],
      notes: [
        "A credit is netted against no charge until somebody applies it. Below zero: the bank took "
          + "back a payment of which something was refunded or spent, so the patient owes it.",
        "Account 2110 of the books holds \(Money(cents: booked).grouped).",
      ])
  }
}
