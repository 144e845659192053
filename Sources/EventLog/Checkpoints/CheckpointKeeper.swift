import Synchronization
public import TransparencyLog

/// Signs what a log holds, once it is on disk, and never two things that contradict each other.
///
/// The last signed checkpoint is locked outside of the log, in the directory of the keys. A log that
/// contradicts its lock is frozen: it can be read, but nothing is appended or signed. Any number of
/// threads and processes may hold keepers of the same log and keys.
public final class CheckpointKeeper: Sendable {
  /// The moments between which a crash must do no harm.
  package enum Step: Sendable, CaseIterable { case signed, locked, released }

  let log: LMDBEventLog
  let files: KeyDirectory
  private let stopsAppends: Bool
  private let reached: @Sendable (Step) throws -> Void
  func reach(_ step: Step) throws { try reached(step) }
  private let reason = Mutex<String?>(nil)

  /// Compares log and lock, and freezes the log if they contradict each other; then finishes what a
  /// crash may have left unfinished.
  ///
  /// - Parameters:
  ///   - directory: where the keys lie; created when missing.
  ///   - stopsAppends: whether a frozen log takes no more events. A log that must not stop, whatever
  ///     happened to it, goes on without: nothing more is signed, so what is wrong stays known.
  public convenience init(
    log: LMDBEventLog, keys directory: String, stopsAppends: Bool = true
  ) throws {
    try self.init(log: log, keys: directory, stopsAppends: stopsAppends, reached: { _ in })
  }

  /// - Parameter reached: called at each step; what it throws ends the signing there.
  package init(
    log: LMDBEventLog, keys directory: String, stopsAppends: Bool = true,
    reached: @escaping @Sendable (Step) throws -> Void
  ) throws {
    self.log = log
    self.stopsAppends = stopsAppends
    self.reached = reached
    files = KeyDirectory(path: directory)
    do {
      _ = try files.withLock { try begin(canMakeKey: false) }
    } catch EventLogError.frozen {
      // Known by now to the log and to `frozen`; it can be read.
    }
  }

  /// Why the log is frozen; nil when it is not.
  public var frozen: String? { reason.withLock { $0 } }

  /// Signs the log as it is on disk now; the last checkpoint again when it has not grown.
  ///
  /// Blocks, for as long as it takes to read what is not yet signed. Not to be called while deciding
  /// an append.
  ///
  /// - Throws: `EventLogError.frozen`; `.damaged` when the records do not lead to the tree's root;
  ///   `EvidenceError.outOfRange` for an empty log; `.storage` when keys or log cannot be written.
  @discardableResult
  public func checkpoint() throws -> SignedNote {
    while true {
      let base = try files.withLock { try begin(canMakeKey: true) }
      guard let next = try candidate(after: base.locked, base.key) else {
        guard let last = base.locked?.note else {
          throw EvidenceError.outOfRange(reason: "an empty log has nothing to sign")
        }
        return last
      }
      try reached(.signed)
      if try files.withLock({ try commit(next, replacing: base.locked) }) { return next.note }
      // Another thread or process was quicker: sign on top of what it has signed.
    }
  }

  /// Every released checkpoint with its cosignatures, oldest first.
  public func checkpoints() throws -> [SignedNote] { try log.checkpoints() }

  /// The key that checks this log's signatures; made when there is none yet.
  public func verifierKey() throws -> VerifierKey {
    if let key = try files.verifierKey() { return key }
    return try files.withLock { try begin(canMakeKey: true).key?.verifierKey ?? keyIsMissing() }
  }

  /// Whose signatures under this log's checkpoints count.
  public func signers() throws -> CheckpointSigners { try files.signers() }

  /// Adds the cosignatures of a note to the released checkpoint of the same text. The caller has
  /// checked them: this log does not know its witnesses.
  public func attach(cosignatures note: SignedNote) throws { try log.addSignatures(of: note) }

  /// Keeps a time stamp or another proof that the checkpoint of a size existed.
  ///
  /// - Parameter kind: 1 to 64 letters, digits, `.`, `-` or `_`; replaces what has the same kind.
  public func attach(anchor bytes: [UInt8], kind: String, size: UInt64) throws {
    try log.attach(anchor: bytes, kind: kind, size: size)
  }

  /// What anchors the checkpoint of a size elsewhere, in order of kind.
  public func anchors(size: UInt64) throws -> [(kind: String, bytes: [UInt8])] {
    try log.anchors(size: size)
  }

  /// The files of the identity, by name, for a backup: what everybody may have, and the secret key
  /// only when asked for. The lock is not among them, because a backup is of an earlier state.
  public func identityFiles(withSecret: Bool) throws -> [(name: String, bytes: [UInt8])] {
    try files.withLock {
      let retired =
        try files.retiredFiles(endingIn: ".vkey")
        + files.retiredFiles(endingIn: ".checkpoint")
      let secret = withSecret ? [KeyDirectory.secret] : []
      return try ([KeyDirectory.verifier] + retired + secret).compactMap { name in
        try files.read(name).map { (name, $0) }
      }
    }
  }

