import Practice
import Testing

@Suite("Provider, procedure and modifier codes")
struct CodeTests {
  @Test(
    "an NPI with a fitting check digit is accepted",
    arguments: [
      "1234567893", "1245319599", "1679576722", "1558598797", "1003000126", "2000000002",
    ])
  func validNPI(text: String) throws {
    #expect(try NPI(text).description == text)
  }

  @Test(
    "any other NPI is refused",
    arguments: [
      "1234567890", "1234567891", "9876543210", "1253695747", "123456789", "12345678931",
      "12345 7893", " 1234567893", "123456789X",
    ])
  func invalidNPI(text: String) {
    #expect(throws: ValueError.self) { try NPI(text) }
  }

  @Test("no change of one digit, and no swap of unlike neighbours but 0 and 9, passes for an NPI")
  func typingMistakes() throws {
    let valid = Array("1245319599")
    for index in valid.indices {
      for digit in "0123456789" where digit != valid[index] {
        var changed = valid
        changed[index] = digit
        #expect(throws: ValueError.self) { try NPI(String(changed)) }
      }
      guard index + 1 < valid.count, valid[index] != valid[index + 1] else { continue }
      var swapped = valid
      swapped.swapAt(index, index + 1)
      #expect(throws: ValueError.self) { try NPI(String(swapped)) }
    }
  }

  @Test(
    "CPT and HCPCS codes are told apart by shape",
    arguments: [
      ("97124", false, "97124"), ("0591T", false, "0591T"), ("1125f", false, "1125F"),
      ("0001U", false, "0001U"), ("S8950", true, "S8950"), ("g0283", true, "G0283"),
    ])
  func procedureCode(text: String, isHCPCS: Bool, canonical: String) throws {
    let code = try ProcedureCode(text)
    #expect(code.description == canonical)
    #expect(code.isHCPCS == isHCPCS)
  }

  @Test(
    "anything else is no procedure code",
    arguments: ["9712", "971245", "9712A", "W1234", "SS950", "97 24", "97124 "])
  func badProcedureCode(text: String) {
    #expect(throws: ValueError.self) { try ProcedureCode(text) }
  }

  @Test(
    "the table says what is timed and what a massage therapist may bill",
    arguments: [
      ("97124", true, ProcedureFacts.MassageUse.usual), ("97140", true, .usual),
      ("97010", false, .usual), ("97112", true, .whereScopeAndPayerAllow),
      ("97110", true, .whereScopeAndPayerAllow), ("97530", true, .whereScopeAndPayerAllow),
      ("97535", true, .whereScopeAndPayerAllow), ("97116", true, .whereScopeAndPayerAllow),
      ("97035", true, .whereScopeAndPayerAllow), ("97001", false, .notForMassageTherapists),
      ("97161", false, .notForMassageTherapists), ("97164", false, .notForMassageTherapists),
      ("97799", false, .notForMassageTherapists), ("97039", false, .notForMassageTherapists),
      ("99202", false, .notForMassageTherapists), ("99213", false, .notForMassageTherapists),
      ("99499", false, .notForMassageTherapists),
    ])
  func facts(code: String, isTimed: Bool, use: ProcedureFacts.MassageUse) throws {
    let facts = try #require(ProcedureFacts.of(ProcedureCode(code)))
    #expect(facts.isTimed == isTimed)
    #expect(facts.use == use)
    #expect(!facts.label.isEmpty)
  }

  @Test("a code the table does not know has no facts", arguments: ["99201", "99500", "S8950"])
  func unknownFacts(code: String) throws {
    #expect(try ProcedureFacts.of(ProcedureCode(code)) == nil)
  }

  @Test("a modifier is two letters or digits", arguments: [("59", "59"), ("xs", "XS")])
  func modifier(text: String, canonical: String) throws {
    #expect(try Modifier(text).description == canonical)
    #expect(throws: ValueError.self) { try Modifier(text + "1") }
    #expect(throws: ValueError.self) { try Modifier("-" + text.prefix(1)) }
  }
}
