import Practice
import PracticeEvents
import Projection
import ReadModels

public enum ReevalDueReport: Report {
  public static let name = "reeval.due"
  public static let title = "Re-evaluations due"
  public static let summary = "Open episodes whose re-evaluation is due by visits or days."
  public static let roles: Set<Role> = [.therapist]
  public static let parameters: [Parameter] = [
    .optional("days", .integer, "list also those due within so many days", default: "7")
  ]
  public static let columns =
    [Column("due", "Due", .date)] + PatientLabel.columns + [
      Column("evaluated", "Last evaluated", .date),
      Column("visits", "Visits since", .integer, unit: "visits"),
      Column("visitLimit", "of", .integer, unit: "visits"),
      Column("daysSince", "Days since", .integer, unit: "days"),
      Column("dayLimit", "of", .integer, unit: "days"), Column("isDue", "Due now", .flag),
      Column("nextAppointment", "Next visit", .date), Column("episode", "Episode", .text),
    ]
  public static let key = ["episode"]
  public static let projectors: [any Projector.Type] = [ReadinessProjector.self]

  public static func run(_ arguments: Arguments, _ source: ReportSource) throws -> ReportBody {
    let ahead = try arguments.requiredInteger("days")
    var rows: [(due: CivilDate, label: PatientLabel, episode: String, cells: [Cell])] = []
    try source.readiness().forEachPatient { _, state in
      for (id, episode) in state.care.episodes where !episode.isDischarged {
        guard let standing = Standing(state.care, episode: id, source),
          standing.isDue || standing.due <= source.today.adding(days: ahead)
        else { continue }
        let label = PatientLabel(state.profile)
        rows.append(
          (
            standing.due, label, id,
            [.date(standing.due)] + label.cells + [
              .date(standing.evaluated), .integer(standing.visits), .integer(standing.visitLimit),
              .integer(standing.days), .integer(standing.dayLimit), .flag(standing.isDue),
              state.nextAppointment(from: source.today).map { .day($0.dateOn) } ?? .none,
              .text(id),
            ]
          ))
      }
    }
    return ReportBody(
      rows: rows.sorted { ($0.due, $0.label, $0.episode) < ($1.due, $1.label, $1.episode) }
        .map(\.cells),
      notes: [
        "Due is the day by the calendar; with the visits reached it is due now. The plan's own "
          + "numbers come before the clinic's (rules clearance/reevaluate-every-…).",
        "Episodes that were never assessed or are discharged are not listed.",
      ])
  }

  /// How an episode stands against the numbers that the gate's warning W1 uses.
  private struct Standing {
    let evaluated: CivilDate
    let visits: Int
    let days: Int
    let visitLimit: Int
    let dayLimit: Int
    var due: CivilDate { evaluated.adding(days: dayLimit) }
    var isDue: Bool { visits >= visitLimit || days >= dayLimit }

    init?(_ care: CareState, episode: String, _ source: ReportSource) {
      guard let evaluated = care.lastEvaluatedOn(episode: episode).civilDate else { return nil }
      let plan = care.plan(episode: episode, on: source.today)
      func limit(_ planned: Int32?, _ key: String) -> Int {
        if let planned, planned > 0 { return Int(planned) }
        return source.clinic.rule("clearance", key, on: source.today)
      }
      self.evaluated = evaluated
      visits = care.visitsSinceEvaluation(episode: episode)
      days = evaluated.days(until: source.today)
      visitLimit = limit(plan?.reevaluateEveryVisits, "reevaluate-every-visits")
      dayLimit = limit(plan?.reevaluateEveryDays, "reevaluate-every-days")
    }
  }
}
