import Practice

/// RFC 5545, published for reading only. All times come from events, so that the same position of
/// the log gives the same bytes.
enum ICalendarRenderer {
  /// A calendar without events for an answer that is none.
  static func render(_ answer: ReportAnswer) -> String {
    render(answer.body.calendar ?? PublishedCalendar(name: answer.title, zone: .utc, events: []))
  }

  static func render(_ calendar: PublishedCalendar) -> String {
    let head = [
      "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//ChartLedger//Schedule//EN",
      "CALSCALE:GREGORIAN", "METHOD:PUBLISH", "X-WR-CALNAME:\(text(calendar.name))",
      "X-WR-TIMEZONE:\(calendar.zone.identifier)",
    ]
    let content =
      head + ICalendarZone.lines(of: calendar.zone, for: calendar.events.map(\.span))
      + calendar.events.flatMap { lines(of: $0, calendar.zone) } + ["END:VCALENDAR"]
    return content.map(folded).joined()
  }

  private static func lines(of event: PublishedCalendar.Event, _ zone: ClinicTimeZone) -> [String] {
    let times = times(of: event.span, zone)
    var lines = [
      "BEGIN:VEVENT", "UID:\(text(event.uid))", "DTSTAMP:\(utc(event.changedAt))",
      "CREATED:\(utc(event.createdAt))", "LAST-MODIFIED:\(utc(event.changedAt))",
      "SEQUENCE:\(max(0, event.sequence))", "STATUS:\(event.status.rawValue)",
      "DTSTART\(times.start)", "DTEND\(times.end)", "SUMMARY:\(text(event.summary))",
    ]
    if !event.location.isEmpty { lines.append("LOCATION:\(text(event.location))") }
    let isOpaque = event.status != .cancelled
    return lines + [
      "TRANSP:\(isOpaque ? "OPAQUE" : "TRANSPARENT")", "CLASS:PRIVATE", "END:VEVENT",
    ]
  }

  /// In local time with its zone. A local time that comes twice means its first (3.3.5), so that the
  /// second can only be told in UTC.
  private static func times(
    of span: Range<Instant>, _ zone: ClinicTimeZone
  ) -> (start: String, end: String) {
    let isTold = [span.lowerBound, span.upperBound].allSatisfy {
      zone.instants(of: zone.local(of: $0)).first == $0
    }
    guard isTold else { return (":\(utc(span.lowerBound))", ":\(utc(span.upperBound))") }
    let zoned = ";TZID=\(zone.identifier):"
    return (
      zoned + local(zone.local(of: span.lowerBound)), zoned + local(zone.local(of: span.upperBound))
    )
  }

  /// e.g. `20260311T090000`.
  static func local(_ local: LocalDateTime) -> String {
    let digits = "\(local)".filter { $0 != "-" && $0 != ":" }
    return digits + "00"
  }

  /// e.g. `20260311T130000Z`; fractions of a second are dropped.
  static func utc(_ instant: Instant) -> String {
    let digits = instant.description.prefix(19).filter { $0 != "-" && $0 != ":" }
    return digits + "Z"
  }

  /// A value of type TEXT (3.3.11); a line break is `\n`, other control characters are dropped.
  static func text(_ text: String) -> String {
    var escaped = String.UnicodeScalarView()
    var previous: Unicode.Scalar?
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\", ";", ",": escaped.append(contentsOf: ["\\", scalar])
      case "\n" where previous == "\r": break
      case "\n", "\r": escaped.append(contentsOf: ["\\", "n"])
      case _ where scalar.value < 0x20 || (0x7f...0x9f).contains(scalar.value): break
      default: escaped.append(scalar)
      }
      previous = scalar
    }
    return String(escaped)
  }

  /// A content line with its line break: at most 75 octets a line, broken between characters, the
  /// next line after a space (3.1).
  static func folded(_ line: String) -> String {
    var folded = ""
    var octets = 0
    for scalar in line.unicodeScalars {
      let width = UTF8.width(scalar)
      if octets + width > 75 {
        folded += "\r\n "
        octets = 1
      }
      folded.unicodeScalars.append(scalar)
      octets += width
    }
    return folded + "\r\n"
  }
}
