internal import CLMDB
internal import Glibc
internal import Synchronization

/// An LMDB environment: a directory with one file of tables, open once per process.
///
/// Any number of threads may `read` at once, each seeing one consistent snapshot, while one thread
/// `write`s. Transactions are synchronous closures, so none can outlive the environment, change
/// threads, or be held across an `await`. It closes when the last reference goes away.
public final class Environment: Sendable {
  public struct Options: Sendable {
    /// The size of the address range, the most the file can grow to. Costs address space only; all
    /// processes must use the same.
    public var mapBytes: Int
    /// The most read transactions at one moment, over all processes.
    public var maxReaders: Int
    public var sync: SyncMode
    public var access: Access

    public init(
      mapBytes: Int, maxReaders: Int = 512, sync: SyncMode = .durable, access: Access = .readWrite
    ) {
      self.mapBytes = mapBytes
      self.maxReaders = maxReaders
      self.sync = sync
      self.access = access
    }
  }

  /// What a returned `write` promises.
  public enum SyncMode: Sendable {
    /// The commit survives a power failure.
    case durable
    /// The last commit may vanish in a power failure; the file stays intact.
    case durableExceptLastCommit
    /// A power failure may destroy the file: only for what can be rebuilt, and then call
    /// `synchronize()` before relying on it.
    case none
  }

  public enum Access: Sendable {
    case readWrite, readOnly
    /// Read-only and without a lock file, on a medium that cannot be written: nobody, in any process,
    /// may write to it meanwhile. Any file system will do.
    case readOnlyUnshared
  }

  /// The directory, as given.
  public let path: String
  public let options: Options

  nonisolated(unsafe) let pointer: OpaquePointer  // Set once in `init`; LMDB locks it by itself.
  let serial: UInt64
  let tables: [String: Table]
  private let registration: Registration
  /// The thread inside `write`, or 0. Only a thread itself stores or removes its own id.
  private let writer = Atomic<UInt>(0)
  let lastReaderCheck = Mutex(ContinuousClock.now)

  /// The version of the C library, such as `LMDB 0.9.24: (July 24, 2019)`.
  public static var libraryVersion: String { String(cString: mdb_version(nil, nil, nil)) }

  /// Opens the environment and all its tables, creating what is missing when access is
  /// `.readWrite`, readable by the owner only and durable against a power failure.
  ///
  /// - Throws: `.alreadyOpen`, `.networkFileSystem`, `.notFound` (read-only and a table or the
  ///   directory is missing), `.permission`, `.readOnlyFileSystem`, `.cutShort`, `.notAFile`,
  ///   `.invalid`, `.versionMismatch`, `.diskFull`.
  public init(
    at directory: String, tables names: [String], options: Options
  ) throws(LMDBError) {
    if options.access == .readWrite { try FileSystem.createDirectory(directory) }
    if options.access != .readOnlyUnshared {
      try FileSystem.refuseNetworkFileSystem(at: directory)
    }
    try FileSystem.refuseOtherThanFiles(in: directory)
    let registration = try Registration(directory)
    if options.access == .readWrite { try Self.emptyIfUnborn(directory) }
    let pointer = try Self.open(directory, tableCount: names.count, options)
    do throws(LMDBError) {
      let serial = registration.serial
      if options.access == .readWrite { try Self.settle(pointer, directory, options.sync) }
      tables = try Self.openTables(names, of: pointer, serial: serial, directory, options.access)
    } catch {
      mdb_env_close(pointer)
      throw error
    }
    self.path = directory
    self.options = options
    self.pointer = pointer
    self.registration = registration
    serial = registration.serial
  }

  // No transaction is alive: each holds the environment until it has ended. The registration is
  // released after this, so that a new opening cannot overlap.
  deinit { mdb_env_close(pointer) }

