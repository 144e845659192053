import PracticeEvents
import TestSupport
import Testing

@testable import Practice

@Suite("Authorizations")
struct AuthorizationTests {
  let authorization = EntityID.make(.authorization, random: 41)

  /// A payer that asks for an authorization.
  private func clinic() throws -> GateClinic {
    var clinic = try GateClinic(without: [.verification])
    try clinic.verify { $0.authorizationRequired = .yes }
    return clinic
  }

  private func approval(
    _ clinic: GateClinic, visits: Int? = nil, units: Int? = nil, cpt: String...
  ) throws -> ApproveAuthorization {
    ApproveAuthorization(
      coverage: clinic.coverage, authorization: authorization, authorizationNumber: "A-1",
      cpt: try cpt.map { try ProcedureCode($0) }, visits: visits, units: units,
      from: try CivilDate("2026-01-05"), through: try CivilDate("2026-03-05"))
  }

  private func use(
    _ units: Int32, on date: String = "2026-03-02", _ clinic: inout GateClinic
  ) throws -> EntityID {
    let session = try clinic.deliver(on: date)
    var used = AuthorizationConsumed()
    used.authorization = authorization.description
    used.session = session.description
    used.units = units
    try clinic.given(clinic.patient, .authorizationConsumed(used))
    return session
  }

  @Test("B4: where the payer asks for an authorization, one is needed that covers the day")
  func required() throws {
    var clinic = try clinic()
    #expect(try clinic.blocks() == ["B4"])
    try clinic.scenario.record(approval(clinic, visits: 10))
    let clearance = try clinic.clearance()
    #expect(clearance.isReady)
    #expect(clearance.basis.authorization == authorization.description)
    #expect(try clinic.blocks(on: "2026-03-06") == ["B4"])
  }

  @Test("B4: a payer's policy asks for one, whatever the answer said")
  func policy() throws {
    var clinic = try GateClinic()
    var changed = PayerPolicyChanged()
    changed.policy.requiresAuthorization = true
    changed.effectiveFrom = 2026_03_05
    try clinic.given(clinic.payer, .payerPolicyChanged(changed))
    #expect(try clinic.blocks(on: "2026-03-04").isEmpty)
    #expect(try clinic.blocks(on: "2026-03-05") == ["B4"])
  }

  @Test("twelve units of 97140 are three sessions of four; a voided one gives its units back")
  func units() throws {
    var clinic = try clinic()
    try clinic.scenario.record(approval(clinic, units: 12, cpt: "97140"))
    _ = try use(4, on: "2026-02-16", &clinic)
    let second = try use(4, on: "2026-02-23", &clinic)
    #expect(try clinic.clearance(cpt: "97140").isReady)
    _ = try use(4, &clinic)
    let block = try clinic.clearance(cpt: "97140").blocks.first
    #expect(block?.code == .authorization)
    #expect(block?.text == "the authorization is used up")
    var released = AuthorizationReleased()
    released.authorization = authorization.description
    released.session = second.description
    released.units = 4
    try clinic.given(clinic.patient, .authorizationReleased(released))
    let held = clinic.state.coverage.authorizations[authorization.description]
    #expect(held?.unitsLeft() == 4)
    #expect(try clinic.clearance(cpt: "97140").isReady)
  }

  @Test("B4: an authorization with fewer units left than the visit needs does not suffice")
  func tooFewUnits() throws {
    var clinic = try clinic()
    try clinic.scenario.record(approval(clinic, units: 12))
    _ = try use(11, &clinic)
    #expect(try clinic.clearance(cpt: "97140", units: 1).isReady)
    #expect(try clinic.clearance(cpt: "97140").isReady)
    let clearance = try clinic.clearance(cpt: "97140", units: 4)
    #expect(clearance.blocks.map(\.code) == [.authorization])
    #expect(clearance.basis.authorization == authorization.description)
  }

