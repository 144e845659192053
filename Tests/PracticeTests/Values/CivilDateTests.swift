import Foundation
import Practice
import Testing

@Suite("CivilDate")
struct CivilDateTests {
  @Test("a date has its parts, its X12 form and its text")
  func parts() throws {
    let date = try CivilDate("2026-03-11")
    #expect((date.year, date.month, date.day) == (2026, 3, 11))
    #expect(date.compact == 20_260_311)
    #expect(date.description == "2026-03-11")
    #expect(try CivilDate(compact: 20_260_311) == date)
    #expect(try CivilDate(year: 2026, month: 3, day: 11) == date)
  }

  @Test(
    "an impossible date is refused with its reason",
    arguments: [
      ("2026-02-30", "February 2026 has 28 days"), ("2024-02-30", "February 2024 has 29 days"),
      ("2100-02-29", "February 2100 has 28 days"), ("2026-04-31", "April 2026 has 30 days"),
      ("2026-13-01", "there are 12 months"), ("2026-00-10", "there are 12 months"),
      ("2026-01-00", "January 2026 has 31 days"), ("1899-12-31", "1900 to 2200"),
      ("2201-01-01", "1900 to 2200"),
    ])
  func impossible(text: String, problem: String) throws {
    let error = try #require(throws: ValueError.self) { try CivilDate(text) }
    #expect(error.given == text)
    #expect(error.problem.contains(problem))
  }

  @Test(
    "a text without the shape of a date is refused",
    arguments: [
      "2026-3-11", "03/11/2026", "20260311", "2026-03-11 ", "2026-03", "2026--3-11", "+026-03-11",
      "2026-03-11T09:00",
    ])
  func malformed(text: String) {
    #expect(throws: ValueError.self) { try CivilDate(text) }
  }

  @Test("an impossible X12 date is refused", arguments: [Int32.min, -1, 0, 20_260_230, Int32.max])
  func impossibleCompact(number: Int32) {
    #expect(throws: ValueError.self) { try CivilDate(compact: number) }
  }

  @Test("every day of the calendar agrees with Foundation")
  func agreesWithFoundation() throws {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = .gmt
    // A prime step visits every month, weekday and leap rule without 110,000 slow comparisons.
    for date in stride(from: CivilDate.earliest, through: CivilDate.latest, by: 97) {
      let midnight = Date(timeIntervalSince1970: Double(date.daysSinceEpoch) * 86_400)
      let parts = calendar.dateComponents([.year, .month, .day, .weekday], from: midnight)
      #expect(parts.year == date.year && parts.month == date.month && parts.day == date.day)
      // Foundation counts from Sunday as 1.
      #expect(parts.weekday == date.weekday.rawValue % 7 + 1)
    }
  }

  @Test("day numbers are consecutive and read back over the whole calendar")
  func dayNumbers() {
    let first = CivilDate.earliest.daysSinceEpoch
    let last = CivilDate.latest.daysSinceEpoch
    var previous: CivilDate?
    var mistakes = 0
    for number in first...last {
      let date = CivilDate(daysSinceEpoch: number)
      if date.daysSinceEpoch != number { mistakes += 1 }
      if let previous, previous >= date { mistakes += 1 }
      previous = date
    }
    #expect(mistakes == 0)
    #expect(previous == .latest)
  }

  @Test(
    "months are counted from the anchor, ending on the last day of short months",
    arguments: [
      ("2026-01-31", 1, "2026-02-28"), ("2026-01-31", 2, "2026-03-31"),
      ("2026-01-31", 3, "2026-04-30"), ("2024-01-31", 1, "2024-02-29"),
      ("2026-11-15", 2, "2027-01-15"), ("2026-01-15", -1, "2025-12-15"),
      ("2026-03-31", -1, "2026-02-28"), ("2026-03-11", 0, "2026-03-11"),
      ("2026-03-11", 12, "2027-03-11"), ("2200-12-01", 1, "2200-12-31"),
      ("1900-01-15", -1, "1900-01-01"), ("2026-03-11", .max, "2200-12-31"),
      ("2026-03-11", .min, "1900-01-01"),
    ])
  func addingMonths(anchor: String, months: Int, expected: String) throws {
    #expect(try CivilDate(anchor).adding(months: months).description == expected)
  }

  @Test(
    "years keep the day, but 29 February becomes the 28th",
    arguments: [
      ("2024-02-29", 1, "2025-02-28"), ("2024-02-29", 4, "2028-02-29"),
      ("2026-03-11", 7, "2033-03-11"), ("2026-03-11", -1, "2025-03-11"),
      ("2026-03-11", .max, "2200-12-31"),
    ])
  func addingYears(anchor: String, years: Int, expected: String) throws {
    #expect(try CivilDate(anchor).adding(years: years).description == expected)
  }

  @Test(
    "days cross months, years and leap days, and stop at the ends of the calendar",
    arguments: [
      ("2026-02-28", 1, "2026-03-01"), ("2024-02-28", 1, "2024-02-29"),
      ("2026-12-31", 1, "2027-01-01"), ("2026-03-01", -1, "2026-02-28"),
      ("2026-03-11", 90, "2026-06-09"), ("2200-12-31", 1, "2200-12-31"),
      ("2026-03-11", .max, "2200-12-31"), ("1960-03-11", .min, "1900-01-01"),
    ])
  func addingDays(start: String, days: Int, expected: String) throws {
    #expect(try CivilDate(start).adding(days: days).description == expected)
  }

  @Test("days between two dates are signed")
  func daysBetween() throws {
    let (start, end) = (try CivilDate("2026-02-27"), try CivilDate("2026-03-02"))
    #expect(start.days(until: end) == 3)
    #expect(end.days(until: start) == -3)
    #expect(Array(start...end).map(\.day) == [27, 28, 1, 2])
    #expect(start < end)
  }

  @Test("a period begins and ends where its month and year do")
  func periods() throws {
    let date = try CivilDate("2024-02-11")
    #expect(date.startOfMonth.description == "2024-02-01")
    #expect(date.endOfMonth.description == "2024-02-29")
    #expect(date.startOfYear.description == "2024-01-01")
    #expect(date.endOfYear.description == "2024-12-31")
    #expect(date.weekday == .sunday)
    #expect(try CivilDate("2026-11-23").weekday == .monday)
  }
}
