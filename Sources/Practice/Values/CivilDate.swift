/// A day of the proleptic Gregorian calendar, without time or zone, from 1900-01-01 to 2200-12-31.
///
/// Arithmetic past either end stays at that end: a date computed from a wrong event must not trap.
public struct CivilDate: TextValue, Comparable {
  public static let what = "date"
  public static let example = "2026-03-11"
  public static let earliest = CivilDate(uncheckedYear: 1900, month: 1, day: 1)
  public static let latest = CivilDate(uncheckedYear: 2200, month: 12, day: 31)

  /// CCYYMMDD, the form of X12's D8: 2026-03-11 is 20,260,311.
  public let compact: Int32

  public var year: Int { Int(compact) / 10_000 }
  public var month: Int { Int(compact) / 100 % 100 }
  public var day: Int { Int(compact) % 100 }

  public init(year: Int, month: Int, day: Int) throws(ValueError) {
    if let problem = Self.problem(year: year, month: month, day: day) {
      let inShape =
        (0...9999).contains(year) && (0...99).contains(month) && (0...99).contains(day)
      throw ValueError(
        Self.what,
        given: inShape ? "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))" : nil,
        problem: problem, remedy: Self.remedy)
    }
    self.init(uncheckedYear: year, month: month, day: day)
  }

  /// From CCYYMMDD, as X12 and the log carry it.
  public init(compact: Int32) throws(ValueError) {
    let number = Int(compact)
    try self.init(year: number / 10_000, month: number / 100 % 100, day: number % 100)
  }

  /// Reads "2026-03-11". A message repeats the input only when it has the shape of a
  /// date, and then it is an impossible one, which is nobody's birthday.
  public init(_ text: String) throws(ValueError) {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.map(\.utf8.count) == [4, 2, 2], let year = asciiDigits(parts[0]),
      let month = asciiDigits(parts[1]), let day = asciiDigits(parts[2])
    else {
      throw ValueError(
        Self.what, problem: text.isEmpty ? "it is empty" : "it is not year-month-day",
        remedy: Self.remedy)
    }
    try self.init(year: Int(year), month: Int(month), day: Int(day))
  }

  init(uncheckedYear year: Int, month: Int, day: Int) {
    compact = Int32(year * 10_000 + month * 100 + day)
  }

  public var description: String { "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))" }

  public static func < (left: CivilDate, right: CivilDate) -> Bool {
    left.compact < right.compact
  }

  private static let remedy = "write a real day like \"\(example)\""

  private static func problem(year: Int, month: Int, day: Int) -> String? {
    guard (1900...2200).contains(year) else { return "the year is not within 1900 to 2200" }
    guard (1...12).contains(month) else { return "there are 12 months" }
    let length = GregorianCalendar.length(ofMonth: month, year: year)
    guard (1...length).contains(day) else {
      return "\(GregorianCalendar.monthNames[month - 1]) \(year) has \(length) days"
    }
    return nil
  }
}

extension CivilDate: Strideable {
  /// Days since 1970-01-01, negative before.
  public var daysSinceEpoch: Int {
    GregorianCalendar.days(year: year, month: month, day: day)
  }

  /// The day so many days after 1970-01-01, or the nearest end of the calendar.
  public init(daysSinceEpoch days: Int) {
    let range = Self.earliest.daysSinceEpoch...Self.latest.daysSinceEpoch
    let date = GregorianCalendar.date(days: min(max(days, range.lowerBound), range.upperBound))
    self.init(uncheckedYear: date.year, month: date.month, day: date.day)
  }

  public func adding(days: Int) -> CivilDate {
    let (sum, overflow) = daysSinceEpoch.addingReportingOverflow(days)
    return CivilDate(daysSinceEpoch: overflow ? (days < 0 ? .min : .max) : sum)
  }

  /// The same day of a later month, or that month's last day when it is shorter.
  ///
  /// Count from the anchor, not from the previous result, and nothing drifts: 01-31 plus one month
  /// is 02-28, plus two is 03-31.
  public func adding(months: Int) -> CivilDate {
    let (index, overflow) = (year * 12 + month - 1).addingReportingOverflow(months)
    guard !overflow, index >= Self.earliest.year * 12 else {
      return months < 0 ? .earliest : .latest
    }
    let (newYear, newMonth) = (index / 12, index % 12 + 1)
    guard newYear <= Self.latest.year else { return .latest }
    let length = GregorianCalendar.length(ofMonth: newMonth, year: newYear)
    return CivilDate(uncheckedYear: newYear, month: newMonth, day: min(day, length))
  }

  /// The same day of a later year; 29 February becomes the 28th in a common year.
  public func adding(years: Int) -> CivilDate {
    let (months, overflow) = years.multipliedReportingOverflow(by: 12)
    return adding(months: overflow ? (years < 0 ? .min : .max) : months)
  }

  /// Days from this day to another, negative when that one is earlier.
  public func days(until other: CivilDate) -> Int { other.daysSinceEpoch - daysSinceEpoch }

  public func distance(to other: CivilDate) -> Int { days(until: other) }
  public func advanced(by days: Int) -> CivilDate { adding(days: days) }

  public var weekday: Weekday {
    // 1970-01-01 was a Thursday, three days after a Monday; the range keeps the sum in one week.
    let sinceMonday = ((daysSinceEpoch + 3) % 7 + 7) % 7
    return Weekday.allCases[sinceMonday]
  }

  public var startOfMonth: CivilDate { CivilDate(uncheckedYear: year, month: month, day: 1) }
  public var endOfMonth: CivilDate {
    let length = GregorianCalendar.length(ofMonth: month, year: year)
    return CivilDate(uncheckedYear: year, month: month, day: length)
  }
  public var startOfYear: CivilDate { CivilDate(uncheckedYear: year, month: 1, day: 1) }
  public var endOfYear: CivilDate { CivilDate(uncheckedYear: year, month: 12, day: 31) }
}

extension Int32 {
  /// The civil date that a fact holds as CCYYMMDD; nil for 0, which is none, and for no date.
  public var civilDate: CivilDate? { self == 0 ? nil : try? CivilDate(compact: self) }
}
