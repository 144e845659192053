import Practice
import PracticeEvents
import Projection
import ReadModels

public enum TaxSalesReport: Report {
  public static let name = "tax.sales"
  public static let title = "Sales tax"
  public static let summary =
    "What was taxed between two days and what was not, with the reason; for the quarterly return."
  public static let roles: Set<Role> = [.biller]
  public static let parameters: [Parameter] = [
    .optional("from", .date, "first day", default: "startOfMonth"),
    .optional("through", .date, "last day", default: "today"),
  ]
  public static let columns = [
    Column("treatment", "Treatment", .text), Column("reason", "Reason", .text),
    Column("charges", "Charges", .integer), Column("voided", "Voided", .integer),
    Column("sales", "Sales", .money), Column("tax", "Tax", .money),
  ]
  public static let key = ["treatment", "reason"]
  public static let projectors: [any Projector.Type] = [LedgerProjector.self]

  private struct Sums {
    var charges = 0
    var voided = 0
    var sales: Int64 = 0
    var tax: Int64 = 0
  }

  fileprivate struct Group: Hashable, Comparable {
    var treatment: String
    var reason: String
    static func < (left: Group, right: Group) -> Bool {
      (left.treatment, left.reason) < (right.treatment, right.reason)
    }
  }

  public static func run(_ arguments: Arguments, _ source: ReportSource) throws -> ReportBody {
    let dates = try arguments.dates(from: "from", through: "through")
    let ledger = try source.ledger()
    var groups: [Group: Sums] = [:]
    var (total, payable) = (Sums(), Int64(0))
    try ledger.forEachEntry(dates) { entry in
      for transfer in entry.transfers { payable &-= transfer.change(of: .salesTax) }
      let kind = PracticeEvent.Kind(rawValue: UInt16(clamping: entry.kind))
      guard [.chargePosted, .chargeVoided, .noShowFeeCharged].contains(kind) else { return }
      for id in Set(entry.transfers.map(\.charge)).sorted() {
        guard let charge = try ledger.charge(id) else { continue }
        let sign: Int64 = kind == .chargeVoided ? -1 : 1
        for treatment in [charge.treatment, nil] {
          var sums = treatment.map { groups[$0] ?? Sums() } ?? total
          sums.charges += sign > 0 ? 1 : 0
          sums.voided += sign < 0 ? 1 : 0
          sums.sales &+= sign &* charge.netCents
          sums.tax &+= sign &* charge.taxCents
          if let treatment { groups[treatment] = sums } else { total = sums }
        }
      }
    }
    func cells(_ sums: Sums) -> [Cell] {
      [.integer(sums.charges), .integer(sums.voided), .cents(sums.sales), .cents(sums.tax)]
    }
    return ReportBody(
      rows: groups.sorted { $0.key < $1.key }.map {
        [.text($0.key.treatment), .text($0.key.reason)] + cells($0.value)
      },
      totals: [.text("all"), .none] + cells(total),
      notes: [
        "Sales are after discounts and before tax; a voided charge is taken off in the period in "
          + "which it was voided.",
        "Account 2200 took up \(Money(cents: payable).grouped) in this period.",
        "Massage is taxed in New Jersey unless a doctor prescribed it (N.J.S.A. 54:32B-3(b)(9)).",
      ])
  }
}

extension LedgerCharge {
  fileprivate var treatment: TaxSalesReport.Group {
    let (treatment, reason) =
      if isFee {
        ("exempt", "fee, no service")
      } else {
        switch taxTreatment {
        case .assessed: ("taxed", "massage without a prescription")
        case .exemptPrescribed: ("exempt", "prescribed")
        case .exemptInsured: ("exempt", "billed to an insurer")
        case .none: ("exempt", "no tax in force")
        case .unspecified, .UNRECOGNIZED:
          taxCents != 0
            ? ("taxed", "massage without a prescription")
            : ("exempt", payer.isEmpty ? "not stated" : "billed to an insurer")
        }
      }
    return .init(treatment: treatment, reason: taxReview ? reason + ", to be reviewed" : reason)
  }
}
