import Practice
import PracticeEvents
import Projection
import ReadModels

public enum ProgressPatientReport: Report {
  public static let name = "progress.patient"
  public static let title = "Progress of a patient"
  public static let summary =
    "Each score and visit with the change since the baseline and whether it means anything."
  public static let roles: Set<Role> = [.therapist]
  public static let parameters: [Parameter] = [
    .required("patient", .patient, "MRN or id"),
    .optional("episode", .text, "only this episode of care"),
  ]
  public static let columns = [
    Column("date", "Date", .date), Column("visit", "Visit", .integer, unit: "number"),
    Column("instrument", "Measure", .text), Column("score", "Score", .hundredths),
    Column("improvement", "Better by", .hundredths), Column("change", "Change", .text),
    Column("thirtyPercent", "≥ 30 %", .flag),
    Column("painBefore", "Pain before", .hundredths, unit: "NPRS 0-10"),
    Column("painAfter", "Pain after", .hundredths, unit: "NPRS 0-10"),
    Column("phase", "Phase", .text), Column("episode", "Episode", .text, isDetail: true),
  ]
  public static let key = ["date", "visit", "instrument", "episode"]
  public static let projectors: [any Projector.Type] = [TreatmentProgressProjector.self]

  public static func run(_ arguments: Arguments, _ source: ReportSource) throws -> ReportBody {
    let patient = try arguments.requiredSubject("patient")
    let care = try source.progress().care(of: patient)
    let only = arguments.text("episode")
    if let only, care.episodes[only] == nil {
      throw ReportError.notFound(
        parameter: "episode", problem: "the patient has no episode \(only)")
    }
    let episodes = care.episodes.values.map(\.opened)
      .filter { only == nil || $0.episode == only }
      .sorted { ($0.onsetOn, $0.episode) < ($1.onsetOn, $1.episode) }
    let courses = episodes.map { Course(care, episode: $0.episode) }
    return ReportBody(
      subject: try source.subject(patient),
      rows: courses.flatMap(\.rows),
      notes: [
        "Better by is the change since the episode's first score of the measure; positive is "
          + "better whichever way the scale runs.",
        "Change: detectable is beyond measurement error (MDC), important matters to patients "
          + "(MCID). For a low baseline 30 % may disagree, so both are shown.",
        "Voided sessions and range of motion are not listed.",
      ],
      plot: courses.compactMap(\.plot).max { $0.points.count < $1.points.count })
  }
}

/// One episode's scores and visits in order of date.
private struct Course {
  private let care: CareState
  private let episode: String
  private let measures: [OutcomeMeasureScored]
  private let sessions: [CareState.Session]

  init(_ care: CareState, episode: String) {
    self.care = care
    self.episode = episode
    measures = care.measures.enumerated().filter { $0.element.episode == episode }
      .sorted { ($0.element.measuredOn, $0.offset) < ($1.element.measuredOn, $1.offset) }
      .map(\.element)
    sessions = care.sessions(ofEpisode: episode)
  }

  /// Visits and scores by date; on one day the scores come after the visit.
  var rows: [[Cell]] {
    let visits = sessions.enumerated().map { index, session in
      (on: session.delivered.deliveredOn, rank: 0, cells: visit(session, number: index + 1))
    }
    let scores = measures.filter { !$0.isAboutSession }.map { measure in
      (
        on: measure.measuredOn, rank: 1,
        cells: row(
          on: measure.measuredOn, visit: nil, measure.instrument, score: measure.scoreHundredths)
      )
    }
    return (visits + scores).enumerated()
      .sorted { ($0.1.on, $0.1.rank, $0.0) < ($1.1.on, $1.1.rank, $1.0) }
      .map(\.element.cells)
  }

  private func visit(_ session: CareState.Session, number: Int) -> [Cell] {
    let pain = pain(at: session)
    return row(
      on: session.delivered.deliveredOn, visit: number, pain.before == nil ? nil : .nprs,
      score: pain.before, after: pain.after)
  }

