/// A moment in time, in microseconds since 1970-01-01T00:00:00Z, leap seconds not counted.
///
/// Arithmetic saturates at the ends of Int64, some 292,000 years away; text is read for the years
/// 1900 to 2200.
public struct Instant: TextValue, Comparable {
  public static let what = "instant"
  public static let example = "2026-03-11T13:00:00Z"

  public let microseconds: Int64

  public init(microseconds: Int64) {
    self.microseconds = microseconds
  }

  public init(secondsSinceEpoch seconds: Int64) {
    microseconds = Int64(clamping: Int128(seconds) * Int128(Self.perSecond))
  }

  /// Reads RFC 3339: "2026-03-11T13:00:00Z", "2026-03-11T09:00:00.250-04:00"; seconds and zone
  /// are required, a fraction has at most six digits.
  public init(_ text: String) throws(ValueError) {
    func refusal(_ problem: String) -> ValueError {
      ValueError(
        Self.what, problem: problem,
        remedy: "write it with seconds and zone, like \"\(Self.example)\"")
    }
    // Sixteen characters of date, hour and minute; then seconds; then a fraction; then the zone.
    let local = try LocalDateTime(String(text.prefix(16)))
    guard !text.prefix(16).contains(" ") else { throw refusal("it has a space instead of \"T\"") }
    var rest = text.dropFirst(16)
    guard rest.first == ":", rest.dropFirst().prefix(2).utf8.count == 2,
      let second = asciiDigits(rest.dropFirst().prefix(2))
    else { throw refusal("it has no seconds") }
    guard second <= 59 else { throw refusal("seconds are 00 to 59") }
    rest = rest.dropFirst(3)
    var fraction: Int64 = 0
    if rest.first == "." {
      let digits = rest.dropFirst().prefix { $0.isASCII && $0.isNumber }
      guard digits.count <= 6, let value = asciiDigits(digits) else {
        throw refusal("a fraction of a second has one to six digits")
      }
      fraction = (digits.count..<6).reduce(value) { number, _ in number * 10 }
      rest = rest.dropFirst(1 + digits.count)
    }
    guard !rest.isEmpty else { throw refusal("it has no zone") }
    let offset = try UTCOffset(String(rest))
    let seconds = local.secondsAsIfUTC + second - Int64(offset.seconds)
    microseconds = seconds * Self.perSecond + fraction
  }

  /// Always in UTC, with six digits of microseconds when there are any.
  public var description: String {
    let (seconds, fraction) = floorDivided(microseconds, by: Self.perSecond)
    let (days, secondOfDay) = floorDivided(seconds, by: 86_400)
    let date = GregorianCalendar.date(days: Int(days))
    let (minuteOfDay, second) = (secondOfDay / 60, secondOfDay % 60)
    let day = "\(padded(date.year, 4))-\(padded(date.month, 2))-\(padded(date.day, 2))"
    let time = "\(padded(minuteOfDay / 60, 2)):\(padded(minuteOfDay % 60, 2)):\(padded(second, 2))"
    return "\(day)T\(time)\(fraction == 0 ? "" : "." + padded(fraction, 6))Z"
  }

  public static func < (left: Instant, right: Instant) -> Bool {
    left.microseconds < right.microseconds
  }

  public func adding(microseconds: Int64) -> Instant {
    Instant(microseconds: Int64(clamping: Int128(self.microseconds) + Int128(microseconds)))
  }

  public func adding(minutes: Int) -> Instant {
    adding(microseconds: Int64(clamping: Int128(minutes) * Int128(Self.perMinute)))
  }

  /// Whole minutes from this instant to another, rounded toward zero, negative when it is earlier.
  public func minutes(until other: Instant) -> Int {
    Int((Int128(other.microseconds) - Int128(microseconds)) / Int128(Self.perMinute))
  }

  static let perSecond: Int64 = 1_000_000
  private static let perMinute = 60 * perSecond
}

extension LocalDateTime {
  /// Seconds since 1970 if the wall clock showed UTC.
  var secondsAsIfUTC: Int64 {
    Int64(date.daysSinceEpoch) * 86_400 + Int64(time.minutesSinceMidnight) * 60
  }
}

/// Division that rounds toward negative infinity, so that times before 1970 have their fields in
/// range.
func floorDivided(_ number: Int64, by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
  let (quotient, remainder) = number.quotientAndRemainder(dividingBy: divisor)
  return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
}
