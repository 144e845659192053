import Practice
import PracticeEvents
import Projection
import ReadModels

public enum ProgressEpisodeSummaryReport: Report {
  public static let name = "progress.episodeSummary"
  public static let title = "Summary of an episode of care"
  public static let summary =
    "Each measure from its baseline to now, with what the change means and the goal: what the "
    + "letter to the doctor says."
  public static let roles: Set<Role> = [.therapist]
  public static let parameters: [Parameter] = [
    .required("patient", .patient, "MRN or id"),
    .optional("episode", .text, "by default the open one that began last, else the last"),
  ]
  public static let columns = [
    Column("instrument", "Measure", .text), Column("unit", "Unit", .text),
    Column("baselineOn", "Since", .date), Column("baseline", "Baseline", .hundredths),
    Column("latestOn", "On", .date), Column("latest", "Now", .hundredths),
    Column("improvement", "Better by", .hundredths), Column("change", "Change", .text),
    Column("thirtyPercent", "≥30%", .flag), Column("band", "Severity", .text, isDetail: true),
    Column("mdc", "MDC", .hundredths), Column("mcid", "MCID", .hundredths),
    Column("mcidSource", "By", .text, isDetail: true), Column("target", "Goal", .hundredths),
    Column("reached", "Reached", .rate), Column("scores", "Scores", .integer, isDetail: true),
  ]
  public static let projectors: [any Projector.Type] = [TreatmentProgressProjector.self]
  public static let hasPlot = true

  public static func run(_ arguments: Arguments, _ source: ReportSource) throws -> ReportBody {
    let patient = try arguments.requiredSubject("patient")
    let care = try source.progress().care(of: patient)
    guard let id = try EpisodeSummary.chosen(care, named: arguments.text("episode")) else {
      return ReportBody(
        subject: try source.subject(patient), rows: [], notes: ["There is no episode of care."])
    }
    let summary = EpisodeSummary(care, episode: id, source.clinic, today: source.today)
    let visits = summary.sessions.map(\.delivered.deliveredOn)
    let period =
      visits.first.flatMap(\.civilDate).map { first in
        ", \(first) to \(visits.last?.civilDate ?? first)"
      } ?? ""
    let frequency = care.frequency(episode: id, on: source.today, by: source.clinic)
    var notes = [
      "Episode \(id): \(visits.count) visit\(visits.count == 1 ? "" : "s")\(period)"
        + (care.dischargedOn(episode: id).map {
          "; discharged \($0): \(summary.episode.discharged.why.text)"
        } ?? frequency.map { "; now \($0.perWeekText), \($0.sourceText)" } ?? "") + ".",
      "MDC is the smallest change beyond measurement error, MCID the smallest that matters to "
        + "patients, by the rules of the last score's day.",
    ]
    notes += summary.unknowns
    if summary.courses.isEmpty { notes.append("Nothing was scored in this episode.") }
    return ReportBody(
      subject: try source.subject(patient), rows: summary.courses.compactMap { row($0, summary) },
      notes: notes, plot: summary.courses.first.flatMap(summary.plot))
  }

  private static func row(_ course: OutcomeCourse, _ summary: EpisodeSummary) -> [Cell]? {
    let (first, last) = (course.baseline, course.latest)
    guard let instrument = summary.instrument(course, on: last.on) else { return nil }
    let change = instrument.change(from: first.hundredths, to: last.hundredths)
    let goal = summary.goal(by: course.instrument)?.set
    return [
      .text(instrument.name), .text(instrument.unit), .date(first.on),
      .hundredths(Int(first.hundredths)), .date(last.on), .hundredths(Int(last.hundredths)),
      .hundredths(Int(change.improvementHundredths)), .text(change.size.rawValue),
      instrument.usesThirtyPercentRule ? .flag(change.isThirtyPercent) : .none,
      instrument.band(of: last.hundredths).map { .text($0.name) } ?? .none,
      instrument.detectable.map { .hundredths(Int($0.hundredths)) } ?? .none,
      instrument.hasImportant ? .hundredths(Int(instrument.important.hundredths)) : .none,
      .text(instrument.important.source),
      goal.map { .hundredths(Int($0.targetHundredths)) } ?? .none,
      goal.map { EpisodeSummary.reached($0, by: last.hundredths) } ?? .none,
      .integer(course.scores.count),
    ]
  }
}
