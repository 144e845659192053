import Practice
import PracticeEvents
import Projection

/// What the books remember of charges, payments and agreements, so that an event that only names one
/// knows its amounts. Each is a small row of its own.
enum LedgerMemory {
  static let charges = RowTable<LedgerCharge>("charges")
  static let payments = RowTable<LedgerPayment>("payments")
  static let packages = RowTable<LedgerPackage>("packages")
  /// By what may be taken back: write-off, adjudication, redeemed charge, deposit.
  static let undo = RowTable<LedgerUndo>("undo")
  static let coverages = RowTable<LedgerCoverage>("coverages")
  static let sessions = RowTable<LedgerSession>("sessions")

  static let tables = [
    charges.name, payments.name, packages.name, undo.name, coverages.name, sessions.name,
  ]

  static func key(_ id: String) -> RowKey { RowKey().adding(id) }
}

// MARK: Charges

extension RowWriter {
  mutating func remember(_ fact: SessionDelivered) throws {
    var session = LedgerSession()
    session.practitioner = fact.practitioner
    session.serviceClass = fact.serviceClass
    try set(session, in: LedgerMemory.sessions, at: LedgerMemory.key(fact.session))
  }

  mutating func remember(_ fact: CoverageAdded) throws {
    var coverage = LedgerCoverage()
    coverage.payer = fact.payer
    try set(coverage, in: LedgerMemory.coverages, at: LedgerMemory.key(fact.coverage))
  }

  mutating func post(_ fact: ChargePosted, of subject: SubjectID) throws -> [LedgerTransfer] {
    var charge = LedgerCharge()
    charge.amountCents = fact.amountCents
    charge.discountCents = fact.discountCents
    charge.taxCents = fact.taxCents
    charge.cpt = fact.cpt
    charge.units = fact.units
    charge.serviceOn = fact.serviceOn
    (charge.subjectHigh, charge.subjectLow) = (subject.high, subject.low)
    if !fact.session.isEmpty,
      let session = try row(in: LedgerMemory.sessions, at: LedgerMemory.key(fact.session))
    {
      charge.practitioner = session.practitioner
      charge.serviceClass = session.serviceClass
    }
    charge.taxTreatment = fact.salesTax.treatment
    charge.taxReview = !fact.salesTax.review.isEmpty
    let isInsured = fact.responsible == .insurance
    if isInsured {
      charge.payer =
        try row(in: LedgerMemory.coverages, at: LedgerMemory.key(fact.coverage))?.payer ?? ""
    }
    let (net, receivable) = (charge.netCents, isInsured ? LedgerAccount.insurers : .patients)
    let open = net &+ charge.taxCents
    (charge.insuranceOpenCents, charge.patientOpenCents) = isInsured ? (open, 0) : (0, open)
    try set(charge, in: LedgerMemory.charges, at: LedgerMemory.key(fact.charge))
    return [
      LedgerTransfer(receivable, .services, net, payer: charge.payer, charge: fact.charge),
      LedgerTransfer(.discounts, .services, fact.discountCents, charge: fact.charge),
      LedgerTransfer(
        receivable, .salesTax, fact.taxCents, payer: charge.payer, charge: fact.charge),
    ]
  }

  mutating func post(_ fact: NoShowFeeCharged, of subject: SubjectID) throws -> [LedgerTransfer] {
    var charge = LedgerCharge()
    charge.amountCents = fact.amountCents
    charge.patientOpenCents = fact.amountCents
    charge.serviceOn = fact.chargedOn
    charge.isFee = true
    (charge.subjectHigh, charge.subjectLow) = (subject.high, subject.low)
    try set(charge, in: LedgerMemory.charges, at: LedgerMemory.key(fact.charge))
    return [LedgerTransfer(.patients, .fees, fact.amountCents, charge: fact.charge)]
  }

  /// Takes the posting back: out of the insurer's part what is open there, the rest out of the
  /// patient's.
  mutating func void(_ id: String) throws -> [LedgerTransfer] {
    guard let charge = try charge(id), !charge.voided else { return [] }
    let insured = charge.insuranceOpenCents
    let revenue: LedgerAccount =
      charge.isOpening ? .openingBalances : charge.isFee ? .fees : .services
    try update(in: LedgerMemory.charges, at: LedgerMemory.key(id)) { (row: inout LedgerCharge) in
      (row.insuranceOpenCents, row.patientOpenCents, row.voided) = (0, 0, true)
    }
    return [
      LedgerTransfer(revenue, .insurers, insured, payer: charge.payer, charge: id),
      LedgerTransfer(revenue, .patients, charge.netCents &- insured, charge: id),
      LedgerTransfer(revenue, .discounts, charge.discountCents, charge: id),
      LedgerTransfer(.salesTax, .patients, charge.taxCents, charge: id),
    ]
  }

