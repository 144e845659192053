import PracticeEvents
import TestSupport
import Testing

@testable import Practice

@Suite("Codes that payers bundle across the sessions of a day")
struct CodingEditsOfDayTests {
  /// Two sessions of an insured patient on 11 March, at 9 and at 14.
  private func day(
    _ first: String, _ second: String, by colleague: Bool = false
  ) throws -> (clinic: CareClinic, sessions: [EntityID], warnings: [String]) {
    var (clinic, morning) = try DeliverSessionTests.afterVisit(insured: true)
    var changed = PayerPolicyChanged()
    changed.policy.appliesNcci = true
    changed.effectiveFrom = 2026_03_01
    var fees = FeeScheduleVersionPublished()
    fees.effectiveFrom = 2026_01_01
    fees.fees = ["97140", "97124"].map { code in
      var fee = FeeScheduleVersionPublished.Fee()
      fee.cpt = code
      fee.centsPerUnit = 3_000
      return fee
    }
    try clinic.given(clinic.payer, .payerPolicyChanged(changed))
    try clinic.given(.site, .feeScheduleVersionPublished(fees))
    let sessions = [1, 2].map { EntityID.make(.session, random: $0) }
    try clinic.scenario.record(
      DeliverSession(
        appointment: morning, services: [SessionService(first)], session: sessions[0]))
    let afternoon = try clinic.book(
      "2026-03-11T14:00", with: colleague ? clinic.colleague : nil)
    try clinic.scenario.advance(to: "2026-03-11T15:01")
    let command = DeliverSession(
      appointment: afternoon, services: [try SessionService(second)], session: sessions[1])
    let warnings = try clinic.warnings(of: command)
    try clinic.scenario.record(command)
    return (clinic, sessions, warnings)
  }

  private func charge(
    _ session: EntityID, in clinic: inout CareClinic
  ) throws -> [[String]] {
    try clinic.scenario.record(PostCharge(session: session))
    return clinic.scenario.memory.patient(clinic.patient).account
      .standingCharges(ofSession: session.description).map(\.modifiers)
  }

  @Test(
    "the edit stands on the line of the column-2 code, whichever session came first",
    arguments: [
      (["97140:60:neck", "97124:60:neck"], 1), (["97124:60:neck", "97140:60:neck"], 0),
    ])
  func raised(services: [String], second: Int) throws {
    var (clinic, sessions, warnings) = try day(services[0], services[1])
    #expect(
      warnings.contains { $0.contains("NCCI 97140/97124 on line 1 of \(sessions[second])") })
    #expect(clinic.care.sessions[sessions[second].description]?.edits.count == 1)
    #expect(clinic.care.sessions[sessions[1 - second].description]?.edits.isEmpty == true)
    #expect(
      try clinic.scenario.refusal(of: PostCharge(session: sessions[second])).rule
        == "ncci.97140-97124")
    // The other is paid as it is.
    #expect(try charge(sessions[1 - second], in: &clinic) == [[]])
    // Two sessions are two encounters, even of one region; only XS says that it was another.
    func resolve(_ modifier: String) throws -> ResolveCodingEdit {
      ResolveCodingEdit(
        session: sessions[second], resolution: .modifier, modifier: try Modifier(modifier))
    }
    #expect(try clinic.scenario.refusal(of: resolve("XS")).problem.contains("same region"))
    #expect(try clinic.scenario.refusal(of: resolve("XP")).problem.contains("one practitioner"))
    try clinic.scenario.record(resolve("XE"))
    let resolved = clinic.care.sessions[sessions[second].description]?.edits.first?.resolved
    #expect(resolved?.justification.contains("separate sessions of the day") == true)
    #expect(try charge(sessions[second], in: &clinic) == [["XE"]])
  }

  @Test("the line's own modifier resolves it at once")
  func stated() throws {
    var (clinic, sessions, warnings) = try day("97140:60:neck", "97124-59:60:neck")
    #expect(!warnings.contains { $0.contains("NCCI") })
    #expect(try charge(sessions[1], in: &clinic) == [["59"]])
  }

  @Test("a voided session bundles nothing, and a line dropped for it is billed again")
  func voided() throws {
    var (clinic, sessions, _) = try day("97140:60:neck", "97124:60:neck")
    try clinic.scenario.record(ResolveCodingEdit(session: sessions[1], resolution: .lineDropped))
    #expect(try clinic.warnings(of: PostCharge(session: sessions[1])).count == 1)
    try clinic.scenario.record(VoidSession(session: sessions[0]), reason: "another patient's")
    #expect(try charge(sessions[1], in: &clinic) == [[]])
  }

  @Test("another practitioner's session of the day is no pair")
  func colleague() throws {
    let (clinic, _, warnings) = try day("97140:60:neck", "97124:60:neck", by: true)
    #expect(!warnings.contains { $0.contains("NCCI") })
    let edits = clinic.care.sessions.values.flatMap(\.edits)
    #expect(edits.isEmpty)
  }

  @Test("a region inside the other is no other region, and its other side is one")
  func regions() throws {
    func service(_ text: String, at start: Int32) throws -> SessionDelivered.Service {
      let given = try SessionService(text)
      var service = SessionDelivered.Service()
      service.line = start == 0 ? 1 : 2
      service.cpt = given.cpt.description
      service.minutes = 30
      service.bodyRegion = given.bodyRegion ?? ""
      service.side = given.side?.side ?? .unspecified
      service.startsAtMinute = start
      return service
    }
    let edit = CodingEdit(
      session: "", line: 2, columnOne: "97140", columnTwo: "97124", columnOneSession: "",
      allowsModifier: true, ruleVersion: "")
    func isSeparate(_ one: String, _ two: String) throws -> Bool {
      var session = SessionDelivered()
      session.services = [
        try service("97140:30:\(one)", at: 0), try service("97124:30:\(two)", at: 30),
      ]
      return (try? edit.justification("59", session, session)) != nil
    }
    #expect(try !isSeparate("back", "upper back"))
    #expect(try !isSeparate("lumbar spine", "low back"))
    #expect(try isSeparate("shoulder:L", "shoulder:R"))
    #expect(try isSeparate("left knee", "right knee"))
    #expect(try isSeparate("neck", "low back"))
  }
}
