import Practice
import Testing

@Suite("ClinicTimeZone")
struct ClinicTimeZoneTests {
  private let newYork: ClinicTimeZone

  init() throws {
    newYork = try ClinicTimeZone("America/New_York")
  }

  @Test(
    "a local time means one instant",
    arguments: [
      ("2026-03-11T09:00", "2026-03-11T13:00:00Z"), ("2026-03-11 09:00", "2026-03-11T13:00:00Z"),
      ("2026-01-11T09:00", "2026-01-11T14:00:00Z"),
      ("2026-03-08T01:59", "2026-03-08T06:59:00Z"), ("2026-03-08T03:00", "2026-03-08T07:00:00Z"),
      ("2026-11-01T00:59", "2026-11-01T04:59:00Z"), ("2026-11-01T02:00", "2026-11-01T07:00:00Z"),
      ("2026-11-01T01:30-04:00", "2026-11-01T05:30:00Z"),
      ("2026-11-01T01:30-05:00", "2026-11-01T06:30:00Z"),
      ("2026-03-11T09:00-04:00", "2026-03-11T13:00:00Z"),
    ])
  func reading(text: String, utc: String) throws {
    let instant = try newYork.instant(text)
    #expect(instant.description == utc)
    #expect(newYork.local(of: instant).description == text.prefix(16).replacing(" ", with: "T"))
  }

  @Test("a local time that the clocks skip is refused")
  func skipped() throws {
    let error = try #require(throws: ValueError.self) { try newYork.instant("2026-03-08 02:30") }
    #expect(error.problem.contains("skip"))
    #expect(throws: ValueError.self) { try newYork.instant("2026-03-08T02:30-05:00") }
  }

  @Test("a local time that happens twice needs its offset, and the message says which there are")
  func ambiguous() throws {
    let error = try #require(throws: ValueError.self) { try newYork.instant("2026-11-01T01:30") }
    #expect(error.problem.contains("twice"))
    #expect(error.remedy.contains("-04:00 or -05:00"))
  }

  @Test(
    "an offset that the zone does not use then is refused",
    arguments: ["2026-03-11T09:00-05:00", "2026-03-11T09:00Z", "2026-11-01T01:30-06:00"])
  func wrongOffset(text: String) throws {
    let error = try #require(throws: ValueError.self) { try newYork.instant(text) }
    #expect(error.problem.contains("America/New_York is not at"))
    #expect(error.remedy.contains("-04:00"))
  }

  @Test(
    "the clinic's day differs from the UTC day in the evening",
    arguments: [
      ("2026-03-12T03:59:59Z", "2026-03-11"), ("2026-03-12T04:00:00Z", "2026-03-12"),
      ("2026-01-12T04:59:59.999999Z", "2026-01-11"),
    ])
  func localDate(utc: String, date: String) throws {
    #expect(try newYork.date(of: Instant(utc)).description == date)
  }

  @Test(
    "a day begins at its first instant, even where midnight is skipped or repeated",
    arguments: [
      ("America/New_York", "2026-03-08", "2026-03-08T05:00:00Z"),
      ("America/New_York", "2026-11-02", "2026-11-02T05:00:00Z"),
      // Chile goes forward at midnight, Cuba back at one.
      ("America/Santiago", "2025-09-07", "2025-09-07T04:00:00Z"),
      ("America/Havana", "2025-11-02", "2025-11-02T04:00:00Z"),
      ("UTC", "2026-03-08", "2026-03-08T00:00:00Z"),
    ])
  func startOfDay(zone: String, date: String, utc: String) throws {
    let zone = try ClinicTimeZone(zone)
    let start = zone.startOfDay(try CivilDate(date))
    #expect(start.description == utc)
    #expect(zone.date(of: start).description == date)
    #expect(try zone.date(of: start.adding(microseconds: -1)) < CivilDate(date))
  }

  @Test("every hour of five years reads back, unless it is skipped or repeated")
  func everyHour() throws {
    var (skipped, repeated, mistakes) = (0, 0, 0)
    for date in stride(from: try CivilDate("2024-01-01"), to: try CivilDate("2029-01-01"), by: 1) {
      for hour in 0..<24 {
        let local = LocalDateTime(date: date, time: try CivilTime(hour: hour, minute: 30))
        do {
          let instant = try newYork.instant(of: local)
          if newYork.local(of: instant) != local { mistakes += 1 }
        } catch {
          if error.problem.contains("twice") { repeated += 1 } else { skipped += 1 }
        }
      }
    }
    #expect(mistakes == 0)
    #expect(skipped == 5)
    #expect(repeated == 5)
  }

  @Test(
    "a name outside the time zone database is refused",
    arguments: ["America/Hoboken", "EST", "GMT+5", "GMT-0500", "Eastern", "/", "../etc/passwd"])
  func unknownZone(text: String) {
    #expect(throws: ValueError.self) { try ClinicTimeZone(text) }
  }

  @Test("the ends of time have a local date within the calendar", arguments: [Int64.min, .max])
  func extremes(microseconds: Int64) {
    let date = newYork.date(of: Instant(microseconds: microseconds))
    #expect(date == (microseconds < 0 ? .earliest : .latest))
  }

  @Test("zones are equal by name")
  func equality() throws {
    #expect(try ClinicTimeZone("UTC") == .utc)
    #expect(newYork != .utc)
    #expect(newYork.offset(at: try Instant("2026-07-01T00:00:00Z")).description == "-04:00")
  }
}
