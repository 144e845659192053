import PracticeEvents
import Testing

@testable import Practice

@Suite("An account under any sequence of commands")
struct AccountSequenceTests {
  @Test(
    "keeps every cent in one place, and its ledger ends with its balance",
    arguments: [1, 2, 3, 5, 8, 13])
  func sequences(seed: UInt64) throws {
    var walk = try RandomWalk(seed: seed)
    for step in 0..<250 {
      try walk.step()
      let account = walk.clinic.account
      #expect(account.isBalanced(), "seed \(seed), step \(step)")
      if step.isMultiple(of: 10) { expectLedger(of: walk.clinic) }
    }
    expectLedger(of: walk.clinic)
    #expect(walk.accepted > 40)
    #expect(walk.refused > 20)
  }

  private func expectLedger(of clinic: AccountScenario) {
    let lines = AccountLedger.lines(of: clinic.history)
    #expect(lines.last?.balance == clinic.account.balanceCents)
    var balance: Int64 = 0
    for line in lines {
      balance +=
        line.charge - line.adjustment - line.insurancePaid - line.patientPaid - line.credit
      #expect(line.balance == balance, "position \(line.position)")
    }
  }

  @Test("a ledger says who did what, with identifiers and without names")
  func ledgerText() throws {
    var clinic = try AccountScenario()
    let charge = try clinic.patientCharge(40_00)
    let payment = try clinic.payment(Money("40.00"), apply: .oldest)
    let lines = AccountLedger.lines(of: clinic.history)
    #expect(
      lines.map(\.what) == [
        "charge \(charge): 97124 × 1", "payment \(payment) received",
        "payment \(payment) applied to charge \(charge)",
      ])
    #expect(lines.map(\.balance) == [40_00, 0, 0])
    #expect(lines.map(\.credit) == [0, 40_00, -40_00])
    #expect(lines.map(\.patientPaid) == [0, 0, 40_00])
    #expect(lines.last?.actor == "sam")
  }

  @Test("every kind of event that the account folds has its words")
  func wordsForEveryKind() throws {
    // On the payer's or the clinic's stream, or that of the books.
    let advices: Set<PracticeEvent.Kind> = [
      .remittanceReceived, .remittanceExceptionRecorded, .remittanceExceptionResolved,
      .providerAdjustmentResolved, .payerRefundIssued, .claimBatchSent, .tillOpened, .tillCounted,
      .tillClosed, .depositMade, .depositReversed, .journalExported,
    ]
    let kinds = PracticeEvent.Kind.catalogue.map(\.kind).filter {
      ((451...499).contains($0.rawValue) || (501...549).contains($0.rawValue))
        && !advices.contains($0)
    }
    for kind in kinds {
      let tag = UInt32(kind.rawValue) << 3 | 2
      let payload = [UInt8(tag & 0x7f | 0x80), UInt8(tag >> 7), 0]
      let fact = try #require(PracticeEvent(payload: payload).fact)
      #expect(fact.accountText?.isEmpty == false, "kind \(kind.rawValue)")
    }
    #expect(Fact.patientRegistered(PatientRegistered()).accountText == nil)
  }

  @Test(
    "amounts at the ends of Int64 fold and add up without a trap", arguments: [Int64.min, .max])
  func extremeAmounts(cents: Int64) throws {
    var clinic = try AccountScenario()
    var posted = ChargePosted()
    posted.charge = "c"
    posted.amountCents = cents
    posted.discountCents = .min
    posted.taxCents = cents
    var received = PaymentReceived()
    received.payment = "p"
    received.amountCents = cents
    var applied = PaymentApplied()
    applied.payment = "p"
    applied.charge = "c"
    applied.amountCents = cents
    var refunded = RefundIssued()
    refunded.payment = "p"
    refunded.amountCents = cents
    var sold = PackageSold()
    sold.package = "k"
    sold.payment = "p"
    sold.sessions = .max
    sold.priceCents = cents
    var redeemed = PackageRedeemed()
    redeemed.package = "k"
    redeemed.charge = "c"
    redeemed.valueCents = cents
    redeemed.discountCents = cents
    var written = WriteOffPosted()
    written.writeOff = "w"
    written.charge = "c"
    written.amountCents = cents
    var reversed = PaymentReversed()
    reversed.payment = "p"
    try clinic.give([
      .chargePosted(posted), .paymentReceived(received), .paymentApplied(applied),
      .refundIssued(refunded), .packageSold(sold), .packageRedeemed(redeemed),
      .writeOffPosted(written), .paymentReversed(reversed),
    ])
    _ = clinic.account.isBalanced()
    _ = clinic.account.balanceCents
    #expect(clinic.account.packages["k"]?.valuesLeft.count ?? 0 <= 1_000)
    #expect(AccountLedger.lines(of: clinic.history).count == 8)
  }

  @Test("facts about unknown charges, payments and claims change nothing and never trap")
  func unknownIdentifiers() throws {
    var clinic = try AccountScenario()
    var applied = PaymentApplied()
    applied.payment = "pay-1"
    applied.amountCents = .max
    var refunded = RefundIssued()
    refunded.amountCents = .max
    var adjudicated = ClaimAdjudicated()
    adjudicated.lines = [ClaimAdjudicated.Line()]
    try clinic.give([
      .paymentApplied(applied), .paymentApplied(applied), .refundIssued(refunded),
      .claimAdjudicated(adjudicated), .claimReversed(ClaimReversed()),
      .packageRedemptionReversed(PackageRedemptionReversed()), .feeWaived(FeeWaived()),
      .writeOffReversed(WriteOffReversed()), .paymentReversed(PaymentReversed()),
    ])
    #expect(clinic.account.balanceCents == 0)
    #expect(clinic.account.isBalanced())
  }
}

