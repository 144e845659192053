import Practice
import PracticeEvents
import PracticeSimulator
import Testing

@testable import Reports

/// The patients of a demonstration who pay without insurance: their documents, and the lists they
/// stand on.
@Suite("Ways to pay") struct WaysToPayTests {
  private static let today = "2026-03-11"
  private static let shared = Result { try simulated() }
  private var clinic: ReportScenario {
    get throws { try Self.shared.get() }
  }

  private static func simulated() throws -> ReportScenario {
    var scenario = try ReportScenario()
    var simulation = try ClinicSimulation(
      seed: 7, patients: 12, years: 1, through: try CivilDate(today), zone: scenario.zone,
      personas: true)
    _ = try simulation.run { scenario.record($0) }
    return scenario
  }

  private func account(_ mrn: String) throws -> AccountState {
    let clinic = try clinic
    return clinic.memory.patient(try clinic.memory.patientID(SubjectReference(mrn))).account
  }

  private func text(_ kind: any IssuedDocument.Type, _ id: String) throws -> String {
    DocumentFormat.text.render(
      try kind.document([kind.parameter: id], from: try clinic.source(today: Self.today)))
  }

  @Test("every document has what its reader asks for, within 78 columns")
  func documents() throws {
    let superbill = try #require(account("DEMO-SUPERBILL").superbills.first).superbill
    let receipt = try #require(account("DEMO-HSA").receipts.keys.min())
    let statement = try #require(account("DEMO-SLIDING").statements.keys.first)
    let estimate = try #require(account("DEMO-PACKAGE").estimates.first).estimate
    let tax = try #require(account("DEMO-TAX").taxStatements.keys.first)
    let cases: [(any IssuedDocument.Type, String, [String])] = [
      (
        SuperbillDocument.self, superbill,
        [
          "Rendering provider", "Group NPI", "Tax ID (EIN)", "License", "Member ID", "Born",
          "Referring provider", "POS", "11", "97140", "M54.5", "Balance: paid in full", superbill,
        ]
      ),
      (
        ReceiptDocument.self, receipt,
        ["Peter Lindqvist", "LMT, NPI", "service", "Medical massage", "Charged", "HSA card"]
      ),
      (
        StatementDocument.self, statement,
        ["Balance before", "326.40", "Please pay", "What you owe, by age"]
      ),
      (
        EstimateDocument.self, estimate,
        ["Expected charges", "only an estimate", "dispute", "additional items", "Tax ID (TIN)"]
      ),
      (TaxStatementDocument.self, tax, ["in 2025".uppercased(), "HSA", "tax\nadviser"]),
    ]
    for (kind, id, parts) in cases {
      let text = try text(kind, id)
      for part in parts { #expect(text.contains(part), "\(kind.name): \(part)") }
      for line in text.split(separator: "\n") { #expect(line.columns <= 78, "\(line)") }
      #expect(text.contains(id) && text.contains("position"))
    }
  }

  @Test("an identifier of another kind, or of nothing, makes no document")
  func unknown() throws {
    #expect(throws: ReportError.self) { try text(StatementDocument.self, "stm-000000000000") }
    let receipt = try #require(account("DEMO-HSA").receipts.keys.min())
    #expect(throws: ReportError.self) { try text(StatementDocument.self, receipt) }
  }

  @Test("prepaid sessions owed are those of the accounts")
  func liability() throws {
    let answer = try clinic.answer(PackagesLiabilityReport.self, today: Self.today)
    var owed: Int64 = 0
    for fact in try clinic.facts where fact.event.kind == .patientRegistered {
      let packages = try clinic.memory.patient(fact.subject).account.packages.values
      owed += packages.reduce(0) { $0 + $1.valueLeftCents }
    }
    #expect(answer.total("liability") == Money(cents: owed).grouped)
    #expect(answer.texts("mrn").contains("DEMO-PACKAGE"))
  }

  @Test("the discounts are those of the charges, and the statement is listed with its balance")
  func discounts() throws {
    let all = ["from": "2025-01-01", "through": Self.today]
    let answer = try clinic.answer(SlidingDiscountsReport.self, all, today: Self.today)
    let charges = try account("DEMO-SLIDING").charges.values
    let row = try #require(answer.texts("mrn").firstIndex(of: "DEMO-SLIDING"))
    #expect(
      answer.texts("discount")[row]
        == Money(cents: charges.reduce(0) { $0 + $1.discountCents }).grouped)
    #expect(answer.texts("rate")[row] == "40%")
    let issued = try clinic.answer(StatementsIssuedReport.self, all, today: Self.today)
    #expect(issued.texts("balance").contains("326.40"))
  }

  @Test("a discount is explained by its rate, the version of the scale and the approval")
  func explainedDiscount() throws {
    let answer = try clinic.answer(
      BalanceExplainReport.self, ["patient": "DEMO-SLIDING"], today: Self.today)
    let text = try #require(answer.texts("arithmetic").first { $0.contains("discount") })
    #expect(text.contains("; discount 136.00 × 40% by sliding scale default (position "))
    #expect(text.contains("; no sales tax: prescribed, rx-"))
  }

  @Test("every document that was issued is listed once, with its kind, amount and standing")
  func issuedDocuments() throws {
    let all = ["from": "2025-01-01", "through": Self.today]
    let answer = try clinic.answer(DocumentsIssuedReport.self, all, today: Self.today)
    var count = 0
    for fact in try clinic.facts where fact.event.fact.map(Self.isIssue) == true { count += 1 }
    #expect(answer.texts("document").count == count && count > 20)
    #expect(Set(answer.texts("document")).count == count)
    #expect(Set(answer.texts("kind")) == Set(DocumentCatalog.issued.map { $0.name }))

    let mine = try clinic.answer(
      DocumentsIssuedReport.self,
      all.merging(["patient": "DEMO-SUPERBILL", "kind": "superbill"]) { $1 }, today: Self.today)
    let issued = try account("DEMO-SUPERBILL").superbills
    #expect(mine.texts("document").sorted() == issued.map(\.superbill).sorted())
    #expect(
      mine.texts("amount")
        == issued.map { Money(cents: $0.lines.reduce(0) { $0 + $1.chargeCents }).grouped })
    #expect(mine.texts("standing").contains { $0.hasPrefix("insurer paid back ") })
    #expect(throws: ReportError.self) {
      try clinic.answer(DocumentsIssuedReport.self, ["kind": "letter"], today: Self.today)
    }
  }

  private static func isIssue(_ fact: Fact) -> Bool {
    DocumentCatalog.issued.contains { $0.issued(by: fact) != nil }
  }

  @Test("health-account money without a letter is listed; with one it is not")
  func letters() throws {
    let answer = try clinic.answer(LmnMissingReport.self, today: Self.today)
    #expect(!answer.texts("mrn").contains("DEMO-HSA"))
    #expect(answer.texts("mrn").contains("DEMO-TAX"))
  }

  @Test("the year of a patient adds up to the statement that was issued")
  func taxYear() throws {
    let issued = try #require(account("DEMO-TAX").taxStatements.values.first)
    let answer = try clinic.answer(
      TaxPatientYearReport.self, ["patient": "DEMO-TAX", "year": "2025"], today: Self.today)
    #expect(answer.total("medical") == Money(cents: issued.medicalCents).grouped)
    #expect(answer.total("preTax") == Money(cents: issued.preTaxCents).grouped)
  }

  @Test("an estimate is compared with what was billed under it")
  func variance() throws {
    let answer = try clinic.answer(
      GfeVarianceReport.self, ["through": Self.today], today: Self.today)
    let row = try #require(answer.texts("mrn").firstIndex(of: "DEMO-SUPERBILL"))
    let billed = try account("DEMO-SUPERBILL").charges.values.reduce(0) { $0 + $1.amountCents }
    #expect(answer.texts("billed")[row] == Money(cents: billed).grouped)
  }

  @Test("a plan is in arrears after the days of grace, and in default for all of it")
  func arrears() throws {
    var scenario = try ReportScenario.clinic()
    try scenario.record(
      .ana, at: "2026-01-05",
      .paymentPlanAgreed(
        .with { plan in
          (plan.paymentPlan, plan.balanceCents, plan.agreedOn) = ("pln", 300_00, 2026_01_05)
          plan.instalments = (1...3).map { number in
            .with {
              ($0.number, $0.dueOn, $0.amountCents) = (number, 2026_00_05 + number * 100, 100_00)
            }
          }
        }))
    func rows(_ day: String) throws -> [String] {
      let answer = try scenario.answer(PlansArrearsReport.self, ["date": day])
      return zip(answer.texts("overdue"), answer.texts("status")).map { "\($0) \($1)" }
    }
    #expect(try rows("2026-01-10") == [])
    #expect(try rows("2026-01-11") == ["100.00 not noted"])
    #expect(try rows("2026-02-11") == ["200.00 not noted"])
    try scenario.record(
      .ana, at: "2026-02-11",
      .instalmentMissed(.with { ($0.paymentPlan, $0.number) = ("pln", 1) }))
    #expect(try rows("2026-02-11") == ["200.00 missed"])
    try scenario.record(
      .ana, at: "2026-02-11",
      .paymentPlanDefaulted(
        .with { ($0.paymentPlan, $0.missed, $0.defaultedOn) = ("pln", 2, 2026_02_11) }))
    #expect(try rows("2026-02-20") == ["300.00 in default"])
  }
}
