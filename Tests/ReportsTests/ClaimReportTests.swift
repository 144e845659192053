import Practice
import PracticeEvents
import Testing

@testable import Reports

@Suite("Reports on claims")
struct ClaimReportTests {
  /// A denied claim of one charge of 120.00.
  private func deny(
    _ scenario: inout ReportScenario, _ number: Int, group: AdjustmentGroup = .co, carc: String,
    serviceOn: String = "2026-03-02", on date: String = "2026-03-20"
  ) throws {
    let (charge, claim) = ("c\(number)", "k\(number)")
    try scenario.charge(charge, .ana, on: serviceOn, cents: 12_000)
    let day = try on(serviceOn)
    try scenario.record(
      .ana, at: date,
      .claimSubmitted(
        .with {
          $0.claim = claim
          $0.payer = SubjectID.payer.description
          $0.lines = [
            .with { ($0.charge, $0.serviceOn, $0.chargeCents) = (charge, day, 12_000) }
          ]
        }))
    let adjudicatedOn = try on(date)
    try scenario.record(
      .ana, at: date,
      .claimAdjudicated(
        .with {
          ($0.adjudication, $0.claim) = ("\(claim)/1", claim)
          ($0.statusCode, $0.adjudicatedOn) = (4, adjudicatedOn)
          $0.lines = [
            .with {
              ($0.charge, $0.chargeCents) = (charge, 12_000)
              $0.rarc = ["N130", "Z9"]
              $0.adjustments = [
                .with { ($0.group, $0.carc, $0.amountCents) = (.co, "45", 2_000) },
                .with { ($0.group, $0.carc, $0.amountCents) = (group, carc, 10_000) },
              ]
            }
          ]
        }))
  }

  private func clinic() throws -> ReportScenario {
    var scenario = try ReportScenario.clinic()
    try scenario.record(
      .payer, at: "2026-01-02",
      .payerPolicyChanged(
        .with {
          $0.policy.timelyFilingDays = 90
          $0.effectiveFrom = 20_260_101
        }))
    return scenario
  }

  @Test("denials are counted by their main reason, and those won back are told apart")
  func denials() throws {
    var scenario = try clinic()
    try deny(&scenario, 1, carc: "197")
    try deny(&scenario, 2, carc: "197")
    try deny(&scenario, 3, group: .pr, carc: "170")
    // Paid in full by contract, and all deductible: no denials.
    try scenario.charge("c8", .ben, on: "2026-03-02", cents: 12_000)
    try scenario.submit("k8", "c8", .ben, on: "2026-03-03")
    try scenario.adjudicate(
      "k8", "c8", .ben, on: "2026-03-20", charged: 12_000, adjusted: 2_000, toPatient: 10_000)
    var answer = try scenario.answer(ClaimsDenialsReport.self)
    #expect(answer.texts("reason") == ["CO-197", "PR-170"])
    #expect(answer.texts("lines") == ["2", "1"])
    #expect(answer.texts("denied") == ["200.00", "100.00"])
    #expect(answer.texts("open") == ["240.00", "0.00"])
    #expect(answer.total("lines") == "3")
    #expect(answer.texts("action").first?.hasPrefix("appeal with the authorization") == true)
    #expect(answer.texts("action").last == "bill the patient")
    try scenario.adjudicate(
      "k1", "c1", .ana, on: "2026-03-28", charged: 12_000, adjusted: 2_000, toPatient: 0)
    answer = try scenario.answer(ClaimsDenialsReport.self)
    #expect(answer.cells("overturned").first == .rate(Rate(milliPercent: 50_000)))
    let before = try scenario.answer(ClaimsDenialsReport.self, ["through": "2026-03-19"])
    #expect(before.body.rows.isEmpty)
  }

  @Test(
    "a denial with money to win has its next action and last day",
    arguments: [
      ("16", "2026-05-31", "correct it"), ("197", "2026-09-16", "appeal with the authorization"),
      ("50", "2026-09-16", "appeal with the prescription"),
      ("252", "2026-09-16", "send the records"),
      ("109", "2026-05-31", "find the payer"),
    ])
  func deadlines(carc: String, deadline: String, action: String) throws {
    var scenario = try clinic()
    try deny(&scenario, 1, carc: carc)
    let answer = try scenario.answer(DenialsOpenReport.self)
    #expect(answer.texts("deadline") == [deadline])
    #expect(answer.texts("action").first?.hasPrefix(action) == true)
    #expect(answer.total("open") == "120.00")
    #expect(answer.cells("remarks") == [.list(["N130 see the plan's benefits", "Z9"])])
  }

