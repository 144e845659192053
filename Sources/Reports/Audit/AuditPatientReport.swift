import Practice
import PracticeEvents
import Projection

public enum AuditPatientReport: Report {
  public static let name = "audit.patient"
  public static let title = "Every event of a patient"
  public static let summary =
    "Who recorded what about a patient, when, and what it corrects; without clinical narrative."
  public static let roles: Set<Role> = []
  public static let parameters: [Parameter] = [
    .required("patient", .patient, "MRN or id"),
    .optional("from", .date, "first day on which events count"),
    .optional("to", .date, "last day on which events count"),
  ]
  public static let columns = [
    Column("position", "Position", .integer), Column("recordedAt", "Recorded", .instant),
    Column("occurredAt", "Occurred", .instant, isDetail: true),
    Column("effectiveOn", "Counts on", .date, isDetail: true), Column("user", "By", .text),
    Column("role", "Role", .text, isDetail: true),
    Column("initials", "Initials", .text, isDetail: true),
    Column("type", "Type", .eventType),
    Column("summary", "What", .text), Column("reason", "Reason", .text),
    Column("corrects", "Corrects", .text, isDetail: true),
    Column("event", "Event", .text, isDetail: true),
  ]
  public static let key = ["event"]
  public static let projectors: [any Projector.Type] = []

  public static func run(_ arguments: Arguments, _ source: ReportSource) throws -> ReportBody {
    let patient = try arguments.requiredSubject("patient")
    let (from, through) = (arguments.date("from"), arguments.date("to"))
    let history = try source.facts.history(of: patient)
    let listed = history.filter { fact in
      (from.map { $0.compact <= fact.event.effectiveOn } ?? true)
        && (through.map { fact.event.effectiveOn <= $0.compact } ?? true)
    }
    return ReportBody(
      subject: try source.subject(patient),
      rows: listed.map(cells),
      notes: [
        "\(history.count) events in all, \(listed.count) listed. Narrative text of notes, "
          + "assessments and goals is left out; `chartledger log show` prints an event whole."
      ])
  }

  private static func cells(_ fact: RecordedFact) -> [Cell] {
    let event = fact.event
    return [
      .integer(Int(clamping: fact.position)),
      .instant(Instant(microseconds: fact.recordedAt)), .instant(event.occurredAt.instant),
      .day(event.effectiveOn), .word(event.actor.user), .text(event.actor.role.text),
      .word(event.actor.initials), .text(event.kindName),
      .word(event.what), .word(event.reason),
      .word(event.corrects), .text(fact.eventID),
    ]
  }
}
