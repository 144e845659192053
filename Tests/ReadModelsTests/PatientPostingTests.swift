import Practice
import PracticeEvents
import Testing

@testable import ReadModels

/// The table of the chart of accounts, line by line, in cents; debits above zero.
@Suite("What patients' money and the desk's work move in the books")
struct PatientPostingTests {
  @Test(
    "a payment lies where its method puts it",
    arguments: [
      (PaymentMethod.cash, LedgerAccount.tills), (.check, .checks), (.card, .cards),
      (.hsa, .healthAccounts), (.fsa, .healthAccounts), (.ach, .bank), (.giftCard, .giftCards),
      (.external, .paymentServices),
    ])
  func methods(method: PaymentMethod, account: LedgerAccount) throws {
    var books = try Books()
    try books.give(.paid(52_00, method))
    #expect(books.nonzero == [account: 52_00, .credits: -52_00])
  }

  @Test("a package of 900.00 is earned 90.00 a session; the rest of the charge is its discount")
  func package() throws {
    var books = try Books()
    try books.give(
      .paid(900_00, .card),
      .packageSold(
        .with { ($0.package, $0.payment, $0.priceCents, $0.sessions) = ("k", "p", 900_00, 10) }))
    #expect(books.nonzero == [.cards: 900_00, .packages: -900_00])
    try books.give(
      .patients(120_00),
      .packageRedeemed(
        .with {
          ($0.package, $0.charge, $0.valueCents, $0.discountCents) = ("k", "c", 90_00, 30_00)
        }))
    #expect(
      books.nonzero == [
        .cards: 900_00, .packages: -810_00, .services: -120_00, .discounts: 30_00,
      ])
    try books.give(.packageRedemptionReversed(.with { ($0.package, $0.charge) = ("k", "c") }))
    #expect(books.balance(.packages) == -900_00)
    #expect(books.balance(.patients) == 120_00)
  }

  private func soldPackage() throws -> Books {
    var books = try Books()
    try books.give(
      .paid(900_00, .card),
      .packageSold(
        .with { ($0.package, $0.payment, $0.priceCents, $0.sessions) = ("k", "p", 900_00, 10) }))
    for number in 1...4 {
      try books.give(
        .patients(100_00, "c\(number)"),
        .packageRedeemed(
          .with {
            ($0.package, $0.charge, $0.valueCents, $0.discountCents) =
              ("k", "c\(number)", 90_00, 10_00)
          }))
    }
    #expect(books.balance(.packages) == -540_00)
    return books
  }

  @Test(
    "after 4 of 10 for 900.00 a refund is 540.00 pro rata, or 500.00 at the list price of 100.00",
    arguments: [(Int64(540_00), Int64(0)), (500_00, 40_00)])
  func packageRefund(paid: Int64, forfeited: Int64) throws {
    var books = try soldPackage()
    try books.give(
      .packageRefunded(
        .with {
          ($0.package, $0.payment, $0.sessions, $0.method) = ("k", "p", 6, .card)
          ($0.amountCents, $0.forfeitedCents) = (paid, forfeited)
        }))
    #expect(books.balance(.packages) == 0)
    #expect(books.balance(.cards) == 900_00 - paid)
    #expect(books.balance(.breakage) == -forfeited)
  }

  @Test("two sessions that expire are breakage of 180.00")
  func breakage() throws {
    var books = try soldPackage()
    try books.give(
      .breakageRecognized(
        .with { ($0.package, $0.sessions, $0.amountCents) = ("k", 2, 180_00) }))
    #expect(books.balance(.breakage) == -180_00)
    #expect(books.balance(.packages) == -360_00)
  }

  @Test("sessions and credit that go to another patient change no total")
  func betweenPatients() throws {
    var books = try soldPackage()
    let other = SubjectID(high: 8, low: 8)
    try books.give(
      .packageTransferReceived(
        .with { ($0.package, $0.sessions, $0.valueCents) = ("k2", 2, 180_00) }),
      .creditTransferReceived(.with { ($0.payment, $0.amountCents) = ("p2", 20_00) }), to: other)
    try books.give(
      .paid(50_00, .cash, "q"),
      .packageTransferred(
        .with { ($0.package, $0.asPackage, $0.sessions, $0.valueCents) = ("k", "k2", 2, 180_00) }),
      .creditTransferred(
        .with { ($0.payment, $0.asPayment, $0.amountCents) = ("q", "p2", 20_00) }))
    #expect(books.balance(.betweenPatients) == 0)
    #expect(books.balance(.packages) == -540_00)
    #expect(books.balance(.credits) == -50_00)
  }

  @Test("an opening balance is owed, or a credit, against the books before this log")
  func openingBalance() throws {
    var books = try Books()
    try books.give(
      .openingBalanceRecorded(
        .with {
          ($0.charge, $0.patientOwesCents, $0.payment, $0.creditCents) = ("c", 70_00, "p", 20_00)
        }))
    #expect(books.nonzero == [.patients: 70_00, .credits: -20_00, .openingBalances: -50_00])
    try books.give(
      .paymentReversed(.with { $0.payment = "p" }), .chargeVoided(.with { $0.charge = "c" }))
    #expect(books.nonzero.isEmpty)
  }

  @Test("40 % off 120.00: 72.00 is owed, 48.00 is a discount")
  func slidingScale() throws {
    var books = try Books()
    try books.give(.patients(120_00, discount: 48_00))
    #expect(books.nonzero == [.patients: 72_00, .discounts: 48_00, .services: -120_00])
  }

  @Test("sales tax of 6.29 on 95.00 is owed to the state, and a void takes it back")
  func salesTax() throws {
    var books = try Books()
    try books.give(.patients(95_00, tax: 6_29))
    #expect(books.nonzero == [.patients: 101_29, .services: -95_00, .salesTax: -6_29])
    try books.give(.chargeVoided(.with { $0.charge = "c" }))
    #expect(books.nonzero.isEmpty)
  }

  @Test(
    "a write-off goes where its kind puts it, and comes back once",
    arguments: [
      (WriteOffKind.badDebt, LedgerAccount.badDebt), (.courtesy, .courtesies),
      (.smallBalance, .administrative), (.timelyFiling, .administrative), (.charity, .charity),
      (.discount, .discounts),
    ])
  func writeOff(kind: WriteOffKind, account: LedgerAccount) throws {
    var books = try Books()
    let reversed = Fact.writeOffReversed(.with { $0.writeOff = "w" })
    try books.give(
      .patients(100_00),
      .writeOffPosted(
        .with {
          ($0.writeOff, $0.charge, $0.amountCents) = ("w", "c", 30_00)
          ($0.kind, $0.responsible) = (kind, .patient)
        }))
    #expect(books.nonzero == [.patients: 70_00, account: 30_00, .services: -100_00])
    try books.give(reversed, reversed)
    #expect(books.nonzero == [.patients: 100_00, .services: -100_00])
  }

  @Test("a refund comes off the credit; one by check is drawn on the bank")
  func refund() throws {
    var books = try Books()
    try books.give(
      .paid(50_00, .check),
      .refundIssued(
        .with { ($0.refund, $0.payment, $0.amountCents, $0.method) = ("r", "p", 20_00, .check) }))
    #expect(books.nonzero == [.checks: 50_00, .bank: -20_00, .credits: -30_00])
  }

  @Test("a no-show fee is revenue of its own; waived, it stays to be seen as a courtesy")
  func fee() throws {
    var books = try Books()
    try books.give(.noShowFeeCharged(.with { ($0.charge, $0.amountCents) = ("c", 40_00) }))
    #expect(books.nonzero == [.patients: 40_00, .fees: -40_00])
    try books.give(.feeWaived(.with { $0.charge = "c" }))
    #expect(books.nonzero == [.courtesies: 40_00, .fees: -40_00])
  }

  @Test("a deposit empties the till and the checks; the processor's fee is an expense")
  func deposit() throws {
    var books = try Books()
    try books.give(.paid(80_00), .paid(50_00, .check, "k"), .paid(100_00, .card, "v"))
    try books.give(
      .depositMade(
        .with {
          $0.deposit = "d"
          $0.parts = [
            .with { ($0.source, $0.amountCents, $0.till) = (.cash, 60_00, "desk") },
            .with { ($0.source, $0.amountCents, $0.payments) = (.checks, 50_00, ["k"]) },
            .with { ($0.source, $0.amountCents, $0.feeCents) = (.cards, 100_00, 2_90) },
          ]
        }), to: .books)
    #expect(
      books.nonzero == [.tills: 20_00, .bank: 207_10, .cardFees: 2_90, .credits: -230_00])
    // Returned by the bank after it was deposited.
    try books.give(.paymentReversed(.with { $0.payment = "k" }))
    #expect(books.balance(.bank) == 157_10)
    #expect(books.balance(.checks) == 0)
    try books.give(.depositReversed(.with { $0.deposit = "d" }), to: .books)
    #expect(books.balance(.tills) == 80_00)
    #expect(books.balance(.cardFees) == 0)
  }

  @Test("what a till lacks when it is closed is short; change from the bank is not over")
  func till() throws {
    var books = try Books()
    try books.give(
      .tillOpened(
        .with {
          ($0.till, $0.carriedCents, $0.broughtCents, $0.floatCents) = ("desk", 0, 100_00, 100_00)
        }), to: .books)
    #expect(books.nonzero == [.tills: 100_00, .bank: -100_00])
    try books.give(
      .tillClosed(
        .with { ($0.till, $0.expectedCents, $0.countedCents) = ("desk", 100_00, 97_00) }),
      to: .books)
    #expect(books.nonzero == [.tills: 97_00, .bank: -100_00, .cashOverShort: 3_00])
  }

  @Test("an amount below zero goes the other way, and the least number does not trap")
  func extremes() {
    let negative = LedgerTransfer(.tills, .credits, -5)
    #expect(negative == LedgerTransfer(.credits, .tills, 5))
    #expect(LedgerTransfer(.tills, .credits, .min).cents == .min)
    #expect(negative.reversed.reversed == negative)
  }
}
