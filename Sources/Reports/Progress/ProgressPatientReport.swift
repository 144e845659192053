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
    .optional("measure", .text, "the measure to draw, e.g. ndi; by default function before pain"),
  ]
  public static let columns = [
    Column("date", "Date", .date), Column("visit", "Visit", .integer, unit: "number"),
    Column("instrument", "Measure", .text), Column("score", "Score", .hundredths),
    Column("unit", "Unit", .text, isDetail: true),
    Column("improvement", "Better by", .hundredths), Column("change", "Change", .text),
    Column("thirtyPercent", "≥30%", .flag),
    Column("band", "Severity", .text, isDetail: true),
    Column("goalReached", "Goal", .rate, isDetail: true),
    Column("painBefore", "Pain before", .hundredths, unit: "NPRS 0-10"),
    Column("painAfter", "Pain after", .hundredths, unit: "NPRS 0-10"),
    Column("phase", "Phase", .text), Column("episode", "Episode", .text, isDetail: true),
  ]
  public static let key = ["date", "visit", "instrument", "episode"]
  public static let projectors: [any Projector.Type] = [TreatmentProgressProjector.self]
  public static let hasPlot = true

  public static func run(_ arguments: Arguments, _ source: ReportSource) throws -> ReportBody {
    let patient = try arguments.requiredSubject("patient")
    let care = try source.progress().care(of: patient)
    let only = arguments.text("episode")
    if only != nil { _ = try EpisodeSummary.chosen(care, named: only) }
    let drawn = try arguments.text("measure").map(instrument)
    let episodes = care.episodes.values.filter { only == nil || $0.opened.episode == only }
      .sorted { ($0.opened.onsetOn, $0.opened.episode) < ($1.opened.onsetOn, $1.opened.episode) }
    let summaries = episodes.map {
      EpisodeSummary(care, episode: $0.opened.episode, source.clinic, today: source.today)
    }
    let plots = summaries.compactMap { summary in
      summary.courses.first { drawn == nil || $0.instrument == drawn }.flatMap(summary.plot)
    }
    return ReportBody(
      subject: try source.subject(patient),
      rows: summaries.flatMap { Timeline($0).rows },
      notes: [
        "Better by is the change since the episode's first score of the measure; positive is "
          + "better whichever way the scale runs. ROM is in degrees, better is nearer to normal.",
        "Change: detectable is beyond measurement error (MDC), important matters to patients "
          + "(MCID), each by the rule of the score's day. For a low baseline 30 % may disagree, so "
          + "both are shown.",
        "Voided sessions are not listed.",
      ] + summaries.flatMap(\.unknowns), plot: plots.max { $0.points.count < $1.points.count })
  }

  private static func instrument(_ word: String) throws -> Instrument {
    guard
      let found = OutcomeInstrument.all.first(where: { $0.name.lowercased() == word.lowercased() })
    else {
      throw ReportError.malformedParameter(
        "measure",
        problem: "\"\(word)\" is none of "
          + OutcomeInstrument.all.map(\.name).joined(separator: ", "))
    }
    return found.instrument
  }
}

/// One episode's visits, scores and measured movements in order of date; on one day the scores come
/// after the visit, and movements after them.
private struct Timeline {
  private let summary: EpisodeSummary

  init(_ summary: EpisodeSummary) { self.summary = summary }

  var rows: [[Cell]] {
    let visits = summary.sessions.enumerated().map { index, session in
      (on: session.delivered.deliveredOn, rank: 0, cells: visit(session, number: index + 1))
    }
    let scores = summary.care.measures
      .filter { $0.episode == summary.id && !$0.isAboutSession }
      .map { measure in
        (
          on: measure.measuredOn, rank: 1,
          cells: row(on: measure.measuredOn, measure.instrument, score: measure.scoreHundredths)
        )
      }
    let motions = summary.motions.flatMap { course in
      course.measurements.indices.map { index in
        (on: course.measurements[index].measuredOn, rank: 2, cells: motion(course, index))
      }
    }
    return (visits + scores + motions).enumerated()
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
    on day: Int32, visit: Int? = nil, _ instrument: Instrument?, score: Int32?, after: Int32? = nil
  ) -> [Cell] {
    let date = day.civilDate ?? summary.today
    let judged = instrument.flatMap { summary.clinic.instrument($0, on: date) }
    let course = instrument.flatMap { kind in summary.courses.first { $0.instrument == kind } }
    let change = judged.flatMap { judged in
      course.flatMap { course in
        score.map { judged.change(from: course.baseline.hundredths, to: $0) }
      }
    }
    let goal = instrument.flatMap(summary.goal)?.set
    return [
      .day(day), visit.map(Cell.integer) ?? .none,
      judged.map { .text($0.name) } ?? .none,
      score.map { .hundredths(Int($0)) } ?? .none,
      judged.map { .text($0.unit) } ?? .none,
      change.map { .hundredths(Int($0.improvementHundredths)) } ?? .none,
      change.map { .text($0.size.rawValue) } ?? .none,
      judged?.usesThirtyPercentRule == true
        ? change.map { .flag($0.isThirtyPercent) } ?? .none
        : .none,
      judged.flatMap { judged in score.flatMap(judged.band) }.map { .text($0.name) } ?? .none,
      goal.flatMap { goal in score.map { EpisodeSummary.reached(goal, by: $0) } } ?? .none,
      visit == nil ? .none : score.map { .hundredths(Int($0)) } ?? .none,
      after.map { .hundredths(Int($0)) } ?? .none,
      phase(on: date), .text(summary.id),
    ]
  }

  private func motion(_ course: MotionCourse, _ index: Int) -> [Cell] {
    let measured = course.measurements[index]
    return [
      .day(measured.measuredOn), .none, .text("ROM \(course.name)"),
      .hundredths(Int(measured.degrees) * 100), .text("degrees"),
      .hundredths(course.improvement(at: index) * 100),
      .text(course.size(at: index, by: summary.clinic).rawValue), .none, .none, .none, .none,
      .none, phase(on: measured.measuredOn.civilDate ?? summary.today), .text(summary.id),
    ]
  }

  private func phase(on date: CivilDate) -> Cell {
    summary.care.currentPhase(episode: summary.id, on: date)
      .map { .word($0.conditionClass.text) } ?? .none
  }

  /// Pain before and after a session: as scored there, else as the note says.
  private func pain(at session: CareState.Session) -> (before: Int32?, after: Int32?) {
    let scores = summary.care.measures.filter {
      $0.instrument == .nprs && !$0.session.isEmpty && $0.session == session.delivered.session
    }
    let note = summary.care.notes[session.note]?.signed
    let noted = note?.painRecorded == true ? note : nil
    return (
      scores.last { $0.purpose == .beforeSession }?.scoreHundredths
        ?? noted.map { Int32(clamping: Int($0.painBefore) * 100) },
      scores.last { $0.purpose == .afterSession }?.scoreHundredths
        ?? noted.map { Int32(clamping: Int($0.painAfter) * 100) }
    )
  }
}

extension OutcomeMeasureScored {
  /// Pain scored before or after a session, which the row of the visit shows.
  fileprivate var isAboutSession: Bool {
    instrument == .nprs && !session.isEmpty
      && (purpose == .beforeSession || purpose == .afterSession)
  }
}
