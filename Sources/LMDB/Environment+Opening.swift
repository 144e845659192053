internal import CLMDB
internal import Glibc

extension Environment {
  /// Opens the C environment with the settings that are never a choice: no thread-local reader
  /// slots, a map size, and files that a spawned program does not inherit.
  static func open(
    _ directory: String, tableCount: Int, _ options: Options
  ) throws(LMDBError) -> OpaquePointer {
    var created: OpaquePointer?
    let code = mdb_env_create(&created)
    guard code == MDB_SUCCESS, let pointer = created else {
      throw LMDBError(code: code, operation: "create", path: directory)
    }
    do throws(LMDBError) {
      try FileSystem.reserveLockFile(in: directory, options)
      func require(_ code: Int32, _ operation: String) throws(LMDBError) {
        guard code == MDB_SUCCESS else {
          throw LMDBError(code: code, operation: operation, path: directory)
        }
      }
      try require(mdb_env_set_mapsize(pointer, options.mapBytes), "set map size")
      try require(
        mdb_env_set_maxreaders(pointer, UInt32(clamping: options.maxReaders)), "set readers")
      try require(mdb_env_set_maxdbs(pointer, UInt32(clamping: tableCount)), "set tables")
      try require(mdb_env_open(pointer, directory, options.flags, 0o600), "open")
      try refuseCutShort(pointer, directory)
      try require(mdb_reader_check(pointer, nil), "check readers")
      var descriptor: Int32 = -1
      try require(mdb_env_get_fd(pointer, &descriptor), "get descriptor")
      guard fcntl(descriptor, F_SETFD, FD_CLOEXEC) == 0 else {
        throw LMDBError(code: errno, operation: "set close-on-exec", path: directory)
      }
      return pointer
    } catch {
      // LMDB asks for the close after a failed open, too.
      mdb_env_close(pointer)
      throw error
    }
  }

  /// Makes durable what an earlier process, killed or stopped by an error of the disk, may have left
  /// in the system's cache, before anything is built upon it: the two meta pages, and while there is
  /// next to nothing in the file also the names that lead to it.
  static func settle(
    _ pointer: OpaquePointer, _ directory: String, _ sync: SyncMode
  ) throws(LMDBError) {
    var information = MDB_envinfo()
    mdb_env_info(pointer, &information)
    let isYoung = information.me_last_txnid <= 1
    guard isYoung || sync == .durable else { return }
    let code = mdb_env_sync(pointer, 1)
    guard code == MDB_SUCCESS else {
      throw LMDBError(code: code, operation: "sync", path: directory)
    }
    guard isYoung else { return }
    try FileSystem.synchronizeDirectory(directory)
    try FileSystem.synchronizeDirectory(FileSystem.parent(of: directory))
    if sync == .durable { FileSystem.synchronizeAncestors(of: FileSystem.parent(of: directory)) }
  }

  /// Opens all tables in one transaction, whose commit makes the handles valid for every thread.
  static func openTables(
    _ names: [String], of pointer: OpaquePointer, serial: UInt64, _ directory: String,
    _ access: Access
  ) throws(LMDBError) -> [String: Table] {
    let isReadOnly = access != .readWrite
    var begun: OpaquePointer?
    let code = mdb_txn_begin(pointer, nil, isReadOnly ? UInt32(MDB_RDONLY) : 0, &begun)
    guard code == MDB_SUCCESS, let transaction = begun else {
      throw LMDBError(code: code, operation: "open tables", path: directory)
    }
    var tables: [String: Table] = [:]
    for name in names {
      var handle: UInt32 = 0
      let code = mdb_dbi_open(transaction, name, isReadOnly ? 0 : UInt32(MDB_CREATE), &handle)
      guard code == MDB_SUCCESS else {
        mdb_txn_abort(transaction)
        throw LMDBError(code: code, operation: "open table \(name)", path: directory)
      }
      tables[name] = Table(name: name, handle: handle, environment: serial)
    }
    let committed = mdb_txn_commit(transaction)
    guard committed == MDB_SUCCESS else {
      throw LMDBError(code: committed, operation: "open tables", path: directory)
    }
    return tables
  }
}

extension Environment.Options {
  fileprivate var flags: UInt32 {
    var flags = MDB_NOTLS
    switch sync {
    case .durable: break
    case .durableExceptLastCommit: flags |= MDB_NOMETASYNC
    case .none: flags |= MDB_NOSYNC
    }
    switch access {
    case .readWrite: break
    case .readOnly: flags |= MDB_RDONLY
    case .readOnlyUnshared: flags |= MDB_RDONLY | MDB_NOLOCK
    }
    return UInt32(flags)
  }
}
