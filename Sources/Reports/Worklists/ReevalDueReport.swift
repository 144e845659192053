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
      Column("isDue", "Due now", .flag), Column("nextAppointment", "Next visit", .date),
      Column("visits", "Visits since", .integer, unit: "visits"),
      Column("daysSince", "Days since", .integer, unit: "days"),
      Column("visitLimit", "Visits at most", .integer, unit: "visits", isDetail: true),
      Column("dayLimit", "Days at most", .integer, unit: "days", isDetail: true),
      Column("evaluated", "Last evaluated", .date, isDetail: true),
      Column("episode", "Episode", .text, isDetail: true),
    ]
  public static let key = ["episode"]
  public static let projectors: [any Projector.Type] = [ReadinessProjector.self]

  public static func run(_ arguments: Arguments, _ source: ReportSource) throws -> ReportBody {
    let ahead = try arguments.requiredInteger("days")
    var rows: [(due: CivilDate, label: PatientLabel, episode: String, cells: [Cell])] = []
    try source.readiness().forEachPatient { _, state in
      for (id, episode) in state.care.episodes where !episode.isDischarged {
        guard let standing = Standing(state.care, episode: id, source),
          let due = standing.due, standing.isDue || due <= source.today.adding(days: ahead)
        else { continue }
        let label = PatientLabel(state.profile)
        rows.append(
          (
            due, label, id,
            [.date(due)] + label.cells + [
              .flag(standing.isDue),
              state.nextAppointment(from: source.today).map { .day($0.dateOn) } ?? .none,
              .integer(standing.visits), .integer(standing.days),
              standing.limits.visits.map { .integer($0) } ?? .none,
              standing.limits.days.map { .integer($0) } ?? .none, .date(standing.evaluated),
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
          + "numbers come before the clinic's for the class of the care (rules "
          + "clearance/…reevaluate-every-…): upkeep is reviewed more seldom, care against stress not.",
        "Episodes that were never assessed or are discharged are not listed.",
      ])
  }

  /// How an episode stands against the numbers that the gate's warning W1 uses.
  private struct Standing {
    let evaluated: CivilDate
    let visits: Int
    let days: Int
    let limits: ReevaluationLimits
    private let today: CivilDate
    var isDue: Bool { limits.isReached(visits: visits, days: days) }
    /// By the calendar; where days do not count, today once it is due by visits.
    var due: CivilDate? {
      limits.days.map { evaluated.adding(days: $0) } ?? (isDue ? today : nil)
    }

    init?(_ care: CareState, episode: String, _ source: ReportSource) {
      guard let evaluated = care.lastEvaluatedOn(episode: episode).civilDate else { return nil }
      self.evaluated = evaluated
      today = source.today
      visits = care.visitsSinceEvaluation(episode: episode)
      days = evaluated.days(until: source.today)
      limits = care.reevaluationLimits(episode: episode, on: source.today, by: source.clinic)
    }
  }
}
