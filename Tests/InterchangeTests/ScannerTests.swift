import Foundation
import Interchange
import Testing

@Suite("X12 files")
struct ScannerTests {
  private static let plain = X12Text.remittance(
    "CLP*X*1*100*80**12*P1", "CAS*CO*45*20", amount: "80")

  private func amounts(_ text: String) throws -> [String] {
    try amounts(Array(text.utf8))
  }

  private func amounts(_ bytes: [UInt8]) throws -> [String] {
    try RemittanceFile(bytes).remittances.flatMap(\.claims).map { "\($0.charge) \($0.paid)" }
  }

  @Test("a plain file has nothing to note but its line breaks")
  func plainFile() throws {
    let file = try RemittanceFile(Array(Self.plain.replacing("\n", with: "").utf8))
    #expect(file.notes.isEmpty)
    #expect(file.remittances.count == 1)
  }

  @Test(
    "is read whatever separates its segments, elements and components",
    arguments: [
      ("~", "*", ":"), ("_", "*", ">"), ("\n", "*", ":"), ("\r\n", "|", "^"), ("'", "+", "<"),
      ("\u{1c}", "\u{1d}", "\u{1f}"), (" \n", "*", ":"),
    ])
  func separators(terminator: String, element: String, component: String) throws {
    let text = Self.plain.replacing("\n", with: "")
      .replacing(":", with: component).replacing("*", with: element)
      .replacing("~", with: terminator)
      .replacing(component + " \n", with: component + "\n")
    #expect(try amounts(text) == ["100.00 80.00"])
  }

  @Test("a byte order mark, indentation, wrapped lines and empty segments are noted")
  func tolerated() throws {
    let text = Self.plain.replacing("\n", with: "\n    ").replacing("CLP*X*", with: "~CLP*X*\n")
    let bytes = [0xEF, 0xBB, 0xBF] + Array(text.utf8)
    #expect(try amounts(bytes) == ["100.00 80.00"])
    let notes = try RemittanceFile(bytes).notes.map(\.text)
    #expect(
      Set(notes) == [
        "the file begins with a byte order mark", "line breaks within segments", "empty segments",
        "segments stand on lines of their own, or are indented",
      ])
  }

  @Test("several interchanges in a file may have separators of their own")
  func severalInterchanges() throws {
    let other = Self.plain.replacing("000000001", with: "000000002").replacing("*", with: "|")
      .replacing("~", with: "!")
    #expect(try amounts(Self.plain + "\n" + other) == ["100.00 80.00", "100.00 80.00"])
  }

  @Test("wrong counts and control numbers are noted with their place")
  func trailers() throws {
    let text = Self.plain.replacing("SE*10*0001", with: "SE*99*0002")
      .replacing("IEA*1*000000001", with: "IEA*2*000000001")
    let notes = try RemittanceFile(Array(text.utf8)).notes.map(\.description)
    #expect(notes.contains("segment 12, line 12: SE01 is not the count, 10"))
    #expect(notes.contains("segment 12, line 12: SE02 is not the control number of its header"))
    #expect(notes.contains("segment 14, line 14: IEA01 is not the count, 1"))
  }

  @Test("text that is not UTF-8 is read as Latin-1")
  func latin1() throws {
    var bytes = Array(Self.plain.utf8)
    let place = try #require(bytes.firstRange(of: Array("MUTUAL".utf8)))
    bytes[place.lowerBound] = 0xDC
    let file = try RemittanceFile(bytes)
    #expect(file.remittances[0].payer.name == "TEST ÜUTUAL")
    #expect(file.notes.contains { $0.text.contains("Latin-1") })
  }

  @Test(
    "cut off anywhere before its end, it is refused as a whole, whatever ends its segments",
    arguments: ["~", "\r", "\n", "\r\n"])
  func truncation(terminator: String) throws {
    let bytes = Array(Self.plain.replacing("~\n", with: terminator).utf8)
    // The very last terminator may be missing, and the last digits of IEA02 then look whole.
    let trailer = try #require(bytes.firstRange(of: Array("IEA*".utf8))).lowerBound
    for length in 0..<(trailer + 3) {
      #expect(throws: X12Error.self, "\(length)") {
        try RemittanceFile(Array(bytes.prefix(length)))
      }
    }
  }

  @Test(
    "what is no payment advice is refused, and the message says what it is",
    arguments: [
      ("", "empty"), ("PK\u{3}\u{4}\u{0}junk", "no X12"), ("%PDF-1.7", "no X12"),
      ("ISA", "ISA"), ("ISA*00*", "16 elements"),
      (plain.replacing("ST*835", with: "ST*837"), "a claim (837)"),
      (plain.replacing("CAS*CO", with: "C\u{0}S*CO"), "no text"),
      (plain.replacing("CAS*CO", with: "cas*CO"), "no segment"),
      (plain.replacing("SE*10*0001~\n", with: ""), "SE"),
      (plain.replacing("TRN*1*EFT1*1512345678~\n", with: ""), "TRN"),
    ])
  func refused(text: String, says: String) throws {
    let error = try #require(throws: X12Error.self) { try RemittanceFile(Array(text.utf8)) }
    #expect(error.description.contains(says), "\(error)")
  }

  @Test(
    "a file of another type is refused, and whole ones of other types are read as files",
    .enabled(if: X12Fixtures.isThere, X12Fixtures.reason),
    arguments: X12Fixtures.names("837p") + X12Fixtures.names("277-999"))
  func otherTypes(path: String) throws {
    let bytes = try X12Fixtures.bytes(path)
    #expect(!(try X12File(bytes).transactions.isEmpty))
    #expect(throws: X12Error.self) { try RemittanceFile(bytes) }
    #expect(throws: X12Error.self) { try EligibilityFile(bytes) }
  }

  @Test(
    "thousands of damaged files are read or refused, and none stops the program",
    .enabled(if: X12Fixtures.isThere, X12Fixtures.reason),
    arguments: X12Fixtures.names("835") + X12Fixtures.names("271"))
  func damaged(path: String) throws {
    let bytes = try X12Fixtures.bytes(path)
    var chance = Chance(UInt64(bytes.count))
    var refused = 0
    for _ in 0..<500 {
      let damaged = chance.mutate(bytes)
      do {
        if path.hasPrefix("835") {
          _ = try RemittanceFile(damaged).remittances.map { $0.advice().claims.map(\.imbalances) }
        } else {
          _ = try EligibilityFile(damaged).answers.map { $0.answer() }
        }
      } catch {
        refused += 1
      }
    }
    #expect(refused > 0)
  }
}
