import Foundation
import PracticeEvents
import TestSupport
import Testing

@testable import Practice

@Suite("Patients and pages that come twice")
struct DuplicateTests {
  private var scenario: Scenario
  init() throws { scenario = try Scenario() }

  private func patient(
    _ mrn: String, _ family: String = "O'Neil", _ given: String = "Ana",
    born: String = "1984-06-02", distinct: Bool? = nil
  ) throws -> RegisterPatient {
    RegisterPatient(
      mrn: mrn, familyName: family, givenName: given, bornOn: try CivilDate(born),
      confirmDistinct: distinct)
  }

  @Test("the same name and birth date is refused unless it is said to be another person")
  mutating func samePerson() throws {
    let first = try scenario.record(patient("1"))
    let refusal = try scenario.refusal(of: patient("2", "ONEIL", "ana"))
    #expect(refusal.rule == "patient.duplicate")
    #expect(refusal.evidence == first.map(\.eventID))
    #expect(!refusal.description.contains("Neil"))
    try scenario.record(patient("3", born: "1984-06-03"))
    try scenario.record(patient("4", "O'Neil", "Bea"))
    try scenario.record(patient("5", distinct: true))
  }

  @Test("a corrected birth date counts, the mistaken one does not")
  mutating func correctedBirthDate() throws {
    try scenario.record(patient("1"))
    try scenario.record(
      ChangeDemographics(patient: SubjectReference("1"), bornOn: CivilDate("1985-06-02")),
      reason: "misread")
    #expect(try scenario.refusal(of: patient("2", born: "1985-06-02")).rule == "patient.duplicate")
    try scenario.record(patient("2"))
  }

  @Test("stored pages belong to one document")
  mutating func pages() throws {
    try scenario.record(patient("1"))
    let fax = ReceiveDocument(
      patient: SubjectReference("1"),
      stored: .init(
        blob: "blob-1", byteCount: 9, commitment: [UInt8](repeating: 7, count: 32),
        salt: [UInt8](repeating: 8, count: 32)))
    let first = try scenario.record(fax)
    let again = try scenario.refusal(of: fax)
    #expect(again.rule == "document.blob" && again.evidence == first.map(\.eventID))
  }

  @Test("another patient's document is no letter and no report of this one")
  func foreignDocument() throws {
    var clinic = try CareClinic()
    try clinic.openAssessedEpisode()
    let document = EntityID.make(.document, random: 77)
    try clinic.scenario.record(
      ReceiveDocument(patient: SubjectReference(clinic.other), document: document))
    let report = SendProgressReport(episode: clinic.episode, document: document)
    #expect(try clinic.scenario.refusal(of: report).rule == "document.notThePatients")
    let letter = RecordNecessityLetter(
      patient: SubjectReference(clinic.patient), referringProvider: SubjectReference(clinic.doctor),
      diagnoses: [try ICD10CM("M54.2")], whyNecessary: "pain", treatment: "massage",
      validFrom: try CivilDate("2026-03-01"), validThrough: try CivilDate("2026-12-31"),
      document: document)
    #expect(try clinic.scenario.refusal(of: letter).rule == "document.notThePatients")
  }
}