  /// The name of the file that holds the last signed checkpoint.
  public static let lockName = KeyDirectory.lock

  /// Throws `.frozen` unless log and lock agree now.
  public func verifyLock() throws {
    _ = try files.withLock { try begin(canMakeKey: false) }
  }
}

// MARK: - The machine

extension CheckpointKeeper {
  /// What the next signature builds upon.
  struct Base {
    var locked: LockedCheckpoint?
    /// Nil only when none was to be made.
    var key: SigningKey?
  }

  struct LockedCheckpoint {
    var note: SignedNote
    var checkpoint: Checkpoint
    /// Of the file.
    var bytes: [UInt8]
  }

  /// Compares log and lock and releases what was locked before a crash. Needs the files' lock.
  func begin(canMakeKey: Bool) throws -> Base {
    switch try standing() {
    case .frozen(let reason):
      freeze(reason)
      throw EventLogError.frozen(reason)
    case .unsigned(let key):
      freeze(nil)
      guard canMakeKey else { return Base(locked: nil, key: key) }
      return Base(locked: nil, key: try key.map(withVerifier) ?? makeKey())
    case .signed(var locked, let key):
      freeze(nil)
      let size = locked.checkpoint.size
      if let released = try log.checkpoint(size: size) {
        locked.note = released
      } else {
        // The flush of the lock may have failed, so that only memory has it.
        try files.write(locked.bytes, to: KeyDirectory.lock)
        try log.release(locked.note, size: size)
      }
      return Base(locked: locked, key: try withVerifier(key))
    }
  }

  func freeze(_ reason: String?) {
    self.reason.withLock { $0 = reason }
    if stopsAppends { log.freeze(reason) }
  }

  /// The origin's random end keeps two copies of one log apart, and the trees before and after a
  /// fork.
  func newKey() throws -> SigningKey {
    let suffix = LMDBEventLog.Options.systemRandomBytes(count: 4)
      .map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    return try SigningKey.generate(
      name: KeyName("\(try originPrefix)\(suffix)"), kind: .log)
  }

  var originPrefix: String {
    get throws { "chartledger/\(try log.id.description.replacing("-", with: ""))/" }
  }

  private func makeKey() throws -> SigningKey {
    let key = try newKey()
    try files.write(key, to: KeyDirectory.secret)
    return try withVerifier(key)
  }

  /// The key, with its public half beside it, which a crash may have prevented.
  private func withVerifier(_ key: SigningKey) throws -> SigningKey {
    if try files.verifierKey() == nil {
      try files.write(key.verifierKey, to: KeyDirectory.verifier)
    }
    return key
  }

  private func keyIsMissing() throws -> VerifierKey {
    throw EventLogError.storage("the public key in \(files.path) is missing")
  }

  /// Verifies what has come after the locked checkpoint, proves that it only adds to it, and signs.
  ///
  /// - Returns: nil when nothing has come.
  private func candidate(
    after locked: LockedCheckpoint?, _ key: SigningKey?
  ) throws -> LockedCheckpoint? {
    let signed = locked?.checkpoint.size ?? 0
    let head = try log.recount(after: signed)
    guard head.size > signed else { return nil }
    if let locked {
      let proof = try log.withTree { _, node in
        try ConsistencyProof(oldSize: signed, newSize: head.size, readNode: node)
      }
      try proof.verify(oldRoot: locked.checkpoint.root, newRoot: head.root)
    }
    guard let key else { return nil }
    let checkpoint = try Checkpoint(
      origin: key.verifierKey.name.description, size: head.size, root: head.root)
    let note = try checkpoint.signed(by: key)
    return LockedCheckpoint(note: note, checkpoint: checkpoint, bytes: note.encoded)
  }

  /// Needs the files' lock.
  ///
  /// - Returns: false when something else has been signed meanwhile.
  private func commit(
    _ next: LockedCheckpoint, replacing base: LockedCheckpoint?
  ) throws -> Bool {
    guard try files.read(KeyDirectory.lock) == base?.bytes,
      try files.verifierKey()?.name.description == next.checkpoint.origin
    else { return false }
    try files.write(next.bytes, to: KeyDirectory.lock)
    try reached(.locked)
    try log.release(next.note, size: next.checkpoint.size)
    try reached(.released)
    return true
  }
}

extension LMDBEventLog {
  /// The newest tree, recomputed from the records after the first `signed` ones.
  ///
  /// - Throws: `.damaged` when they do not lead to the stored root.
  func recount(after signed: UInt64) throws -> TreeHead {
    try storageErrors {
      try environment.read { transaction in
        let head = try transaction.head(tables)
        let stored = try transaction.frontier(tables, head: head).root
        guard head.rawValue > signed else { return TreeHead(size: head.rawValue, root: stored) }
        let root = try Recount(tables, transaction, signed: signed).root(size: head.rawValue)
        guard root == stored else {
          throw EventLogError.damaged(head, "the records do not lead to the hash tree's root")
        }
        return TreeHead(size: head.rawValue, root: root)
      }
    }
  }
}
