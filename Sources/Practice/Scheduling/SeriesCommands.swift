import PracticeEvents

/// Books a patient at a regular interval, all or nothing unless conflicts are to be skipped.
public struct BookSeries: Command {
  public static let name = "book-series"
  public static let summary =
    "Books a patient at the same local time every week, two weeks or month."
  public static let help = [
    "patient": "MRN or id", "practitioner": "NPI or id",
    "service": "code of the service catalogue, e.g. med60",
    "startsAt": "local time of the first, e.g. 2026-03-11T09:00; an offset decides an hour that "
      + "comes twice",
    "every": "a month later is the same weekday, e.g. the second Tuesday",
    "count": "how many, 2 to 104; or give until", "until": "last day; or give count",
    "minutes": "the service's by default", "episode": "needed for a medical service",
    "skipConflicts": "books what is free and reports the rest; else all or nothing",
  ]
  public static let roles: Set<Role> = [.frontDesk, .therapist]

  /// Two years of weeks.
  static let limit = 104

  public var patient: SubjectReference
  public var practitioner: SubjectReference
  public var room: String
  public var service: String
  public var startsAt: String
  public var every: SeriesIntervalChoice
  public var count: Int?
  public var until: CivilDate?
  public var minutes: Int?
  public var episode: EntityID?
  public var skipConflicts: Bool?
  public var series: EntityID?

  public init(
    patient: SubjectReference, practitioner: SubjectReference, room: String, service: String,
    startsAt: String, every: SeriesIntervalChoice, count: Int? = nil, until: CivilDate? = nil,
    minutes: Int? = nil, episode: EntityID? = nil, skipConflicts: Bool? = nil,
    series: EntityID? = nil
  ) {
    self.patient = patient
    self.practitioner = practitioner
    self.room = room
    self.service = service
    self.startsAt = startsAt
    self.every = every
    self.count = count
    self.until = until
    self.minutes = minutes
    self.episode = episode
    self.skipConflicts = skipConflicts
    self.series = series
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let plan = try BookingPlan(
      patient: facts.patientID(patient), practitioner: practitioner, room: room, service: service,
      minutes: minutes, episode: episode, facts)
    let (first, offset) = try firstStart()
    let recurrence = Recurrence(interval: every.interval, first: first.date)
    let dates = try dates(of: recurrence)
    let series = try context.id(.series, series).description
    try facts.requireUnused(series, field: "series")

    var booked: [AppointmentBooked] = []
    var conflicts: [(date: CivilDate, problem: String)] = []
    for date in dates {
      do {
        let local = LocalDateTime(date: date, time: first.time)
        // The zone has another offset in the other half of the year: it counts for the first visit,
        // and where the hour comes twice.
        let decides = date == first.date || context.zone.instants(of: local).count == 2
        let start = try context.zone.instant(of: local, offset: decides ? offset : nil)
        var fact = try plan.booking(at: start, facts, context)
        fact.series = series
        booked.append(fact)
      } catch let refusal as Refusal {
        conflicts.append((date, refusal.problem))
      } catch let error as ValueError {
        conflicts.append((date, error.problem))
      }
    }
    try requireAcceptable(conflicts, booked.count)
    for index in booked.indices {
      booked[index].appointment = try context.id(.appointment).description
    }
    var fact = RecurringSeriesBooked()
    fact.series = series
    fact.recurrence = recurrence.rule(count: dates.count)
    fact.firstDateOn = first.date.compact
    fact.startMinute = Int32(first.time.minutesSinceMidnight)
    fact.appointments = booked.map(\.appointment)
    fact.skippedOn = conflicts.map(\.date.compact)
    return Decision(
      [ProposedFact(plan.patient, .recurringSeriesBooked(fact))]
        + booked.map { ProposedFact(plan.patient, .appointmentBooked($0)) },
      warnings: conflicts.map { "skipped \($0.date): \($0.problem)" }
        + (try concerns(of: plan, about: booked, facts)))
  }

  /// The local time of the first visit, and the offset if one is given.
  private func firstStart() throws -> (LocalDateTime, UTCOffset?) {
    let offset = startsAt.dropFirst(16)
    return (
      try LocalDateTime(String(startsAt.prefix(16))),
      offset.isEmpty ? nil : try UTCOffset(String(offset))
    )
  }

