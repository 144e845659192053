import Practice
import PracticeEvents
import Projection

// What payers decided, paid and kept back.

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
