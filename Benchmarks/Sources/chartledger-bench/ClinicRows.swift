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
      try rebuildRow(backend), try foldRow(backend),
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
    let count = try backend.store.read { Double($0.head.rawValue) }
    return Row(
      "rebuild of all views", .eventsPerSecond, ours: rebuild.median / count,
      floor: decode.median / count, floorIs: "decode of all events on one core",
      operations: Int(count), durability: "each view synced once"
    ).aiming("at least 400 000 events/s", count * 1e9 / rebuild.median >= 400_000)
  }

  /// Everything about a patient as of a random position, folded from the log.
  private func foldRow(_ backend: Backend) throws -> Row {
    var generator = SplitMix(state: 3)
    var ours = Samples()
    var bare = Samples()
    var eventCount = 0
    // Of the last part, if there are several: only its patients are at hand.
    let head = UInt64(self.eventCount)
    let first = head - UInt64(corpus.events.count / 2)
    let store = try BareStore(directory: bareLog)
    for _ in 0..<sizes.folds {
      let patient = corpus.patients[Int.random(in: corpus.patients.indices, using: &generator)]
      let asOf = Position(UInt64.random(in: first...head, using: &generator))
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