  /// A table named at opening. Asking for another is a programming error and traps.
  public func table(_ name: String) -> Table {
    guard let table = tables[name] else {
      preconditionFailure("table \(name) was not named when \(path) was opened")
    }
    return table
  }

  func failure(_ code: Int32, _ operation: String) -> LMDBError {
    LMDBError(code: code, operation: operation, path: path)
  }
}

// MARK: - Transactions

extension Environment {
  /// Calls `body` with a consistent snapshot, and returns what it returns.
  ///
  /// Page faults on cold data block the thread: keep long scans off event loops.
  ///
  /// - Throws: what `body` throws, or an `LMDBError` of kind `.readersFull`, `.mapResized` or
  ///   `.panic` when no snapshot can be had.
  @inlinable
  public func read<Result: ~Copyable>(
    _ body: (ReadTransaction) throws -> Result
  ) throws -> Result {
    let handle = try beginRead()
    defer { endRead(handle) }
    return try body(ReadTransaction(environment: self, handle: handle))
  }

  /// Calls `body` with the write transaction; commits when it returns, aborts when it throws.
  ///
  /// Blocks while another thread or process writes. A second `write` inside `body` would wait for
  /// itself for ever, and traps instead.
  ///
  /// - Throws: what `body` throws, or an `LMDBError`: `.mapFull`, `.diskFull` and `.inputOutput`
  ///   may come from the commit too. Whatever is thrown, nothing was kept, and unless it is
  ///   `.panic` the environment remains usable.
  @inlinable
  public func write<Result: ~Copyable>(
    _ body: (inout WriteTransaction) throws -> Result
  ) throws -> Result {
    let handle = try beginWrite()
    let result: Result
    do {
      var transaction = WriteTransaction(environment: self, handle: handle)
      result = try body(&transaction)
    } catch {
      abortWrite(handle)
      throw error
    }
    try commitWrite(handle)
    return result
  }

  @usableFromInline
  func beginRead() throws(LMDBError) -> TransactionHandle {
    var transaction: OpaquePointer?
    var code = mdb_txn_begin(pointer, nil, UInt32(MDB_RDONLY), &transaction)
    if code == MDB_READERS_FULL {
      // Killed processes leave their slots behind.
      try clearStaleReaders()
      code = mdb_txn_begin(pointer, nil, UInt32(MDB_RDONLY), &transaction)
    }
    guard code == MDB_SUCCESS, let transaction else { throw failure(code, "begin read") }
    return TransactionHandle(environment: self, pointer: transaction)
  }

  @usableFromInline
  func endRead(_ handle: TransactionHandle) {
    withExtendedLifetime(self) { mdb_txn_abort(handle.pointer) }
  }

  @usableFromInline
  func beginWrite() throws(LMDBError) -> TransactionHandle {
    let thread = UInt(pthread_self())
    if writer.load(ordering: .relaxed) == thread {
      // Going on would deadlock. Not `precondition`: whoever runs a release build needs the message.
      fatalError(  // Out of reach of input and disk: only our own write within a write.
        "write inside write: this thread already has the write transaction of \(path)")
    }
    var transaction: OpaquePointer?
    let code = mdb_txn_begin(pointer, nil, 0, &transaction)
    guard code == MDB_SUCCESS, let transaction else { throw failure(code, "begin write") }
    writer.store(thread, ordering: .relaxed)
    return TransactionHandle(environment: self, pointer: transaction)
  }

  @usableFromInline
  func abortWrite(_ handle: TransactionHandle) {
    writer.store(0, ordering: .relaxed)
    withExtendedLifetime(self) { mdb_txn_abort(handle.pointer) }
  }

  @usableFromInline
  func commitWrite(_ handle: TransactionHandle) throws(LMDBError) {
    writer.store(0, ordering: .relaxed)
    let code = withExtendedLifetime(self) { mdb_txn_commit(handle.pointer) }
    guard code == MDB_SUCCESS else { throw failure(code, "commit") }
  }
}
