import Practice
import PracticeEvents
import PracticeSimulator
import Testing

@testable import Reports

@Suite("Reports of the books")
struct LedgerReportTests {
  /// Charge 120.00: payer pays 80.00, 20.00 adjusted, 20.00 to the patient, who pays 15.00 of it
  /// out of 25.00.
  private func clinic() throws -> ReportScenario {
    var scenario = try ReportScenario.clinic()
    try scenario.record(
      .ana, at: "2026-01-03",
      .coverageAdded(
        .with { ($0.coverage, $0.payer) = ("cov", SubjectID.payer.description) }))
    try scenario.deliver("s1", .ana, at: "2026-03-02T09:00")
    try scenario.record(
      .ana, at: "2026-03-02",
      .chargePosted(
        .with {
          ($0.charge, $0.session, $0.line, $0.cpt, $0.units) = ("c1", "s1", 1, "97124", 4)
          ($0.amountCents, $0.serviceOn) = (12_000, 20_260_302)
          ($0.responsible, $0.coverage) = (.insurance, "cov")
        }))
    try scenario.submit("k1", "c1", .ana, on: "2026-03-03")
    try scenario.adjudicate(
      "k1", "c1", .ana, on: "2026-03-20", charged: 12_000, adjusted: 2_000, toPatient: 2_000)
    try scenario.pay("p1", .ana, on: "2026-03-25", cents: 2_500, applied: ["c1": 1_500])
    return scenario
  }

