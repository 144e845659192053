/// A change of a zone's clocks.
public struct ClockChange: Sendable, Hashable {
  /// The first instant of the new offset.
  public let at: Instant
  public let before: UTCOffset
  public let after: UTCOffset
}

extension ClinicTimeZone {
  /// The changes of the clocks within a span, in order. They are found by the offsets alone, to the
  /// second; a pair of changes less than a day apart that undo each other is not seen.
  public func changes(in span: Range<Instant>) -> [ClockChange] {
    var found: [ClockChange] = []
    let end = second(of: span.upperBound)
    var low = second(of: span.lowerBound)
    while low < end {
      let high = min(low + 86_400, end)
      let (before, after) = (offset(atSecond: low), offset(atSecond: high))
      if before != after {
        let first = firstSecond(in: low...high, notAt: before)
        found.append(
          ClockChange(
            at: Instant(secondsSinceEpoch: first), before: before, after: offset(atSecond: first)))
      }
      low = high
    }
    return found
  }

  /// The instant of a local minute as the edge of a span: of a time that comes twice the first for a
  /// start and the second for an end; a skipped time is read with the offset from before the change
  /// (RFC 5545, 3.3.5).
  ///
  /// - Parameter minute: 0 to 1440 since midnight; anything else is the nearest of these.
  func edge(_ date: CivilDate, minute: Int, isEnd: Bool) -> Instant {
    guard minute < 1_440 else { return startOfDay(date.adding(days: 1)) }
    let local = LocalDateTime(date: date, time: CivilTime(uncheckedMinutes: max(0, minute)))
    let instants = instants(of: local)
    if let instant = isEnd ? instants.last : instants.first { return instant }
    return Self.instant(
      of: local, at: offset(atSecond: local.secondsAsIfUTC - Self.aroundChange))
  }

  private func second(of instant: Instant) -> Int64 {
    floorDivided(instant.microseconds, by: Instant.perSecond).quotient
  }

  private func firstSecond(in range: ClosedRange<Int64>, notAt offset: UTCOffset) -> Int64 {
    var (low, high) = (range.lowerBound, range.upperBound)
    while high - low > 1 {
      let middle = low + (high - low) / 2
      if self.offset(atSecond: middle) == offset { low = middle } else { high = middle }
    }
    return high
  }
}
