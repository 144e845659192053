import Practice
import PracticeEvents

/// A clinic in memory for tests of decisions: commands are recorded one after another, each at its
/// own time, through the same checks as in production.
public struct Scenario: Sendable {
  public private(set) var memory = FactMemory()
  /// The log's clock; `advance` moves it, every command moves it by a second.
  public private(set) var now: Instant
  public let zone: ClinicTimeZone
  private var commands: UInt64 = 0

  public init(at time: String = "2026-03-02T08:00", zone: String = "America/New_York") throws {
    self.zone = try ClinicTimeZone(zone)
    now = try self.zone.instant(time)
  }

  /// Moves the clock to a local time, e.g. `2026-03-05T09:00`.
  public mutating func advance(to time: String) throws { now = try zone.instant(time) }

  /// Records a command as given by someone of the role (a supervisor unless said otherwise).
  ///
  /// - Returns: the facts recorded.
  @discardableResult
  public mutating func record(
    _ command: some Command, by role: Role = .supervisor, user: String = "sam",
    practitioner: SubjectID? = nil, reason: String? = nil, occurredAt: String? = nil
  ) throws -> [RecordedFact] {
    var context = try context(
      by: role, user: user, practitioner: practitioner, reason: reason, occurredAt: occurredAt)
    let decision = try command.checkedDecision(memory, &context)
    now = now.adding(microseconds: 1_000_000)
    return memory.record(decision.events(in: &context), at: context.now)
  }

  /// The refusal of a command; throws when it is accepted or fails otherwise.
  public mutating func refusal(
    of command: some Command, by role: Role = .supervisor, user: String = "sam",
    practitioner: SubjectID? = nil, reason: String? = nil, occurredAt: String? = nil
  ) throws -> Refusal {
    let before = memory.count
    do {
      try record(
        command, by: role, user: user, practitioner: practitioner, reason: reason,
        occurredAt: occurredAt)
    } catch let refusal as Refusal {
      guard memory.count == before else { throw ScenarioError.refusedYetRecorded }
      return refusal
    }
    throw ScenarioError.notRefused
  }

  /// The context in which the next command is decided.
  public mutating func context(
    by role: Role = .supervisor, user: String = "sam", practitioner: SubjectID? = nil,
    reason: String? = nil, occurredAt: String? = nil
  ) throws -> DecisionContext {
    commands += 1
    var actor = EventActor()
    actor.user = user
    actor.role = role
    actor.initials = String(user.prefix(2)).uppercased()
    actor.practitioner = practitioner?.description ?? ""
    return DecisionContext(
      actor: actor, now: now, occurredAt: try occurredAt.map { try zone.instant($0) }, zone: zone,
      reason: reason, seed: UUIDKey(high: 0x5eed, low: commands))
  }
}

public enum ScenarioError: Error { case notRefused, refusedYetRecorded }
