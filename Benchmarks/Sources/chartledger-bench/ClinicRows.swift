import Backend
import EventLog
import Practice
import Projection
import Reports

extension Bench {
  /// Views, folds and reports of the clinic.
  func clinicRows() throws -> [Row] {
    let backend = try Backend(DataDirectory(clinic))
    return [
      try rebuildRow(backend), try foldRow(backend), try longestFoldRow(backend),
      try reportRow(backend, ArAgingReport.self, ["date": corpus.lastDay.description]),
      try reportRow(backend, ScheduleDayReport.self, ["date": corpus.lastDay.description]),
    ]
  }

  private func rebuildRow(_ backend: Backend) throws -> Row {
    try backend.views.catchUp()
    var rebuild = Samples()
    var decode = Samples()
    for _ in 0..<max(1, sizes.passes / 2) {
      try decode.measure { _ = try Self.decode(backend.store) }
      try rebuild.measure { try backend.views.rebuild() }
    }
    let count = Double(corpus.events.count)
    return Row(
      "rebuild of all views", .eventsPerSecond, ours: rebuild.median / count,
      floor: decode.median / count, floorIs: "decode of all events",
      operations: corpus.events.count, durability: "each view synced once")
  }

  /// Everything about a patient as of a random position, folded from the log.
  private func foldRow(_ backend: Backend) throws -> Row {
    var generator = SplitMix(state: 3)
    var ours = Samples()
    var bare = Samples()
    var eventCount = 0
    let head = UInt64(corpus.events.count)
    let store = try BareStore(directory: bareLog)
    for _ in 0..<sizes.folds {
      let patient = corpus.patients[Int.random(in: corpus.patients.indices, using: &generator)]
      let asOf = Position(UInt64.random(in: head / 2...head, using: &generator))
      let state = try ours.measure {
        try backend.store.read { try LogFacts($0, asOf: asOf).patient(patient) }
      }
      eventCount += Int(state.eventCount)
      let positions = try backend.store.read {
        try LogFacts($0, asOf: asOf).history(of: patient).map { $0.position }
      }
      _ = try bare.measure { try store.get(positions) }
    }
    return Row(
      "one patient as of, \(eventCount / sizes.folds) events", .microseconds, ours: ours.median,
      p99: ours.percentile(99), floor: bare.median, floorIs: "get of the same records in C",
      operations: ours.count, durability: "reads")
  }

  /// The patient with the longest history, as of the last position.
  private func longestFoldRow(_ backend: Backend) throws -> Row {
    var lengths: [SubjectID: Int] = [:]
    for event in corpus.events {
      lengths[SubjectID(high: event.event.stream.high, low: event.event.stream.low), default: 0] += 1
    }
    let patients = corpus.patients.sorted { (lengths[$0] ?? 0) > (lengths[$1] ?? 0) }
    var ours = Samples()
    var count = 0
    for patient in patients.prefix(1) {
      count = lengths[patient] ?? 0
      for _ in 0..<sizes.folds {
        _ = try ours.measure { try backend.store.read { try LogFacts($0).patient(patient) } }
      }
    }
    return Row(
      "the longest history, \(count) events", .microseconds, ours: ours.median,
      p99: ours.percentile(99), floorIs: "see one patient as of", operations: ours.count,
      durability: "reads")
  }

  private func reportRow(
    _ backend: Backend, _ report: any Report.Type, _ given: [String: String]
  ) throws -> Row {
    var ours = Samples()
    var rows = 0
    for _ in 0..<sizes.reports {
      rows = try ours.measure { try backend.answer(report, given) }.body.rows.count
    }
    return Row(
      "report \(report.name), \(rows) rows", .milliseconds, ours: ours.median,
      p99: ours.percentile(99), floorIs: "nothing smaller does the same", operations: ours.count,
      durability: "reads")
  }
}
