import Practice
import PracticeEvents
import Projection
import ReadModels

public enum ProgressGoalsReport: Report {
  public static let name = "progress.goals"
  public static let title = "Goals"
  public static let summary = "Goals of all patients, how far each has come, and which are overdue."
  public static let roles: Set<Role> = [.therapist]
  public static let parameters: [Parameter] = [
    .optional(
      "status", words: ["open", "met", "notMet", "all"], "open, met, notMet or all",
      default: "open"),
    .optional("due", .date, "only goals due on or before this day"),
  ]
  public static let columns =
    [Column("due", "Due", .date)] + PatientLabel.columns + [
      Column("goal", "Goal", .text, isDetail: true), Column("description", "What", .text),
      Column("instrument", "Measure", .text),
      Column("baseline", "Baseline", .hundredths, isDetail: true),
      Column("latest", "Latest", .hundredths), Column("target", "Target", .hundredths),
      Column("reached", "Reached", .rate), Column("status", "Status", .text, isDetail: true),
      Column("overdue", "Overdue", .flag),
    ]
  public static let key = ["goal"]
  public static let projectors: [any Projector.Type] = [
    TreatmentProgressProjector.self, ReadinessProjector.self,
  ]

  private static let statuses: [String: GoalStatus] = [
    "open": .open, "met": .met, "notMet": .notMet,
  ]

  public static func run(_ arguments: Arguments, _ source: ReportSource) throws -> ReportBody {
    let word = arguments.text("status") ?? "open"
    guard word == "all" || statuses[word] != nil else {
      throw ReportError.malformedParameter(
        "status", problem: "\"\(word)\" is none of open, met, notMet, all")
    }
    let due = arguments.date("due")?.compact
    let names = NameBook(try source.readiness())
    var rows: [(due: Int32, label: PatientLabel, goal: String, cells: [Cell])] = []
    try source.progress().forEach { patient, care in
      for (id, goal) in care.goals {
        guard word == "all" || goal.status == statuses[word] else { continue }
        if let due, goal.set.dueOn == 0 || goal.set.dueOn > due { continue }
        let label = try names.patient(patient.description)
        rows.append(
          (
            goal.set.dueOn == 0 ? .max : goal.set.dueOn, label, id,
            cells(id, goal, label, care, source.today)
          ))
      }
    }
    return ReportBody(
      rows: rows.sorted { ($0.due, $0.label, $0.goal) < ($1.due, $1.label, $1.goal) }.map(\.cells),
      notes: [
        "Latest is the episode's last score of the goal's measure; reached is the way from "
          + "baseline to target. A goal counts as met only when a therapist recorded it."
      ])
  }

  private static func cells(
    _ id: String, _ goal: CareState.Goal, _ label: PatientLabel, _ care: CareState,
    _ today: CivilDate
  ) -> [Cell] {
    let set = goal.set
    let latest = care.measures.filter {
      $0.episode == set.episode && $0.instrument == set.instrument && $0.purpose != .afterSession
    }.enumerated().max {
      ($0.element.measuredOn, $0.offset) < ($1.element.measuredOn, $1.offset)
    }?.element.scoreHundredths
    let facts = OutcomeInstrument.of(set.instrument)
    let isOverdue = goal.status == .open && set.dueOn != 0 && set.dueOn < today.compact
    return [.day(set.dueOn)] + label.cells + [
      .text(id), .word(set.description_p), facts.map { .text($0.name) } ?? .none,
      facts == nil ? .none : .hundredths(Int(set.baselineHundredths)),
      facts == nil ? .none : latest.map { .hundredths(Int($0)) } ?? .none,
      facts == nil ? .none : .hundredths(Int(set.targetHundredths)),
      latest.map { EpisodeSummary.reached(set, by: $0) } ?? .none,
      .text(goal.status.text), .flag(isOverdue),
    ]
  }
}

extension GoalStatus {
  var text: String {
    switch self {
    case .open: "open"
    case .met: "met"
    case .notMet: "not met"
    case .unspecified, .UNRECOGNIZED: "unknown"
    }
  }
}