  @Test("a final denial, and one that was answered by a new claim, are not to be worked")
  func closed() throws {
    var scenario = try clinic()
    try deny(&scenario, 1, carc: "96")
    try deny(&scenario, 2, carc: "16")
    try scenario.record(
      .ana, at: "2026-03-25",
      .claimSubmitted(
        .with {
          ($0.claim, $0.replaces, $0.frequencyCode) = ("k2b", "k2", 7)
          $0.lines = [.with { $0.charge = "c2" }]
        }))
    #expect(try scenario.answer(DenialsOpenReport.self).body.rows.isEmpty)
  }

  @Test("exceptions stand on the list until they are resolved")
  func exceptions() throws {
    var scenario = try clinic()
    for number in 1...2 {
      try scenario.record(
        .payer, at: "2026-03-2\(number)",
        .remittanceExceptionRecorded(
          .with {
            $0.exception = "rex-\(number)"
            $0.claimReference = "MM-\(number)"
            ($0.chargeCents, $0.paidCents) = (12_000, 10_000)
            $0.reasons = [.with { $0.problem = "there is no claim MM-\(number)" }]
          }))
    }
    var answer = try scenario.answer(RemitExceptionsReport.self)
    #expect(answer.texts("claim") == ["MM-1", "MM-2"])
    #expect(answer.texts("recorded") == ["2026-03-21", "2026-03-22"])
    try scenario.record(
      .payer, at: "2026-03-23", .remittanceExceptionResolved(.with { $0.exception = "rex-1" }))
    answer = try scenario.answer(RemitExceptionsReport.self)
    #expect(answer.texts("exception") == ["rex-2"])
  }

  @Test(
    "an exception of a claim of ours names the patient, and is a reading of that patient's data")
  func exceptionOfOurs() throws {
    var scenario = try clinic()
    let claim = EntityID.make(.claim, random: 7).description
    try scenario.charge("c7", .ben, on: "2026-03-02", cents: 12_000)
    try scenario.submit(claim, "c7", .ben, on: "2026-03-03")
    try scenario.record(
      .payer, at: "2026-03-21",
      .remittanceExceptionRecorded(
        .with {
          ($0.exception, $0.claimReference, $0.statusCode) = ("rex-7", claim, 22)
          $0.reasons = [.with { $0.problem = "the payer takes an earlier answer back" }]
        }))
    let answer = try scenario.answer(RemitExceptionsReport.self)
    let ben = scenario.memory.patient(.ben).profile.current.mrn
    #expect(answer.texts("mrn") == [ben])
    #expect(answer.disclosed == .patients([SubjectID.ben]))
  }

