import Practice
import PracticeEvents
import Projection
import ReadModels

public enum StatementsIssuedReport: Report {
  public static let name = "statements.issued"
  public static let title = "Statements issued"
  public static let summary = "Which balance was on which statement, and whether it was printed."
  public static let roles: Set<Role> = [.frontDesk, .biller]
  public static let parameters: [Parameter] = [
    .optional("from", .date, "first day of issue", default: "startOfMonth"),
    .optional("through", .date, "last day of issue", default: "endOfMonth"),
    .optional("patient", .patient, "only this patient"),
  ]
  public static let columns =
    PatientLabel.columns + [
      Column("statement", "Statement", .text), Column("issuedOn", "Issued", .date),
      Column("fromDate", "From", .date, isDetail: true),
      Column("throughDate", "Through", .date), Column("balance", "Balance", .money),
      Column("due", "Due", .money), Column("pending", "With insurer", .money, isDetail: true),
      Column("printed", "Printed", .flag), Column("asOf", "Position", .integer),
      Column("sha256", "SHA-256 of the HTML", .text, isDetail: true),
    ]
  public static let key = ["statement"]
  public static let projectors: [any Projector.Type] = [
    BalancesProjector.self, ReadinessProjector.self,
  ]

  public static func run(_ arguments: Arguments, _ source: ReportSource) throws -> ReportBody {
    let dates = try arguments.dates(from: "from", through: "through")
    let days = dates.lowerBound.compact...dates.upperBound.compact
    let only = arguments.subject("patient")
    let names = NameBook(try source.readiness())
    var rows: [(day: Int32, label: PatientLabel, id: String, cells: [Cell])] = []
    var due: Int64 = 0
    try source.balances().forEachAccount { patient, account in
      guard only == nil || only == patient else { return }
      for (id, issued) in account.statements where days.contains(issued.issuedOn) {
        let label = try names.patient(patient.description)
        let print = account.documents[id]
        let hash = print?.renderings.first { $0.format == DocumentFormat.html.rawValue }?.sha256
        due &+= issued.amountDueCents
        rows.append(
          (
            issued.issuedOn, label, id,
            label.cells + [
              .text(id), .day(issued.issuedOn), .day(issued.fromDateOn),
              .day(issued.throughDateOn), .cents(issued.balanceCents),
              .cents(issued.amountDueCents), .cents(issued.insurancePendingCents),
              .flag(print != nil), print.map { .integer(Int(clamping: $0.asOf)) } ?? .none,
              hash.flatMap { FileHash(bytes: $0) }.map { .text($0.description) } ?? .none,
            ]
          ))
      }
    }
    rows.sort { ($0.day, $0.label, $0.id) < ($1.day, $1.label, $1.id) }
    return ReportBody(
      rows: rows.map(\.cells),
      totals: [
        .text("all"), .none, .none, .none, .none, .none, .none, .cents(due), .none, .none, .none,
        .none,
      ], notes: ["A statement is printed again with `chartledger document statement --statement`."])
  }
}