  mutating func waive(_ id: String) throws -> [LedgerTransfer] {
    guard let charge = try charge(id) else { return [] }
    try open(id, patient: 0 &- charge.patientOpenCents)
    return [LedgerTransfer(.courtesies, .patients, charge.patientOpenCents, charge: id)]
  }

  mutating func writeOff(_ fact: WriteOffPosted) throws -> [LedgerTransfer] {
    guard let charge = try charge(fact.charge) else { return [] }
    let isInsurers = fact.responsible == .insurance
    return try changeOpen(
      [
        LedgerTransfer(
          fact.kind.account, isInsurers ? .insurers : .patients, fact.amountCents,
          payer: charge.payer, charge: fact.charge)
      ], undo: fact.writeOff)
  }

  func charge(_ id: String) throws -> LedgerCharge? {
    try row(in: LedgerMemory.charges, at: LedgerMemory.key(id))
  }

  private mutating func open(_ id: String, insurance: Int64 = 0, patient: Int64 = 0) throws {
    try update(in: LedgerMemory.charges, at: LedgerMemory.key(id)) { (row: inout LedgerCharge) in
      row.insuranceOpenCents &+= insurance
      row.patientOpenCents &+= patient
    }
  }

  /// Carries transfers over to what is open on their charges.
  ///
  /// - Parameter key: under which they can be taken back, if they can.
  private mutating func changeOpen(
    _ transfers: [LedgerTransfer], undo key: String? = nil
  ) throws -> [LedgerTransfer] {
    for transfer in transfers where !transfer.charge.isEmpty {
      let insurance = transfer.change(of: .insurers)
      let patient = transfer.change(of: .patients)
      guard insurance != 0 || patient != 0 else { continue }
      try open(transfer.charge, insurance: insurance, patient: patient)
    }
    if let key {
      var undo = LedgerUndo()
      undo.transfers = transfers
      try set(undo, in: LedgerMemory.undo, at: LedgerMemory.key(key))
    }
    return transfers
  }

  /// The opposite of what was posted under a key; nothing the second time.
  mutating func takeBack(_ key: String) throws -> [LedgerTransfer] {
    let key = LedgerMemory.key(key)
    guard let undo = try row(in: LedgerMemory.undo, at: key) else { return [] }
    try remove(in: LedgerMemory.undo, at: key)
    return try changeOpen(undo.transfers.map(\.reversed))
  }
}

extension LedgerCharge {
  /// What was charged after the discount, before tax.
  public var netCents: Int64 { amountCents &- discountCents }
  public var subject: SubjectID { SubjectID(high: subjectHigh, low: subjectLow) }
}

// MARK: Claims

extension RowWriter {
  /// A claim to another insurer than before takes what is open with it along.
  mutating func submit(_ fact: ClaimSubmitted) throws -> [LedgerTransfer] {
    guard fact.frequencyCode != 8, !fact.payer.isEmpty else { return [] }
    var moves: [LedgerTransfer] = []
    for line in fact.lines {
      guard let charge = try charge(line.charge), charge.payer != fact.payer else { continue }
      var transfer = LedgerTransfer(
        .insurers, .insurers, charge.insuranceOpenCents, payer: fact.payer, charge: line.charge)
      transfer.creditPayer = charge.payer
      moves.append(transfer)
      try update(in: LedgerMemory.charges, at: LedgerMemory.key(line.charge)) {
        (row: inout LedgerCharge) in row.payer = fact.payer
      }
    }
    return moves
  }

  mutating func adjudicate(_ fact: ClaimAdjudicated) throws -> [LedgerTransfer] {
    var moves: [LedgerTransfer] = []
    for line in fact.lines {
      guard let payer = try charge(line.charge)?.payer else { continue }
      let effect = fact.effect(on: line)
      for (account, cents) in [
        (LedgerAccount.insurancePayments, effect.paid), (.contractual, effect.adjusted),
        (.patients, effect.toPatient),
      ] where cents != 0 {
        moves.append(
          LedgerTransfer(account, .insurers, cents, payer: payer, charge: line.charge))
      }
    }
    return try changeOpen(moves, undo: fact.adjudication)
  }

