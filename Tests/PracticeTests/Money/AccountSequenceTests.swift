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
      let naive = NaiveLedger(walk.clinic.history)
      for (id, charge) in account.charges {
        #expect(charge.insuranceOpenCents == naive.insurer[id], "seed \(seed), step \(step), \(id)")
        #expect(charge.patientOpenCents == naive.patient[id], "seed \(seed), step \(step), \(id)")
      }
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
    // On the payer's or the clinic's stream.
    let advices: Set<PracticeEvent.Kind> = [
      .remittanceReceived, .remittanceExceptionRecorded, .remittanceExceptionResolved,
      .providerAdjustmentResolved, .payerRefundIssued, .claimBatchSent,
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

/// What is open on each charge, added up from the events as an accountant would on paper: nothing of
/// the folded state is used. What a payer marked CO, PI or OA never reaches the patient's column.
private struct NaiveLedger {
  private(set) var insurer: [String: Int64] = [:]
  private(set) var patient: [String: Int64] = [:]

  init(_ history: [RecordedFact]) {
    var answers: [String: ClaimAdjudicated] = [:]
    var writeOffs: [String: WriteOffPosted] = [:]
    var redeemed: [String: PackageRedeemed] = [:]
    for recorded in history {
      switch recorded.event.fact {
      case .chargePosted(let fact):
        let amount = fact.amountCents - fact.discountCents + fact.taxCents
        insurer[fact.charge] = fact.responsible == .insurance ? amount : 0
        patient[fact.charge] = fact.responsible == .insurance ? 0 : amount
      case .chargeVoided(let fact):
        insurer[fact.charge] = 0
        patient[fact.charge] = 0
      case .claimAdjudicated(let fact):
        answers[fact.adjudication] = fact
        move(fact, 1)
      case .claimReversed(let fact):
        if let answer = answers.removeValue(forKey: fact.adjudication) { move(answer, -1) }
      case .balanceTransferred(let fact):
        if fact.from == .patient {
          patient[fact.charge, default: 0] -= fact.amountCents
        } else {
          insurer[fact.charge, default: 0] -= fact.amountCents
        }
        if fact.to == .patient {
          patient[fact.charge, default: 0] += fact.amountCents
        } else {
          insurer[fact.charge, default: 0] += fact.amountCents
        }
      case .paymentApplied(let fact): patient[fact.charge, default: 0] -= fact.amountCents
      case .paymentUnapplied(let fact): patient[fact.charge, default: 0] += fact.amountCents
      case .writeOffPosted(let fact):
        writeOffs[fact.writeOff] = fact
        write(fact, 1)
      case .writeOffReversed(let fact):
        if let posted = writeOffs.removeValue(forKey: fact.writeOff) { write(posted, -1) }
      case .packageRedeemed(let fact):
        redeemed[fact.charge] = fact
        patient[fact.charge, default: 0] -= fact.valueCents + fact.discountCents
      case .packageRedemptionReversed(let fact):
        if let was = redeemed.removeValue(forKey: fact.charge) {
          patient[fact.charge, default: 0] += was.valueCents + was.discountCents
        }
      default: break
      }
    }
  }

  /// A line denied outright for one of these leaves everything where it is.
  private static let workable: Set<String> = [
    "4", "11", "16", "22", "29", "31", "50", "109", "197", "198", "252",
  ]

  private mutating func move(_ answer: ClaimAdjudicated, _ sign: Int64) {
    for line in answer.lines {
      let isWorkable = line.adjustments.contains {
        $0.group != .pr && Self.workable.contains($0.carc)
      }
      if line.paidCents == 0, isWorkable { continue }
      var (toPatient, gone) = (Int64(0), line.paidCents - line.priorSettledCents)
      for adjustment in line.adjustments {
        switch adjustment.group {
        case .pr: toPatient += adjustment.amountCents
        default: gone += adjustment.amountCents
        }
      }
      insurer[line.charge, default: 0] -= sign * (toPatient + gone)
      patient[line.charge, default: 0] += sign * toPatient
    }
  }

  private mutating func write(_ fact: WriteOffPosted, _ sign: Int64) {
    if fact.responsible == .insurance {
      insurer[fact.charge, default: 0] -= sign * fact.amountCents
    } else {
      patient[fact.charge, default: 0] -= sign * fact.amountCents
    }
  }
}

/// Commands chosen at random among what the account holds, valid and invalid.
private struct RandomWalk {
  var clinic: AccountScenario
  private(set) var accepted = 0
  private(set) var refused = 0
  private let second: EntityID
  private var random: IdentifierSource

  init(seed: UInt64) throws {
    random = IdentifierSource(seed: UUIDKey(high: seed, low: seed))
    let payers = try TwoPayers()
    clinic = payers.clinic
    second = payers.second
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
    switch Int.random(in: 0..<27, using: &random) {
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
    case 19, 20: try clinic.record(BillNextPayer(claim: claim))
    case 21: try correct(TransferBalance(charge: charge, to: .patient))
    case 22: try correct(TransferBalance(charge: charge, to: .insurance, coverage: second))
    case 23: try correct(HoldClaim(charges: [charge]))
    case 24: try clinic.record(ReleaseClaim(claim: claim, drop: Bool.random(using: &random)))
    case 25: try adjudicate(claim)
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
      if line.priorSettledCents > 0 { return try coordinated(line) }
      if Int.random(in: 0..<6, using: &random) == 0 {
        return LineAnswer(
          charge: try EntityID(line.charge), paid: .zero,
          adjustments: [
            LineAdjustment(group: .co, carc: "197", amount: Money(cents: line.chargeCents))
          ])
      }
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

  /// What a further payer says: OA-23 for what was settled, or up to that more of its own.
  private mutating func coordinated(_ line: ClaimSubmitted.Line) throws -> LineAnswer {
    let settled = line.priorSettledCents - Int64.random(in: 0...500, using: &random)
    let left = max(0, line.chargeCents - settled)
    let paid = Int64.random(in: 0...left, using: &random)
    return LineAnswer(
      charge: try EntityID(line.charge), paid: Money(cents: paid),
      adjustments: [
        LineAdjustment(group: .oa, carc: "23", amount: Money(cents: line.chargeCents - left)),
        LineAdjustment(
          group: Bool.random(using: &random) ? .pr : .co, carc: "45",
          amount: Money(cents: left - paid)),
      ])
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
