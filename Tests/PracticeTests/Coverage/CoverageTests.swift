import PracticeEvents
import TestSupport
import Testing

@testable import Practice

@Suite("Coverage and how care is paid for")
struct CoverageTests {
  private func card(_ clinic: GateClinic) -> AddCoverage {
    AddCoverage(
      patient: SubjectReference(clinic.patient), payer: SubjectReference(clinic.payer),
      memberID: "M2")
  }

  @Test("one coverage of a rank on any day")
  func rank() throws {
    var clinic = try GateClinic()
    var second = card(clinic)
    #expect(try clinic.scenario.refusal(of: second).rule == "coverage.rank")
    second.rank = .secondary
    try clinic.scenario.record(second)
    try clinic.scenario.record(
      TerminateCoverage(coverage: clinic.coverage, terminatedOn: CivilDate("2026-03-31")))
    second.rank = .primary
    #expect(try clinic.scenario.refusal(of: second).rule == "coverage.rank")
    second.effectiveFrom = try CivilDate("2026-04-01")
    try clinic.scenario.record(second)
    #expect(clinic.state.coverage.coverages.count == 3)
  }

  @Test("a subscriber who is somebody else is named, and dates are in order")
  func subscriberAndDates() throws {
    var clinic = try GateClinic(without: [.coverage])
    var command = card(clinic)
    command.relationship = .spouse
    #expect(try clinic.scenario.refusal(of: command).rule == "coverage.subscriber")
    command.relationship = nil
    command.effectiveThrough = try CivilDate("2026-03-01")
    #expect(try clinic.scenario.refusal(of: command).rule == "coverage.dates")
    command.effectiveThrough = nil
    command.memberID = ""
    #expect(try clinic.scenario.refusal(of: command).rule == "text.length")
  }

  @Test("an accident's coverage without its claim number is taken, and said")
  func accident() throws {
    var clinic = try GateClinic(without: [.coverage], payerType: .autoPip)
    #expect(try clinic.concerns(of: card(clinic)).count == 1)
  }

  @Test("a coverage ends once, not before it began; an earlier end corrects a later one")
  func termination() throws {
    var clinic = try GateClinic()
    var command = TerminateCoverage(
      coverage: clinic.coverage, terminatedOn: try CivilDate("2025-12-31"))
    #expect(try clinic.scenario.refusal(of: command).rule == "coverage.dates")
    command.terminatedOn = try CivilDate("2026-03-31")
    try clinic.scenario.record(command)
    #expect(try clinic.scenario.refusal(of: command).rule == "coverage.terminated")
    command.terminatedOn = try CivilDate("2026-03-15")
    try clinic.scenario.record(command)
    command.coverage = .make(.coverage, random: 99)
    #expect(try clinic.scenario.refusal(of: command).rule == "reference.unknown")
  }

  @Test("an election ends when a route that files claims is chosen, not by one that does not")
  func electionAndRoute() throws {
    var clinic = try GateClinic()
    let patient = SubjectReference(clinic.patient)
    let elect = ElectSelfPay(patient: patient, why: .declinedToUse)
    try clinic.scenario.record(elect)
    #expect(try clinic.scenario.refusal(of: elect).rule == "selfPay.elected")
    let date = try CivilDate("2026-03-10")
    #expect(clinic.state.effectiveRoute(on: date) == .outOfPocket)
    #expect(clinic.state.payer(on: date) == nil)
    try clinic.scenario.record(ChooseCoverageRoute(patient: patient, route: .hsaFsa))
    #expect(clinic.state.effectiveRoute(on: date) == .hsaFsa)
    #expect(clinic.state.coverage.selfPayElection(on: date) != nil)
    try clinic.scenario.record(
      ChooseCoverageRoute(patient: patient, route: .inNetworkClaim, from: date))
    #expect(clinic.state.coverage.selfPayElection(on: date.adding(days: -1)) != nil)
    #expect(clinic.state.coverage.selfPayElection(on: date) == nil)
    #expect(clinic.state.effectiveRoute(on: date) == .inNetworkClaim)
    #expect(clinic.state.payer(on: date) == clinic.payer)
    #expect(try clinic.clearance(on: "2026-03-10").coverage == clinic.coverage.description)
  }

  @Test("an election of a stretch of days ends by itself")
  func limitedElection() throws {
    var clinic = try GateClinic()
    var elect = ElectSelfPay(
      patient: SubjectReference(clinic.patient), why: .benefitsExhausted,
      through: try CivilDate("2026-03-01"))
    #expect(try clinic.scenario.refusal(of: elect).rule == "selfPay.dates")
    elect.through = try CivilDate("2026-03-05")
    elect.formDocument = .make(.document, random: 9)
    #expect(try clinic.scenario.refusal(of: elect).rule == "document.notThePatients")
    elect.formDocument = nil
    try clinic.scenario.record(elect)
    #expect(clinic.state.coverage.patientPays(on: try CivilDate("2026-03-05")))
    #expect(!clinic.state.coverage.patientPays(on: try CivilDate("2026-03-06")))
  }

  @Test("an election that begins before today is a supervisor's, with a reason")
  func backdatedElection() throws {
    var clinic = try GateClinic()
    let elect = ElectSelfPay(
      patient: SubjectReference(clinic.patient), why: .notCovered, from: try CivilDate("2026-03-01")
    )
    for (role, reason) in [(Role.frontDesk, "forgotten"), (.supervisor, nil)] {
      let refusal = try clinic.scenario.refusal(of: elect, by: role, reason: reason)
      #expect(refusal.rule == "selfPay.backdated" && refusal.field == "from")
    }
    try clinic.scenario.record(elect, reason: "forgotten")
    #expect(clinic.state.coverage.patientPays(on: try CivilDate("2026-03-01")))
  }

  @Test("a route fits its coverage and payer")
  func routes() throws {
    var clinic = try GateClinic()
    var command = ChooseCoverageRoute(
      patient: SubjectReference(clinic.patient), route: .outOfPocket, coverage: clinic.coverage)
    #expect(try clinic.scenario.refusal(of: command).rule == "route.coverage")
    command.route = .autoPip
    #expect(try clinic.scenario.refusal(of: command).rule == "route.payerType")
    command.route = .inNetworkClaim
    command.from = try CivilDate("2025-12-31")
    #expect(try clinic.scenario.refusal(of: command).rule == "route.notInForce")
    command.coverage = .make(.coverage, random: 99)
    #expect(try clinic.scenario.refusal(of: command).rule == "reference.unknown")
    var medicare = try GateClinic(payerType: .medicare)
    let claim = ChooseCoverageRoute(
      patient: SubjectReference(medicare.patient), route: .inNetworkClaim)
    #expect(try medicare.scenario.refusal(of: claim).rule == "route.medicare")
    var accident = try GateClinic(payerType: .workersCompensation)
    try accident.scenario.record(
      ChooseCoverageRoute(
        patient: SubjectReference(accident.patient), route: .workersCompensation))
    #expect(accident.state.payer(on: try CivilDate("2026-03-05")) == accident.payer)
  }
}
