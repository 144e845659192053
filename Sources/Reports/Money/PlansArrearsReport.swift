import Practice
import PracticeEvents
import Projection
import ReadModels

public enum PlansArrearsReport: Report {
  public static let name = "plans.arrears"
  public static let title = "Payment plans in arrears"
  public static let summary = "Payment plans with an instalment overdue, or in default."
  public static let roles: Set<Role> = [.frontDesk, .biller]
  public static let parameters: [Parameter] = [
    .optional("date", .date, "the day", default: "today")
  ]
  public static let columns =
    PatientLabel.columns + [
      Column("plan", "Plan", .text), Column("agreedOn", "Agreed", .date, isDetail: true),
      Column("balance", "Agreed on", .money, isDetail: true), Column("left", "Left", .money),
      Column("overdue", "Overdue", .money), Column("since", "Since", .date),
      Column("days", "Days", .integer, unit: "days"), Column("missed", "Missed", .integer),
      Column("status", "Status", .text),
    ]
  public static let key = ["plan"]
  public static let projectors: [any Projector.Type] = [
    BalancesProjector.self, ReadinessProjector.self,
  ]

  public static func run(_ arguments: Arguments, _ source: ReportSource) throws -> ReportBody {
    let date = try arguments.requiredDate("date")
    let grace = source.clinic.rule("billing", "instalment-grace-days", on: date)
    let names = NameBook(try source.readiness())
    var rows: [(label: PatientLabel, id: String, cells: [Cell])] = []
    var (left, overdue) = (Int64(0), Int64(0))
    try source.balances().forEachAccount { patient, account in
      for (id, plan) in account.paymentPlans {
        guard let found = Arrears(plan, on: date, grace: grace) else { continue }
        let label = try names.patient(patient.description)
        left &+= found.left
        overdue &+= found.overdue
        rows.append(
          (
            label, id,
            label.cells + [
              .text(id), .day(plan.agreed.agreedOn), .cents(plan.agreed.balanceCents),
              .cents(found.left), .cents(found.overdue), .date(found.since),
              .integer(found.since.days(until: date)), .integer(plan.missed.count),
              .text(found.status),
            ]
          ))
      }
    }
    rows.sort { ($0.label, $0.id) < ($1.label, $1.id) }
    return ReportBody(
      rows: rows.map(\.cells),
      totals: [
        .text("all"), .none, .none, .none, .none, .cents(left), .cents(overdue), .none, .none,
        .none, .none,
      ],
      notes: ["An instalment is overdue after \(grace) days of grace; in default all is due."])
  }

  private struct Arrears {
    var left: Int64
    var overdue: Int64
    var since: CivilDate
    var status: String

    /// Nil when nothing is overdue.
    init?(_ plan: AccountState.PaymentPlan, on date: CivilDate, grace: Int) {
      let open = plan.instalments.filter { plan.paid[$0.number] == nil }
      left = open.reduce(0) { $0 &+ $1.amountCents }
      if let defaulted = plan.defaultedOn.civilDate {
        guard left > 0 else { return nil }
        (overdue, since, status) = (left, defaulted, "in default")
        return
      }
      let late = open.filter {
        ($0.dueOn.civilDate ?? .latest).adding(days: grace) < date
      }
      guard let first = late.compactMap({ $0.dueOn.civilDate }).min() else { return nil }
      overdue = late.reduce(0) { $0 &+ $1.amountCents }
      since = first
      status = late.contains { plan.missed.contains($0.number) } ? "missed" : "not noted"
    }
  }
}
