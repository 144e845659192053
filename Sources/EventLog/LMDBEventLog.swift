import Foundation
internal import LMDB
import Synchronization

/// The event log in a directory: one LMDB environment, written by one thread of each process that
/// has it open, with all commits flushed.
///
/// Several processes may read and append at once. Within a process the directory can be open once;
/// it closes when the last reference goes away, after the requests that wait have been written.
public final class LMDBEventLog: EventStore {
  public struct Options: Sendable {
    /// The most the log can grow to; costs address space only. All processes must use the same.
    public var mapBytes: Int
    public var clock: @Sendable () -> LogTime
    /// Secret bytes for salts and the log's id, as many as asked for.
    public var randomBytes: @Sendable (Int) -> [UInt8]
    /// Whether the log lies still, as a backup does: it can be read, also where nothing can be
    /// written, and its directory is left as it is. Nobody may append to it meanwhile.
    public var isArchive: Bool
    /// After how many events the table of tags is brought up to date; an import waits for sixteen times
    /// as many, of which more share a page. What came since then is read from the records when the log
    /// is opened, some thousand in a millisecond.
    public var eventsBetweenSettlements: UInt64

    public init(
      mapBytes: Int = 256 << 30, isArchive: Bool = false,
      eventsBetweenSettlements: UInt64 = 4_096,
      clock: @escaping @Sendable () -> LogTime = { .now },
      randomBytes: @escaping @Sendable (Int) -> [UInt8] = Self.systemRandomBytes
    ) {
      self.mapBytes = mapBytes
      self.clock = clock
      self.randomBytes = randomBytes
      self.isArchive = isArchive
      self.eventsBetweenSettlements = eventsBetweenSettlements
    }

    /// From the operating system's cryptographic generator.
    @Sendable
    public static func systemRandomBytes(count: Int) -> [UInt8] {
      // getentropy(3) gives at most this many at once, and fails only on kernels without it.
      let most = 256
      var bytes = [UInt8](repeating: 0, count: count)
      bytes.withUnsafeMutableBytes { bytes in
        for start in stride(from: 0, to: count, by: most) {
          let piece = UnsafeMutableRawBufferPointer(
            rebasing: bytes[start..<min(start + most, count)])
          guard let place = piece.baseAddress else { continue }
          if getentropy(place, piece.count) != 0 {
            var generator = SystemRandomNumberGenerator()
            for index in piece.indices { piece[index] = generator.next() }
          }
        }
      }
      return bytes
    }
  }

  /// Who runs the writer.
  package enum Writing: Sendable {
    case onItsOwnThread
    /// Whoever calls `writeWhatWaits`: a simulation that decides when what happens.
    case byHand
  }

  static let format = "chartledger-log/v2"
  /// Read as it is, and made the present one by the first append.
  static let firstFormat = "chartledger-log/v1"

  public let directory: String
  private let options: Options
  let environment: Environment
  let tables: LogTables
  private let writer: Writer
  private let subscribers: HeadSubscribers
  /// Nil for an archive, whose head does not move.
  private let signal: HeadSignal?
  /// Nil when the writer is run by hand.
  private let writerThread: WorkerThread?
  /// Runs from the first subscription on.
  private let watcherThread = Mutex<WorkerThread?>(nil)

  /// Opens a log.
  ///
  /// - Parameters:
  ///   - directory: on a local disk.
  ///   - create: whether to make a new, empty log where there is nothing yet.
  /// - Throws: `.notALog` when there is none or something else; `.storage`.
  public convenience init(
    directory: String, options: Options = Options(), create: Bool
  ) throws {
    try self.init(directory: directory, options: options, create: create, .onItsOwnThread)
  }

  package init(
    directory: String, options: Options = Options(), create: Bool, _ writing: Writing
  ) throws {
    (environment, tables) = try storageErrors {
      try Self.open(directory, options, create: create)
    }
    self.directory = directory
    self.options = options
    let subscribers = HeadSubscribers()
    let signal = options.isArchive ? nil : try HeadSignal(directory: directory)
    let writer = Writer(environment, tables, options) { head in
      subscribers.publish(head)
      signal?.send(head)
    }
    if options.isArchive { writer.stop(because: "it was opened as an archive, to be read only") }
    (self.subscribers, self.signal, self.writer) = (subscribers, signal, writer)
    writerThread =
      switch writing {
      case .onItsOwnThread: WorkerThread(name: "log writer") { writer.run() }
      case .byHand: nil
      }
  }

