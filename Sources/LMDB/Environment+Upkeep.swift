internal import CLMDB
internal import Glibc
internal import Synchronization

extension Environment {
  /// Flushes everything committed so far to the device: the step that makes work done under
  /// `SyncMode.none` durable.
  public func synchronize() throws(LMDBError) {
    let code = mdb_env_sync(pointer, 1)
    guard code == MDB_SUCCESS else { throw failure(code, "sync") }
  }

  /// Frees the reader slots of processes that no longer exist, whose snapshots would keep old pages
  /// from being reused; returns how many.
  @discardableResult
  public func clearStaleReaders() throws(LMDBError) -> Int {
    var dead: Int32 = 0
    let code = mdb_reader_check(pointer, &dead)
    guard code == MDB_SUCCESS else { throw failure(code, "check readers") }
    return Int(dead)
  }

  /// The same for whoever calls it often: does nothing when `interval` has not passed since the
  /// last time, or since the opening.
  ///
  /// - Returns: nil when it was not yet time.
  @discardableResult
  public func clearStaleReaders(atMostEvery interval: Duration) throws(LMDBError) -> Int? {
    let now = ContinuousClock.now
    let isDue = lastReaderCheck.withLock { last in
      guard last.duration(to: now) >= interval else { return false }
      last = now
      return true
    }
    return isDue ? try clearStaleReaders() : nil
  }

  /// The number of the last committed transaction, of any process.
  public var lastTransactionID: UInt64 {
    var information = MDB_envinfo()
    mdb_env_info(pointer, &information)
    return UInt64(information.me_last_txnid)
  }

  /// Writes a consistent copy of this environment, while it is in use, into a new environment.
  ///
  /// The copy holds one snapshot, is durable when this returns, and carries no lock file.
  ///
  /// - Parameters:
  ///   - directory: Created when missing; must not hold an environment.
  ///   - compacting: Whether to leave out free pages, which takes longer.
  /// - Throws: `.diskFull`, `.permission`, `.other` with code `EEXIST` when a copy is there
  ///   already. A copy that failed is removed.
  public func copy(to directory: String, compacting: Bool) throws(LMDBError) {
    try FileSystem.createDirectory(directory)
    let file = "\(directory)/data.mdb"
    let descriptor = Glibc.open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw LMDBError(code: errno, operation: "copy", path: file) }
    var code = mdb_env_copyfd2(pointer, descriptor, compacting ? UInt32(MDB_CP_COMPACT) : 0)
    if code == MDB_SUCCESS, fsync(descriptor) != 0 { code = errno }
    close(descriptor)
    guard code == MDB_SUCCESS else {
      unlink(file)
      throw LMDBError(code: code, operation: "copy", path: directory)
    }
    try FileSystem.synchronizeDirectory(directory)
  }
}