  /// The payer that took its answer back owes the charges again, whoever did meanwhile.
  mutating func takeBack(_ fact: ClaimReversed) throws -> [LedgerTransfer] {
    let moves = try takeBack(fact.adjudication)
    for move in moves where move.debit == LedgerAccount.insurers.rawValue {
      try owe(move.charge, to: move.debitPayer)
    }
    return moves
  }

  private mutating func owe(_ id: String, to payer: String) throws {
    guard let charge = try charge(id), charge.payer != payer else { return }
    try update(in: LedgerMemory.charges, at: LedgerMemory.key(id)) { (row: inout LedgerCharge) in
      row.payer = payer
    }
  }

  /// What is open changes sides, or goes to another payer.
  mutating func transfer(_ fact: BalanceTransferred) throws -> [LedgerTransfer] {
    guard let charge = try charge(fact.charge) else { return [] }
    let next =
      try row(in: LedgerMemory.coverages, at: LedgerMemory.key(fact.toCoverage))?.payer ?? ""
    let (from, to) = (fact.from.receivable, fact.to.receivable)
    var transfer = LedgerTransfer(to, from, fact.amountCents, charge: fact.charge)
    if to == .insurers { transfer.debitPayer = next }
    if from == .insurers { transfer.creditPayer = charge.payer }
    if to == .insurers { try owe(fact.charge, to: next) }
    return try changeOpen([transfer])
  }

  /// The payment, and what it was reduced (or, below zero, raised) by, make up what its claims paid.
  mutating func receive(
    _ fact: RemittanceReceived, payer: String
  ) throws -> [LedgerTransfer] {
    var undo = LedgerUndo()
    undo.transfers =
      [LedgerTransfer(.bank, .insurancePayments, fact.amountCents, payer: payer)]
      + fact.providerLevelAdjustments.map {
        LedgerTransfer($0.account, .insurancePayments, $0.amountCents, payer: payer)
      }
    try set(undo, in: LedgerMemory.undo, at: LedgerMemory.key(fact.remittance))
    return undo.transfers
  }

  /// Where an adjustment belongs, now that its purpose is known. What was kept back for a claim of
  /// ours settles the claim's reversal; what is carried forward waits for the other advice.
  mutating func resolve(_ fact: ProviderAdjustmentResolved) throws -> [LedgerTransfer] {
    let key = LedgerMemory.key(fact.remittance)
    guard var undo = try row(in: LedgerMemory.undo, at: key),
      undo.transfers.indices.dropFirst().contains(Int(fact.number)),
      let target = fact.settlement.account
    else { return [] }
    let index = Int(fact.number)
    let posted = undo.transfers[index]
    // The other side of an adjustment is always 1115; one below zero stands the other way round.
    let isReduction = posted.credit == LedgerAccount.insurancePayments.rawValue
    let (account, payer) =
      isReduction ? (posted.debit, posted.creditPayer) : (posted.credit, posted.debitPayer)
    guard let present = LedgerAccount(rawValue: account), present != target,
      present != .interest
    else { return [] }
    let cents = isReduction ? posted.cents : 0 &- posted.cents
    undo.transfers[index] = LedgerTransfer(target, .insurancePayments, cents, payer: payer)
    try set(undo, in: LedgerMemory.undo, at: key)
    return [LedgerTransfer(target, present, cents, payer: payer)]
  }
}

extension Responsible {
  fileprivate var receivable: LedgerAccount { self == .insurance ? .insurers : .patients }
}

// MARK: Payments

extension RowWriter {
  mutating func receive(_ fact: PaymentReceived, of subject: SubjectID) throws -> [LedgerTransfer] {
    var payment = LedgerPayment()
    payment.amountCents = fact.amountCents
    payment.method = fact.method
    payment.receivedOn = fact.receivedOn
    payment.till = fact.till
    payment.unappliedCents = fact.amountCents
    (payment.subjectHigh, payment.subjectLow) = (subject.high, subject.low)
    try set(payment, in: LedgerMemory.payments, at: LedgerMemory.key(fact.payment))
    return [LedgerTransfer(fact.method.account, .credits, fact.amountCents)]
  }

  func payment(_ id: String) throws -> LedgerPayment? {
    try row(in: LedgerMemory.payments, at: LedgerMemory.key(id))
  }

  mutating func spend(_ cents: Int64, of id: String) throws {
    try update(in: LedgerMemory.payments, at: LedgerMemory.key(id)) { (row: inout LedgerPayment) in
      row.unappliedCents &-= cents
    }
  }

