/// A day and a time of day on a wall clock; only a `ClinicTimeZone` can say which instant it means,
/// and whether it exists at all.
public struct LocalDateTime: TextValue, Comparable {
  public static let what = "date and time"
  public static let example = "2026-03-11T09:00"

  public let date: CivilDate
  public let time: CivilTime

  public init(date: CivilDate, time: CivilTime) {
    self.date = date
    self.time = time
  }

  /// Reads "2026-03-11T09:00" or "2026-03-11 09:00".
  public init(_ text: String) throws(ValueError) {
    let parts = text.split(
      maxSplits: 1, omittingEmptySubsequences: false, whereSeparator: { "Tt ".contains($0) })
    guard parts.count == 2 else {
      throw ValueError(
        Self.what, problem: "it is not a date and a time of day",
        remedy: "write it like \"\(Self.example)\"")
    }
    self.init(date: try CivilDate(String(parts[0])), time: try CivilTime(String(parts[1])))
  }

  public var description: String { "\(date)T\(time)" }

  public static func < (left: LocalDateTime, right: LocalDateTime) -> Bool {
    (left.date, left.time) < (right.date, right.time)
  }
}
