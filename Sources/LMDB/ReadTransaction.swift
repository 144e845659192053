/// One consistent snapshot of an environment, for the length of a `read` closure.
///
/// What it lends (`RawSpan`, `Entry`, `Cursor`) points into the memory map; the compiler refuses to
/// let any of it leave the closure. Keep the closure short, because the pages of a snapshot cannot
/// be reused while it lives.
public struct ReadTransaction: ~Escapable {
  @usableFromInline let handle: TransactionHandle

  @inlinable
  @_lifetime(borrow environment)
  init(environment: borrowing Environment, handle: TransactionHandle) {
    self.handle = handle
  }

  /// The number of the last transaction this snapshot sees; inside a write transaction its own.
  public var snapshotID: UInt64 { handle.identifier }

  /// The bytes stored at `key`, or `nil`.
  ///
  /// - Throws: `.badSize` for an empty key or one above 511 bytes, `.corrupted`.
  @inlinable
  @_lifetime(copy self)
  public func value<Key: ByteSource & ~Copyable & ~Escapable>(
    in table: Table, at key: borrowing Key
  ) throws(LMDBError) -> RawSpan? {
    let handle = handle
    let found = try key.withBytes { key throws(LMDBError) in try handle.get(table, key) }
    guard let found else { return nil }
    return _overrideLifetime(RawSpan(_unsafeBytes: found), copying: self)
  }

  /// A copy of the bytes stored at `key` that may leave the closure, or `nil`.
  @inlinable
  public func copyOfValue<Key: ByteSource & ~Copyable & ~Escapable>(
    in table: Table, at key: borrowing Key
  ) throws(LMDBError) -> [UInt8]? {
    guard let value = try value(in: table, at: key) else { return nil }
    return [UInt8](copying: value)
  }

  /// Whether `key` has a value, which may be empty.
  @inlinable
  public func contains<Key: ByteSource & ~Copyable & ~Escapable>(
    _ key: borrowing Key, in table: Table
  ) throws(LMDBError) -> Bool {
    let handle = handle
    return try key.withBytes { key throws(LMDBError) in try handle.get(table, key) } != nil
  }

  /// A cursor that stands before the first row (for `next`) and after the last (for `previous`).
  @inlinable
  @_lifetime(copy self)
  public func cursor(over table: Table) throws(LMDBError) -> Cursor {
    let cursor = Cursor(handle: try handle.openCursor(table))
    return _overrideLifetime(cursor, copying: self)
  }

  /// The number of rows, known without counting.
  public func count(of table: Table) throws(LMDBError) -> Int { try handle.count(table) }
}