  deinit {
    subscribers.finish()
    signal?.stop()
    writer.stop(because: "the log was closed")
    watcherThread.withLock { $0 }?.join()
    if let writerThread { writerThread.join() } else { writer.run() }
  }

  var clock: @Sendable () -> LogTime { options.clock }

  // MARK: - Reading

  public func read<Result>(_ body: (any LogSnapshot) throws -> Result) throws -> Result {
    try storageErrors {
      try environment.read { transaction in
        try transaction.withReference { try body(LMDBSnapshot(tables, $0)) }
      }
    }
  }

  /// Reads a consistent state, and tells the number of the last commit that is in it.
  public func readNumbered<Result>(
    _ body: (any LogSnapshot, _ commit: UInt64) throws -> Result
  ) throws -> Result {
    try storageErrors {
      try environment.read { transaction in
        let commit = transaction.snapshotID
        return try transaction.withReference { try body(LMDBSnapshot(tables, $0), commit) }
      }
    }
  }

  /// The number of the last commit, of any process: what was read of a state with that number still
  /// holds. Costs a few loads from memory.
  public var lastCommit: UInt64 { environment.lastTransactionID }

  public func heads() -> AsyncStream<Position> {
    watcherThread.withLock { thread in
      guard thread == nil, let signal else { return }
      signal.watch()
      thread = WorkerThread(name: "log watcher") { [environment, tables, subscribers, signal] in
        while signal.wait() {
          // Should the read fail, the next wake tries again.
          if let head = try? environment.read({ try $0.head(tables) }) {
            subscribers.publish(head)
          }
          // Else killed processes would keep a server's log growing.
          _ = try? environment.clearStaleReaders(atMostEvery: .seconds(60))
        }
      }
    }
    return subscribers.subscribe { [environment, tables] in
      try? environment.read { try $0.head(tables) }
    }
  }

  /// The log's own name, which every leaf of its tree contains.
  public var id: LogID {
    get throws { try storageErrors { try environment.read { try $0.logID(tables) } } }
  }

  // MARK: - Appending

  public func append(
    command: CommandID,
    decide: @escaping @Sendable (_ log: any LogSnapshot, _ now: LogTime) throws -> Proposal
  ) async throws -> AppendReceipt {
    try await perform(.decide(command, decide), byteCount: 0)
  }

  /// Asks for an append and returns at once.
  ///
  /// - Parameter complete: called with the outcome on the writer's thread, which waits for it.
  package func append(
    command: CommandID,
    decide: @escaping @Sendable (_ log: any LogSnapshot, _ now: LogTime) throws -> Proposal,
    complete: @escaping @Sendable (Result<AppendReceipt, any Error>) -> Void
  ) {
    writer.submit(
      WriteRequest(work: .decide(command, decide), byteCount: 0, complete: complete))
  }

  public func append(
    _ proposal: Proposal, command: CommandID, condition: AppendCondition?
  ) async throws -> AppendReceipt {
    let decide: @Sendable (any LogSnapshot, LogTime) throws -> Proposal = { log, _ in
      try condition?.check(log)
      return proposal
    }
    return try await perform(.decide(command, decide), byteCount: proposal.byteCount)
  }

  public func importEvents(
    _ events: [ImportedEvent], blobs: [Blob]
  ) async throws -> AppendReceipt {
    try await importPrepared(prepare(events, blobs: blobs))
  }

  func prepare(_ events: [ImportedEvent], blobs: [Blob]) throws -> PreparedImport {
    try PreparedImport(events, blobs, options)
  }

  func importPrepared(_ prepared: PreparedImport) async throws -> AppendReceipt {
    try await perform(.importing(prepared), byteCount: prepared.byteCount)
  }

  /// Gives an empty log the id of the log whose events it is about to import, so that the leaves
  /// become the same; throws `.notALog` when this log has events and another id.
  func adopt(_ id: LogID) async throws {
    _ = try await perform(.adopt(id), byteCount: 0)
  }

  /// Refuses appends from now on, saying why; nil accepts them again.
  func freeze(_ reason: String?) { writer.freeze(reason.map { .frozen($0) }) }

