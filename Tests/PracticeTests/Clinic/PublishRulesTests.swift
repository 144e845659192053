import PracticeEvents
import TestSupport
import Testing

@testable import Practice

@Suite("Files of rules")
struct PublishRulesTests {
  private var scenario: Scenario

  init() throws {
    scenario = try Scenario()
    try scenario.record(
      RegisterPayer(payerName: "P", payerID: "60054", type: .commercial))
  }

  private func rules(_ rows: (String, String, Int, String)...) throws -> PublishRules {
    PublishRules(
      version: "2026-07",
      rules: try rows.map {
        .init(
          table: $0.0, key: $0.1, value: $0.2, effectiveFrom: try CivilDate($0.3),
          source: "owner")
      })
  }

  @Test("tables and payers change together, each from its day")
  mutating func together() throws {
    try scenario.record(
      rules(
        ("billing", "instalment-grace-days", 7, "2026-07-01"),
        ("ncci", "97140-97530", 1, "2026-07-01"),
        ("payer/60054", "maxUnitsPerDay", 4, "2026-07-01"),
        ("payer/60054", "appliesNCCI", 0, "2026-07-01"),
        ("billing", "instalment-grace-days", 9, "2026-08-01")))
    let clinic = scenario.memory.clinic()
    for (date, days) in [("2026-06-30", 5), ("2026-07-01", 7), ("2026-08-01", 9)] {
      let grace = try clinic.rule("billing", "instalment-grace-days", on: CivilDate(date))
      #expect(grace == days, "\(date)")
    }
    let keys = try clinic.ruleKeys("ncci", on: CivilDate("2026-07-01"))
    #expect(keys == ["97140-97124", "97140-97530"])
    let payer = try scenario.memory.payerID(SubjectReference("60054"))
    let before = try scenario.memory.payer(payer).policy(on: CivilDate("2026-06-30"))
    let after = try scenario.memory.payer(payer).policy(on: CivilDate("2026-07-01"))
    #expect([before.maxUnitsPerDay, after.maxUnitsPerDay] == [0, 4])
    #expect([before.appliesNcci, after.appliesNcci] == [true, false])
  }

  @Test(
    "one wrong rule refuses all of them, and its number is said",
    arguments: [
      ("billing", "no-such-rule", 1), ("billing", "instalment-grace-days", -1),
      ("billing", "sales-tax-rate", 7_000), ("payer/60054", "colour", 1),
      ("payer/60054", "maxUnitsPerDay", 97), ("payer/60054", "requiresAuthorization", 2),
      ("payer/00000", "maxUnitsPerDay", 4), ("", "key", 1),
      ("ncci", "97140-97124x", 1), ("ncci", "97140", 1), ("ncci", "97140-97140", 1),
      ("ncci", "97140-97124", 2), ("massage-codes", "9712", 1), ("massage-codes", "97124", 3),
      ("holidays", "2026-02-30", 1), ("holidays", "2026-12-24", 2), ("sales-tax", "md", 1),
      ("sales-tax", "prescriber-md", 3), ("clearance", "verification-same-month", 2),
      ("frequency", "acute-most-per-week-hundredths", 701),
      ("frequency", "taper-goal-rate", 100_001),
      ("outcomes", "ndi-mcid-hundredths", 10_001),
    ])
  mutating func wrong(table: String, key: String, value: Int) throws {
    let command = try rules(
      ("billing", "sales-tax-rate", 7_000, "2027-01-01"), (table, key, value, "2027-01-01"))
    let refusal = try scenario.refusal(of: command)
    #expect(refusal.problem.hasPrefix("rule 2, "), "\(refusal.problem)")
    #expect(
      try scenario.memory.clinic().rule("billing", "sales-tax-rate", on: CivilDate("2027-01-01"))
        == 6_625)
  }

  @Test("the bundled rules obey what published ones must")
  func bundled() {
    for table in DefaultRules.all {
      for rule in table.rules {
        #expect(table.problem(of: rule.key, rule.value) == nil, "\(table.name)/\(rule.key)")
      }
    }
  }

  @Test("a code is a massage therapist's by the rule of the day")
  mutating func massageCodes() throws {
    try scenario.record(rules(("massage-codes", "97112", 0, "2026-07-01")))
    let clinic = scenario.memory.clinic()
    let code = try ProcedureCode("97112")
    #expect(
      try clinic.massageUse(of: code, on: CivilDate("2026-06-30")) == .whereScopeAndPayerAllow)
    #expect(
      try clinic.massageUse(of: code, on: CivilDate("2026-07-01")) == .notForMassageTherapists)
    #expect(
      try clinic.massageUse(of: ProcedureCode("97161"), on: CivilDate("2026-07-01"))
        == .notForMassageTherapists)
    #expect(try clinic.massageUse(of: ProcedureCode("S8950"), on: CivilDate("2026-07-01")) == nil)
  }
}
