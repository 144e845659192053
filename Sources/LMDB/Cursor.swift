internal import CLMDB

/// A place in a table that moves row by row in the order of keys.
///
/// `next` before any other move starts at the first row, `previous` at the last. Entries stay valid
/// while the cursor moves on, until the transaction ends or (in a write) changes something. A move
/// that returned `nil` leaves no defined place: go on with `seek`, `first` or `last`.
public struct Cursor: ~Copyable, ~Escapable {
  @usableFromInline let handle: CursorHandle

  @inlinable
  @_lifetime(immortal)
  init(handle: CursorHandle) { self.handle = handle }

  // Runs inside the transaction's closure, hence before the transaction ends.
  deinit { handle.close() }

  /// The first row whose key is `key` or greater; the first of all when `key` is empty.
  @inlinable
  @_lifetime(copy self)
  public mutating func seek<Key: ByteSource & ~Copyable & ~Escapable>(
    atOrAfter key: borrowing Key
  ) throws(LMDBError) -> Entry? {
    let handle = handle
    let row = try key.withBytes { key throws(LMDBError) in try handle.seek(key) }
    guard let row else { return nil }
    return _overrideLifetime(row.entry, copying: self)
  }

  /// The last row whose key is less than `key`.
  @inlinable
  @_lifetime(copy self)
  public mutating func seek<Key: ByteSource & ~Copyable & ~Escapable>(
    before key: borrowing Key
  ) throws(LMDBError) -> Entry? {
    let handle = handle
    let row = try key.withBytes { key throws(LMDBError) in
      try handle.seek(key) == nil ? try handle.last() : try handle.previous()
    }
    guard let row else { return nil }
    return _overrideLifetime(row.entry, copying: self)
  }

  @inlinable
  @_lifetime(copy self)
  public mutating func first() throws(LMDBError) -> Entry? {
    guard let row = try handle.first() else { return nil }
    return _overrideLifetime(row.entry, copying: self)
  }

  @inlinable
  @_lifetime(copy self)
  public mutating func last() throws(LMDBError) -> Entry? {
    guard let row = try handle.last() else { return nil }
    return _overrideLifetime(row.entry, copying: self)
  }

  @inlinable
  @_lifetime(copy self)
  public mutating func next() throws(LMDBError) -> Entry? {
    guard let row = try handle.next() else { return nil }
    return _overrideLifetime(row.entry, copying: self)
  }

  @inlinable
  @_lifetime(copy self)
  public mutating func previous() throws(LMDBError) -> Entry? {
    guard let row = try handle.previous() else { return nil }
    return _overrideLifetime(row.entry, copying: self)
  }
}

/// The C cursor. Its rows are bare pointers; `Cursor` binds them to the transaction.
@usableFromInline
struct CursorHandle {
  let transaction: TransactionHandle
  let pointer: OpaquePointer

  func close() { mdb_cursor_close(pointer) }

  @usableFromInline
  func seek(_ key: UnsafeRawBufferPointer) throws(LMDBError) -> RawRow? {
    key.isEmpty ? try move(MDB_FIRST) : try move(MDB_SET_RANGE, MDB_val(key))
  }

  @usableFromInline
  func first() throws(LMDBError) -> RawRow? { try move(MDB_FIRST) }

  @usableFromInline
  func last() throws(LMDBError) -> RawRow? { try move(MDB_LAST) }

  @usableFromInline
  func next() throws(LMDBError) -> RawRow? { try move(MDB_NEXT) }

  @usableFromInline
  func previous() throws(LMDBError) -> RawRow? { try move(MDB_PREV) }

  private func move(
    _ operation: MDB_cursor_op, _ target: MDB_val = MDB_val()
  ) throws(LMDBError) -> RawRow? {
    var key = target
    var value = MDB_val()
    let code = mdb_cursor_get(pointer, &key, &value, operation)
    if code == MDB_SUCCESS { return RawRow(key: key.bytes, value: value.bytes) }
    if code == MDB_NOTFOUND { return nil }
    throw transaction.error(code, "cursor")
  }
}

@usableFromInline
struct RawRow {
  @usableFromInline let key: UnsafeRawBufferPointer
  @usableFromInline let value: UnsafeRawBufferPointer

  init(key: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer) {
    self.key = key
    self.value = value
  }

  /// The caller narrows this to the lifetime of its transaction, in which LMDB keeps both valid.
  @inlinable
  var entry: Entry {
    @_lifetime(immortal)
    get {
      let entry = Entry(key: RawSpan(_unsafeBytes: key), value: RawSpan(_unsafeBytes: value))
      return _overrideLifetime(entry, copying: ())
    }
  }
}
