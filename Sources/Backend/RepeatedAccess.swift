import EventLog
import Practice
import PracticeEvents

/// A reading that happens again and again, encoded but for when: encoding all of it each time would
/// cost more than to look up the answer.
public struct RepeatedAccess: Sendable {
  private let event: NewEvent
  /// What precedes the time in the payload, and what follows it.
  private let (before, after): ([UInt8], [UInt8])

  /// - Parameter access: all that is recorded of it must be certain, see `DataAccess.isCertain`.
  init(_ access: DataAccess, on day: CivilDate, in standing: Standing) throws {
    var made = try access.event(at: Instant(microseconds: 0), on: day, in: standing)
    made.event.clearOccurredAt()
    event = try NewEvent(made)
    // Fields are encoded in the order of their numbers: the actor is the first, then the time.
    var actor = PracticeEvent()
    actor.actor = made.event.actor
    let count = try actor.payload().count
    before = Array(event.payload.prefix(count))
    after = Array(event.payload.dropFirst(count))
  }

  /// The event of a reading at that time.
  func event(at now: Instant) throws -> NewEvent {
    var time = PracticeEvent()
    time.occurredAt = .init(now)
    var generator = SystemRandomNumberGenerator()
    var event = event
    event.id = .uuidV7(
      milliseconds: UInt64(max(0, now.microseconds / 1000)), using: &generator)
    event.payload = before + (try time.payload()) + after
    return event
  }
}

extension Backend {
  /// What to record of a reading whenever it is repeated on that day; nil when something of it has to
  /// be looked up each time.
  public func repeated(_ access: DataAccess, on day: CivilDate) throws -> RepeatedAccess? {
    guard access.isCertain else { return nil }
    return try RepeatedAccess(access, on: day, in: standingOfAnyLog())
  }

  /// Records a reading; returns when it is on disk. Call it before the first byte of the answer
  /// leaves.
  ///
  /// - Throws: `AccessNotRecorded`; the answer must not leave then.
  nonisolated(nonsending) public func recordAccess(_ access: RepeatedAccess) async throws {
    do {
      try await accessLog.append(access.event(at: now))
    } catch {
      throw AccessNotRecorded(problem: "\(error)")
    }
  }
}
