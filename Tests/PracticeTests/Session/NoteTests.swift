import PracticeEvents
import TestSupport
import Testing

@testable import Practice

@Suite("Session notes")
struct NoteTests {
  static func delivered() throws -> (CareClinic, EntityID) {
    var (clinic, appointment) = try DeliverSessionTests.afterVisit()
    try clinic.scenario.record(
      DeliverSession(
        appointment: appointment, services: try DeliverSessionTests.services("97140:60:neck")))
    return (clinic, try EntityID(try #require(clinic.care.sessions.keys.first)))
  }

  static func signing(_ session: EntityID, note: EntityID? = nil) -> SignNote {
    SignNote(
      session: session, subjective: "s", objective: "o", assessment: "a", plan: "p", note: note)
  }

  @Test("a note is signed once, by who treated or a supervisor") func signing() throws {
    var (clinic, session) = try Self.delivered()
    let command = Self.signing(session)
    for stranger in [clinic.colleague, nil] {
      #expect(
        try clinic.scenario.refusal(of: command, by: .therapist, practitioner: stranger).rule
          == "note.author")
    }
    let tomorrow = try CivilDate("2026-03-12")
    #expect(clinic.care.unsignedSessions(before: tomorrow).count == 1)
    #expect(try clinic.care.unsignedSessions(before: CivilDate("2026-03-11")).isEmpty)
    try clinic.scenario.record(command)
    #expect(clinic.care.unsignedSessions(before: tomorrow).isEmpty)
    #expect(try clinic.scenario.refusal(of: command).rule == "note.signed")
  }

  @Test("a note is not signed before the session has ended") func earlyNote() throws {
    var (clinic, session) = try Self.delivered()
    let command = Self.signing(session)
    #expect(
      try clinic.scenario.refusal(of: command, occurredAt: "2026-03-11T09:54").rule
        == "note.early")
    try clinic.scenario.record(command, occurredAt: "2026-03-11T09:55")
  }

  @Test("an empty or overlong section, or half a pain score, is refused") func sections() throws {
    var (clinic, session) = try Self.delivered()
    var command = Self.signing(session)
    command.objective = ""
    #expect(try clinic.scenario.refusal(of: command).field == "objective")
    command.objective = String(repeating: "o", count: 4_001)
    #expect(try clinic.scenario.refusal(of: command).rule == "text.length")
    command.objective = "o"
    command.painBefore = 3
    #expect(try clinic.scenario.refusal(of: command).rule == "note.pain")
    command.painAfter = 11
    #expect(try clinic.scenario.refusal(of: command).rule == "note.pain")
  }

  @Test("its author or a supervisor amends it, with a reason, and both versions stay")
  func amending() throws {
    var (clinic, session) = try Self.delivered()
    let note = EntityID.make(.note, random: 7)
    try clinic.scenario.record(
      Self.signing(session, note: note), by: .therapist, user: "tess",
      practitioner: clinic.therapist)
    let amendment = AmendNote(note: note, section: .plan, text: "twice a week")
    #expect(
      try clinic.scenario.refusal(of: amendment, by: .therapist, user: "tom", reason: "typo").rule
        == "note.author")
    #expect(
      try clinic.scenario.refusal(of: amendment, by: .therapist, user: "tess").rule == "reason")
    let recorded = try clinic.scenario.record(
      amendment, by: .therapist, user: "tess", reason: "typo")
    let kept = try #require(clinic.care.notes[note.description])
    #expect(recorded.first?.event.corrects == kept.event)
    #expect(kept.signed.plan == "p" && kept.amendments.map(\.text) == ["twice a week"])

    let addendum = AddNoteAddendum(note: note, text: "called back")
    #expect(
      try clinic.scenario.refusal(of: addendum, by: .therapist, user: "tom").rule == "note.author")
    try clinic.scenario.record(addendum)
    #expect(clinic.care.notes[note.description]?.addenda.map(\.text) == ["called back"])
    let unknown = EntityID.make(.note, random: 8)
    #expect(
      try clinic.scenario.refusal(of: AddNoteAddendum(note: unknown, text: "x")).rule
        == "reference.unknown")
  }

  @Test("a voided session is not signed") func voided() throws {
    var (clinic, session) = try Self.delivered()
    try clinic.scenario.record(VoidSession(session: session), reason: "not given")
    #expect(try clinic.scenario.refusal(of: Self.signing(session)).rule == "session.voided")
    #expect(try clinic.care.unsignedSessions(before: CivilDate("2026-03-12")).isEmpty)
  }
}
