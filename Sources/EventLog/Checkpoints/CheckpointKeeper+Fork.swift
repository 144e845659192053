import TransparencyLog

/// A new signing identity for a frozen log, prepared and not yet in force.
public struct LogFork: Hashable, Sendable {
  public var oldOrigin: String
  /// Nil when it is lost.
  public var oldKey: VerifierKey?
  /// The last signed checkpoint that is known, verbatim.
  public var lastCheckpoint: String
  public var newKey: VerifierKey
  /// The events that the log has.
  public var size: UInt64
  /// The same when a fork that was interrupted is repeated.
  public var command: CommandID
}

extension CheckpointKeeper {
  /// Prepares the fork and accepts appends again, for the event that records it.
  ///
  /// - Returns: nil when the log is not frozen, so that there is nothing to fork.
  public func beginFork() throws -> LogFork? {
    try files.withLock {
      guard case .frozen = try standing() else { return nil }
      let staged = try files.signingKey(KeyDirectory.staged)
      let key = try staged ?? newKey()
      if staged == nil { try files.write(key, to: KeyDirectory.staged) }
      let fork = try describe(fork: key)
      freeze(nil)
      return fork
    }
  }

  /// Retires the old identity and puts the new one in force; its first checkpoint covers the event
  /// that records the fork.
  public func finishFork(_ fork: LogFork) throws -> SignedNote {
    try files.withLock {
      guard let key = try files.signingKey(KeyDirectory.staged), key.verifierKey == fork.newKey
      else { throw EventLogError.storage("the new key in \(files.path) has vanished") }
      // Named after the new key, so that repeating an interrupted fork moves what is left.
      let name = KeyDirectory.retired + "before-" + String(fork.newKey.id, radix: 16)
      if try files.read(name + ".checkpoint") == nil {
        try files.write(Array(fork.lastCheckpoint.utf8), to: name + ".checkpoint")
      }
      // What was released may be of another origin than a lock that was put there.
      if let released = try log.newestCheckpoint() {
        try files.write(released.encoded, to: name + "-released.checkpoint")
      }
      try files.move(KeyDirectory.lock, to: name + ".checkpoint")
      try files.move(KeyDirectory.verifier, to: name + ".vkey")
      try files.move(KeyDirectory.secret, to: name + ".key")
      try files.move(KeyDirectory.staged, to: KeyDirectory.secret)
      try files.write(fork.newKey, to: KeyDirectory.verifier)
    }
    return try checkpoint()
  }

  /// Takes back `beginFork` when its event could not be recorded.
  public func cancelFork() {
    try? files.withLock {
      if case .frozen(let reason) = try standing() { freeze(reason) }
    }
  }

  private func describe(fork key: SigningKey) throws -> LogFork {
    let released = try log.newestCheckpoint()
    let oldKey = try? files.verifierKey()
    let last = try (files.read(KeyDirectory.lock) ?? released?.encoded) ?? []
    let signed = (try? SignedNote(parsing: last)) ?? released
    let origin = try signed.flatMap { try Checkpoint(parsing: $0.text).origin }
    return LogFork(
      oldOrigin: origin ?? oldKey?.name.description ?? "", oldKey: oldKey,
      lastCheckpoint: String(decoding: last, as: UTF8.self), newKey: key.verifierKey,
      size: try log.treeHead().size,
      command: Self.command(naming: key.verifierKey))
  }

  /// A command that belongs to a new key, so that what was interrupted is recorded once.
  static func command(naming key: VerifierKey) -> CommandID {
    CommandID(bytes: TreeHash.leaf(key.publicKey).bytes.prefix(16)) ?? CommandID(high: 0, low: 0)
  }
}
