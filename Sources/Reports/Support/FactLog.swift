import Practice
import PracticeEvents

/// A log as reports read it: its facts in order of recording, up to the state that is asked of.
public protocol FactLog {
  /// Calls `body` for each fact of the selection, in order.
  func forEach(_ selection: FactSelection, _ body: (RecordedFact) throws -> Void) throws
}

/// Which facts of a log.
public struct FactSelection: Sendable {
  /// Empty is any kind.
  public var kinds: Set<PracticeEvent.Kind>
  /// Facts that carry at least one of these; empty is any fact.
  public var tags: [FactTag]
  /// When they were recorded; nil is whenever.
  public var recorded: Range<Instant>?
  /// Who recorded them; nil is anybody.
  public var user: String?

  public init(
    kinds: Set<PracticeEvent.Kind> = [], tags: [FactTag] = [], recorded: Range<Instant>? = nil,
    user: String? = nil
  ) {
    self.kinds = kinds
    self.tags = tags
    self.recorded = recorded
    self.user = user
  }

  public func matches(_ fact: RecordedFact) -> Bool {
    let kindMatches = kinds.isEmpty || fact.kind.map(kinds.contains) ?? false
    guard kindMatches, user ?? fact.event.actor.user == fact.event.actor.user else { return false }
    guard recorded?.contains(Instant(microseconds: fact.recordedAt)) ?? true else { return false }
    return tags.isEmpty || fact.event.tags.contains(where: tags.contains)
  }
}

/// Facts in memory.
public struct FactList: FactLog {
  private let facts: [RecordedFact]
  public init(_ facts: [RecordedFact] = []) { self.facts = facts }

  public func forEach(
    _ selection: FactSelection, _ body: (RecordedFact) throws -> Void
  ) throws {
    for fact in facts where selection.matches(fact) { try body(fact) }
  }
}

extension ReportSource {
  /// The instants of the clinic's days between two dates, both inclusive; nil is without limit.
  func instants(from: CivilDate?, through: CivilDate?) throws -> Range<Instant>? {
    guard from != nil || through != nil else { return nil }
    let start = from.map(zone.startOfDay) ?? Instant(microseconds: .min)
    let end = through.map { zone.startOfDay($0.adding(days: 1)) } ?? Instant(microseconds: .max)
    guard start < end else {
      throw ReportError.malformedParameter("to", problem: "it is before from")
    }
    return start..<end
  }
}
