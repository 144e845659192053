import Practice
import PracticeEvents

/// What the times of an event say against it.
enum TimeFlag: Hashable, Sendable {
  /// Recorded so many days after it happened, more than the clinic's rule allows.
  case late(days: Int)
  /// So many days after it happened a witness still cosigned a log without it.
  case unseen(days: Int, size: UInt64)
  /// Somebody outside dated a log with it before the time at which it says it was recorded.
  case postDated(size: UInt64)

  var text: String {
    switch self {
    case .late(let days): "LATE ENTRY: recorded \(days) days after it happened"
    case .unseen(let days, let size):
      "LATE BY EVIDENCE: \(days) days after it happened a witness cosigned checkpoint \(size), "
        + "which does not contain it"
    case .postDated(let size):
      "TIME CONTRADICTED: checkpoint \(size), which contains it, was cosigned or stamped before the "
        + "time at which it says it was recorded"
    }
  }

  /// Clocks of clinic and witness may differ by that much.
  private static let clockSkewSeconds: Int64 = 300

  static func flags(
    of event: OpenedEvent, _ brackets: Brackets, _ contents: PacketContents
  ) -> [TimeFlag] {
    let zone = contents.zone
    let recorded = Instant(microseconds: event.recordedAt.rawValue)
    let occurred = event.event.hasOccurredAt ? event.event.occurredAt.instant : recorded
    func daysLate(_ instant: Instant) -> Int? {
      let days = zone.date(of: occurred).days(until: zone.date(of: instant))
      return days > contents.backdatingDays ? days : nil
    }
    var flags: [TimeFlag] = []
    if let days = daysLate(recorded) { flags.append(.late(days: days)) }
    let (before, after) = brackets.dated(around: event.leaf.position)
    if let before, let seen = before.lastWitnessed,
      let days = daysLate(Instant(secondsSinceEpoch: Int64(seen.seconds)))
    {
      flags.append(.unseen(days: days, size: before.size))
    }
    if let after, let seen = after.times.first,
      Instant(secondsSinceEpoch: Int64(seen.seconds) + clockSkewSeconds) < recorded
    {
      flags.append(.postDated(size: after.size))
    }
    return flags
  }
}
