import Practice
import PracticeEvents
import Projection
import ReadModels

public enum ProgressDiscrepanciesReport: Report {
  public static let name = "progress.discrepancies"
  public static let title = "Scores that do not add up"
  public static let summary =
    "Scores whose reported total, or recorded score, is not what the answers give."
  public static let roles: Set<Role> = [.therapist]
  public static let parameters: [Parameter] = []
  public static let columns =
    [Column("date", "Date", .date)] + PatientLabel.columns + [
      Column("instrument", "Measure", .text), Column("items", "Answers", .text),
      Column("computed", "Computed", .hundredths), Column("reported", "Reported", .hundredths),
      Column("difference", "Difference", .hundredths),
      Column("recorded", "Recorded", .hundredths), Column("unit", "Unit", .text),
      Column("measure", "Identifier", .text, isDetail: true),
    ]
  public static let projectors: [any Projector.Type] = [
    TreatmentProgressProjector.self, ReadinessProjector.self,
  ]

  public static func run(_ arguments: Arguments, _ source: ReportSource) throws -> ReportBody {
    let names = NameBook(try source.readiness())
    var rows: [(on: Int32, label: PatientLabel, measure: String, cells: [Cell])] = []
    try source.progress().forEach { patient, care in
      for measure in care.measures {
        guard let date = measure.measuredOn.civilDate,
          let instrument = source.clinic.instrument(measure.instrument, on: date),
          let again = instrument.recompute(measure), again.disagrees
        else { continue }
        let label = try names.patient(patient.description)
        rows.append(
          (
            measure.measuredOn, label, measure.measure,
            [.date(date)] + label.cells + [
              .text(instrument.name),
              .word(measure.items.map { $0 == -1 ? "_" : "\($0)" }.joined(separator: " ")),
              .hundredths(Int(again.score)),
              again.reported.map { .hundredths(Int($0.hundredths)) } ?? .none,
              again.reported.map { .hundredths(Int($0.hundredths) - Int(again.score)) } ?? .none,
              .hundredths(Int(measure.scoreHundredths)), .text(instrument.unit),
              .word(measure.measure),
            ]
          ))
      }
    }
    return ReportBody(
      rows: rows.sorted { ($0.on, $0.label, $0.measure) < ($1.on, $1.label, $1.measure) }
        .map(\.cells),
      notes: [
        "Every report reads the recorded score, which was computed from the answers; the total on "
          + "the form is kept beside it. A total agrees within the precision it was printed in. "
          + "An underscore is an item left blank."
      ])
  }
}
