import Practice
import PracticeEvents
import Projection
import ReadModels

public enum ScheduleIcsReport: Report {
  public static let name = "schedule.ics"
  public static let title = "Calendar of a therapist"
  public static let summary = "A therapist's appointments for a calendar program (iCalendar)."
  public static let roles: Set<Role> = [.frontDesk, .therapist, .biller]
  public static let defaultFormat = ReportFormat.ics
  public static let parameters: [Parameter] = [
    .required("practitioner", .practitioner, "the therapist"),
    .optional("from", .date, "first day", default: "startOfMonth"),
    .optional("through", .date, "last day; all that is to come by default"),
    .optional(
      "titles", .text, "service; or initials, the patient's with it, for those who treat or book",
      default: Titles.service.rawValue),
  ]
  public static let columns = [
    Column("date", "Date", .date), Column("time", "Time", .time), Column("end", "End", .time),
    Column("summary", "Title", .text), Column("room", "Room", .text),
    Column("status", "Status", .text),
    Column("sequence", "Moved", .integer, unit: "times"), Column("uid", "UID", .text),
  ]
  public static let key = ["uid"]
  public static let projectors: [any Projector.Type] = [
    ScheduleProjector.self, ReadinessProjector.self,
  ]

  /// What an event's title says. A calendar leaves the clinic, so that by default it names nobody.
  private enum Titles: String, CaseIterable { case service, initials }

  public static func isReadable(by role: Role, with given: [String: String]) -> Bool {
    let isPlain = given["titles"].map { $0 == Titles.service.rawValue } ?? true
    return isReadable(by: role) && (isPlain || role != .biller)
  }

  public static func run(_ arguments: Arguments, _ source: ReportSource) throws -> ReportBody {
    guard let titles = arguments.text("titles").flatMap(Titles.init) else {
      throw ReportError.malformedParameter("titles", problem: "titles are service or initials")
    }
    let practitioner = try arguments.requiredSubject("practitioner")
    let from = try arguments.requiredDate("from")
    let through = arguments.date("through") ?? .latest
    guard from <= through else {
      throw ReportError.malformedParameter("through", problem: "\(through) is before from \(from)")
    }
    let readiness = try source.readiness()
    let appointments = try source.schedule().appointments(from...through).filter {
      $0.practitioner == practitioner.description && $0.startsAtUs < $0.endsAtUs
    }
    var profiles: [String: String] = [:]
    let events = try appointments.map { appointment in
      if titles == .initials, profiles[appointment.patient] == nil {
        profiles[appointment.patient] =
          try (try? SubjectID(appointment.patient)).map {
            try readiness.profile(of: $0).current.legalName.initials
          } ?? ""
      }
      return event(appointment, profiles[appointment.patient], source.clinic)
    }
    let state = try readiness.practitioner(practitioner)
    let calendar = PublishedCalendar(
      name: "\(source.clinic.profile.name): \(state.current.name.short)", zone: source.zone,
      events: events)
    return ReportBody(
      subject: state.current.name.short,
      rows: zip(appointments, events).map { row($0, $1, source.zone) },
      notes: [
        "Booked appointments are tentative, confirmed ones and those that took place are "
          + "confirmed; cancelled and missed ones stay as cancelled."
      ], calendar: calendar)
  }

  private static func event(
    _ appointment: Appointment, _ initials: String?, _ clinic: ClinicState
  ) -> PublishedCalendar.Event {
    let service = clinic.service(appointment.service)?.name ?? ""
    let title = "Session: \(service.isEmpty ? appointment.service : service)"
    return PublishedCalendar.Event(
      uid: "\(appointment.appointment)@site.chartledger",
      sequence: Int(appointment.timesRescheduled),
      status: appointment.calendarStatus, span: appointment.startsAt..<appointment.endsAt,
      summary: initials.map { $0.isEmpty ? title : "\(title), \($0)" } ?? title,
      location: appointment.room, createdAt: Instant(microseconds: appointment.bookedAtUs),
      changedAt: Instant(microseconds: appointment.changedAtUs))
  }

  private static func row(
    _ appointment: Appointment, _ event: PublishedCalendar.Event, _ zone: ClinicTimeZone
  ) -> [Cell] {
    let (start, end) = (
      zone.local(of: event.span.lowerBound), zone.local(of: event.span.upperBound)
    )
    return [
      .date(start.date), .time(start.time), .time(end.time), .text(event.summary),
      .word(event.location), .text(appointment.status.text), .integer(event.sequence),
      .text(event.uid),
    ]
  }
}

extension Appointment {
  fileprivate var calendarStatus: PublishedCalendar.Event.Status {
    switch status {
    case .confirmed, .checkedIn, .completed: .confirmed
    case .cancelled, .noShow: .cancelled
    case .booked, .unspecified, .UNRECOGNIZED: .tentative
    }
  }
}

extension PersonName {
  /// e.g. `A.R.`
  fileprivate var initials: String {
    [given, family].compactMap(\.first).map { "\($0)." }.joined()
  }
}
