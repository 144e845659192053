internal import LMDB
import PracticeEvents
import SwiftProtobuf

/// Decoded rows that a projector reads and changes, over stored rows or over none.
///
/// A row is decoded when first asked for, changed in place as often as needed, and encoded once, at
/// the end. A row that is derived from another one is made when first asked for, or at the end.
///
/// What depends on the type of the rows is inlinable, so that each projector gets it in its own
/// module for its own types: looking types up at run time would be a tenth of a rebuild.
public final class RowBuffer {
  /// Each access is one call of the buffer, which is one thread's at a time: nothing overlaps.
  final class TableRows {
    @exclusivity(unchecked) var boxes = RowMap()
    /// Raised by every change; tells whether an order of keys is still right.
    @exclusivity(unchecked) var changes = 0
  }

  /// Few, and asked for with each row: a search is quicker than a hash.
  let tables: [(name: String, tag: UInt64, rows: TableRows)]
  private let stored: StoredRows?

  init(tables names: [String], over stored: StoredRows?) {
    self.stored = stored
    tables = names.map { ($0, $0.tag, TableRows()) }
  }

  func table(_ name: String) throws -> TableRows { try table(name, name.tag) }

  @inline(__always)
  private func table(_ name: String, _ tag: UInt64) throws -> TableRows {
    for index in tables.indices where tables[index].tag == tag {
      guard tables[index].name == name else { continue }
      return tables[index].rows
    }
    throw ProjectionError.unknownTable(name)
  }

  // MARK: Boxes of any type

  @usableFromInline
  func knownBox(_ table: String, _ tag: UInt64, _ key: RowKey) throws -> RowBox? {
    try self.table(table, tag).boxes[key]
  }

  /// The same, of a row that is about to change.
  @usableFromInline
  func changingBox(_ table: String, _ tag: UInt64, _ key: RowKey) throws -> RowBox? {
    let rows = try self.table(table, tag)
    rows.changes += 1
    let box = rows.boxes[key]
    box?.isChanged = true
    return box
  }

  @usableFromInline
  func keep(_ box: RowBox, _ table: String, _ tag: UInt64, _ key: RowKey) throws {
    try self.table(table, tag).boxes.insert(box, at: key)
  }

  /// Forgets a row that is stored nowhere; false when there may be a stored one.
  @usableFromInline
  func forget(_ table: String, _ tag: UInt64, _ key: RowKey) throws -> Bool {
    guard stored == nil else { return false }
    let rows = try self.table(table, tag)
    rows.changes += 1
    rows.boxes.remove(at: key)
    return true
  }

  @usableFromInline
  var isOverStored: Bool { stored != nil }

  @usableFromInline
  func storedRow<Row>(in table: RowTable<Row>, at key: RowKey) throws -> Row? {
    try stored?.row(in: table, at: key)
  }

  // MARK: Boxes of a table's type

  @inlinable
  func typed<Row>(_ box: RowBox, of table: RowTable<Row>) throws -> TypedBox<Row> {
    guard let box = box as? TypedBox<Row> else {
      throw ProjectionError.wrongRowType(table: table.name)
    }
    return box
  }

  /// The box of a row, nil if there is neither one nor a stored row.
  @inlinable
  func box<Row>(of table: RowTable<Row>, at key: RowKey) throws -> TypedBox<Row>? {
    if let box = try knownBox(table.name, table.tag, key) { return try typed(box, of: table) }
    guard isOverStored else { return nil }
    // A miss is kept too: the projector is likely to ask again, or to set the row.
    let box = TypedBox(try storedRow(in: table, at: key))
    try keep(box, table.name, table.tag, key)
    return box
  }

  /// The box of a row that is about to change; a new one has the stored row if that is wanted.
  @inlinable
  func changingBox<Row>(
    of table: RowTable<Row>, at key: RowKey, withStored: Bool
  ) throws -> TypedBox<Row> {
    if let box = try changingBox(table.name, table.tag, key) { return try typed(box, of: table) }
    let box = TypedBox(
      withStored && isOverStored ? try storedRow(in: table, at: key) : nil, isChanged: true)
    try keep(box, table.name, table.tag, key)
    return box
  }
}

