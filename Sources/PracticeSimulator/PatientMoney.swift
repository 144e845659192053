import Practice
import PracticeEvents

extension World {
  mutating func postCharges(_ number: Int) throws {
    let visit = visits[number]
    guard let session = visit.session else { return }
    let staff = therapists[visit.slot.therapist].staff
    let facts = try give(
      PostCharge(session: session), by: staff)
    let charges = (facts ?? []).compactMap { fact -> ChargePosted? in
      if case .chargePosted(let charge) = fact.event.fact { charge } else { nil }
    }
    guard let first = charges.first else { return }
    if first.responsible == .insurance {
      claimQueue.append((visit.patient, session, try charges.map { try EntityID($0.charge) }))
    } else {
      try settle(visit, session)
    }
  }

  /// A visit that the patient pays: with a package, at the desk, or later.
  private mutating func settle(_ visit: Visit, _ session: EntityID) throws {
    let index = visit.patient
    let patient = patients[index]
    if patient.buysPackages, !patient.onSlidingScale, visit.service == "med60" {
      if patients[index].package == nil { try sellPackage(index) }
      if let package = patients[index].package {
        let facts = try give(
          RedeemPackage(package: package, session: session), by: .frontDesk)
        if facts != nil { return }
        patients[index].package = nil
      }
    }
    if random.chance(patient.reliability) { plan(.deskPayment(index), inMinutes: 1...10) }
  }

  mutating func sellPackage(_ index: Int) throws {
    let package = id(.package)
    let facts = try give(
      SellPackage(
        patient: SubjectReference(patients[index].mrn), offer: "ten-med60", method: .card,
        reference: random.digits(4), till: drawer.till, package: package), by: .frontDesk)
    if facts != nil { patients[index].package = package }
  }

  mutating func settleAtDesk(_ index: Int) throws {
    let owed = account(index).receivableCents.patient
    guard owed > 0 else { return }
    let patient = patients[index]
    try takePayment(index, cents: owed, method: patient.method)
  }

  private mutating func takePayment(_ index: Int, cents: Int64, method: PaymentMethodChoice) throws
  {
    let payment = id(.payment)
    let facts = try give(
      TakePayment(
        patient: SubjectReference(patients[index].mrn), amount: Money(cents: cents), method: method,
        reference: method == .cash ? nil : random.digits(4), till: drawer.till, apply: .oldest,
        payment: payment), by: random.chance(0.6) ? .frontDesk : .secondDesk)
    guard facts != nil else { return }
    if method == .check, random.chance(0.05) { try plan(.bounce(payment), inDays: 3...8) }
  }

  /// Pays what the last statement said.
  mutating func payBalance(_ index: Int) throws {
    let owed = account(index).receivableCents.patient
    guard owed > 0 else { return }
    let part = owed > 20_000 && random.chance(0.25) ? owed / 2 : owed
    try takePayment(
      index, cents: part, method: random.chance(0.3) ? .check : patients[index].method)
  }

  mutating func bounce(_ payment: EntityID) throws {
    try give(
      ReversePayment(payment: payment), by: .biller,
      reason: "returned by the bank: insufficient funds")
  }

  mutating func refundCredit(_ index: Int) throws {
    let payments = account(index).payments.values
      .filter { $0.unappliedCents > 0 && !$0.reversed }
      .sorted { $0.received.payment < $1.received.payment }
    guard let payment = payments.first else { return }
    try give(
      RefundPayment(
        payment: try EntityID(payment.received.payment),
        amount: Money(cents: payment.unappliedCents), till: drawer.till), by: .biller)
  }

  mutating func payInstalment(_ index: Int) throws {
    guard let plan = patients[index].paymentPlan,
      let open = account(index).paymentPlans[plan.description]?.nextInstalment
    else { return }
    let due = try CivilDate(compact: open.dueOn)
    if random.chance(0.2) {
      // It does not come; noted when the days of grace are over.
      if due.adding(days: 12) < today {
        try give(
          RecordMissedInstalment(paymentPlan: plan), by: .biller)
      }
      try self.plan(.instalment(index), inDays: 14...18)
    } else {
      try give(
        PayInstalment(paymentPlan: plan, method: .card, reference: random.digits(4)), by: .frontDesk
      )
      try self.plan(.instalment(index), inDays: 28...33)
    }
  }

