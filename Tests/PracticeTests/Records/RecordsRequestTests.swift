import PracticeEvents
import TestSupport
import Testing

@testable import Practice

@Suite("Requests for a record, and to amend it")
struct RecordsRequestTests {
  private var scenario: Scenario
  private let patient = SubjectReference("P-1")
  private let request = EntityID.make(.recordsRequest, random: 1)

  init() throws {
    scenario = try Scenario()
    try scenario.record(
      RegisterPatient(
        mrn: "P-1", familyName: "Rivera", givenName: "Ana", bornOn: CivilDate("1984-06-02")))
  }

  private func ask() throws -> ReceiveRecordsRequest {
    ReceiveRecordsRequest(
      patient: patient, requester: .attorney, requestedBy: "Smith LLP, with authorization",
      scope: "all visits", request: request)
  }

  @Test("is due in 30 days, and in as many as the clinic's rule says")
  mutating func due() throws {
    let fact = try scenario.record(ask(), by: .frontDesk)[0]
    guard case .recordsRequestReceived(let received) = fact.event.fact else {
      Issue.record("another fact")
      return
    }
    #expect(received.receivedOn == 2026_03_02)
    #expect(received.dueOn == 2026_04_01)
    #expect(fact.subjectKind == .patient)
    try scenario.record(
      PublishRuleTable(
        table: "records", version: "1", effectiveFrom: CivilDate("2026-03-01"), source: "owner",
        entries: [.init(key: "records-request-days", value: 15)]))
    var sooner = try ask()
    sooner.request = nil
    guard case .recordsRequestReceived(let second) = try scenario.record(sooner)[0].event.fact
    else {
      Issue.record("another fact")
      return
    }
    #expect(second.dueOn == 2026_03_17)
  }

  @Test("is fulfilled once, not before it was received")
  mutating func fulfilled() throws {
    try scenario.record(ask())
    var fulfil = FulfillRecordsRequest(
      request: request, delivery: "12 pages by post", fulfilledOn: try CivilDate("2026-03-01"))
    #expect(try scenario.refusal(of: fulfil).rule == "request.dates")
    fulfil.fulfilledOn = nil
    try scenario.record(fulfil)
    #expect(try scenario.refusal(of: fulfil).rule == "request.fulfilled")
    let unknown = FulfillRecordsRequest(
      request: EntityID.make(.recordsRequest, random: 9), delivery: "a copy")
    #expect(try scenario.refusal(of: unknown).rule == "reference.unknown")
  }

  @Test("asks for a range of dates in order, by somebody who is named")
  mutating func malformed() throws {
    var command = try ask()
    (command.from, command.through) = (try CivilDate("2026-02-01"), try CivilDate("2026-01-01"))
    #expect(try scenario.refusal(of: command).rule == "request.dates")
    command = try ask()
    command.requestedBy = ""
    #expect(try scenario.refusal(of: command).rule == "text.length")
  }

  @Test("an amendment is of an event of the patient's, and due in 60 days")
  mutating func amendment() throws {
    let event = SubjectID(scenario.memory.history(of: try registered())[0].id)
    let id = EntityID.make(.amendmentRequest, random: 3)
    let ask = RequestAmendment(
      patient: patient, event: event, wanted: "born in 1985", request: id)
    guard case .amendmentRequested(let asked) = try scenario.record(ask)[0].event.fact else {
      Issue.record("another fact")
      return
    }
    #expect(asked.dueOn == 2026_05_01)
    var foreign = ask
    foreign.event = SubjectID(high: 1, low: 2)
    #expect(try scenario.refusal(of: foreign).rule == "reference.unknown")
    let denial = DecideAmendment(request: id, decision: .deny, explanation: "it is accurate")
    #expect(try scenario.refusal(of: denial).rule == "amendment.basis")
    var grounded = denial
    grounded.basis = .accurateAndComplete
    try scenario.record(grounded, by: .therapist)
    #expect(try scenario.refusal(of: grounded).rule == "amendment.decided")
  }

  private func registered() throws -> SubjectID {
    try scenario.memory.patientID(patient)
  }
}
