import Practice
import PracticeEvents
import Projection
import ReadModels

public enum ScheduleAvailabilityReport: Report {
  public static let name = "schedule.availability"
  public static let title = "Free time"
  public static let summary = "When which therapist and room are both free for a visit."
  public static let roles: Set<Role> = [.frontDesk, .therapist]
  public static let parameters: [Parameter] = [
    .optional("from", .date, "first day", default: "today"),
    .optional("through", .date, "last day; two weeks on by default"),
    .optional("practitioner", .practitioner, "only this therapist"),
    .optional("durationMin", .integer, "minutes that the visit takes", default: "60"),
  ]
  public static let columns = [
    Column("date", "Date", .date), Column("time", "From", .time),
    Column("end", "To", .time), Column("minutes", "Minutes", .integer, unit: "minutes"),
    Column("practitioner", "Therapist", .text), Column("rooms", "Rooms", .list),
  ]
  public static let projectors: [any Projector.Type] = [
    ScheduleProjector.self, ReadinessProjector.self,
  ]

  /// The longest stretch of days that is looked at.
  private static let maximumDays = 92

  public static func run(_ arguments: Arguments, _ source: ReportSource) throws -> ReportBody {
    let from = try arguments.requiredDate("from")
    let through = arguments.date("through") ?? from.adding(days: 13)
    guard from <= through, from.days(until: through) < maximumDays else {
      throw ReportError.malformedParameter(
        "through", problem: "\(through) is before \(from), or \(maximumDays) days after it or more")
    }
    let minutes = try arguments.requiredInteger("durationMin")
    guard (1...480).contains(minutes) else {
      throw ReportError.malformedParameter("durationMin", problem: "a visit takes 1 to 480 minutes")
    }
    let therapists = try source.therapists(only: arguments.subject("practitioner"))
    let schedule = try source.schedule()
    let rows = try (from...through).flatMap { date in
      let free = FreeTime(
        on: date, appointments: try schedule.appointments(on: date), clinic: source.clinic,
        zone: source.zone)
      return therapists.flatMap { id, therapist in
        free.openings(of: id, therapist, minutes: minutes, notBefore: source.nextFiveMinutes)
          .map { row($0, on: date, therapist, source.zone) }
      }
    }
    return ReportBody(
      rows: rows,
      notes: [
        "A visit may lie anywhere in a stretch, in one of its rooms; turnover before and after it "
          + "is allowed for. The same time may stand in several rows, for different rooms.",
        "Therapists without weekly hours or without a licence on the day are left out.",
      ])
  }

  private static func row(
    _ opening: FreeTime.Opening, on date: CivilDate, _ therapist: PractitionerState,
    _ zone: ClinicTimeZone
  ) -> [Cell] {
    [
      .date(date), .time(zone.local(of: opening.span.lowerBound).time),
      .time(zone.local(of: opening.span.upperBound).time), .integer(opening.span.minutes),
      .word(therapist.current.name.short), .list(opening.rooms),
    ]
  }
}

extension ReportSource {
  /// Therapists by name, with their ids.
  ///
  /// - Parameter only: nil is all.
  func therapists(only: SubjectID?) throws -> [(id: String, state: PractitionerState)] {
    let readiness = try readiness()
    if let only { return [(only.description, try readiness.practitioner(only))] }
    var found: [(id: String, state: PractitionerState)] = []
    try readiness.forEachPractitioner { found.append(($0.description, $1)) }
    return found.sorted {
      ($0.state.current.name.short, $0.id) < ($1.state.current.name.short, $1.id)
    }
  }

  /// The first full five minutes that are still to come.
  var nextFiveMinutes: Instant {
    let step: Int64 = 300_000_000
    let rest = countedUpTo.microseconds % step
    return rest == 0 ? countedUpTo : countedUpTo.adding(microseconds: step - rest)
  }
}
