internal import LMDB

/// Finds every row by its key, as reads do.
///
/// The way to a row leads past keys that belong to none, in the branches of LMDB's trees. A cursor that
/// walks from row to row does not look at them, so a changed one hides rows from reads alone. Rows of
/// the other tables are found by their keys while the records are checked.
struct LookupCheck {
  let tables: LogTables

  func run(_ transaction: ReadTransaction) throws {
    for table in [
      tables.records, tables.commands, tables.blobs, tables.checkpoints, tables.anchors,
    ] {
      var cursor = try transaction.cursor(over: table)
      while let row = try cursor.next() {
        let found = try transaction.value(in: table, at: row.key)
        if let found, found.isIdentical(to: row.value) { continue }
        let position =
          table == tables.records && row.key.byteCount == 8
          ? Position(row.key.bigEndian(UInt64.self, at: 0)) : .none
        throw EventLogError.damaged(
          position, "a row of the table \(table) is there and cannot be found by its key")
      }
    }
  }
}
