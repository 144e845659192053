import SwiftProtobuf

/// A table of a read model: protobuf rows under ordered keys.
public struct RowTable<Row: Message & Sendable>: Sendable {
  public let name: String
  /// Of the name: tells most tables apart, and quicker.
  @usableFromInline let tag: UInt64

  public init(_ name: String) {
    self.name = name
    tag = name.tag
  }
}

extension String {
  var tag: UInt64 { utf8.reduce(UInt64(utf8.count)) { $0 &* 31 &+ UInt64($1) } }
}

/// Rows of one view at one position.
public protocol RowReader {
  func row<Row>(in table: RowTable<Row>, at key: RowKey) throws -> Row?

  /// Calls `body` for every row whose key begins with the prefix, in order of keys, from `from` on
  /// if given, until it returns false.
  func forEach<Row>(
    in table: RowTable<Row>, prefix: RowKey, from: RowKey?,
    _ body: (RowKey, Row) throws -> Bool) throws
}

extension RowReader {
  public func rows<Row>(in table: RowTable<Row>, prefix: RowKey = RowKey()) throws -> [Row] {
    var found: [Row] = []
    try forEach(in: table, prefix: prefix, from: nil) {
      found.append($1)
      return true
    }
    return found
  }
}

/// Rows that a projector may change. Point access only: a projector that needs a list keeps it in a
/// row.
public protocol RowWriter {
  func row<Row>(in table: RowTable<Row>, at key: RowKey) throws -> Row?
  mutating func set<Row>(_ row: Row, in table: RowTable<Row>, at key: RowKey) throws
  mutating func remove<Row>(in table: RowTable<Row>, at key: RowKey) throws
  /// Changes a row in place, beginning from an empty one when there is none.
  mutating func update<Row>(
    in table: RowTable<Row>, at key: RowKey, _ change: (inout Row) throws -> Void) throws
  /// Sets a row that follows from the row of another table at the same key, or from its absence none.
  /// It is made when it is asked for, at the latest when the rows are stored: an expensive one is made
  /// once, however often its source changes. To be called after each change of the source.
  mutating func derive<Source, Row>(
    _ table: RowTable<Row>, from source: RowTable<Source>, at key: RowKey,
    _ make: @escaping (Source) -> Row?) throws
}
