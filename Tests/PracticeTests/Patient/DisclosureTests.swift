import PracticeEvents
import TestSupport
import Testing

@testable import Practice

@Suite("Disclosures") struct DisclosureTests {
  private var scenario: Scenario
  private let digest = String(repeating: "0a", count: 32)

  init() throws {
    scenario = try Scenario()
    try scenario.record(
      RegisterPatient(
        mrn: "P-1", familyName: "Rivera", givenName: "Ana", bornOn: CivilDate("1980-05-01")))
  }

  private var command: RecordDisclosure {
    RecordDisclosure(
      patient: SubjectReference("P-1"), recipientName: "Mutual Health", recipientAddress: "1 Plaza",
      what: "audit packet", purpose: "claim audit", basis: .judicial, profile: "court",
      firstPosition: 2, lastPosition: 7, packetSHA256: digest)
  }

  @Test("a disclosure says what 45 CFR 164.528(b) asks for")
  mutating func recorded() throws {
    let facts = try scenario.record(command, by: .biller)
    guard case .recordDisclosed(let fact) = facts[0].event.fact else {
      Issue.record("a disclosure was to be recorded")
      return
    }
    #expect(fact.recipientName == "Mutual Health")
    #expect(fact.recipientAddress == "1 Plaza")
    #expect(fact.what == "audit packet")
    #expect(fact.purpose == "claim audit")
    #expect(fact.basis == .judicial)
    #expect(fact.disclosedOn == 2026_03_02)
    #expect(fact.firstPosition == 2)
    #expect(fact.lastPosition == 7)
    #expect([UInt8](fact.packetSha256) == [UInt8](repeating: 10, count: 32))
    #expect(facts[0].subject == (try scenario.memory.patientID(SubjectReference("P-1"))))
  }

  @Test("a copy on paper has no positions and no digest")
  mutating func onPaper() throws {
    var command = command
    (command.profile, command.firstPosition, command.lastPosition) = (nil, nil, nil)
    command.packetSHA256 = nil
    let facts = try scenario.record(command, by: .frontDesk)
    guard case .recordDisclosed(let fact) = facts[0].event.fact else {
      Issue.record("a disclosure was to be recorded")
      return
    }
    #expect(fact.lastPosition == 0)
    #expect(fact.packetSha256.isEmpty)
  }

  @Test(
    "what an accounting could not use is refused",
    arguments: [
      "text.length", "disclosure.positions", "disclosure.digest", "reference.unknown", "role",
    ])
  mutating func refusals(rule: String) throws {
    var command = command
    switch rule {
    case "text.length": command.recipientAddress = ""
    case "disclosure.positions": command.firstPosition = 8
    case "disclosure.digest": command.packetSHA256 = String(repeating: "0g", count: 32)
    case "reference.unknown": command.patient = SubjectReference("P-2")
    default: break
    }
    let role = rule == "role" ? Role.therapist : .supervisor
    #expect(try scenario.refusal(of: command, by: role).rule == rule)
  }

  @Test(
    "the accounting leaves out what 164.528(a)(1) leaves out", arguments: DisclosureBasis.allCases)
  func accounted(basis: DisclosureBasis) {
    let exempt: Set<DisclosureBasis> = [
      .patientRequest, .authorization, .treatmentPaymentOperations,
    ]
    #expect(basis.isAccounted == !exempt.contains(basis))
  }
}
