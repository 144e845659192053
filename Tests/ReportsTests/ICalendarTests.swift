import Foundation
import Practice
import PracticeEvents
import Testing

@testable import Reports

@Suite("iCalendar")
struct ICalendarTests {
  /// Two patients of one therapist: moved, confirmed, cancelled; around both changes of the clocks.
  private func scenario() throws -> ReportScenario {
    var scenario = try ReportScenario.clinic()
    try scenario.book("a1", .ana, at: "2026-03-06T09:00")
    try scenario.book("a2", .ben, at: "2026-03-09T09:00")
    try scenario.book("a3", .ana, at: "2026-11-02T09:00")
    try scenario.book("a4", .ben, at: "2026-11-01T00:30")
    try scenario.book("a5", .ben, at: "2026-11-01T01:30-05:00")
    try scenario.record(
      .ben, at: "2026-02-03T10:00", .appointmentConfirmed(.with { $0.appointment = "a2" }))
    let moved = try scenario.instant("2026-11-02T11:00")
    try scenario.record(
      .ana, at: "2026-02-04T10:00",
      .appointmentRescheduled(
        .with {
          ($0.appointment, $0.practitioner, $0.room) = ("a3", SubjectID.therapist.description, "B")
          ($0.startsAt, $0.endsAt) = (.init(moved), .init(moved.adding(minutes: 60)))
          $0.dateOn = 2026_11_02
        }))
    try scenario.record(
      .ana, at: "2026-02-05T10:00", .appointmentCancelled(.with { $0.appointment = "a1" }))
    return scenario
  }

  private func answer(_ parameters: [String: String] = [:]) throws -> ReportAnswer {
    let given = ["practitioner": "1234567893", "from": "2026-01-01"]
      .merging(parameters) { $1 }
    return try scenario().answer(ScheduleIcsReport.self, given, today: "2026-03-01")
  }

  /// Lines without their folding.
  private func lines(_ text: String) -> [String] {
    text.replacingOccurrences(of: "\r\n ", with: "").components(separatedBy: "\r\n")
  }

  /// The lines of one event.
  private func event(_ id: String, in text: String) throws -> [String] {
    let lines = lines(text)
    let uid = try #require(lines.firstIndex(of: "UID:\(id)@site.chartledger"))
    let end = try #require(lines[uid...].firstIndex(of: "END:VEVENT"))
    return Array(lines[uid..<end])
  }

