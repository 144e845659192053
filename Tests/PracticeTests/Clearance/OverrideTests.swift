import PracticeEvents
import TestSupport
import Testing

@testable import Practice

@Suite("Overriding the gate")
struct OverrideTests {
  let appointment = EntityID.make(.appointment, random: 50)

  private func booked(_ clinic: inout GateClinic) throws {
    var fact = AppointmentBooked()
    fact.appointment = appointment.description
    fact.practitioner = clinic.therapist.description
    fact.serviceClass = .medical
    fact.dateOn = 2026_03_05
    fact.episode = clinic.episode.description
    try clinic.given(clinic.patient, .appointmentBooked(fact))
  }

  private func override(_ blocks: ClearanceBlock.Code...) -> OverrideClearance {
    OverrideClearance(appointment: appointment, blocks: blocks)
  }

  @Test("a supervisor's override is recorded with its blocks, and only those fall")
  func overridden() throws {
    var clinic = try GateClinic(without: [.prescription, .verification])
    try booked(&clinic)
    let facts = try clinic.scenario.record(override(.prescription), reason: "the fax is on its way")
    guard case .treatmentClearanceOverridden(let fact) = facts.first?.event.fact else {
      Issue.record("no override was recorded")
      return
    }
    #expect(fact.blocks == ["B1"])
    #expect(fact.dateOn == 2026_03_05)
    #expect(facts.first?.event.reason == "the fax is on its way")
    let standing = try clinic.clearance().standingBlocks(overridden: fact.blocks)
    #expect(standing.map(\.code) == [.verification])
  }

  @Test("a lapsed licence cannot be overridden, alone or among others")
  func license() throws {
    var clinic = try GateClinic(without: [.license, .prescription])
    try booked(&clinic)
    let refusal = try clinic.scenario.refusal(
      of: override(.prescription, .license), reason: "urgent")
    #expect(refusal.rule == "B5")
    let standing = try clinic.clearance().standingBlocks(overridden: ["B1", "B5"])
    #expect(standing.map(\.code) == [.license])
  }

  @Test("only a supervisor may override", arguments: [Role.frontDesk, .therapist, .biller])
  func role(role: Role) throws {
    var clinic = try GateClinic(without: [.prescription])
    try booked(&clinic)
    let refusal = try clinic.scenario.refusal(of: override(.prescription), by: role, reason: "x")
    #expect(refusal.rule == "role")
  }

  @Test("an override needs a reason, a block, and an appointment still to come")
  func refusals() throws {
    var clinic = try GateClinic(without: [.prescription])
    #expect(
      try clinic.scenario.refusal(of: override(.prescription), reason: "x").rule
        == "reference.unknown")
    try booked(&clinic)
    #expect(try clinic.scenario.refusal(of: override(.prescription)).rule == "reason")
    #expect(try clinic.scenario.refusal(of: override(), reason: "x").rule == "override.blocks")
    var cancelled = AppointmentCancelled()
    cancelled.appointment = appointment.description
    try clinic.given(clinic.patient, .appointmentCancelled(cancelled))
    #expect(
      try clinic.scenario.refusal(of: override(.prescription), reason: "x").rule
        == "appointment.state")
  }

  @Test("an override of what is not in the way is accepted and said")
  func idle() throws {
    var clinic = try GateClinic()
    try booked(&clinic)
    #expect(try clinic.concerns(of: override(.consent)) == ["not in the way now: B7"])
  }
}
