import TransparencyLog

/// How a log stands to what its key has signed.
enum Standing {
  /// Nothing was signed yet, with this key if there is one.
  case unsigned(SigningKey?)
  case signed(CheckpointKeeper.LockedCheckpoint, SigningKey)
  /// Says what happened and what to do.
  case frozen(String)
}

extension CheckpointKeeper {
  /// Compares the lock with the log. Needs the files' lock, so that no checkpoint is locked and not
  /// yet released.
  func standing() throws -> Standing {
    let standing = try standingAsIs()
    guard case .frozen(let reason) = standing, (try? files.read(KeyDirectory.staged)) != nil else {
      return standing
    }
    // Its event may be recorded already, which contradicts what the old key has signed.
    return .frozen(
      "\(reason); a fork of it was begun and not finished: run `chartledger log fork` again")
  }

  private func standingAsIs() throws -> Standing {
    let secret: SigningKey?
    let verifier: VerifierKey?
    let lock: [UInt8]?
    do {
      try finishInterruptedRotation()
      secret = try files.signingKey()
      verifier = try files.verifierKey()
      lock = try files.read(KeyDirectory.lock)
    } catch {
      return frozen(
        "the files in \(files.path) cannot be used (\(error))",
        "make them readable, or put back the originals")
    }
    let newest: Checkpoint?
    do {
      newest = try log.newestCheckpoint().map { try Checkpoint(parsing: $0.text) }
    } catch EventLogError.damaged(_, let reason) {
      return frozen(reason, "keep the directory as evidence and restore a verified backup")
    }
    if let secret, let verifier, secret.verifierKey != verifier {
      return frozen(
        "its signing key was swapped: \(KeyDirectory.secret) and \(KeyDirectory.verifier) in "
          + "\(files.path) do not belong together", "put back the original files")
    }
    guard let key = verifier ?? secret?.verifierKey else {
      if lock == nil, newest == nil { return .unsigned(nil) }
      return frozen(
        "it has been signed, but there is no key in \(files.path)", Self.bringKeys)
    }
    guard key.name.description.utf8.starts(with: try originPrefix.utf8) else {
      return frozen(
        "the keys in \(files.path) belong to another log: this one was put in its place, or the "
          + "directory is not its own",
        "put back the log that they have signed, or name the right directory of keys; if that log "
          + "is lost for good, record that with `chartledger log fork`")
    }
    guard let lock else { return try standingWithoutLock(secret, key, newest) }
    guard let locked = Self.open(lock, key) else {
      return frozen(
        "the key in \(files.path) was swapped, or its last signed checkpoint was altered: the "
          + "signature is not by this key", "put back the original files")
    }
    guard let secret else {
      return frozen("its signing key is not in \(files.path)", Self.bringKeys)
    }
    if let reason = try contradiction(locked.checkpoint, newest) { return .frozen(reason) }
    return .signed(locked, secret)
  }

  private func standingWithoutLock(
    _ secret: SigningKey?, _ key: VerifierKey, _ newest: Checkpoint?
  ) throws -> Standing {
    guard let newest else {
      return secret.map { .unsigned($0) }
        ?? frozen("its signing key is not in \(files.path)", Self.bringKeys)
    }
    // After a fork the new identity has not signed yet, and the old one never will again.
    let isRetired = try files.signers().retiredOrigins.contains(newest.origin)
    if isRetired, !newest.hasOrigin(key.name.description), let secret { return .unsigned(secret) }
    return frozen(
      "it has been signed up to event \(newest.size), but the record of that, "
        + "\(files.path)/\(KeyDirectory.lock), is missing: it was removed, or this is a copy "
        + "without its keys", Self.bringKeys)
  }

  /// What of the log contradicts its last signed checkpoint; nil when nothing does.
  private func contradiction(_ locked: Checkpoint, _ newest: Checkpoint?) throws -> String? {
    let (size, root) = try log.withTree { size, node -> (UInt64, TreeHash?) in
      guard size >= locked.size else { return (size, nil) }
      // A tree that cannot be read at this size is another one as well.
      return (size, try? Frontier(size: locked.size, readNode: node).root)
    }
    if size < locked.size {
      return text(
        "it has \(size) events, but \(locked.size) have been signed: an older copy was restored, "
          + "or its end was cut off",
        "restore the newest copy; if the events after \(size) are lost for good, record that with "
          + "`chartledger log fork`")
    }
    if root != locked.root {
      return text(
        "its first \(locked.size) events are not those that were signed: history was changed",
        "keep the directory as evidence and restore a verified backup")
    }
    guard let newest else { return nil }
    let isOlder = newest.size > locked.size && newest.hasOrigin(locked.origin)
    let isOther = newest.size == locked.size && newest != locked
    guard isOlder || isOther else { return nil }
    return text(
      "a checkpoint of \(newest.size) events was released, but the record in \(files.path) is of "
        + "\(locked.size): an older copy of the keys was put there",
      "put back the newest files of that directory")
  }

  private static let bringKeys =
    "put the files of the log's newest keys directory there; if they are lost for good, or the log "
    + "is a copy that shall live on by itself, record that with `chartledger log fork`"

  static func open(_ bytes: [UInt8], _ key: VerifierKey) -> LockedCheckpoint? {
    guard let note = try? SignedNote(parsing: bytes),
      let trust = try? LogTrust(origin: key.name.description, logKeys: [key]),
      let trusted = try? trust.open(note)
    else { return nil }
    return LockedCheckpoint(note: note, checkpoint: trusted.checkpoint, bytes: bytes)
  }

  private func frozen(_ problem: String, _ remedy: String) -> Standing {
    .frozen(text(problem, remedy))
  }

  private func text(_ problem: String, _ remedy: String) -> String { "\(problem); \(remedy)" }
}
