import PracticeEvents
import TestSupport
import Testing

@testable import Practice

/// What holds for every command: who may give it, when it may have happened, how things are named.
@Suite("Every decision") struct DecisionRuleTests {
  private var scenario: Scenario
  init() throws { scenario = try Scenario() }

  private func newPatient(_ mrn: String = "P-1") throws -> RegisterPatient {
    RegisterPatient(
      mrn: mrn, familyName: "Rivera", givenName: "Ana",
      bornOn: try CivilDate(year: 1980, month: 5, day: 1))
  }

  @Test(
    "is open to the roles of its command and a supervisor, to nobody else, the system included",
    arguments: Role.allCases)
  mutating func roles(role: Role) throws {
    let mayRegister: Set<Role> = [.frontDesk, .patient, .supervisor]
    if mayRegister.contains(role) {
      #expect(try scenario.record(newPatient(), by: role).count == 1)
    } else {
      let refusal = try scenario.refusal(of: newPatient(), by: role)
      #expect(refusal.rule == "role")
      #expect(refusal.remedy == "ask one of: front-desk, patient, supervisor")
    }
  }

  @Test("cannot be about what is still to come, but for five minutes of clock skew")
  mutating func future() throws {
    try scenario.record(newPatient("P-1"), by: .frontDesk, occurredAt: "2026-03-02T08:05")
    let refusal = try scenario.refusal(
      of: newPatient("P-2"), by: .frontDesk, occurredAt: "2026-03-02T08:06")
    #expect(refusal.rule == "occurred.future")
  }

  @Test("may be dated back a week; further back is a supervisor's, with a reason")
  mutating func backDating() throws {
    try scenario.record(newPatient("P-1"), by: .frontDesk, occurredAt: "2026-02-23T23:00")
    let old = "2026-02-22T23:00"
    for (role, reason) in [(Role.frontDesk, "found a form"), (.supervisor, nil), (.supervisor, "")]
    {
      let refusal = try scenario.refusal(
        of: newPatient("P-2"), by: role, reason: reason, occurredAt: old)
      #expect(refusal.rule == "occurred.backdated")
    }
    let other = RegisterPatient(
      mrn: "P-2", familyName: "Other", givenName: "Ana", bornOn: try CivilDate("1984-06-02"))
    let fact = try scenario.record(other, reason: "found a form", occurredAt: old)[0]
    #expect(fact.event.effectiveOn == 2026_02_22)
    #expect(fact.event.reason == "found a form")
  }

  @Test("obeys the clinic's own limit of back-dating from its first day on")
  mutating func ownLimit() throws {
    try scenario.record(
      PublishRuleTable(
        table: "records", version: "1", effectiveFrom: CivilDate(compact: 2026_03_01),
        source: "owner", entries: [.init(key: "backdating-days", value: 1)]))
    let refusal = try scenario.refusal(
      of: newPatient(), by: .frontDesk, occurredAt: "2026-02-28T12:00")
    #expect(refusal.rule == "occurred.backdated")
  }

  @Test("counts on the clinic's civil date, not on that of UTC")
  mutating func civilDate() throws {
    try scenario.advance(to: "2026-03-02T23:30")
    let fact = try scenario.record(newPatient())[0]
    #expect(fact.event.effectiveOn == 2026_03_02)
  }

  @Test("carries who did it")
  mutating func actor() throws {
    let fact = try scenario.record(newPatient(), by: .frontDesk, user: "kim")[0]
    #expect(fact.event.actor.user == "kim")
    #expect(fact.event.actor.initials == "KI")
    #expect(fact.event.actor.role == .frontDesk)
  }

  @Test("a correction needs its reason")
  mutating func reason() throws {
    let april = "2026-04-01T09:00"
    try scenario.advance(to: april)
    try scenario.record(ClosePeriod(month: 202603))
    #expect(try scenario.refusal(of: ReopenPeriod(month: 202603)).rule == "reason")
    #expect(try scenario.refusal(of: ReopenPeriod(month: 202603), reason: "").rule == "reason")
    try scenario.record(ReopenPeriod(month: 202603), reason: "a forgotten check")
  }

  @Test("gives the same ids when it is decided again")
  mutating func deterministic() throws {
    let context = try scenario.context()
    let command = try newPatient()
    let runs = try (0..<2).map { _ in
      var again = context
      let decision = try command.checkedDecision(scenario.memory, &again)
      return decision.events(in: &again).map { [$0.subject.key, $0.id] }
    }
    #expect(runs[0] == runs[1])
  }

  @Test("names new subjects and events by random UUIDs of versions 4 and 7")
  mutating func identifiers() throws {
    var context = try scenario.context()
    let subject = context.subject().description
    #expect(
      subject.wholeMatch(of: /[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/)
        != nil)
    let event = SubjectID(context.eventID())
    #expect(
      event.description.wholeMatch(
        of: /[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/) != nil)
    #expect(event.high >> 16 == UInt64(context.now.microseconds / 1000))
  }

  @Test("takes a given identifier of the right kind once")
  mutating func givenIdentifier() throws {
    try scenario.record(newPatient())
    let consent = EntityID.make(.consent, random: 7)
    let command = SignConsent(patient: SubjectReference("P-1"), kind: .treatment, consent: consent)
    try scenario.record(command)
    #expect(try scenario.refusal(of: command).rule == "identifier.taken")
    var wrong = command
    wrong.consent = EntityID.make(.goal, random: 7)
    #expect(try scenario.refusal(of: wrong).rule == "identifier.kind")
  }

  @Test("finds a subject by what people call it, or by its id")
  mutating func references() throws {
    let patient = try scenario.record(newPatient())[0].subject
    for reference in [SubjectReference("P-1"), SubjectReference(patient)] {
      let fact = try scenario.record(SignConsent(patient: reference, kind: .privacy))[0]
      #expect(fact.subject == patient)
    }
    for text in ["P-9", "", "00000000-0000-4000-8000-000000000000"] {
      let refusal = try scenario.refusal(
        of: SignConsent(patient: SubjectReference(text), kind: .privacy))
      #expect(refusal.rule == "reference.unknown")
    }
  }
}
