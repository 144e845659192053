internal import CLMDB

/// Writes rows of one table: quicker than one by one, above all in the order of keys, because each row
/// is looked for where the last one was written.
public struct TableWriter: ~Copyable, ~Escapable {
  @usableFromInline let cursor: CursorHandle

  @inlinable
  @_lifetime(immortal)
  init(cursor: CursorHandle) { self.cursor = cursor }

  // Runs inside of `write(to:)`, hence before the transaction ends.
  deinit { cursor.close() }

  /// Adds a row after the last one.
  ///
  /// - Throws: `.keyExists` when `key` is not greater than the last key; nothing has changed then.
  @inlinable
  @_lifetime(self: copy self)
  public mutating func append<
    Key: ByteSource & ~Copyable & ~Escapable, Value: ByteSource & ~Copyable & ~Escapable
  >(key: borrowing Key, value: borrowing Value) throws(LMDBError) {
    let cursor = cursor
    try key.withBytes { key throws(LMDBError) in
      try value.withBytes { value throws(LMDBError) in try cursor.append(key, value) }
    }
  }

  /// Adds a row after the last one: a copy of `value` that `change` finishes where it lies.
  ///
  /// - Throws: `.keyExists` when `key` is not greater than the last key; nothing has changed then.
  @inlinable
  @_lifetime(self: copy self)
  public mutating func append<Key: ByteSource & ~Copyable & ~Escapable>(
    key: borrowing Key, copying value: ArraySlice<UInt8>,
    change: (UnsafeMutableRawBufferPointer) -> Void
  ) throws(LMDBError) {
    let cursor = cursor
    let space = try key.withBytes { key throws(LMDBError) in
      try cursor.reserve(key, byteCount: value.count)
    }
    value.withUnsafeBytes { space.copyMemory(from: $0) }
    change(space)
  }

  /// Adds a row or replaces its value.
  @inlinable
  @_lifetime(self: copy self)
  public mutating func set<
    Key: ByteSource & ~Copyable & ~Escapable, Value: ByteSource & ~Copyable & ~Escapable
  >(key: borrowing Key, value: borrowing Value) throws(LMDBError) {
    let cursor = cursor
    try key.withBytes { key throws(LMDBError) in
      try value.withBytes { value throws(LMDBError) in try cursor.set(key, value) }
    }
  }
}

extension TableWriter {
  /// Replaces the value of a row by what `change` makes of it, nil when there is no such row: looks
  /// for the row once, where reading and setting it would look twice.
  ///
  /// - Throws: what `change` throws; nothing has changed then.
  @inlinable
  @_lifetime(self: copy self)
  public mutating func update<
    Key: ByteSource & ~Copyable & ~Escapable, Value: ByteSource
  >(key: borrowing Key, _ change: (RawSpan?) throws -> Value) throws {
    let present = try find(key)
    let value: Value
    if let present {
      // Valid until the row changes, which is after the call.
      value = try change(RawSpan(_unsafeBytes: present))
    } else {
      value = try change(nil)
    }
    try key.withBytes { key throws(LMDBError) in
      try value.withBytes { value throws(LMDBError) in
        if present == nil { try cursor.set(key, value) } else { try cursor.replace(key, value) }
      }
    }
  }

  @inlinable
  func find<Key: ByteSource & ~Copyable & ~Escapable>(
    _ key: borrowing Key
  ) throws(LMDBError) -> UnsafeRawBufferPointer? {
    let cursor = cursor
    return try key.withBytes { key throws(LMDBError) in try cursor.find(key) }
  }
}

extension WriteTransaction {
  /// Calls `body` with a writer of the table's rows.
  @inlinable
  @_lifetime(self: copy self)
  public mutating func write(
    to table: Table, _ body: (inout TableWriter) throws -> Void
  ) throws {
    var writer = TableWriter(cursor: try handle.openCursor(table))
    try body(&writer)
  }
}

extension CursorHandle {
  @usableFromInline
  func append(
    _ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer
  ) throws(LMDBError) {
    let code = put(key, value, MDB_APPEND)
    guard code == MDB_SUCCESS else { throw transaction.error(code, "append") }
  }

  @usableFromInline
  func set(
    _ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer
  ) throws(LMDBError) {
    let code = put(key, value, 0)
    guard code == MDB_SUCCESS else { throw transaction.error(code, "set") }
  }

  @usableFromInline
  func find(_ key: UnsafeRawBufferPointer) throws(LMDBError) -> UnsafeRawBufferPointer? {
    var key = MDB_val(key)
    var value = MDB_val()
    let code = mdb_cursor_get(pointer, &key, &value, MDB_SET)
    if code == MDB_SUCCESS { return value.bytes }
    if code == MDB_NOTFOUND { return nil }
    throw transaction.error(code, "find")
  }

  /// Gives the row that was found last another value.
  @usableFromInline
  func replace(
    _ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer
  ) throws(LMDBError) {
    let code = put(key, value, MDB_CURRENT)
    guard code == MDB_SUCCESS else { throw transaction.error(code, "replace") }
  }

  /// Appends a row whose value is to be filled in at once: until then it holds old bytes.
  @usableFromInline
  func reserve(
    _ key: UnsafeRawBufferPointer, byteCount: Int
  ) throws(LMDBError) -> UnsafeMutableRawBufferPointer {
    var key = MDB_val(key)
    var value = MDB_val(mv_size: byteCount, mv_data: nil)
    let code = mdb_cursor_put(pointer, &key, &value, UInt32(MDB_APPEND | MDB_RESERVE))
    guard code == MDB_SUCCESS else { throw transaction.error(code, "append") }
    return UnsafeMutableRawBufferPointer(start: value.mv_data, count: byteCount)
  }

  private func put(
    _ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer, _ flags: Int32
  ) -> Int32 {
    var key = MDB_val(key)
    var value = MDB_val(value)
    return mdb_cursor_put(pointer, &key, &value, UInt32(flags))
  }
}
