import Practice
import Reports

/// Lists that are no reports, written by the same renderers.
struct Listing {
  var title: String
  var columns: [Column]
  var rows: [[Cell]]
  var notes: [String] = []

  func render(_ format: ReportFormat) throws -> String {
    try format.render(
      ReportAnswer(
        name: title, title: title, parameters: [], asOf: nil, projectorVersions: [],
        columns: columns, body: ReportBody(rows: rows, notes: notes)), width: Console.width)
  }
}
