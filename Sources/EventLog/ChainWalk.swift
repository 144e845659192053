internal import LMDB

/// A set of kinds as one flag per number: a scan asks it for every record, and a hash would cost more
/// than the step to the next one. An empty set has every kind.
struct KindFlags {
  private let flags: [Bool]

  init(_ kinds: Set<EventKind>) {
    let numbers = kinds.map { Int($0.rawValue) }
    var flags = [Bool](repeating: false, count: numbers.max().map { $0 + 1 } ?? 0)
    for number in numbers { flags[number] = true }
    self.flags = flags
  }

  func contains(_ kind: EventKind) -> Bool {
    let number = Int(kind.rawValue)
    return flags.isEmpty || (number < flags.count && flags[number])
  }
}

/// A query with its tags as bytes, to be compared with records in place.
struct CompiledQuery {
  struct Item {
    var kinds: Set<EventKind>
    var tags: [[UInt8]]
    var stream: StreamID?

    func matches(_ record: RecordView) -> Bool {
      (kinds.isEmpty || kinds.contains(record.kind))
        && (stream == nil || stream == record.stream)
        && tags.allSatisfy { record.index(ofTag: $0) != nil }
    }
  }

  var items: [Item]

  init(_ query: Query) {
    items = query.items.map { item in
      Item(kinds: item.kinds, tags: item.tags.map { Array($0.text.utf8) }, stream: item.stream)
    }
  }

  /// No items: everything.
  func matches(_ record: RecordView) -> Bool {
    items.isEmpty || items.contains { $0.matches(record) }
  }
}

/// The events of one stream or tag, newest first, by the links in the records.
struct Chain {
  enum Subject {
    case stream
    case tag([UInt8])
  }

  var subject: Subject
  var count: UInt64
  /// Position of the next event of the walk; 0 at its end.
  var position: UInt64
  /// What else an event of this chain must match: that it has the chain's own tag, each step finds
  /// anyway.
  var item: CompiledQuery.Item

  /// The rarest chain of an item.
  ///
  /// - Returns: nil when the item names neither stream nor tag, hence can only be scanned for; a
  ///   chain without events when nothing can match.
  static func rarest(
    of item: Query.Item, _ tables: LogTables, _ transaction: ReadTransaction,
    _ tagHead: (Tag) throws -> TagHead
  ) throws -> Chain? {
    let compiled = CompiledQuery.Item(
      kinds: item.kinds, tags: item.tags.map { Array($0.text.utf8) }, stream: item.stream)
    var rarest: Chain?
    if let stream = item.stream {
      let head = try transaction.streamHead(tables, stream)
      rarest = Chain(
        subject: .stream, count: head?.count ?? 0, position: head?.last ?? 0, item: compiled)
    }
    for tag in item.tags {
      // No event has such a tag; and LMDB would refuse the key.
      guard (1...Tag.maximumBytes).contains(tag.text.utf8.count) else {
        return Chain(subject: .stream, count: 0, position: 0, item: compiled)
      }
      let head = try tagHead(tag)
      if let rarest, rarest.count <= head.count { continue }
      var other = compiled
      other.tags.removeAll { $0.elementsEqual(tag.text.utf8) }
      rarest = Chain(
        subject: .tag(Array(tag.text.utf8)), count: head.count, position: head.last, item: other)
    }
    return rarest
  }

  /// Goes to the chain's previous event; `record` is the one at `position`.
  mutating func advance(_ record: RecordView) throws(EventLogError) {
    let previous: UInt64
    switch subject {
    case .stream: previous = record.previousInStream.rawValue
    case .tag(let text):
      guard let index = record.index(ofTag: text) else {
        throw .damaged(record.position, "a tag's chain leads to an event without that tag")
      }
      previous = record.link(ofTag: index)
    }
    guard previous < position else {
      throw .damaged(record.position, "a link to the previous event does not point back")
    }
    position = previous
  }
}

/// How the matches of a query are found.
enum QueryPlan {
  /// Look at every record.
  case scan
  /// Walk these chains back, merged. None: nothing matches.
  case walk([Chain])

  /// A step along a chain is a search in the table, a step of a scan only the next row.
  private static let scannedRecordsPerStep: UInt64 = 8

  init(
    _ query: Query, range: ClosedRange<UInt64>, _ tables: LogTables,
    _ transaction: ReadTransaction, _ tagHead: (Tag) throws -> TagHead
  ) throws {
    var chains: [Chain] = []
    var steps: UInt64 = 0
    for item in query.items {
      guard let chain = try Chain.rarest(of: item, tables, transaction, tagHead) else {
        self = .scan
        return
      }
      guard chain.count > 0 else { continue }
      steps += chain.count
      chains.append(chain)
    }
    let scanned = range.upperBound - range.lowerBound + 1
    let isScanCheaper = query.items.isEmpty || steps > scanned / Self.scannedRecordsPerStep
    self = isScanCheaper && !(chains.isEmpty && !query.items.isEmpty) ? .scan : .walk(chains)
  }
}

/// Walks several chains back at once and tells each matching position once, newest first.
///
/// - Parameter body: returns false to end the walk.
func walkBack(
  _ chains: [Chain], in range: ClosedRange<UInt64>, _ tables: LogTables,
  _ transaction: ReadTransaction, _ body: (RecordView) throws -> Bool
) throws {
  var chains = chains
  while let newest = chains.lazy.map(\.position).max(), newest >= max(1, range.lowerBound) {
    let record = try transaction.record(tables, at: Position(newest))
    var isMatch = false
    for index in chains.indices where chains[index].position == newest {
      isMatch = isMatch || chains[index].item.matches(record)
      try chains[index].advance(record)
    }
    if isMatch, newest <= range.upperBound {
      guard try body(record) else { return }
    }
  }
}
