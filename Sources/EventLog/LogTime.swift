import Foundation

extension LogTime: CustomStringConvertible {
  /// The system's clock.
  public static var now: LogTime {
    LogTime(rawValue: Int64((Date().timeIntervalSince1970 * 1_000_000).rounded()))
  }

  private static let microsecondsPerDay: Int64 = 86_400_000_000

  /// RFC 3339 in UTC with microseconds: `2026-01-31T09:15:00.000250Z`.
  public var description: String {
    let (day, microsecond) = Self.floorDivide(rawValue, by: Self.microsecondsPerDay)
    let (year, month, dayOfMonth) = Self.civilDate(daysSince1970: day)
    let second = microsecond / 1_000_000
    func padded(_ number: Int64, _ width: Int) -> String {
      let digits = String(number)
      return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
    return "\(padded(year, 4))-\(padded(month, 2))-\(padded(dayOfMonth, 2))"
      + "T\(padded(second / 3600, 2)):\(padded(second / 60 % 60, 2)):\(padded(second % 60, 2))"
      + ".\(padded(microsecond % 1_000_000, 6))Z"
  }

  /// Reads exactly the form that `description` writes, years 0000 to 9999; nil for anything else.
  public init?(_ text: String) {
    let pattern = Array("0000-00-00T00:00:00.000000Z".utf8)
    let bytes = Array(text.utf8)
    guard bytes.count == pattern.count else { return nil }
    var numbers: [Int64] = [0]
    for (byte, expected) in zip(bytes, pattern) {
      if expected == UInt8(ascii: "0") {
        guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
        numbers[numbers.count - 1] = numbers[numbers.count - 1] * 10 + Int64(byte & 0x0f)
      } else {
        guard byte == expected else { return nil }
        numbers.append(0)
      }
    }
    let (hour, minute, second) = (numbers[3], numbers[4], numbers[5])
    let day = Self.daysSince1970(year: numbers[0], month: numbers[1], day: numbers[2])
    guard hour < 24, minute < 60, second < 60,
      Self.civilDate(daysSince1970: day) == (numbers[0], numbers[1], numbers[2])
    else { return nil }
    let seconds = (hour * 60 + minute) * 60 + second
    self.init(rawValue: day * Self.microsecondsPerDay + seconds * 1_000_000 + numbers[6])
  }

  // The calendar arithmetic is that of Howard Hinnant, "chrono-Compatible Low-Level Date
  // Algorithms": years begin in March, so that the leap day is the last of its year.

  private static func civilDate(
    daysSince1970: Int64
  ) -> (year: Int64, month: Int64, day: Int64) {
    let (era, dayOfEra) = floorDivide(daysSince1970 + 719_468, by: 146_097)
    let yearOfEra =
      (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shifted = (5 * dayOfYear + 2) / 153
    let month = shifted < 10 ? shifted + 3 : shifted - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    return (year, month, dayOfYear - (153 * shifted + 2) / 5 + 1)
  }

  private static func daysSince1970(year: Int64, month: Int64, day: Int64) -> Int64 {
    let (era, yearOfEra) = floorDivide(month <= 2 ? year - 1 : year, by: 400)
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  private static func floorDivide(
    _ value: Int64, by divisor: Int64
  ) -> (quotient: Int64, remainder: Int64) {
    let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
  }
}
