import Practice
import PracticeEvents
import Testing

@testable import Reports

@Suite("Money reports")
struct MoneyReportTests {
  // MARK: ar.aging

  @Test(
    "age in days decides the bucket, counted from the date of service",
    arguments: [
      ("2026-04-01", "days0To30"), ("2026-03-02", "days0To30"), ("2026-03-01", "days31To60"),
      ("2026-01-31", "days31To60"), ("2026-01-30", "days61To90"), ("2026-01-01", "days61To90"),
      ("2025-12-31", "days91To120"), ("2025-12-02", "days91To120"), ("2025-12-01", "daysOver120"),
      ("2026-04-02", "days0To30"),
    ])
  func buckets(serviceOn: String, bucket: String) throws {
    var scenario = try ReportScenario.clinic()
    try scenario.charge("c1", .ana, on: serviceOn, cents: 12_000)
    let answer = try scenario.answer(ArAgingReport.self, ["date": "2026-04-01"])
    #expect(answer.texts("owedBy") == ["insurance"])
    #expect(answer.texts(bucket) == ["120.00"])
    #expect(answer.texts("total") == ["120.00"])
  }

  @Test("what became the patient's debt later ages from then on the responsibility basis")
  func responsibility() throws {
    var scenario = try ReportScenario.clinic()
    try scenario.charge("c1", .ana, on: "2026-02-10", cents: 12_000)
    try scenario.submit("k1", "c1", .ana, on: "2026-02-12")
    try scenario.adjudicate(
      "k1", "c1", .ana, on: "2026-03-20", charged: 12_000, adjusted: 4_000, toPatient: 2_000)
    let byService = try scenario.answer(ArAgingReport.self, ["date": "2026-04-01"])
    #expect(byService.texts("owedBy") == ["patient"])
    #expect(byService.texts("days31To60") == ["20.00"])
    let byDebt = try scenario.answer(
      ArAgingReport.self, ["date": "2026-04-01", "basis": "responsibility"])
    #expect(byDebt.texts("days0To30") == ["20.00"])
    #expect(byDebt.texts("days31To60") == ["0.00"])
  }

  @Test("an insurer's debt ages from the filing of the claim on the responsibility basis")
  func filing() throws {
    var scenario = try ReportScenario.clinic()
    try scenario.charge("c1", .ana, on: "2026-01-10", cents: 12_000)
    try scenario.submit("k1", "c1", .ana, on: "2026-03-20")
    let answer = try scenario.answer(
      ArAgingReport.self, ["date": "2026-04-01", "basis": "responsibility"])
    #expect(answer.texts("days0To30") == ["120.00"])
  }

  @Test("a credit stands apart and reduces no bucket")
  func credits() throws {
    var scenario = try ReportScenario.clinic()
    try scenario.charge("c1", .ana, on: "2026-03-02", cents: 12_000)
    try scenario.charge("c2", .ana, on: "2026-03-02", cents: 5_000, owedBy: .patient)
    try scenario.pay("p1", .ben, on: "2026-03-05", cents: 3_000)
    let answer = try scenario.answer(ArAgingReport.self)
    #expect(answer.texts("mrn") == ["1001", "1001", "1002"])
    #expect(answer.texts("patient") == ["Diaz, A.", "Diaz, A.", "Young, B."])
    #expect(answer.texts("owedBy") == ["insurance", "patient", "patient"])
    #expect(answer.texts("total") == ["120.00", "50.00", "0.00"])
    #expect(answer.texts("credit") == ["0.00", "0.00", "30.00"])
    #expect(answer.total("total") == "170.00")
    #expect(answer.total("credit") == "30.00")
  }

  @Test("a settled account is not listed")
  func settled() throws {
    var scenario = try ReportScenario.clinic()
    try scenario.charge("c1", .ana, on: "2026-03-02", cents: 5_000, owedBy: .patient)
    try scenario.pay("p1", .ana, on: "2026-03-02", cents: 5_000, applied: ["c1": 5_000])
    #expect(try scenario.answer(ArAgingReport.self).body.rows.isEmpty)
  }

