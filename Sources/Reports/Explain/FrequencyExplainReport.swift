import Practice
import PracticeEvents
import Projection

public enum FrequencyExplainReport: Report {
  public static let name = "frequency.explain"
  public static let title = "How often, by whose word, and how it was kept"
  public static let summary =
    "The frequency that holds, adherence day by day, and what ends the plan's phase."
  public static let roles: Set<Role> = [.frontDesk, .therapist]
  public static let parameters: [Parameter] = [
    .required("patient", .patient, "MRN or id"),
    .optional("date", .date, "the last day counted", default: "today"),
  ]
  public static let columns = ExplainStep.columns
  public static let key = ExplainStep.key
  public static let projectors: [any Projector.Type] = []

  public static func run(_ arguments: Arguments, _ source: ReportSource) throws -> ReportBody {
    let date = try arguments.requiredDate("date")
    let patient = try ExplainedPatient(arguments.requiredSubject("patient"), source)
    let steps = patient.episodes(asOf: date).flatMap { episode in
      let history = history(episode.id, patient, date, source)
      guard !episode.isOver else {
        return [patient.discharge(of: episode.id)].compactMap { $0 } + history
      }
      return frequency(episode.id, patient, date, source)
        + adherence(episode.id, patient, date, source) + taper(episode.id, patient, date, source)
        + history
    }
    return ReportBody(
      subject: try source.subject(patient.id), rows: steps.map(\.cells),
      notes: [
        "Individual advice comes before the plan's phase, and that before the guideline of the "
          + "condition's class. Prescribed visits are the sum over the days of the window of what "
          + "held on each, a seventh of the week's.",
        "Its course tells the whole episode, from the first assessment to its discharge or "
          + "\(date), stretch by stretch.",
      ])
  }

  /// The stretches of one frequency each, and how they were kept.
  private static func history(
    _ episode: String, _ patient: ExplainedPatient, _ date: CivilDate, _ source: ReportSource
  ) -> [ExplainStep] {
    let care = patient.state.care
    let stretches = care.adherenceHistory(episode: episode, through: date, by: source.clinic)
    guard !stretches.isEmpty else {
      return [
        ExplainStep(topic: "course", code: episode, what: "no assessment and no visit by \(date)")
      ]
    }
    return stretches.flatMap { stretch in
      patient.steps(
        "course", episode,
        "\(stretch.from) to \(stretch.through): \(stretch.frequency.perWeekText); "
          + "\(stretch.countText)",
        care.frequencyEvents(episode: episode, on: stretch.from),
        rule: stretch.frequency.sourceText)
    }
  }

  private static func frequency(
    _ episode: String, _ patient: ExplainedPatient, _ date: CivilDate, _ source: ReportSource
  ) -> [ExplainStep] {
    guard
      let found = patient.state.care.frequency(episode: episode, on: date, by: source.clinic)
    else { return [] }
    return patient.steps(
      "frequency", episode, "\(found.perWeekText) on \(date)",
      patient.state.care.frequencyEvents(episode: episode, on: date), rule: found.sourceText)
  }

  private static func adherence(
    _ episode: String, _ patient: ExplainedPatient, _ date: CivilDate, _ source: ReportSource
  ) -> [ExplainStep] {
    let rule = "frequency/adherence-window-days"
    let window = source.clinic.rule("frequency", "adherence-window-days", on: date)
    let care = patient.state.care
    guard
      let found = care.adherence(
        episode: episode, through: date, windowDays: window, by: source.clinic)
    else {
      return [
        ExplainStep(
          topic: "adherence", code: episode, what: "not judged before a week of care",
          rule: source.clinic.ruleText(rule, on: date))
      ]
    }
    let visits = care.sessions(ofEpisode: episode).filter {
      (found.from.compact...found.through.compact).contains($0.delivered.deliveredOn)
    }
    let counted = visits.enumerated().map { index, session in
      ExplainStep(
        topic: "adherence", code: episode,
        what: "visit \(index + 1): \(session.delivered.session)"
          + (session.delivered.deliveredOn.civilDate.map { " of \($0)" } ?? ""),
        event: patient.event(session.event))
    }
    let days = found.from.days(until: found.through) + 1
    return counted + [
      ExplainStep(
        topic: "adherence", code: episode,
        what: "in \(days) days (\(found.from) to \(found.through)) \(found.countText)",
        rule: source.clinic.ruleText(rule, on: date))
    ]
  }

  private static func taper(
    _ episode: String, _ patient: ExplainedPatient, _ date: CivilDate, _ source: ReportSource
  ) -> [ExplainStep] {
    let care = patient.state.care
    guard let plan = care.plan(episode: episode, on: date),
      let index = care.currentPhaseIndex(episode: episode, on: date)
    else { return [] }
    let event = care.episodes[episode]?.eventOf[plan.plan].flatMap(patient.event)
    var steps = [
      ExplainStep(
        topic: "phase", code: episode, what: "phase \(index + 1) of \(plan.phases.count) runs",
        event: event)
    ]
    steps += care.taperRules(episode: episode, on: date, by: source.clinic).map {
      ExplainStep(topic: "phase", code: episode, what: "ends: \($0.text)", rule: $0.source)
    }
    if let due = care.taperDue(episode: episode, on: date, by: source.clinic) {
      let reached = care.measures.last { measure in
        measure.episode == episode && measure.measuredOn == due.on.compact
      }
      let scored = reached.flatMap { measure in
        patient.history.last {
          guard case .outcomeMeasureScored(let fact) = $0.event.fact else { return false }
          return fact.measure == measure.measure
        }
      }
      steps.append(
        ExplainStep(
          topic: "step down due", code: episode, what: "since \(due.on): \(due.finding)",
          rule: due.rule, event: scored))
    }
    return steps
  }
}

extension VisitAdherence {
  /// E.g. `5 delivered, 4 to 6 prescribed: on`.
  fileprivate var countText: String {
    let least = Hundredths.text(Int32(clamping: leastHundredths))
    // Of one frequency the two bounds differ by their rounding alone.
    let most =
      frequency.lowestPerWeekHundredths == frequency.highestPerWeekHundredths
      ? "" : " to \(Hundredths.text(Int32(clamping: mostHundredths)))"
    return "\(delivered) delivered, \(least)\(most) prescribed: \(status.rawValue)"
  }
}
