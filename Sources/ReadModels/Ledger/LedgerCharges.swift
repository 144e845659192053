import Practice
import PracticeEvents
import Projection

// What was charged, voided, waived and written off.

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
    try addOpen(id, patient: 0 &- charge.patientOpenCents)
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

  mutating func addOpen(_ id: String, insurance: Int64 = 0, patient: Int64 = 0) throws {
    try update(in: LedgerMemory.charges, at: LedgerMemory.key(id)) { (row: inout LedgerCharge) in
      row.insuranceOpenCents &+= insurance
      row.patientOpenCents &+= patient
    }
  }

  /// Carries transfers over to what is open on their charges.
  ///
  /// - Parameter key: under which they can be taken back, if they can.
  mutating func changeOpen(
    _ transfers: [LedgerTransfer], undo key: String? = nil
  ) throws -> [LedgerTransfer] {
    for transfer in transfers where !transfer.charge.isEmpty {
      let insurance = transfer.change(of: .insurers)
      let patient = transfer.change(of: .patients)
      guard insurance != 0 || patient != 0 else { continue }
      try addOpen(transfer.charge, insurance: insurance, patient: patient)
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
