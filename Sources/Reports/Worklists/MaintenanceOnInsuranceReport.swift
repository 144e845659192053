import Practice
import PracticeEvents
import Projection
import ReadModels

public enum MaintenanceOnInsuranceReport: Report {
  public static let name = "maintenance.onInsurance"
  public static let title = "Maintenance on insurance"
  public static let summary =
    "Maintenance care on a route that files claims, or charged to an insurer, which payers exclude."
  public static let roles: Set<Role> = [.biller, .frontDesk]
  public static let parameters: [Parameter] = []
  public static let columns =
    [Column("on", "On", .date)] + PatientLabel.columns + [
      Column("what", "What", .text), Column("amount", "Amount", .money),
      Column("open", "Open", .money), Column("payer", "Payer", .text),
      Column("claim", "Claim", .text), Column("nextAppointment", "Next visit", .date),
      Column("episode", "Episode", .text, isDetail: true),
    ]
  public static let projectors: [any Projector.Type] = [ReadinessProjector.self]

  public static func run(_ arguments: Arguments, _ source: ReportSource) throws -> ReportBody {
    let names = NameBook(try source.readiness())
    var rows: [(on: CivilDate, label: PatientLabel, id: String, cells: [Cell])] = []
    try source.readiness().forEachPatient { _, state in
      let label = PatientLabel(state.profile)
      for (id, episode) in state.care.episodes
      where !episode.isDischarged && state.care.isMaintenance(episode: id, on: source.today) {
        guard let payer = state.payer(on: source.today) else { continue }
        rows.append(
          (
            source.today, label, id,
            [.date(source.today)] + label.cells + [
              .text("route"), .none, .none, .word(try names.payer(payer.description)), .none,
              state.nextAppointment(from: source.today).map { .day($0.dateOn) } ?? .none,
              .text(id),
            ]
          ))
      }
      for (id, charge) in state.account.charges where !charge.voided && !charge.coverage.isEmpty {
        let episode = state.care.sessions[charge.session]?.delivered.episode ?? ""
        guard let day = charge.serviceOn.civilDate,
          state.care.isMaintenance(episode: episode, on: day)
        else { continue }
        let payer = state.coverage.coverages[charge.coverage]?.added.payer ?? ""
        rows.append(
          (
            day, label, id,
            [.date(day)] + label.cells + [
              .text(charge.claim.isEmpty ? "charge" : "claim"), .cents(charge.amountCents),
              .cents(charge.insuranceOpenCents), .word(try names.payer(payer)),
              .word(charge.claim), .none, .word(episode),
            ]
          ))
      }
    }
    return ReportBody(
      rows: rows.sorted { ($0.on, $0.label, $0.id) < ($1.on, $1.label, $1.id) }.map(\.cells),
      notes: [
        "Routes as of today, charges by their day of service. Claims for maintenance are refused "
          + "unless a supervisor says why; the patient may choose to pay with elect-self-pay."
      ])
  }
}
