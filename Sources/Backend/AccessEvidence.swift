public import EventLog
import Practice
import PracticeEvents
public import TransparencyLog

/// The access log contradicts what its key has signed.
public struct AccessLogContradicted: Error, CustomStringConvertible {
  public let reason: String
  public var description: String {
    "the access log is not what its key has signed: \(reason). Readings go on being recorded, but "
      + "nothing more of them is signed"
  }
}

/// How much of the access log is signed.
public struct AccessLogStanding: Sendable {
  public var entries: UInt64
  public var signed: UInt64
  /// Nil when the access log is what its key has signed.
  public var contradiction: AccessLogContradicted?
}

/// The access log's signed checkpoints: it has a key, an origin and a lock of its own, in the folder
/// `access` of the directory of keys.
///
/// Readings are not signed one by one, which would make them dear: they are when the clinic's log is
/// (`Signing`), and what was read since can be cut off unnoticed. An access log that contradicts its
/// lock goes on recording: nobody is kept from looking up a contraindication, and what is read then
/// is on record too. Nothing more is signed, so every later check still finds it, until a fork is
/// recorded.
extension Backend {
  /// Signs the access log as it is on disk; its last checkpoint again when it has not grown.
  ///
  /// - Returns: nil while nothing was ever read.
  /// - Throws: `AccessLogContradicted`; see also `CheckpointKeeper.checkpoint`.
  @discardableResult
  public func checkpointAccessLog() throws -> SignedNote? {
    try withAccessKeeper { keeper in
      if try accessLog.store().read({ $0.head }) > .none { return try keeper.checkpoint() }
      try keeper.verifyLock()
      return nil
    }
  }

  /// Every released checkpoint of the access log, oldest first.
  public func accessCheckpointSummaries() throws -> [CheckpointSummary] {
    guard directory.hasAccessLog else { return [] }
    let log = try accessLog.store()
    return try log.checkpoints().map { try summary(of: $0, in: log) }
  }

  /// Recomputes the access log from its bytes, with its checkpoints, and compares it with its lock.
  ///
  /// - Returns: nil while nothing was ever read.
  /// - Throws: `EventLogError.damaged`, `AccessLogContradicted`.
  public func verifyAccessLog(
    progress: (_ done: UInt64, _ total: UInt64) -> Void = { _, _ in }
  ) throws -> LogVerification? {
    try withAccessKeeper { keeper in
      try verify(accessLog.store(), keeper, progress)
    }
  }

  /// - Returns: nil while nothing was ever read.
  public func accessLogStanding() throws -> AccessLogStanding? {
    do {
      return try withAccessKeeper { keeper in
        let log = try accessLog.store()
        let newest = try log.newestCheckpoint().map { try Checkpoint(parsing: $0.text).size }
        return AccessLogStanding(
          entries: try log.read { $0.head.rawValue }, signed: newest ?? 0,
          contradiction: keeper.frozen.map(AccessLogContradicted.init))
      }
    } catch let contradiction as AccessLogContradicted {
      return AccessLogStanding(entries: 0, signed: 0, contradiction: contradiction)
    }
  }

  /// Lets an access log that contradicts its lock go on under a new signing identity, and records
  /// that in it.
  ///
  /// - Returns: its first checkpoint; nil when nothing contradicts.
  /// - Throws: `Refusal` when the actor is no supervisor, or no reason is given.
  public func forkAccessLog(actor: EventActor, reason: String) async throws -> SignedNote? {
    try requireSupervisor(actor, reason, to: "fork the access log")
    guard directory.hasAccessLog || directory.hasAccessLock else { return nil }
    // The log that was signed may be gone: then a new one begins with saying so.
    let log = try accessLog.store()
    return try await fork(log, accessKeeper(of: log), actor, reason)
  }

  /// Goes over to a new key for the access log too: it lies where the clinic's key does, so whoever
  /// saw one has seen the other.
  ///
  /// - Returns: the new key; nil when the access log was never signed.
  /// - Throws: `Refusal`, `AccessLogContradicted`.
  public func rotateAccessKey(actor: EventActor, reason: String) async throws -> VerifierKey? {
    guard directory.hasAccessLog, directory.hasAccessLock else { return nil }
    let log = try accessLog.store()
    do {
      return try await rotateKey(of: log, accessKeeper(of: log), actor, reason).newKey
    } catch EventLogError.frozen(let reason) {
      throw AccessLogContradicted(reason: reason)
    }
  }

  /// - Returns: nil when there is neither an access log nor a trace of one.
  func withAccessKeeper<Result>(_ body: (CheckpointKeeper) throws -> Result?) throws -> Result? {
    guard directory.hasAccessLog else {
      guard directory.hasAccessLock else { return nil }
      throw AccessLogContradicted(
        reason: "\(directory.access) holds no log, but \(directory.accessKeys) tells that one was "
          + "signed: it was removed; put it back from the newest backup; if it is lost for good, "
          + "record that with `chartledger log fork`")
    }
    do {
      return try body(accessKeeper(of: accessLog.store()))
    } catch EventLogError.frozen(let reason) {
      throw AccessLogContradicted(reason: reason)
    }
  }

  private func accessKeeper(of log: LMDBEventLog) throws -> CheckpointKeeper {
    try CheckpointKeeper(log: log, keys: directory.accessKeys, stopsAppends: false)
  }
}