  @Test("an authorization of one code allows no other")
  func codes() throws {
    var clinic = try clinic()
    try clinic.scenario.record(approval(clinic, visits: 10, cpt: "97140"))
    #expect(try clinic.clearance(cpt: "97140", "97124").blocks.map(\.code) == [.authorization])
  }

  @Test("visits are counted by session")
  func visits() throws {
    var clinic = try clinic()
    try clinic.scenario.record(approval(clinic, visits: 1))
    _ = try use(4, &clinic)
    #expect(try clinic.blocks() == ["B4"])
  }

  @Test("W11: an authorization's last visits, units and days are said")
  func ending() throws {
    var clinic = try clinic()
    try clinic.scenario.record(approval(clinic, visits: 3, units: 13))
    #expect(try !clinic.warnings(on: "2026-02-25").contains("W11"))
    _ = try use(4, &clinic)
    let text = try clinic.clearance().warnings.first { $0.code == .benefitsEnding }?.text
    #expect(
      text
        == "authorized visits left: 2; authorized units left: 9; days until the authorization ends: 0"
    )
  }

  @Test("a request is answered by approval or denial; an appeal may still succeed")
  func answers() throws {
    var clinic = try clinic()
    try clinic.scenario.record(
      RequestAuthorization(
        coverage: clinic.coverage, visits: 12, from: CivilDate("2026-03-01"),
        through: CivilDate("2026-04-30"), authorization: authorization))
    let deny = DenyAuthorization(authorization: authorization)
    try clinic.scenario.record(deny)
    #expect(try clinic.blocks() == ["B4"])
    #expect(try clinic.scenario.refusal(of: deny).rule == "authorization.answered")
    try clinic.scenario.record(approval(clinic, visits: 4))
    #expect(try clinic.blocks().isEmpty)
    #expect(try clinic.scenario.refusal(of: deny).rule == "authorization.answered")
  }

  @Test("counts, dates and coverage are checked")
  func refusals() throws {
    var clinic = try clinic()
    var command = try approval(clinic, visits: -1)
    #expect(try clinic.scenario.refusal(of: command).rule == "authorization.counts")
    command.visits = 4
    command.through = try CivilDate("2026-01-04")
    #expect(try clinic.scenario.refusal(of: command).rule == "authorization.dates")
    command.through = try CivilDate("2026-03-05")
    command.authorizationNumber = ""
    #expect(try clinic.scenario.refusal(of: command).rule == "text.length")
    command.authorizationNumber = "A-1"
    try clinic.scenario.record(command)
    let other = EntityID.make(.coverage, random: 42)
    try clinic.scenario.record(
      AddCoverage(
        patient: SubjectReference(clinic.patient), payer: SubjectReference(clinic.payer),
        memberID: "M3", rank: .secondary, coverage: other))
    command.coverage = other
    #expect(try clinic.scenario.refusal(of: command).rule == "authorization.coverage")
  }
}

@Suite("Claims beyond an authorization")
struct AuthorizationScrubTests {
  @Test("the session that goes beyond the units is the one that is denied, and a void makes room")
  func beyond() {
    var authorization = CoverageState.Authorization()
    authorization.approved.units = 12
    var care = CareState()
    for (number, day) in [2026_01_12, 2026_01_19, 2026_01_26, 2026_02_02].enumerated() {
      var session = CareState.Session()
      session.delivered.session = "\(number)"
      session.delivered.deliveredOn = Int32(day)
      care.sessions["\(number)"] = session
      authorization.unitsBySession["\(number)"] = 4
    }
    func exceeded() -> [String] {
      care.sessions.values.filter { authorization.isExceeded(by: $0, among: care) }
        .map(\.delivered.session).sorted()
    }
    #expect(exceeded() == ["3"])
    authorization.unitsBySession["1"] = nil
    #expect(exceeded().isEmpty)
    authorization.approved.units = 0
    authorization.approved.visits = 2
    #expect(exceeded() == ["3"])
  }
}
