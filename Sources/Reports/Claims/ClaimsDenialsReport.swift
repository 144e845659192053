import Practice
import PracticeEvents
import Projection
import ReadModels

public enum ClaimsDenialsReport: Report {
  public static let name = "claims.denials"
  public static let title = "Denials by reason"
  public static let summary =
    "Which lines payers denied and why, by reason, payer and procedure, and how many were won back."
  public static let roles: Set<Role> = [.biller]
  public static let parameters: [Parameter] = [
    .optional("from", .date, "adjudicated from this day on", default: "2000-01-01"),
    .optional("through", .date, "adjudicated up to this day", default: "today"),
  ]
  public static let columns = [
    Column("reason", "Reason", .text), Column("meaning", "Meaning", .text),
    Column("payer", "Payer", .text), Column("cpt", "CPT", .text),
    Column("lines", "Lines", .integer), Column("denied", "Denied", .money),
    Column("open", "Still open", .money), Column("overturned", "Overturned", .rate),
    Column("action", "Usual action", .text),
  ]
  public static let projectors: [any Projector.Type] = [
    BalancesProjector.self, ReadinessProjector.self,
  ]

  private struct Key: Hashable {
    var group: String
    var carc: String
    var payer: String
    var cpt: String
    var sortKey: [String] { [carc, group, payer, cpt] }
  }

  private struct Sums {
    var lines = 0
    var denied: Int64 = 0
    var open: Int64 = 0
    var overturned = 0
  }

  public static func run(_ arguments: Arguments, _ source: ReportSource) throws -> ReportBody {
    let from = try arguments.requiredDate("from").compact
    let through = try arguments.requiredDate("through").compact
    let names = NameBook(try source.readiness())
    var sums: [Key: Sums] = [:]
    var actions: [Key: DenialAction] = [:]
    try source.balances().forEachDeniedLine { denied in
      let day = denied.adjudicated.adjudicatedOn
      guard from <= day, day <= through else { return }
      let key = Key(
        group: denied.reason.group.code, carc: denied.reason.carc,
        payer: try names.payer(denied.claim.submitted.payer), cpt: denied.charge.cpt)
      sums[key, default: Sums()].lines += 1
      sums[key]?.denied &+= denied.reason.amountCents
      sums[key]?.open &+= denied.isOpen ? denied.charge.insuranceOpenCents : 0
      sums[key]?.overturned += denied.isOverturned ? 1 : 0
      actions[key] = AdjustmentReason.action(
        for: denied.reason.carc, group: denied.reason.group)
    }
    let ordered = sums.sorted {
      $0.value.denied != $1.value.denied
        ? $0.value.denied > $1.value.denied
        : $0.key.sortKey.lexicographicallyPrecedes($1.key.sortKey)
    }
    let total = sums.values.reduce(into: Sums()) {
      $0.lines += $1.lines
      $0.denied &+= $1.denied
      $0.open &+= $1.open
      $0.overturned += $1.overturned
    }
    return ReportBody(
      rows: ordered.map { key, sum in
        [
          .text("\(key.group)-\(key.carc)"), .text(AdjustmentReason.label(key.carc)),
          .word(key.payer), .word(key.cpt), .integer(sum.lines), .cents(sum.denied),
          .cents(sum.open), .share(sum.overturned, of: sum.lines),
          .text((actions[key] ?? .review).text),
        ]
      },
      totals: [
        .text("Total"), .none, .none, .none, .integer(total.lines), .cents(total.denied),
        .cents(total.open), .share(total.overturned, of: total.lines), .none,
      ],
      notes: [
        "A line counts as denied when it was paid nothing for a reason that is not the plan's "
          + "arithmetic; its largest reason is listed. Reversed answers do not count."
      ])
  }
}
