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
    /// How many of `links` are this event's, after those of the events before it.
    let tagCount: Int
  }

  /// A tag with what these events do to its chain.
  struct TagUse: Sendable {
    let tag: HashedTag
    /// How many of the events have it.
    var count: Int
    /// Index of the last of them.
    var last: Int
  }

  /// What a tag of an event is linked to.
  enum Link: Sendable {
    /// The event of this index.
    case event(Int)
    /// What was the head of the tag with this index in `tags`.
    case head(Int)
  }

  /// The records of all events, in order.
  let records: [SealedRecords]
  let events: [Event]
  /// Each once, in the order of the tables.
  let streams: [StreamID]
  let tags: [TagUse]
  /// One for each tag of one event after the other.
  let links: [Link]
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
    let streamNumbers = events.map { streams.number(of: $0.event.stream) }
    let streamPlaces: [Int]
    (self.streams, streamPlaces) = streams.sorted()
    self.events = zip(events, streamNumbers).map { event, stream in
      Event(
        id: event.event.id, stream: streamPlaces[stream], tagCount: event.event.tags.count)
    }
    (tags, links) = Self.chains(through: events)
    byID = Self.order(of: self.events)
  }

  private static func chains(through events: [ImportedEvent]) -> ([TagUse], [Link]) {
    var numbering = Numbering<Tag>()
    var numbers: [Int] = []
    for event in events {
      for tag in event.event.tags { numbers.append(numbering.number(of: tag)) }
    }
    let (tags, places) = numbering.sorted()
    var uses = tags.map { TagUse(tag: HashedTag($0), count: 0, last: 0) }
    var links: [Link] = []
    links.reserveCapacity(numbers.count)
    for (index, event) in events.enumerated() {
      for _ in event.event.tags {
        let place = places[numbers[links.count]]
        links.append(uses[place].count == 0 ? .head(place) : .event(uses[place].last))
        uses[place].count += 1
        uses[place].last = index
      }
    }
    return (uses, links)
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
    if zip(values, values.dropFirst()).allSatisfy({ $0 < $1 }) {
      return (values, Array(values.indices))
    }
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
