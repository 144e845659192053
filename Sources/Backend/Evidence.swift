import AuditPacket
public import EventLog
import Practice
import PracticeEvents
public import TransparencyLog

/// The log's signed checkpoints, and what others have put their names under.
extension Backend {
  /// Signs the log as it is on disk; the last checkpoint again when it has not grown.
  ///
  /// - Throws: see `CheckpointKeeper.checkpoint`.
  @discardableResult
  public func checkpoint() throws -> SignedNote { try keeper.checkpoint() }

  /// Every released checkpoint with its cosignatures, oldest first.
  public func checkpoints() throws -> [SignedNote] { try keeper.checkpoints() }

  /// Adds the cosignatures of a note to the released checkpoint of the same text; the caller has
  /// verified them.
  public func attachCosignature(_ note: SignedNote) throws {
    try keeper.attach(cosignatures: note)
  }

  /// What the kinds of time stamps (RFC 3161) begin with; several authorities may stamp one
  /// checkpoint.
  public static let stampKind = "rfc3161"

  /// Keeps a time stamp or another proof that the checkpoint of a size existed.
  ///
  /// - Parameter kind: 1 to 64 letters, digits, `.`, `-` or `_`.
  public func attachAnchor(_ bytes: [UInt8], kind: String, size: UInt64) throws {
    try keeper.attach(anchor: bytes, kind: kind, size: size)
  }

  /// What anchors the checkpoint of a size elsewhere, in order of kind.
  public func anchors(size: UInt64) throws -> [(kind: String, bytes: [UInt8])] {
    try keeper.anchors(size: size)
  }

  /// The key that checks this log's signatures; made when there is none yet.
  public func verifierKey() throws -> VerifierKey { try keeper.verifierKey() }

  /// The released checkpoints as rows of a list, oldest first.
  public func checkpointSummaries() throws -> [CheckpointSummary] {
    try checkpoints().map { try summary(of: $0, in: store) }
  }

  /// The newest of them.
  public func newestCheckpoint() throws -> CheckpointSummary? {
    try store.newestCheckpoint().map { try summary(of: $0, in: store) }
  }

  func summary(of note: SignedNote, in log: LMDBEventLog) throws -> CheckpointSummary {
    let size = try Checkpoint(parsing: note.text).size
    let last = try log.read { log in
      try log.events(.all, ReadOptions(from: Position(size), limit: 1)).first
    }
    return try CheckpointSummary(
      note, recordedAt: last.map { Instant(microseconds: $0.recordedAt.rawValue) },
      anchors: log.anchors(size: size).map(\.kind))
  }

  // MARK: - When

  /// How long events may wait for their signature.
  private static let patience: Int64 = 60_000_000

  /// Whether a checkpoint should be signed after these facts: a note was signed, books were closed,
  /// or what the last checkpoint covers is more than a minute old.
  public func isCheckpointDue(after facts: [RecordedFact]) throws -> Bool {
    guard keeper.frozen == nil, try store.read({ $0.head }) > .none else { return false }
    if facts.contains(where: \.event.wantsCheckpoint) { return true }
    guard let last = try store.newestCheckpoint() else { return true }
    let size = try Checkpoint(parsing: last.text).size
    let signed = try store.read { log in
      try log.events(.all, ReadOptions(from: Position(size), limit: 1)).first?.recordedAt
    }
    return signed.map { now.microseconds - $0.rawValue > Self.patience } ?? true
  }

  // MARK: - Verification

  /// Recomputes the log from its bytes, with its checkpoints, keys, time stamps and seals, and compares it
  /// with the lock and with the places that the views have reached.
  ///
  /// - Throws: `EventLogError.damaged` or `.frozen`, or `ProjectionError`.
  public func verify(
    progress: (_ done: UInt64, _ total: UInt64) -> Void = { _, _ in }
  ) throws -> LogVerification {
    let found = try verify(store, keeper, progress)
    try verifyStamps()
    try verifySeals()
    try views.verifyCheckpoints()
    return found
  }

  /// A log from its bytes, its keys and its lock. Records come first, because what is wrong with one
  /// has a position; where the lock contradicts, its reason says more than missing signatures do.
  func verify(
    _ log: LMDBEventLog, _ keeper: CheckpointKeeper, _ progress: (UInt64, UInt64) -> Void
  ) throws -> LogVerification {
    let agrees = (try? keeper.verifyLock()) != nil
    let found = try log.verify(signers: agrees ? keeper.signers() : nil, progress: progress)
    try verifyBlobs(in: log)
    try verifyHandOvers(in: log, keeper)
    try keeper.verifyLock()
    return found
  }

  /// Every time stamp is over the checkpoint that it lies with. Who signed it, OpenSSL tells.
  private func verifyStamps() throws {
    for note in try checkpoints() {
      let size = try Checkpoint(parsing: note.text).size
      for anchor in try anchors(size: size) where anchor.kind.hasPrefix(Self.stampKind) {
        do { _ = try PacketStamp(anchor.bytes, of: note) } catch {
          throw EventLogError.damaged(Position(size), "its anchor \(anchor.kind): \(error.reason)")
        }
      }
    }
  }
}

extension PracticeEvent {
  /// Whether this must be provable at once: what was written then, and not later.
  fileprivate var wantsCheckpoint: Bool {
    switch fact {
    case .soapNoteSigned, .noteAmended, .noteAddendumAdded, .periodClosed: true
    default: false
    }
  }
}

/// A released checkpoint as people list it.
public struct CheckpointSummary: Sendable, Hashable {
  /// Number of events covered.
  public var size: UInt64
  /// When the last of them was recorded, on the log's own clock.
  public var recordedAt: Instant?
  /// Base64.
  public var root: String
  public var origin: String
  /// Names of all who signed.
  public var signers: [String]
  /// Names of those besides the log.
  public var cosigners: [String]
  /// The kinds of what anchors it elsewhere.
  public var anchors: [String]
  /// The signed note, as it is handed out.
  public var text: String

  init(_ note: SignedNote, recordedAt: Instant?, anchors: [String]) throws {
    let checkpoint = try Checkpoint(parsing: note.text)
    size = checkpoint.size
    root = checkpoint.root.base64
    origin = checkpoint.origin
    signers = note.signatures.map(\.name.description)
    cosigners = signers.filter { !checkpoint.hasOrigin($0) }
    self.recordedAt = recordedAt
    self.anchors = anchors
    text = String(decoding: note.encoded, as: UTF8.self)
  }
}
