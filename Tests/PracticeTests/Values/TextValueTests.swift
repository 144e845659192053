import Foundation
import Practice
import Testing

@Suite("Values are read and written as one text")
struct TextValueTests {
  private static let types: [any TextValue.Type] = [
    CivilDate.self, CivilTime.self, ClinicTimeZone.self, E164.self, EmailAddress.self,
    EntityID.self, ICD10CM.self, Instant.self, LocalDateTime.self, Modifier.self, Money.self,
    NPI.self, PostalCode.self, ProcedureCode.self, Rate.self, StateCode.self, SubjectID.self,
    UTCOffset.self,
  ]

  @Test("the example of a type is its canonical text and survives JSON", arguments: types)
  func exampleRoundTrips(type: any TextValue.Type) throws {
    try expectRoundTrip(type)
  }

  private func expectRoundTrip<Value: TextValue>(_: Value.Type) throws {
    let value = try Value(Value.example)
    #expect(value.description == Value.example)
    let json = try JSONEncoder().encode([value])
    #expect(try JSONDecoder().decode([String].self, from: json) == [Value.example])
    #expect(try JSONDecoder().decode([Value].self, from: json) == [value])
  }

  @Test(
    "nothing, spaces, other scripts' digits and overlong texts are refused by every type",
    arguments: types,
    ["", " ", "\0", "１２３", "٣", "é", String(repeating: "9", count: 5_000)])
  func hostileText(type: any TextValue.Type, text: String) throws {
    let error = try #require(refusal(of: text, as: type))
    #expect(!error.problem.isEmpty)
    #expect(error.description.count < 300)
  }

  @Test("a decoding error carries the message of the type", arguments: [#"["12x"]"#, "[120.0]"])
  func decodingError(json: String) throws {
    let error = try #require(throws: DecodingError.self) {
      try JSONDecoder().decode([Money].self, from: Data(json.utf8))
    }
    guard case .dataCorrupted(let context) = error else {
      Issue.record("not dataCorrupted: \(error)")
      return
    }
    #expect(context.debugDescription.hasPrefix("amount"))
    #expect(context.debugDescription.contains("\"120.00\""))
  }

  @Test("an error names what, the input, the problem and the remedy")
  func message() throws {
    let error = try #require(throws: ValueError.self) { try NPI("1234567890") }
    #expect(
      error.description
        == "NPI \"1234567890\": its check digit does not fit the others; "
        + "compare it with the provider's entry in the NPPES registry")
    #expect((error as any Error).localizedDescription == error.description)
  }

  @Test("an error neither floods nor steers a terminal")
  func printable() {
    let hostile = "\u{1B}[2J\u{202E}" + String(repeating: "x", count: 1_000)
    let error = ValueError("code", given: hostile, problem: "p", remedy: "r")
    #expect(error.given?.hasPrefix("\u{FFFD}[2J\u{FFFD}xxx") == true)
    #expect(error.given?.count == 41)
  }

  private static let discreetTypes: [any TextValue.Type] = [
    CivilDate.self, E164.self, EmailAddress.self, PostalCode.self, StateCode.self, SubjectID.self,
  ]

  @Test("what could identify a patient is not repeated in a message", arguments: discreetTypes)
  func discretion(type: any TextValue.Type) throws {
    let error = try #require(refusal(of: "Jane Roe 5551234", as: type))
    #expect(!error.description.contains("Jane"))
    #expect(!error.description.contains("5551234"))
  }

  private func refusal(of text: String, as type: any TextValue.Type) -> ValueError? {
    func read<Value: TextValue>(_: Value.Type) -> ValueError? {
      do {
        _ = try Value(text)
        return nil
      } catch {
        return error
      }
    }
    return read(type)
  }
}
