import Foundation
import Practice
import PracticeEvents
import Testing

@testable import Reports

@Suite("Accounting of disclosures")
struct DisclosuresReportTests {
  private func answer(_ given: [String: String] = [:]) throws -> ReportAnswer {
    var scenario = try ReportScenario.clinic()
    let disclosed: [(String, Int32, DisclosureBasis)] = [
      ("too old", 20_200_329, .judicial), ("six years", 20_200_330, .judicial),
      ("payer", 20_260_301, .treatmentPaymentOperations), ("board", 20_260_330, .healthOversight),
    ]
    for (recipient, day, basis) in disclosed {
      try scenario.record(
        .ana, at: "2026-03-30",
        .recordDisclosed(
          .with {
            ($0.recipientName, $0.recipientAddress, $0.basis) = (recipient, "an address", basis)
            ($0.what, $0.purpose, $0.disclosedOn) = ("the record", "a purpose", day)
            $0.packetSha256 = Data([0, 10, 255])
          }))
    }
    return try scenario.answer(
      AuditDisclosuresReport.self, given.merging(["patient": "1001"]) { $1 }, today: "2026-03-30")
  }

  @Test("reaches six years back, and says which the patient must be told")
  func sixYears() throws {
    let answer = try answer()
    #expect(answer.texts("recipient") == ["six years", "payer", "board"])
    #expect(answer.texts("date") == ["2020-03-30", "2026-03-01", "2026-03-30"])
    #expect(answer.cells("accounted") == [.flag(true), .flag(false), .flag(true)])
    #expect(answer.texts("packetSHA256").first == "000aff")
    #expect(answer.texts("address").last == "an address")
  }

  @Test("takes other days, also none")
  func days() throws {
    #expect(try answer(["from": "2020-01-01"]).body.rows.count == 4)
    #expect(try answer(["to": "2026-03-01"]).texts("recipient") == ["six years", "payer"])
    #expect(try answer(["from": "2026-04-01", "to": "2026-03-01"]).body.rows.isEmpty)
  }
}
