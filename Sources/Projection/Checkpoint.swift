import EventLog
internal import LMDB

/// How far a view has come, stored in the same transaction as its rows.
struct Checkpoint: Hashable, Sendable {
  /// Everything up to here has been applied.
  var position: Position
  /// When the event at the position was recorded; meaningless at `.none`.
  var recordedAt: LogTime
  /// The event at the position: ids are random, so another one betrays another log.
  var event: EventID
  /// Of the projector that made the rows.
  var version: UInt32

  static func start(version: UInt32) -> Checkpoint {
    Checkpoint(
      position: .none, recordedAt: LogTime(rawValue: 0), event: EventID(high: 0, low: 0),
      version: version)
  }

  // MARK: Storage

  /// The table, and the only key in it.
  static let table = "checkpoint"

  /// Big-endian: position 8, recorded at 8, event id 16, version 4.
  var encoded: [UInt8] {
    func bytes(_ value: some FixedWidthInteger) -> [UInt8] {
      withUnsafeBytes(of: value.bigEndian) { Array($0) }
    }
    return bytes(position.rawValue) + bytes(recordedAt.rawValue) + event.bytes + bytes(version)
  }

  init(position: Position, recordedAt: LogTime, event: EventID, version: UInt32) {
    self.position = position
    self.recordedAt = recordedAt
    self.event = event
    self.version = version
  }

  /// Nil when these are not the bytes of a checkpoint.
  init?(_ bytes: RawSpan) {
    guard bytes.byteCount == 36 else { return nil }
    self.init(
      position: Position(bytes.bigEndian(UInt64.self, at: 0)),
      recordedAt: LogTime(rawValue: bytes.bigEndian(Int64.self, at: 8)),
      event: EventID(
        high: bytes.bigEndian(UInt64.self, at: 16), low: bytes.bigEndian(UInt64.self, at: 24)),
      version: bytes.bigEndian(UInt32.self, at: 32))
  }
}
