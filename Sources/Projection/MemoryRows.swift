import PracticeEvents
import SwiftProtobuf

/// Rows in memory, never encoded: for tests, as-of replays and the first step of a rebuild.
///
/// Keys are sorted when rows are listed, not when they change.
public final class MemoryRows {
  let buffer: RowBuffer
  private var orders: [String: (changes: Int, keys: [RowKey])] = [:]

  public init(tables: [String]) {
    buffer = RowBuffer(tables: tables, over: nil)
  }

  /// Empty rows for a projector's tables.
  public convenience init(of projector: any Projector.Type) {
    self.init(tables: projector.tables)
  }

  /// Applies facts as a view does, skipping kinds that the projector does not handle.
  public func apply(_ facts: some Sequence<RecordedFact>, with projector: any Projector.Type) throws
  {
    try ProjectedView(projector).apply(Array(facts)[...], to: buffer)
  }

  /// How many rows there are, in all tables.
  public var count: Int { buffer.tables.reduce(0) { $0 + $1.rows.boxes.count } }

  /// The keys of a table in order.
  func keys(of table: String) throws -> [RowKey] {
    let rows = try buffer.table(table)
    if let known = orders[table], known.changes == rows.changes { return known.keys }
    let keys = try rows.boxes.sortedKeys { try $0.isPresent() }
    orders[table] = (rows.changes, keys)
    return keys
  }

  /// A copy for any number of threads.
  func frozen() throws -> FrozenRows {
    var tables: [String: FrozenRows.Table] = [:]
    for (name, _, rows) in buffer.tables {
      let sorted = try keys(of: name)
      tables[name] = FrozenRows.Table(
        keys: sorted, rows: try sorted.map { try rows.boxes[$0]?.message() })
    }
    return FrozenRows(tables: tables)
  }
}

extension MemoryRows: RowWriter, RowReader {
  public func row<Row>(in table: RowTable<Row>, at key: RowKey) throws -> Row? {
    try buffer.row(in: table, at: key)
  }

  public func set<Row>(_ row: Row, in table: RowTable<Row>, at key: RowKey) throws {
    try buffer.set(row, in: table, at: key)
  }

  public func remove<Row>(in table: RowTable<Row>, at key: RowKey) throws {
    try buffer.remove(in: table, at: key)
  }

  public func update<Row>(
    in table: RowTable<Row>, at key: RowKey, _ change: (inout Row) throws -> Void
  ) throws {
    try buffer.update(in: table, at: key, change)
  }

  public func derive<Source, Row>(
    _ table: RowTable<Row>, from source: RowTable<Source>, at key: RowKey,
    _ make: @escaping (Source) -> Row?
  ) throws {
    try buffer.derive(table, from: source, at: key, make)
  }

  public func forEach<Row>(
    in table: RowTable<Row>, prefix: RowKey, from: RowKey?,
    _ body: (RowKey, Row) throws -> Bool
  ) throws {
    let keys = try keys(of: table.name)
    for key in keys[keys.firstIndex(prefix: prefix, from: from)...] {
      guard key.hasPrefix(prefix) else { return }
      guard let row = try row(in: table, at: key) else { continue }
      guard try body(key, row) else { return }
    }
  }
}

extension [RowKey] {
  /// The index of the first key of these sorted ones to list.
  func firstIndex(prefix: RowKey, from: RowKey?) -> Int {
    let start = from.map { Swift.max(prefix, $0) } ?? prefix
    var range = 0..<count
    while !range.isEmpty {
      let middle = (range.lowerBound + range.upperBound) / 2
      range =
        self[middle] < start ? middle + 1..<range.upperBound : range.lowerBound..<middle
    }
    return range.lowerBound
  }
}
