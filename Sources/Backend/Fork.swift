import EventLog
import Practice
import PracticeEvents

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
    guard let fork = try keeper.beginFork() else {
      throw Refusal(
        rule: "log.notFrozen", problem: "the log agrees with all that was signed",
        remedy: "nothing needs to be done")
    }
    do {
      try await record(fork, actor, reason)
    } catch {
      keeper.cancelFork()
      throw error
    }
    return try summary(of: keeper.finishFork(fork))
  }

  private func record(_ fork: LogFork, _ actor: EventActor, _ reason: String) async throws {
    var fact = LogForked()
    fact.oldOrigin = fork.oldOrigin
    fact.oldVerifierKey = fork.oldKey?.description ?? ""
    fact.lastSignedCheckpoint = fork.lastCheckpoint
    fact.restoredSize = fork.size
    fact.newVerifierKey = fork.newKey.description
    try await record(.logForked(fact), fork.command, actor, reason)
  }

  /// Records what was done to the log itself.
  ///
  /// - Returns: its position; the same again when the command is repeated.
  @discardableResult
  func record(
    _ fact: Fact, _ command: CommandID, _ actor: EventActor, _ reason: String
  ) async throws -> Position {
    let receipt = try await store.append(command: command) { log, now in
      let clinic = try LogFacts(log).clinic()
      let zone = clinic.established ? try ClinicTimeZone(clinic.profile.timeZone) : .utc
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
