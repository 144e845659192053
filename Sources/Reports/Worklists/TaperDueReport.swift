import Practice
import PracticeEvents
import Projection
import ReadModels

public enum TaperDueReport: Report {
  public static let name = "taper.due"
  public static let title = "Steps to fewer visits that are due"
  public static let summary =
    "Open episodes whose phase reached its goal, its pain relief or its end: fewer visits from now."
  public static let roles: Set<Role> = [.therapist, .frontDesk]
  public static let parameters: [Parameter] = [
    .optional(
      "days", .integer, "list also those that the plan steps down within so many days",
      default: "7")
  ]
  public static let columns =
    [Column("since", "Since", .date)] + PatientLabel.columns + [
      Column("phase", "Phase", .integer), Column("phases", "of", .integer, isDetail: true),
      Column("criterion", "Because of", .text, isDetail: true), Column("finding", "Finding", .text),
      Column("rule", "Rule", .text, isDetail: true),
      Column("nextPerWeek", "Then", .text),
      Column("nextAppointment", "Next visit", .date),
      Column("episode", "Episode", .text, isDetail: true),
    ]
  public static let projectors: [any Projector.Type] = [ReadinessProjector.self]

  public static func run(_ arguments: Arguments, _ source: ReportSource) throws -> ReportBody {
    let ahead = try arguments.requiredInteger("days")
    let today = source.today
    var rows: [(on: CivilDate, label: PatientLabel, episode: String, cells: [Cell])] = []
    try source.readiness().forEachPatient { _, state in
      for id in state.care.episodes.keys {
        guard
          let due = state.care.taperDue(
            episode: id, on: today, aheadDays: ahead, by: source.clinic),
          let phases = state.care.plan(episode: id, on: today)?.phases
        else { continue }
        let label = PatientLabel(state.profile)
        let next = phases[due.nextPhase]
        rows.append(
          (
            due.on, label, id,
            [.date(due.on)] + label.cells + [
              .integer(due.phase + 1), .integer(phases.count), .text(due.criterion.rawValue),
              .text(due.finding), .text(due.rule), .text(perWeek(next)),
              state.nextAppointment(from: today).map { .day($0.dateOn) } ?? .none, .text(id),
            ]
          ))
      }
    }
    return ReportBody(
      rows: rows.sorted { ($0.on, $0.label, $0.episode) < ($1.on, $1.label, $1.episode) }
        .map(\.cells),
      notes: [
        "Measured since the phase began: the plan's own exits; where it has none, half the way to a "
          + "goal, or pain (NPRS) down by 2 points or 30 % (rules frequency/taper-…). By date the "
          + "plan steps down by itself; else record take-taper-step."
      ])
  }

  private static func perWeek(_ phase: TreatmentPlanAdopted.Phase) -> String {
    VisitFrequency(
      lowestPerWeekHundredths: phase.visitsPerWeekMinHundredths,
      highestPerWeekHundredths: phase.visitsPerWeekMaxHundredths, source: .plan(phase: 0, of: 0)
    ).perWeekText
  }
}
