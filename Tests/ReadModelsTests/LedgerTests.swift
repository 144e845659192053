import Practice
import PracticeEvents
import PracticeSimulator
import Projection
import TestSupport
import Testing

@testable import ReadModels

@Suite("The books")
struct LedgerTests {
  @Test("know every event of the money: it moves something, or there is a reason why not")
  func everyKind() throws {
    for (kind, name) in PracticeEvent.Kind.catalogue where (450...549).contains(kind.rawValue) {
      let tag = UInt32(kind.rawValue) << 3 | 2
      let event = try PracticeEvent(payload: [UInt8(tag & 0x7f | 0x80), UInt8(tag >> 7), 0])
      let fact = RecordedFact(
        position: 1, recordedAt: 0, id: UUIDKey(high: 0, low: 1), stream: SubjectID.site.key,
        streamSequence: 1, event: event)
      var rows = MemoryRows(of: LedgerProjector.self)
      switch try fact.posting(&rows) {
      case .moves: break
      case .nothing(let reason): #expect(!reason.isEmpty, "\(name)")
      case .outside: Issue.record("\(name) has neither lines nor a reason for none")
      }
    }
  }

  @Test("are in balance after every event of a simulated year, and agree with every account")
  func simulatedYear() throws {
    var walk = LedgerWalk()
    for fact in SimulatedYear.facts {
      if try walk.apply(fact) != nil { walk.expectAgreement(at: fact) }
    }
    try walk.expectRowsAgree()
    #expect(walk.postedKinds.count > 12)
  }

  @Test("are in balance after every one of 4,000 random commands", arguments: [11, 12, 13])
  func randomCommands(seed: UInt64) throws {
    var commands = try RandomCommands(seed: seed)
    var memory = FactMemory()
    var walk = LedgerWalk()
    for _ in 0..<4_000 {
      var (command, context) = commands.next()
      guard let decision = try? command.checkedDecision(memory, &context) else { continue }
      let events = decision.events(in: &context)
      for fact in memory.record(events, at: context.now) {
        try walk.apply(fact)
        walk.expectAgreement(at: fact)
      }
      commands.learn(events)
    }
    try walk.expectRowsAgree()
    #expect(walk.postedKinds.count > 8)
  }

  @Test("give everything back when everything is taken back")
  func undone() throws {
    var books = try Books()
    try books.give(
      .chargePosted(
        .with { ($0.charge, $0.amountCents, $0.responsible) = ("c", 12_000, .patient) }),
      .paymentReceived(.with { ($0.payment, $0.amountCents, $0.method) = ("p", 12_000, .card) }),
      .paymentApplied(.with { ($0.payment, $0.charge, $0.amountCents) = ("p", "c", 12_000) }),
      .paymentUnapplied(.with { ($0.payment, $0.charge, $0.amountCents) = ("p", "c", 12_000) }),
      .paymentReversed(.with { $0.payment = "p" }), .chargeVoided(.with { $0.charge = "c" }))
    #expect(books.nonzero.isEmpty)
  }
}

/// The table of the chart of accounts, line by line, in cents; debits above zero.
@Suite("What each event moves in the books")
struct LedgerPostingTests {
  private func insured(_ cents: Int64) -> Fact {
    .chargePosted(
      .with {
        ($0.charge, $0.amountCents, $0.responsible, $0.coverage) = ("c", cents, .insurance, "cov")
      })
  }
  private func patients(
    _ cents: Int64, _ id: String = "c", discount: Int64 = 0, tax: Int64 = 0
  )
    -> Fact
  {
    .chargePosted(
      .with {
        ($0.charge, $0.amountCents, $0.responsible) = (id, cents, .patient)
        ($0.discountCents, $0.taxCents) = (discount, tax)
      })
  }
  private func paid(_ cents: Int64, _ method: PaymentMethod = .cash, _ id: String = "p") -> Fact {
    .paymentReceived(.with { ($0.payment, $0.amountCents, $0.method) = (id, cents, method) })
  }
  private func applied(_ cents: Int64, _ payment: String = "p", _ charge: String = "c") -> Fact {
    .paymentApplied(.with { ($0.payment, $0.charge, $0.amountCents) = (payment, charge, cents) })
  }

  @Test("an insured charge of 120.00 is owed by the insurer")
  func charge() throws {
    var books = try Books()
    try books.give(insured(120_00))
    #expect(books.nonzero == [.insurers: 120_00, .services: -120_00])
    #expect(books.balances[.init(.insurers, payer: "payer-1")]?.balance == 120_00)
  }

