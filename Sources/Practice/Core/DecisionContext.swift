import PracticeEvents

/// Who asks, when, and where new identifiers come from. Everything a decision may know besides the
/// facts.
public struct DecisionContext: Sendable {
  public var actor: EventActor
  public var channel: Channel
  /// The log's time at which the facts will be recorded.
  public var now: Instant
  /// When it happened in the clinic; not after `now` but for five minutes of clock skew.
  public var occurredAt: Instant
  public var zone: ClinicTimeZone
  /// Why; commands that correct something require it.
  public var reason: String?
  private var identifiers: IdentifierSource

  /// - Parameter seed: the command's id: a retry of the command makes the same identifiers.
  public init(
    actor: EventActor, channel: Channel = .cli, now: Instant, occurredAt: Instant? = nil,
    zone: ClinicTimeZone, reason: String? = nil, seed: UUIDKey
  ) {
    self.actor = actor
    self.channel = channel
    self.now = now
    self.occurredAt = occurredAt ?? now
    self.zone = zone
    self.reason = reason
    self.identifiers = IdentifierSource(seed: seed)
  }

  /// The civil date in the clinic on which it happened.
  public var today: CivilDate { zone.date(of: occurredAt) }

  /// The given identifier, or a new one.
  public mutating func id(_ kind: EntityID.Kind, _ given: EntityID? = nil) throws -> EntityID {
    guard let given else { return EntityID.make(kind, random: identifiers.next()) }
    guard given.kind == kind else {
      throw Refusal(
        rule: "identifier.kind", problem: "\(given) does not name a \(kind)",
        remedy: "give an identifier that begins with \(kind.rawValue)-")
    }
    return given
  }

  /// A new stream for a subject: random, never derived from the person.
  public mutating func subject() -> SubjectID {
    SubjectID(
      high: identifiers.next() & ~0xf000 | 0x4000,
      low: 0x8000_0000_0000_0000 | identifiers.next() >> 2)
  }

  /// The id of an event to be recorded now (UUIDv7).
  public mutating func eventID() -> UUIDKey {
    let milliseconds = UInt64(max(0, now.microseconds / 1000))
    return UUIDKey(
      high: milliseconds << 16 | 0x7000 | identifiers.next() & 0x0fff,
      low: 0x8000_0000_0000_0000 | identifiers.next() >> 2)
  }

  /// The reason, which a correction must have.
  public func requiredReason() throws -> String {
    guard let reason, !reason.isEmpty else {
      throw Refusal(
        rule: "reason", field: "reason", problem: "a correction needs its reason",
        remedy: "say why with --reason (N.J.A.C. 13:37A-5.2)")
    }
    return reason
  }

  /// Whether a supervisor says why, which lifts the limits of back-dating.
  var isExplainedBySupervisor: Bool { actor.role == .supervisor && !(reason ?? "").isEmpty }

  /// The given day or today.
  ///
  /// - Throws: `Refusal` for a day that is still to come, or further back than the clinic allows
  ///   unless a supervisor says why.
  func recentOrToday(
    _ given: CivilDate?, _ clinic: ClinicState, field: String
  ) throws -> CivilDate {
    let date = try pastOrToday(given, field: field)
    try requireRecent(date, clinic, field: field)
    return date
  }

  func requirePlausibleTimes(_ facts: some Facts) throws {
    guard occurredAt <= now.adding(minutes: 5) else {
      throw Refusal(
        rule: "occurred.future", field: "occurredAt",
        problem: "it cannot have happened at \(occurredAt), which is still to come",
        remedy: "give the time at which it happened")
    }
    let days = zone.date(of: occurredAt).days(until: zone.date(of: now))
    let limit = try facts.clinic().rule("records", "backdating-days", on: zone.date(of: now))
    guard days <= limit || isExplainedBySupervisor else {
      throw Refusal(
        rule: "occurred.backdated", field: "occurredAt",
        problem: "\(days) days is further back than the clinic allows (\(limit))",
        remedy: "have a supervisor record it, with --reason")
    }
  }
}

/// Deterministic identifiers from the command's id (SplitMix64, Steele et al. 2014), so that a
/// decision made twice is the same decision.
struct IdentifierSource: RandomNumberGenerator, Sendable {
  private var state: UInt64
  init(seed: UUIDKey) { state = seed.high &* 0x9e37_79b9_7f4a_7c15 ^ seed.low }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
    return mixed ^ mixed >> 31
  }
}
