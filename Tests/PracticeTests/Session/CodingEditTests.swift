import PracticeEvents
import TestSupport
import Testing

@testable import Practice

@Suite("Codes that payers bundle")
struct CodingEditTests {
  /// A session of 60 minutes with a payer that applies NCCI edits, or not.
  private func delivered(
    _ services: String..., applies: Bool = true
  ) throws -> (clinic: CareClinic, session: EntityID, warnings: [String]) {
    var (clinic, appointment) = try DeliverSessionTests.afterVisit(insured: true)
    var changed = PayerPolicyChanged()
    changed.policy.appliesNcci = applies
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
    let command = DeliverSession(
      appointment: appointment, services: try services.map { try SessionService($0) })
    let warnings = try clinic.warnings(of: command)
    try clinic.scenario.record(command)
    return (clinic, try EntityID(try #require(clinic.care.sessions.keys.first)), warnings)
  }

  private func state(_ clinic: CareClinic) -> CareState.Session? {
    clinic.care.sessions.values.first
  }

  @Test("both codes in one region raise an edit, and the charge is refused with its name")
  func unresolved() throws {
    var (clinic, session, warnings) = try delivered("97140:30@0:neck", "97124:30@30:neck")
    #expect(warnings.contains { $0.contains("NCCI 97140/97124 on line 2") })
    #expect(state(clinic)?.edits.map(\.isResolved) == [false])
    let refusal = try clinic.scenario.refusal(of: PostCharge(session: session))
    #expect(refusal.rule == "ncci.97140-97124")
    #expect(refusal.problem.contains("NCCI 97140/97124 on line 2"))
    #expect(refusal.evidence == state(clinic)?.edits.map(\.event))
    // No modifier makes one region two.
    let forced = ResolveCodingEdit(session: session, resolution: .modifier)
    #expect(try clinic.scenario.refusal(of: forced).problem.contains("same region"))
    // What is left is to bill one of them.
    try clinic.scenario.record(ResolveCodingEdit(session: session, resolution: .lineDropped))
    try clinic.scenario.record(PostCharge(session: session))
    #expect(state(clinic)?.chargeByLine.keys.sorted() == [1])
    #expect(try clinic.scenario.refusal(of: forced).rule == "ncci.none")
  }

  @Test("another region at another time takes modifier 59, with the reason kept")
  func separate() throws {
    var (clinic, session, warnings) = try delivered("97140:30@0:neck", "97124-59:30@30:low back")
    #expect(!warnings.contains { $0.contains("NCCI") })
    let resolved = state(clinic)?.edits.first?.resolved
    #expect(resolved?.modifier == "59")
    #expect(resolved?.justification.contains("low back minutes 30-60") == true)
    try clinic.scenario.record(PostCharge(session: session))
    let charges = clinic.scenario.memory.patient(clinic.patient).account
      .standingCharges(ofSession: session.description)
    #expect(charges.map(\.modifiers) == [[], ["59"]])
  }

  @Test("what was left out is said when the edit is resolved, and checked")
  func later() throws {
    var (clinic, session, _) = try delivered("97140:30:neck", "97124:30:low back")
    func resolve(_ starts: [String]?, _ modifier: String = "59") throws -> ResolveCodingEdit {
      ResolveCodingEdit(
        session: session, resolution: .modifier, modifier: try Modifier(modifier),
        starts: try starts?.map { try LineStart($0) })
    }
    func problem(_ command: ResolveCodingEdit) throws -> String {
      try clinic.scenario.refusal(of: command).problem
    }
    #expect(try problem(resolve(nil)).contains("nobody said when"))
    #expect(try problem(resolve(["1@0", "2@15"])).contains("overlap in time"))
    #expect(try problem(resolve(["1@0", "2@40"])).contains("after the session"))
    #expect(try problem(resolve(["1@0", "2@30"], "XE")).contains("one encounter"))
    #expect(try problem(resolve(["1@0", "2@30"], "GP")).contains("does not say"))
    try clinic.scenario.record(resolve(["1@0", "2@30"], "XS"))
    try clinic.scenario.record(PostCharge(session: session))
    let charges = clinic.scenario.memory.patient(clinic.patient).account
      .standingCharges(ofSession: session.description)
    #expect(charges.map(\.modifiers) == [[], ["XS"]])
  }

  @Test("a payer that does not apply the edits, or exempts one, is billed both lines")
  func notApplied() throws {
    var (clinic, session, _) = try delivered(
      "97140:30:neck", "97124:30:neck", applies: false)
    #expect(state(clinic)?.edits.isEmpty == true)
    try clinic.scenario.record(PostCharge(session: session))
    (clinic, session, _) = try delivered("97140:30:neck", "97124:30:neck")
    let exempt = ResolveCodingEdit(session: session, resolution: .payerExempt)
    #expect(try clinic.scenario.refusal(of: exempt).field == "justification")
    try clinic.scenario.record(
      ResolveCodingEdit(
        session: session, resolution: .payerExempt, justification: "contract, annex B"))
    try clinic.scenario.record(PostCharge(session: session))
    #expect(state(clinic)?.chargeByLine.count == 2)
  }

  @Test(
    "times that one therapist cannot have given are refused, modifier or not",
    arguments: [
      ["97140:30@0:neck", "97124-59:30@20:low back"], ["97140:30@40:neck"],
    ])
  func impossible(services: [String]) throws {
    var (clinic, appointment) = try DeliverSessionTests.afterVisit()
    let command = DeliverSession(
      appointment: appointment, services: try services.map { try SessionService($0) })
    #expect(try clinic.scenario.refusal(of: command).rule == "session.blocks")
  }

  @Test("an old visit goes by the pairs of its day")
  func effectiveDates() throws {
    var (clinic, session, _) = try delivered("97140:30:neck", "97124:30:neck")
    try clinic.scenario.record(
      PublishRuleTable(
        table: "ncci", version: "2026-Q3", effectiveFrom: CivilDate("2026-07-01"), source: "CMS",
        entries: [.init(key: "97140-97124", value: 9)]))
    #expect(try clinic.scenario.refusal(of: PostCharge(session: session)).rule.hasPrefix("ncci"))
    let delivered = try #require(state(clinic)).delivered
    var policy = PayerPolicy()
    policy.appliesNcci = true
    let rules = clinic.scenario.memory.clinic()
    func edits(_ date: String) throws -> Int {
      CodingEdit.among(delivered, policy: policy, clinic: rules, on: try CivilDate(date)).count
    }
    #expect(try edits("2026-06-30") == 1)
    #expect(try edits("2026-07-01") == 0)
  }

  @Test("a code that the payer does not take from a massage therapist is not charged to it")
  func codes() throws {
    var (clinic, session, warnings) = try delivered("97112:30:neck")
    #expect(warnings.contains { $0.contains("97112") })
    #expect(try clinic.scenario.refusal(of: PostCharge(session: session)).rule == "charge.code")
    var changed = PayerPolicyChanged()
    changed.policy.lmtCpt = ["97112", "97140"]
    changed.effectiveFrom = 2026_03_01
    try clinic.given(clinic.payer, .payerPolicyChanged(changed))
    // The fee is what is missing now.
    #expect(try clinic.scenario.refusal(of: PostCharge(session: session)).rule == "charge.fee")
  }

  @Test("the start of a service is read and written back", arguments: ["97140:30@0:neck"])
  func text(_ text: String) throws {
    let service = try SessionService(text)
    #expect(service.startsAt == 0 && service.minutes == 30)
    #expect(service.description == text)
    for bad in ["97140:30@", "97140:30@x:neck", "97140:30@1@2", "97140:30@481"] {
      #expect(throws: ValueError.self) { try SessionService(bad) }
    }
  }
}
