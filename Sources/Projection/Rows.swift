internal import Glibc
import SwiftProtobuf

/// A table of a read model: protobuf rows under ordered keys.
public struct RowTable<Row: Message & Sendable>: Sendable {
  public let name: String
  public init(_ name: String) { self.name = name }
}

/// The bytes of a row's key: fixed-width big-endian parts first, so that rows lie in the order in
/// which they are listed.
public struct RowKey: Hashable, Comparable, Sendable {
  public private(set) var bytes: [UInt8]
  public init() { bytes = [] }
  public init(bytes: [UInt8]) { self.bytes = bytes }

  public consuming func adding(_ value: UInt64) -> RowKey { adding(bigEndian: value) }
  /// Civil dates CCYYMMDD and other non-negative numbers.
  public consuming func adding(_ value: Int32) -> RowKey { adding(bigEndian: value) }
  /// Text ends with a zero byte, so that `a` precedes `ab`; it must be the last part or free of
  /// zero bytes.
  public consuming func adding(_ text: String) -> RowKey {
    var longer = self
    longer.bytes.append(contentsOf: text.utf8)
    longer.bytes.append(0)
    return longer
  }

  private consuming func adding(bigEndian value: some FixedWidthInteger) -> RowKey {
    var longer = self
    withUnsafeBytes(of: value.bigEndian) { longer.bytes.append(contentsOf: $0) }
    return longer
  }

  /// All bytes at once: an array hashes them one by one.
  public func hash(into hasher: inout Hasher) {
    bytes.withUnsafeBytes { hasher.combine(bytes: $0) }
  }

  /// As the storage orders keys; a rebuild sorts all of them.
  public static func < (a: RowKey, b: RowKey) -> Bool {
    let (aCount, bCount) = (a.bytes.count, b.bytes.count)
    let order = a.bytes.withUnsafeBufferPointer { a in
      b.bytes.withUnsafeBufferPointer { b -> Int32 in
        guard let a = a.baseAddress, let b = b.baseAddress else { return 0 }
        return memcmp(a, b, min(aCount, bCount))
      }
    }
    return order < 0 || (order == 0 && aCount < bCount)
  }
  public func hasPrefix(_ prefix: RowKey) -> Bool { bytes.starts(with: prefix.bytes) }
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
}
