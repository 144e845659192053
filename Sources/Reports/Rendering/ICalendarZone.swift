import Practice

/// The VTIMEZONE of a clinic's zone (RFC 5545, 3.6.5): the changes of its clocks around the events,
/// as the zone database of this machine has them.
enum ICalendarZone {
  static func lines(of zone: ClinicTimeZone, for spans: [Range<Instant>]) -> [String] {
    guard let first = spans.map(\.lowerBound).min(), let last = spans.map(\.upperBound).max() else {
      return component(zone, [])
    }
    // A year to each side, so that the offset before the first event is told by a change.
    let margin = 400 * 1_440
    return component(
      zone,
      zone.changes(in: first.adding(minutes: -margin)..<last.adding(minutes: margin)))
  }

  private static func component(_ zone: ClinicTimeZone, _ changes: [ClockChange]) -> [String] {
    let opening = changes.first?.before ?? zone.offset(at: Instant(secondsSinceEpoch: 0))
    var seen: [Observance: [ClockChange]] = [:]
    for change in changes { seen[Observance(change), default: []].append(change) }
    let observances = seen.sorted { $0.value[0].at < $1.value[0].at }
    return ["BEGIN:VTIMEZONE", "TZID:\(zone.identifier)"]
      + observance("STANDARD", from: opening, to: opening, onsets: ["19700101T000000"])
      + observances.flatMap { observed, changes in
        observance(
          observed.isDaylight ? "DAYLIGHT" : "STANDARD", from: observed.before, to: observed.after,
          onsets: changes.map { onset($0, zone) })
      } + ["END:VTIMEZONE"]
  }

  /// Changes of the same kind differ by their dates only.
  private struct Observance: Hashable {
    let before: UTCOffset
    let after: UTCOffset
    var isDaylight: Bool { after.seconds > before.seconds }

    init(_ change: ClockChange) { (before, after) = (change.before, change.after) }
  }

  private static func observance(
    _ name: String, from: UTCOffset, to: UTCOffset, onsets: [String]
  ) -> [String] {
    var lines = ["BEGIN:\(name)", "DTSTART:\(onsets[0])"]
    if onsets.count > 1 { lines.append("RDATE:\(onsets.dropFirst().joined(separator: ","))") }
    return lines + [
      "TZOFFSETFROM:\(digits(from))", "TZOFFSETTO:\(digits(to))", "END:\(name)",
    ]
  }

  /// The wall clock at the change, by the offset before it.
  private static func onset(_ change: ClockChange, _ zone: ClinicTimeZone) -> String {
    let shown = change.at.adding(microseconds: Int64(change.before.seconds) * 1_000_000)
    return ICalendarRenderer.local(ClinicTimeZone.utc.local(of: shown))
  }

  private static func digits(_ offset: UTCOffset) -> String {
    let total = abs(offset.seconds)
    let parts = [total / 3_600, total / 60 % 60] + (total % 60 == 0 ? [] : [total % 60])
    let text = parts.map { $0 < 10 ? "0\($0)" : "\($0)" }.joined()
    return (offset.seconds < 0 ? "-" : "+") + text
  }
}
