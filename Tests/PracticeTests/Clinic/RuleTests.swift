import PracticeEvents
import TestSupport
import Testing

@testable import Practice

@Suite("Rules by date") struct RuleTests {
  private var scenario: Scenario
  init() throws { scenario = try Scenario() }

  private func table(
    _ version: String, from: Int32, _ entries: [(String, Int)], named name: String = "billing"
  ) throws -> PublishRuleTable {
    PublishRuleTable(
      table: name, version: version, effectiveFrom: try CivilDate(compact: from), source: "owner",
      entries: entries.map { .init(key: $0.0, value: $0.1) })
  }

  private func rule(_ key: String, on date: Int32) throws -> Int {
    scenario.memory.clinic().rule("billing", key, on: try CivilDate(compact: date))
  }

  @Test("a rule is the bundled default until a table has come into effect")
  mutating func effectiveDates() throws {
    try scenario.record(table("2027", from: 2027_01_01, [("sales-tax-rate", 7_000)]))
    #expect(try rule("sales-tax-rate", on: 2026_12_31) == 6_625)
    #expect(try rule("sales-tax-rate", on: 2027_01_01) == 7_000)
    #expect(try rule("instalment-grace-days", on: 2027_01_01) == 5)
    #expect(try rule("no-such-rule", on: 2027_01_01) == 0)
  }

  @Test("of two tables of one day the later word counts")
  mutating func sameDay() throws {
    try scenario.record(table("a", from: 2027_01_01, [("sales-tax-rate", 7_000)]))
    try scenario.record(table("b", from: 2027_01_01, [("sales-tax-rate", 6_900)]))
    #expect(try rule("sales-tax-rate", on: 2027_01_01) == 6_900)
  }

  @Test(
    "a table is refused for an unknown or repeated key, a number out of range, or none at all",
    arguments: [
      ([("sales-tax", 7_000)], "rules.key"), ([("sales-tax-rate", -1)], "rules.value"),
      ([("sales-tax-rate", Int.max)], "rules.value"), ([], "rules.entries"),
      ([("sales-tax-rate", 1), ("sales-tax-rate", 2)], "rules.entries"),
    ] as [([(String, Int)], String)])
  mutating func refusals(entries: [(String, Int)], rule: String) throws {
    let refusal = try scenario.refusal(of: table("1", from: 2027_01_01, entries))
    #expect(refusal.rule == rule)
    if rule == "rules.key" { #expect(refusal.problem.contains("sales-tax")) }
  }

  @Test("a version is published once; a table that no rule reads is taken with a warning")
  mutating func versions() throws {
    let own = try table("1", from: 2027_01_01, [("towels", 3)], named: "laundry")
    var context = try scenario.context()
    #expect(try own.checkedDecision(scenario.memory, &context).warnings.count == 1)
    try scenario.record(own)
    #expect(try scenario.refusal(of: own).rule == "rules.version")
  }

  @Test("the default tables name each key once, with a source")
  func defaults() {
    for table in DefaultRules.all {
      #expect(Set(table.rules.map(\.key)).count == table.rules.count)
      #expect(table.rules.allSatisfy { !$0.source.isEmpty && $0.value >= 0 })
    }
    #expect(Set(DefaultRules.all.map(\.name)).count == DefaultRules.all.count)
    #expect(DefaultRules.value("clearance", "verification-max-age-days") == 31)
    #expect(DefaultRules.value("prescription", "max-days") == 365)
  }
}
