import Practice
import PracticeEvents
import Projection
import ReadModels

public enum RemitAdjustmentsReport: Report {
  public static let name = "remit.adjustments"
  public static let title = "Provider-level adjustments"
  public static let summary =
    "What payers added to or kept back from whole payments (PLB), and what it was for."
  public static let roles: Set<Role> = [.biller]
  public static let parameters: [Parameter] = [
    .optional("all", .text, "yes also lists those that are explained", default: "no")
  ]
  public static let columns = [
    Column("paidOn", "Paid", .date), Column("payer", "Payer", .text),
    Column("trace", "Trace", .text), Column("number", "No.", .integer),
    Column("code", "Code", .text), Column("meaning", "Meaning", .text),
    Column("reference", "Reference", .text), Column("effect", "Effect on payment", .money),
    Column("settlement", "For", .text), Column("remittance", "Remittance", .text),
  ]
  public static let key = ["remittance", "number"]
  public static let projectors: [any Projector.Type] = [
    RemittancesProjector.self, ReadinessProjector.self,
  ]

  public static func run(_ arguments: Arguments, _ source: ReportSource) throws -> ReportBody {
    let all = arguments.text("all") == "yes"
    let names = NameBook(try source.readiness())
    let known = try RemittancesQueries(source.views.rows(of: RemittancesProjector.self))
      .adjustments()
    let shown = known.filter { all || !$0.isExplained }
    let total = shown.reduce(0) { $0 &- $1.adjustment.amountCents }
    return ReportBody(
      rows: try shown.map { row in
        [
          .day(row.paidOn), .word(try names.payer(row.payer)), .word(row.traceNumber),
          .integer(Int(row.number)), .text(row.adjustment.code),
          .text(ProviderAdjustmentReason.text(row.adjustment.code)),
          .word(row.adjustment.reference), .cents(0 &- row.adjustment.amountCents),
          .word(row.settlementText), .text(row.remittance),
        ]
      },
      totals: totals(in: "payer", ["effect": .cents(total)]),
      notes: [
        "A negative effect made the payment smaller. None of it is in a patient's account. Interest "
          + "(L6) explains itself; say what the others were for with resolve-provider-adjustment."
      ])
  }
}

extension KnownProviderAdjustment {
  /// Interest needs no word of anybody's.
  fileprivate var isExplained: Bool { adjustment.code == "L6" || hasResolved }

  fileprivate var settlementText: String {
    switch resolved.settlement {
    case .recoupedClaim: resolved.claim.isEmpty ? "recouped" : "recouped \(resolved.claim)"
    case .carriedForward: "carried, see \(resolved.otherRemittance)"
    case .incomeOrExpense: "income or expense"
    case .disputed: "disputed"
    case .unspecified, .UNRECOGNIZED: adjustment.code == "L6" ? "interest" : ""
    }
  }
}
