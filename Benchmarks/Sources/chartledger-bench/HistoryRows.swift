import Backend
import EventLog
import Practice
import PracticeSimulator

extension Bench {
  /// One patient as of, from a history of about five hundred events: a small clinic's longest one,
  /// cut there.
  func historyRows() async throws -> [Row] {
    let wanted = 500
    let history = try Self.history(of: wanted)
    let directory = scratch + "/history"
    _ = try LMDBEventLog(directory: directory, create: true)
    let log = try LMDBEventLog(directory: directory, create: false)
    for start in stride(from: 0, to: history.events.count, by: 5_000) {
      let batch = history.events[start..<min(start + 5_000, history.events.count)]
      _ = try await log.importEvents(Array(batch), blobs: [])
    }
    var ours = Samples()
    var count = 0
    for _ in 0..<sizes.folds {
      count = Int(
        try ours.measure {
          try log.read { try LogFacts($0, asOf: history.asOf).patient(history.patient) }
        }.eventCount)
    }
    return [
      Row(
        "one patient as of, \(count) events", .microseconds, ours: ours.median,
        p99: ours.percentile(99), floorIs: "–", operations: ours.count, durability: "reads"
      ).aiming("at most 1 ms at p99", ours.percentile(99) <= 1_000_000)
    ]
  }

  /// A clinic's events, the patient with most of them, and the position of that patient's event of
  /// this number, or of the last one when there are fewer.
  private static func history(
    of count: Int
  ) throws -> (events: [ImportedEvent], patient: SubjectID, asOf: Position) {
    let corpus = try Corpus(years: 12, patients: 10)
    var positions: [SubjectID: [UInt64]] = [:]
    for (index, event) in corpus.events.enumerated() {
      let stream = SubjectID(high: event.event.stream.high, low: event.event.stream.low)
      positions[stream, default: []].append(UInt64(index + 1))
    }
    let longest = corpus.patients.max {
      (positions[$0]?.count ?? 0) < (positions[$1]?.count ?? 0)
    }
    guard let patient = longest, let own = positions[patient],
      let last = own.prefix(count).last
    else { throw BareError(description: "the small clinic has no patient") }
    return (corpus.events, patient, Position(last))
  }
}
