import EventLog
import Practice
import PracticeEvents
import Projection
import Reports

/// A snapshot of a log, up to a position, as reports read it.
struct LogHistory: FactLog {
  let log: any LogSnapshot
  let through: Position

  func forEach(
    _ selection: FactSelection, _ body: (RecordedFact) throws -> Void
  ) throws {
    var (from, last) = (Position.none.next, through)
    if let recorded = selection.recorded {
      // The ends of time are no times of a log.
      if recorded.lowerBound.microseconds > .min {
        from = try log.position(asOf: LogTime(before: recorded.lowerBound)).next
      }
      if recorded.upperBound.microseconds < .max {
        last = min(last, try log.position(asOf: LogTime(before: recorded.upperBound)))
      }
    }
    guard from <= last else { return }
    let kinds = Set(selection.kinds.map(EventKind.init))
    guard !selection.tags.isEmpty else {
      return try log.forEachRecord(from: from, through: last, kinds: kinds) {
        if try selection.concerns($0) { try body(RecordedFact($0)) }
        return true
      }
    }
    let items = selection.tags.map { Query.Item(kinds: kinds, tags: [Tag($0.text)]) }
    try log.forEachRecord(Query(items), ReadOptions(from: from, asOf: last)) {
      if try selection.concerns($0) { try body(RecordedFact($0)) }
      return true
    }
  }
}

extension FactSelection {
  /// Whether its heading lets a record be of the selection: most are not, and stay undecoded.
  fileprivate func concerns(_ record: borrowing RecordView) throws -> Bool {
    guard let user else { return true }
    do {
      return try EventHeading(record.payload).actor.user == user
    } catch {
      throw ProjectionError.undecodable(record.position, problem: error.problem)
    }
  }
}

/// The access log, up to an instant, as reports read it.
struct AccessHistory: FactLog {
  let log: AccessLog
  let through: Instant

  func forEach(
    _ selection: FactSelection, _ body: (RecordedFact) throws -> Void
  ) throws {
    try log.store().read { snapshot in
      let last = try snapshot.position(asOf: LogTime(rawValue: through.microseconds))
      try LogHistory(log: snapshot, through: last).forEach(selection, body)
    }
  }
}

extension LogTime {
  /// The last one before an instant.
  fileprivate init(before instant: Instant) { self.init(rawValue: instant.microseconds - 1) }
}
