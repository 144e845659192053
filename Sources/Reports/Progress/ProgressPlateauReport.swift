import Practice
import PracticeEvents
import Projection
import ReadModels

public enum ProgressPlateauReport: Report {
  public static let name = "progress.plateau"
  public static let title = "Plateaus"
  public static let summary =
    "Open episodes whose last scores no longer change detectably: time to revise or discharge."
  public static let roles: Set<Role> = [.therapist]
  public static let parameters: [Parameter] = []
  public static let columns =
    PatientLabel.columns + [
      Column("instrument", "Measure", .text), Column("since", "Since", .date),
      Column("latestOn", "Last on", .date), Column("scores", "Last scores", .list),
      Column("unit", "Unit", .text), Column("threshold", "MDC", .hundredths),
      Column("improvement", "Better by in all", .hundredths), Column("change", "Change", .text),
      Column("visits", "Visits since", .integer, unit: "visits"),
      Column("episode", "Episode", .text, isDetail: true),
    ]
  public static let projectors: [any Projector.Type] = [
    TreatmentProgressProjector.self, ReadinessProjector.self,
  ]

  public static func run(_ arguments: Arguments, _ source: ReportSource) throws -> ReportBody {
    let count = source.clinic.rule("outcomes", "plateau-measures", on: source.today)
    let names = NameBook(try source.readiness())
    var rows: [(label: PatientLabel, episode: String, order: Int, cells: [Cell])] = []
    try source.progress().forEach { patient, care in
      for (id, episode) in care.episodes where !episode.isDischarged {
        for (order, course) in care.courses(episode: id).enumerated() {
          guard let flat = course.plateau(of: count, by: source.clinic), let first = flat.first,
            let instrument = source.clinic.instrument(course.instrument, on: course.latest.on)
          else { continue }
          let label = try names.patient(patient.description)
          let change = instrument.change(
            from: course.baseline.hundredths, to: course.latest.hundredths)
          let visits = care.sessions(ofEpisode: id)
            .count { $0.delivered.deliveredOn > first.on.compact }
          rows.append(
            (
              label, id, order,
              label.cells + [
                .text(instrument.name), .date(first.on), .date(course.latest.on),
                .list(flat.map { Hundredths.text($0.hundredths) }), .text(instrument.unit),
                .hundredths(Int((instrument.detectable ?? instrument.important).hundredths)),
                .hundredths(Int(change.improvementHundredths)), .text(change.size.rawValue),
                .integer(visits), .text(id),
              ]
            ))
        }
      }
    }
    return ReportBody(
      rows: rows.sorted { ($0.label, $0.episode, $0.order) < ($1.label, $1.episode, $1.order) }
        .map(\.cells),
      notes: [
        "A plateau is \(count) scores in a row that differ from the first of them by less than the "
          + "MDC (by less than the MCID where no MDC is published). A change for the worse is none."
      ])
  }
}
