internal import LMDB
import SwiftProtobuf

/// Decoded rows that a projector reads and changes, over stored rows or over none.
///
/// A row is decoded when first asked for, changed in place as often as needed, and encoded once, at
/// the end.
final class RowBuffer {
  final class TableRows {
    var boxes: [RowKey: RowBox] = [:]
    /// Raised by every change; tells whether an order of keys is still right.
    var changes = 0
  }

  /// Few, and asked for with each row: a search is quicker than a hash.
  let tables: [(name: String, rows: TableRows)]
  private let stored: StoredRows?

  init(tables names: [String], over stored: StoredRows?) {
    self.stored = stored
    tables = names.map { ($0, TableRows()) }
  }

  func table(_ name: String) throws -> TableRows {
    for table in tables where table.name == name { return table.rows }
    throw ProjectionError.unknownTable(name)
  }

  /// The box of a row, nil if there is neither one nor a stored row.
  private func box<Row>(
    of table: RowTable<Row>, at key: RowKey, in rows: TableRows
  ) throws -> TypedBox<Row>? {
    if let box = rows.boxes[key] {
      guard let box = box as? TypedBox<Row> else {
        throw ProjectionError.wrongRowType(table: table.name)
      }
      return box
    }
    guard let stored else { return nil }
    // A miss is kept too: the projector is likely to ask again, or to set the row.
    let box = TypedBox(try stored.row(in: table, at: key))
    rows.boxes[key] = box
    return box
  }

  private func change<Row>(
    _ table: RowTable<Row>, _ key: RowKey, _ body: (TypedBox<Row>) throws -> Void
  ) throws {
    let rows = try self.table(table.name)
    let box: TypedBox<Row>
    if let known = try self.box(of: table, at: key, in: rows) {
      box = known
    } else {
      box = TypedBox(nil)
      rows.boxes[key] = box
    }
    rows.changes += 1
    box.isChanged = true
    try body(box)
  }
}

extension RowBuffer: RowWriter {
  func row<Row>(in table: RowTable<Row>, at key: RowKey) throws -> Row? {
    try box(of: table, at: key, in: self.table(table.name))?.row
  }

  func set<Row>(_ row: Row, in table: RowTable<Row>, at key: RowKey) throws {
    try change(table, key) { $0.row = row }
  }

  func remove<Row>(in table: RowTable<Row>, at key: RowKey) throws {
    guard stored == nil else { return try change(table, key) { $0.row = nil } }
    let rows = try self.table(table.name)
    rows.boxes[key] = nil
    rows.changes += 1
  }

  func update<Row>(
    in table: RowTable<Row>, at key: RowKey, _ change: (inout Row) throws -> Void
  ) throws {
    try self.change(table, key) { box in
      // Moved out while it changes, so that it stays the only reference and is not copied.
      var row = box.row.take() ?? Row()
      defer { box.row = row }
      try change(&row)
    }
  }
}

/// A row of any type.
class RowBox {
  /// Whether the row differs, or may differ, from the stored one.
  var isChanged = false

  /// The row's bytes, the same for equal rows; nil when it was removed.
  func encoded() throws -> [UInt8]? { nil }
  var message: (any Message & Sendable)? { nil }
}

final class TypedBox<Row: Message & Sendable>: RowBox {
  var row: Row?

  init(_ row: Row?) { self.row = row }

  override func encoded() throws -> [UInt8]? {
    try row?.serializedBytes(options: .storedRows)
  }

  override var message: (any Message & Sendable)? { row }
}

extension BinaryEncodingOptions {
  /// Maps in the order of their keys: a rebuild must give the same bytes.
  static let storedRows: BinaryEncodingOptions = {
    var options = BinaryEncodingOptions()
    options.useDeterministicOrdering = true
    return options
  }()
}
