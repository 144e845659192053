/// How far a wall clock is ahead of UTC, in whole minutes, within ±18 hours: "-04:00".
public struct UTCOffset: TextValue, Comparable {
  public static let what = "UTC offset"
  public static let example = "-04:00"
  public static let utc = UTCOffset(seconds: 0)

  /// Negative west of Greenwich.
  public let seconds: Int

  init(seconds: Int) {
    self.seconds = seconds
  }

  /// Reads "-04:00", "+05:30" or "Z".
  public init(_ text: String) throws(ValueError) {
    if text == "Z" || text == "z" {
      self = .utc
      return
    }
    let parts = text.dropFirst().split(separator: ":", omittingEmptySubsequences: false)
    guard text.hasPrefix("+") || text.hasPrefix("-"), parts.map(\.utf8.count) == [2, 2],
      let hours = asciiDigits(parts[0]), let minutes = asciiDigits(parts[1]), hours <= 18,
      minutes <= 59
    else {
      throw ValueError(
        Self.what, problem: "it is not a sign, hours and minutes",
        remedy: "write it like \"\(Self.example)\" or \"Z\"")
    }
    let size = Int(hours) * 3_600 + Int(minutes) * 60
    seconds = text.hasPrefix("-") ? -size : size
  }

  /// Seconds are shown only for the local mean times of long ago, which no input can write.
  public var description: String {
    let size = abs(seconds)
    let rest = size % 60 == 0 ? "" : ":\(padded(size % 60, 2))"
    let hoursAndMinutes = "\(padded(size / 3_600, 2)):\(padded(size / 60 % 60, 2))"
    return (seconds < 0 ? "-" : "+") + hoursAndMinutes + rest
  }

  public static func < (left: UTCOffset, right: UTCOffset) -> Bool { left.seconds < right.seconds }
}
