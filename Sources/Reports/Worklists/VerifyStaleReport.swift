import Practice
import PracticeEvents
import Projection
import ReadModels

public enum VerifyStaleReport: Report {
  public static let name = "verify.stale"
  public static let title = "Insurance to verify"
  public static let summary =
    "Patients whose next medical visit has no verification fresh enough to rely on."
  public static let roles: Set<Role> = [.frontDesk, .biller]
  public static let parameters: [Parameter] = [
    .optional("date", .date, "visits from this day on", default: "today")
  ]
  public static let columns =
    [Column("visit", "Next visit", .date)] + PatientLabel.columns + [
      Column("payer", "Payer", .text), Column("verifiedOn", "Verified", .date),
      Column("goodThrough", "Good through", .date),
      Column("age", "Age at visit", .integer, unit: "days", isDetail: true),
      Column("blocks", "Blocked", .flag),
      Column("problem", "Problem", .text), Column("coverage", "Coverage", .text, isDetail: true),
    ]
  public static let key = ["mrn"]
  public static let projectors: [any Projector.Type] = [ReadinessProjector.self]

  public static func run(_ arguments: Arguments, _ source: ReportSource) throws -> ReportBody {
    let date = try arguments.requiredDate("date")
    let readiness = try source.readiness()
    let names = NameBook(readiness)
    var rows: [(visit: Int32, label: PatientLabel, id: SubjectID, cells: [Cell])] = []
    try readiness.forEachPatient { id, state in
      guard let next = state.nextAppointment(from: date, medicalOnly: true),
        let visit = next.plannedVisit(source.clinic)
      else { return }
      let clearance = try readiness.clearance(of: state, for: visit)
      let block = clearance.blocks.first { $0.code == .verification }
      let warning = clearance.warnings.first { $0.code == .oldVerification }
      guard let problem = block?.text ?? warning?.text else { return }
      let coverage = state.coverage.coverage(on: visit.date)
      let verified = coverage?.latestAnswer(on: visit.date)?.verified
      let label = PatientLabel(state.profile)
      rows.append(
        (
          next.dateOn, label, id,
          [.date(visit.date)] + label.cells + [
            .word(try names.payer(coverage?.added.payer ?? "")), .day(verified?.verifiedOn ?? 0),
            .day(verified?.goodThrough ?? 0),
            (verified?.verifiedOn.civilDate).map { .integer($0.days(until: visit.date)) } ?? .none,
            .flag(block != nil), .text(problem), .word(coverage?.id ?? ""),
          ]
        ))
    }
    return ReportBody(
      rows: rows.sorted { ($0.visit, $0.label, $0.id) < ($1.visit, $1.label, $1.id) }.map(\.cells),
      notes: [
        "Judged by the gate itself (B2 and W2) for each patient's next medical visit. Patients "
          + "without one to come, and those who chose to pay, are not listed."
      ])
  }
}
