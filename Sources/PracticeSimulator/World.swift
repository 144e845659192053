import Practice
import PracticeEvents

/// The clinic under simulation: its facts, its people, and what is still to happen. Every fact comes
/// from a decision; a refusal is part of the story.
struct World: Sendable {
  /// What is due at some time.
  enum Task: Sendable {
    // The office's days
    case opening, claimRun, closing
    case monthEnd
    // Patients
    case call(Int)
    case fax(Int, complete: Bool)
    case eligibility(Int, request: EntityID, attempt: Int)
    case authorization(Int, request: EntityID)
    case bookAhead(Int)
    case bookAgain(Int, notBefore: CivilDate)
    case change(Int, version: Int)
    case arrival(Int, version: Int)
    case missed(Int, version: Int)
    case missTakenBack(Int)
    case filling(WaitingPatient, SlotCalendar.Slot)
    case treatment(Int)
    case note(Int)
    case amendment(EntityID, therapist: Int)
    case charge(Int)
    case newEpisode(Int)
    // Money
    case deskPayment(Int)
    case payment(Int)
    case bounce(EntityID)
    case refund(Int)
    case instalment(Int)
    case waive(EntityID)
    case claimReply(ClaimOnItsWay)
    case reversal(ClaimOnItsWay)
    case replacement(ClaimOnItsWay)
    case nextPayer(ClaimOnItsWay)
    case appeal(ClaimOnItsWay)
    case appealDecision(EntityID, ClaimOnItsWay)
    case takeBackExplained(EntityID, ClaimOnItsWay)
    case voidSession(EntityID)
    // The clinic
    case renewLicense(Int)
    case fillDay(CivilDate)
    case holiday(Int, from: CivilDate)
    case sickDay(Int)
    case repairs(room: Int, from: CivilDate)
    case persona(Int, PersonaStep)
  }

  struct Visit: Sendable {
    enum Status: Sendable { case awaited, here, treated, over }
    var patient: Int
    var slot: SlotCalendar.Slot
    var appointment: EntityID
    var service: String
    var version = 0
    var status = Status.awaited
    var isConfirmed = false
    var session: EntityID?
    var series: EntityID?
  }

  struct ClaimOnItsWay: Sendable {
    var claim: EntityID
    var patient: Int
    var payer: Int
    var isReplacement = false
  }

  let zone: ClinicTimeZone
  let firstDay: CivilDate
  let lastDay: CivilDate
  let clinicName: String
  var memory = FactMemory()
  var random: SeededRandom
  var agenda = Agenda<Task>()
  var now: Instant

  var therapists = Therapist.all
  var referrers: [Referrer] = []
  var patients: [SimulatedPatient]
  var visits: [Visit] = []
  var calendar = SlotCalendar()
  var waiting: [WaitingPatient] = []
  /// Charges that wait for the next claim run.
  var claimQueue: [(patient: Int, session: EntityID, charges: [EntityID])] = []
  /// Claims that a payer will answer with its next payment, by payer.
  var payerInbox: [[(due: CivilDate, claim: ClaimOnItsWay)]]
  /// Answers that a payer takes back with its next payment, by payer.
  var takeBacks: [[ClaimOnItsWay]] = Array(repeating: [], count: SimulatedPayer.all.count)
  /// What a payer keeps back from its next payment because the last one was too small, by payer.
  var carriedForward: [(cents: Int64, from: EntityID)?] = Array(
    repeating: nil, count: SimulatedPayer.all.count)
  var remittanceCount = 0

  /// What happened since it was last taken.
  var recorded: [SimulatedCommand] = []
  var summary = SimulationSummary()
  var lastRefusal: Refusal?

  /// Gives a command as somebody of the staff.
  ///
  /// - Parameter occurred: when it happened, if not now.
  /// - Returns: the facts recorded; nil when a rule refused it.
  /// - Throws: what is no refusal, such as a `ValueError` for a time that does not exist.
  @discardableResult
  mutating func give<C: Command>(
    _ command: C, by staff: Staff, reason: String? = nil, at occurred: Instant? = nil
  ) throws -> [RecordedFact]? {
    // Nobody types two commands in the same moment.
    now = now.adding(microseconds: Int64(random.int(9_000_000...75_000_000)))
    let id = UUIDKey(high: random.next(), low: random.next())
    var actor = EventActor()
    actor.user = staff.user
    actor.role = staff.role
    actor.initials = staff.initials
    actor.practitioner = staff.practitioner?.description ?? ""
    var context = DecisionContext(
      actor: actor, channel: .cli, now: now, occurredAt: occurred, zone: zone, reason: reason,
      seed: id)
    do {
      let decision = try command.checkedDecision(memory, &context)
      let events = decision.events(in: &context)
      let facts = memory.record(events, at: now)
      recorded.append(
        SimulatedCommand(name: C.name, commandID: id, recordedAt: now, events: events))
      summary.accepted[C.name, default: 0] += 1
      summary.events += events.count
      now = now.adding(microseconds: Int64(events.count))
      return facts
    } catch let refusal as Refusal {
      summary.refused[refusal.rule, default: 0] += 1
      lastRefusal = refusal
      return nil
    }
  }