/// Commands chosen at random among what the account holds, valid and invalid.
private struct RandomWalk {
  var clinic: AccountScenario
  private(set) var accepted = 0
  private(set) var refused = 0
  private var random: IdentifierSource

  init(seed: UInt64) throws {
    random = IdentifierSource(seed: UUIDKey(high: seed, low: seed))
    clinic = try AccountScenario()
    for _ in 0..<3 {
      _ = try clinic.patientCharge(80_00)
      _ = try clinic.insuredCharge(120_00)
    }
  }

  mutating func step() throws {
    do {
      try act()
      accepted += 1
    } catch is Refusal {
      refused += 1
    }
  }

  private mutating func act() throws {
    let account = clinic.account
    let charge = try pick(account.charges.keys.sorted(), .charge)
    let payment = try pick(account.payments.keys.sorted(), .payment)
    let claim = try pick(account.claims.keys.sorted(), .claim)
    let package = try pick(account.packages.keys.sorted(), .package)
    switch Int.random(in: 0..<20, using: &random) {
    case 0: _ = try clinic.patientCharge(amount().cents)
    case 1: _ = try clinic.insuredCharge(amount().cents)
    case 2: try clinic.payment(amount(), apply: .oldest)
    case 3: try clinic.payment(amount())
    case 4: try clinic.record(ApplyPayment(payment: payment, charge: charge, amount: maybe()))
    case 5: try correct(UnapplyPayment(payment: payment, charge: charge, amount: maybe()))
    case 6: try correct(ReversePayment(payment: payment))
    case 7: try clinic.record(RefundPayment(payment: payment, amount: amount()))
    case 8: try correct(WriteOffCharge(charge: charge, kind: .courtesy, amount: maybe()))
    case 9:
      try correct(ReverseWriteOff(writeOff: pick(account.writeOffs.keys.sorted(), .writeOff)))
    case 10:
      try clinic.record(
        SellPackage(
          patient: "T-1", name: "Set", service: "med60", sessions: 3, price: amount(),
          method: .card))
    case 11: try redeem(package)
    case 12: try correct(ReverseRedemption(package: package, charge: charge))
    case 13, 14: try clinic.record(SubmitClaim(charges: [charge]))
    case 15: try adjudicate(claim)
    case 16: try clinic.record(ReverseAdjudication(claim: claim))
    case 17: try clinic.record(RejectClaim(claim: claim, category: .a3))
    case 18: try correct(VoidCharge(charge: charge))
    default:
      let kind = ClaimFrequencyChoice.allCases.randomElement(using: &random)
      try clinic.record(SubmitClaim(frequency: kind, replaces: claim))
    }
  }

  private mutating func correct(_ command: some Command) throws {
    try clinic.record(command, reason: "test")
  }

  private mutating func redeem(_ package: EntityID) throws {
    let session = try clinic.session(selfPay: true)
    try clinic.record(PostCharge(session: session))
    try clinic.record(RedeemPackage(package: package, session: session))
  }

  /// A random split of each line, sometimes one that does not add up.
  private mutating func adjudicate(_ claim: EntityID) throws {
    let lines = clinic.account.claims[claim.description]?.submitted.lines ?? []
    let answers = try lines.map { line in
      let denied = Int.random(in: 0..<4, using: &random) == 0
      let paid = denied ? 0 : Int64.random(in: 0...line.chargeCents, using: &random)
      let adjusted = denied ? 0 : Int64.random(in: 0...(line.chargeCents - paid), using: &random)
      let error: Int64 = Int.random(in: 0..<8, using: &random) == 0 ? 1 : 0
      return LineAnswer(
        charge: try EntityID(line.charge), paid: Money(cents: paid),
        adjustments: [
          LineAdjustment(group: .co, carc: "45", amount: Money(cents: adjusted)),
          LineAdjustment(
            group: .pr, carc: "1", amount: Money(cents: line.chargeCents - paid - adjusted + error)),
        ])
    }
    try clinic.record(AdjudicateClaim(claim: claim, status: 1, lines: answers))
  }

  private mutating func pick(_ ids: [String], _ kind: EntityID.Kind) throws -> EntityID {
    try ids.randomElement(using: &random).map { try EntityID($0) } ?? EntityID.make(kind, random: 1)
  }

  private mutating func amount() -> Money {
    Money(cents: Int64.random(in: 1...150_00, using: &random))
  }

  private mutating func maybe() -> Money? {
    Bool.random(using: &random) ? amount() : nil
  }
}
