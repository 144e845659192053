import Practice
import PracticeEvents
import Projection
import ReadModels

public enum LicensesExpiringReport: Report {
  public static let name = "licenses.expiring"
  public static let title = "Licences and credentials that end"
  public static let summary =
    "Licences and training credentials that have ended, are not active, or end soon."
  public static let roles: Set<Role> = [.therapist]
  public static let parameters: [Parameter] = [
    .optional("days", .integer, "list those that end within so many days", default: "60")
  ]
  public static let columns = [
    Column("lastDay", "Last day", .date), Column("practitioner", "Therapist", .text),
    Column("what", "What", .text), Column("number", "Number", .text),
    Column("status", "Status", .text), Column("daysLeft", "Days left", .integer, unit: "days"),
    Column("mayTreat", "Licensed today", .flag),
  ]
  public static let key = ["practitioner", "what", "number"]
  public static let projectors: [any Projector.Type] = [ReadinessProjector.self]

  public static func run(_ arguments: Arguments, _ source: ReportSource) throws -> ReportBody {
    let limit = try arguments.requiredInteger("days")
    let today = source.today
    var rows: [(lastDay: Int32, name: String, what: String, id: String, cells: [Cell])] = []
    try source.readiness().forEachPractitioner { _, practitioner in
      let name = practitioner.current.name.short
      func list(_ what: String, _ number: String, _ id: String, _ lastDay: Int32, _ status: String?)
      {
        let left = lastDay.civilDate.map { today.days(until: $0) }
        // Without a last day only another status than active is worth a line.
        guard status != nil || left.map({ $0 <= limit }) ?? false else { return }
        let isOver = left.map { $0 < 0 } ?? false
        rows.append(
          (
            lastDay, name, what, id,
            [
              .day(lastDay), .word(name), .text(what), .word(number),
              .text(status ?? (isOver ? "expired" : "active")), left.map(Cell.integer) ?? .none,
              .flag(practitioner.isLicensed(on: today)),
            ]
          ))
      }
      for (id, license) in practitioner.licenses {
        let recorded = license.recorded
        let status = license.status(on: today)
        list(
          "licence \(recorded.type) \(recorded.state)", recorded.number, id, license.expiresOn,
          status == .active ? nil : status.text)
      }
      for credential in practitioner.credentials {
        list("training \(credential.kind)", "", credential.credential, credential.expiresOn, nil)
      }
    }
    return ReportBody(
      rows: rows.sorted {
        ($0.lastDay, $0.name, $0.what, $0.id) < ($1.lastDay, $1.name, $1.what, $1.id)
      }.map(\.cells),
      notes: [
        "What has ended stays listed. A lapsed licence blocks treatment (B5) and cannot be "
          + "overridden; licensed today says whether any licence of the therapist is in force."
      ])
  }
}

extension LicenseStatus {
  fileprivate var text: String {
    switch self {
    case .active: "active"
    case .lapsed: "lapsed"
    case .suspended: "suspended"
    case .revoked: "revoked"
    case .unspecified, .UNRECOGNIZED: "unknown"
    }
  }
}
