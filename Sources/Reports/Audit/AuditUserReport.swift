import Practice
import PracticeEvents
import Projection

public enum AuditUserReport: Report {
  public static let name = "audit.user"
  public static let title = "What a person recorded"
  public static let summary =
    "Everything that a person recorded in a range of days; corrections, overrides, late entries."
  public static let roles: Set<Role> = []
  public static let parameters: [Parameter] = [
    .user("the user's name", isRequired: true),
    .optional("from", .date, "first day of recording", default: "startOfMonth"),
    .optional("to", .date, "last day of recording", default: "today"),
    .optional(
      "hours", .integer, "an entry is late after so many hours", default: "lateEntryHours"),
  ]
  public static let columns =
    [
      Column("recordedAt", "Recorded", .instant),
      Column("occurredAt", "Occurred", .instant, isDetail: true),
      Column("role", "Role", .text, isDetail: true),
    ] + PatientLabel.columns + [
      Column("type", "Type", .eventType), Column("what", "What", .text),
      Column("marks", "Marks", .list), Column("reason", "Reason", .text),
      Column("corrects", "Corrects", .text, isDetail: true),
      Column("position", "Position", .integer), Column("event", "Event", .text, isDetail: true),
    ]
  public static let key = ["event"]
  public static let projectors: [any Projector.Type] = []

  public static func run(_ arguments: Arguments, _ source: ReportSource) throws -> ReportBody {
    let user = arguments.text("user") ?? ""
    let limit = try arguments.requiredInteger("hours")
    let days = try arguments.dates(from: "from", through: "to")
    let patients = PatientBook(source.facts)
    var rows: [[Cell]] = []
    var (corrections, overrides, late) = (0, 0, 0)
    let selection = FactSelection(
      recorded: try source.instants(from: days.lowerBound, through: days.upperBound), user: user)
    try source.log.forEach(selection) { fact in
      let event = fact.event
      var marks: [String] = []
      if fact.isCorrection { marks.append("correction") }
      if fact.isOverride { marks.append("override") }
      if fact.hoursLate > limit { marks.append("late by \(fact.hoursLate) h") }
      corrections += fact.isCorrection ? 1 : 0
      overrides += fact.isOverride ? 1 : 0
      late += fact.hoursLate > limit ? 1 : 0
      rows.append(
        [
          .instant(Instant(microseconds: fact.recordedAt)), .instant(event.occurredAt.instant),
          .text(event.actor.role.text),
        ] + (try patients.cells(fact)) + [
          .text(event.kindName), .word(event.what), .list(marks), .word(event.reason),
          .word(event.corrects), .integer(Int(clamping: fact.position)), .text(fact.eventID),
        ])
    }
    return ReportBody(
      rows: rows,
      notes: [
        "By the day of recording: \(corrections) corrections, \(overrides) overrides, \(late) "
          + "entries more than \(limit) hours late. Narrative text is left out."
      ])
  }
}
