import Practice
import Testing

@Suite("Times of day and instants")
struct InstantTests {
  @Test(
    "RFC 3339 is read to the microsecond and written in UTC",
    arguments: [
      ("1970-01-01T00:00:00Z", 0, "1970-01-01T00:00:00Z"),
      ("2026-03-11T09:00:00-04:00", 1_773_234_000_000_000, "2026-03-11T13:00:00Z"),
      ("2026-03-11t13:00:00z", 1_773_234_000_000_000, "2026-03-11T13:00:00Z"),
      ("2026-03-11T13:00:00.25Z", 1_773_234_000_250_000, "2026-03-11T13:00:00.250000Z"),
      ("2026-03-11T13:00:00.000001Z", 1_773_234_000_000_001, "2026-03-11T13:00:00.000001Z"),
      ("1969-12-31T23:59:59.999999Z", -1, "1969-12-31T23:59:59.999999Z"),
      ("2026-01-01T00:15:00+05:30", 1_767_206_700_000_000, "2025-12-31T18:45:00Z"),
    ])
  func reading(text: String, microseconds: Int64, canonical: String) throws {
    let instant = try Instant(text)
    #expect(instant.microseconds == microseconds)
    #expect(instant.description == canonical)
    #expect(try Instant(canonical) == instant)
  }

  @Test(
    "an instant without seconds or zone, or with impossible parts, is refused",
    arguments: [
      "2026-03-11T13:00:00", "2026-03-11T13:00Z", "2026-03-11 13:00:00Z", "2026-03-11T24:00:00Z",
      "2026-03-11T13:60:00Z", "2026-03-11T13:00:60Z", "2026-02-30T13:00:00Z",
      "2026-03-11T13:00:00.Z", "2026-03-11T13:00:00.1234567Z", "2026-03-11T13:00:00+19:00",
      "2026-03-11T13:00:00-0400", "2026-03-11T13:00:00EST", "2026-03-11T13:00:00ZZ",
      "2026-03-11T13:00:+1Z", "2026-03-11",
    ])
  func refusing(text: String) {
    #expect(throws: ValueError.self) { try Instant(text) }
  }

  @Test("instants add, compare and saturate")
  func arithmetic() throws {
    let start = try Instant("2026-03-11T13:00:00Z")
    let end = start.adding(minutes: 75)
    #expect(end.description == "2026-03-11T14:15:00Z")
    #expect(start < end)
    #expect(start.minutes(until: end) == 75)
    #expect(end.minutes(until: start) == -75)
    #expect(start.minutes(until: start.adding(microseconds: 59_999_999)) == 0)
    #expect(start.adding(minutes: .max).microseconds == .max)
    #expect(Instant(microseconds: .min).adding(microseconds: -1).microseconds == .min)
    #expect(Instant(secondsSinceEpoch: 1_773_234_000) == start)
    #expect(Instant(secondsSinceEpoch: .max).microseconds == .max)
  }

  @Test("even the ends of Int64 can be written", arguments: [Int64.min, .max])
  func extremes(microseconds: Int64) {
    #expect(Instant(microseconds: microseconds).description.hasSuffix("Z"))
  }

  @Test(
    "a time of day outside the 24-hour clock is refused",
    arguments: ["24:00", "09:60", "9:00", "0900", "09:00:00", "-1:00", "09:0x"])
  func refusingTime(text: String) {
    #expect(throws: ValueError.self) { try CivilTime(text) }
  }

  @Test("a time of day counts minutes from midnight")
  func civilTime() throws {
    let time = try CivilTime("13:45")
    #expect((time.hour, time.minute, time.minutesSinceMidnight) == (13, 45, 825))
    #expect(try CivilTime(hour: 13, minute: 45) == time)
    #expect(throws: ValueError.self) { try CivilTime(hour: -1, minute: 0) }
    #expect(CivilTime.midnight < time)
  }

  @Test("a local date and time orders by date, then time")
  func localDateTime() throws {
    let morning = try LocalDateTime("2026-03-11 09:00")
    #expect(morning.description == "2026-03-11T09:00")
    #expect(try morning < LocalDateTime("2026-03-11T09:01"))
    #expect(try LocalDateTime("2026-03-10T23:59") < morning)
    #expect(throws: ValueError.self) { try LocalDateTime("2026-03-11") }
  }

  @Test(
    "an offset is a sign, hours and minutes, or Z",
    arguments: [("-04:00", -14_400, "-04:00"), ("+05:30", 19_800, "+05:30"), ("Z", 0, "+00:00")])
  func offsets(text: String, seconds: Int, canonical: String) throws {
    #expect(try UTCOffset(text).seconds == seconds)
    #expect(try UTCOffset(text).description == canonical)
    #expect(throws: ValueError.self) { try UTCOffset(String(text.dropFirst())) }
  }
}