  mutating func apply(
    _ cents: Int64, _ payment: String, _ charge: String
  ) throws -> [LedgerTransfer] {
    guard try self.payment(payment) != nil, try self.charge(charge) != nil else { return [] }
    try spend(cents, of: payment)
    try open(charge, patient: 0 &- cents)
    return [LedgerTransfer(.credits, .patients, cents, charge: charge)]
  }

  /// A check that had been deposited is taken off the bank account. Cash of a till that was counted
  /// since was found short then, which is now explained.
  mutating func reverse(_ fact: PaymentReversed) throws -> [LedgerTransfer] {
    guard let payment = try payment(fact.payment), !payment.reversed else { return [] }
    try spend(payment.amountCents, of: fact.payment)
    try update(in: LedgerMemory.payments, at: LedgerMemory.key(fact.payment)) {
      (row: inout LedgerPayment) in row.reversed = true
    }
    let account: LedgerAccount =
      if payment.deposited {
        .bank
      } else if payment.isOpening {
        .openingBalances
      } else if payment.method == .cash, fact.till.isEmpty, try isTillClosed(on: payment) {
        .cashOverShort
      } else {
        payment.method.account
      }
    return [LedgerTransfer(.credits, account, payment.amountCents)]
  }

  private func isTillClosed(on payment: LedgerPayment) throws -> Bool {
    try row(in: LedgerProjector.tills, at: LedgerProjector.key(payment.receivedOn, payment.till))?
      .isClosed == true
  }

  mutating func refund(_ fact: RefundIssued) throws -> [LedgerTransfer] {
    guard try payment(fact.payment) != nil else { return [] }
    try spend(fact.amountCents, of: fact.payment)
    return [LedgerTransfer(.credits, fact.method.refundAccount, fact.amountCents)]
  }
}

// MARK: From other patients, and from earlier books

extension RowWriter {
  mutating func receive(
    _ fact: CreditTransferReceived, of subject: SubjectID
  ) throws -> [LedgerTransfer] {
    var payment = LedgerPayment()
    payment.amountCents = fact.amountCents
    payment.method = fact.method
    payment.receivedOn = fact.receivedOn
    payment.unappliedCents = fact.amountCents
    (payment.subjectHigh, payment.subjectLow) = (subject.high, subject.low)
    try set(payment, in: LedgerMemory.payments, at: LedgerMemory.key(fact.payment))
    return [LedgerTransfer(.betweenPatients, .credits, fact.amountCents)]
  }

  mutating func passOn(_ fact: CreditTransferred) throws -> [LedgerTransfer] {
    guard try payment(fact.payment) != nil else { return [] }
    try spend(fact.amountCents, of: fact.payment)
    return [LedgerTransfer(.credits, .betweenPatients, fact.amountCents)]
  }

  mutating func open(
    _ fact: OpeningBalanceRecorded, of subject: SubjectID
  ) throws -> [LedgerTransfer] {
    var moves: [LedgerTransfer] = []
    if !fact.charge.isEmpty {
      var charge = LedgerCharge()
      charge.amountCents = fact.patientOwesCents
      charge.patientOpenCents = fact.patientOwesCents
      charge.serviceOn = fact.asOfOn
      charge.isOpening = true
      (charge.subjectHigh, charge.subjectLow) = (subject.high, subject.low)
      try set(charge, in: LedgerMemory.charges, at: LedgerMemory.key(fact.charge))
      moves.append(
        LedgerTransfer(.patients, .openingBalances, fact.patientOwesCents, charge: fact.charge))
    }
    if !fact.payment.isEmpty {
      var payment = LedgerPayment()
      payment.amountCents = fact.creditCents
      payment.receivedOn = fact.asOfOn
      payment.unappliedCents = fact.creditCents
      payment.isOpening = true
      (payment.subjectHigh, payment.subjectLow) = (subject.high, subject.low)
      try set(payment, in: LedgerMemory.payments, at: LedgerMemory.key(fact.payment))
      moves.append(LedgerTransfer(.openingBalances, .credits, fact.creditCents))
    }
    return moves
  }
}

// MARK: Packages

extension RowWriter {
  mutating func sell(_ fact: PackageSold, of subject: SubjectID) throws -> [LedgerTransfer] {
    var package = LedgerPackage()
    package.deferredCents = fact.priceCents
    package.soldOn = fact.soldOn
    (package.subjectHigh, package.subjectLow) = (subject.high, subject.low)
    try set(package, in: LedgerMemory.packages, at: LedgerMemory.key(fact.package))
    guard try payment(fact.payment) != nil else {
      return [LedgerTransfer(.openingBalances, .packages, fact.priceCents)]
    }
    try spend(fact.priceCents, of: fact.payment)
    return [LedgerTransfer(.credits, .packages, fact.priceCents)]
  }

