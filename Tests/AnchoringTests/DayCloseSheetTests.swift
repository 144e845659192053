import Foundation
import Testing
import TransparencyLog

@testable import Anchoring

@Suite("the day-close sheet")
struct DayCloseSheetTests {
  let key: SigningKey
  let note: SignedNote

  init() throws {
    key = try SigningKey(
      name: KeyName("clinic.example/log/1"), kind: .log, seed: Array(repeating: 5, count: 32))
    note = try Checkpoint(
      origin: "clinic.example/log/1", size: 41, root: .leaf([1, 2, 3])
    ).signed(by: key)
  }

  private func sheet(_ clinic: String, _ note: SignedNote) throws -> DayCloseSheet {
    try DayCloseSheet(
      clinic: clinic, date: "2026-03-03", note: note, logKey: key.verifierKey, eventsAfter: 2)
  }

  @Test("names clinic, day, log, count and root in groups of four, and has two lines to sign")
  func content() throws {
    let sheet = try sheet("Palisade <Massage> & \"Co\"", note)
    let root = TreeHash.leaf([1, 2, 3]).hex
    #expect(sheet.rootForReading.map(\.count) == [4, 4, 4, 4])
    #expect(sheet.rootForReading.flatMap { $0 }.allSatisfy { $0.count == 4 })
    #expect(sheet.rootForReading.flatMap { $0 }.joined() == root)
    let html = try sheet.html()
    #expect(html.contains("Palisade &lt;Massage&gt; &amp; &quot;Co&quot;"))
    #expect(!html.contains("<Massage>"))
    for part in ["2026-03-03", "clinic.example/log/1", "41", key.verifierKey.description] {
      #expect(html.contains(part))
      #expect(sheet.text.contains(part))
    }
    #expect(html.components(separatedBy: "class=\"signature\"").count == 3)
    #expect(sheet.text.components(separatedBy: "Signature ___").count == 3)
    #expect(html.contains(try QRCode(String(decoding: note.encoded, as: UTF8.self)).svg))
  }

  @Test("prints the checkpoint as released, whoever has cosigned it since")
  func cosigned() throws {
    let witness = try SigningKey.generate(name: KeyName("w.example"), kind: .witness)
    let cosigned = try note.adding(witness.cosign(Checkpoint(parsing: note.text), at: 3))
    #expect(try sheet("A", cosigned).html() == sheet("A", note).html())
  }

  @Test("is not printed for a checkpoint that the log's key has not signed")
  func unsigned() throws {
    let other = try SigningKey.generate(name: KeyName("clinic.example/log/1"), kind: .log)
    let forged = try Checkpoint(parsing: note.text).signed(by: other)
    #expect(throws: EvidenceError.self) { try sheet("A", forged) }
  }
}
