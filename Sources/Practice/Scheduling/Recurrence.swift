/// A visit at a regular interval: every week, every two weeks, or every month on the same weekday.
struct Recurrence {
  enum Interval { case week, twoWeeks, month }

  let interval: Interval
  let first: CivilDate

  /// The date so many intervals after the first.
  ///
  /// A month later is the same weekday of the same week of the month, e.g. the second Tuesday; a
  /// fifth one, which most months lack, stands for the last.
  func date(_ number: Int) -> CivilDate {
    switch interval {
    case .week: return first.adding(days: 7 * number)
    case .twoWeeks: return first.adding(days: 14 * number)
    case .month: break
    }
    let month = first.startOfMonth.adding(months: number)
    guard !isLastOfMonth else {
      let end = month.endOfMonth
      return end.adding(days: -Self.days(from: first.weekday, to: end.weekday))
    }
    return month.adding(
      days: Self.days(from: month.weekday, to: first.weekday) + 7 * ((first.day - 1) / 7))
  }

  /// The rule with its number of occurrences, as RFC 5545, 3.3.10 writes it.
  func rule(count: Int) -> String {
    switch interval {
    case .week: return "FREQ=WEEKLY;COUNT=\(count)"
    case .twoWeeks: return "FREQ=WEEKLY;INTERVAL=2;COUNT=\(count)"
    case .month:
      let week = isLastOfMonth ? -1 : ((first.day - 1) / 7) + 1
      return "FREQ=MONTHLY;BYDAY=\(week)\(first.weekday.rfc5545);COUNT=\(count)"
    }
  }

  private var isLastOfMonth: Bool { first.day > 28 }

  /// 0 to 6.
  private static func days(from: Weekday, to: Weekday) -> Int {
    (to.rawValue - from.rawValue + 7) % 7
  }
}

extension Weekday {
  fileprivate var rfc5545: String {
    switch self {
    case .monday: "MO"
    case .tuesday: "TU"
    case .wednesday: "WE"
    case .thursday: "TH"
    case .friday: "FR"
    case .saturday: "SA"
    case .sunday: "SU"
    }
  }
}
