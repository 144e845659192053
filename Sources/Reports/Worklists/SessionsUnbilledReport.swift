import Practice
import PracticeEvents
import Projection
import ReadModels

public enum SessionsUnbilledReport: Report {
  public static let name = "sessions.unbilled"
  public static let title = "Delivered but not charged"
  public static let summary = "Sessions with lines that have no charge yet."
  public static let roles: Set<Role> = [.biller, .frontDesk]
  public static let parameters: [Parameter] = []
  public static let columns =
    [Column("delivered", "Delivered", .date)] + PatientLabel.columns + [
      Column("practitioner", "Therapist", .text),
      Column("lines", "Lines without a charge", .list),
      Column("days", "Days", .integer, unit: "days"), Column("noteSigned", "Note", .flag),
      Column("selfPay", "Self-pay", .flag), Column("session", "Session", .text),
    ]
  public static let key = ["session"]
  public static let projectors: [any Projector.Type] = [
    TreatmentProgressProjector.self, ReadinessProjector.self,
  ]

  public static func run(_ arguments: Arguments, _ source: ReportSource) throws -> ReportBody {
    let names = NameBook(try source.readiness())
    var (delivered, charged, nothingToCharge) = (0, 0, 0)
    var rows: [(on: Int32, label: PatientLabel, session: String, cells: [Cell])] = []
    try source.progress().forEach { patient, care in
      for (id, session) in care.sessions where !session.voided {
        delivered += 1
        let open = session.linesWithoutCharge
        if open.isEmpty {
          if session.chargeByLine.isEmpty { nothingToCharge += 1 } else { charged += 1 }
          continue
        }
        let label = try names.patient(patient.description)
        let facts = session.delivered
        rows.append(
          (
            facts.deliveredOn, label, id,
            [.day(facts.deliveredOn)] + label.cells + [
              .word(try names.practitioner(facts.practitioner)), .list(open),
              facts.deliveredOn.civilDate.map { .integer($0.days(until: source.today)) } ?? .none,
              .flag(!session.note.isEmpty), .flag(facts.selfPay), .text(id),
            ]
          ))
      }
    }
    return ReportBody(
      rows: rows.sorted { ($0.on, $0.label, $0.session) < ($1.on, $1.label, $1.session) }
        .map(\.cells),
      notes: [
        "Of \(delivered) sessions delivered and not voided, \(charged) are charged, "
          + "\(nothingToCharge) earned no unit and have nothing to charge, and \(rows.count) are "
          + "listed."
      ])
  }
}

extension CareState.Session {
  /// Lines that no standing charge carries: those that earned units, or all while nobody determined
  /// units.
  var linesWithoutCharge: [String] {
    delivered.services.compactMap { service in
      guard chargeByLine[service.line] == nil else { return nil }
      guard hasUnits else { return service.cpt }
      let earned = units.lines.first { $0.line == service.line }?.units ?? 0
      return earned > 0 ? "\(service.cpt) × \(earned)" : nil
    }
  }
}