  /// The month's books: statements, credits, old debts; then the month before is closed.
  mutating func closeMonth() throws {
    for index in patients.indices
    where patients[index].isRegistered && patients[index].persona?.way == nil {
      let account = account(index)
      let owed = account.receivableCents.patient
      if account.unappliedCents > 0 { try useCredit(index, account) }
      if owed > 0 { try collect(index, owed) }
      try issueSuperbill(index)
    }
    try giveUpOldClaims()
    try correct()
    let last = today.startOfMonth.adding(days: -1)
    try give(
      ClosePeriod(month: last.year * 100 + last.month), by: .biller)
  }

  /// Credit goes to what is open; what is left after the treatment is given back.
  private mutating func useCredit(_ index: Int, _ account: AccountState) throws {
    let payment = account.payments.values.filter { $0.unappliedCents > 0 && !$0.reversed }
      .min { $0.received.payment < $1.received.payment }
    let charge = account.charges.values
      .filter { $0.patientOpenCents > 0 && !$0.isFee }
      .min { ($0.serviceOn, $0.charge) < ($1.serviceOn, $1.charge) }
    if let payment, let charge {
      try give(
        ApplyPayment(
          payment: try EntityID(payment.received.payment), charge: try EntityID(charge.charge)),
        by: .biller)
    } else if !patients[index].isInCare, random.chance(0.5) {
      try plan(.refund(index), inDays: 1...9)
    }
  }

  private mutating func collect(_ index: Int, _ owed: Int64) throws {
    let patient = patients[index]
    if owed < 500 {
      return try writeOff(index, kind: .smallBalance, before: today)
    }
    if random.chance(patient.reliability) {
      return try plan(.payment(index), inDays: 3...25)
    }
    if owed > 20_000, patient.paymentPlan == nil, random.chance(0.4) {
      let agreement = id(.paymentPlan)
      let facts = try give(
        AgreePaymentPlan(
          patient: SubjectReference(patient.mrn), instalments: random.int(3...6),
          firstDue: today.adding(days: 10), paymentPlan: agreement), by: .frontDesk)
      if facts != nil {
        patients[index].paymentPlan = agreement
        try plan(.instalment(index), inDays: 8...14)
      }
    } else if random.chance(0.25) {
      try writeOff(index, kind: .badDebt, before: today.adding(days: -200))
    }
  }

  private mutating func writeOff(_ index: Int, kind: WriteOffChoice, before: CivilDate) throws {
    let charges = account(index).charges.values
      .filter { $0.patientOpenCents > 0 && $0.serviceOn < before.compact }
      .sorted { $0.charge < $1.charge }
    for charge in charges {
      let writeOff = id(.writeOff)
      try give(
        WriteOffCharge(charge: try EntityID(charge.charge), kind: kind, writeOff: writeOff),
        by: .biller, reason: "not worth collecting")
      if random.chance(0.03) {
        try give(
          ReverseWriteOff(writeOff: writeOff), by: .biller,
          reason: "the patient called and will pay")
      }
    }
  }

  private mutating func issueSuperbill(_ index: Int) throws {
    let patient = patients[index]
    guard patient.wantsSuperbills, !patient.unbilledSessions.isEmpty else { return }
    let state = state(index)
    let ready = patient.unbilledSessions.filter { session in
      guard let found = state.care.sessions[session.description] else { return false }
      return !found.voided && !found.note.isEmpty
        && !state.account.standingCharges(ofSession: session.description).isEmpty
    }
    guard !ready.isEmpty else { return }
    try give(
      IssueSuperbill(sessions: ready), by: .biller)
    patients[index].unbilledSessions.removeAll { ready.contains($0) }
  }
}
