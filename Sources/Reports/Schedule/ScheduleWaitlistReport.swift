import Practice
import PracticeEvents
import Projection
import ReadModels

public enum ScheduleWaitlistReport: Report {
  public static let name = "schedule.waitlist"
  public static let title = "Waiting list"
  public static let summary =
    "Who waits for what, and into which time that others gave up each would fit."
  public static let roles: Set<Role> = [.frontDesk, .therapist]
  public static let parameters: [Parameter] = [
    .optional("days", .integer, "how far ahead time given up is looked for", default: "14"),
    .optional("practitioner", .practitioner, "only time of this therapist"),
  ]
  public static let columns =
    [Column("since", "Since", .date)] + PatientLabel.columns + [
      Column("service", "Service", .text), Column("practitioner", "Wants", .text),
      Column("wanted", "When", .list), Column("through", "Until", .date),
      Column("offers", "Offers", .integer, unit: "offers"), Column("fits", "Fits", .list),
      Column("entry", "Entry", .text, isDetail: true),
    ]
  public static let projectors: [any Projector.Type] = [
    ScheduleProjector.self, ReadinessProjector.self,
  ]

  /// Time of a therapist on a day that was given up and is still free.
  private struct GivenUp {
    let practitioner: String
    let state: PractitionerState
    let date: CivilDate
    let time: TimeSpans
    let free: FreeTime
  }

  public static func run(_ arguments: Arguments, _ source: ReportSource) throws -> ReportBody {
    let days = try arguments.requiredInteger("days")
    guard (0...366).contains(days) else {
      throw ReportError.malformedParameter("days", problem: "it is 0 to 366 days ahead")
    }
    let only = arguments.subject("practitioner")?.description
    let names = NameBook(try source.readiness())
    let givenUp = try givenUp(through: source.today.adding(days: days), only, source)
    let rows = try source.schedule().openWaitlist()
      .filter { $0.isWaiting(on: source.today) }
      .map { entry in
        let label = try names.patient(entry.patient)
        let fits = try givenUp.flatMap { try slots(for: entry, in: $0, names, source) }
        return [.day(entry.joinedOn)] + label.cells + [
          .word(entry.joined.service), .word(try names.practitioner(entry.joined.practitioner)),
          .list(entry.joined.wishes.map(\.text)), .day(entry.joined.throughDateOn),
          .integer(entry.offers.count), .list(fits), .text(entry.joined.waitlistEntry),
        ]
      }
    return ReportBody(
      rows: rows,
      notes: [
        "Fits is time of cancelled, missed or moved appointments of the next \(days) days that is "
          + "still free, at its first possible start. Blank under Wants: any therapist; blank "
          + "under When: any time. Free time that nobody gave up is in schedule.availability."
      ])
  }

  private static func givenUp(
    through last: CivilDate, _ only: String?, _ source: ReportSource
  ) throws -> [GivenUp] {
    let schedule = try source.schedule()
    let readiness = try source.readiness()
    let slots = try schedule.freedSlots(source.today...last)
      .filter { only == nil || $0.practitioner == only }
    let byDay = Dictionary(grouping: slots, by: \.dateOn).sorted { $0.key < $1.key }
    return try byDay.flatMap { compact, slots -> [GivenUp] in
      guard let date = compact.civilDate else { return [] }
      let free = FreeTime(
        on: date, appointments: try schedule.appointments(on: date), clinic: source.clinic,
        zone: source.zone)
      return try Dictionary(grouping: slots, by: \.practitioner).sorted { $0.key < $1.key }
        .compactMap { id, slots in
          guard let subject = try? SubjectID(id) else { return nil }
          return GivenUp(
            practitioner: id, state: try readiness.practitioner(subject), date: date,
            time: TimeSpans(slots.map(\.span)), free: free)
        }
    }
  }

  /// Where the patient would fit, e.g. `2026-03-11 09:00 Rivera, A., Room 1`.
  private static func slots(
    for entry: WaitlistEntry, in givenUp: GivenUp, _ names: NameBook, _ source: ReportSource
  ) throws -> [String] {
    let minutes = Int(entry.joined.minutes)
    guard givenUp.state.mayDeliver(entry.joined.serviceClass, on: givenUp.date) else { return [] }
    let suits = givenUp.time
      .intersection(entry.wanted(on: givenUp.date, with: givenUp.practitioner, source.zone))
      .intersection(givenUp.free.ofPatient(entry.patient))
    let openings = givenUp.free.openings(
      of: givenUp.practitioner, givenUp.state, minutes: minutes, notBefore: source.nextFiveMinutes)
    var seen: Set<Instant> = []
    return try openings.flatMap { opening in
      try suits.intersection(TimeSpans([opening.span])).lasting(minutes: max(1, minutes)).spans
        .filter { seen.insert($0.lowerBound).inserted }
        .map { span in
          let local = source.zone.local(of: span.lowerBound)
          return [
            "\(local.date) \(local.time) \(try names.practitioner(givenUp.practitioner))",
            opening.rooms[0],
          ].joined(separator: ", ")
        }
    }
  }
}

extension FreedSlot {
  fileprivate var span: Range<Instant> {
    Instant(microseconds: startsAtUs).span(to: Instant(microseconds: endsAtUs))
  }
}

extension WaitlistJoined.Wish {
  /// e.g. `Mon 09:00-12:00`.
  fileprivate var text: String {
    let days = ["any day", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    let day = days.indices.contains(Int(weekday)) ? days[Int(weekday)] : days[0]
    guard startMinute > 0 || endMinute < 1_440 else { return day }
    return "\(day) \(Self.time(startMinute))-\(Self.time(endMinute))"
  }

  private static func time(_ minute: Int32) -> String {
    let parts = [minute / 60, minute % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }
    return parts.joined(separator: ":")
  }
}
