internal import CLMDB

/// The C transaction and the calls on it, in bare pointers. `ReadTransaction` and
/// `WriteTransaction` bind what comes out to their lifetimes, `TransactionReference` gives its
/// handle up when its closure ends; nothing else holds one.
@usableFromInline
struct TransactionHandle {
  // Proof: `read` and `write` hold the environment until the transaction has ended, and no handle
  // outlives that; counting references per row would cost as much as the row.
  @usableFromInline unowned(unsafe) let environment: Environment
  let pointer: OpaquePointer

  @usableFromInline
  var identifier: UInt64 { UInt64(mdb_txn_id(pointer)) }

  func error(_ code: Int32, _ operation: String) -> LMDBError {
    LMDBError(code: code, operation: operation, path: environment.path)
  }

  private func check(_ table: Table) {
    precondition(
      table.environment == environment.serial,
      "table \(table.name) belongs to another environment than \(environment.path)")
  }

  @usableFromInline
  func get(
    _ table: Table, _ key: UnsafeRawBufferPointer
  ) throws(LMDBError) -> UnsafeRawBufferPointer? {
    check(table)
    var key = MDB_val(key)
    var value = MDB_val()
    let code = mdb_get(pointer, table.handle, &key, &value)
    if code == MDB_SUCCESS { return value.bytes }
    if code == MDB_NOTFOUND { return nil }
    throw error(code, "get")
  }

  @usableFromInline
  func openCursor(_ table: Table) throws(LMDBError) -> CursorHandle {
    check(table)
    var cursor: OpaquePointer?
    let code = mdb_cursor_open(pointer, table.handle, &cursor)
    guard code == MDB_SUCCESS, let cursor else { throw error(code, "open cursor") }
    return CursorHandle(transaction: self, pointer: cursor)
  }

  func count(_ table: Table) throws(LMDBError) -> Int {
    check(table)
    var statistics = MDB_stat()
    let code = mdb_stat(pointer, table.handle, &statistics)
    guard code == MDB_SUCCESS else { throw error(code, "stat") }
    return Int(statistics.ms_entries)
  }

  @usableFromInline
  func append(
    _ table: Table, _ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer
  ) throws(LMDBError) {
    let code = put(table, key, value, MDB_APPEND)
    guard code == MDB_SUCCESS else { throw error(code, "append") }
  }

  @usableFromInline
  func insert(
    _ table: Table, _ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer
  ) throws(LMDBError) -> Bool {
    let code = put(table, key, value, MDB_NOOVERWRITE)
    if code == MDB_KEYEXIST { return false }
    guard code == MDB_SUCCESS else { throw error(code, "insert") }
    return true
  }

  @usableFromInline
  func set(
    _ table: Table, _ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer
  ) throws(LMDBError) {
    let code = put(table, key, value, 0)
    guard code == MDB_SUCCESS else { throw error(code, "set") }
  }

  private func put(
    _ table: Table, _ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer, _ flags: Int32
  ) -> Int32 {
    check(table)
    var key = MDB_val(key)
    var value = MDB_val(value)
    return mdb_put(pointer, table.handle, &key, &value, UInt32(flags))
  }

  @usableFromInline
  func reserve(
    _ table: Table, _ key: UnsafeRawBufferPointer, byteCount: Int, appending: Bool
  ) throws(LMDBError) -> UnsafeMutableRawBufferPointer {
    check(table)
    var key = MDB_val(key)
    var value = MDB_val(mv_size: byteCount, mv_data: nil)
    let flags = MDB_RESERVE | (appending ? MDB_APPEND : 0)
    let code = mdb_put(pointer, table.handle, &key, &value, UInt32(flags))
    guard code == MDB_SUCCESS else { throw error(code, "reserve") }
    return UnsafeMutableRawBufferPointer(start: value.mv_data, count: byteCount)
  }

  @usableFromInline
  func remove(_ table: Table, _ key: UnsafeRawBufferPointer) throws(LMDBError) -> Bool {
    check(table)
    var key = MDB_val(key)
    let code = mdb_del(pointer, table.handle, &key, nil)
    if code == MDB_NOTFOUND { return false }
    guard code == MDB_SUCCESS else { throw error(code, "remove") }
    return true
  }

  @usableFromInline
  func clear(_ table: Table) throws(LMDBError) {
    check(table)
    let code = mdb_drop(pointer, table.handle, 0)
    guard code == MDB_SUCCESS else { throw error(code, "clear") }
  }
}

extension MDB_val {
  /// LMDB only reads keys and values it is given; its C signature lacks the `const`.
  init(_ bytes: UnsafeRawBufferPointer) {
    self.init(mv_size: bytes.count, mv_data: UnsafeMutableRawPointer(mutating: bytes.baseAddress))
  }

  var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: mv_data, count: mv_size) }
}
