import Practice
import PracticeEvents
import Testing

@testable import ReadModels

/// The table of the chart of accounts, line by line, in cents; debits above zero.
@Suite("What insurers' answers and money move in the books")
struct InsurerPostingTests {
  @Test("an insured charge of 120.00 is owed by the insurer")
  func charge() throws {
    var books = try Books()
    try books.give(.insured(120_00))
    #expect(books.nonzero == [.insurers: 120_00, .services: -120_00])
    #expect(books.balances[.init(.insurers, payer: "payer-1")]?.balance == 120_00)
  }

  @Test("of 120.00 the payer pays 48.00, adjusts 20.00 and leaves 52.00; its remittance settles it")
  func adjudication() throws {
    var books = try Books()
    try books.give(
      .insured(120_00),
      .claimSubmitted(
        .with {
          ($0.claim, $0.payer) = ("k", "payer-1")
          $0.lines = [.with { $0.charge = "c" }]
        }), .adjudicated(paid: 48_00, adjusted: 20_00, toPatient: 52_00))
    #expect(
      books.nonzero == [
        .insurancePayments: 48_00, .contractual: 20_00, .patients: 52_00, .services: -120_00,
      ])
    try books.give(
      .remittanceReceived(.with { ($0.remittance, $0.amountCents) = ("r", 48_00) }),
      to: SubjectID(high: 9, low: 9))
    #expect(books.balance(.insurancePayments) == 0)
    #expect(books.balance(.bank) == 48_00)
    try books.give(.paid(52_00), .applied(52_00))
    #expect(
      books.nonzero == [
        .bank: 48_00, .tills: 52_00, .contractual: 20_00, .services: -120_00,
      ])
  }

  @Test(
    "a reversed adjudication is open with the insurer again, and its second reversal is nothing")
  func reversal() throws {
    var books = try Books()
    let reversed = Fact.claimReversed(.with { ($0.claim, $0.adjudication) = ("k", "k/1") })
    try books.give(
      .insured(120_00), .claimSubmitted(.with { $0.claim = "k" }),
      .adjudicated(paid: 48_00, adjusted: 20_00, toPatient: 52_00), reversed, reversed)
    #expect(books.nonzero == [.insurers: 120_00, .services: -120_00])
  }

  @Test("PLB: 60.00 recouped and 1.37 of interest make a check of 141.37 out of 200.00 paid")
  func providerLevel() throws {
    var books = try Books()
    try books.give(
      .remittanceReceived(
        .with {
          ($0.remittance, $0.amountCents) = ("r", 141_37)
          $0.providerLevelAdjustments = [
            .with { ($0.code, $0.amountCents) = ("WO", 60_00) },
            .with { ($0.code, $0.amountCents) = ("L6", -1_37) },
          ]
        }))
    #expect(
      books.nonzero == [
        .bank: 141_37, .recoupments: 60_00, .interest: -1_37, .insurancePayments: -200_00,
      ])
  }

  @Test("the sample of 3.17: claims of 190.00 and adjustments of 48.63 are a check of 141.37")
  func providerLevelSample() throws {
    var books = try Books()
    try books.give(
      .remittanceReceived(
        .with {
          ($0.remittance, $0.amountCents) = ("r", 141_37)
          $0.providerLevelAdjustments = [
            .with { ($0.code, $0.amountCents) = ("WO", 50_00) },
            .with { ($0.code, $0.amountCents) = ("L6", -1_37) },
          ]
        }))
    #expect(books.balance(.insurancePayments) == -190_00)
  }

  @Test("what a payer keeps back for a claim that it took back settles both")
  func recoupedClaim() throws {
    var books = try Books()
    let payer = SubjectID(high: 9, low: 9)
    try books.give(
      .coverageAdded(.with { ($0.coverage, $0.payer) = ("cov", payer.description) }),
      .insured(120_00), .claimSubmitted(.with { $0.claim = "k" }),
      .adjudicated(paid: 100_00, adjusted: 20_00, toPatient: 0))
    try books.give(
      .remittanceReceived(.with { ($0.remittance, $0.amountCents) = ("r1", 100_00) }), to: payer)
    try books.give(.claimReversed(.with { ($0.claim, $0.adjudication) = ("k", "k/1") }))
    #expect(books.balance(.insurancePayments) == -100_00)
    try books.give(
      .remittanceReceived(
        .with {
          $0.remittance = "r2"
          $0.providerLevelAdjustments = [.with { ($0.code, $0.amountCents) = ("WO", 100_00) }]
        }), to: payer)
    #expect(books.balance(.recoupments) == 100_00)
    let resolved = Fact.providerAdjustmentResolved(
      .with { ($0.remittance, $0.number, $0.settlement) = ("r2", 1, .recoupedClaim) })
    try books.give(resolved, resolved, to: payer)
    #expect(books.balance(.recoupments) == 0)
    #expect(books.balance(.insurancePayments) == -100_00)
  }

  @Test("money sent back to a payer settles the claim's reversal")
  func payerRefund() throws {
    var books = try Books()
    let payer = SubjectID(high: 9, low: 9)
    try books.give(
      .insured(120_00), .claimSubmitted(.with { $0.claim = "k" }),
      .adjudicated(paid: 100_00, adjusted: 20_00, toPatient: 0))
    try books.give(
      .remittanceReceived(.with { ($0.remittance, $0.amountCents) = ("r1", 100_00) }), to: payer)
    try books.give(.claimReversed(.with { ($0.claim, $0.adjudication) = ("k", "k/1") }))
    try books.give(.payerRefundIssued(.with { $0.amountCents = 100_00 }), to: payer)
    #expect(books.nonzero == [.insurers: 120_00, .services: -120_00])
  }

  @Test("what an insurer will not pay goes to the patient, or to the next insurer")
  func balanceTransferred() throws {
    var books = try Books()
    try books.give(
      .coverageAdded(.with { ($0.coverage, $0.payer) = ("cov2", "payer-2") }), .insured(120_00),
      .balanceTransferred(
        .with {
          ($0.charge, $0.amountCents) = ("c", 120_00)
          ($0.from, $0.to, $0.toCoverage) = (.insurance, .insurance, "cov2")
        }))
    #expect(books.balances[.init(.insurers, payer: "payer-2")]?.balance == 120_00)
    #expect(books.balances[.init(.insurers, payer: "payer-1")]?.balance == 0)
    try books.give(
      .balanceTransferred(
        .with {
          ($0.charge, $0.amountCents, $0.from, $0.to) = ("c", 120_00, .insurance, .patient)
        }))
    #expect(books.nonzero == [.patients: 120_00, .services: -120_00])
    #expect(books.balances[.init(.insurers, payer: "payer-2")]?.balance == 0)
  }

  @Test("an adjustment that nobody knows is kept apart, not hidden")
  func unknownAdjustment() throws {
    var books = try Books()
    try books.give(
      .remittanceReceived(
        .with {
          $0.remittance = "r"
          $0.providerLevelAdjustments = [.with { ($0.code, $0.amountCents) = ("ZZ", 5_00) }]
        }))
    #expect(books.nonzero == [.unknownAdjustments: 5_00, .insurancePayments: -5_00])
  }

  @Test("a claim to another insurer takes what is open along")
  func secondPayer() throws {
    var books = try Books()
    try books.give(
      .insured(120_00),
      .claimSubmitted(
        .with {
          ($0.claim, $0.payer) = ("k", "payer-2")
          $0.lines = [.with { $0.charge = "c" }]
        }))
    #expect(books.balances[.init(.insurers, payer: "payer-1")]?.balance == 0)
    #expect(books.balances[.init(.insurers, payer: "payer-2")]?.balance == 120_00)
  }
}
