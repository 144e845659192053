import Practice
import PracticeEvents
import Projection
import ReadModels

public enum RxExpiringReport: Report {
  public static let name = "rx.expiring"
  public static let title = "Prescriptions that end soon"
  public static let summary = "Which prescriptions to have renewed, by days and visits left."
  public static let roles: Set<Role> = [.frontDesk, .therapist]
  public static let parameters: [Parameter] = [
    .optional("days", .integer, "list those with at most so many days left", default: "14"),
    .optional("visits", .integer, "or at most so many visits left", default: "2"),
  ]
  public static let columns =
    PatientLabel.columns + [
      Column("prescription", "Prescription", .text, isDetail: true),
      Column("prescriber", "Prescriber", .text),
      Column("lastDay", "Last day", .date), Column("daysLeft", "Days left", .integer, unit: "days"),
      Column("visitsUsed", "Used", .integer, unit: "visits", isDetail: true),
      Column("visitsLeft", "Visits left", .integer, unit: "visits"),
      Column("nextAppointment", "Next visit", .date),
    ]
  public static let key = ["prescription"]
  public static let projectors: [any Projector.Type] = [ReadinessProjector.self]

  public static func run(_ arguments: Arguments, _ source: ReportSource) throws -> ReportBody {
    let days = try arguments.requiredInteger("days")
    let visits = try arguments.requiredInteger("visits")
    let today = source.today
    let readiness = try source.readiness()
    let names = NameBook(readiness)
    var rows: [(lastDay: CivilDate, label: PatientLabel, id: String, cells: [Cell])] = []
    try readiness.forEachPatient { _, state in
      let renewed = Set(state.referral.prescriptions.values.map(\.accepted.renews))
      let payer = try state.payer(on: today).map(readiness.payer)
      let maxDays = Int(payer?.policy(on: today).prescriptionMaxDays ?? 0)
      for (id, prescription) in state.referral.prescriptions {
        let lastDay = prescription.lastDay(maxDays: maxDays)
        let (daysLeft, left) = (today.days(until: lastDay), prescription.visitsLeft())
        guard daysLeft >= 0, !renewed.contains(id),
          daysLeft <= days || left.map({ $0 <= visits }) ?? false
        else { continue }
        let label = PatientLabel(state.profile)
        let prescriber = try names.referringProvider(prescription.accepted.referringProvider)
        rows.append(
          (
            lastDay, label, id,
            label.cells + [
              .text(id), .word(prescriber), .date(lastDay), .integer(daysLeft),
              .integer(prescription.visitsUsed()), left.map(Cell.integer) ?? .none,
              state.nextAppointment(from: today).map { .day($0.dateOn) } ?? .none,
            ]
          ))
      }
    }
    return ReportBody(
      rows: rows.sorted { ($0.lastDay, $0.label, $0.id) < ($1.lastDay, $1.label, $1.id) }
        .map(\.cells),
      notes: [
        "Counted as of today; the last day is inclusive and heeds the payer's own limit. Blank "
          + "visits: not limited by count.",
        "Prescriptions that have ended or were renewed are not listed; ready tells whose visit "
          + "has none.",
      ])
  }
}