  @Test("of 120.00 the payer pays 48.00, adjusts 20.00 and leaves 52.00; its remittance settles it")
  func adjudication() throws {
    var books = try Books()
    try books.give(
      insured(120_00),
      .claimSubmitted(
        .with {
          ($0.claim, $0.payer) = ("k", "payer-1")
          $0.lines = [.with { $0.charge = "c" }]
        }), adjudicated(paid: 48_00, adjusted: 20_00, toPatient: 52_00))
    #expect(
      books.nonzero == [
        .insurancePayments: 48_00, .contractual: 20_00, .patients: 52_00, .services: -120_00,
      ])
    try books.give(
      .remittanceReceived(.with { ($0.remittance, $0.amountCents) = ("r", 48_00) }),
      to: SubjectID(high: 9, low: 9))
    #expect(books.balance(.insurancePayments) == 0)
    #expect(books.balance(.bank) == 48_00)
    try books.give(paid(52_00), applied(52_00))
    #expect(
      books.nonzero == [
        .bank: 48_00, .tills: 52_00, .contractual: 20_00, .services: -120_00,
      ])
  }

  private func adjudicated(paid: Int64, adjusted: Int64, toPatient: Int64) -> Fact {
    .claimAdjudicated(
      .with {
        ($0.adjudication, $0.claim, $0.statusCode) = ("k/1", "k", 1)
        $0.lines = [
          .with {
            ($0.charge, $0.paidCents) = ("c", paid)
            $0.adjustments = [
              .with { ($0.group, $0.carc, $0.amountCents) = (.co, "45", adjusted) },
              .with { ($0.group, $0.carc, $0.amountCents) = (.pr, "1", toPatient) },
            ]
          }
        ]
      })
  }

  @Test(
    "a reversed adjudication is open with the insurer again, and its second reversal is nothing")
  func reversal() throws {
    var books = try Books()
    let reversed = Fact.claimReversed(.with { ($0.claim, $0.adjudication) = ("k", "k/1") })
    try books.give(
      insured(120_00), .claimSubmitted(.with { $0.claim = "k" }),
      adjudicated(paid: 48_00, adjusted: 20_00, toPatient: 52_00), reversed, reversed)
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
      insured(120_00), .claimSubmitted(.with { $0.claim = "k" }),
      adjudicated(paid: 100_00, adjusted: 20_00, toPatient: 0))
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
      insured(120_00), .claimSubmitted(.with { $0.claim = "k" }),
      adjudicated(paid: 100_00, adjusted: 20_00, toPatient: 0))
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
      .coverageAdded(.with { ($0.coverage, $0.payer) = ("cov2", "payer-2") }), insured(120_00),
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

  @Test(
    "a payment lies where its method puts it",
    arguments: [
      (PaymentMethod.cash, LedgerAccount.tills), (.check, .checks), (.card, .cards),
      (.hsa, .healthAccounts), (.fsa, .healthAccounts), (.ach, .bank), (.giftCard, .giftCards),
      (.external, .paymentServices),
    ])
  func methods(method: PaymentMethod, account: LedgerAccount) throws {
    var books = try Books()
    try books.give(paid(52_00, method))
    #expect(books.nonzero == [account: 52_00, .credits: -52_00])
  }

  @Test("a package of 900.00 is earned 90.00 a session; the rest of the charge is its discount")
  func package() throws {
    var books = try Books()
    try books.give(
      paid(900_00, .card),
      .packageSold(
        .with { ($0.package, $0.payment, $0.priceCents, $0.sessions) = ("k", "p", 900_00, 10) }))
    #expect(books.nonzero == [.cards: 900_00, .packages: -900_00])
    try books.give(
      patients(120_00),
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
      paid(900_00, .card),
      .packageSold(
        .with { ($0.package, $0.payment, $0.priceCents, $0.sessions) = ("k", "p", 900_00, 10) }))
    for number in 1...4 {
      try books.give(
        patients(100_00, "c\(number)"),
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
      paid(50_00, .cash, "q"),
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
    try books.give(patients(120_00, discount: 48_00))
    #expect(books.nonzero == [.patients: 72_00, .discounts: 48_00, .services: -120_00])
  }

  @Test("sales tax of 6.29 on 95.00 is owed to the state, and a void takes it back")
  func salesTax() throws {
    var books = try Books()
    try books.give(patients(95_00, tax: 6_29))
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
      patients(100_00),
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
      paid(50_00, .check),
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
    try books.give(paid(80_00), paid(50_00, .check, "k"), paid(100_00, .card, "v"))
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

  @Test("a claim to another insurer takes what is open along")
  func secondPayer() throws {
    var books = try Books()
    try books.give(
      insured(120_00),
      .claimSubmitted(
        .with {
          ($0.claim, $0.payer) = ("k", "payer-2")
          $0.lines = [.with { $0.charge = "c" }]
        }))
    #expect(books.balances[.init(.insurers, payer: "payer-1")]?.balance == 0)
    #expect(books.balances[.init(.insurers, payer: "payer-2")]?.balance == 120_00)
  }

  @Test("an amount below zero goes the other way, and the least number does not trap")
  func extremes() {
    let negative = LedgerTransfer(.tills, .credits, -5)
    #expect(negative == LedgerTransfer(.credits, .tills, 5))
    #expect(LedgerTransfer(.tills, .credits, .min).cents == .min)
    #expect(negative.reversed.reversed == negative)
  }
}

/// Facts of one patient, and what they come to.
struct Books {
  private var walk = LedgerWalk()
  private var position: UInt64 = 0

  init() throws {
    try give(.coverageAdded(.with { ($0.coverage, $0.payer) = ("cov", "payer-1") }))
  }

  mutating func give(_ facts: Fact..., to subject: SubjectID = SubjectID(high: 7, low: 7)) throws {
    for fact in facts {
      position += 1
      var event = PracticeEvent()
      event.effectiveOn = 2026_03_02
      event.fact = fact
      let recorded = RecordedFact(
        position: position, recordedAt: Int64(position), id: UUIDKey(high: 1, low: position),
        stream: subject.key, streamSequence: position, event: event)
      try walk.apply(recorded)
      #expect(walk.balances.values.reduce(0) { $0 + $1.balance } == 0)
    }
  }

  var balances: [LedgerQueries.Place: LedgerQueries.Turnover] { walk.balances }
  func balance(_ account: LedgerAccount) -> Int64 { walk.balance(account) }

  /// Accounts that are not zero over all payers.
  var nonzero: [LedgerAccount: Int64] {
    var found: [LedgerAccount: Int64] = [:]
    for account in LedgerAccount.allCases where balance(account) != 0 {
      found[account] = balance(account)
    }
    return found
  }
}
