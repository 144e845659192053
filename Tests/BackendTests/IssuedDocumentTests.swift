import Backend
import Crypto
import Foundation
import Practice
import PracticeEvents
import Reports
import Testing

@Suite("Documents that were issued") struct IssuedDocumentTests {
  @Test("every print of a statement is the same to the byte, whatever is recorded after it")
  func statement() async throws {
    let clinic = try await TestClinic()
    try await clinic.setUp()
    _ = try await clinic.addPatient("P-1")
    try await clinic.record(
      TakePayment(patient: SubjectReference("P-1"), amount: Money("40.00"), method: .cash),
      by: .frontDesk)
    let id = EntityID.make(.statement, random: 7)
    try await clinic.record(
      IssueStatement(patient: SubjectReference("P-1"), statement: id), by: .frontDesk)
    let first = try clinic.backend.print(StatementDocument.self, id)
    #expect(first.first == nil)
    try await clinic.record(try #require(first.record("statement")), by: .frontDesk)

    try clinic.advance(to: "2026-05-04T10:00")
    try await clinic.record(
      TakePayment(patient: SubjectReference("P-1"), amount: Money("60.00"), method: .card),
      by: .frontDesk)
    try await clinic.record(
      ChangeDemographics(patient: SubjectReference("P-1"), familyName: "Married-Name"),
      by: .frontDesk)
    let again = try clinic.backend.print(StatementDocument.self, id)
    #expect(again.renderings == first.renderings && again.asOf == first.asOf)
    #expect(again.differing.isEmpty && again.record("statement") == nil)
    let noted = try #require(again.first)
    for rendering in noted.renderings {
      let format = try #require(DocumentFormat(rawValue: rendering.format))
      let text = try #require(again.renderings[format])
      #expect(rendering.sha256 == Data(SHA256.hash(data: Data(text.utf8))))
      #expect(Int(rendering.byteCount) == text.utf8.count)
    }
    #expect(try #require(first.renderings[.text]).contains("position \(first.asOf.rawValue)"))
  }

  @Test(
    "the bytes that left the clinic are kept, so that a program that prints otherwise gives them again"
  )
  func kept() async throws {
    let clinic = try await TestClinic()
    try await clinic.setUp()
    _ = try await clinic.addPatient("P-1")
    try await clinic.record(
      TakePayment(patient: SubjectReference("P-1"), amount: Money("40.00"), method: .cash),
      by: .frontDesk)
    let id = EntityID.make(.statement, random: 7)
    try await clinic.record(
      IssueStatement(patient: SubjectReference("P-1"), statement: id), by: .frontDesk)
    // As an earlier program would have printed it.
    var print = try clinic.backend.print(StatementDocument.self, id)
    let html = try #require(print.renderings[.html])
    let (earlier, plain) = (html.replacing("Taken off", with: "Reduced"), "an earlier layout\n")
    (print.renderings[.html], print.renderings[.text]) = (earlier, plain)
    let facts = try await clinic.backend.note(
      print, StatementDocument.name, printed: .html, clinic.envelope(by: .frontDesk))
    #expect(facts.map(\.event.kind) == [.documentIssued])

    let again = try clinic.backend.print(StatementDocument.self, id)
    #expect(earlier != html && again.renderings[.html] == earlier)
    #expect(again.differing == [.text], "of the text the log keeps the hash alone")
    let repeated = try await clinic.backend.note(
      again, StatementDocument.name, printed: .html, clinic.envelope(by: .frontDesk))
    #expect(repeated.isEmpty)
    _ = try clinic.backend.store.verify()
  }

  @Test("an identifier of nothing issued, or of another kind, is no document")
  func unknown() async throws {
    let clinic = try await TestClinic()
    try await clinic.setUp()
    #expect(throws: ReportError.self) {
      try clinic.backend.print(
        ReceiptDocument.self, EntityID.make(.receipt, random: 1))
    }
  }
}
