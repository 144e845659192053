import Practice
import PracticeEvents
import Projection
import ReadModels

public enum ScheduleUtilizationReport: Report {
  public static let name = "schedule.utilization"
  public static let title = "Utilization"
  public static let summary =
    "How much of each therapist's time was offered, booked and delivered, and what was missed."
  public static let roles: Set<Role> = [.frontDesk]
  public static let parameters: [Parameter] = [
    .optional("from", .date, "first day", default: "startOfMonth"),
    .optional("through", .date, "last day", default: "today"),
  ]
  public static let columns = [
    Column("practitioner", "Therapist", .text),
    Column("available", "Available h", .hundredths, unit: "hours"),
    Column("booked", "Booked h", .hundredths, unit: "hours"),
    Column("delivered", "Delivered h", .hundredths, unit: "hours"),
    Column("due", "Visits due", .integer, unit: "appointments"),
    Column("noShow", "No-show", .rate), Column("lateCancel", "Late cancel", .rate),
    Column("rebooked", "Rebooked", .rate),
  ]
  public static let projectors: [any Projector.Type] = [
    ScheduleProjector.self, TreatmentProgressProjector.self, ReadinessProjector.self,
  ]

  /// The longest stretch of days that is looked at: two years, to compare one with the last.
  private static let maximumDays = 732

  /// Minutes and counts of one therapist, or of all.
  private struct Sums {
    var available = 0
    var booked = 0
    var delivered = 0
    var due = 0
    var noShows = 0
    var lateCancellations = 0
    var completed = 0
    var rebooked = 0

    mutating func add(_ other: Sums) {
      available += other.available
      booked += other.booked
      delivered += other.delivered
      due += other.due
      noShows += other.noShows
      lateCancellations += other.lateCancellations
      completed += other.completed
      rebooked += other.rebooked
    }

    /// - Parameter last: the start of the patient's last appointment that stands.
    mutating func add(_ appointment: Appointment, last: Int64) {
      if appointment.takesTime {
        booked += appointment.startsAt.minutes(until: appointment.endsAt)
      }
      switch appointment.status {
      case .completed:
        due += 1
        completed += 1
        if appointment.startsAtUs < last { rebooked += 1 }
      case .noShow:
        due += 1
        noShows += 1
      case .cancelled where appointment.lateCancellation:
        due += 1
        lateCancellations += 1
      default: break
      }
    }

    func cells(_ name: String) -> [Cell] {
      [
        .word(name), .hours(minutes: available), .hours(minutes: booked),
        .hours(minutes: delivered), .integer(due), .share(noShows, of: due),
        .share(lateCancellations, of: due), .share(rebooked, of: completed),
      ]
    }
  }

  public static func run(_ arguments: Arguments, _ source: ReportSource) throws -> ReportBody {
    let dates = try arguments.dates(from: "from", through: "through", atMost: maximumDays)
    let progress = try source.progress()
    var sums: [String: Sums] = [:]
    var names: [String: String] = [:]
    try source.readiness().forEachPractitioner { id, practitioner in
      names[id.description] = practitioner.current.name.short
      sums[id.description, default: Sums()].available = availableMinutes(
        practitioner, dates, source.zone)
    }
    let days = dates.lowerBound.compact...dates.upperBound.compact
    try progress.forEach { _, care in
      for session in care.sessions.values where !session.voided {
        guard days.contains(session.delivered.deliveredOn) else { continue }
        sums[session.delivered.practitioner, default: Sums()].delivered += session.minutes
      }
    }
    let appointments = try source.schedule().appointments(dates.lowerBound...CivilDate.latest)
    var last: [String: Int64] = [:]
    for appointment in appointments where appointment.takesTime {
      last[appointment.patient] = appointment.startsAtUs
    }
    for appointment in appointments where days.contains(appointment.dateOn) {
      sums[appointment.practitioner, default: Sums()]
        .add(appointment, last: last[appointment.patient] ?? 0)
    }
    let rows = sums.map { (name: names[$0.key] ?? "", id: $0.key, sums: $0.value) }
      .sorted { ($0.name, $0.id) < ($1.name, $1.id) }
    var total = Sums()
    for row in rows { total.add(row.sums) }
    return ReportBody(
      rows: rows.map { $0.sums.cells($0.name) }, totals: total.cells("all"),
      notes: [
        "Available is the weekly hours set, less blocked time; booked is what was not cancelled or "
          + "missed; delivered is from start to end of each session that stands.",
        "Percentages are of the visits due: completed, missed or cancelled late. Those cancelled "
          + "in time or still to come are not counted. Rebooked is of the completed visits: the "
          + "patient has, or had, another appointment after it that stands.",
      ])
  }

  private static func availableMinutes(
    _ practitioner: PractitionerState, _ dates: ClosedRange<CivilDate>, _ zone: ClinicTimeZone
  ) -> Int {
    dates.reduce(0) { sum, date in
      guard practitioner.current.employedFrom <= date.compact else { return sum }
      let working = practitioner.workingTime(on: date, zone)
      return sum
        + practitioner.blocks.reduce(working) { $0.subtracting($1.span) }.minutes
    }
  }
}

extension CareState.Session {
  /// From start to end; where these are not known, the minutes of direct contact.
  var minutes: Int {
    let span = delivered.startedAt.instant.minutes(until: delivered.endedAt.instant)
    return span > 0 ? span : Int(delivered.totalMinutes)
  }
}