  @Test("a claim stands where its latest event left it, and is counted by that")
  func status() throws {
    var scenario = try clinic()
    try deny(&scenario, 1, carc: "16")
    try scenario.charge("c2", .ben, on: "2026-03-02", cents: 12_000)
    try scenario.submit("k2", "c2", .ben, on: "2026-03-03")
    try scenario.record(
      .ben, at: "2026-03-05",
      .claimStatusReceived(
        .with { ($0.claim, $0.category, $0.receivedOn) = ("k2", "P1", 20_260_305) }))
    try scenario.charge("c3", .ben, on: "2026-03-02", cents: 12_000)
    try scenario.record(
      .ben, at: "2026-03-25",
      .claimHeld(
        .with {
          ($0.claim, $0.heldOn, $0.charges) = ("k3", 20_260_325, ["c3"])
          $0.problems = [.with { $0.rule = "claim.unsignedNote" }]
        }))
    let answer = try scenario.answer(ClaimsStatusReport.self)
    #expect(answer.texts("status") == ["pended", "denied", "held"])
    #expect(answer.texts("days") == ["27", "12", "7"])
    #expect(answer.texts("detail").last == "claim.unsignedNote")
    #expect(answer.total("open") == "360.00")
    let old = try scenario.answer(ClaimsStatusReport.self, ["days": "12"])
    #expect(old.texts("claim") == ["k2", "k1"])
    let held = try scenario.answer(ClaimsStatusReport.self, ["status": "held"])
    #expect(held.texts("claim") == ["k3"])
    #expect(throws: ReportError.self) {
      try scenario.answer(ClaimsStatusReport.self, ["status": "lost"])
    }
  }

  @Test(
    "a filing limit shows at 30, 14 and 7 days and when it is over, until receipt is proved",
    arguments: [
      ("2026-05-01", nil), ("2026-05-02", "30 days"), ("2026-05-17", "30 days"),
      ("2026-05-18", "14 days"), ("2026-05-25", "7 days"), ("2026-06-01", "7 days"),
      ("2026-06-02", "late"),
    ] as [(String, String?)])
  func timelyFiling(today: String, stage: String?) throws {
    var scenario = try clinic()
    try scenario.charge("c1", .ana, on: "2026-03-02", cents: 12_000)
    try scenario.record(
      .ana, at: "2026-03-03",
      .claimSubmitted(
        .with {
          ($0.claim, $0.payer, $0.frequencyCode) = ("k1", SubjectID.payer.description, 1)
          $0.fileByOn = 20_260_601
          $0.lines = [.with { $0.charge = "c1" }]
        }))
    let answer = try scenario.answer(ClaimsTimelyFilingReport.self, today: today)
    #expect(answer.texts("stage") == (stage.map { [$0] } ?? []))
    try scenario.record(
      .ana, at: "2026-03-04",
      .claimAcknowledged(.with { ($0.claim, $0.category) = ("k1", "A2") }))
    #expect(
      try scenario.answer(ClaimsTimelyFilingReport.self, today: today).body.rows.isEmpty)
  }

  @Test("an adjustment of a payment is listed until somebody says what it was for")
  func providerAdjustments() throws {
    var scenario = try clinic()
    try scenario.record(
      .payer, at: "2026-03-20",
      .remittanceReceived(
        .with {
          ($0.remittance, $0.traceNumber, $0.effectiveOn) = ("rem-1", "E1", 20_260_320)
          $0.providerLevelAdjustments = [
            .with { ($0.code, $0.reference, $0.amountCents) = ("WO", "clm", 6_000) },
            .with { ($0.code, $0.amountCents) = ("L6", -137) },
          ]
        }))
    var answer = try scenario.answer(RemitAdjustmentsReport.self)
    #expect(answer.texts("code") == ["WO"] && answer.texts("effect") == ["-60.00"])
    try scenario.record(
      .payer, at: "2026-03-21",
      .providerAdjustmentResolved(
        .with { ($0.remittance, $0.number, $0.settlement) = ("rem-1", 1, .recoupedClaim) }))
    #expect(try scenario.answer(RemitAdjustmentsReport.self).body.rows.isEmpty)
    answer = try scenario.answer(RemitAdjustmentsReport.self, ["all": "yes"])
    #expect(answer.texts("settlement") == ["recouped", "interest"])
    #expect(answer.total("effect") == "-58.63")
  }

  @Test("appeals are due from the answer, and then the payer's decision is")
  func appeals() throws {
    var scenario = try clinic()
    try deny(&scenario, 1, carc: "50")
    try deny(&scenario, 2, carc: "16")
    var answer = try scenario.answer(AppealsDueReport.self)
    #expect(answer.texts("claim") == ["k1"] && answer.texts("due") == ["2026-09-16"])
    try scenario.record(
      .ana, at: "2026-03-25",
      .appealFiled(
        .with {
          ($0.appeal, $0.claim, $0.level, $0.decideByOn) = ("apl-1", "k1", 1, 20_260_524)
        }))
    answer = try scenario.answer(AppealsDueReport.self)
    #expect(answer.texts("what") == ["the payer is to decide"])
    #expect(answer.texts("due") == ["2026-05-24"])
  }

  @Test("every reason has one entry, and those that ask for work stay open with the insurer")
  func reasons() {
    let codes = AdjustmentReason.all.map(\.carc)
    #expect(Set(codes).count == codes.count)
    for reason in AdjustmentReason.all where reason.leavesOpen {
      #expect(reason.action != .writeOff && !reason.isPricing, "\(reason.carc)")
    }
    #expect(AdjustmentReason.action(for: "197", group: .pr) == .billPatient)
    #expect(AdjustmentReason.action(for: "999", group: .co) == .review)
    #expect(AdjustmentReason.label("999") == "reason 999")
  }
}
