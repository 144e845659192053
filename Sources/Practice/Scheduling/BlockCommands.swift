import PracticeEvents
import SwiftProtobuf

/// Takes a practitioner's or a room's time out of the schedule.
public struct BlockTime: Command {
  public static let name = "block-time"
  public static let summary = "Blocks time of a practitioner or a room, so that nothing is booked."
  public static let help = [
    "practitioner": "NPI or id; or give a room", "room": "or give a practitioner",
    "startsAt": "local time, e.g. 2026-03-11T12:00, or a date for its start",
    "endsAt": "local time, or a date for its end: 2026-07-14 is through 14 July",
    "kind": "of a practitioner's block; other when left out",
    "purpose": "of a room's block, e.g. repairs",
  ]
  public static let roles: Set<Role> = [.frontDesk, .therapist]

  public var practitioner: SubjectReference?
  public var room: String?
  public var startsAt: String
  public var endsAt: String
  public var kind: TimeBlockChoice?
  public var purpose: String?
  public var block: EntityID?

  public init(
    practitioner: SubjectReference? = nil, room: String? = nil, startsAt: String, endsAt: String,
    kind: TimeBlockChoice? = nil, purpose: String? = nil, block: EntityID? = nil
  ) {
    self.practitioner = practitioner
    self.room = room
    self.startsAt = startsAt
    self.endsAt = endsAt
    self.kind = kind
    self.purpose = purpose
    self.block = block
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let start = try instant(startsAt, isEnd: false, context.zone)
    let end = try instant(endsAt, isEnd: true, context.zone)
    guard start < end, start.minutes(until: end) <= 366 * 1_440 else {
      throw Refusal(
        rule: "block.times", field: "endsAt", problem: "it does not end within a year of its start",
        remedy: "give an end after the start; a date ends with its day")
    }
    let id = try context.id(.block, block).description
    try facts.requireUnused(id, field: "block")
    switch (practitioner, room) {
    case (let practitioner?, nil):
      return try decision(id, facts.practitionerID(practitioner), start..<end, facts, context.zone)
    case (nil, let room?):
      return try decision(id, room, start..<end, facts, context.zone)
    default:
      throw Refusal(
        rule: "block.whose", field: "practitioner",
        problem: "a block is of one practitioner or of one room",
        remedy: "give practitioner or room, not both")
    }
  }

  private func decision(
    _ id: String, _ practitioner: SubjectID, _ span: Range<Instant>, _ facts: some Facts,
    _ zone: ClinicTimeZone
  ) throws -> Decision {
    try requireNew(span, among: facts.practitioner(practitioner).blocks)
    guard purpose == nil else {
      throw Refusal(
        rule: "block.purpose", field: "purpose",
        problem: "a practitioner's block has a kind and no purpose",
        remedy: "give kind; private reasons are not for the schedule")
    }
    var fact = PractitionerTimeBlocked()
    fact.block = id
    fact.startsAt = Google_Protobuf_Timestamp(span.lowerBound)
    fact.endsAt = Google_Protobuf_Timestamp(span.upperBound)
    fact.kind = (kind ?? .other).kind
    return Decision(
      [ProposedFact(practitioner, .practitionerTimeBlocked(fact))],
      warnings: try inTheWay(span, zone) { try facts.day(of: practitioner, on: $0) })
  }

  private func decision(
    _ id: String, _ room: String, _ span: Range<Instant>, _ facts: some Facts,
    _ zone: ClinicTimeZone
  ) throws -> Decision {
    let clinic = try facts.clinic()
    try clinic.requireRoom(room)
    try requireNew(span, among: clinic.roomBlocks.filter { $0.room == room })
    if let purpose { try require(purpose, in: "purpose", atMost: 120) }
    var fact = RoomBlocked()
    fact.block = id
    fact.room = room
    fact.startsAt = Google_Protobuf_Timestamp(span.lowerBound)
    fact.endsAt = Google_Protobuf_Timestamp(span.upperBound)
    fact.purpose = purpose ?? ""
    return Decision(
      [ProposedFact(.site, .roomBlocked(fact))],
      warnings: try inTheWay(span, zone) { try facts.day(ofRoom: room, on: $0) })
  }