  /// Earns a prepaid session; what the charge was more is the package's discount.
  mutating func redeem(_ fact: PackageRedeemed) throws -> [LedgerTransfer] {
    let key = LedgerMemory.key(fact.charge)
    guard try charge(fact.charge) != nil, try row(in: LedgerMemory.undo, at: key) == nil else {
      return []
    }
    let moves = try changeOpen(
      [
        LedgerTransfer(.packages, .patients, fact.valueCents, charge: fact.charge),
        LedgerTransfer(.discounts, .patients, fact.discountCents, charge: fact.charge),
      ], undo: fact.charge)
    try update(in: LedgerMemory.undo, at: key) { (row: inout LedgerUndo) in
      row.package = fact.package
    }
    try earn(fact.valueCents, of: fact.package)
    return moves
  }

  mutating func takeBack(_ fact: PackageRedemptionReversed) throws -> [LedgerTransfer] {
    let undo = try row(in: LedgerMemory.undo, at: LedgerMemory.key(fact.charge))
    guard let undo, undo.package == fact.package else { return [] }
    let moves = try takeBack(fact.charge)
    try earn(0 &- moves.reduce(0) { $0 &- $1.change(of: .packages) }, of: fact.package)
    return moves
  }

  /// Value left = paid out and forfeited.
  mutating func refund(_ fact: PackageRefunded) throws -> [LedgerTransfer] {
    try earn(fact.amountCents &+ fact.forfeitedCents, of: fact.package)
    return [
      LedgerTransfer(.packages, fact.method.refundAccount, fact.amountCents),
      LedgerTransfer(.packages, .breakage, fact.forfeitedCents),
    ]
  }

  mutating func forfeit(_ fact: BreakageRecognized) throws -> [LedgerTransfer] {
    try earn(fact.amountCents, of: fact.package)
    return [LedgerTransfer(.packages, .breakage, fact.amountCents)]
  }

  mutating func receive(
    _ fact: PackageTransferReceived, of subject: SubjectID
  ) throws -> [LedgerTransfer] {
    var package = LedgerPackage()
    package.deferredCents = fact.valueCents
    package.soldOn = fact.receivedOn
    (package.subjectHigh, package.subjectLow) = (subject.high, subject.low)
    try set(package, in: LedgerMemory.packages, at: LedgerMemory.key(fact.package))
    return [LedgerTransfer(.betweenPatients, .packages, fact.valueCents)]
  }

  mutating func passOn(_ fact: PackageTransferred) throws -> [LedgerTransfer] {
    try earn(fact.valueCents, of: fact.package)
    return [LedgerTransfer(.packages, .betweenPatients, fact.valueCents)]
  }

  mutating func earn(_ cents: Int64, of id: String) throws {
    let key = LedgerMemory.key(id)
    guard try row(in: LedgerMemory.packages, at: key) != nil else { return }
    try update(in: LedgerMemory.packages, at: key) { (row: inout LedgerPackage) in
      row.deferredCents &-= cents
    }
  }
}

// MARK: Deposits

extension RowWriter {
  mutating func deposit(_ fact: DepositMade) throws -> [LedgerTransfer] {
    var undo = LedgerUndo()
    undo.payments = fact.parts.flatMap(\.payments)
    undo.transfers = fact.parts.flatMap { part in
      [
        LedgerTransfer(.bank, part.source.account, part.amountCents &- part.feeCents),
        LedgerTransfer(.cardFees, part.source.account, part.feeCents),
      ]
    }
    try set(undo, in: LedgerMemory.undo, at: LedgerMemory.key(fact.deposit))
    try mark(undo.payments, deposited: true)
    return undo.transfers
  }

  mutating func takeBackDeposit(_ id: String) throws -> [LedgerTransfer] {
    guard let undo = try row(in: LedgerMemory.undo, at: LedgerMemory.key(id)) else { return [] }
    try mark(undo.payments, deposited: false)
    return try takeBack(id)
  }

  private mutating func mark(_ payments: [String], deposited: Bool) throws {
    for id in payments where try payment(id) != nil {
      try update(in: LedgerMemory.payments, at: LedgerMemory.key(id)) {
        (row: inout LedgerPayment) in row.deposited = deposited
      }
    }
  }
}

extension LedgerPayment {
  public var subject: SubjectID { SubjectID(high: subjectHigh, low: subjectLow) }
}
