import Foundation
import Practice
import PracticeEvents

/// Commands of every kind, likely and absurd, from a seed: for tests that no sequence of commands
/// breaks what must always hold.
///
/// Identifiers are mostly picked out of what was recorded (`learn`), so that many commands are
/// accepted; dates, amounts and words are now and then impossible.
public struct RandomCommands {
  private var random: SplitMix
  private var now: Instant
  private let zone: ClinicTimeZone
  private var opening: [any Command]
  private var known: [String: [String]] = [:]
  private var practitioners: [SubjectID] = []
  /// Lines of claims, by claim: an answer must cover each.
  private var claims: [ClaimSubmitted] = []
  /// What usually comes next, each not before its time.
  private var followUps: [(notBefore: Instant, command: any Command)] = []
  private let types = Self.weighted
  private var fields: [String: [CommandField]] = [:]
  /// Percent of the fields of this command that are given though they could be left out.
  private var fullness = 35

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

  private static let firstPractitioner = "1234567893"

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

  // MARK: Fields

  /// Nil when the fields drawn are no command of the type at all.
  private mutating func command(_ type: any Command.Type) -> (any Command)? {
    let form = fields[type.name] ?? type.fields
    fields[type.name] = form
    if type == AdjudicateClaim.self, random.percent(70), let answer = answer() { return answer }
    fullness = random.percent(55) ? 90 : 15
    // Without anything of the kind there is nothing to speak of yet.
    let lacksSubject = form.contains { field in
      field.isRequired && Self.kind(named: field.name).map { known[$0] == nil } ?? false
    }
    guard !lacksSubject || random.percent(5) else { return nil }
    guard let json = try? JSONSerialization.data(withJSONObject: object(form)) else { return nil }
    return try? JSONDecoder().decode(type, from: json)
  }

  private mutating func object(_ form: [CommandField]) -> [String: Any] {
    var members: [String: Any] = [:]
    for field in form where field.isRequired || random.percent(share(of: field)) {
      members[field.name] = value(field.kind, field.name)
    }
    return members
  }

  /// How often a field that may be left out is given. Identifiers and days seldom are: most of them
  /// would be taken, or not fit.
  private func share(of field: CommandField) -> Int {
    let isIdentifier = EntityID.Kind.allCases.contains { "\($0)" == field.name }
    if let kind = Self.kind(named: field.name), known[kind] == nil { return 1 }
    if field.name == "charges" { return 75 }
    if field.name == "lines" || field.name == "replaces" { return 8 }
    if field.name.hasSuffix("At") { return 4 }
    let isTime = field.kind == .text(example: CivilDate.example)
    return isIdentifier || isTime ? fullness / 6 : fullness
  }

  /// A payer's answer that adds up.
  private mutating func answer() -> AdjudicateClaim? {
    guard let claim = pick(claims), let id = try? EntityID(claim.claim) else { return nil }
    let isDenied = random.percent(25)
    let lines = claim.lines.compactMap { line -> LineAnswer? in
      guard let charge = try? EntityID(line.charge) else { return nil }
      let paid = isDenied ? 0 : Int64(random.below(Int(max(1, line.chargeCents))))
      return LineAnswer(
        charge: charge, paid: Money(cents: paid),
        adjustments: [
          LineAdjustment(
            group: random.percent(50) ? .co : .pr, carc: isDenied ? "197" : "45",
            amount: Money(cents: line.chargeCents - paid))
        ])
    }
    return AdjudicateClaim(claim: id, status: isDenied ? 4 : 1, lines: lines)
  }

  private mutating func value(_ kind: CommandField.Kind, _ name: String) -> Any {
    switch kind {
    case .flag: return random.percent(75)
    case .integer: return integer(name)
    case .choice(let words): return pick(words) ?? ""
    case .list where name == "rooms": return ["Room 1", "Room 2"]
    case .list where name == "fees" && random.percent(80):
      return ["97140", "97124"].map { ["cpt": $0, "perUnit": "\(30 + random.below(9)).00"] }
    case .list(.choice(let words)) where random.percent(50): return words
    case .list(let element):
      let count = random.percent(90) ? 1 + random.below(2) : random.below(5)
      return (0..<count).map { _ in value(element, name) }
    case .object(let fields): return object(fields)
    case .text(let example): return text(name, example)
    }
  }