  private func instant(_ text: String, isEnd: Bool, _ zone: ClinicTimeZone) throws -> Instant {
    guard let date = try? CivilDate(text) else { return try zone.instant(text) }
    return isEnd ? zone.day(date).upperBound : zone.day(date).lowerBound
  }

  private func requireNew(_ span: Range<Instant>, among blocks: [TimeBlock]) throws {
    guard let known = blocks.first(where: { $0.span == span }) else { return }
    throw Refusal(
      rule: "block.repeated", field: "startsAt", problem: "\(known.block) blocks that time already",
      remedy: "nothing more is needed", details: [known.block])
  }

  /// Appointments that stand in the blocked time: they stay until somebody moves or cancels them.
  private func inTheWay(
    _ span: Range<Instant>, _ zone: ClinicTimeZone,
    day: (CivilDate) throws -> [String: Appointment]
  ) throws -> [String] {
    let last = zone.date(of: span.upperBound.adding(microseconds: -1))
    let ids = try (zone.date(of: span.lowerBound)...last).flatMap { date in
      try day(date).values
        .filter { $0.takesTime && ($0.startsAt..<max($0.startsAt, $0.endsAt)).overlaps(span) }
        .sorted { ($0.startsAtUs, $0.appointment) < ($1.startsAtUs, $1.appointment) }
        .map(\.appointment)
    }
    return ids.isEmpty
      ? [] : ["booked in that time, to be moved or cancelled: \(ids.joined(separator: ", "))"]
  }
}

/// Gives blocked time back to the schedule.
public struct UnblockTime: Command {
  public static let name = "unblock-time"
  public static let summary = "Gives blocked time of a practitioner or a room back."
  public static let roles: Set<Role> = [.frontDesk, .therapist]

  public var block: EntityID

  public init(
    block: EntityID
  ) {
    self.block = block
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    guard block.kind == .block, let owner = try facts.owner(of: .entity(block)) else {
      throw Refusal(
        rule: "reference.unknown", field: "block", problem: "there is no such block",
        remedy: "`chartledger report schedule.day` lists the day's blocks")
    }
    let id = block.description
    let blocks =
      owner == .site ? try facts.clinic().roomBlocks : try facts.practitioner(owner).blocks
    guard let known = blocks.first(where: { $0.block == id }) else {
      throw Refusal(
        rule: "block.gone", field: "block", problem: "\(id) was unblocked already",
        remedy: "nothing more is needed")
    }
    let corrects = try facts.origin(of: block)
    guard owner == .site else {
      var fact = PractitionerTimeUnblocked()
      fact.block = id
      return Decision([ProposedFact(owner, .practitionerTimeUnblocked(fact), corrects: corrects)])
    }
    var fact = RoomUnblocked()
    fact.block = id
    fact.room = known.room
    return Decision([ProposedFact(.site, .roomUnblocked(fact), corrects: corrects)])
  }
}

/// Why a practitioner is away.
public enum TimeBlockChoice: String, WordChoice {
  case holiday, meeting, sick, training, other

  var kind: TimeBlockKind {
    switch self {
    case .holiday: .holiday
    case .meeting: .meeting
    case .sick: .sick
    case .training: .training
    case .other: .other
    }
  }
}

extension TimeBlock {
  init(_ fact: PractitionerTimeBlocked, _ recorded: RecordedFact) {
    self.init()
    block = fact.block
    startsAtUs = fact.startsAt.instant.microseconds
    endsAtUs = fact.endsAt.instant.microseconds
    kind = fact.kind
    recordedAtUs = recorded.recordedAt
  }

  init(_ fact: RoomBlocked, _ recorded: RecordedFact) {
    self.init()
    block = fact.block
    room = fact.room
    startsAtUs = fact.startsAt.instant.microseconds
    endsAtUs = fact.endsAt.instant.microseconds
    purpose = fact.purpose
    recordedAtUs = recorded.recordedAt
  }
}
