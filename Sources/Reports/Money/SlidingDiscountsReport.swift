import Practice
import PracticeEvents
import Projection
import ReadModels

public enum SlidingDiscountsReport: Report {
  public static let name = "sliding.discounts"
  public static let title = "Discounts by income"
  public static let summary = "What patients were let off by the sliding scale, by date of service."
  public static let roles: Set<Role> = [.biller]
  public static let parameters: [Parameter] = [
    .optional("from", .date, "first day of service", default: "startOfMonth"),
    .optional("through", .date, "last day of service", default: "endOfMonth"),
  ]
  public static let columns =
    PatientLabel.columns + [
      Column("tier", "Tier", .integer), Column("rate", "Discount", .rate),
      Column("through", "Holds through", .date),
      Column("charges", "Charges", .integer, unit: "charges"), Column("list", "List price", .money),
      Column("discount", "Let off", .money), Column("charged", "Charged", .money),
    ]
  public static let key = ["mrn"]
  public static let projectors: [any Projector.Type] = [
    BalancesProjector.self, ReadinessProjector.self,
  ]

  public static func run(_ arguments: Arguments, _ source: ReportSource) throws -> ReportBody {
    let dates = try arguments.dates(from: "from", through: "through")
    let days = dates.lowerBound.compact...dates.upperBound.compact
    let names = NameBook(try source.readiness())
    var rows: [(label: PatientLabel, cells: [Cell])] = []
    var (count, list, discount) = (0, Int64(0), Int64(0))
    try source.balances().forEachAccount { patient, account in
      let charges = account.charges.values.filter {
        !$0.voided && $0.discountCents > 0 && days.contains($0.serviceOn)
      }
      guard let last = charges.compactMap({ $0.serviceOn.civilDate }).max() else { return }
      let label = try names.patient(patient.description)
      let (whole, off) = (
        charges.reduce(Int64(0)) { $0 &+ $1.listCents },
        charges.reduce(Int64(0)) { $0 &+ $1.discountCents }
      )
      count += charges.count
      list &+= whole
      discount &+= off
      let approval = account.slidingScale(on: last)
      rows.append(
        (
          label,
          label.cells + [
            approval.map { $0.tier > 0 ? .integer(Int($0.tier)) : .none } ?? .none,
            approval.map { .rate(Rate(milliPercent: Int64($0.discountRate))) } ?? .none,
            .day(approval?.validThrough ?? 0), .integer(charges.count), .cents(whole),
            .cents(off), .cents(whole &- off),
          ]
        ))
    }
    rows.sort { $0.label < $1.label }
    return ReportBody(
      rows: rows.map(\.cells),
      totals: [
        .text("all"), .none, .none, .none, .none, .integer(count), .cents(list), .cents(discount),
        .cents(list &- discount),
      ], notes: ["Before sales tax. Tier and discount are those of the last of the charges."])
  }
}
