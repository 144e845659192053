import Practice
import PracticeEvents
import Projection
import ReadModels

public enum NotesUnsignedReport: Report {
  public static let name = "notes.unsigned"
  public static let title = "Sessions without a signed note"
  public static let summary = "Whose notes are late, so that records stay contemporaneous."
  public static let roles: Set<Role> = [.therapist]
  public static let parameters: [Parameter] = [
    .optional(
      "hours", .integer, "list those older than so many hours", default: "noteSigningHours"),
    .optional("practitioner", .practitioner, "only this therapist"),
  ]
  public static let columns =
    [Column("delivered", "Delivered", .date)] + PatientLabel.columns + [
      Column("practitioner", "Therapist", .text), Column("hours", "Hours", .integer, unit: "hours"),
      Column("session", "Session", .text), Column("event", "Event", .text, isDetail: true),
    ]
  public static let key = ["session"]
  public static let projectors: [any Projector.Type] = [
    TreatmentProgressProjector.self, ReadinessProjector.self,
  ]

  public static func run(_ arguments: Arguments, _ source: ReportSource) throws -> ReportBody {
    let limit = try arguments.requiredInteger("hours")
    let practitioner = arguments.subject("practitioner")?.description
    let names = NameBook(try source.readiness())
    var rows: [(endedAt: Instant, session: String, cells: [Cell])] = []
    try source.progress().forEach { patient, care in
      for (id, session) in care.sessions where !session.voided && session.note.isEmpty {
        let delivered = session.delivered
        guard practitioner == nil || delivered.practitioner == practitioner else { continue }
        let minutes = delivered.endedAt.instant.minutes(until: source.countedUpTo)
        // Compared in minutes: 72 hours and a minute is more than 72 hours.
        guard minutes > limit.multipliedReportingOverflow(by: 60).partialValue else { continue }
        rows.append(
          (
            delivered.endedAt.instant, id,
            [.day(delivered.deliveredOn)] + (try names.patient(patient.description).cells) + [
              .word(try names.practitioner(delivered.practitioner)), .integer(minutes / 60),
              .text(id), .text(session.event),
            ]
          ))
      }
    }
    return ReportBody(
      rows: rows.sorted { ($0.endedAt, $0.session) < ($1.endedAt, $1.session) }.map(\.cells),
      notes: [
        "Hours run from the end of the session to the last event recorded, or to the start of "
          + "today if that is later. Voided sessions are not listed."
      ])
  }
}
