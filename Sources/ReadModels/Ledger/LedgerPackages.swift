import Practice
import PracticeEvents
import Projection

// What was sold in advance.

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
