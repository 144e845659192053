import Practice
import PracticeEvents
import Projection
import ReadModels

public enum ScheduleFrequencyAdherenceReport: Report {
  public static let name = "schedule.frequencyAdherence"
  public static let title = "Visits against the prescribed frequency"
  public static let summary =
    "Who comes less or more often than advice, plan or guideline say, for each open episode."
  public static let roles: Set<Role> = [.frontDesk, .therapist]
  public static let parameters: [Parameter] = [
    .optional(
      "status", words: ["under", "on", "over", "all"], "under, on, over or all", default: "all"),
    .optional("windowDays", .integer, "days to look back; the clinic's rule by default"),
  ]
  public static let columns =
    PatientLabel.columns + [
      Column("class", "Class", .text), Column("status", "Status", .text),
      Column("delivered", "Delivered", .integer, unit: "visits"),
      Column("prescribedMin", "At least", .hundredths, unit: "visits", isDetail: true),
      Column("prescribedMax", "At most", .hundredths, unit: "visits", isDetail: true),
      Column("adherence", "Adherence", .rate), Column("nextAppointment", "Next visit", .date),
      Column("source", "By", .text, isDetail: true),
      Column("perWeekMin", "Least per week", .hundredths, unit: "per week", isDetail: true),
      Column("perWeekMax", "Most per week", .hundredths, unit: "per week", isDetail: true),
      Column("from", "From", .date, isDetail: true),
      Column("days", "Days", .integer, unit: "days", isDetail: true),
      Column("episode", "Episode", .text, isDetail: true),
    ]
  public static let projectors: [any Projector.Type] = [ReadinessProjector.self]

  private static let order = ["under", "over", "on"]

  public static func run(_ arguments: Arguments, _ source: ReportSource) throws -> ReportBody {
    let wanted = arguments.text("status") ?? "all"
    guard wanted == "all" || order.contains(wanted) else {
      throw ReportError.malformedParameter(
        "status", problem: "\"\(wanted)\" is none of under, on, over, all")
    }
    let window =
      arguments.integer("windowDays")
      ?? source.clinic.rule("frequency", "adherence-window-days", on: source.today)
    guard (7...366).contains(window) else {
      throw ReportError.malformedParameter("windowDays", problem: "give 7 to 366 days")
    }
    var rows: [(rank: Int, label: PatientLabel, episode: String, cells: [Cell])] = []
    try source.readiness().forEachPatient { _, state in
      for (id, episode) in state.care.episodes where !episode.isDischarged {
        guard
          let found = state.care.adherence(
            episode: id, through: source.today, windowDays: window, by: source.clinic),
          wanted == "all" || wanted == found.status.rawValue
        else { continue }
        let label = PatientLabel(state.profile)
        rows.append(
          (
            order.firstIndex(of: found.status.rawValue) ?? order.count, label, id,
            label.cells + cells(found, state, id, source)
          ))
      }
    }
    return ReportBody(
      rows: rows.sorted { ($0.rank, $0.label, $0.episode) < ($1.rank, $1.label, $1.episode) }
        .map(\.cells),
      notes: [
        "Prescribed is what held on each day of the window: individual advice before the plan's "
          + "phase before the guideline. The window is \(window) days, longer where one visit takes "
          + "longer, and begins with the assessment at the earliest.",
        "Adherence is delivered of prescribed: of the least where there were less, of the most "
          + "where there were more. Parts of a visit count for nobody.",
      ])
  }

  private static func cells(
    _ found: VisitAdherence, _ state: PatientState, _ id: String, _ source: ReportSource
  ) -> [Cell] {
    let ratio = found.ratio
    let condition =
      state.care.currentPhase(episode: id, on: source.today)?.conditionClass
      ?? state.care.conditionClass(episode: id, on: source.today)
    return [
      .word(condition.text), .text(found.status.rawValue), .integer(found.delivered),
      .hundredths(found.leastHundredths), .hundredths(found.mostHundredths),
      .share(ratio.delivered, of: ratio.prescribed),
      state.nextAppointment(from: source.today).map { .day($0.dateOn) } ?? .none,
      .text(found.frequency.sourceText),
      .hundredths(Int(found.frequency.lowestPerWeekHundredths)),
      .hundredths(Int(found.frequency.highestPerWeekHundredths)), .date(found.from),
      .integer(found.from.days(until: found.through) + 1), .text(id),
    ]
  }
}