  @Test("an unknown basis is refused by name")
  func unknownBasis() throws {
    let scenario = try ReportScenario.clinic()
    #expect(throws: ReportError.self) {
      try scenario.answer(ArAgingReport.self, ["basis": "birthday"])
    }
  }

  // MARK: balance.patient and balance.explain

  /// Charge 120.00: payer pays 80.00, 20.00 adjusted, 20.00 to the patient, who pays 15.00 of it
  /// out of 25.00.
  private func account() throws -> ReportScenario {
    var scenario = try ReportScenario.clinic()
    try scenario.deliver("s1", .ana, at: "2026-03-02T09:00")
    try scenario.charge("c1", .ana, on: "2026-03-02", cents: 12_000, session: "s1")
    try scenario.submit("k1", "c1", .ana, on: "2026-03-03")
    try scenario.adjudicate(
      "k1", "c1", .ana, on: "2026-03-20", charged: 12_000, adjusted: 2_000, toPatient: 2_000)
    try scenario.pay("p1", .ana, on: "2026-03-25", cents: 2_500, applied: ["c1": 1_500])
    return scenario
  }

  @Test("the account runs from charge to balance, leaving out what moved nothing")
  func balance() throws {
    let answer = try account().answer(BalancePatientReport.self, ["patient": "1001"])
    #expect(answer.texts("charge") == ["120.00", "0.00", "0.00", "0.00"])
    #expect(answer.texts("adjustment") == ["0.00", "20.00", "0.00", "0.00"])
    #expect(answer.texts("insurancePaid") == ["0.00", "80.00", "0.00", "0.00"])
    #expect(answer.texts("patientPaid") == ["0.00", "0.00", "0.00", "15.00"])
    #expect(answer.texts("credit") == ["0.00", "0.00", "25.00", "-15.00"])
    #expect(answer.texts("balance") == ["120.00", "20.00", "-5.00", "-5.00"])
    #expect(answer.total("balance") == "-5.00")
    #expect(answer.texts("user") == ["sam", "bea", "sam", "sam"])
    #expect(answer.body.notes.contains { $0.hasPrefix("1 more events") })
  }

  @Test("every cent is explained by its event and its arithmetic, and the cents add up")
  func explain() throws {
    let scenario = try account()
    let answer = try scenario.answer(BalanceExplainReport.self, ["patient": "1001"])
    #expect(answer.texts("item") == ["c1", "c1", "c1", "p1", "p1"])
    #expect(answer.texts("insurance") == ["120.00", "-120.00", "0.00", "0.00", "0.00"])
    #expect(answer.texts("patient") == ["0.00", "20.00", "-15.00", "0.00", "0.00"])
    #expect(answer.texts("credit") == ["0.00", "0.00", "0.00", "25.00", "-15.00"])
    #expect(answer.texts("open") == ["120.00", "20.00", "5.00", "-25.00", "-10.00"])
    let arithmetic = answer.texts("arithmetic")
    #expect(
      arithmetic[0]
        == "4 × 30.00 = 120.00; fee schedule 2026; 60 min = 4 units by the CMS 8-minute rule "
        + "(position 10)")
    #expect(
      arithmetic[1] == "120.00 − CO-45 20.00 − PR-3 20.00 = paid 80.00; to the patient 20.00")
    #expect(answer.texts("role")[1] == "biller")
    #expect(answer.total("open") == "-5.00")
    let balance = try scenario.answer(BalancePatientReport.self, ["patient": "1001"])
    #expect(answer.total("open") == balance.total("balance"))
    #expect(answer.body.notes.contains { $0.contains("4 events: positions 11, 13, 14, 15") })
  }

  @Test("one charge alone is explained")
  func explainCharge() throws {
    let answer = try account()
      .answer(BalanceExplainReport.self, ["patient": "1001", "charge": "c1"])
    #expect(answer.total("open") == "5.00")
    #expect(Set(answer.texts("item")) == ["c1"])
  }

  @Test("a charge that is not the patient's is refused")
  func explainForeignCharge() throws {
    let scenario = try account()
    #expect(throws: ReportError.self) {
      try scenario.answer(BalanceExplainReport.self, ["patient": "1002", "charge": "c1"])
    }
  }

  @Test("a voided charge is explained down to nothing")
  func explainVoided() throws {
    var scenario = try ReportScenario.clinic()
    try scenario.charge("c1", .ana, on: "2026-03-02", cents: 12_000)
    try scenario.record(.ana, at: "2026-03-04", .chargeVoided(.with { $0.charge = "c1" }))
    let answer = try scenario.answer(BalanceExplainReport.self, ["patient": "1001"])
    #expect(answer.texts("insurance") == ["120.00", "-120.00"])
    #expect(answer.total("open") == "0.00")
  }

  // MARK: cash.daily

  @Test("a day's money is told by till and method, what went back apart")
  func cash() throws {
    var scenario = try ReportScenario.clinic()
    let day = try on("2026-03-05")
    try scenario.pay("p1", .ana, on: "2026-03-05", cents: 5_000)
    try scenario.pay("p2", .ben, on: "2026-03-05", cents: 2_000)
    try scenario.pay("p3", .ben, on: "2026-03-05", cents: 7_000, method: .card)
    try scenario.pay("p4", .ben, on: "2026-03-04", cents: 9_900)
    try scenario.record(
      .ben, at: "2026-03-05",
      .refundIssued(
        .with {
          ($0.refund, $0.payment, $0.amountCents) = ("r1", "p3", 1_000)
          ($0.method, $0.refundedOn) = (.card, day)
        }))
    try scenario.record(
      .ben, at: "2026-03-05",
      .paymentReversed(.with { ($0.payment, $0.reversedOn) = ("p4", day) }))
    let answer = try scenario.answer(CashDailyReport.self, ["date": "2026-03-05"])
    #expect(answer.texts("method") == ["card", "cash"])
    #expect(answer.texts("count") == ["1", "2"])
    #expect(answer.texts("gross") == ["70.00", "70.00"])
    #expect(answer.texts("refunds") == ["10.00", "0.00"])
    #expect(answer.texts("reversals") == ["0.00", "99.00"])
    #expect(answer.texts("net") == ["60.00", "-29.00"])
    #expect(answer.total("net") == "31.00")
    let other = try scenario.answer(
      CashDailyReport.self, ["date": "2026-03-05", "till": "back"])
    #expect(other.body.rows.isEmpty)
  }

  @Test("what all patients owe is what their accounts say")
  func crossFooting() throws {
    var scenario = try account()
    try scenario.charge("c9", .ben, on: "2026-03-02", cents: 9_000)
    try scenario.pay("p9", .ben, on: "2026-03-05", cents: 4_000)
    let aging = try scenario.answer(ArAgingReport.self)
    let balances = try ["1001", "1002"].map { mrn in
      let answer = try scenario.answer(BalancePatientReport.self, ["patient": mrn])
      return try Money(#require(answer.total("balance")))
    }
    let owed = try Money(#require(aging.total("total"))) - Money(#require(aging.total("credit")))
    #expect(balances.reduce(.zero, +) == owed)
  }
}