  private func row(
    on date: Int32, visit: Int?, _ instrument: Instrument?, score: Int32?, after: Int32? = nil
  ) -> [Cell] {
    let facts = instrument.flatMap(OutcomeInstrument.of)
    let baseline = instrument.flatMap(baseline)
    let change = facts.flatMap { facts in
      baseline.flatMap { baseline in score.map { facts.change(from: baseline, to: $0) } }
    }
    let phase = date.civilDate.flatMap { care.currentPhase(episode: episode, on: $0) }
    return [
      .day(date), visit.map(Cell.integer) ?? .none,
      facts.map { .text($0.name) } ?? .none,
      score.map { .hundredths(Int($0)) } ?? .none,
      change.map { .hundredths(Int($0.improvementHundredths)) } ?? .none,
      change.map { .text($0.size.rawValue) } ?? .none,
      facts?.usesThirtyPercentRule == true
        ? change.map { .flag($0.isThirtyPercent) } ?? .none
        : .none,
      visit == nil ? .none : score.map { .hundredths(Int($0)) } ?? .none,
      after.map { .hundredths(Int($0)) } ?? .none,
      phase.map { .word($0.conditionClass.text) } ?? .none,
      .text(episode),
    ]
  }

  /// The score before the treatment of an episode had any effect: the first one, unless a later one
  /// of the same day was taken as the baseline on purpose.
  private func baseline(_ instrument: Instrument) -> Int32? {
    let scores = measures.filter { $0.instrument == instrument && $0.purpose != .afterSession }
    let baseline = scores.first { $0.purpose == .baseline } ?? scores.first
    if let baseline { return baseline.scoreHundredths }
    return instrument == .nprs ? sessions.lazy.compactMap { pain(at: $0).before }.first : nil
  }

  /// Pain before and after a session: as scored there, else as the note says.
  private func pain(at session: CareState.Session) -> (before: Int32?, after: Int32?) {
    let scores = measures.filter {
      $0.instrument == .nprs && !$0.session.isEmpty && $0.session == session.delivered.session
    }
    let note = care.notes[session.note]?.signed
    let noted = note?.painRecorded == true ? note : nil
    return (
      scores.last { $0.purpose == .beforeSession }?.scoreHundredths
        ?? noted.map { Int32(clamping: Int($0.painBefore) * 100) },
      scores.last { $0.purpose == .afterSession }?.scoreHundredths
        ?? noted.map { Int32(clamping: Int($0.painAfter) * 100) }
    )
  }

  /// The measure with most scores, pain only when there is no other: function is what care is for.
  var plot: Plot? {
    let byInstrument = Dictionary(grouping: measures.filter { $0.purpose != .afterSession }) {
      $0.instrument
    }
    let main = byInstrument.max { left, right in
      (left.key == .nprs ? 0 : 1, left.value.count, -left.key.rawValue)
        < (right.key == .nprs ? 0 : 1, right.value.count, -right.key.rawValue)
    }
    guard let main, let facts = OutcomeInstrument.of(main.key), let first = baseline(main.key)
    else { return nil }
    let points = main.value.compactMap { measure in
      measure.measuredOn.civilDate.map {
        Plot.Point(on: $0, hundredths: Int(measure.scoreHundredths))
      }
    }
    let step = Int(facts.important.hundredths)
    let threshold = facts.isHigherBetter ? Int(first) + step : Int(first) - step
    let range = Int(facts.scores.lowerBound)...Int(facts.scores.upperBound)
    return Plot(
      title: "\(facts.name) (\(facts.unit)), episode \(episode)", points: points, range: range,
      importantAt: range.contains(threshold) ? threshold : nil,
      lowerIsBetter: !facts.isHigherBetter)
  }
}

extension OutcomeMeasureScored {
  /// Pain scored before or after a session, which the row of the visit shows.
  fileprivate var isAboutSession: Bool {
    instrument == .nprs && !session.isEmpty
      && (purpose == .beforeSession || purpose == .afterSession)
  }
}

extension ConditionClass {
  var text: String {
    switch self {
    case .acute: "acute"
    case .chronic: "chronic"
    case .maintenance: "maintenance"
    case .stress: "stress"
    case .unspecified, .UNRECOGNIZED: ""
    }
  }
}
