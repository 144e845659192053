internal import LMDB
import SwiftProtobuf

/// The rows of a view as one transaction sees them; valid only until it ends.
struct StoredRows: RowReader {
  let view: String
  let tables: [String: LMDB.Table]
  let transaction: TransactionReference

  private func table(_ name: String) throws -> LMDB.Table {
    guard let table = tables[name] else { throw ProjectionError.unknownTable(name) }
    return table
  }

  private func decoded<Row: Message>(_ bytes: RawSpan, _ table: String) throws -> Row {
    do {
      return try Row(serializedBytes: bytes)
    } catch {
      throw ProjectionError.damaged(view: view, reason: "a row of table \(table) is unreadable")
    }
  }

  func row<Row>(in table: RowTable<Row>, at key: RowKey) throws -> Row? {
    let handle = try self.table(table.name)
    return try transaction.read { transaction in
      let key = key.bytes
      guard let bytes = try transaction.value(in: handle, at: key) else { return nil }
      return try decoded(bytes, table.name)
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
        let row: Row = try decoded(found.value, table.name)
        guard try body(RowKey(copying: found.key), row) else { return }
        entry = try cursor.next()
      }
    }
  }
}
