/// Sixteen bytes that name a stream or an event, as two big-endian words.
public struct UUIDKey: Hashable, Comparable, Sendable {
  public let high, low: UInt64
  public init(high: UInt64, low: UInt64) { (self.high, self.low) = (high, low) }
  public static func < (a: Self, b: Self) -> Bool { (a.high, a.low) < (b.high, b.low) }
}

/// An event as the log recorded it: what decisions and projectors fold.
public struct RecordedFact: Sendable {
  public var position: UInt64
  /// Microseconds since 1970 UTC, on the log's clock.
  public var recordedAt: Int64
  public var id: UUIDKey
  /// The subject: patient, practitioner, referring provider, payer, site or system.
  public var stream: UUIDKey
  /// 1 for the subject's first event.
  public var streamSequence: UInt64
  public var event: PracticeEvent { didSet { kind = event.kind } }
  /// Of the event, found once: asking the event copies its fact.
  public private(set) var kind: PracticeEvent.Kind?

  public init(
    position: UInt64, recordedAt: Int64, id: UUIDKey, stream: UUIDKey, streamSequence: UInt64,
    event: PracticeEvent
  ) {
    self.position = position
    self.recordedAt = recordedAt
    self.id = id
    self.stream = stream
    self.streamSequence = streamSequence
    self.event = event
    kind = event.kind
  }
}
