internal import LMDB
import Synchronization
internal import TransparencyLog

/// Events with all that can be made of them without the log: checked among themselves, encoded, their
/// commitments computed, what they touch put in the order in which the tables keep it.
///
/// An import is prepared before its turn, on the thread of whoever imports and on all cores, while the
/// writer may be busy with the one before.
struct PreparedEvents: Sendable {
  struct Event: Sendable {
    var id: EventID
    var recordedAt: LogTime
    var record: SealedRecord
    /// Index in `streams`.
    var stream: Int
    /// Indices in `tags`.
    var tags: [Int]
  }

  var events: [Event]
  /// Each once, in the order of the tables.
  let streams: [StreamID]
  let tags: [Tag]
  /// Indices of the events, in the order of their ids.
  let byID: [Int]

  /// - Parameters:
  ///   - events: validated; each with its time, its command and 32 bytes of salt.
  init(_ sealed: [(event: NewEvent, recordedAt: LogTime, record: SealedRecord)]) {
    streams = Set(sealed.map(\.event.stream)).sorted()
    let streamIndices = Dictionary(uniqueKeysWithValues: zip(streams, streams.indices))
    var numbers: [Tag: Int] = [:]
    var found: [Tag] = []
    let numbered = sealed.map { event, _, _ in
      event.tags.map { tag -> Int in
        if let number = numbers[tag] { return number }
        numbers[tag] = found.count
        found.append(tag)
        return found.count - 1
      }
    }
    let order = found.indices.sorted { found[$0] < found[$1] }
    tags = order.map { found[$0] }
    var places = [Int](repeating: 0, count: found.count)
    for (place, number) in order.enumerated() { places[number] = place }
    events = zip(sealed, numbered).map { sealed, numbers in
      Event(
        id: sealed.event.id, recordedAt: sealed.recordedAt, record: sealed.record,
        stream: streamIndices[sealed.event.stream] ?? 0, tags: numbers.map { places[$0] })
    }
    byID = events.indices.sorted { [events] in events[$0].id < events[$1].id }
  }
}

/// An import that was found good and made ready, but for what only the log can tell.
struct PreparedImport: Sendable {
  /// A command with the indices of its events.
  typealias Run = (command: CommandID, indices: Range<Int>)

  let events: PreparedEvents
  let blobs: [Blob]
  let runs: [Run]

  /// What it occupies in the writer's queue.
  var byteCount: Int {
    events.events.reduce(blobs.reduce(0) { $0 + $1.bytes.count }) { $0 + $1.record.bytes.count }
  }

  /// - Throws: what any log refuses; `.timeNotIncreasing` between the events themselves.
  init(_ events: [ImportedEvent], _ blobs: [Blob], _ options: LMDBEventLog.Options) throws {
    try ImportBatch.validate(events, blobs: blobs, after: nil)
    runs = try ImportBatch.runs(of: events)
    self.blobs = blobs
    let missing = newSalts(events.count { $0.salt == nil }, options)
    var next = missing.startIndex
    let salts = events.map { event -> [UInt8] in
      if let salt = event.salt { return salt }
      defer { next += 1 }
      return missing[next]
    }
    let records = try Self.sealed(events, salts)
    self.events = PreparedEvents(
      zip(events, records).map { ($0.event, $0.recordedAt, $1) })
  }

  /// Hashing is a good part of an import, hence done on all cores.
  private static func sealed(
    _ events: [ImportedEvent], _ salts: [[UInt8]]
  ) throws -> [SealedRecord] {
    let size = 256
    let pieces = Mutex([[SealedRecord]](repeating: [], count: (events.count + size - 1) / size))
    try inParallel((events.count + size - 1) / size) { number in
      let indices = number * size..<min((number + 1) * size, events.count)
      let piece = try indices.map { index in
        try SealedRecord(
          events[index].event, recordedAt: events[index].recordedAt,
          command: events[index].command, salt: salts[index])
      }
      pieces.withLock { $0[number] = piece }
    }
    return pieces.withLock { $0.flatMap { $0 } }
  }
}

/// New salts, drawn together: each call of the generator costs more than its bytes.
func newSalts(_ count: Int, _ options: LMDBEventLog.Options) -> [[UInt8]] {
  let size = RecordFormat.saltBytes
  let bytes = options.randomBytes(count * size)
  return (0..<count).map { Array(bytes[$0 * size..<($0 + 1) * size]) }
}
