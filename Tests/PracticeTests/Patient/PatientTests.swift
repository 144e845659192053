import PracticeEvents
import TestSupport
import Testing

@testable import Practice

@Suite("Patients") struct PatientTests {
  private var scenario: Scenario
  private let patient: SubjectID
  private let mrn = SubjectReference("P-1")

  init() throws {
    scenario = try Scenario()
    patient = try scenario.record(
      RegisterPatient(
        mrn: "P-1", familyName: "Rivera", givenName: "Ana",
        bornOn: CivilDate(compact: 1980_05_01), phone: E164("+12016031951")))[0].subject
  }

  private var profile: ProfileState { scenario.memory.patient(patient).profile }
  private func date(_ compact: Int32) throws -> CivilDate { try CivilDate(compact: compact) }

  @Test(
    "a patient is registered once, with a date of birth that has been",
    arguments: [
      "patient.mrn.taken", "patient.bornOn", "patient.sex", "text.length",
    ])
  mutating func registration(rule: String) throws {
    var command = RegisterPatient(
      mrn: "P-2", familyName: "Rivera", givenName: "Ana", bornOn: try date(1980_05_01))
    switch rule {
    case "patient.mrn.taken": command.mrn = "P-1"
    case "patient.bornOn": command.bornOn = try date(2026_03_03)
    case "patient.sex": command.sex = "X"
    default: command.familyName = ""
    }
    #expect(try scenario.refusal(of: command).rule == rule)
  }

  @Test("a change records what differs and nothing else")
  mutating func demographics() throws {
    let fact = try scenario.record(
      ChangeDemographics(
        patient: mrn, familyName: "Rivera", givenName: "Anna", sex: .female, clear: [.phone]))[0]
    guard case .patientDemographicsChanged(let change) = fact.event.fact else {
      Issue.record("another fact")
      return
    }
    #expect(change.changed == ["legalName", "sex", "phone"])
    #expect(profile.current.legalName.given == "Anna")
    #expect(profile.current.legalName.family == "Rivera")
    #expect(profile.current.phone.isEmpty && profile.current.sex == "F")
    #expect(profile.current.mrn == "P-1")
  }

  @Test("every demographic field can change")
  mutating func everyField() throws {
    let fact = try scenario.record(
      ChangeDemographics(
        patient: mrn, familyName: "R", givenName: "A", middleName: "B", suffix: "Jr",
        preferredName: "Annie", bornOn: date(1981_05_01), sex: .male, phone: E164("+12015550100"),
        email: EmailAddress("a@example.org"), addressLine1: "1 Main St", city: "Hoboken",
        state: StateCode("NJ"), postalCode: PostalCode("07030"), language: "es",
        emergencyContactName: "B", emergencyContactPhone: E164("+12015550101")))[0]
    guard case .patientDemographicsChanged(let change) = fact.event.fact else {
      Issue.record("another fact")
      return
    }
    #expect(change.changed == DemographicField.allCases.map(\.rawValue))
    #expect(profile.current.address.city == "Hoboken" && profile.current.language == "es")
    #expect(profile.current.preferredName == "Annie" && profile.current.bornOn == 1981_05_01)
    #expect(profile.current.email == "a@example.org" && profile.current.phone == "+12015550100")
    #expect(profile.current.emergencyContactName == "B")
    #expect(profile.current.emergencyContactPhone == "+12015550101")
  }

  @Test("a change is refused when nothing differs, a part of an address, or a birth to come")
  mutating func demographicRefusals() throws {
    let none = ChangeDemographics(patient: mrn, familyName: "Rivera")
    #expect(try scenario.refusal(of: none).rule == "demographics.unchanged")
    let part = ChangeDemographics(patient: mrn, city: "Hoboken")
    #expect(try scenario.refusal(of: part).rule == "address.incomplete")
    let unborn = ChangeDemographics(patient: mrn, bornOn: try date(2026_03_03))
    #expect(try scenario.refusal(of: unborn).rule == "patient.bornOn")
    let nameless = ChangeDemographics(patient: mrn, familyName: "")
    #expect(try scenario.refusal(of: nameless).rule == "text.length")
  }

  @Test("a consent holds from its signature to its last day or its revocation")
  mutating func consent() throws {
    let consent = EntityID.make(.consent, random: 1)
    try scenario.record(
      SignConsent(
        patient: mrn, kind: .treatment, signedOn: date(2026_03_01), expiresOn: date(2026_12_31),
        consent: consent))
    #expect(try !profile.hasConsent(.treatment, on: date(2026_02_28)))
    #expect(try profile.hasConsent(.treatment, on: date(2026_12_31)))
    #expect(try !profile.hasConsent(.treatment, on: date(2027_01_01)))
    #expect(try !profile.hasConsent(.privacy, on: date(2026_03_02)))
    let early = RevokeConsent(consent: consent, revokedOn: try date(2026_02_28))
    #expect(try scenario.refusal(of: early).rule == "consent.dates")
    try scenario.record(RevokeConsent(consent: consent), by: .patient)
    #expect(try profile.hasConsent(.treatment, on: date(2026_03_01)))
    #expect(try !profile.hasConsent(.treatment, on: date(2026_03_02)))
    let again = RevokeConsent(consent: consent)
    #expect(try scenario.refusal(of: again).rule == "consent.revoked")
  }

  @Test("a consent is not signed in the future; one of long ago is a supervisor's, with a reason")
  mutating func consentDay() throws {
    var sign = SignConsent(patient: mrn, kind: .treatment, signedOn: try date(2026_03_03))
    let future = try scenario.refusal(of: sign)
    #expect(future.rule == "date.future" && future.field == "signedOn")
    sign.signedOn = try date(2026_02_22)
    let old = try scenario.refusal(of: sign, by: .frontDesk, reason: "found the form")
    #expect(old.rule == "occurred.backdated" && old.field == "signedOn")
    try scenario.record(sign, reason: "found the form")
    sign.signedOn = try date(2026_02_23)
    try scenario.record(sign, by: .frontDesk)
  }

  @Test("a consent that ends before it begins, or that nobody signed, is refused")
  mutating func consentRefusals() throws {
    let backwards = SignConsent(
      patient: mrn, kind: .financial, signedOn: try date(2026_03_02),
      expiresOn: try date(2026_03_01))
    #expect(try scenario.refusal(of: backwards).rule == "consent.dates")
    let unknown = RevokeConsent(consent: EntityID.make(.consent, random: 9))
    #expect(try scenario.refusal(of: unknown).rule == "reference.unknown")
    let screening = EntityID.make(.screening, random: 1)
    try scenario.record(
      ScreenContraindications(patient: mrn, findings: [], outcome: .cleared, screening: screening))
    let other = RevokeConsent(consent: screening)
    #expect(try scenario.refusal(of: other).rule == "reference.unknown")
  }
}
