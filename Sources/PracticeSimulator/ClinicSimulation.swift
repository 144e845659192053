import Practice
import PracticeEvents

/// A command that a decision accepted, with the events to append.
public struct SimulatedCommand: Sendable {
  /// E.g. `book-appointment`.
  public var name: String
  public var commandID: UUIDKey
  /// When the first event was recorded; each command is later than the one before.
  public var recordedAt: Instant
  public var events: [ProposedEvent]

  /// When an event of it was recorded: a microsecond after the one before.
  public func recordedAt(ofEvent index: Int) -> Instant {
    recordedAt.adding(microseconds: Int64(index))
  }
}

/// What a simulation did.
public struct SimulationSummary: Sendable, Hashable {
  /// Commands accepted, by name.
  public internal(set) var accepted: [String: Int] = [:]
  /// Commands refused, by the rule that refused them.
  public internal(set) var refused: [String: Int] = [:]
  public internal(set) var events = 0

  public var commands: Int { accepted.values.reduce(0, +) }
}

/// Years of a made-up clinic in north-east New Jersey, ending in the middle of a working day.
///
/// Patients call, are asked for prescriptions and insurance, come or do not come, get better or do
/// not; claims are paid, denied, reversed. All of it happens by commands that the clinic's own rules
/// decide, so the history is one that the program could have recorded. The same seed gives the same
/// history to the byte.
public struct ClinicSimulation: Sendable {
  private var world: World

  /// - Parameters:
  ///   - patients: 1 to 100 000.
  ///   - years: 1 to 20.
  ///   - through: the last day; the simulation ends on it at noon.
  ///   - zone: of the clinic; its hours of work are local.
  ///   - personas: adds patients with names whose course is written down (`personaMRNs`).
  /// - Throws: `ValueError` for a number out of range.
  public init(
    seed: UInt64, patients: Int, years: Int, through: CivilDate, zone: ClinicTimeZone? = nil,
    clinicName: String = "Palisades Medical Massage", personas: Bool = false
  ) throws {
    guard (1...100_000).contains(patients), (1...20).contains(years) else {
      throw ValueError(
        "size of a simulation", problem: "it has 1 to 100000 patients and 1 to 20 years",
        remedy: "choose a smaller one")
    }
    let zone = try zone ?? ClinicTimeZone("America/New_York")
    let firstDay = through.adding(years: -years)
    var random = SeededRandom(seed: seed)
    var people = (1...patients).map {
      random.patient(number: $0, today: firstDay, insuranceRate: 0.72)
    }
    // Who calls last is not ready on the last day: the doctor's fax lacks something.
    for index in people.indices.suffix(World.lateCallers(of: patients)) {
      if !people[index].isMedical { people[index].complaint = Complaint.chronic[0] }
      people[index].faxIsIncomplete = true
    }
    if personas {
      people += try Persona.all(firstDay, through).enumerated().map {
        SimulatedPatient($1, referrer: $0 % 3)
      }
    }
    world = World(
      zone: zone, firstDay: firstDay, lastDay: through, clinicName: clinicName, random: random,
      now: zone.startOfDay(firstDay).adding(minutes: 7 * 60), patients: people,
      payerInbox: Array(repeating: [], count: SimulatedPayer.all.count),
      drawer: Drawer(random: SeededRandom(seed: seed ^ 0xd4a3e4)))
  }

  /// The personas: an acute injury that reaches its goal, a chronic condition that ends at a plateau,
  /// maintenance that the patient pays, and one patient for each way to pay without insurance.
  public static let personaMRNs = Persona.names

  /// Lives through all days.
  ///
  /// - Parameters:
  ///   - progress: called after each day with the days done and the days in all.
  ///   - body: called with each accepted command, in the order of recording.
  /// - Throws: what `body` throws.
  public mutating func run(
    progress: ((_ done: Int, _ total: Int) -> Void)? = nil,
    _ body: (SimulatedCommand) throws -> Void
  ) throws -> SimulationSummary {
    try world.setUp()
    let end = try world.instant(world.lastDay, 12 * 60)
    let total = world.firstDay.days(until: world.lastDay) + 1
    var day = world.firstDay
    while let (time, task) = world.agenda.next(through: end) {
      world.now = max(world.now, time)
      try world.perform(task)
      for command in world.recorded { try body(command) }
      world.recorded.removeAll(keepingCapacity: true)
      if let progress, world.today > day {
        day = world.today
        progress(min(total, world.firstDay.days(until: day)), total)
      }
    }
    progress?(total, total)
    return world.summary
  }
}