  var today: CivilDate { zone.date(of: now) }
  var minuteOfDay: Int { zone.local(of: now).time.minutesSinceMidnight }

  /// A new identifier for something.
  mutating func id(_ kind: EntityID.Kind) -> EntityID { .make(kind, random: random.next()) }

  func instant(_ date: CivilDate, _ minute: Int) throws -> Instant {
    try zone.instant(
      of: LocalDateTime(
        date: date, time: CivilTime(hour: minute / 60 % 24, minute: minute % 60)))
  }

  /// Local time as commands take it.
  func text(_ date: CivilDate, _ minute: Int) -> String {
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return "\(date)T\(two(minute / 60)):\(two(minute % 60))"
  }

  mutating func plan(_ task: Task, on date: CivilDate, at minute: Int) throws {
    agenda.add(task, at: try instant(date, minute))
  }

  /// Some time in office hours, so many days from today, moved on to a day when the office works.
  mutating func plan(_ task: Task, inDays days: ClosedRange<Int>) throws {
    var date = today.adding(days: random.int(days))
    while !isOfficeDay(date) { date = date.adding(days: 1) }
    let minute = random.int(545...1_010)
    if date == today, minute <= minuteOfDay {
      agenda.add(task, at: now.adding(minutes: random.int(5...90)))
    } else {
      try plan(task, on: date, at: minute)
    }
  }

  mutating func plan(_ task: Task, inMinutes minutes: ClosedRange<Int>) {
    agenda.add(task, at: now.adding(minutes: random.int(minutes)))
  }

  /// The office works on weekdays that are no holidays; some therapists also at weekends.
  func isOfficeDay(_ date: CivilDate) -> Bool {
    date.weekday.rawValue <= 5 && !isHoliday(date)
  }

  /// The last day is worked in any case: it is the day on show.
  func isHoliday(_ date: CivilDate) -> Bool {
    guard date != lastDay else { return false }
    switch (date.month, date.day) {
    case (1, 1), (7, 4), (12, 25): return true
    case (11, 22...28): return date.weekday == .thursday
    default: return false
    }
  }

  func state(_ patient: Int) -> PatientState { memory.patient(patients[patient].subject) }
  func account(_ patient: Int) -> AccountState { state(patient).account }
}

extension World {
  mutating func perform(_ task: Task) throws {
    switch task {
    case .opening: try openDay()
    case .claimRun: try runClaims()
    case .closing: try closeDay()
    case .monthEnd: try closeMonth()
    case .call(let patient): try takeCall(patient)
    case .fax(let patient, let complete): try receiveFax(patient, complete: complete)
    case .eligibility(let patient, let request, let attempt):
      try answerEligibility(patient, request, attempt: attempt)
    case .authorization(let patient, let request): try answerAuthorization(patient, request)
    case .bookAhead(let patient): try bookAhead(patient)
    case .bookAgain(let patient, let date): try book(patient, notBefore: date)
    case .change(let visit, let version): try changeMind(visit, version: version)
    case .arrival(let visit, let version): try receive(visit, version: version)
    case .missed(let visit, let version): try recordMissed(visit, version: version)
    case .treatment(let visit): try treat(visit)
    case .note(let visit): try signNote(visit)
    case .amendment(let note, let therapist): try amend(note, therapist)
    case .charge(let visit): try postCharges(visit)
    case .newEpisode(let patient): try returnToCare(patient)
    case .deskPayment(let patient): try settleAtDesk(patient)
    case .payment(let patient): try payBalance(patient)
    case .bounce(let payment): try bounce(payment)
    case .refund(let patient): try refundCredit(patient)
    case .instalment(let patient): try payInstalment(patient)
    case .waive(let fee): try waive(fee)
    case .claimReply(let claim): try hearFromPayer(claim)
    case .reversal(let claim): try reverse(claim)
    case .replacement(let claim): try replace(claim)
    case .nextPayer(let claim): try billNextPayer(claim)
    case .appeal(let claim): try appeal(claim)
    case .appealDecision(let appeal, let claim): try decide(appeal, claim)
    case .takeBackExplained(let remittance, let claim): try explain(remittance, claim)
    case .voidSession(let session): try voidSession(session)
    case .renewLicense(let therapist): try renewLicense(therapist)
    case .fillDay(let date): try fill(date)
    case .missTakenBack(let visit): try takeBackMiss(visit)
    case .filling(let entry, let slot): try fill(entry, slot)
    case .holiday(let therapist, let date): try takeHoliday(therapist, from: date)
    case .sickDay(let therapist): try callInSick(therapist)
    case .repairs(let room, let date): try repair(room, from: date)
    case .persona(let patient, let step): try perform(step, of: patient)
    }
  }
}
