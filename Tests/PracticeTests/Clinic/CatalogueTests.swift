import PracticeEvents
import TestSupport
import Testing

@testable import Practice

@Suite("Services and fees") struct CatalogueTests {
  private var scenario: Scenario
  private let payer: SubjectID
  init() throws {
    scenario = try Scenario()
    payer = try scenario.record(
      RegisterPayer(payerName: "Garden State Health", payerID: "60054", type: .commercial))[0]
      .subject
  }

  private var service: DefineService {
    get throws {
      DefineService(
        service: "med60", serviceName: "Medical massage", serviceClass: .medical, minutes: 60,
        defaultCPT: try ProcedureCode("97140"), selfPay: try Money("120"))
    }
  }

  @Test("a service is what was last defined under its code")
  mutating func define() throws {
    var command = try service
    try scenario.record(command)
    command.selfPay = try Money("130")
    try scenario.record(command)
    #expect(scenario.memory.clinic().service("med60")?.selfPayCents == 13_000)
    #expect(scenario.memory.clinic().service("spa60") == nil)
  }

  @Test(
    "a service is refused with a bad code, length, price or CPT",
    arguments: [
      "service.code", "service.minutes", "amount.negative", "service.cpt", "service.cpt.scope",
    ])
  mutating func refusals(rule: String) throws {
    var command = try service
    switch rule {
    case "service.code": command.service = "Med 60"
    case "service.minutes": command.minutes = 0
    case "amount.negative": command.selfPay = try Money("-1")
    case "service.cpt": command.defaultCPT = nil
    default: command.defaultCPT = try ProcedureCode("97161")
    }
    #expect(try scenario.refusal(of: command).rule == rule)
  }

  private mutating func publish(
    _ version: String, payer: SubjectID? = nil, from: Int32, _ fees: [(String, String?, String)]
  ) throws {
    try scenario.record(schedule(version, payer: payer, from: from, fees))
  }

  private func schedule(
    _ version: String, payer: SubjectID? = nil, from: Int32, _ fees: [(String, String?, String)]
  ) throws -> PublishFeeSchedule {
    PublishFeeSchedule(
      version: version, payer: payer.map(SubjectReference.init),
      fees: try fees.map { cpt, modifier, amount in
        .init(
          cpt: try ProcedureCode(cpt), modifier: try modifier.map { try Modifier($0) },
          perUnit: try Money(amount))
      },
      effectiveFrom: try CivilDate(compact: from))
  }

  private func fee(
    _ cpt: String, _ modifiers: [String] = [], payer: SubjectID? = nil, on: Int32
  )
    throws -> String?
  {
    try scenario.memory.clinic().fee(
      cpt: ProcedureCode(cpt), modifiers: modifiers.map { try Modifier($0) }, payer: payer,
      on: CivilDate(compact: on)
    ).map { "\($0.cents) of \($0.version)" }
  }

  @Test("a fee is the payer's before the clinic's, the modified before the plain, by date")
  mutating func fees() throws {
    try publish("2026", from: 2026_01_01, [("97140", nil, "40"), ("97140", "59", "35")])
    try publish("2027", from: 2027_01_01, [("97140", nil, "42")])
    try publish("gsh", payer: payer, from: 2026_01_01, [("97124", nil, "30")])
    #expect(try fee("97140", on: 2025_12_31) == nil)
    #expect(try fee("97140", on: 2026_12_31) == "4000 of 2026")
    #expect(try fee("97140", ["59"], on: 2026_12_31) == "3500 of 2026")
    #expect(try fee("97140", ["GP"], on: 2026_12_31) == "4000 of 2026")
    #expect(try fee("97140", ["59"], on: 2027_01_01) == "4200 of 2027")
    #expect(try fee("97124", payer: payer, on: 2026_06_01) == "3000 of gsh")
    #expect(try fee("97140", payer: payer, on: 2026_06_01) == "4000 of 2026")
    #expect(try fee("97124", on: 2026_06_01) == nil)
  }

  @Test("a schedule is refused when empty, ambiguous, below zero or published already")
  mutating func feeRefusals() throws {
    #expect(try scenario.refusal(of: schedule("1", from: 2026_01_01, [])).rule == "fees.empty")
    let twice = try schedule("1", from: 2026_01_01, [("97124", nil, "1"), ("97124", nil, "2")])
    #expect(try scenario.refusal(of: twice).rule == "fees.duplicate")
    let negative = try schedule("1", from: 2026_01_01, [("97124", nil, "-1")])
    #expect(try scenario.refusal(of: negative).rule == "amount.negative")
    let good = try schedule("1", from: 2026_01_01, [("97124", nil, "1")])
    try scenario.record(good)
    #expect(try scenario.refusal(of: good).rule == "fees.version")
    var unknown = good
    unknown.payer = SubjectReference("99999")
    #expect(try scenario.refusal(of: unknown).rule == "reference.unknown")
  }
}
