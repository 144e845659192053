import Practice
import PracticeEvents
import Projection
import ReadModels

public enum DenialsOpenReport: Report {
  public static let name = "denials.open"
  public static let title = "Denials to work"
  public static let summary =
    "Denied lines with money still to win, the next action and its last day."
  public static let roles: Set<Role> = [.biller]
  public static let parameters: [Parameter] = []
  public static let columns =
    [
      Column("deadline", "Last day", .date),
      Column("daysLeft", "Days left", .integer, unit: "days"),
    ]
    + PatientLabel.columns + [
      Column("payer", "Payer", .text), Column("claim", "Claim", .text),
      Column("serviceOn", "Service", .date), Column("cpt", "CPT", .text),
      Column("open", "Open", .money), Column("reason", "Reason", .text),
      Column("action", "Next", .text), Column("remarks", "Remarks", .list, isDetail: true),
      Column("charge", "Charge", .text, isDetail: true),
    ]
  public static let projectors: [any Projector.Type] = [
    BalancesProjector.self, ReadinessProjector.self,
  ]

  public static func run(_ arguments: Arguments, _ source: ReportSource) throws -> ReportBody {
    let readiness = try source.readiness()
    let names = NameBook(readiness)
    var rows: [(deadline: CivilDate, label: PatientLabel, charge: String, cells: [Cell])] = []
    var total: Int64 = 0
    try source.balances().forEachDeniedLine { denied in
      guard denied.isOpen else { return }
      let action = AdjustmentReason.action(for: denied.reason.carc, group: denied.reason.group)
      let deadline = try deadline(of: denied, for: action, readiness, source)
      let label = try names.patient(denied.patient.description)
      let remarks = denied.adjudicated.rarc + denied.line.rarc
      total &+= denied.charge.insuranceOpenCents
      rows.append(
        (
          deadline ?? .latest, label, denied.charge.charge,
          [
            deadline.map(Cell.date) ?? .none,
            deadline.map { .integer(source.today.days(until: $0)) } ?? .none,
          ] + label.cells + [
            .word(try names.payer(denied.claim.submitted.payer)),
            .text(denied.adjudicated.claim), .day(denied.charge.serviceOn),
            .word(denied.charge.cpt), .cents(denied.charge.insuranceOpenCents),
            .text(
              "\(denied.reason.group.code)-\(denied.reason.carc) "
                + AdjustmentReason.label(denied.reason.carc)), .text(action.text),
            .list(remarks.map(RemarkCode.text)), .text(denied.charge.charge),
          ]
        ))
    }
    return ReportBody(
      rows: rows.sorted {
        ($0.deadline, $0.label, $0.charge) < ($1.deadline, $1.label, $1.charge)
      }.map(\.cells),
      totals: totals(in: "mrn", ["open": .cents(total)]),
      notes: [
        "Corrected claims: the payer's timely filing from the first day of service. Appeals: the "
          + "rule billing.appeal-days from the payer's answer. Days below 0 are past."
      ])
  }

  /// The last day for the action; nil when nothing limits it.
  private static func deadline(
    of denied: DeniedLine, for action: DenialAction, _ readiness: ReadinessQueries,
    _ source: ReportSource
  ) throws -> CivilDate? {
    switch action.deadline {
    case .none: return nil
    case .appeal:
      guard let answered = denied.adjudicated.adjudicatedOn.civilDate else { return nil }
      return answered.adding(days: source.clinic.rule("billing", "appeal-days", on: answered))
    case .timelyFiling:
      guard let first = denied.claim.submitted.lines.map(\.serviceOn).min()?.civilDate,
        let payer = try? SubjectID(denied.claim.submitted.payer)
      else { return nil }
      let days = Int(try readiness.payer(payer).policy(on: first).timelyFilingDays)
      return days > 0 ? first.adding(days: days) : nil
    }
  }
}
