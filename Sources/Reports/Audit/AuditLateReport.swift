import Practice
import PracticeEvents
import Projection

public enum AuditLateReport: Report {
  public static let name = "audit.late"
  public static let title = "Late entries"
  public static let summary =
    "What was recorded long after it happened, by whom and why, so that records stay contemporaneous."
  public static let roles: Set<Role> = []
  public static let parameters: [Parameter] = [
    .optional(
      "hours", .integer, "list those more than so many hours late",
      default: "lateEntryHours"),
    .optional("from", .date, "first day of recording"),
    .optional("to", .date, "last day of recording"),
  ]
  public static let columns =
    [
      Column("recordedAt", "Recorded", .instant),
      Column("occurredAt", "Occurred", .instant, isDetail: true),
      Column("days", "Days late", .integer, unit: "days"),
    ] + PatientLabel.columns + [
      Column("type", "Type", .eventType), Column("what", "What", .text),
      Column("user", "By", .text),
      Column("role", "Role", .text, isDetail: true), Column("initials", "Initials", .text),
      Column("reason", "Reason", .text), Column("position", "Position", .integer, isDetail: true),
      Column("event", "Event", .text, isDetail: true),
    ]
  public static let key = ["event"]
  public static let projectors: [any Projector.Type] = []

  public static func run(_ arguments: Arguments, _ source: ReportSource) throws -> ReportBody {
    let limit = try arguments.requiredInteger("hours")
    let patients = PatientBook(source.facts)
    var rows: [[Cell]] = []
    let selection = FactSelection(
      recorded: try source.instants(
        from: arguments.date("from"), through: arguments.date("to")))
    try source.log.forEach(selection) { fact in
      guard fact.hoursLate > limit else { return }
      let event = fact.event
      let recordedAt = Instant(microseconds: fact.recordedAt)
      let days = source.zone.date(of: event.occurredAt.instant)
        .days(until: source.zone.date(of: recordedAt))
      rows.append(
        [.instant(recordedAt), .instant(event.occurredAt.instant), .integer(days)]
          + (try patients.cells(fact)) + [
            .text(event.kindName), .word(event.what), .word(event.actor.user),
            .text(event.actor.role.text), .word(event.actor.initials), .word(event.reason),
            .integer(Int(clamping: fact.position)), .text(fact.eventID),
          ])
    }
    return ReportBody(
      rows: rows,
      notes: [
        "Late is what was recorded more than \(limit) hours after it happened, as whoever recorded "
          + "it said when that was. Notes that are not signed yet are in notes.unsigned."
      ])
  }
}
