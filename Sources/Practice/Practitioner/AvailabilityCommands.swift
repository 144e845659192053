import PracticeEvents

/// Sets the weekly hours in which a practitioner treats.
public struct SetAvailability: Command {
  public static let name = "set-availability"
  public static let summary = "Sets a practitioner's weekly hours from a day on."
  public static let help = [
    "practitioner": "NPI or id", "from": "first day; today by default",
    "hours": "weekday, start and end of each block; a day without one is free",
  ]
  public static let roles: Set<Role> = [.frontDesk, .therapist]

  /// One block of work, in local time.
  public struct Block: Codable, Sendable {
    public var weekday: WeekdayChoice
    public var start: CivilTime
    public var end: CivilTime

    public init(
      weekday: WeekdayChoice, start: CivilTime, end: CivilTime
    ) {
      self.weekday = weekday
      self.start = start
      self.end = end
    }
  }

  public var practitioner: SubjectReference
  public var from: CivilDate?
  public var hours: [Block]

  public init(
    practitioner: SubjectReference, from: CivilDate? = nil, hours: [Block]
  ) {
    self.practitioner = practitioner
    self.from = from
    self.hours = hours
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let practitioner = try facts.practitionerID(practitioner)
    let from = from ?? context.today
    let blocks = hours.sorted { ($0.weekday.number, $0.start) < ($1.weekday.number, $1.start) }
    for block in blocks where block.start >= block.end {
      throw Refusal(
        rule: "availability.hours", field: "hours",
        problem: "on \(block.weekday.rawValue) \(block.start) is not before \(block.end)",
        remedy: "split hours that pass midnight")
    }
    for (block, next) in zip(blocks, blocks.dropFirst())
    where block.weekday == next.weekday && next.start < block.end {
      throw Refusal(
        rule: "availability.overlap", field: "hours",
        problem: "two blocks of \(block.weekday.rawValue) overlap at \(next.start)",
        remedy: "join them")
    }
    var fact = AvailabilitySet()
    fact.fromDateOn = from.compact
    fact.hours = blocks.map { block in
      var hours = AvailabilitySet.Hours()
      hours.weekday = Int32(block.weekday.number)
      hours.startMinute = Int32(block.start.minutesSinceMidnight)
      hours.endMinute = Int32(block.end.minutesSinceMidnight)
      return hours
    }
    return Decision([ProposedFact(practitioner, .availabilitySet(fact), effectiveOn: from)])
  }
}

public enum WeekdayChoice: String, WordChoice {
  case monday, tuesday, wednesday, thursday, friday, saturday, sunday

  /// 1 Monday … 7 Sunday (ISO 8601).
  var number: Int {
    switch self {
    case .monday: 1
    case .tuesday: 2
    case .wednesday: 3
    case .thursday: 4
    case .friday: 5
    case .saturday: 6
    case .sunday: 7
    }
  }
}
