import Practice
import PracticeEvents
import Projection
import ReadModels

public enum ClaimsStatusReport: Report {
  public static let name = "claims.status"
  public static let title = "Claims by status and age"
  public static let summary = "Where every claim stands, for how long, and what to do next."
  public static let roles: Set<Role> = [.biller]
  public static let parameters: [Parameter] = [
    .optional(
      "status", .text,
      "only these: \(ClaimStanding.Word.allCases.map(\.rawValue).joined(separator: ", ")); all",
      default: "unfinished"),
    .optional("days", .integer, "only those that stand so for at least so many days", default: "0"),
  ]
  public static let columns =
    [
      Column("status", "Status", .text), Column("since", "Since", .date, isDetail: true),
      Column("days", "Days", .integer, unit: "days"),
    ] + PatientLabel.columns + [
      Column("payer", "Payer", .text), Column("claim", "Claim", .text),
      Column("serviceOn", "Service", .date, isDetail: true),
      Column("charged", "Charged", .money, isDetail: true),
      Column("open", "Open", .money), Column("detail", "Says", .text),
      Column("next", "Next", .text, isDetail: true),
    ]
  public static let key = ["claim"]
  public static let projectors: [any Projector.Type] = [
    BalancesProjector.self, ReadinessProjector.self,
  ]

  public static func run(_ arguments: Arguments, _ source: ReportSource) throws -> ReportBody {
    let wanted = arguments.text("status") ?? "unfinished"
    guard ["unfinished", "all"].contains(wanted) || ClaimStanding.Word(rawValue: wanted) != nil
    else {
      throw ReportError.malformedParameter("status", problem: "\"\(wanted)\" is no status")
    }
    let days = try arguments.requiredInteger("days")
    let names = NameBook(try source.readiness())
    var rows: [(since: Int32, label: PatientLabel, claim: String, cells: [Cell])] = []
    var counts: [ClaimStanding.Word: (count: Int, open: Int64)] = [:]
    var total: (charged: Int64, open: Int64) = (0, 0)
    try source.balances().forEachAccount { patient, account in
      for (id, claim) in account.claims {
        let standing = ClaimStanding(claim)
        let open = account.insuranceOpen(on: id)
        counts[standing.word, default: (0, 0)].count += 1
        counts[standing.word]?.open &+= open
        let age = standing.since.civilDate.map { $0.days(until: source.today) } ?? 0
        guard
          wanted == "all" || wanted == standing.word.rawValue
            || (wanted == "unfinished" && account.isUnfinished(id, standing.word)),
          age >= days
        else { continue }
        let charges = claim.charges.compactMap { account.charges[$0] }
        let charged = charges.reduce(0) { $0 &+ $1.amountCents }
        total.charged &+= charged
        total.open &+= open
        let label = try names.patient(patient.description)
        rows.append(
          (
            standing.since, label, id,
            [.text(standing.word.rawValue), .day(standing.since), .integer(age)] + label.cells + [
              .word(try names.payer(claim.payer)), .text(id),
              .day(charges.map(\.serviceOn).min() ?? 0), .cents(charged), .cents(open),
              .word(detail(of: claim, standing.word)), .word(standing.word.next),
            ]
          ))
      }
    }
    let words = ClaimStanding.Word.allCases.compactMap { word in
      counts[word].map { "\($0.count) \(word.rawValue) (open \(Money(cents: $0.open)))" }
    }
    return ReportBody(
      rows: rows.sorted {
        ($0.since, $0.label, $0.claim) < ($1.since, $1.label, $1.claim)
      }.map(\.cells),
      totals: totals(in: "mrn", ["charged": .cents(total.charged), "open": .cents(total.open)]),
      notes: words.isEmpty ? [] : ["All claims: " + words.joined(separator: ", ") + "."])
  }

  private static func detail(of claim: AccountState.Claim, _ word: ClaimStanding.Word) -> String {
    switch word {
    case .held: claim.held.problems.map(\.rule).joined(separator: ", ")
    case .pended:
      "\(claim.latestStatus.category) \(ClaimStatusCategory.text(claim.latestStatus.category))"
    case .rejected:
      [claim.rejected.category, claim.rejected.statusCode, claim.rejected.detail]
        .filter { !$0.isEmpty }.joined(separator: " ")
    case .replaced: claim.replacedBy
    case .submitted, .acknowledged, .denied, .reversed, .paid, .withdrawn, .dropped, .closed:
      claim.submitted.overriddenRules.isEmpty
        ? "" : "set aside: " + claim.submitted.overriddenRules.joined(separator: ", ")
    }
  }
}
