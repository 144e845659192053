import PracticeEvents
import TestSupport
import Testing

@testable import Practice

@Suite("Licences") struct LicenseTests {
  private var scenario: Scenario
  private let practitioner: SubjectID
  private let license = EntityID.make(.license, random: 1)

  init() throws {
    scenario = try Scenario()
    practitioner = try scenario.record(
      RegisterPractitioner(familyName: "Lee", givenName: "Jo", npi: NPI("1234567893")))[0].subject
    try scenario.record(recording)
  }

  private var recording: RecordLicense {
    get throws {
      RecordLicense(
        practitioner: SubjectReference(practitioner), state: try StateCode("NJ"), number: "18KT1",
        issuedOn: try date(2024_12_01), expiresOn: try date(2026_11_30), license: license)
    }
  }

  private func date(_ compact: Int32) throws -> CivilDate { try CivilDate(compact: compact) }

  private func isLicensed(_ compact: Int32) throws -> Bool {
    scenario.memory.practitioner(practitioner).isLicensed(on: try date(compact))
  }

  private mutating func change(_ status: LicenseStatusChoice, from: Int32) throws {
    try scenario.record(
      ChangeLicenseStatus(license: license, status: status, from: date(from)))
  }

  @Test(
    "hold from the day of issue through the last day",
    arguments: [
      (2024_11_30, false), (2024_12_01, true), (2026_11_30, true), (2026_12_01, false),
    ] as [(Int32, Bool)])
  func validity(day: Int32, licensed: Bool) throws {
    #expect(try isLicensed(day) == licensed)
  }

  @Test("renewed in time leave no gap; renewed late leave the days between uncovered")
  mutating func renewal() throws {
    try scenario.record(
      RenewLicense(license: license, renewedOn: date(2026_03_01), expiresOn: date(2028_11_30)))
    #expect(try isLicensed(2026_12_01))
    try scenario.advance(to: "2029-01-10T09:00")
    try scenario.record(RenewLicense(license: license, expiresOn: date(2030_11_30)))
    #expect(try isLicensed(2028_11_30))
    #expect(try !isLicensed(2029_01_09))
    #expect(try isLicensed(2029_01_10))
  }

  @Test("do not hold while lapsed or suspended, and hold again once restored")
  mutating func statusChanges() throws {
    try change(.suspended, from: 2026_04_01)
    try change(.active, from: 2026_05_01)
    #expect(try isLicensed(2026_03_31))
    #expect(try !isLicensed(2026_04_01))
    #expect(try !isLicensed(2026_04_30))
    #expect(try isLicensed(2026_05_01))
    try change(.lapsed, from: 2026_06_01)
    #expect(try !isLicensed(2026_06_01))
  }

  @Test("once revoked cannot be restored or renewed")
  mutating func revoked() throws {
    try change(.revoked, from: 2026_04_01)
    try scenario.advance(to: "2026-04-02T09:00")
    let restored = ChangeLicenseStatus(license: license, status: .active)
    #expect(try scenario.refusal(of: restored).rule == "license.revoked")
    let renewed = RenewLicense(license: license, expiresOn: try date(2028_11_30))
    #expect(try scenario.refusal(of: renewed).rule == "license.revoked")
  }

  @Test("change their status forward in time, and only to another one")
  mutating func statusRefusals() throws {
    let same = ChangeLicenseStatus(license: license, status: .active)
    #expect(try scenario.refusal(of: same).rule == "license.status.same")
    try change(.suspended, from: 2026_04_01)
    let earlier = ChangeLicenseStatus(license: license, status: .lapsed, from: try date(2026_03_31))
    #expect(try scenario.refusal(of: earlier).rule == "license.status.order")
  }

  @Test("refuse dates that cannot be")
  mutating func dates() throws {
    var backwards = try recording
    backwards.number = "18KT2"
    backwards.license = nil
    backwards.expiresOn = try date(2024_11_30)
    #expect(try scenario.refusal(of: backwards).rule == "license.dates")
    let shorter = RenewLicense(license: license, expiresOn: try date(2026_11_30))
    #expect(try scenario.refusal(of: shorter).rule == "license.renewal")
    let early = RenewLicense(
      license: license, renewedOn: try date(2024_11_30), expiresOn: try date(2028_11_30))
    #expect(try scenario.refusal(of: early).rule == "license.dates")
  }

  @Test("are recorded once, under an identifier of their own")
  mutating func once() throws {
    var again = try recording
    #expect(try scenario.refusal(of: again).rule == "license.recorded")
    again.number = "18KT2"
    #expect(try scenario.refusal(of: again).rule == "identifier.taken")
    let unknown = RenewLicense(
      license: EntityID.make(.license, random: 9), expiresOn: try date(2028_11_30))
    #expect(try scenario.refusal(of: unknown).rule == "reference.unknown")
  }

  @Test("events about an unknown licence change nothing")
  func unknownLicense() throws {
    var state = PractitionerState()
    var event = PracticeEvent()
    event.fact = .licenseRenewed(LicenseRenewed())
    let key = UUIDKey(high: 1, low: 1)
    state.apply(
      RecordedFact(
        position: 1, recordedAt: 0, id: key, stream: key, streamSequence: 1, event: event))
    #expect(state == PractitionerState())
  }
}
