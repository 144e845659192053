import Backend
import EventLog
import Foundation
import Practice
import PracticeEvents
import TestSupport
import Testing

@Suite("Stored documents")
struct DocumentTests {
  private static let pdf = Array("%PDF-1.7 a prescription".utf8)

  private func stored(
    _ clinic: TestClinic, _ pages: [UInt8], distinct: Bool? = nil, mediaType: String? = nil
  ) async throws -> EntityID {
    let outcome = try await clinic.backend.receive(
      ReceiveDocument(kind: .prescription, mediaType: mediaType, confirmDistinct: distinct),
      pages: pages, clinic.envelope())
    guard case .documentReceived(let fact) = outcome.facts.first?.event.fact else {
      throw ScenarioError.notRefused
    }
    return try EntityID(fact.document)
  }

  private func refusal(_ body: () async throws -> Void) async throws -> Refusal {
    try #require(
      await #expect(throws: Refusal.self) { try await body() })
  }

  @Test("pages come back byte for byte, and the event holds a salted commitment alone")
  func roundTrip() async throws {
    let clinic = try await TestClinic()
    let id = try await stored(clinic, Self.pdf)
    let found = try clinic.backend.document(id)
    #expect(found.bytes == Self.pdf && found.patient == nil)
    #expect(found.received.mediaType == "application/pdf")
    #expect(found.received.byteCount == Int64(Self.pdf.count))
    #expect(found.received.commitment.count == 32 && found.received.commitmentSalt.count == 32)
  }

  @Test(
    "the same pages are noticed, other pages of the same length are not, and a second copy is kept on a word"
  )
  func duplicates() async throws {
    let clinic = try await TestClinic()
    let first = try await stored(clinic, Self.pdf)
    let again = try await refusal { _ = try await stored(clinic, Self.pdf) }
    #expect(again.rule == "document.duplicate" && again.problem.contains(first.description))
    #expect(again.evidence.count == 1)
    _ = try await stored(clinic, Self.pdf.dropLast() + [0])
    let copy = try await stored(clinic, Self.pdf, distinct: true)
    #expect(try clinic.backend.document(copy).bytes == Self.pdf)
  }

  @Test("what cannot be stored is refused, and nothing is recorded")
  func bounds() async throws {
    let clinic = try await TestClinic()
    let head = try clinic.backend.store.read { $0.head }
    func rule(_ pages: [UInt8], _ mediaType: String? = nil) async throws -> String {
      try await refusal { _ = try await stored(clinic, pages, mediaType: mediaType) }.rule
    }
    #expect(try await rule([]) == "document.size")
    #expect(try await rule(Array("hello".utf8)) == "document.mediaType")
    #expect(try await rule(Self.pdf, "image/tiff") == "document.mediaType")
    let large = Self.pdf + [UInt8](repeating: 0, count: Backend.largestDocument)
    #expect(try await rule(large) == "document.size")
    #expect(try clinic.backend.store.read { $0.head } == head)
    _ = try await stored(clinic, Array(large.prefix(Backend.largestDocument)))
  }

  @Test("a document on paper has no pages to export")
  func paper() async throws {
    let clinic = try await TestClinic()
    let id = EntityID.make(.document, random: 3)
    _ = try await clinic.backend.record(ReceiveDocument(document: id), clinic.envelope())
    #expect(
      try await refusal { _ = try clinic.backend.document(id) }.rule == "document.notStored")
    let unknown = EntityID.make(.document, random: 4)
    #expect(
      try await refusal { _ = try clinic.backend.document(unknown) }.rule == "reference.unknown")
  }
}
