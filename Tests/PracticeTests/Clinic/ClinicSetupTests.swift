import PracticeEvents
import TestSupport
import Testing

@testable import Practice

@Suite("Setting up a clinic") struct ClinicSetupTests {
  private var scenario: Scenario
  init() throws { scenario = try Scenario() }

  private var establishing: EstablishClinic {
    get throws {
      EstablishClinic(
        clinicName: "Hudson Medical Massage", timeZone: try ClinicTimeZone("America/New_York"),
        addressLine1: "1 Main St", city: "Hoboken", state: try StateCode("NJ"),
        postalCode: try PostalCode("07030"), ein: "12-3456789", rooms: ["1", "2"])
    }
  }

  @Test("sets the profile and publishes every default rule with its number")
  mutating func establish() throws {
    try scenario.record(establishing)
    let clinic = scenario.memory.clinic()
    #expect(clinic.established && clinic.profile.timeZone == "America/New_York")
    let published = Dictionary(uniqueKeysWithValues: clinic.ruleTables.map { ($0.name, $0) })
    for table in DefaultRules.all {
      let entries = try #require(published[table.name]).entries
      #expect(entries.map(\.key) == table.rules.map(\.key))
      #expect(entries.map(\.value) == table.rules.map { Int64($0.value) })
    }
  }

  @Test("happens once, by a supervisor")
  mutating func once() throws {
    #expect(try scenario.refusal(of: establishing, by: .biller).rule == "role")
    #expect(
      try scenario.refusal(of: establishing, by: .biller).remedy == "ask one of: supervisor")
    try scenario.record(establishing)
    #expect(try scenario.refusal(of: establishing).rule == "clinic.established")
  }

  @Test(
    "needs rooms with names of their own and an EIN of nine digits",
    arguments: [
      ([], nil, "profile.rooms"), (["1", "1"], nil, "profile.rooms"), ([""], nil, "text.length"),
      (["1"], "12345678", "profile.ein"),
    ] as [([String], String?, String)])
  mutating func refusals(rooms: [String], ein: String?, rule: String) throws {
    var command = try establishing
    (command.rooms, command.ein) = (rooms, ein)
    #expect(try scenario.refusal(of: command).rule == rule)
  }

  @Test("the profile changes in what is given, and only after there is one")
  mutating func profile() throws {
    let rename = SetPracticeProfile(clinicName: "Hudson Massage")
    #expect(try scenario.refusal(of: rename).rule == "clinic.missing")
    try scenario.record(establishing)
    try scenario.record(rename)
    let profile = scenario.memory.clinic().profile
    #expect(profile.name == "Hudson Massage" && profile.rooms == ["1", "2"])
    #expect(try scenario.refusal(of: rename).rule == "profile.unchanged")
    let partAddress = SetPracticeProfile(city: "Weehawken")
    #expect(try scenario.refusal(of: partAddress).rule == "address.incomplete")
  }
}
