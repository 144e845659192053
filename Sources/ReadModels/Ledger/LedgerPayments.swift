import Practice
import PracticeEvents
import Projection

// What patients paid, where it went, and what earlier books or other patients brought.

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
    try addOpen(charge, patient: 0 &- cents)
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
