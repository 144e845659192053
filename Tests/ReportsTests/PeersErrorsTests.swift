import Practice
import PracticeEvents
import Testing

@testable import Reports

/// Errors that the documents and issue lists of other programs admit, each with where it was read.
@Suite("Errors that others are known for")
struct PeersErrorsTests {
  /// A clinic in which commands are given at a time.
  private struct Clinic {
    var scenario: ReportScenario
    private var commands: UInt64 = 0

    init() throws { scenario = try ReportScenario.clinic() }

    @discardableResult
    mutating func give(
      _ command: some Command, at time: String, reason: String? = nil
    ) throws -> [Fact] {
      commands += 1
      var actor = EventActor()
      actor.user = "bea"
      actor.role = .supervisor
      actor.initials = "BE"
      let now = try scenario.instant(time)
      var context = DecisionContext(
        actor: actor, now: now, zone: scenario.zone, reason: reason,
        seed: UUIDKey(high: 0xbea, low: commands))
      let decision = try command.checkedDecision(scenario.memory, &context)
      let events = decision.events(in: &context)
      scenario.record(events, at: now)
      return events.compactMap(\.event.fact)
    }

    mutating func pay(
      _ amount: String, _ method: PaymentMethodChoice = .cash, at time: String,
      on date: String? = nil
    ) throws -> EntityID {
      let facts = try give(
        TakePayment(
          patient: SubjectReference("1001"), amount: Money(amount), method: method,
          receivedOn: try date.map { try CivilDate($0) }, till: "front"), at: time)
      guard case .paymentReceived(let fact) = facts.first else { throw Missing() }
      return try EntityID(fact.payment)
    }

    func rows(_ report: any Report.Type, _ parameters: [String: String]) throws -> [[Cell]] {
      try scenario.answer(report, parameters).body.rows
    }
    private struct Missing: Error {}
  }

  private static let february = ["from": "2026-02-01", "through": "2026-02-28"]

  @Test("a correction changes no report of a closed month (Jane: \"Editing the Applied Date\")")
  func pastReportsStay() throws {
    var clinic = try Clinic()
    let payment = try clinic.pay("80.00", at: "2026-02-10T10:00")
    _ = try clinic.pay("45.00", .card, at: "2026-02-10T11:00")
    try clinic.give(ClosePeriod(month: 202602), at: "2026-03-02T09:00")
    func february() throws -> [[[Cell]]] {
      [
        try clinic.rows(CashDailyReport.self, ["date": "2026-02-10"]),
        try clinic.rows(LedgerJournalReport.self, Self.february),
        try clinic.rows(RevenueReport.self, Self.february),
        try clinic.rows(LedgerTrialBalanceReport.self, ["date": "2026-02-28"]),
      ]
    }
    let before = try february()
    // It was 85.00, and by check.
    try clinic.give(
      ReversePayment(payment: payment, reversedOn: try CivilDate("2026-02-10")),
      at: "2026-03-05T09:00", reason: "typed wrong")
    _ = try clinic.pay("85.00", .check, at: "2026-03-05T09:05", on: "2026-02-10")
    #expect(try february() == before)
    let march = try clinic.scenario.answer(CashDailyReport.self, ["date": "2026-03-05"])
    #expect(march.total("net") == "5.00")
  }

  @Test("a refund hides no payment and changes no deposit counted before (WebPT TB-I-5338)")
  func refundHidesNothing() throws {
    var clinic = try Clinic()
    let payment = try clinic.pay("80.00", .check, at: "2026-03-05T10:00")
    try clinic.give(MakeDeposit(checks: [payment]), at: "2026-03-06T10:00")
    let deposits = ["from": "2026-03-01", "through": "2026-03-31"]
    let day = try clinic.rows(CashDailyReport.self, ["date": "2026-03-05"])
    let deposited = try clinic.rows(CashDepositsReport.self, deposits)
    try clinic.give(
      RefundPayment(payment: payment, amount: Money("80.00")), at: "2026-03-20T10:00")
    #expect(try clinic.rows(CashDailyReport.self, ["date": "2026-03-05"]) == day)
    #expect(try clinic.rows(CashDepositsReport.self, deposits) == deposited)
    let account = try clinic.scenario.answer(BalancePatientReport.self, ["patient": "1001"])
    #expect(account.texts("credit") == ["80.00", "-80.00"])
  }