  @Test("the journal lists every entry, debits first, with its event")
  func journal() throws {
    let scenario = try clinic()
    let answer = try scenario.answer(
      LedgerJournalReport.self, ["from": "2026-03-01", "through": "2026-03-31"])
    #expect(
      answer.texts("account") == [
        "1110", "4000", "1115", "4900", "1100", "1110", "1010", "2110", "2110", "1100",
      ])
    #expect(answer.total("debit") == answer.total("credit"))
    #expect(answer.total("debit") == "280.00")
    #expect(Set(answer.texts("event")).count == 4)
    #expect(answer.texts("payer").filter { $0 == "Acme Health" }.count == 3)
    #expect(answer.disclosed == .nobody)
    let credits = try scenario.answer(
      LedgerJournalReport.self,
      ["from": "2026-03-01", "through": "2026-03-31", "account": "2110"])
    #expect(credits.texts("account") == ["1010", "2110", "2110", "1100"])
  }

  @Test("the trial balance is in balance up to any day, and by payer too")
  func trialBalance() throws {
    let scenario = try clinic()
    let all = try scenario.answer(LedgerTrialBalanceReport.self)
    #expect(all.texts("account") == ["1010", "1100", "1110", "1115", "2110", "4000", "4900"])
    #expect(
      all.texts("debitBalance") == ["25.00", "5.00", "", "80.00", "", "", "20.00"])
    #expect(all.texts("creditBalance") == ["", "", "", "", "10.00", "120.00", ""])
    for date in ["2026-03-01", "2026-03-02", "2026-03-19", "2026-03-20", "2026-03-25"] {
      let answer = try scenario.answer(
        LedgerTrialBalanceReport.self, ["date": date, "groupBy": "payer"])
      #expect(answer.total("debitBalance") == answer.total("creditBalance"), "\(date)")
    }
    let march2 = try scenario.answer(
      LedgerTrialBalanceReport.self, ["date": "2026-03-02", "groupBy": "payer"])
    #expect(march2.texts("payer") == ["Acme Health", ""])
    #expect(march2.texts("debitBalance") == ["120.00", ""])
    #expect(throws: ReportError.self) {
      try scenario.answer(LedgerTrialBalanceReport.self, ["groupBy": "patient"])
    }
  }

  @Test("an account begins with what stood before, and every row names its event")
  func account() throws {
    let scenario = try clinic()
    let answer = try scenario.answer(
      LedgerAccountReport.self,
      ["account": "1110", "from": "2026-03-10", "through": "2026-03-31"])
    #expect(answer.texts("credit") == ["120.00"])
    #expect(answer.texts("balance") == ["0.00"])
    #expect(answer.body.notes[0].contains("before 2026-03-10 it was 120.00"))
    #expect(answer.texts("kind") == ["ClaimAdjudicated"])
    let adjudicated = scenario.facts.first { $0.event.kind == .claimAdjudicated }
    #expect(answer.texts("event") == [adjudicated?.eventID])
    let other = try scenario.answer(
      LedgerAccountReport.self,
      ["account": "1110", "from": "2026-03-01", "payer": "ACME1"])
    #expect(other.total("debit") == "120.00")
    #expect(throws: ReportError.self) {
      try scenario.answer(LedgerAccountReport.self, ["account": "1234"])
    }
  }

  @Test("credits are listed payment by payment, and are account 2110")
  func credits() throws {
    var scenario = try clinic()
    try scenario.pay("p2", .ben, on: "2026-03-28", cents: 3_000, method: .card)
    let answer = try scenario.answer(ArCreditsReport.self)
    #expect(answer.texts("payment") == ["p1", "p2"])
    #expect(answer.texts("amount") == ["25.00", "30.00"])
    #expect(answer.texts("credit") == ["10.00", "30.00"])
    #expect(answer.texts("days") == ["7", "4"])
    #expect(answer.total("credit") == "40.00")
    #expect(answer.body.notes[1].contains("40.00"))
    let aging = try scenario.answer(ArAgingReport.self)
    #expect(aging.total("credit") == answer.total("credit"))
  }

  @Test(
    "revenue is the same whatever it is grouped by",
    arguments: [
      ("payer", ["Acme Health"]), ("cpt", ["97124"]), ("lmt", ["Rivera, A."]),
      ("class", ["other"]), ("route", ["not chosen"]),
    ])
  func revenue(by: String, groups: [String]) throws {
    let answer = try clinic().answer(
      RevenueReport.self, ["from": "2026-03-01", "through": "2026-03-31", "groupBy": by])
    #expect(answer.texts("group") == groups)
    #expect(answer.texts("charges") == ["120.00"])
    #expect(answer.texts("adjustments") == ["20.00"])
    #expect(answer.texts("net") == ["100.00"])
    #expect(answer.texts("collected") == ["95.00"])
    #expect(answer.texts("units") == ["4"])
    #expect(answer.texts("netPerUnit") == ["25.00"])
  }

  @Test("a charge counts in the month of its entry and comes off in the month of its voiding")
  func revenueOfAVoid() throws {
    var scenario = try ReportScenario.clinic()
    try scenario.charge("c1", .ana, on: "2026-02-10", cents: 12_000, owedBy: .patient)
    try scenario.record(.ana, at: "2026-03-04", .chargeVoided(.with { $0.charge = "c1" }))
    let february = try scenario.answer(
      RevenueReport.self, ["from": "2026-02-01", "through": "2026-02-28"])
    #expect(february.total("charges") == "120.00")
    let march = try scenario.answer(
      RevenueReport.self, ["from": "2026-03-01", "through": "2026-03-31"])
    #expect(march.total("charges") == "-120.00")
    #expect(march.total("units") == "-4")
    #expect(throws: ReportError.self) {
      try scenario.answer(RevenueReport.self, ["groupBy": "moon"])
    }
  }

  @Test("sales are told by what was taxed and why the rest was not")
  func salesTax() throws {
    var scenario = try ReportScenario.clinic()
    for (id, cents, tax) in [("c1", Int64(95_00), Int64(6_29)), ("c2", 120_00, 7_95)] {
      try scenario.record(
        .ana, at: "2026-03-02",
        .chargePosted(
          .with {
            ($0.charge, $0.amountCents, $0.taxCents, $0.responsible) = (id, cents, tax, .patient)
          }))
    }
    try scenario.record(.ana, at: "2026-03-09", .chargeVoided(.with { $0.charge = "c2" }))
    try scenario.record(
      .ben, at: "2026-03-05",
      .chargePosted(
        .with {
          ($0.charge, $0.amountCents, $0.responsible) = ("c3", 88_50, .patient)
          $0.salesTax.treatment = .exemptPrescribed
        }))
    try scenario.record(
      .ben, at: "2026-03-06",
      .noShowFeeCharged(.with { ($0.charge, $0.amountCents) = ("c4", 40_00) }))
    let answer = try scenario.answer(
      TaxSalesReport.self, ["from": "2026-03-01", "through": "2026-03-31"])
    #expect(answer.texts("treatment") == ["exempt", "exempt", "taxed"])
    #expect(
      answer.texts("reason") == [
        "fee, no service", "prescribed", "massage without a prescription",
      ])
    #expect(answer.texts("sales") == ["40.00", "88.50", "95.00"])
    #expect(answer.texts("tax") == ["0.00", "0.00", "6.29"])
    #expect(answer.texts("charges") == ["1", "1", "2"])
    #expect(answer.texts("voided") == ["0", "0", "1"])
    #expect(answer.body.notes.contains { $0.contains("6.29") })
  }

  @Test("a counted till shows what it should hold, what it holds, and the difference")
  func till() throws {
    var scenario = try ReportScenario.clinic()
    let day = try on("2026-03-05")
    try scenario.record(
      .books, at: "2026-03-05",
      .tillOpened(.with { ($0.till, $0.openedOn, $0.floatCents) = ("front", day, 100_00) }))
    try scenario.pay("p1", .ana, on: "2026-03-05", cents: 5_000)
    let open = try scenario.answer(CashDailyReport.self, ["date": "2026-03-05"])
    #expect(open.texts("expected") == ["150.00"])
    #expect(open.texts("counted") == [""])
    try scenario.record(
      .books, at: "2026-03-05T18:00",
      .tillClosed(
        .with {
          ($0.till, $0.closedOn, $0.expectedCents, $0.countedCents) = ("front", day, 150_00, 149_00)
        }))
    try scenario.pay("p2", .ana, on: "2026-03-05", cents: 7_000, method: .card)
    let closed = try scenario.answer(CashDailyReport.self, ["date": "2026-03-05"])
    #expect(closed.texts("method") == ["card", "cash"])
    #expect(closed.texts("expected") == ["", "150.00"])
    #expect(closed.texts("counted") == ["", "149.00"])
    #expect(closed.texts("overShort") == ["", "-1.00"])
  }

  @Test("deposits are listed by what they are made of; a reversed one is not added up")
  func deposits() throws {
    var scenario = try ReportScenario.clinic()
    try scenario.pay("p1", .ana, on: "2026-03-05", cents: 5_000)
    try scenario.pay("p2", .ana, on: "2026-03-05", cents: 7_000, method: .check)
    let parts: [DepositMade.Part] = [
      .with { ($0.source, $0.amountCents, $0.till) = (.cash, 5_000, "front") },
      .with { ($0.source, $0.amountCents, $0.payments) = (.checks, 7_000, ["p2"]) },
    ]
    for (id, date) in [("d1", "2026-03-06"), ("d2", "2026-03-07")] {
      try scenario.record(
        .books, at: date,
        .depositMade(
          .with { ($0.deposit, $0.parts, $0.reference) = (id, parts, "slip \(id)") }))
      if id == "d1" {
        try scenario.record(
          .books, at: date,
          .depositReversed(.with { ($0.deposit, $0.parts) = (id, parts) }))
      }
    }
    let answer = try scenario.answer(
      CashDepositsReport.self, ["from": "2026-03-01", "through": "2026-03-31"])
    #expect(answer.texts("deposit") == ["d1", "d1", "d2", "d2"])
    #expect(answer.texts("source") == ["cash", "checks", "cash", "checks"])
    #expect(answer.total("banked") == "120.00")
    #expect(answer.body.notes[1].contains("Cash in tills 0.00"))
  }

  @Test("on the filing basis age counts from the claim")
  func claimBasis() throws {
    var scenario = try ReportScenario.clinic()
    try scenario.charge("c1", .ana, on: "2026-01-10", cents: 12_000)
    try scenario.submit("k1", "c1", .ana, on: "2026-03-01")
    let answer = try scenario.answer(
      ArAgingReport.self, ["date": "2026-04-01", "basis": "claimSubmitted"])
    #expect(answer.texts("days31To60") == ["120.00"])
  }

  @Test(
    "on the statement basis the patient's debt ages from the first statement since it is theirs")
  func statementBasis() throws {
    var scenario = try ReportScenario.clinic()
    try scenario.charge("c1", .ana, on: "2026-01-10", cents: 12_000, owedBy: .patient)
    func row() throws -> [String] {
      let answer = try scenario.answer(
        ArAgingReport.self, ["date": "2026-04-01", "basis": "statement"])
      return ["days0To30", "days31To60", "days61To90"].map { answer.texts($0)[0] }
    }
    #expect(try row() == ["120.00", "0.00", "0.00"])
    for (id, date) in [("stm-0", "2026-01-05"), ("stm-1", "2026-02-20"), ("stm-2", "2026-03-20")] {
      let issued = try on(date)
      try scenario.record(
        .ana, at: date, .statementIssued(.with { ($0.statement, $0.issuedOn) = (id, issued) }))
    }
    #expect(try row() == ["0.00", "120.00", "0.00"])
  }

  @Test("3.19: what went to the patient on 03-20 is 12 days old on 04-01")
  func responsibilityAge() throws {
    var scenario = try ReportScenario.clinic()
    try scenario.charge("c1", .ana, on: "2026-01-10", cents: 12_000)
    try scenario.submit("k1", "c1", .ana, on: "2026-01-11")
    try scenario.adjudicate(
      "k1", "c1", .ana, on: "2026-03-20", charged: 12_000, adjusted: 4_000, toPatient: 2_000)
    for (date, bucket) in [("2026-04-01", "days0To30"), ("2026-04-20", "days31To60")] {
      let answer = try scenario.answer(
        ArAgingReport.self, ["date": date, "basis": "responsibility"])
      #expect(answer.texts(bucket) == ["20.00"])
    }
  }
}
