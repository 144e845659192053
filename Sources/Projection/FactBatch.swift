import EventLog
import PracticeEvents

/// A place in the log, as a checkpoint names it.
struct LogPlace: Hashable, Sendable {
  var position: Position
  var recordedAt: LogTime
  var event: EventID

  static let start = LogPlace(
    position: .none, recordedAt: LogTime(rawValue: 0), event: EventID(high: 0, low: 0))

  func checkpoint(version: UInt32) -> Checkpoint {
    Checkpoint(position: position, recordedAt: recordedAt, event: event, version: version)
  }
}

/// The decoded facts of a stretch of the log.
struct FactBatch: Sendable {
  /// In order; only those of the kinds asked for.
  var facts: [RecordedFact]
  /// The last event of the stretch, whatever its kind.
  var end: LogPlace
  /// Why the stretch ends before it should.
  var failure: ProjectionError?

  func facts(after position: Position) -> ArraySlice<RecordedFact> {
    let start = facts.partitioningIndex { $0.position > position.rawValue }
    return facts[start...]
  }
}

extension Array {
  /// The index of the first element for which the predicate is true, given that it is false for
  /// all elements before and true for all after.
  fileprivate func partitioningIndex(where predicate: (Element) -> Bool) -> Int {
    var range = 0..<count
    while !range.isEmpty {
      let middle = (range.lowerBound + range.upperBound) / 2
      range =
        predicate(self[middle]) ? range.lowerBound..<middle : middle + 1..<range.upperBound
    }
    return range.lowerBound
  }
}

extension LogSnapshot {
  /// Reads and decodes a stretch; nil when there is nothing after `position`.
  ///
  /// - Parameters:
  ///   - position: the last position before the stretch.
  ///   - through: the last position to read; at most the head is read.
  ///   - limit: how many positions at most.
  ///   - kinds: the facts wanted; others are skipped undecoded.
  func facts(
    after position: Position, through: Position, limit: Int = .max, kinds: KindSet
  ) throws -> FactBatch? {
    let limited = position.rawValue.addingReportingOverflow(UInt64(limit))
    let last = min(through, head, Position(limited.overflow ? .max : limited.partialValue))
    guard last > position else { return nil }
    let kinds = Set(kinds.members.map { EventKind($0) })
    var facts: [RecordedFact] = []
    var end = last
    var failure: ProjectionError?
    if !kinds.isEmpty {
      try forEachRecord(from: position.next, through: last, kinds: kinds) { record in
        do throws(ProjectionError) {
          facts.append(try RecordedFact(record))
          return true
        } catch {
          failure = error
          end = Position(record.position.rawValue - 1)
          return false
        }
      }
    }
    return FactBatch(facts: facts, end: try place(at: end), failure: failure)
  }

  /// - Throws: `EventLogError.damaged` when the log has no event there.
  func place(at position: Position) throws -> LogPlace {
    guard position > .none else { return .start }
    var place: LogPlace?
    try forEachRecord(from: position, through: position, kinds: []) { record in
      place = LogPlace(position: record.position, recordedAt: record.recordedAt, event: record.id)
      return false
    }
    guard let place else { throw EventLogError.damaged(position, "the event is missing") }
    return place
  }
}
