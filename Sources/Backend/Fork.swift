import EventLog
import Practice
import PracticeEvents
import TransparencyLog

extension Backend {
  /// Lets a frozen log go on under a new signing identity, and records that it did.
  ///
  /// The deliberate act after a restored older copy or lost keys: what was signed and is no longer
  /// there stays provable by anyone who holds the old checkpoint.
  ///
  /// - Returns: the first checkpoint of the new identity.
  /// - Throws: `Refusal` when the log is not frozen, the actor is no supervisor, or no reason is given.
  public func fork(actor: EventActor, reason: String) async throws -> CheckpointSummary {
    try requireSupervisor(actor, reason, to: "fork the log")
    guard let note = try await fork(store, keeper, actor, reason) else {
      throw Refusal(
        rule: "log.notFrozen", problem: "the log agrees with all that was signed",
        remedy: "nothing needs to be done")
    }
    return try summary(of: note, in: store)
  }

  /// Records the fork of a log in itself.
  ///
  /// - Returns: the first checkpoint of the new identity; nil when the log is not frozen.
  func fork(
    _ log: LMDBEventLog, _ keeper: CheckpointKeeper, _ actor: EventActor, _ reason: String
  ) async throws -> SignedNote? {
    guard let fork = try keeper.beginFork() else { return nil }
    var fact = LogForked()
    fact.oldOrigin = fork.oldOrigin
    fact.oldVerifierKey = fork.oldKey?.description ?? ""
    fact.lastSignedCheckpoint = fork.lastCheckpoint
    fact.restoredSize = fork.size
    fact.newVerifierKey = fork.newKey.description
    do {
      try await record(.logForked(fact), in: log, fork.command, actor, reason)
    } catch {
      keeper.cancelFork()
      throw error
    }
    return try keeper.finishFork(fork)
  }

  /// Records what was done to a log in itself.
  ///
  /// - Returns: its position; the same again when the command is repeated.
  @discardableResult
  func record(
    _ fact: Fact, in log: LMDBEventLog, _ command: CommandID, _ actor: EventActor, _ reason: String
  ) async throws -> Position {
    let clinic = try store.read { try LogFacts($0).clinic() }
    let zone = clinic.established ? try ClinicTimeZone(clinic.profile.timeZone) : .utc
    let receipt = try await log.append(command: command) { _, now in
      var context = DecisionContext(
        actor: actor, channel: .cli, now: Instant(microseconds: now.rawValue), zone: zone,
        reason: reason, seed: UUIDKey(high: command.high, low: command.low))
      let decision = Decision([ProposedFact(.system, fact)])
      return Proposal(events: try decision.events(in: &context).map(NewEvent.init))
    }
    return Position(receipt.positions.lowerBound)
  }

  /// What changes the log's identity is for its owner, and never without a reason.
  func requireSupervisor(_ actor: EventActor, _ reason: String, to act: String) throws(Refusal) {
    guard actor.role == .supervisor else {
      throw Refusal(
        rule: "role", field: "by", problem: "a \(actor.role.text) may not \(act)",
        remedy: "ask a supervisor")
    }
    guard !reason.isEmpty else {
      throw Refusal(
        rule: "reason", field: "reason", problem: "to \(act) needs a reason",
        remedy: "say what happened, and why")
    }
  }
}
