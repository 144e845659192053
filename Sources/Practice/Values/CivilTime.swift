/// A time of day on the clinic's wall clock, to the minute, 00:00 to 23:59.
public struct CivilTime: TextValue, Comparable {
  public static let what = "time of day"
  public static let example = "09:00"
  public static let midnight = CivilTime(uncheckedMinutes: 0)

  public let minutesSinceMidnight: Int

  public var hour: Int { minutesSinceMidnight / 60 }
  public var minute: Int { minutesSinceMidnight % 60 }

  public init(hour: Int, minute: Int) throws(ValueError) {
    guard (0...23).contains(hour), (0...59).contains(minute) else {
      throw ValueError(
        Self.what, problem: "hours are 00 to 23 and minutes 00 to 59",
        remedy: "write it on the 24-hour clock, like \"\(Self.example)\"")
    }
    self.init(uncheckedMinutes: hour * 60 + minute)
  }

  /// Reads "09:00".
  public init(_ text: String) throws(ValueError) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.map(\.utf8.count) == [2, 2], let hour = asciiDigits(parts[0]),
      let minute = asciiDigits(parts[1])
    else {
      throw ValueError(
        Self.what, problem: text.isEmpty ? "it is empty" : "it is not hours:minutes",
        remedy: "write it on the 24-hour clock, like \"\(Self.example)\"")
    }
    try self.init(hour: Int(hour), minute: Int(minute))
  }

  init(uncheckedMinutes minutes: Int) {
    minutesSinceMidnight = minutes
  }

  public var description: String { "\(padded(hour, 2)):\(padded(minute, 2))" }

  public static func < (left: CivilTime, right: CivilTime) -> Bool {
    left.minutesSinceMidnight < right.minutesSinceMidnight
  }
}
