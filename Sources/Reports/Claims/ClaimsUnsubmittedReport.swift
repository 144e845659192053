import Practice
import PracticeEvents
import Projection
import ReadModels

public enum ClaimsUnsubmittedReport: Report {
  public static let name = "claims.unsubmitted"
  public static let title = "Charged to insurance, but on no claim"
  public static let summary = "Charges that a payer owes and that nobody has asked it for."
  public static let roles: Set<Role> = [.biller]
  public static let parameters: [Parameter] = []
  public static let columns =
    [Column("serviceOn", "Service", .date), Column("days", "Days", .integer, unit: "days")]
    + PatientLabel.columns + [
      Column("payer", "Payer", .text), Column("cpt", "CPT", .text), Column("open", "Open", .money),
      Column("state", "State", .text), Column("noteSigned", "Note", .flag),
      Column("charge", "Charge", .text), Column("session", "Session", .text, isDetail: true),
    ]
  public static let key = ["charge"]
  public static let projectors: [any Projector.Type] = [
    BalancesProjector.self, ReadinessProjector.self,
  ]

  public static func run(_ arguments: Arguments, _ source: ReportSource) throws -> ReportBody {
    let readiness = try source.readiness()
    let names = NameBook(readiness)
    var rows: [(on: Int32, label: PatientLabel, charge: String, cells: [Cell])] = []
    var total: Int64 = 0
    try source.balances().forEachAccount { patient, account in
      for (id, charge) in account.charges where charge.insuranceOpenCents > 0 {
        let isHeld = account.claims[charge.claim]?.status == .held
        guard charge.claim.isEmpty || isHeld else { continue }
        let state = try readiness.patient(patient)
        let label = try names.patient(patient.description)
        let days = charge.serviceOn.civilDate.map { $0.days(until: source.today) } ?? 0
        let note = state.care.sessions[charge.session]?.note ?? ""
        total &+= charge.insuranceOpenCents
        rows.append(
          (
            charge.serviceOn, label, id,
            [.day(charge.serviceOn), .integer(days)] + label.cells + [
              .word(
                try names.payer(state.coverage.coverages[charge.coverage]?.added.payer ?? "")),
              .word(charge.cpt), .cents(charge.insuranceOpenCents),
              .text(
                isHeld
                  ? "held" : charge.firstSubmittedOn == 0 ? "not claimed" : "rejected or withdrawn"),
              .flag(!note.isEmpty), .text(id), .word(charge.session),
            ]
          ))
      }
    }
    return ReportBody(
      rows: rows.sorted { ($0.on, $0.label, $0.charge) < ($1.on, $1.label, $1.charge) }
        .map(\.cells),
      totals: totals(in: "mrn", ["open": .cents(total)]),
      notes: ["Sessions that have no charge at all are in sessions.unbilled."])
  }
}
