import Practice
import PracticeEvents
import Projection
import ReadModels

public enum OverridesReport: Report {
  public static let name = "overrides"
  public static let title = "Overrides of the gate"
  public static let summary = "Which blocks a supervisor let pass, for whom, and why."
  public static let roles: Set<Role> = []
  public static let parameters: [Parameter] = [
    .optional("from", .date, "first day of treatment", default: "startOfMonth"),
    .optional("through", .date, "last day of treatment", default: "endOfMonth"),
  ]
  public static let columns =
    [Column("date", "Visit", .date)] + PatientLabel.columns + [
      Column("blocks", "Blocks", .list), Column("user", "By", .text),
      Column("initials", "Initials", .text), Column("reason", "Reason", .text),
      Column("recordedAt", "Recorded", .instant),
      Column("appointment", "Appointment", .text, isDetail: true),
      Column("position", "Position", .integer), Column("event", "Event", .text, isDetail: true),
    ]
  public static let key = ["event"]
  public static let projectors: [any Projector.Type] = [ReadinessProjector.self]

  public static func run(_ arguments: Arguments, _ source: ReportSource) throws -> ReportBody {
    let readiness = try source.readiness()
    let names = NameBook(readiness)
    let overrides = try readiness.overrides(
      try arguments.dates(from: "from", through: "through"))
    return ReportBody(
      rows: try overrides.map { entry in
        [.day(entry.dateOn)] + (try names.patient(entry.patient).cells) + [
          .list(entry.blocks), .word(entry.user), .word(entry.initials), .word(entry.reason),
          .instant(Instant(microseconds: entry.recordedAtUs)), .word(entry.appointment),
          .integer(Int(clamping: entry.position)), .text(entry.event),
        ]
      },
      notes: [
        "By the day of the treatment. An override is listed whether or not the session was "
          + "delivered."
      ])
  }
}
