import EventLog
import PracticeEvents
import SwiftProtobuf

extension EventKind {
  public init(_ kind: PracticeEvent.Kind) { self.init(rawValue: kind.rawValue) }
}

extension PracticeEvent.Kind {
  public init(_ kind: EventKind) { self.init(rawValue: kind.rawValue) }
}

extension RecordedFact {
  /// Decodes a recorded event.
  ///
  /// - Throws: `ProjectionError.undecodable` when the payload is not the event that the header
  ///   announces.
  public init(_ event: RecordedEvent) throws(ProjectionError) {
    try self.init(
      position: event.position, recordedAt: event.recordedAt, id: event.id, stream: event.stream,
      streamSequence: event.streamSequence, kind: event.kind, payload: event.payload.span.bytes)
  }

  /// Decodes a record where it lies, without a copy of its payload.
  ///
  /// - Throws: `ProjectionError.undecodable` when the payload is not the event that the header
  ///   announces.
  public init(_ record: borrowing RecordView) throws(ProjectionError) {
    try self.init(
      position: record.position, recordedAt: record.recordedAt, id: record.id,
      stream: record.stream, streamSequence: record.streamSequence, kind: record.kind,
      payload: record.payload)
  }

  private init(
    position: Position, recordedAt: LogTime, id: EventID, stream: StreamID,
    streamSequence: UInt64, kind: EventKind, payload: RawSpan
  ) throws(ProjectionError) {
    let event: PracticeEvent
    do {
      event = try PracticeEvent(plainBytes: payload) ?? PracticeEvent(serializedBytes: payload)
    } catch {
      throw .undecodable(position, problem: String(describing: error))
    }
    self.init(
      position: position.rawValue, recordedAt: recordedAt.rawValue,
      id: UUIDKey(high: id.high, low: id.low),
      stream: UUIDKey(high: stream.high, low: stream.low), streamSequence: streamSequence,
      event: event)
    guard self.kind == PracticeEvent.Kind(kind) else {
      throw .undecodable(position, problem: "it does not hold a fact of kind \(kind.rawValue)")
    }
  }
}
