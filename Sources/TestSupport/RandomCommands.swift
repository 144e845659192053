import Practice
import PracticeEvents

/// Commands of every kind, likely and absurd, from a seed: for tests that no sequence of commands
/// breaks what must always hold.
///
/// Identifiers are mostly picked out of what was recorded (`learn`), so that many commands are
/// accepted; dates, amounts and words are now and then impossible.
public struct RandomCommands {
  var random: SplitMix
  var now: Instant
  let zone: ClinicTimeZone
  private var opening: [any Command]
  var known: [String: [String]] = [:]
  private var practitioners: [SubjectID] = []
  /// Lines of claims, by claim: an answer must cover each.
  var claims: [ClaimSubmitted] = []
  /// What usually comes next, each not before its time.
  private var followUps: [(notBefore: Instant, command: any Command)] = []
  private let types = Self.weighted
  var fields: [String: [CommandField]] = [:]
  /// Percent of the fields of this command that are given though they could be left out.
  var fullness = 35

  /// - Throws: `ValueError` for a start that is no local time of New York.
  public init(seed: UInt64, from start: String = "2025-03-03T08:00") throws {
    random = SplitMix(state: seed)
    zone = try ClinicTimeZone("America/New_York")
    now = try zone.instant(start)
    opening = try Self.opening()
  }

  /// The next command, with who gives it and when. Each is later than the one before.
  public mutating func next() -> (command: any Command, context: DecisionContext) {
    now = now.adding(microseconds: Int64(random.below(900) + 1) * 1_000_000)
    // A night or a week-end goes by now and then.
    if random.percent(2) { now = now.adding(minutes: random.below(4_000)) }
    if !opening.isEmpty {
      return (opening.removeFirst(), context(role: .supervisor))
    }
    if random.percent(40), let due = followUps.firstIndex(where: { $0.notBefore <= now }) {
      return (followUps.remove(at: due).command, context(role: .supervisor))
    }
    while true {
      let type = types[random.below(types.count)]
      guard let command = command(type) else { continue }
      return (command, context(role: role(for: type)))
    }
  }

  /// Remembers what the facts speak of.
  public mutating func learn(_ events: [ProposedEvent]) {
    for (subject, _, event) in events {
      for tag in event.tags {
        guard let colon = tag.text.firstIndex(of: ":") else { continue }
        let kind = String(tag.text[..<colon])
        known[kind, default: []].append(String(tag.text[tag.text.index(after: colon)...]))
      }
      switch event.fact {
      case .practitionerRegistered(let fact):
        practitioners.append(subject)
        known["practitioner-npi", default: []].append(fact.npi)
      case .referringProviderRegistered(let fact):
        known["provider-npi", default: []].append(fact.npi)
      case .claimSubmitted(let fact): claims.append(fact)
      default: break
      }
      if random.percent(85), let (time, commands) = try? usualNext(subject, event) {
        followUps += commands.map { (max(now, time), $0) }
      }
    }
  }

  /// What a clinic would do after a fact, and from when on; nothing after most.
  private func usualNext(
    _ subject: SubjectID, _ event: PracticeEvent
  ) throws -> (Instant, [any Command])? {
    let now = event.occurredAt.instant
    switch event.fact {
    case .appointmentBooked(let fact):
      let appointment = try EntityID(fact.appointment)
      let blocks = ClearanceBlock.Code.allCases.filter(\.isOverridable)
      let services = [try SessionService("97140:30:neck")]
      return (
        fact.endsAt.instant,
        [
          OverrideClearance(appointment: appointment, blocks: blocks),
          DeliverSession(appointment: appointment, services: services),
        ]
      )
    case .sessionDelivered(let fact):
      let session = try EntityID(fact.session)
      let note = SignNote(
        session: session, subjective: "s", objective: "o", assessment: "a", plan: "p")
      var next: [any Command] = [note, PostCharge(session: session)]
      if !fact.episode.isEmpty { next.append(try visit(subject, fact.episode, after: now)) }
      return (now, next)
    case .diagnosisRecorded(let fact):
      return (now, [try visit(subject, fact.episode, after: now)])
    case .chargePosted(let fact) where fact.responsible == .insurance:
      return (now, [SubmitClaim(charges: [try EntityID(fact.charge)])])
    case .chargePosted(let fact):
      let pay = TakePayment(
        patient: SubjectReference(subject), amount: Money(cents: max(1, fact.amountCents / 2)),
        method: .card, charges: [try EntityID(fact.charge)])
      return (now, [pay])
    default: return nil
    }
  }

  private func visit(
    _ patient: SubjectID, _ episode: String, after time: Instant
  ) throws -> BookAppointment {
    let start = zone.local(of: time.adding(minutes: 2 * 1_440))
    return BookAppointment(
      patient: SubjectReference(patient), practitioner: SubjectReference(Self.firstPractitioner),
      room: "Room 1", service: "med60", startsAt: start.description,
      episode: try EntityID(episode))
  }

  static let firstPractitioner = "1234567893"

  /// What ends things is rare and what patients come for is frequent, or little would go on.
  private static let weighted: [any Command.Type] = CommandCatalog.all.flatMap { type in
    let weight =
      switch type.name {
      case "discharge-episode", "set-practice-profile", "revoke-privilege", "change-license-status",
        "reverse-payment", "terminate-coverage", "set-availability", "establish-clinic",
        "revoke-consent", "revoke-prescription", "close-period", "close-goal", "deny-authorization",
        "publish-rule-table", "define-service", "renew-license", "grant-user-role",
        "publish-fee-schedule", "block-time", "cancel-series", "cancel-appointment",
        "record-no-show", "void-session", "void-charge", "record-disclosure":
        1
      case "book-appointment", "deliver-session": 24
      case "check-in", "post-charge", "sign-note", "submit-claim", "adjudicate-claim",
        "take-payment", "open-episode", "complete-assessment", "accept-prescription",
        "verify-insurance", "override-clearance", "record-diagnosis":
        12
      default: 6
      }
    return Array(repeating: type, count: weight)
  }

  // MARK: Who and when

  private mutating func role(for type: any Command.Type) -> Role {
    if random.percent(50) { return .supervisor }
    let permitted = type.roles.sorted { $0.rawValue < $1.rawValue }
    let roles =
      random.percent(80) && !permitted.isEmpty ? permitted : [Role.auditor, .patient, .biller]
    return roles[random.below(roles.count)]
  }

  private mutating func context(role: Role) -> DecisionContext {
    var actor = EventActor()
    actor.user = "user\(random.below(4))"
    actor.role = role
    actor.initials = "U"
    if role == .therapist, let practitioner = pick(practitioners) {
      actor.practitioner = (random.percent(70) ? practitioners[0] : practitioner).description
    }
    let occurred: Instant? =
      random.percent(85)
      ? nil : now.adding(minutes: random.percent(80) ? -random.below(9_000) : random.below(3_000))
    return DecisionContext(
      actor: actor, now: now, occurredAt: occurred, zone: zone,
      reason: random.percent(65) ? "a reason" : nil,
      seed: UUIDKey(high: random.next(), low: random.next()))
  }
}

/// SplitMix64 (Steele et al. 2014).
struct SplitMix {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
    return mixed ^ mixed >> 31
  }

  /// 0 up to but not including the bound, which is above 0.
  mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }
  mutating func percent(_ share: Int) -> Bool { below(100) < share }
}
