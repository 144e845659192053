import TransparencyLog

/// A new signing key for the same log, prepared and not yet in force.
public struct KeyRotation: Hashable, Sendable {
  public var oldKey: VerifierKey
  /// Of the same name.
  public var newKey: VerifierKey
  /// The same when a rotation that was interrupted is repeated.
  public var command: CommandID
}

/// How a log that is sound goes over to another key: the event that names both is recorded, the old
/// key signs a last checkpoint which covers it, the new one signs the same checkpoint, and then the
/// old secret is gone. Whoever trusts either key can follow.
extension CheckpointKeeper {
  /// Prepares a successor of the signing key.
  ///
  /// - Throws: `EventLogError.frozen`; a frozen log forks instead.
  public func beginRotation() throws -> KeyRotation {
    try files.withLock {
      guard let old = try begin(canMakeKey: true).key?.verifierKey else {
        throw EventLogError.storage("the signing key in \(files.path) is missing")
      }
      var successor = try files.signingKey(KeyDirectory.successor)
      if successor?.verifierKey.name != old.name { successor = nil }
      let key: SigningKey
      if let successor {
        key = successor
      } else {
        key = try newSuccessor(of: old)
        try files.write(key, to: KeyDirectory.successor)
      }
      return KeyRotation(
        oldKey: old, newKey: key.verifierKey, command: Self.command(naming: key.verifierKey))
    }
  }

  /// Has both keys sign a checkpoint that covers the recorded event, and puts the new one in force.
  ///
  /// - Returns: the checkpoint, the last one of the old key.
  public func finishRotation(_ rotation: KeyRotation) throws -> SignedNote {
    while true {
      let last = try checkpoint()
      if let note = try files.withLock({ try handOver(rotation, in: last) }) { return note }
      // Another thread or process has signed meanwhile: begin from its checkpoint.
    }
  }

  /// Forgets a successor whose event could not be recorded.
  public func cancelRotation() {
    try? files.withLock { try files.remove(KeyDirectory.successor) }
  }

  /// A rotation ends with the lock under both keys; what comes after it, a crash may have cut off.
  /// Needs the files' lock.
  func finishInterruptedRotation() throws {
    guard let successor = try files.signingKey(KeyDirectory.successor),
      let lock = try files.read(KeyDirectory.lock),
      let locked = Self.open(lock, successor.verifierKey)
    else { return }
    // Its flush may have failed, so that only memory has it.
    try files.write(lock, to: KeyDirectory.lock)
    if try log.checkpoint(size: locked.checkpoint.size) != nil {
      try log.addSignatures(of: locked.note)
    }
    try putInForce(successor)
  }

  private func handOver(_ rotation: KeyRotation, in last: SignedNote) throws -> SignedNote? {
    let base = try begin(canMakeKey: false)
    guard let successor = try files.signingKey(KeyDirectory.successor),
      successor.verifierKey == rotation.newKey, base.key?.verifierKey == rotation.oldKey,
      let locked = base.locked
    else { throw EventLogError.storage("the new key in \(files.path) has vanished") }
    guard locked.note.text == last.text else { return nil }
    let note = try SignedNote(parsing: locked.bytes).adding(successor.sign(text: last.text))
    try reach(.signed)
    try files.write(note.encoded, to: KeyDirectory.lock)
    try reach(.locked)
    try log.addSignatures(of: note)
    try reach(.released)
    try putInForce(successor)
    return note
  }

  /// Every step can be repeated; the successor's own file goes last.
  private func putInForce(_ successor: SigningKey) throws {
    if let old = try files.verifierKey(), old != successor.verifierKey {
      let name = KeyDirectory.retired + "rotated-" + String(successor.verifierKey.id, radix: 16)
      try files.write(old, to: name + ".vkey")
    }
    try files.write(successor, to: KeyDirectory.secret)
    try files.write(successor.verifierKey, to: KeyDirectory.verifier)
    try files.remove(KeyDirectory.successor)
  }

  /// Of the same name, hence of the same origin: the tree goes on.
  private func newSuccessor(of old: VerifierKey) throws -> SigningKey {
    while true {
      let key = try SigningKey.generate(name: old.name, kind: .log)
      // Four bytes tell keys of one name apart.
      if key.verifierKey.id != old.id { return key }
    }
  }
}
