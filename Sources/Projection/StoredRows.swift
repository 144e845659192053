internal import LMDB
import SwiftProtobuf

/// The rows of a view as one transaction sees them; valid only until it ends.
struct StoredRows: RowReader {
  let view: String
  let tables: [String: LMDB.Table]
  let transaction: TransactionReference
  /// Where rows are looked for, and left, in their decoded form.
  var decodedRows: DecodedRows?

  private func table(_ name: String) throws -> LMDB.Table {
    guard let table = tables[name] else { throw ProjectionError.unknownTable(name) }
    return table
  }

  private func decoded<Row: Message & Sendable>(
    _ bytes: RawSpan, _ table: String, at key: RowKey
  ) throws -> Row {
    let place = DecodedRows.Place(view: view, table: table, key: key)
    if let known: Row = decodedRows?.row(at: place, bytes) { return known }
    do {
      let row = try Row(serializedBytes: bytes)
      decodedRows?.keep(row, at: place, bytes)
      return row
    } catch {
      throw ProjectionError.damaged(view: view, reason: "a row of table \(table) is unreadable")
    }
  }

  func row<Row>(in table: RowTable<Row>, at key: RowKey) throws -> Row? {
    let handle = try self.table(table.name)
    return try transaction.read { transaction in
      guard let bytes = try transaction.value(in: handle, at: key.bytes) else { return nil }
      return try decoded(bytes, table.name, at: key)
    }
  }

  func forEach<Row>(
    in table: RowTable<Row>, prefix: RowKey, from: RowKey?,
    _ body: (RowKey, Row) throws -> Bool
  ) throws {
    let handle = try self.table(table.name)
    let start = from.map { max(prefix, $0) } ?? prefix
    try transaction.read { transaction in
      var cursor = try transaction.cursor(over: handle)
      var entry = try cursor.seek(atOrAfter: start.bytes)
      while let found = entry, found.key.starts(with: prefix.bytes) {
        let key = RowKey(copying: found.key)
        guard try body(key, try decoded(found.value, table.name, at: key)) else { return }
        entry = try cursor.next()
      }
    }
  }
}
