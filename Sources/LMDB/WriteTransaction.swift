/// The one write transaction of an environment, for the length of a `write` closure: it commits
/// when the closure returns and aborts when it throws.
///
/// Whatever it lends ends at the next change: the compiler refuses a change while a span or a
/// cursor is alive. After an error other than `.keyExists` or `.badSize` only throwing on is of
/// use; the commit would fail with `.badTransaction`.
public struct WriteTransaction: ~Copyable, ~Escapable {
  @usableFromInline let handle: TransactionHandle

  @inlinable
  @_lifetime(borrow environment)
  init(environment: borrowing Environment, handle: TransactionHandle) {
    self.handle = handle
  }

  /// The same data through the eyes of a reader, changes so far included: lets one function serve
  /// `read` and `write`.
  @inlinable
  public var reading: ReadTransaction {
    @_lifetime(borrow self)
    get {
      _overrideLifetime(
        ReadTransaction(environment: handle.environment, handle: handle), borrowing: self)
    }
  }

  /// The bytes stored at `key`, or `nil`.
  @inlinable
  @_lifetime(borrow self)
  public func value<Key: ByteSource & ~Copyable & ~Escapable>(
    in table: Table, at key: borrowing Key
  ) throws(LMDBError) -> RawSpan? {
    try reading.value(in: table, at: key)
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
    try reading.contains(key, in: table)
  }

  /// A cursor over the rows as they are now.
  @inlinable
  @_lifetime(borrow self)
  public func cursor(over table: Table) throws(LMDBError) -> Cursor {
    try reading.cursor(over: table)
  }

  /// Adds a row after the last one: the fastest way to write sorted rows, and a check of the order.
  ///
  /// - Throws: `.keyExists` when `key` is not greater than the last key; nothing has changed then.
  @inlinable
  @_lifetime(self: copy self)
  public mutating func append<
    Key: ByteSource & ~Copyable & ~Escapable, Value: ByteSource & ~Copyable & ~Escapable
  >(to table: Table, key: borrowing Key, value: borrowing Value) throws(LMDBError) {
    let handle = handle
    try key.withBytes { key throws(LMDBError) in
      try value.withBytes { value throws(LMDBError) in try handle.append(table, key, value) }
    }
  }

  /// Adds a row unless its key has one already; tells whether it did.
  @inlinable
  @_lifetime(self: copy self)
  @discardableResult
  public mutating func insert<
    Key: ByteSource & ~Copyable & ~Escapable, Value: ByteSource & ~Copyable & ~Escapable
  >(into table: Table, key: borrowing Key, value: borrowing Value) throws(LMDBError) -> Bool {
    let handle = handle
    return try key.withBytes { key throws(LMDBError) in
      try value.withBytes { value throws(LMDBError) in try handle.insert(table, key, value) }
    }
  }

  /// Adds a row or replaces its value.
  @inlinable
  @_lifetime(self: copy self)
  public mutating func set<
    Key: ByteSource & ~Copyable & ~Escapable, Value: ByteSource & ~Copyable & ~Escapable
  >(in table: Table, key: borrowing Key, value: borrowing Value) throws(LMDBError) {
    let handle = handle
    try key.withBytes { key throws(LMDBError) in
      try value.withBytes { value throws(LMDBError) in try handle.set(table, key, value) }
    }
  }

  /// Adds or replaces a row whose value `fill` writes straight into the page, without a copy.
  ///
  /// `fill` must write exactly `byteCount` bytes (fewer traps): the page may hold old heap bytes,
  /// which must not reach the disk. With `appending` the key must follow the last one, as in
  /// `append`.
  @inlinable
  @_lifetime(self: copy self)
  public mutating func reserve<Key: ByteSource & ~Copyable & ~Escapable>(
    in table: Table, key: borrowing Key, byteCount: Int, appending: Bool = false,
    fill: (inout OutputRawSpan) -> Void
  ) throws(LMDBError) {
    let handle = handle
    let space = try key.withBytes { key throws(LMDBError) in
      try handle.reserve(table, key, byteCount: byteCount, appending: appending)
    }
    var output = OutputRawSpan(buffer: space, initializedCount: 0)
    fill(&output)
    let written = output.finalize(for: space)
    precondition(written == byteCount, "reserve: fill wrote \(written) of \(byteCount) bytes")
  }

  /// Removes a row; tells whether there was one.
  @inlinable
  @_lifetime(self: copy self)
  @discardableResult
  public mutating func remove<Key: ByteSource & ~Copyable & ~Escapable>(
    from table: Table, key: borrowing Key
  ) throws(LMDBError) -> Bool {
    let handle = handle
    return try key.withBytes { key throws(LMDBError) in try handle.remove(table, key) }
  }

  /// Removes every row. The file keeps its size; its pages are reused.
  @_lifetime(self: copy self)
  public mutating func clear(_ table: Table) throws(LMDBError) { try handle.clear(table) }
}
