import EventLog
import Foundation
import Practice
import PracticeEvents
import Projection
import Synchronization

/// How a command comes in: who gives it, when it happened, and the id that makes a retry harmless.
public struct CommandEnvelope: Sendable {
  public var id: CommandID
  public var actor: EventActor
  public var channel: Channel
  /// Local time in the clinic, e.g. `2026-03-11T09:00`; nil is now.
  public var occurredAt: String?
  public var reason: String?

  public init(
    id: CommandID, actor: EventActor, channel: Channel = .cli, occurredAt: String? = nil,
    reason: String? = nil
  ) {
    self.id = id
    self.actor = actor
    self.channel = channel
    self.occurredAt = occurredAt
    self.reason = reason
  }
}

/// What came of a command.
public struct RecordedOutcome: Sendable {
  /// In a dry run: what would be recorded, at position 0 and up.
  public var facts: [RecordedFact]
  public var warnings: [String]
  /// The command id was known; this is its first outcome again.
  public var isRepeat: Bool
}

extension Backend {
  /// Decides the command under the log's writer lock and appends what it leads to.
  ///
  /// - Throws: `Refusal`, `ValueError`, or `EventLogError`; in each case nothing is appended.
  public func record(
    _ command: some Command, _ envelope: CommandEnvelope
  ) async throws
    -> RecordedOutcome
  {
    try await record(command, envelope, blobs: [])
  }

  /// The same with bytes that are stored beside the events.
  ///
  /// - Parameter check: what else must hold, under the writer lock too.
  func record(
    _ command: some Command, _ envelope: CommandEnvelope, blobs: [Blob],
    checking check: @escaping @Sendable (LogFacts) throws -> Void = { _ in }
  ) async throws -> RecordedOutcome {
    let warnings = Mutex<[String]>([])
    let receipt = try await store.append(command: envelope.id) { log, now in
      let facts = LogFacts(log)
      try check(facts)
      var made = try Self.decide(command, envelope, facts, now)
      warnings.withLock { $0 = made.warnings }
      var proposal = Proposal(events: try made.events.map(NewEvent.init), blobs: blobs)
      try proposal.addSchema(unlessIn: made.facts, &made.context)
      return proposal
    }
    return try outcome(receipt, warnings: warnings.withLock { $0 })
  }

  /// What a request recorded; the schema that may have come with it is the program's own affair.
  private func outcome(_ receipt: AppendReceipt, warnings: [String]) throws -> RecordedOutcome {
    let facts = try store.read { log in
      try log.events(
        .all,
        ReadOptions(
          from: Position(receipt.positions.lowerBound), limit: receipt.positions.count)
      ).map { try RecordedFact($0) }
    }
    return RecordedOutcome(
      facts: facts.filter { $0.event.kind != .schemaPublished }, warnings: warnings,
      isRepeat: receipt.isRepeat)
  }

  /// Decides the command on the present state and appends nothing.
  public func rehearse(
    _ command: some Command, _ envelope: CommandEnvelope
  ) throws
    -> RecordedOutcome
  {
    try rehearse(command, envelope) { _ in }
  }

  func rehearse(
    _ command: some Command, _ envelope: CommandEnvelope, checking check: (LogFacts) throws -> Void
  ) throws -> RecordedOutcome {
    try store.read { log in
      if var receipt = try log.receipt(for: envelope.id) {
        receipt.isRepeat = true
        return try outcome(receipt, warnings: [])
      }
      let now = LogTime(rawValue: max(self.now.microseconds, log.headRecordedAt?.rawValue ?? .min))
      let known = LogFacts(log)
      try check(known)
      let made = try Self.decide(command, envelope, known, now)
      let facts = made.events.enumerated().map { index, made in
        RecordedFact(
          position: log.head.rawValue + UInt64(index) + 1, recordedAt: now.rawValue, id: made.id,
          stream: made.subject.key, streamSequence: 0, event: made.event)
      }
      return RecordedOutcome(facts: facts, warnings: made.warnings, isRepeat: false)
    }
  }

  /// A decision with what it was made from.
  private struct Made {
    var events: [ProposedEvent]
    var warnings: [String]
    var facts: LogFacts
    var context: DecisionContext
  }

  private static func decide(
    _ command: some Command, _ envelope: CommandEnvelope, _ facts: LogFacts, _ now: LogTime
  ) throws -> Made {
    let clinic = try facts.clinic()
    let zone = clinic.established ? try ClinicTimeZone(clinic.profile.timeZone) : .utc
    var context = DecisionContext(
      actor: envelope.actor, channel: envelope.channel, now: Instant(microseconds: now.rawValue),
      occurredAt: try envelope.occurredAt.map { try zone.instant($0) }, zone: zone,
      reason: envelope.reason,
      seed: UUIDKey(high: envelope.id.high, low: envelope.id.low))
    let decision = try command.checkedDecision(facts, &context)
    let events = decision.events(in: &context)
    return Made(events: events, warnings: decision.warnings, facts: facts, context: context)
  }
}

extension NewEvent {
  /// The log's form of a decided event: kind and tags come from the event alone.
  public init(_ made: ProposedEvent) throws {
    guard let kind = made.event.kind else {
      throw EventDecodingError(problem: "an event without its fact")
    }
    self.init(
      id: EventID(high: made.id.high, low: made.id.low),
      stream: StreamID(high: made.subject.high, low: made.subject.low),
      kind: EventKind(rawValue: kind.rawValue),
      tags: made.event.tags.map { Tag($0.text) }, payload: try made.event.payload())
  }
}