  private mutating func integer(_ name: String) -> Int {
    if name == "minutes", random.percent(90) { return 30 * (1 + random.below(3)) }
    if name == "month" { return 202_500 + random.below(14) }
    if random.percent(3) { return [Int.max, Int.min, -1, 0, 1_000_000_007][random.below(5)] }
    return random.percent(70) ? random.below(12) : random.below(400) - 10
  }

  private mutating func text(_ name: String, _ example: String) -> String {
    if let identifier = identifier(name) { return identifier }
    switch example {
    case CivilDate.example: return date(name).description
    case Money.example:
      return Money(cents: Int64(random.percent(85) ? random.below(30_000) : random.below(99) - 99))
        .description
    case ICD10CM.example: return pick(["M54.2", "M54.59", "S39.012A", "M54.5", "Z99.9"]) ?? ""
    case ProcedureCode.example: return pick(["97140", "97124", "97010", "99213"]) ?? ""
    case NPI.example: return npi()
    case Hundredths.example: return "\(random.below(9))"
    case SessionService.example: return "97140:\(random.below(32)):neck"
    default: break
    }
    switch name {
    case "startsAt", "endsAt", "startedAt", "endedAt":
      let minutes = random.percent(90) ? random.below(900) - 60 : random.below(9_000)
      let soon = zone.local(of: now.adding(minutes: minutes)).description
      return random.percent(97) ? soon : "2026-03-08T02:30"
    case "service":
      return pick(random.percent(4) ? ["none"] : ["med60", "relax60", "relax60"]) ?? ""
    case "room", "rooms": return pick(random.percent(4) ? ["Attic"] : ["Room 1", "Room 2"]) ?? ""
    case "rejectReason": return pick(["72", "75", "?"]) ?? ""
    case "tokenSHA256": return String(repeating: "0123456789abcdef", count: 4)
    case "mrn": return "P-\(random.below(60))"
    default: break
    }
    if !example.isEmpty { return example }
    return random.percent(95) ? "word\(random.below(500))" : String(repeating: "x", count: 5_000)
  }

  /// An identifier where the name asks for one: mostly one that exists.
  private mutating func identifier(_ name: String) -> String? {
    guard let kind = Self.kind(named: name) else { return nil }
    if let entity = EntityID.Kind.allCases.first(where: { "\($0)" == kind }), random.percent(8) {
      return EntityID.make(entity, random: random.next()).description
    }
    // The first practitioner has a licence and training.
    if kind == "practitioner-npi", random.percent(70) { return known[kind]?.first }
    return pick(known[kind] ?? [])
  }

  /// Under what name `learn` keeps what a field of this name speaks of; nil when it is no identifier.
  private static func kind(named name: String) -> String? {
    switch name {
    case "patient": return "mrn"
    case "practitioner": return "practitioner-npi"
    case "referringProvider", "madeBy": return "provider-npi"
    case "payer": return "payer-id"
    case "replaces": return "claim"
    case "renews": return "prescription"
    case "supersedes": return "superbill"
    case "series": return "series"
    case "formDocument": return "document"
    case "exception": return "remittanceException"
    default:
      let singular = name.hasSuffix("s") ? String(name.dropLast()) : name
      return EntityID.Kind.allCases.map { "\($0)" }.first { $0 == singular }
    }
  }

  /// Days of ending mostly lie ahead, others mostly behind.
  private mutating func date(_ name: String) -> CivilDate {
    if random.percent(3) { return random.percent(50) ? .earliest : .latest }
    let days = random.below(random.percent(70) ? 14 : 400)
    let ends = ["hrough", "xpires", "due", "Due"].contains { name.contains($0) }
    return zone.date(of: now).adding(days: ends == random.percent(90) ? days : -days)
  }