  private func dates(of recurrence: Recurrence) throws -> [CivilDate] {
    guard (count == nil) != (until == nil) else {
      throw Refusal(
        rule: "series.end", field: "count", problem: "a series ends by its count or its last day",
        remedy: "give count or until, not both")
    }
    let dates = (0..<Self.limit + 1).lazy.map(recurrence.date)
      .prefix { date in until.map { date <= $0 } ?? true }.prefix(max(0, count ?? .max))
    guard (2...Self.limit).contains(dates.count), count.map({ $0 <= Self.limit }) ?? true else {
      throw Refusal(
        rule: "series.length", field: count == nil ? "until" : "count",
        problem: "a series has 2 to \(Self.limit) appointments",
        remedy: "use book-appointment for one, or book a shorter series")
    }
    return Array(dates)
  }

  private func requireAcceptable(
    _ conflicts: [(date: CivilDate, problem: String)], _ free: Int
  ) throws {
    guard let first = conflicts.first, skipConflicts != true || free == 0 else { return }
    throw Refusal(
      rule: "series.conflicts", field: "startsAt",
      problem: conflicts.count == 1
        ? "\(first.date) cannot be booked: \(first.problem)"
        : "\(conflicts.count) of \(conflicts.count + free) dates cannot be booked",
      remedy: free == 0
        ? "choose another time" : "choose another time, or let them be skipped: skipConflicts",
      details: conflicts.map { "\($0.date): \($0.problem)" })
  }

  /// What the gate would say, each thing once with the first date of which it is true.
  private func concerns(
    of plan: BookingPlan, about booked: [AppointmentBooked], _ facts: some Facts
  ) throws -> [String] {
    var seen: Set<String> = []
    return try booked.flatMap { fact -> [String] in
      let date = try CivilDate(compact: fact.dateOn)
      return try plan.concerns(on: date, facts).filter { seen.insert($0).inserted }
        .map { "from \(date) on: \($0)" }
    }
  }
}

/// Cancels what is still to come of a series.
public struct CancelSeries: Command {
  public static let name = "cancel-series"
  public static let summary = "Cancels the appointments of a series from a date on."
  public static let help = [
    "from": "first day; today by default",
    "byPatient": "the patient cancelled, not the clinic; true by default",
  ]
  public static let roles: Set<Role> = [.frontDesk, .therapist, .patient]

  public var series: EntityID
  public var from: CivilDate?
  public var byPatient: Bool?

  public init(
    series: EntityID, from: CivilDate? = nil, byPatient: Bool? = nil
  ) {
    self.series = series
    self.from = from
    self.byPatient = byPatient
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let patient = try facts.patientID(owning: series, field: "series")
    let schedule = try facts.patient(patient).schedule
    guard schedule.series[series.description] != nil else {
      throw unknownReference("series", "no series has this identifier")
    }
    let from = from ?? context.today
    let context = context
    let standing = schedule.appointments.values.filter {
      $0.series == series.description && $0.isAwaited && $0.dateOn >= from.compact
        && $0.startsAt > context.occurredAt
    }.sorted { ($0.startsAtUs, $0.appointment) < ($1.startsAtUs, $1.appointment) }
    guard !standing.isEmpty else {
      throw Refusal(
        rule: "series.over", field: "from",
        problem: "nothing of the series is to come from \(from)",
        remedy: "nothing more is needed")
    }
    var fact = RecurringSeriesCancelled()
    fact.series = series.description
    fact.fromDateOn = from.compact
    fact.appointments = standing.map(\.appointment)
    let cancelled = try standing.map { appointment in
      try Fact.appointmentCancelled(
        appointment.cancellation(byPatient: byPatient ?? true, facts, context))
    }
    return Decision(
      ([.recurringSeriesCancelled(fact)] + cancelled).map { ProposedFact(patient, $0) })
  }
}

public enum SeriesIntervalChoice: String, WordChoice {
  case week, twoWeeks, month

  fileprivate var interval: Recurrence.Interval {
    switch self {
    case .week: .week
    case .twoWeeks: .twoWeeks
    case .month: .month
    }
  }
}
