import Practice
import Projection

/// Reads the schedule view.
public struct ScheduleQueries {
  private let rows: any RowReader
  public init(_ rows: any RowReader) { self.rows = rows }

  /// Appointments on the dates, cancelled ones included, in order of time.
  public func appointments(_ dates: ClosedRange<CivilDate>) throws -> [Appointment] {
    var found: [Appointment] = []
    let first = RowKey().adding(dates.lowerBound.compact)
    try rows.forEach(in: ScheduleProjector.days, prefix: RowKey(), from: first) { _, row in
      guard row.dateOn <= dates.upperBound.compact else { return false }
      found.append(row)
      return true
    }
    return found
  }

  public func appointments(on date: CivilDate) throws -> [Appointment] {
    try appointments(date...date)
  }

  /// Nil when it was never booked.
  public func appointment(_ id: String) throws -> Appointment? {
    let place = try rows.row(in: ScheduleProjector.places, at: ScheduleProjector.placeKey(id))
    guard let place else { return nil }
    return try rows.row(
      in: ScheduleProjector.days,
      at: ScheduleProjector.dayKey(place.dateOn, place.startsAtUs, id))
  }

  /// Time on the dates that appointments gave up, in order; it may have been taken since.
  public func freedSlots(_ dates: ClosedRange<CivilDate>) throws -> [FreedSlot] {
    var found: [FreedSlot] = []
    let first = RowKey().adding(dates.lowerBound.compact)
    try rows.forEach(in: ScheduleProjector.freed, prefix: RowKey(), from: first) { _, row in
      guard row.dateOn <= dates.upperBound.compact else { return false }
      found.append(row)
      return true
    }
    return found
  }

  /// Entries of the waiting list that nobody closed, those who wait longest first.
  public func openWaitlist() throws -> [WaitlistEntry] {
    var found: [WaitlistEntry] = []
    try rows.forEach(in: ScheduleProjector.waiting, prefix: RowKey(), from: nil) { _, row in
      found.append(row)
      return true
    }
    return found.sorted {
      ($0.joinedOn, $0.joined.waitlistEntry) < ($1.joinedOn, $1.joined.waitlistEntry)
    }
  }
}
