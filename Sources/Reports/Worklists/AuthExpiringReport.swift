import Practice
import PracticeEvents
import Projection
import ReadModels

public enum AuthExpiringReport: Report {
  public static let name = "auth.expiring"
  public static let title = "Authorizations that run out soon"
  public static let summary =
    "Which authorizations to have extended, by visits, units and days left."
  public static let roles: Set<Role> = [.frontDesk, .biller]
  public static let parameters: [Parameter] = [
    .optional("visits", .integer, "list those with at most so many visits left", default: "2"),
    .optional("units", .integer, "or fewer than so many units left", default: "10"),
    .optional("days", .integer, "or at most so many days left", default: "7"),
  ]
  public static let columns =
    PatientLabel.columns + [
      Column("payer", "Payer", .text), Column("number", "Number", .text, isDetail: true),
      Column("lastDay", "Last day", .date), Column("daysLeft", "Days left", .integer, unit: "days"),
      Column("visitsLeft", "Visits left", .integer, unit: "visits"),
      Column("unitsLeft", "Units left", .integer, unit: "units"),
      Column("nextAppointment", "Next visit", .date),
      Column("authorization", "Authorization", .text, isDetail: true),
    ]
  public static let key = ["authorization"]
  public static let projectors: [any Projector.Type] = [ReadinessProjector.self]

  public static func run(_ arguments: Arguments, _ source: ReportSource) throws -> ReportBody {
    let visits = try arguments.requiredInteger("visits")
    let units = try arguments.requiredInteger("units")
    let days = try arguments.requiredInteger("days")
    let today = source.today
    let readiness = try source.readiness()
    let names = NameBook(readiness)
    var rows: [(lastDay: Int32, label: PatientLabel, id: String, cells: [Cell])] = []
    try readiness.forEachPatient { _, state in
      for (id, authorization) in state.coverage.authorizations where authorization.holds(on: today)
      {
        let approved = authorization.approved
        guard let lastDay = approved.throughDateOn.civilDate else { continue }
        let daysLeft = today.days(until: lastDay)
        let (visitsLeft, unitsLeft) = (authorization.visitsLeft(), authorization.unitsLeft())
        guard
          daysLeft <= days || visitsLeft.map({ $0 <= visits }) ?? false
            || unitsLeft.map({ $0 < units }) ?? false
        else { continue }
        let label = PatientLabel(state.profile)
        let payer = state.coverage.coverages[approved.coverage]?.added.payer ?? ""
        rows.append(
          (
            approved.throughDateOn, label, id,
            label.cells + [
              .word(try names.payer(payer)), .word(approved.authorizationNumber), .date(lastDay),
              .integer(daysLeft), visitsLeft.map(Cell.integer) ?? .none,
              unitsLeft.map(Cell.integer) ?? .none,
              state.nextAppointment(from: today).map { .day($0.dateOn) } ?? .none, .text(id),
            ]
          ))
      }
    }
    return ReportBody(
      rows: rows.sorted { ($0.lastDay, $0.label, $0.id) < ($1.lastDay, $1.label, $1.id) }
        .map(\.cells),
      notes: [
        "Counted as of today from delivered sessions; booked visits are not taken off. Blank: not "
          + "limited by visits or by units.",
        "Authorizations that have ended, not begun or were denied are not listed.",
      ])
  }
}