extension RowBuffer: RowWriter {
  @inlinable
  public func row<Row>(in table: RowTable<Row>, at key: RowKey) throws -> Row? {
    try box(of: table, at: key)?.present()
  }

  @inlinable
  public func set<Row>(_ row: Row, in table: RowTable<Row>, at key: RowKey) throws {
    if let box = try changingBox(table.name, table.tag, key) {
      try typed(box, of: table).set(row)
    } else {
      try keep(TypedBox(row, isChanged: true), table.name, table.tag, key)
    }
  }

  @inlinable
  public func derive<Source, Row>(
    _ table: RowTable<Row>, from source: RowTable<Source>, at key: RowKey,
    _ make: @escaping (Source) -> Row?
  ) throws {
    let source = try box(of: source, at: key)
    try changingBox(of: table, at: key, withStored: false).derivation = {
      try source?.present().flatMap(make)
    }
  }

  @inlinable
  public func remove<Row>(in table: RowTable<Row>, at key: RowKey) throws {
    if try forget(table.name, table.tag, key) { return }
    try changingBox(of: table, at: key, withStored: false).set(nil)
  }

  @inlinable
  public func update<Row>(
    in table: RowTable<Row>, at key: RowKey, _ change: (inout Row) throws -> Void
  ) throws {
    let box = try changingBox(of: table, at: key, withStored: true)
    try box.settle()
    box.exists = true
    // Where it lies, so that it stays the only reference and is not copied.
    try change(&box.row)
  }
}

/// A row of any type.
///
/// Its fields are not checked for overlapping access at run time: each access is a read or a write of a
/// whole field, and a buffer is one thread's at a time.
@usableFromInline
class RowBox {
  /// Whether the row differs, or may differ, from the stored one.
  @exclusivity(unchecked) @usableFromInline final var isChanged: Bool

  @inlinable
  init(isChanged: Bool) { self.isChanged = isChanged }

  /// Calls `body` with the row's bytes; with nil when it was removed.
  func encode(
    by encoder: PlainEncoder, _ body: (UnsafeRawBufferPointer?) throws -> Void
  ) throws { try body(nil) }
  func message() throws -> (any Message & Sendable)? { nil }
  func isPresent() throws -> Bool { false }
}

@usableFromInline
final class TypedBox<Row: Message & Sendable>: RowBox {
  /// An empty one when there is none. Not an optional: what its size is would be looked up with each box
  /// that is encoded or freed.
  @exclusivity(unchecked) @usableFromInline var row: Row
  @exclusivity(unchecked) @usableFromInline var exists: Bool
  /// How to make the row, as long as nobody has asked for it.
  @exclusivity(unchecked) @usableFromInline var derivation: (() throws -> Row?)?

  @inlinable
  init(_ row: Row?, isChanged: Bool = false) {
    exists = row != nil
    self.row = row ?? Row()
    super.init(isChanged: isChanged)
  }

  /// Makes the row if that has been put off.
  @inlinable
  func settle() throws {
    if derivation != nil { try derive() }
  }

  /// Apart, for the same reason: few rows are derived.
  @inline(never) @usableFromInline
  func derive() throws {
    guard let derivation else { return }
    set(try derivation())
  }

  @inlinable
  func present() throws -> Row? {
    try settle()
    return exists ? row : nil
  }

  @inlinable
  func set(_ row: Row?) {
    exists = row != nil
    self.row = row ?? Row()
    derivation = nil
  }

  override func encode(
    by encoder: PlainEncoder, _ body: (UnsafeRawBufferPointer?) throws -> Void
  ) throws {
    try settle()
    guard exists else { return try body(nil) }
    try encoder.encode(row, body)
  }

  override func message() throws -> (any Message & Sendable)? {
    try settle()
    return exists ? row : nil
  }

  override func isPresent() throws -> Bool {
    try settle()
    return exists
  }
}
