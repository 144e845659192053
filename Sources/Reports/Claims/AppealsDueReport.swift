import Practice
import PracticeEvents
import Projection
import ReadModels

public enum AppealsDueReport: Report {
  public static let name = "appeals.due"
  public static let title = "Appeals to file, and appeals to hear of"
  public static let summary =
    "Denied claims that can still be appealed, and appeals that the payer has not decided."
  public static let roles: Set<Role> = [.biller]
  public static let parameters: [Parameter] = [
    .optional("days", .integer, "list those due within so many days", default: "365")
  ]
  public static let columns =
    [
      Column("due", "Due", .date), Column("daysLeft", "Days left", .integer, unit: "days"),
      Column("what", "What", .text),
    ] + PatientLabel.columns + [
      Column("payer", "Payer", .text), Column("claim", "Claim", .text),
      Column("level", "Level", .integer), Column("open", "Open", .money),
      Column("reasons", "Reasons", .list), Column("appeal", "Appeal", .text),
    ]
  public static let key = ["claim"]
  public static let projectors: [any Projector.Type] = [
    BalancesProjector.self, ReadinessProjector.self,
  ]

  public static func run(_ arguments: Arguments, _ source: ReportSource) throws -> ReportBody {
    let days = try arguments.requiredInteger("days")
    let readiness = try source.readiness()
    let names = NameBook(readiness)
    var rows: [(due: CivilDate, label: PatientLabel, claim: String, cells: [Cell])] = []
    try source.balances().forEachAccount { patient, account in
      for (id, claim) in account.claims {
        guard let due = try due(claim, id, account, readiness, source) else { continue }
        let left = source.today.days(until: due.on)
        guard left <= days else { continue }
        let label = try names.patient(patient.description)
        rows.append(
          (
            due.on, label, id,
            [.date(due.on), .integer(left), .text(due.what)] + label.cells + [
              .word(try names.payer(claim.payer)), .text(id), .integer(due.level),
              .cents(account.insuranceOpen(on: id)), .list(reasons(claim)), .word(due.appeal),
            ]
          ))
      }
    }
    return ReportBody(
      rows: rows.sorted { ($0.due, $0.label, $0.claim) < ($1.due, $1.label, $1.claim) }
        .map(\.cells),
      notes: [
        "The last day to appeal is the payer's policy, or the rule billing.appeal-days, after its "
          + "answer or its last decision. Only denials that an appeal can turn are listed."
      ])
  }

  private struct Due {
    var on: CivilDate
    var what: String
    var level: Int
    var appeal = ""
  }

  private static func due(
    _ claim: AccountState.Claim, _ id: String, _ account: AccountState,
    _ readiness: ReadinessQueries, _ source: ReportSource
  ) throws -> Due? {
    if let waiting = claim.appeals.last(where: { !$0.hasDecided }) {
      guard let on = waiting.filed.decideByOn.civilDate else { return nil }
      return Due(
        on: on, what: "the payer is to decide", level: Int(waiting.filed.level),
        appeal: waiting.filed.appeal)
    }
    guard !claim.closed, claim.status == .denied || claim.status == .paid,
      account.insuranceOpen(on: id) > 0,
      let answered = claim.standingAnswer, answered.lines.contains(where: isAppealable),
      let day = answered.adjudicatedOn.civilDate
    else { return nil }
    let policy = try (try? SubjectID(claim.payer)).map { try readiness.payer($0).policy(on: day) }
    guard
      let on = claim.appealDeadline(
        policy: policy ?? PayerPolicy(),
        clinicDays: source.clinic.rule("billing", "appeal-days", on: day))
    else { return nil }
    return Due(on: on, what: "file it", level: claim.appeals.count + 1)
  }

  private static func isAppealable(_ line: ClaimAdjudicated.Line) -> Bool {
    line.withheldReasons.contains {
      $0.group != .pr
        && AdjustmentReason.action(for: $0.carc, group: $0.group).deadline == .appeal
    }
  }

  private static func reasons(_ claim: AccountState.Claim) -> [String] {
    let reasons = (claim.standingAnswer?.lines ?? []).flatMap(\.withheldReasons).map {
      "\($0.group.code)-\($0.carc) \(AdjustmentReason.label($0.carc))"
    }
    return Set(reasons).sorted()
  }
}