  @Test("an appointment is a tentative event until it is confirmed, and stays when cancelled")
  func events() throws {
    let text = try ReportFormat.ics.render(try answer())
    let confirmed = try event("a2", in: text)
    #expect(
      confirmed == [
        "UID:a2@site.chartledger", "DTSTAMP:20260203T150000Z", "CREATED:20260201T130000Z",
        "LAST-MODIFIED:20260203T150000Z", "SEQUENCE:0", "STATUS:CONFIRMED",
        "DTSTART;TZID=America/New_York:20260309T090000",
        "DTEND;TZID=America/New_York:20260309T100000", "SUMMARY:Session: med60", "LOCATION:A",
        "TRANSP:OPAQUE", "CLASS:PRIVATE",
      ])
    let moved = try event("a3", in: text)
    #expect(moved.contains("SEQUENCE:1") && moved.contains("STATUS:TENTATIVE"))
    #expect(moved.contains("DTSTART;TZID=America/New_York:20261102T110000"))
    let cancelled = try event("a1", in: text)
    #expect(cancelled.contains("STATUS:CANCELLED") && cancelled.contains("TRANSP:TRANSPARENT"))
    #expect(lines(text).first == "BEGIN:VCALENDAR" && text.hasSuffix("END:VCALENDAR\r\n"))
  }

  @Test("of an hour that comes twice the first is local and the second in UTC") func twice() throws
  {
    let text = try ReportFormat.ics.render(try answer())
    let first = try event("a4", in: text)
    #expect(first.contains("DTSTART;TZID=America/New_York:20261101T003000"))
    #expect(first.contains("DTEND;TZID=America/New_York:20261101T013000"))
    let second = try event("a5", in: text)
    #expect(second.contains("DTSTART:20261101T063000Z"))
    #expect(second.contains("DTEND:20261101T073000Z"))
  }

  @Test("the zone's rules are the changes of its clocks around the events") func zone() throws {
    let text = lines(try ReportFormat.ics.render(try answer()))
    let start = try #require(text.firstIndex(of: "BEGIN:VTIMEZONE"))
    let end = try #require(text.firstIndex(of: "END:VTIMEZONE"))
    #expect(
      Array(text[start...end]) == [
        "BEGIN:VTIMEZONE", "TZID:America/New_York", "BEGIN:STANDARD", "DTSTART:19700101T000000",
        "TZOFFSETFROM:-0500", "TZOFFSETTO:-0500", "END:STANDARD", "BEGIN:DAYLIGHT",
        "DTSTART:20250309T020000", "RDATE:20260308T020000,20270314T020000", "TZOFFSETFROM:-0500",
        "TZOFFSETTO:-0400", "END:DAYLIGHT", "BEGIN:STANDARD", "DTSTART:20251102T020000",
        "RDATE:20261101T020000,20271107T020000", "TZOFFSETFROM:-0400", "TZOFFSETTO:-0500",
        "END:STANDARD", "END:VTIMEZONE",
      ])
  }

  @Test("a zone whose clocks never change has one observance", arguments: ["UTC", "Asia/Kolkata"])
  func steadyZone(_ name: String) throws {
    let zone = try ClinicTimeZone(name)
    let start = try zone.instant("2026-03-11T09:00")
    let text = lines(
      ICalendarRenderer.render(
        PublishedCalendar(
          name: "x", zone: zone,
          events: [
            .init(
              uid: "u", sequence: 0, status: .confirmed, span: start..<start.adding(minutes: 60),
              summary: "s", location: "", createdAt: start, changedAt: start)
          ])))
    #expect(text.filter { $0 == "BEGIN:STANDARD" || $0 == "BEGIN:DAYLIGHT" }.count == 1)
    #expect(text.contains("TZOFFSETTO:\(name == "UTC" ? "+0000" : "+0530")"))
    #expect(text.contains("DTSTART;TZID=\(name):20260311T090000"))
  }

  @Test("titles name nobody unless initials are asked for") func titles() throws {
    let plain = try ReportFormat.ics.render(try answer())
    for name in ["Diaz", "Young", "Ana", "A.D.", "1001"] { #expect(!plain.contains(name)) }
    let initials = try ReportFormat.ics.render(try answer(["titles": "initials"]))
    #expect(try event("a1", in: initials).contains("SUMMARY:Session: med60\\, A.D."))
    #expect(throws: ReportError.self) { try answer(["titles": "names"]) }
  }

  @Test(
    "initials are for those who treat or book",
    arguments: [
      (Role.therapist, true), (.frontDesk, true), (.supervisor, true), (.auditor, true),
      (.biller, false), (.patient, false),
    ])
  func roles(_ role: Role, _ mayReadInitials: Bool) {
    let report: any Report.Type = ScheduleIcsReport.self
    #expect(report.isReadable(by: role, with: ["titles": "initials"]) == mayReadInitials)
    #expect(report.isReadable(by: role, with: [:]) == (role != .patient))
  }

  @Test("the same log gives the same bytes, whatever the day") func reproducible() throws {
    let parameters = ["practitioner": "1234567893", "from": "2026-01-01"]
    let scenario = try scenario()
    let texts = try ["2026-03-01", "2026-09-09"].map {
      try ReportFormat.ics.render(
        try scenario.answer(ScheduleIcsReport.self, parameters, today: $0))
    }
    #expect(texts[0] == texts[1])
  }

  @Test("a report that is no calendar refuses to be one") func noCalendar() throws {
    #expect(throws: ReportError.noCalendar(report: "ar.aging")) {
      try ReportFormat.ics.requireFit(for: ArAgingReport.self)
    }
    for format in ReportFormat.allCases where format != .svg {
      try format.requireFit(for: ScheduleIcsReport.self)
    }
  }

  @Test(
    "lines are folded at 75 octets and never within a character",
    arguments: [
      String(repeating: "a", count: 75), String(repeating: "a", count: 76),
      String(repeating: "山", count: 60), String(repeating: "é👍", count: 40), "short",
    ])
  func folding(_ line: String) {
    let folded = ICalendarRenderer.folded(line)
    #expect(folded.hasSuffix("\r\n"))
    let physical = folded.dropLast(1).components(separatedBy: "\r\n")
    for (number, part) in physical.enumerated() {
      #expect(part.utf8.count <= 75)
      #expect((number == 0) || part.hasPrefix(" "))
    }
    #expect((physical.count == 1) == (line.utf8.count <= 75))
    #expect(lines(folded).joined() == line)
  }

  @Test(
    "text is escaped, line breaks are told and controls dropped",
    arguments: [
      ("a;b,c\\d", "a\\;b\\,c\\\\d"), ("a\nb", "a\\nb"), ("a\r\nb", "a\\nb"), ("a\rb", "a\\nb"),
      ("a\u{0}\u{1B}[31m\u{7f}b", "a[31mb"), ("BEGIN:VEVENT", "BEGIN:VEVENT"), ("山", "山"),
    ])
  func escaping(_ text: String, _ escaped: String) {
    #expect(ICalendarRenderer.text(text) == escaped)
  }

  // MARK: By another program

  private static var python: String? {
    ProcessInfo.processInfo.environment["CHARTLEDGER_ICALENDAR_PYTHON"]
  }

  @Test(
    "Python's icalendar reads the same instants, folded and escaped titles included",
    .enabled(
      if: python != nil,
      "CHARTLEDGER_ICALENDAR_PYTHON names no Python with the package icalendar"))
  func anotherReader() throws {
    let python = try #require(Self.python)
    let report = try scenario().answer(
      ScheduleIcsReport.self, ["practitioner": "1234567893", "from": "2026-01-01"],
      today: "2026-03-01")
    var calendar = try #require(report.body.calendar)
    let title = "Ö, a long; title \\ with a\nbreak " + String(repeating: "山", count: 40)
    calendar.events[0].summary = title
    let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).ics")
    defer { try? FileManager.default.removeItem(at: file) }
    try Data(ICalendarRenderer.render(calendar).utf8).write(to: file)
    let script = """
      import sys, json, datetime, icalendar
      calendar = icalendar.Calendar.from_ical(open(sys.argv[1], "rb").read())
      utc = datetime.timezone.utc
      zone = calendar.walk("VTIMEZONE")[0].to_tz()
      events = calendar.walk("VEVENT")
      assert not any(e.errors for e in calendar.walk()), [e.errors for e in calendar.walk()]
      def instant(e, key):
        value = e.decoded(key)
        if value.utcoffset() and value.tzinfo is not utc:
          value = value.replace(tzinfo=None).replace(tzinfo=zone)
        return value.astimezone(utc).strftime("%Y-%m-%dT%H:%M:%SZ")
      print(json.dumps({"title": str(events[0]["SUMMARY"]),
        "times": [[instant(e, "DTSTART"), instant(e, "DTEND")] for e in events]}))
      """
    let process = Process()
    process.executableURL = URL(filePath: python)
    process.arguments = ["-c", script, file.path(percentEncoded: false)]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let data = try #require(try output.fileHandleForReading.readToEnd())
    process.waitUntilExit()
    let read = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    #expect(read["title"] as? String == title)
    #expect(
      read["times"] as? [[String]]
        == calendar.events.map { [$0.span.lowerBound.description, $0.span.upperBound.description] })
  }
}
