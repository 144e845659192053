import PracticeEvents
import TestSupport
import Testing

@testable import Practice

@Suite("Payers") struct PayerTests {
  private var scenario: Scenario
  private let payer: SubjectID
  init() throws {
    scenario = try Scenario()
    payer = try scenario.record(
      RegisterPayer(
        payerName: "Garden State Health", payerID: "60054", type: .commercial,
        effectiveFrom: CivilDate(compact: 2026_01_01), maxUnitsPerDay: 4), by: .biller)[0].subject
  }

  private func policy(on date: Int32) throws -> PayerPolicy {
    scenario.memory.payer(payer).policy(on: try CivilDate(compact: date))
  }

  @Test("a visit is judged by the policy of its day; what is not changed stays")
  mutating func policies() throws {
    try scenario.record(
      ChangePayerPolicy(
        payer: SubjectReference("60054"), effectiveFrom: CivilDate(compact: 2026_07_01),
        requiresAuthorization: true, billableCodes: [ProcedureCode("97124")]), by: .biller)
    #expect(try !policy(on: 2026_06_30).requiresAuthorization)
    #expect(try policy(on: 2026_07_01).requiresAuthorization)
    #expect(try policy(on: 2026_07_01).maxUnitsPerDay == 4)
    #expect(try policy(on: 2026_07_01).lmtCpt == ["97124"])
    #expect(try policy(on: 2025_12_31).maxUnitsPerDay == 4, "before the first day the first holds")
  }

  @Test("a payer id is one payer's")
  mutating func unique() throws {
    let again = RegisterPayer(payerName: "Other", payerID: "60054", type: .medicaid)
    #expect(try scenario.refusal(of: again).rule == "payer.taken")
  }

  @Test("the claim filing code follows from the type", arguments: PayerTypeChoice.allCases)
  mutating func filingCode(type: PayerTypeChoice) throws {
    let fact = try scenario.record(RegisterPayer(payerName: "P", payerID: "1", type: type))[0]
    let current = scenario.memory.payer(fact.subject).current
    #expect(PayerTypeChoice.claimFilingCodes.contains(current.claimFilingCode))
    #expect(current.policy.acceptsLmt == (type == .medicare ? .no : .unknown))
  }

  @Test("Medicare does not pay massage therapists, whatever is said")
  mutating func medicare() throws {
    let command = RegisterPayer(
      payerName: "Medicare", payerID: "12402", type: .medicare, acceptsMassageTherapists: .yes)
    #expect(try scenario.refusal(of: command).rule == "payer.medicare")
  }

  @Test("a policy is refused when out of range, unchanged or of a code that X12 lacks")
  mutating func refusals() throws {
    let reference = SubjectReference(payer)
    let range = ChangePayerPolicy(payer: reference, maxUnitsPerDay: -1)
    #expect(try scenario.refusal(of: range).rule == "payer.policy.range")
    let same = ChangePayerPolicy(payer: reference, maxUnitsPerDay: 4)
    #expect(try scenario.refusal(of: same).rule == "payer.policy.unchanged")
    let code = RegisterPayer(
      payerName: "P", payerID: "1", type: .commercial, claimFilingCode: "XX")
    #expect(try scenario.refusal(of: code).rule == "payer.claimFilingCode")
  }
}
