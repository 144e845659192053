import Practice
import PracticeEvents
import Projection
import ReadModels

public enum PackagesLiabilityReport: Report {
  public static let name = "packages.liability"
  public static let title = "Prepaid sessions owed"
  public static let summary = "What the clinic owes in prepaid sessions, by package."
  public static let roles: Set<Role> = [.frontDesk, .biller]
  public static let parameters: [Parameter] = [
    .optional("date", .date, "the day on which packages count as expired", default: "today"),
    .optional("patient", .patient, "only this patient"),
  ]
  public static let columns =
    PatientLabel.columns + [
      Column("package", "Package", .text), Column("name", "Name", .text, isDetail: true),
      Column("soldOn", "Sold on", .date, isDetail: true), Column("expiresOn", "Last day", .date),
      Column("status", "Status", .text), Column("sessions", "Sold", .integer, unit: "sessions"),
      Column("used", "Used", .integer, unit: "sessions"),
      Column("left", "Left", .integer, unit: "sessions"),
      Column("price", "Price", .money, isDetail: true),
      Column("liability", "Owed", .money),
    ]
  public static let key = ["package"]
  public static let projectors: [any Projector.Type] = [
    BalancesProjector.self, ReadinessProjector.self,
  ]

  public static func run(_ arguments: Arguments, _ source: ReportSource) throws -> ReportBody {
    let date = try arguments.requiredDate("date")
    let only = arguments.subject("patient")
    let names = NameBook(try source.readiness())
    var rows: [(label: PatientLabel, id: String, cells: [Cell])] = []
    var (left, owed) = (0, Int64(0))
    try source.balances().forEachAccount { patient, account in
      guard only == nil || only == patient else { return }
      for (id, package) in account.packages where !package.valuesLeft.isEmpty {
        let label = try names.patient(patient.description)
        left += package.valuesLeft.count
        owed &+= package.valueLeftCents
        rows.append((label, id, label.cells + cells(id, package, date)))
      }
    }
    rows.sort { ($0.label, $0.id) < ($1.label, $1.id) }
    return ReportBody(
      rows: rows.map(\.cells),
      totals: [
        .text("all"), .none, .none, .none, .none, .none, .none, .none, .none, .integer(left), .none,
        .cents(owed),
      ],
      notes: [
        "A session is owed at its part of the price until it is used, refunded, passed on, or "
          + "recognised as breakage; an expired package is owed until then, too."
      ])
  }

  private static func cells(
    _ id: String, _ package: AccountState.Package, _ date: CivilDate
  ) -> [Cell] {
    let isExpired = package.lastDay != 0 && package.lastDay < date.compact
    return [
      .text(id), .word(package.sold.name), .day(package.sold.soldOn), .day(package.lastDay),
      .text(isExpired ? "expired" : "in force"), .integer(Int(package.sold.sessions)),
      .integer(package.redeemed.count), .integer(package.valuesLeft.count),
      .cents(package.sold.priceCents), .cents(package.valueLeftCents),
    ]
  }
}
