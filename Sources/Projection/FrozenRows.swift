import SwiftProtobuf

/// Rows in memory that never change any more, hence for any number of threads.
struct FrozenRows: RowReader, Sendable {
  struct Table: Sendable {
    /// Sorted.
    var keys: [RowKey]
    /// One for each key.
    var rows: [(any Message & Sendable)?]
  }

  let tables: [String: Table]

  private func table(_ name: String) throws -> Table {
    guard let table = tables[name] else { throw ProjectionError.unknownTable(name) }
    return table
  }

  private func typed<Row>(
    _ row: (any Message & Sendable)?, of table: RowTable<Row>
  ) throws -> Row? {
    guard let row else { return nil }
    guard let row = row as? Row else { throw ProjectionError.wrongRowType(table: table.name) }
    return row
  }

  func row<Row>(in table: RowTable<Row>, at key: RowKey) throws -> Row? {
    let rows = try self.table(table.name)
    let index = rows.keys.firstIndex(prefix: key, from: nil)
    guard index < rows.keys.count, rows.keys[index] == key else { return nil }
    return try typed(rows.rows[index], of: table)
  }

  func forEach<Row>(
    in table: RowTable<Row>, prefix: RowKey, from: RowKey?,
    _ body: (RowKey, Row) throws -> Bool
  ) throws {
    let rows = try self.table(table.name)
    for index in rows.keys.firstIndex(prefix: prefix, from: from)..<rows.keys.count {
      guard rows.keys[index].hasPrefix(prefix) else { return }
      guard let row = try typed(rows.rows[index], of: table) else { continue }
      guard try body(rows.keys[index], row) else { return }
    }
  }
}
