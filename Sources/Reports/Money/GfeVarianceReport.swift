import Practice
import PracticeEvents
import Projection
import ReadModels

public enum GfeVarianceReport: Report {
  public static let name = "gfe.variance"
  public static let title = "Good-faith estimates and bills"
  public static let summary = "What was billed against each estimate, and which came late."
  public static let roles: Set<Role> = [.frontDesk, .biller]
  public static let parameters: [Parameter] = [
    .optional("from", .date, "first day of issue"),
    .optional("through", .date, "last day of issue", default: "today"),
  ]
  public static let columns =
    PatientLabel.columns + [
      Column("estimate", "Estimate", .text), Column("issuedOn", "Issued", .date, isDetail: true),
      Column("dueOn", "Due", .date), Column("deliveredOn", "Delivered", .date, isDetail: true),
      Column("late", "Late", .flag), Column("estimated", "Estimated", .money),
      Column("billed", "Billed", .money), Column("difference", "Difference", .money),
      Column("disputable", "$400 line", .flag),
      Column("disputedOn", "Disputed", .date, isDetail: true),
    ]
  public static let key = ["estimate"]
  public static let projectors: [any Projector.Type] = [
    BalancesProjector.self, ReadinessProjector.self,
  ]

  public static func run(_ arguments: Arguments, _ source: ReportSource) throws -> ReportBody {
    let first = arguments.date("from")?.compact ?? 0
    let last = try arguments.requiredDate("through").compact
    let names = NameBook(try source.readiness())
    var rows: [(label: PatientLabel, id: String, cells: [Cell])] = []
    try source.balances().forEachAccount { patient, account in
      for estimate in account.estimates
      where first <= estimate.issuedOn && estimate.issuedOn <= last {
        let label = try names.patient(patient.description)
        rows.append(
          (label, estimate.estimate, label.cells + cells(estimate, account, source)))
      }
    }
    rows.sort { ($0.label, $0.id) < ($1.label, $1.id) }
    return ReportBody(
      rows: rows.map(\.cells),
      notes: [
        "Billed is what the patient was charged for services from the day of the estimate until it "
          + "ends or another replaces it.",
        "From a difference of "
          + Money(
            cents: Int64(
              source.clinic.rule(
                "billing", "good-faith-estimate-tolerance-cents", on: source.today))
          ).grouped
          + " on the patient may dispute the bill (45 CFR 149.620).",
      ])
  }

  private static func cells(
    _ estimate: GoodFaithEstimateIssued, _ account: AccountState, _ source: ReportSource
  ) -> [Cell] {
    let replaced = account.estimates.filter { $0.replaces == estimate.estimate }
      .map(\.issuedOn).min()
    let billed = account.charges.values.filter { charge in
      !charge.voided && !charge.isFee && !charge.isOpening && charge.coverage.isEmpty
        && estimate.issuedOn <= charge.serviceOn && charge.serviceOn <= estimate.validThrough
        && replaced.map { charge.serviceOn < $0 } ?? true
    }.reduce(Int64(0)) { $0 &+ $1.amountCents }
    let delivered = account.estimatesDelivered[estimate.estimate]?.deliveredOn ?? 0
    let had = delivered == 0 ? source.today.compact : delivered
    return [
      .text(estimate.estimate), .day(estimate.issuedOn), .day(estimate.dueOn), .day(delivered),
      .flag(estimate.dueOn != 0 && had > estimate.dueOn), .cents(estimate.totalCents),
      .cents(billed), .cents(billed &- estimate.totalCents),
      .flag(
        estimate.isDisputable(billed: Money(cents: billed), source.clinic, on: source.today)),
      .day(account.estimatesDisputed[estimate.estimate]?.disputedOn ?? 0),
    ]
  }
}
