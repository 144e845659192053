/// An event on its way into the log.
public struct NewEvent: Hashable, Sendable {
  public static let maximumPayloadBytes = 64 * 1024
  public static let maximumTags = 32

  public var id: EventID
  public var stream: StreamID
  public var kind: EventKind
  /// Without duplicates; order is kept.
  public var tags: [Tag]
  /// Opaque to the log.
  public var payload: [UInt8]

  public init(id: EventID, stream: StreamID, kind: EventKind, tags: [Tag], payload: [UInt8]) {
    self.id = id
    self.stream = stream
    self.kind = kind
    self.tags = tags
    self.payload = payload
  }
}

/// An event as the log holds it.
public struct RecordedEvent: Hashable, Sendable {
  public var position: Position
  /// When the log recorded it: strictly increasing with the position.
  public var recordedAt: LogTime
  public var id: EventID
  public var stream: StreamID
  /// 1 for the first event of the stream, without gaps.
  public var streamSequence: UInt64
  public var kind: EventKind
  public var tags: [Tag]
  /// The request that appended it.
  public var command: CommandID
  public var payload: [UInt8]

  public init(
    position: Position, recordedAt: LogTime, id: EventID, stream: StreamID,
    streamSequence: UInt64, kind: EventKind, tags: [Tag], command: CommandID, payload: [UInt8]
  ) {
    self.position = position
    self.recordedAt = recordedAt
    self.id = id
    self.stream = stream
    self.streamSequence = streamSequence
    self.kind = kind
    self.tags = tags
    self.command = command
    self.payload = payload
  }
}

/// Bytes too large for an event, kept under a random id (a faxed page, a schema).
public struct Blob: Hashable, Sendable {
  public var id: BlobID
  public var bytes: [UInt8]
  public init(id: BlobID, bytes: [UInt8]) {
    self.id = id
    self.bytes = bytes
  }
}