  @Test(
    "a negative payment, refund or write-off is refused (OpenEMR #10013)",
    arguments: ["-5.00", "0.00"])
  func negative(amount: String) throws {
    var clinic = try Clinic()
    let payment = try clinic.pay("80.00", at: "2026-03-05T10:00")
    try clinic.scenario.charge(
      "chg-0000000000C1", .ana, on: "2026-03-02", cents: 5_000, owedBy: .patient)
    let charge = try EntityID("chg-0000000000C1")
    let commands: [any Command] = try [
      TakePayment(patient: SubjectReference("1001"), amount: Money(amount), method: .card),
      RefundPayment(payment: payment, amount: Money(amount)),
      ApplyPayment(payment: payment, charge: charge, amount: Money(amount)),
      WriteOffCharge(charge: charge, kind: .courtesy, amount: Money(amount)),
      MakeDeposit(cash: Money(amount), till: "front"), MakeDeposit(cards: Money(amount)),
    ]
    for command in commands {
      #expect(throws: Refusal.self) {
        try clinic.give(command, at: "2026-03-06T10:00", reason: "x")
      }
    }
  }

  @Test("credit is in no bucket of the aging until somebody applies it (WebPT TB-I-6205)")
  func creditIsNotNetted() throws {
    var clinic = try Clinic()
    try clinic.scenario.charge(
      "chg-0000000000C1", .ana, on: "2026-03-02", cents: 5_000, owedBy: .patient)
    let payment = try clinic.pay("80.00", at: "2026-03-05T10:00")
    let aging = try clinic.scenario.answer(ArAgingReport.self)
    #expect(aging.total("total") == "50.00")
    #expect(aging.total("credit") == "80.00")
    try clinic.give(
      ApplyPayment(payment: payment, charge: EntityID("chg-0000000000C1")), at: "2026-03-06T10:00")
    let applied = try clinic.scenario.answer(ArAgingReport.self)
    #expect(applied.total("total") == "0.00")
    #expect(applied.total("credit") == "30.00")
  }

  @Test("nothing of the money can be deleted or edited (SimplePractice, Therabill: Delete Payment)")
  func nothingIsDeleted() throws {
    let names = CommandCatalog.all.map { $0.name }
    #expect(!names.contains { $0.hasPrefix("delete") || $0.hasPrefix("edit") })
    var clinic = try Clinic()
    let payment = try clinic.pay("80.00", at: "2026-03-05T10:00")
    try clinic.give(ReversePayment(payment: payment), at: "2026-03-06T10:00", reason: "typed twice")
    let account = try clinic.scenario.answer(BalancePatientReport.self, ["patient": "1001"])
    #expect(account.texts("credit") == ["80.00", "-80.00"])
    let journal = try clinic.scenario.answer(LedgerJournalReport.self, ["from": "2026-03-01"])
    #expect(Set(journal.texts("kind")) == ["PaymentReceived", "PaymentReversed"])
  }

  @Test("a denial that can be answered writes nothing off (OpenEMR #7186)")
  func denialIsNoWriteOff() throws {
    var clinic = try Clinic()
    try clinic.scenario.charge("c1", .ana, on: "2026-03-02", cents: 12_000)
    try clinic.scenario.submit("k1", "c1", .ana, on: "2026-03-03")
    try clinic.scenario.record(
      .ana, at: "2026-03-20",
      .claimAdjudicated(
        .with {
          ($0.adjudication, $0.claim, $0.statusCode) = ("k1/1", "k1", 4)
          $0.lines = [
            .with {
              ($0.charge, $0.chargeCents) = ("c1", 12_000)
              $0.adjustments = [
                .with { ($0.group, $0.carc, $0.amountCents) = (.co, "197", 12_000) }
              ]
            }
          ]
        }))
    let trial = try clinic.scenario.answer(LedgerTrialBalanceReport.self)
    #expect(trial.texts("account") == ["1110", "4000"])
    #expect(try clinic.scenario.answer(ArAgingReport.self).total("total") == "120.00")
  }

  @Test("what an insurer paid is never shown as the patient's payment (OpenEMR #8180)")
  func insurersMoney() throws {
    var clinic = try Clinic()
    try clinic.scenario.charge("c1", .ana, on: "2026-03-02", cents: 12_000)
    try clinic.scenario.submit("k1", "c1", .ana, on: "2026-03-03")
    try clinic.scenario.adjudicate(
      "k1", "c1", .ana, on: "2026-03-20", charged: 12_000, adjusted: 2_000, toPatient: 0)
    try clinic.scenario.record(
      .payer, at: "2026-03-20",
      .remittanceReceived(.with { ($0.remittance, $0.amountCents) = ("r1", 10_000) }))
    let account = try clinic.scenario.answer(BalancePatientReport.self, ["patient": "1001"])
    #expect(account.total("insurancePaid") == "100.00")
    #expect(account.total("patientPaid") == "0.00")
    #expect(account.total("credit") == "0.00")
    let cash = try clinic.scenario.answer(CashDailyReport.self, ["date": "2026-03-20"])
    #expect(cash.texts("method") == ["insurance"])
  }
}
