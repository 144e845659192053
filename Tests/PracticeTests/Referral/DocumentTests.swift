import PracticeEvents
import TestSupport
import Testing

@testable import Practice

@Suite("Documents and referrals")
struct DocumentTests {
  let document = EntityID.make(.document, random: 40)

  @Test("a fax waits on the site's stream until it is matched, once")
  func matching() throws {
    var clinic = try GateClinic(without: [.prescription])
    let facts = try clinic.scenario.record(ReceiveDocument(pages: 2, document: document))
    #expect(facts.first?.subject == .site)
    #expect(clinic.state.referral.documents.isEmpty)
    let match = MatchDocument(
      document: document, patient: SubjectReference(clinic.patient), kind: .prescription)
    try clinic.scenario.record(match)
    #expect(clinic.state.referral.documents[document.description]?.kind == .prescription)
    #expect(try clinic.scenario.refusal(of: match).rule == "document.matched")
  }

  @Test("a patient's own document needs no match")
  func ownDocument() throws {
    var clinic = try GateClinic()
    let patient = SubjectReference(clinic.patient)
    try clinic.scenario.record(
      ReceiveDocument(patient: patient, kind: .insuranceCard, document: document))
    #expect(clinic.state.referral.documents[document.description]?.kind == .insuranceCard)
    #expect(
      try clinic.scenario.refusal(of: MatchDocument(document: document, patient: patient)).rule
        == "document.matched")
  }

  @Test("what cannot be a document is refused")
  func refusals() throws {
    var clinic = try GateClinic()
    #expect(try clinic.scenario.refusal(of: ReceiveDocument(pages: 0)).rule == "document.pages")
    #expect(
      try clinic.scenario.refusal(of: ReceiveDocument(mediaType: "a fax")).rule
        == "document.mediaType")
    let bare = ReceiveDocument(
      stored: .init(blob: "b", byteCount: 9, commitment: [], salt: []))
    #expect(try clinic.scenario.refusal(of: bare).rule == "document.commitment")
    let unknown = MatchDocument(document: document, patient: SubjectReference(clinic.patient))
    #expect(try clinic.scenario.refusal(of: unknown).rule == "reference.unknown")
  }

  @Test("a referral refers to the patient's own document and to times in order")
  func referral() throws {
    var clinic = try GateClinic(without: [.prescription])
    var command = ReceiveReferral(
      patient: SubjectReference(clinic.patient), referringProvider: SubjectReference(clinic.doctor),
      writtenOn: try CivilDate("2026-03-01"), document: document)
    #expect(try clinic.scenario.refusal(of: command).rule == "document.notThePatients")
    command.document = nil
    command.receivedOn = try CivilDate("2026-02-28")
    #expect(try clinic.scenario.refusal(of: command).rule == "referral.dates")
    command.receivedOn = try CivilDate("2026-03-03")
    #expect(try clinic.scenario.refusal(of: command).rule == "date.future")
  }
}