  /// Writes and answers the requests that wait, of a log that is written by hand.
  package func writeWhatWaits() { _ = writer.writeWhatWaits() }

  private func perform(
    _ work: WriteRequest.Work, byteCount: Int
  ) async throws -> AppendReceipt {
    try await withCheckedThrowingContinuation { continuation in
      writer.submit(
        WriteRequest(work: work, byteCount: byteCount) { continuation.resume(with: $0) })
    }
  }

  /// From now on a page that the disk cannot give, of any database of the process, ends it with a
  /// message and exit status 74. For programs to call when they begin.
  public static func endProcessOnMapFault() { MapFaults.endProcessWithMessage() }

  /// Writes a consistent copy into a new directory while the log is in use; the copy is a log.
  public func backUp(to directory: String) throws {
    try storageErrors { try environment.copy(to: directory, compacting: false) }
  }
}

// MARK: - Opening

extension LMDBEventLog {
  private static func open(
    _ directory: String, _ options: Options, create: Bool
  ) throws -> (Environment, LogTables) {
    let create = create && !options.isArchive
    let isPresent =
      FileManager.default.fileExists(atPath: "\(directory)/data.mdb")
      && !Environment.isUnborn(at: directory)
    if isPresent {
      try check(directory, options, create: create)
    } else if !create {
      throw EventLogError.notALog("There is no event log in \(directory): create it first.")
    }
    let environment = try Environment(
      at: directory, tables: LogTables.names,
      options: Environment.Options(
        mapBytes: options.mapBytes, access: options.isArchive ? .readOnlyUnshared : .readWrite))
    let tables = LogTables(environment)
    guard !options.isArchive else { return (environment, tables) }
    try environment.write { transaction in
      // Another process may have been quicker.
      if try transaction.contains(MetaKey.format, in: tables.meta) { return }
      guard try transaction.reading.count(of: tables.records) == 0 else {
        throw EventLogError.notALog(
          "The log in \(directory) has lost its format and id: restore a backup.")
      }
      let id = options.randomBytes(16)
      try transaction.set(in: tables.meta, key: MetaKey.log, value: id)
      try transaction.set(in: tables.meta, key: MetaKey.format, value: format)
      try SettledTags.set(0, tables, &transaction)
    }
    return (environment, tables)
  }

  /// Refuses a present database that is something else, without having written to it.
  private static func check(_ directory: String, _ options: Options, create: Bool) throws {
    let notALog = "The database in \(directory) is not an event log: check the path."
    let format: [UInt8]?
    do {
      format = try storedFormat(directory, options)
    } catch let error as LMDBError where error.kind == .notFound && create {
      // A creation that was interrupted before its first commit left nothing at all.
      let environment = try Environment(
        at: directory, tables: [],
        options: Environment.Options(mapBytes: options.mapBytes, access: options.lookingAccess))
      guard environment.lastTransactionID == 0 else {
        throw EventLogError.notALog("\(notALog) (\(error))")
      }
      return
    } catch let error as LMDBError where error.kind == .notFound || error.kind == .invalid {
      throw EventLogError.notALog("\(notALog) (\(error))")
    }
    // One that was interrupted after it left the tables empty.
    if format == [], create { return }
    guard let format, !format.isEmpty else { throw EventLogError.notALog(notALog) }
    guard [Self.format, firstFormat].contains(where: { format == Array($0.utf8) }) else {
      let found = String(decoding: format.prefix(40), as: UTF8.self)
      throw EventLogError.notALog(
        """
        The log in \(directory) has the format "\(found)", this program reads "\(Self.format)": \
        use the version of the program that wrote it.
        """)
    }
  }

  /// What the database calls itself: empty when it has no rows yet, nil when it says something
  /// else than a format.
  private static func storedFormat(_ directory: String, _ options: Options) throws -> [UInt8]? {
    let environment = try Environment(
      at: directory, tables: ["meta"],
      options: Environment.Options(mapBytes: options.mapBytes, access: options.lookingAccess))
    let meta = environment.table("meta")
    return try environment.read { transaction in
      let format = try transaction.copyOfValue(in: meta, at: MetaKey.format)
      return try transaction.count(of: meta) == 0 ? [] : format
    }
  }
}

extension LMDBEventLog.Options {
  fileprivate var lookingAccess: Environment.Access { isArchive ? .readOnlyUnshared : .readOnly }
}
