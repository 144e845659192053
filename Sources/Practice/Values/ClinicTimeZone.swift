import Foundation

/// The zone of a clinic's wall clock, by its IANA name.
///
/// A local time that a change of clocks skips is refused, and one that it repeats needs its offset:
/// silently choosing one of two hours would bill or schedule the wrong one.
public struct ClinicTimeZone: TextValue {
  public static let what = "time zone"
  public static let example = "America/New_York"
  public static let utc = ClinicTimeZone(identifier: "UTC", zone: .gmt)

  /// As it was written: names such as "US/Eastern" are kept and not replaced by their successors.
  public let identifier: String
  private let zone: TimeZone

  /// Reads an IANA name of a place, or "UTC". Abbreviations such as "EST" are refused, because they
  /// know no daylight-saving time.
  public init(_ text: String) throws(ValueError) {
    guard text.contains("/") || text == "UTC", let zone = TimeZone(identifier: text) else {
      throw ValueError(
        Self.what, given: text, problem: "it is not in the time zone database",
        remedy: "write an IANA name, like \"\(Self.example)\"")
    }
    self.init(identifier: text, zone: zone)
  }

  private init(identifier: String, zone: TimeZone) {
    self.identifier = identifier
    self.zone = zone
  }

  public var description: String { identifier }

  public static func == (left: ClinicTimeZone, right: ClinicTimeZone) -> Bool {
    left.identifier == right.identifier
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(identifier)
  }
}

extension ClinicTimeZone {
  /// How far the wall clock is ahead of UTC at that instant.
  public func offset(at instant: Instant) -> UTCOffset {
    offset(atSecond: floorDivided(instant.microseconds, by: Instant.perSecond).quotient)
  }

  /// What the wall clock shows, without its seconds. Outside 1900 to 2200 the date is the nearest
  /// day within.
  public func local(of instant: Instant) -> LocalDateTime {
    let seconds = floorDivided(instant.microseconds, by: Instant.perSecond).quotient
    let shown = seconds + Int64(offset(atSecond: seconds).seconds)
    let (days, secondOfDay) = floorDivided(shown, by: 86_400)
    return LocalDateTime(
      date: CivilDate(daysSinceEpoch: Int(days)),
      time: CivilTime(uncheckedMinutes: Int(secondOfDay / 60)))
  }

  /// The clinic's day at that instant.
  public func date(of instant: Instant) -> CivilDate { local(of: instant).date }

  /// The instant at which the wall clock shows this.
  ///
  /// - Parameter offset: needed only for an hour that happens twice; when given it must be one the
  ///   zone uses at that time.
  /// - Throws: `ValueError` for a time that the clocks skip, for one that happens twice and comes
  ///   without an offset, and for an offset the zone does not use then.
  public func instant(
    of local: LocalDateTime, offset: UTCOffset? = nil
  ) throws(ValueError) -> Instant {
    let candidates = offsets(showing: local)
    let choices = candidates.map(\.description).joined(separator: " or ")
    func refusal(_ problem: String, _ remedy: String) -> ValueError {
      ValueError(
        LocalDateTime.what, given: local.description, problem: problem, remedy: remedy)
    }
    guard let only = candidates.first else {
      throw refusal(
        "the clocks of \(identifier) skip it when they go forward",
        "choose a time before or after the change")
    }
    if let offset {
      guard candidates.contains(offset) else {
        throw refusal(
          "\(identifier) is not at \(offset) then", "write \(choices), or leave the offset out")
      }
      return Self.instant(of: local, at: offset)
    }
    guard candidates.count == 1 else {
      throw refusal(
        "it happens twice in \(identifier), because the clocks go back",
        "add its offset, \(choices)")
    }
    return Self.instant(of: local, at: only)
  }

  /// The instants at which the wall clock shows this, in order: one as a rule, none for a time that
  /// the clocks skip, two for one that comes twice.
  public func instants(of local: LocalDateTime) -> [Instant] {
    offsets(showing: local).map { Self.instant(of: local, at: $0) }
  }

  /// Reads "2026-03-11T09:00", "2026-03-11 09:00" or, with an offset, "2026-11-01T01:30-04:00" as
  /// people at this clinic write it.
  public func instant(_ text: String) throws(ValueError) -> Instant {
    let local = try LocalDateTime(String(text.prefix(16)))
    let rest = text.dropFirst(16)
    let offset: UTCOffset? = rest.isEmpty ? nil : try UTCOffset(String(rest))
    return try instant(of: local, offset: offset)
  }

  /// The first instant of a civil day: midnight, the earlier one if there are two, or the end of
  /// the skipped hour where the clocks go forward at midnight.
  public func startOfDay(_ date: CivilDate) -> Instant {
    let midnight = LocalDateTime(date: date, time: .midnight)
    if let offset = offsets(showing: midnight).first {
      return Self.instant(of: midnight, at: offset)
    }
    // With the offset from before the change, a skipped midnight lands on the change itself.
    let before = offset(atSecond: midnight.secondsAsIfUTC - Self.aroundChange)
    return Self.instant(of: midnight, at: before)
  }

  /// The offsets under which the wall clock shows `local`, the earlier instant first: none for a
  /// skipped time, two for a repeated one.
  private func offsets(showing local: LocalDateTime) -> [UTCOffset] {
    let seconds = local.secondsAsIfUTC
    let before = offset(atSecond: seconds - Self.aroundChange)
    let after = offset(atSecond: seconds + Self.aroundChange)
    return (before == after ? [before] : [before, after])
      .filter { offset(atSecond: seconds - Int64($0.seconds)) == $0 }
  }

  /// Further from the wall clock than any zone is from UTC, nearer than two changes are to each
  /// other.
  static let aroundChange: Int64 = 36 * 3_600

  func offset(atSecond second: Int64) -> UTCOffset {
    UTCOffset(
      seconds: zone.secondsFromGMT(for: Date(timeIntervalSince1970: TimeInterval(second))))
  }

  static func instant(of local: LocalDateTime, at offset: UTCOffset) -> Instant {
    Instant(secondsSinceEpoch: local.secondsAsIfUTC - Int64(offset.seconds))
  }
}