  private mutating func npi() -> String {
    // One in ten has the right check digit; a range of a few hundred makes repeats likely.
    let start = 1_000_000_000 + random.below(40) * 10
    return (start..<start + 10).lazy.map(String.init).first { (try? NPI($0)) != nil }
      ?? "1234567893"
  }

  private mutating func pick<Element>(_ elements: [Element]) -> Element? {
    guard !elements.isEmpty else { return nil }
    // What is recent is most often spoken of.
    let recent = random.percent(60) ? max(0, elements.count - 12) : 0
    return elements[recent + random.below(elements.count - recent)]
  }

  // MARK: A clinic to begin with

  private static func opening() throws -> [any Command] {
    let (first, second) = (try NPI(firstPractitioner), try NPI("1245319599"))
    let license = try EntityID("lic-0000000000AA")
    let training = CivilDate.earliest.adding(years: 115)
    var commands: [any Command] = [
      EstablishClinic(
        clinicName: "Test Clinic", timeZone: try ClinicTimeZone("America/New_York"),
        addressLine1: "1 Main Street", city: "Fort Lee", state: try StateCode("NJ"),
        postalCode: try PostalCode("07024"), npi: try NPI("1679576722"), ein: "12-3456789",
        rooms: ["Room 1", "Room 2"]),
      DefineService(
        service: "med60", serviceName: "Medical", serviceClass: .medical, minutes: 60,
        defaultCPT: try ProcedureCode("97140"), selfPay: Money(cents: 13_600)),
      DefineService(
        service: "relax60", serviceName: "Relaxation", serviceClass: .relaxation, minutes: 60,
        defaultCPT: try ProcedureCode("97124"), selfPay: Money(cents: 9_500)),
      PublishFeeSchedule(
        version: "first",
        fees: try ["97140", "97124", "97010"].map {
          .init(cpt: try ProcedureCode($0), perUnit: Money(cents: 3_400))
        }, effectiveFrom: training),
      RegisterPractitioner(familyName: "Adler", givenName: "Naomi", npi: first),
      RecordLicense(
        practitioner: SubjectReference(first.description), state: try StateCode("NJ"),
        number: "18KT1", issuedOn: training, expiresOn: training.adding(years: 40),
        license: license),
      RecordTrainingCredential(
        practitioner: SubjectReference(first.description), kind: .medicalMassage, issuer: "School",
        hours: 300, earnedOn: training),
      GrantPrivilege(
        practitioner: SubjectReference(first.description), serviceClass: .medical, from: training),
      RegisterReferringProvider(
        familyName: "Kim", givenName: "Grace", credential: .md, npi: second),
    ]
    for number in 1...6 {
      commands.append(
        RegisterPatient(
          mrn: "P-\(number)", familyName: "Family\(number)", givenName: "Given",
          bornOn: training.adding(years: -30)))
    }
    for (index, type) in [PayerTypeChoice.commercial, .autoPip, .medicare].enumerated() {
      commands.append(
        RegisterPayer(
          payerName: "Payer \(index)", payerID: "PAY\(index)", type: type, effectiveFrom: training))
    }
    for number in 1...3 {
      let patient = SubjectReference("P-\(number)")
      let coverage = EntityID.make(.coverage, random: UInt64(number))
      let episode = EntityID.make(.episode, random: UInt64(number))
      commands += [
        AddCoverage(
          patient: patient, payer: SubjectReference("PAY0"), memberID: "M\(number)",
          effectiveFrom: training, coverage: coverage),
        VerifyInsurance(coverage: coverage, active: .yes, lmtCovered: .yes),
        OpenEpisode(patient: patient, problem: "pain", condition: .chronic, episode: episode),
        RecordDiagnosis(
          episode: episode, code: try ICD10CM("M54.2"),
          madeBy: SubjectReference(second.description)),
      ]
    }
    return commands
  }
}

/// SplitMix64 (Steele et al. 2014).
private struct SplitMix {
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
