import PracticeEvents

/// Where a visit could still be put on a day: the counterpart of what a booking is refused for.
public struct FreeTime {
  private let date: CivilDate
  private let appointments: [Appointment]
  private let clinic: ClinicState
  private let zone: ClinicTimeZone

  /// - Parameter appointments: all of the day, whatever became of them.
  public init(
    on date: CivilDate, appointments: [Appointment], clinic: ClinicState, zone: ClinicTimeZone
  ) {
    self.date = date
    self.appointments = appointments.filter { $0.takesTime && $0.dateOn == date.compact }
    self.clinic = clinic
    self.zone = zone
  }

  /// A stretch of time in which a visit may lie, with the rooms that are free for all of it.
  public struct Opening: Sendable, Hashable {
    public let span: Range<Instant>
    public let rooms: [String]
  }

  /// A practitioner's time within hours of work, without blocks and appointments; none without a
  /// licence or without hours set.
  public func ofPractitioner(_ id: String, _ practitioner: PractitionerState) -> TimeSpans {
    guard practitioner.isLicensed(on: date, in: clinic.profile.address.state) else {
      return TimeSpans()
    }
    let turnover = clinic.turnover(on: date).practitioner
    let taken =
      practitioner.blocks.map(\.span)
      + appointments.filter { $0.practitioner == id }.map {
        $0.span(before: turnover, after: Int($0.practitionerTurnoverMinutes))
      }
    return taken.reduce(practitioner.workingTime(on: date, zone)) { $0.subtracting($1) }
  }

  /// The day of a room, without blocks and appointments.
  public func ofRoom(_ room: String) -> TimeSpans {
    let turnover = clinic.turnover(on: date).room
    let taken =
      clinic.roomBlocks.filter { $0.room == room }.map(\.span)
      + appointments.filter { $0.room == room }.map {
        $0.span(before: turnover, after: Int($0.turnoverMinutes))
      }
    return taken.reduce(TimeSpans([zone.day(date)])) { $0.subtracting($1) }
  }

  /// The patient's own visits take no turnover.
  public func ofPatient(_ patient: String) -> TimeSpans {
    appointments.filter { $0.patient == patient }.reduce(TimeSpans([zone.day(date)])) {
      $0.subtracting($1.span(before: 0, after: 0))
    }
  }

  /// Stretches in which a practitioner and at least one room are free for so many minutes, in order.
  public func openings(
    of id: String, _ practitioner: PractitionerState, minutes: Int, notBefore earliest: Instant
  ) -> [Opening] {
    let own = ofPractitioner(id, practitioner)
      .intersection(TimeSpans([earliest.span(to: zone.day(date).upperBound)]))
    var rooms: [Range<Instant>: [String]] = [:]
    for room in clinic.profile.rooms {
      for span in own.intersection(ofRoom(room)).lasting(minutes: minutes).spans {
        rooms[span, default: []].append(room)
      }
    }
    return rooms.map { Opening(span: $0, rooms: $1) }.sorted {
      ($0.span.lowerBound, $0.span.upperBound) < ($1.span.lowerBound, $1.span.upperBound)
    }
  }
}

extension ClinicTimeZone {
  /// From midnight to midnight.
  public func day(_ date: CivilDate) -> Range<Instant> {
    startOfDay(date).span(to: startOfDay(date.adding(days: 1)))
  }
}

extension PractitionerState {
  /// The weekly hours of the date as instants; blocks are not taken off.
  public func workingTime(on date: CivilDate, _ zone: ClinicTimeZone) -> TimeSpans {
    TimeSpans(
      availability(on: date).map { hours in
        zone.edge(date, minute: Int(hours.startMinute), isEnd: false)
          .span(to: zone.edge(date, minute: Int(hours.endMinute), isEnd: true))
      })
  }

  /// Whether any hours were set for the date; hours that never were limit nothing.
  func hasHours(on date: CivilDate) -> Bool {
    availability.contains { $0.fromDateOn <= date.compact }
  }
}

extension ClinicState {
  /// Minutes that a room and a practitioner stay taken after a visit on the date.
  func turnover(on date: CivilDate) -> (room: Int, practitioner: Int) {
    (
      rule("scheduling", "turnover-minutes", on: date),
      rule("scheduling", "practitioner-turnover-minutes", on: date)
    )
  }
}

extension TimeBlock {
  public var span: Range<Instant> {
    Instant(microseconds: startsAtUs).span(to: Instant(microseconds: endsAtUs))
  }
}

extension Appointment {
  /// The time that it takes from others: with their turnover before it and its own after it.
  fileprivate func span(before: Int, after: Int) -> Range<Instant> {
    startsAt.adding(minutes: -before).span(to: endsAt.adding(minutes: after))
  }
}
