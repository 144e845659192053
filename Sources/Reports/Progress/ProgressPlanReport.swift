import Practice
import PracticeEvents
import Projection
import ReadModels

public enum ProgressPlanReport: Report {
  public static let name = "progress.plan"
  public static let title = "Treatment plan"
  public static let summary =
    "The plan of an episode: its phases, how often in each, what ends it, and the visits made."
  public static let roles: Set<Role> = [.therapist]
  public static let parameters: [Parameter] = [
    .required("patient", .patient, "MRN or id"),
    .optional("episode", .text, "by default the open one that began last, else the last"),
  ]
  public static let columns = [
    Column("phase", "Phase", .integer), Column("class", "Class", .text),
    Column("frequency", "How often", .text),
    Column("perWeekMin", "Least per week", .hundredths, unit: "per week", isDetail: true),
    Column("perWeekMax", "Most per week", .hundredths, unit: "per week", isDetail: true),
    Column("weeks", "Weeks", .integer, unit: "weeks"), Column("ends", "Or until", .list),
    Column("from", "From", .date), Column("through", "Through", .date),
    Column("delivered", "Visits", .integer, unit: "visits"), Column("status", "Status", .text),
  ]
  public static let key = ["phase"]
  public static let projectors: [any Projector.Type] = [TreatmentProgressProjector.self]

  public static func run(_ arguments: Arguments, _ source: ReportSource) throws -> ReportBody {
    let patient = try arguments.requiredSubject("patient")
    let subject = try source.subject(patient)
    let care = try source.progress().care(of: patient)
    guard let id = try EpisodeSummary.chosen(care, named: arguments.text("episode")) else {
      return ReportBody(subject: subject, rows: [], notes: ["There is no episode of care."])
    }
    let summary = EpisodeSummary(care, episode: id, source.clinic, today: source.today)
    let last = care.dischargedOn(episode: id).map { min($0, source.today) } ?? source.today
    guard let plan = care.plan(episode: id, on: last) else {
      return ReportBody(
        subject: subject, rows: [],
        notes: ["No plan was adopted for \(id): the guideline of the condition's class holds."])
    }
    let spans = spans(of: plan, summary, through: last)
    return ReportBody(
      subject: subject,
      rows: plan.phases.indices.map { row($0, plan, spans, summary) },
      notes: notes(plan, summary))
  }

  /// The days on which each phase ran, by its index.
  private static func spans(
    of plan: TreatmentPlanAdopted, _ summary: EpisodeSummary, through last: CivilDate
  ) -> [Int: ClosedRange<CivilDate>] {
    guard let adopted = plan.adoptedOn.civilDate, adopted <= last else { return [:] }
    var spans: [Int: ClosedRange<CivilDate>] = [:]
    for date in adopted...last {
      guard let index = summary.care.currentPhaseIndex(episode: summary.id, on: date) else {
        continue
      }
      spans[index] = (spans[index]?.lowerBound ?? date)...date
    }
    return spans
  }

  private static func row(
    _ index: Int, _ plan: TreatmentPlanAdopted, _ spans: [Int: ClosedRange<CivilDate>],
    _ summary: EpisodeSummary
  ) -> [Cell] {
    let phase = plan.phases[index]
    let span = spans[index]
    let running = spans.keys.max()
    let frequency = VisitFrequency(
      lowestPerWeekHundredths: phase.visitsPerWeekMinHundredths,
      highestPerWeekHundredths: phase.visitsPerWeekMaxHundredths,
      source: .plan(phase: index + 1, of: plan.phases.count))
    let delivered = span.map { span in
      summary.sessions.count {
        $0.delivered.deliveredOn.civilDate.map(span.contains) ?? false
      }
    }
    let isRunning = index == running && !summary.isOver
    return [
      .integer(index + 1), .word(phase.conditionClass.text),
      phase.visitsPerWeekMaxHundredths > 0 ? .text(frequency.inWords) : .none,
      .hundredths(Int(phase.visitsPerWeekMinHundredths)),
      .hundredths(Int(phase.visitsPerWeekMaxHundredths)),
      phase.weeks > 0 ? .integer(Int(phase.weeks)) : .none,
      .list(phase.exits.map(\.text) + [phase.exitCriterion].filter { !$0.isEmpty }),
      span.map { .date($0.lowerBound) } ?? .none,
      isRunning ? .none : span.map { .date($0.upperBound) } ?? .none,
      delivered.map { .integer($0) } ?? .none,
      .text(
        isRunning
          ? "running"
          : span != nil ? "over" : summary.isOver || index < running ?? 0 ? "not taken" : "to come"),
    ]
  }

  private static func notes(
    _ plan: TreatmentPlanAdopted, _ summary: EpisodeSummary
  ) -> [String] {
    func list(_ texts: [String]) -> String { texts.joined(separator: ", ") }
    let problem = summary.episode.opened.problem
    let agreed = [
      ("Intent", plan.intent.text), ("Techniques", list(plan.techniques)),
      ("Regions", list(plan.bodyRegions)),
      ("Sessions", plan.sessionMinutes > 0 ? "\(plan.sessionMinutes) minutes" : ""),
      ("Home care", plan.homeCare),
    ].filter { !$0.1.isEmpty }.map { "\($0.0): \($0.1)." }
    let reevaluation = summary.care.reevaluationLimits(
      episode: summary.id, on: summary.today, by: summary.clinic
    ).text
    let discharge = summary.care.dischargedOn(episode: summary.id).map {
      "Discharged \($0): \(summary.episode.discharged.why.text)."
    }
    let adopted = plan.adoptedOn.civilDate?.description ?? ""
    let head =
      "Plan \(plan.plan) of \(summary.id)\(problem.isEmpty ? "" : ", \(problem)"), adopted "
      + adopted + (plan.revises.isEmpty ? "." : ", revises \(plan.revises).")
    let planned = plan.plannedVisits > 0 ? ", \(plan.plannedVisits) planned" : ""
    let count =
      "\(summary.sessions.count) visits of the episode\(planned)"
      + (reevaluation.map { "; a re-evaluation is due after \($0)." } ?? ".")
    let goals = summary.goals.map { goal in
      let due = goal.set.dueOn.civilDate.map { ", due \($0)" } ?? ""
      let closed = goal.status == .open ? nil : goal.closedOn.civilDate
      return "Goal: \(goal.set.description_p)\(due): \(goal.status.text)"
        + (closed.map { " \($0)" } ?? "") + "."
    }
    let notes = [head, agreed.joined(separator: " "), count] + goals
    return notes.filter { !$0.isEmpty } + [discharge].compactMap { $0 }
  }
}

extension PlanIntent {
  fileprivate var text: String {
    switch self {
    case .injury: "heal an injury"
    case .function: "improve function"
    case .circulation: "increase circulation"
    case .pain: "relieve pain"
    case .unspecified, .UNRECOGNIZED: ""
    }
  }
}
