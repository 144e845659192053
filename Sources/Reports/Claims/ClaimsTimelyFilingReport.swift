import Practice
import PracticeEvents
import Projection
import ReadModels

public enum ClaimsTimelyFilingReport: Report {
  public static let name = "claims.timelyFiling"
  public static let title = "Money that a filing limit endangers"
  public static let summary =
    "Charges that no payer is proved to have yet, by the last day on which it takes them."
  public static let roles: Set<Role> = [.biller]
  public static let parameters: [Parameter] = [
    .optional("days", .integer, "list those with at most so many days left", default: "30")
  ]
  public static let columns =
    [
      Column("deadline", "Last day", .date),
      Column("daysLeft", "Days left", .integer, unit: "days"), Column("stage", "Stage", .text),
    ] + PatientLabel.columns + [
      Column("payer", "Payer", .text), Column("serviceOn", "Service", .date),
      Column("open", "Open", .money), Column("state", "State", .text),
      Column("charge", "Charge", .text), Column("claim", "Claim", .text, isDetail: true),
    ]
  public static let key = ["charge"]
  public static let projectors: [any Projector.Type] = [
    BalancesProjector.self, ReadinessProjector.self,
  ]

  public static func run(_ arguments: Arguments, _ source: ReportSource) throws -> ReportBody {
    let days = try arguments.requiredInteger("days")
    let readiness = try source.readiness()
    let names = NameBook(readiness)
    var rows: [(deadline: CivilDate, label: PatientLabel, charge: String, cells: [Cell])] = []
    var total: Int64 = 0
    try source.balances().forEachAccount { patient, account in
      for (id, charge) in account.charges where charge.insuranceOpenCents > 0 {
        guard let state = unproved(charge, account) else { continue }
        let claimed = account.claims[charge.claim]?.payer ?? ""
        let payer =
          claimed.isEmpty
          ? try readiness.patient(patient).coverage.coverages[charge.coverage]?.added.payer ?? ""
          : claimed
        guard let deadline = try deadline(of: charge, account, payer, readiness) else { continue }
        let left = source.today.days(until: deadline)
        guard left <= days else { continue }
        let label = try names.patient(patient.description)
        total &+= charge.insuranceOpenCents
        rows.append(
          (
            deadline, label, id,
            [.date(deadline), .integer(left), .text(stage(left))] + label.cells + [
              .word(try names.payer(payer)), .day(charge.serviceOn),
              .cents(charge.insuranceOpenCents), .text(state), .text(id), .word(charge.claim),
            ]
          ))
      }
    }
    return ReportBody(
      rows: rows.sorted {
        ($0.deadline, $0.label, $0.charge) < ($1.deadline, $1.label, $1.charge)
      }.map(\.cells),
      totals: totals(in: "mrn", ["open": .cents(total)]),
      notes: [
        "The day on which the payer has the claim counts, and a 277CA or 999 proves it. Limits are "
          + "the payer's policy on the day of service; for a further payer they count from the "
          + "answer of the one before."
      ])
  }

  /// Why nothing proves that the payer has it; nil when something does, or it has answered.
  private static func unproved(
    _ charge: AccountState.Charge, _ account: AccountState
  ) -> String? {
    guard !charge.claim.isEmpty, let claim = account.claims[charge.claim] else {
      return charge.firstSubmittedOn == 0 ? "not claimed" : "rejected or withdrawn"
    }
    switch claim.status {
    case .held: return "held"
    case .submitted where claim.submitted.frequencyCode == 1: return "sent, no proof of receipt"
    default: return nil
    }
  }

  private static func deadline(
    of charge: AccountState.Charge, _ account: AccountState, _ payer: String,
    _ readiness: ReadinessQueries
  ) throws -> CivilDate? {
    if let stated = account.claims[charge.claim]?.submitted.fileByOn.civilDate { return stated }
    guard let day = charge.serviceOn.civilDate, let payer = try? SubjectID(payer) else {
      return nil
    }
    let days = Int(try readiness.payer(payer).policy(on: day).timelyFilingDays)
    let answered = account.answeredBefore(charge)
    return days > 0 ? (answered ?? day).adding(days: days) : nil
  }

  private static func stage(_ daysLeft: Int) -> String {
    switch daysLeft {
    case ..<0: "late"
    case 0...7: "7 days"
    case 8...14: "14 days"
    case 15...30: "30 days"
    default: "later"
    }
  }
}

extension AccountState {
  /// The latest day on which another coverage's payer moved something on the charge.
  func answeredBefore(_ charge: Charge) -> CivilDate? {
    claims.values.filter { $0.submitted.coverage != charge.coverage }
      .flatMap(\.adjudications).filter { answer in
        !answer.reversed
          && answer.adjudicated.lines.contains {
            $0.charge == charge.charge && !answer.adjudicated.leavesOpen($0)
          }
      }.map(\.adjudicated.adjudicatedOn).max().flatMap(\.civilDate)
  }
}
