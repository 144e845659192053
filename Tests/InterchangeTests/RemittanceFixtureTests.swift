import Interchange
import Practice
import PracticeEvents
import TestSupport
import Testing

@Suite("835 files of others", .enabled(if: X12Fixtures.isThere, X12Fixtures.reason))
struct RemittanceFixtureTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var file: String
    var claims: [Int]
    var lines: Int
    /// By advice.
    var amounts: [String]
    var claimsPaid: [String]
    var providerAdjusted = "0.00"
    var charged: String
    var patient: String
    var isBalanced = true
    /// Claims with an equation that does not hold.
    var unbalancedClaims = 0
    /// Rules by which claims are not posted, were they ours; empty when all are posted.
    var exceptions: Set<String> = []
    var testDescription: String { file }
  }

  static let cases = [
    Case(
      file: "lfh-cob-contractural-adjustment", claims: [1], lines: 1, amounts: ["34.00"],
      claimsPaid: ["34.00"], charged: "541.00", patient: "0.00"),
    Case(
      file: "lfh-managed-care", claims: [2], lines: 2, amounts: ["945.00"],
      claimsPaid: ["945.00"], charged: "2000.00", patient: "900.00"),
    Case(
      file: "lfh-secondary-payment", claims: [2], lines: 2, amounts: ["1222.00"],
      claimsPaid: ["1222.00"], charged: "11075.14", patient: "220.00"),
    Case(
      file: "oopf-deident-3interchanges", claims: [19, 23, 14], lines: 91,
      amounts: ["999.99", "9999.99", "482.13"], claimsPaid: ["776.06", "3111.09", "3439.89"],
      charged: "58699.44", patient: "0.00", isBalanced: false, unbalancedClaims: 51,
      exceptions: ["remittance.unbalanced"]),
    Case(
      file: "pyx12-mult-loops-denied", claims: [1], lines: 3, amounts: ["0.00"],
      claimsPaid: ["0.00"], charged: "915.39", patient: "0.00"),
    Case(
      file: "x12sdk-massage-8claims-denials", claims: [8], lines: 10, amounts: ["223.00"],
      claimsPaid: ["223.00"], charged: "1020.00", patient: "387.00"),
    Case(
      file: "x12sdk-plb-WO-L6-FB", claims: [2], lines: 2, amounts: ["141.37"],
      claimsPaid: ["190.00"], providerAdjusted: "48.63", charged: "210.00", patient: "0.00"),
    Case(
      file: "x12sdk-reversal-correction", claims: [2], lines: 2, amounts: ["32.00"],
      claimsPaid: ["32.00"], charged: "0.00", patient: "-32.00",
      exceptions: ["claim.reversal", "claim.repeated"]),
  ]

  @Test("every fixture has its case")
  func complete() {
    #expect(X12Fixtures.names("835") == Self.cases.map { "835/\($0.file).835" })
  }

  @Test("have the claims and sums that they have, and balance or do not", arguments: cases)
  func sums(_ given: Case) throws {
    let file = try RemittanceFile(X12Fixtures.bytes("835/\(given.file).835"))
    let advices = file.remittances.map { $0.advice() }
    let claims = advices.flatMap(\.claims)
    #expect(file.remittances.map(\.claims.count) == given.claims)
    #expect(claims.reduce(0) { $0 + $1.lines.count } == given.lines)
    #expect(advices.map(\.amount.description) == given.amounts)
    #expect(advices.map(\.claimsPaid.description) == given.claimsPaid)
    #expect(advices[0].providerAdjusted.description == given.providerAdjusted)
    #expect(claims.map(\.charge).reduce(.zero, +).description == given.charged)
    #expect(
      claims.map(\.patientResponsibilityByReason).reduce(.zero, +).description == given.patient)
    #expect(advices.allSatisfy { ($0.imbalance == nil) == given.isBalanced })
    #expect(claims.filter { !$0.imbalances.isEmpty }.count == given.unbalancedClaims)
  }

  @Test("post exactly what is clear, were their claims ours", arguments: cases)
  func posting(_ given: Case) throws {
    let file = try RemittanceFile(X12Fixtures.bytes("835/\(given.file).835"))
    for remittance in file.remittances {
      var clinic = try PostingClinic(answeredBy: remittance)
      var advice = remittance.advice(payer: SubjectReference(SentClaims.payerID))
      var numbers: [String: Int] = [:]
      for index in advice.claims.indices {
        // The same reference is the same claim.
        let number = numbers[advice.claims[index].reference] ?? index + 1
        if given.exceptions.contains("claim.repeated") {
          numbers[advice.claims[index].reference] = number
        }
        advice.claims[index].reference = SentClaims.id(number).description
      }
      let facts = try clinic.post(advice)
      #expect(facts.received.map(\.balanced) == [given.isBalanced])
      #expect(facts.count == advice.claims.count + 1)
      if given.exceptions.isEmpty {
        #expect(facts.exceptions.isEmpty, "\(facts.rules)")
        #expect(
          facts.adjudications.reduce(0) { $0 + $1.paidCents } == advice.claimsPaid.cents)
      } else {
        #expect(facts.adjudications.isEmpty)
        #expect(Set(facts.rules).isSuperset(of: given.exceptions))
      }
      #expect(clinic.account.isBalanced())
    }
  }

  @Test("the odd date of one and the wrong CLP05 of another are noted, not refused")
  func oddities() throws {
    let managed = try RemittanceFile(X12Fixtures.bytes("835/lfh-managed-care.835"))
    #expect(managed.remittances[0].paidOn == nil)
    #expect(managed.remittances[0].producedOn == (try CivilDate("2002-03-14")))
    #expect(
      managed.notes.map(\.description).contains(
        "segment 4, line 4: BPR has a date that does not exist; it is left out"))
    let massage = try RemittanceFile(
      X12Fixtures.bytes("835/x12sdk-massage-8claims-denials.835"))
    var clinic = try PostingClinic(answeredBy: massage.remittances[0])
    var advice = massage.remittances[0].advice(payer: SubjectReference(SentClaims.payerID))
    for index in advice.claims.indices {
      advice.claims[index].reference = SentClaims.id(index + 1).description
      advice.claims[index].patientResponsibility = Money(cents: 1)
    }
    var context = try clinic.scenario.context(by: .biller)
    let decision = try PostRemittance(advices: [advice])
      .checkedDecision(clinic.scenario.memory, &context)
    #expect(decision.warnings.count == 8)
    #expect(decision.warnings.allSatisfy { $0.contains("CLP05") })
  }

  @Test("details of the typed model: remarks, decimals, provider adjustments, messy text")
  func details() throws {
    func first(_ file: String) throws -> Remittance {
      try RemittanceFile(X12Fixtures.bytes("835/\(file).835")).remittances[0]
    }
    let denied = try first("pyx12-mult-loops-denied")
    #expect(denied.claims[0].lines.map(\.remarks) == [["N14"], ["N14"], ["N14"]])
    #expect(denied.claims[0].lines[0].units == 68)
    #expect(denied.method == "NON")
    let plb = try first("x12sdk-plb-WO-L6-FB")
    #expect(plb.providerAdjustments.map(\.code) == ["WO", "L6", "FB"])
    #expect(plb.providerAdjustments.map(\.amount.description) == ["60.00", "-1.37", "-10.00"])
    #expect(plb.providerAdjustments.map(\.reference) == ["MM-0900", "", "MM-0901"])
    let secondary = try first("lfh-secondary-payment")
    #expect(secondary.claims[1].lines[0].modifiers == ["26"])
    #expect(secondary.claims[1].lines[0].allowed == Money(cents: 150_00))
    #expect(secondary.claims[0].amounts["AU"] == Money(cents: 912_00))
    let messy = try first("oopf-deident-3interchanges")
    #expect(messy.claims[0].lines[0].thousandths == 9999)
    #expect(messy.claims[0].lines[0].units == nil)
  }
}
