import EventLog
import Practice
import PracticeEvents
import Projection
import Reports

extension Backend {
  /// What changed in a report between two states of the log, and which events did it.
  ///
  /// - Parameters:
  ///   - given: parameter values as text, by name.
  ///   - progress: of the replays that past states of views need.
  /// - Throws: `ReportError`, also when `from` is after `to`; or what the log and the views throw.
  public func difference(
    in report: any Report.Type, _ given: [String: String], from: AsOfRequest, to: AsOfRequest,
    progress: ProgressHandler? = nil
  ) throws -> AnswerDifference {
    let (start, end) = (try resolve(from), try resolve(to))
    guard start <= end else {
      throw ReportError.malformedParameter("to", problem: "it is before from")
    }
    let later = try answer(report, given, asOf: to, progress: progress)
    var earlier = later
    do {
      earlier = try answer(report, given, asOf: from, progress: progress)
    } catch ReportError.notFound {
      // Nothing was known yet of what is asked for.
      earlier.asOf = AsOf(position: start.rawValue, recordedAt: try recordedAt(start))
      earlier.body = ReportBody(rows: [])
    }
    var difference = AnswerDifference(of: report, from: earlier, to: later)
    guard start < end else { return difference }
    try store.read { log in
      let facts = LogFacts(log, asOf: end)
      var patients: [String: SubjectID] = [:]
      for mrn in difference.mrns { patients[mrn] = try facts.owner(of: .mrn(mrn)) }
      let asked = Set(
        report.parameters.filter { $0.kind == .patient }.compactMap { parameter in
          later.parameters.first { $0.name == parameter.name }.flatMap { try? SubjectID($0.value) }
        })
      let subjects = Set(patients.values).union(asked)
      // A row that names no patient may be the sum of any.
      let namesAll = difference.changes.allSatisfy { !$0.row.mrns(report.columns).isEmpty }
      guard !difference.changes.isEmpty || !asked.isEmpty else { return }
      let items = subjects.map { Query.Item(stream: StreamID(high: $0.high, low: $0.low)) }
      let query = namesAll || !asked.isEmpty ? Query(items) : .all
      var events: [RecordedFact] = []
      try log.forEach(query, ReadOptions(from: start.next, asOf: end)) {
        events.append(try RecordedFact($0))
        return true
      }
      difference.explain(by: events, patients: patients, asked: asked)
    }
    return difference
  }
}
