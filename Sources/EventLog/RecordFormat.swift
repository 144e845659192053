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
    let tagBytes = event.tags.reduce(0) { $0 + 1 + $1.text.utf8.count }
    let openingBytes = fixedBytes - openingOffset + tagBytes + event.payload.count
    buffer.removeAll(keepingCapacity: true)
    buffer.append(littleEndian: version)
    buffer.append(littleEndian: UInt16(0))
    buffer.append(littleEndian: UInt32(openingBytes))
    buffer.append(event.stream)
    buffer.append(littleEndian: placement.sequence)
    buffer.append(littleEndian: placement.previous)
    buffer.append(contentsOf: placement.salt)
    buffer.append(littleEndian: placement.recordedAt.rawValue)
    buffer.append(event.id)
    buffer.append(placement.command)
    buffer.append(littleEndian: event.kind.rawValue)
    buffer.append(littleEndian: UInt16(event.tags.count))
    buffer.append(littleEndian: UInt32(event.payload.count))
    for tag in event.tags {
      buffer.append(UInt8(tag.text.utf8.count))
      buffer.append(contentsOf: tag.text.utf8)
    }
    buffer.append(contentsOf: event.payload)
    while buffer.count % 8 != 0 { buffer.append(0) }
    for link in placement.tagLinks { buffer.append(littleEndian: link) }
  }
}

/// A record that has everything but its place among the events before it, with the commitment to its
/// opening: what can be made on any thread.
struct SealedRecord: Sendable {
  private(set) var bytes: [UInt8]
  let commitment: TreeHash

  init(
    _ event: NewEvent, recordedAt: LogTime, command: CommandID, salt: [UInt8]
  ) throws(EventLogError) {
    var record: [UInt8] = []
    RecordFormat.encode(
      event,
      RecordFormat.Placement(
        recordedAt: recordedAt, command: command, salt: salt, sequence: 0, previous: 0,
        tagLinks: [UInt64](repeating: 0, count: event.tags.count)),
      into: &record)
    commitment = Leaf.commitment(
      toOpening: try RecordView(position: .none, bytes: record.span.bytes).opening)
    bytes = record
  }

  /// Writes what depends on the events before.
  ///
  /// - Parameter tagLinks: one for each of the record's tags.
  mutating func place(sequence: UInt64, previous: UInt64, tagLinks: [UInt64]) {
    bytes.withUnsafeMutableBytes { bytes in
      bytes.storeBytes(of: sequence.littleEndian, toByteOffset: 24, as: UInt64.self)
      bytes.storeBytes(of: previous.littleEndian, toByteOffset: 32, as: UInt64.self)
      let links = bytes.count - 8 * tagLinks.count
      for (index, link) in tagLinks.enumerated() {
        bytes.storeBytes(of: link.littleEndian, toByteOffset: links + 8 * index, as: UInt64.self)
      }
    }
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
