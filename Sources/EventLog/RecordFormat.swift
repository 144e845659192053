internal import LMDB
internal import TransparencyLog

/// How an event lies in the `records` table, under its position as eight big-endian bytes.
///
/// Integers are little-endian, ids are their sixteen bytes in the order of their text:
///
///     offset  size  field
///          0     2  format version, 1
///          2     2  flags, 0
///          4     4  length of the opening
///          8    16  stream
///         24     8  sequence in the stream, from 1
///         32     8  position of the stream's previous event; 0 for none
///         40        the opening: all that the leaf's commitment hides
///         40    32  salt
///         72     8  recorded at, microseconds since 1970 UTC
///         80    16  event id
///         96    16  command id
///        112     2  kind
///        114     2  number of tags
///        116     4  length of the payload
///        120        each tag: its length in one byte, then its text
///                   payload
///                   zeros up to a multiple of 8
///                   for each tag 8 bytes: position of the previous event with it; 0 for none
///
/// The opening is one slice, so that `sha256sum` can check a commitment from a file that holds it.
enum RecordFormat {
  static let version: UInt16 = 1
  static let openingOffset = 40
  static let fixedBytes = 120
  static let saltBytes = 32

  /// What the log adds to an event.
  struct Placement {
    var recordedAt: LogTime
    var command: CommandID
    /// 32 bytes.
    var salt: [UInt8]
    var sequence: UInt64
    var previous: UInt64
    /// One for each of the event's tags.
    var tagLinks: [UInt64]
  }

  /// Replaces `buffer` with the record. The event has been validated.
  static func encode(_ event: NewEvent, _ placement: Placement, into buffer: inout [UInt8]) {
    buffer.removeAll(keepingCapacity: true)
    buffer.append(contentsOf: repeatElement(0, count: byteCount(of: event)))
    buffer.withUnsafeMutableBytes { buffer in
      _ = placement.salt.withUnsafeBytes { salt in
        write(
          event, recordedAt: placement.recordedAt, command: placement.command, salt: salt,
          to: buffer)
      }
      place(
        sequence: placement.sequence, previous: placement.previous,
        links: placement.tagLinks[...], in: buffer)
    }
  }

  /// How long the record of an event is.
  static func byteCount(of event: NewEvent) -> Int {
    let end = openingOffset + openingBytes(of: event)
    return (end + 7) / 8 * 8 + 8 * event.tags.count
  }

  private static func openingBytes(of event: NewEvent) -> Int {
    var bytes = fixedBytes - openingOffset + event.payload.count + event.tags.count
    for tag in event.tags { bytes += tag.text.utf8.count }
    return bytes
  }

  /// Writes a record that has everything but its place among the events before it.
  ///
  /// - Parameters:
  ///   - event: has been validated.
  ///   - salt: 32 bytes.
  ///   - record: as many bytes as the record of this event has.
  /// - Returns: where the opening ends.
  static func write(
    _ event: NewEvent, recordedAt: LogTime, command: CommandID, salt: UnsafeRawBufferPointer,
    to record: UnsafeMutableRawBufferPointer
  ) -> Int {
    let opening = openingBytes(of: event)
    let end = openingOffset + opening
    let paddedEnd = (end + 7) / 8 * 8
    // All that is written below lies within these bytes.
    precondition(record.count == paddedEnd + 8 * event.tags.count && salt.count == saltBytes)
    record.put(version, at: 0)
    record.put(UInt16(0), at: 2)
    record.put(UInt32(opening), at: 4)
    record.put(event.stream, at: 8)
    record.put(UInt64(0), at: 24)
    record.put(UInt64(0), at: 32)
    record.put(salt, at: openingOffset)
    record.put(recordedAt.rawValue, at: 72)
    record.put(event.id, at: 80)
    record.put(command, at: 96)
    record.put(event.kind.rawValue, at: 112)
    record.put(UInt16(event.tags.count), at: 114)
    record.put(UInt32(event.payload.count), at: 116)
    var offset = fixedBytes
    for tag in event.tags {
      tag.text.utf8Span.span.bytes.withUnsafeBytes { text in
        record[offset] = UInt8(text.count)
        record.put(text, at: offset + 1)
        offset += 1 + text.count
      }
    }
    event.payload.withUnsafeBytes { record.put($0, at: offset) }
    for index in end..<record.count { record[index] = 0 }
    return end
  }

