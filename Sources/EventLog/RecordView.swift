internal import LMDB

/// An event as lent by the log: fields are read from the stored bytes when asked for.
public struct RecordView: ~Escapable {
  public let position: Position
  let bytes: RawSpan
  /// Where the payload begins.
  private let payloadOffset: Int
  private let payloadBytes: Int

  /// Throws `EventLogError.damaged` unless all lengths fit together, so that no field can be read
  /// outside of the record.
  @_lifetime(copy bytes)
  init(position: Position, bytes: RawSpan) throws(EventLogError) {
    self.position = position
    self.bytes = bytes
    guard bytes.byteCount >= RecordFormat.fixedBytes else {
      throw .damaged(position, "the record has only \(bytes.byteCount) bytes")
    }
    let version = bytes.littleEndian(UInt16.self, at: 0)
    guard version == RecordFormat.version, bytes.littleEndian(UInt16.self, at: 2) == 0 else {
      throw .damaged(position, "the record is of an unknown format (\(version))")
    }
    let tagCount = Int(bytes.littleEndian(UInt16.self, at: 114))
    payloadBytes = Int(bytes.littleEndian(UInt32.self, at: 116))
    let end = RecordFormat.openingOffset + Int(bytes.littleEndian(UInt32.self, at: 4))
    var offset = RecordFormat.fixedBytes
    for _ in 0..<tagCount {
      guard offset < bytes.byteCount else { break }
      offset += 1 + Int(bytes.littleEndian(UInt8.self, at: offset))
    }
    payloadOffset = offset
    guard offset + payloadBytes == end, (end + 7) / 8 * 8 + 8 * tagCount == bytes.byteCount else {
      throw .damaged(position, "the lengths in the record contradict each other")
    }
  }

  public var kind: EventKind { EventKind(rawValue: bytes.littleEndian(UInt16.self, at: 112)) }
  public var recordedAt: LogTime { LogTime(rawValue: bytes.littleEndian(Int64.self, at: 72)) }
  public var stream: StreamID { bytes.id(StreamID.self, at: 8) }
  /// 1 for the first event of the stream.
  public var streamSequence: UInt64 { bytes.littleEndian(UInt64.self, at: 24) }
  /// Position of the stream's previous event, `.none` for the first.
  public var previousInStream: Position { Position(bytes.littleEndian(UInt64.self, at: 32)) }
  public var id: EventID { bytes.id(EventID.self, at: 80) }
  public var command: CommandID { bytes.id(CommandID.self, at: 96) }
  public var tagCount: Int { Int(bytes.littleEndian(UInt16.self, at: 114)) }

  /// The event's own bytes.
  public var payload: RawSpan {
    @_lifetime(copy self)
    get { bytes.extracting(payloadOffset..<payloadOffset + payloadBytes) }
  }

  public var tags: [Tag] {
    var tags: [Tag] = []
    tags.reserveCapacity(tagCount)
    forEachTag { text in
      tags.append(Tag(text.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }))
      return true
    }
    return tags
  }

  /// All that the commitment in the leaf hides, beginning with the salt (see `RecordFormat`).
  var opening: RawSpan {
    @_lifetime(copy self)
    get { bytes.extracting(RecordFormat.openingOffset..<payloadOffset + payloadBytes) }
  }

  /// The bytes between payload and links, which no hash covers.
  var isPaddedWithZeros: Bool {
    let end = payloadOffset + payloadBytes
    return bytes.extracting(end..<bytes.byteCount - 8 * tagCount).withUnsafeBytes { padding in
      padding.allSatisfy { $0 == 0 }
    }
  }

  var salt: [UInt8] {
    let start = RecordFormat.openingOffset
    return [UInt8](copying: bytes.extracting(start..<start + RecordFormat.saltBytes))
  }

  /// Position of the previous event with the tag of this index; 0 for none.
  func link(ofTag index: Int) -> UInt64 {
    bytes.littleEndian(UInt64.self, at: bytes.byteCount - 8 * (tagCount - index))
  }

  /// The index of a tag, given as UTF-8.
  func index(ofTag text: [UInt8]) -> Int? {
    var index = 0
    var found: Int?
    forEachTag { candidate in
      if candidate.byteCount == text.count, candidate.starts(with: text) { found = index }
      index += 1
      return found == nil
    }
    return found
  }

  private func forEachTag(_ body: (RawSpan) -> Bool) {
    var offset = RecordFormat.fixedBytes
    for _ in 0..<tagCount {
      let length = Int(bytes.littleEndian(UInt8.self, at: offset))
      guard body(bytes.extracting(offset + 1..<offset + 1 + length)) else { return }
      offset += 1 + length
    }
  }

  /// A copy that may be kept.
  public func recorded() -> RecordedEvent {
    RecordedEvent(
      position: position, recordedAt: recordedAt, id: id, stream: stream,
      streamSequence: streamSequence, kind: kind, tags: tags, command: command,
      payload: [UInt8](copying: payload))
  }
}

extension LogSnapshot {
  /// For engines that hold no records.
  public func forEachRecord(
    from: Position, through: Position?, kinds: Set<EventKind>,
    _ body: (RecordView) throws -> Bool
  ) throws {
    let query = kinds.isEmpty ? Query.all : Query([Query.Item(kinds: kinds)])
    try forEachRecord(query, ReadOptions(from: from, asOf: through), body)
  }

  /// For engines that hold no records: encodes each event, then lends it.
  public func forEachRecord(
    _ query: Query, _ options: ReadOptions, _ body: (RecordView) throws -> Bool
  ) throws {
    var buffer: [UInt8] = []
    try forEach(query, options) { event in
      RecordFormat.encode(
        NewEvent(
          id: event.id, stream: event.stream, kind: event.kind, tags: event.tags,
          payload: event.payload),
        RecordFormat.Placement(
          recordedAt: event.recordedAt, command: event.command,
          salt: [UInt8](repeating: 0, count: RecordFormat.saltBytes),
          sequence: event.streamSequence, previous: 0,
          tagLinks: [UInt64](repeating: 0, count: event.tags.count)),
        into: &buffer)
      return try body(RecordView(position: event.position, bytes: buffer.span.bytes))
    }
  }
}
