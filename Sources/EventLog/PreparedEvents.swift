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
    let id: EventID
    /// Index in `streams`.
    let stream: Int
    /// How many of `tagIndices` are this event's, after those of the events before it.
    let tagCount: Int
  }

  /// The records of all events, in order.
  let records: [SealedRecords]
  let events: [Event]
  /// Each once, in the order of the tables.
  let streams: [StreamID]
  let tags: [Tag]
  /// The tags of one event after the other, as indices in `tags`.
  let tagIndices: [Int]
  /// Indices of the events, in the order of their ids; nil when that is their own order.
  let byID: [Int]?
  let lastRecordedAt: LogTime?

  var byteCount: Int { records.reduce(0) { $0 + $1.bytes.count } }

  /// - Parameters:
  ///   - events: validated.
  ///   - salts: 32 bytes for each event.
  init(_ events: [ImportedEvent], salts: [UInt8]) throws {
    records = try Self.sealed(events, salts)
    lastRecordedAt = events.last?.recordedAt
    var streams = Numbering<StreamID>()
    var tags = Numbering<Tag>()
    var tagNumbers: [Int] = []
    let numbered = events.map { event in
      for tag in event.event.tags { tagNumbers.append(tags.number(of: tag)) }
      return streams.number(of: event.event.stream)
    }
    let streamPlaces: [Int]
    let tagPlaces: [Int]
    (self.streams, streamPlaces) = streams.sorted()
    (self.tags, tagPlaces) = tags.sorted()
    tagIndices = tagNumbers.map { tagPlaces[$0] }
    self.events = zip(events, numbered).map { event, stream in
      Event(
        id: event.event.id, stream: streamPlaces[stream], tagCount: event.event.tags.count)
    }
    byID = Self.order(of: self.events)
  }

  private static func order(of events: [Event]) -> [Int]? {
    let isInOrder = zip(events, events.dropFirst()).allSatisfy { $0.id < $1.id }
    guard !isInOrder else { return nil }
    return events.indices.map { (id: events[$0].id, index: $0) }
      .sorted { $0.id < $1.id }.map(\.index)
  }

  private static let eventsPerPiece = 256

  /// Hashing is a good part of an import, hence done on all cores.
  private static func sealed(
    _ events: [ImportedEvent], _ salts: [UInt8]
  ) throws -> [SealedRecords] {
    func piece(_ start: Int) -> SealedRecords {
      let end = min(start + eventsPerPiece, events.count)
      return SealedRecords(
        events[start..<end],
        salts: salts[start * RecordFormat.saltBytes..<end * RecordFormat.saltBytes])
    }
    if events.count <= eventsPerPiece { return [piece(0)] }
    let count = (events.count + eventsPerPiece - 1) / eventsPerPiece
    let pieces = Mutex([SealedRecords?](repeating: nil, count: count))
    try inParallel(count) { number in
      let made = piece(number * eventsPerPiece)
      pieces.withLock { $0[number] = made }
    }
    return pieces.withLock { $0.compactMap { $0 } }
  }
}

/// Gives each distinct value a number, in the order in which they come.
private struct Numbering<Value: Hashable & Comparable> {
  /// Up to here looking at each is quicker than hashing: most requests have one event.
  private static var few: Int { 8 }

  private var values: [Value] = []
  /// Empty while there are few.
  private var numbers: [Value: Int] = [:]

  mutating func number(of value: Value) -> Int {
    let known = values.count > Self.few ? numbers[value] : values.firstIndex(of: value)
    if let known { return known }
    values.append(value)
    if values.count == Self.few + 1 {
      for (number, value) in values.enumerated() { numbers[value] = number }
    } else if values.count > Self.few {
      numbers[value] = values.count - 1
    }
    return values.count - 1
  }

  /// The values in their own order, and the place of each number in it.
  func sorted() -> (values: [Value], places: [Int]) {
    let order = values.indices.sorted { values[$0] < values[$1] }
    var places = [Int](repeating: 0, count: values.count)
    for (place, number) in order.enumerated() { places[number] = place }
    return (order.map { values[$0] }, places)
  }
}

/// An import that was found good and made ready, but for what only the log can tell.
struct PreparedImport: Sendable {
  /// A command with the indices of its events, and the time of the first.
  typealias Run = (command: CommandID, indices: Range<Int>, recordedAt: LogTime)

  let events: PreparedEvents
  let blobs: [Blob]
  /// In the order of their commands.
  let runs: [Run]
  let firstRecordedAt: LogTime?

  /// What it occupies in the writer's queue.
  var byteCount: Int { blobs.reduce(events.byteCount) { $0 + $1.bytes.count } }

  /// - Throws: what any log refuses; `.timeNotIncreasing` between the events themselves.
  init(_ events: [ImportedEvent], _ blobs: [Blob], _ options: LMDBEventLog.Options) throws {
    try ImportBatch.validate(events, blobs: blobs, after: nil)
    runs = try ImportBatch.runs(of: events).sorted { $0.command < $1.command }.map {
      (
        command: $0.command, indices: $0.indices,
        recordedAt: events[$0.indices.lowerBound].recordedAt
      )
    }
    self.blobs = blobs
    firstRecordedAt = events.first?.recordedAt
    self.events = try PreparedEvents(events, salts: Self.salts(of: events, options))
  }

  /// Those that the events bring, and new ones for the others: drawn together, because each call of
  /// the generator costs more than its bytes.
  private static func salts(
    of events: [ImportedEvent], _ options: LMDBEventLog.Options
  ) -> [UInt8] {
    let size = RecordFormat.saltBytes
    let missing = options.randomBytes(size * events.count { $0.salt == nil })
    if missing.count == size * events.count { return missing }
    var salts: [UInt8] = []
    salts.reserveCapacity(size * events.count)
    var next = 0
    for event in events {
      if let salt = event.salt {
        salts += salt
      } else {
        salts += missing[next..<next + size]
        next += size
      }
    }
    return salts
  }
}