  /// Writes what depends on the events before.
  ///
  /// - Parameters:
  ///   - links: one for each of the record's tags.
  ///   - record: the whole record.
  static func place(
    sequence: UInt64, previous: UInt64, links: ArraySlice<UInt64>,
    in record: UnsafeMutableRawBufferPointer
  ) {
    record.put(sequence, at: 24)
    record.put(previous, at: 32)
    var offset = record.count - 8 * links.count
    for link in links {
      record.put(link, at: offset)
      offset += 8
    }
  }
}

/// Records one behind the other that have everything but their places among the events before them,
/// with the commitments to their openings: what can be made on any thread.
struct SealedRecords: Sendable {
  struct Record: Sendable {
    /// Where it ends, and the next one begins.
    let end: Int
    let commitment: TreeHash
  }

  let bytes: [UInt8]
  let records: [Record]

  /// - Parameters:
  ///   - events: validated.
  ///   - salts: 32 bytes for each event.
  init(_ events: ArraySlice<ImportedEvent>, salts: ArraySlice<UInt8>) {
    var count = 0
    for event in events { count += RecordFormat.byteCount(of: event.event) }
    var records: [Record] = []
    records.reserveCapacity(events.count)
    bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initializedCount in
      let buffer = UnsafeMutableRawBufferPointer(buffer)
      salts.withUnsafeBytes { salts in
        var start = 0
        for event in events {
          let end = start + RecordFormat.byteCount(of: event.event)
          let salt = records.count * RecordFormat.saltBytes
          let record = UnsafeMutableRawBufferPointer(rebasing: buffer[start..<end])
          let openingEnd = RecordFormat.write(
            event.event, recordedAt: event.recordedAt, command: event.command,
            salt: UnsafeRawBufferPointer(rebasing: salts[salt..<salt + RecordFormat.saltBytes]),
            to: record)
          let opening = record[RecordFormat.openingOffset..<openingEnd]
          records.append(
            Record(
              end: end,
              commitment: Leaf.commitment(toOpening: UnsafeRawBufferPointer(rebasing: opening))))
          start = end
        }
      }
      initializedCount = count
    }
    self.records = records
  }
}

extension UnsafeMutableRawBufferPointer {
  fileprivate func put(_ value: some FixedWidthInteger & BitwiseCopyable, at offset: Int) {
    storeBytes(of: value.littleEndian, toByteOffset: offset, as: type(of: value))
  }

  fileprivate func put(_ id: some SixteenByteID, at offset: Int) {
    put(id.high.byteSwapped, at: offset)
    put(id.low.byteSwapped, at: offset + 8)
  }

  fileprivate func put(_ bytes: UnsafeRawBufferPointer, at offset: Int) {
    UnsafeMutableRawBufferPointer(rebasing: self[offset..<offset + bytes.count])
      .copyMemory(from: bytes)
  }
}

extension [UInt8] {
  mutating func append(littleEndian value: some FixedWidthInteger) {
    Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
  }

  mutating func append(bigEndian value: some FixedWidthInteger) {
    Swift.withUnsafeBytes(of: value.bigEndian) { append(contentsOf: $0) }
  }

  mutating func append(_ id: some SixteenByteID) {
    append(bigEndian: id.high)
    append(bigEndian: id.low)
  }
}

extension RawSpan {
  /// The sixteen bytes of an id at an offset; traps beyond the end.
  func id<ID: SixteenByteID>(_ type: ID.Type, at offset: Int) -> ID {
    ID(high: bigEndian(UInt64.self, at: offset), low: bigEndian(UInt64.self, at: offset + 8))
  }
}
