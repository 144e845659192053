import PracticeEvents
import SwiftProtobuf

/// A decided event with its id, on its way to its subject's stream.
public typealias ProposedEvent = (subject: SubjectID, id: UUIDKey, event: PracticeEvent)

extension Decision {
  /// The events to append: every proposed fact in its envelope.
  public func events(in context: inout DecisionContext) -> [ProposedEvent] {
    facts.map { proposed in
      var event = PracticeEvent()
      event.actor = context.actor
      event.occurredAt = Google_Protobuf_Timestamp(context.occurredAt)
      event.effectiveOn = (proposed.effectiveOn ?? context.today).compact
      event.channel = context.channel
      event.reason = context.reason ?? ""
      event.corrects = proposed.corrects ?? ""
      event.fact = proposed.fact
      return (proposed.subject, context.eventID(), event)
    }
  }
}

extension Google_Protobuf_Timestamp {
  public init(_ instant: Instant) {
    let seconds = instant.microseconds.floorDivided(by: 1_000_000)
    self.init(
      seconds: seconds,
      nanos: Int32(truncatingIfNeeded: (instant.microseconds &- seconds &* 1_000_000) &* 1000))
  }

  /// Stored bytes may hold any number; an absurd one is the end of time and does not trap.
  public var instant: Instant {
    Instant(secondsSinceEpoch: seconds).adding(microseconds: Int64(nanos / 1000))
  }
}

extension Int64 {
  fileprivate func floorDivided(by divisor: Int64) -> Int64 {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? quotient - 1 : quotient
  }
}
