import Foundation
import Practice
import Testing

@testable import ChartLedgerCommand

@Suite("Input of commands")
struct CommandInputTests {
  @Test("flags and JSON make the same command")
  func flagsAndJSON() throws {
    let flags = try CommandInput.decode(
      RegisterPatient.self,
      flags: [
        "--mrn", "P-1", "--family-name=Rivera", "--given-name", "Ana", "--born-on", "1984-06-02",
      ])
    let json = try CommandInput.decode(
      RegisterPatient.self,
      json: Data(
        #"{"mrn":"P-1","familyName":"Rivera","givenName":"Ana","bornOn":"1984-06-02"}"#.utf8))
    #expect(flags.mrn == json.mrn)
    #expect(flags.bornOn == json.bornOn)
    #expect(flags.familyName == json.familyName)
  }

  @Test(
    "bad JSON names the field at fault",
    arguments: [
      (#"{"mrn":"P-1""#, nil), ("[]", nil),
      (#"{"mrn":"P-1","familyName":"R","givenName":"A"}"#, "bornOn"),
      (#"{"mrn":"P-1","familyName":"R","givenName":"A","bornOn":"2026-02-30"}"#, "bornOn"),
      (#"{"mrn":5,"familyName":"R","givenName":"A","bornOn":"1984-06-02"}"#, "mrn"),
      (#"{"mrn":"P","familyName":"R","givenName":"A","bornOn":"1984-06-02","age":9}"#, "age"),
    ] as [(String, String?)])
  func badJSON(json: String, field: String?) {
    let error = #expect(throws: InputError.self) {
      try CommandInput.decode(RegisterPatient.self, json: Data(json.utf8))
    }
    #expect(error?.field == field)
  }

  @Test("an amount as a JSON number is refused, because it could be cents or dollars")
  func amountsAreText() {
    let json = #"{"patient":"P-1","amount":120,"method":"cash"}"#
    let error = #expect(throws: InputError.self) {
      try CommandInput.decode(TakePayment.self, json: Data(json.utf8))
    }
    #expect(error?.field == "amount")
  }

  @Test("a list is given by repeating its flag or with commas")
  func lists() throws {
    let words = ["--appointment", "apt-4KD92MQX7TWP"]
    let repeated = try CommandInput.decode(
      DeliverSession.self, flags: words + ["--services", "97140:30:neck", "--services", "97124:15"])
    #expect(repeated.services?.count == 2)
    let codes = try CommandInput.decode(
      RejectPrescription.self,
      flags: ["--referral", "ref-4KD92MQX7TWP", "--missing", "signature", "--missing", "diagnosis"])
    #expect(codes.missing.count == 2)
  }

  @Test(
    "a flag that does not fit is named",
    arguments: [["--colour", "red"], ["--mrn"], ["P-1"], ["--mrn", "a", "--mrn", "b"]])
  func badFlags(words: [String]) {
    #expect(throws: UsageError.self) {
      try CommandInput.decode(RegisterPatient.self, flags: words)
    }
  }
}
