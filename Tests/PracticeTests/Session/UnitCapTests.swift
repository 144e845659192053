import PracticeEvents
import TestSupport
import Testing

@testable import Practice

@Suite("Caps and ties of units")
struct UnitCapTests {
  private func units(
    _ text: String, cap: Int? = nil, preferring: [Int] = [], rule: UnitRule = .cmsEightMinute
  ) throws -> BillableUnits {
    BillableUnits(
      try BillableUnitsTests.lines(text), rule: rule, cap: cap, preferring: preferring)
  }

  @Test(
    "units over the payer's cap are dropped, the weakest first",
    arguments: [
      // Whole quarter hours stay; of equal ones the last recorded goes.
      ("97140:45 97124:30", 4, [3, 1]), ("97140:30 97124:38", 4, [2, 2]),
      ("97140:75", 4, [4]), ("97140:60", 4, [4]), ("97140:60", 0, [0]),
      // What is not timed goes before what is.
      ("97010:10 97140:60", 4, [0, 4]), ("97010:10 97140:60", 5, [1, 4]),
    ] as [(String, Int, [Int])])
  func cap(_ text: String, _ cap: Int, _ billed: [Int]) throws {
    let capped = try units(text, cap: cap)
    #expect(capped.units == billed)
    #expect(try capped.earned == units(text).units)
    #expect(zip(capped.units, capped.dropped).map { $0 + $1 } == capped.earned)
  }

  @Test("a clinician chooses among tied lines, and the sum stays")
  func choice() throws {
    #expect(try units("97124:8 97140:8").tied == [0, 1])
    #expect(try units("97124:8 97140:8", preferring: [1]).units == [0, 1])
    #expect(try units("97140:12 97124:12 97112:12", preferring: [2, 1]).units == [0, 1, 1])
    #expect(try units("97140:10 97140:10", preferring: [1]).units == [0, 1])
    // Where the minutes decide, no preference changes it.
    #expect(try units("97110:33 97140:7", preferring: [0]).units == [2, 1])
    #expect(try units("97110:33 97140:7").tied.isEmpty)
  }

  /// A clinic whose payer has the CMS rule and takes 4 units a day.
  private func visited(_ services: String..., unitsTo: [Int]? = nil) throws -> CareClinic {
    var (clinic, appointment) = try DeliverSessionTests.afterVisit(insured: true)
    var changed = PayerPolicyChanged()
    changed.policy.maxUnitsPerDay = 4
    changed.effectiveFrom = 2026_03_11
    try clinic.given(clinic.payer, .payerPolicyChanged(changed))
    try clinic.scenario.record(
      DeliverSession(
        appointment: appointment, endedAt: "2026-03-11T10:00",
        services: try services.map { try SessionService($0) }, unitsTo: unitsTo))
    return clinic
  }

  @Test(
    "units go by the payer's rule of the day of service, to the day",
    arguments: [
      (2026_03_11, UnitRule.cmsEightMinute, [1, 0]), (2026_03_12, .amaMidpoint, [1, 1]),
    ] as [(Int32, UnitRule, [Int32])])
  func ruleOfTheDay(changedFrom: Int32, rule: UnitRule, units: [Int32]) throws {
    var (clinic, appointment) = try DeliverSessionTests.afterVisit(insured: true)
    var changed = PayerPolicyChanged()
    changed.policy.unitRule = .cmsEightMinute
    changed.effectiveFrom = changedFrom
    try clinic.given(clinic.payer, .payerPolicyChanged(changed))
    try clinic.scenario.record(
      DeliverSession(
        appointment: appointment,
        services: ["97140:8:neck", "97124:8:low back"].map { try SessionService($0) }))
    let found = clinic.care.sessions.values.first?.units
    #expect(found?.rule == rule)
    #expect(found?.lines.map(\.units) == units)
  }

  @Test("the day's cap is shared by the patient's sessions of the day, and said")
  func secondSession() throws {
    var clinic = try visited("97140:40:neck")
    let second = try clinic.book("2026-03-11T11:00")
    try clinic.scenario.advance(to: "2026-03-11T12:01")
    let command = DeliverSession(
      appointment: second, services: [try SessionService("97140:30:neck")])
    let warnings = try clinic.warnings(of: command)
    #expect(warnings.contains { $0.contains("4 units a day") && $0.contains("1 of line 1") })
    let recorded = try clinic.scenario.record(command)
    let units = recorded.compactMap { fact -> UnitsDetermined? in
      if case .unitsDetermined(let units) = fact.event.fact { units } else { nil }
    }.first
    #expect(units?.lines.map(\.units) == [1])
    #expect(units?.lines.map(\.droppedUnits) == [1])
    #expect(units?.maxUnitsPerDay == 4)
    #expect(units?.otherUnitsOfDay == 3)
    #expect(units?.policyFrom == 2026_03_11)
    // Only what is billed is taken from the authorization.
    let held = clinic.scenario.memory.patient(clinic.patient).coverage.authorizations
    let used = try #require(held[clinic.authorization.description]).unitsBySession
    #expect(used.values.sorted() == [1, 3])
  }

  @Test("a tied unit is chosen with the session or later, until it is charged")
  func allocation() throws {
    var clinic = try visited("97140:20:neck", "97124:20:back")
    let id = try EntityID(try #require(clinic.care.sessions.keys.first))
    func units() -> [Int32]? { clinic.care.sessions[id.description]?.units.lines.map(\.units) }
    #expect(units() == [2, 1])
    try clinic.scenario.record(AllocateUnits(session: id, unitsTo: [2]))
    #expect(units() == [1, 2])
    #expect(
      try clinic.scenario.refusal(of: AllocateUnits(session: id, unitsTo: [3])).rule
        == "units.noChoice")
    var charge = ChargePosted()
    charge.charge = EntityID.make(.charge, random: 8).description
    charge.session = id.description
    charge.line = 1
    try clinic.given(clinic.patient, .chargePosted(charge))
    #expect(
      try clinic.scenario.refusal(of: AllocateUnits(session: id, unitsTo: [1])).rule
        == "units.charged")
    let chosen = try visited("97140:20:neck", "97124:20:back", unitsTo: [2])
    #expect(chosen.care.sessions.values.first?.units.lines.map(\.units) == [1, 2])
  }

  @Test("the explanation adds up in words")
  func explanation() throws {
    let lines = try BillableUnitsTests.lines("97140:33 97124:7 97010:5")
    let billable = BillableUnits(lines, rule: .cmsEightMinute, cap: 3)
    let words = UnitsExplanation(billable, of: lines, rule: .cmsEightMinute, cap: 3)
    #expect(words.lines[0] == "33 = 2 × 15 + 3: 2")
    #expect(words.lines[1] == "7 = 0 × 15 + 7; its remainder earns one of the units left: 1")
    #expect(words.lines[2] == "not timed: 1, dropped for the cap")
    #expect(words.sums.first == "40 timed minutes together: (40 + 7) ÷ 15, rounded down, are 3")
    #expect(words.sums.last?.contains("dropped: 1 of line 3") == true)
  }
}
