import PracticeEvents

/// What a statement says: what moved the patient's own balance, with the balance after it.
///
/// A line's charges less adjustments, insurance and payments is the change of the balance. What an
/// insurer is still to answer for is no part of it; a charge stands on the statement once the insurer
/// has answered. A prepaid session that is used takes its charge off: the money came with the package,
/// so that "paid" is what the patient paid.
struct StatementDraft {
  private(set) var lines: [StatementIssued.Line] = []
  private(set) var previous: Int64 = 0
  private(set) var balance: Int64 = 0

  init(
    _ history: [RecordedFact], _ state: PatientState, _ clinic: ClinicState,
    from: CivilDate, through: CivilDate
  ) {
    var account = AccountState()
    var before = OwnSums()
    var all: [(position: UInt64, line: StatementIssued.Line)] = []
    for recorded in history {
      guard let fact = recorded.event.fact else { continue }
      account.apply(recorded)
      let after = OwnSums(account)
      defer { before = after }
      guard after != before else { continue }
      var line = after.line(since: before)
      line.on = recorded.event.effectiveOn
      line.what = fact.statementText(on: line.on, account, state, clinic)
      all.append((recorded.position, line))
    }
    all.sort { ($0.line.on, $0.position) < ($1.line.on, $1.position) }
    for (_, line) in all where line.on < from.compact { previous &+= line.change }
    balance = previous
    for (_, line) in all where (from.compact...through.compact).contains(line.on) {
      var line = line
      balance &+= line.change
      line.balanceCents = balance
      lines.append(line)
    }
  }
}

extension StatementIssued.Line {
  fileprivate var change: Int64 {
    chargedCents &- adjustedCents &- insurancePaidCents &- patientPaidCents
  }
}

/// Sums over an account from the patient's side.
private struct OwnSums: Equatable {
  var balance: Int64 = 0
  var adjusted: Int64 = 0
  var insurance: Int64 = 0
  var paid: Int64 = 0

  init() {}

  init(_ account: AccountState) {
    for charge in account.charges.values {
      balance &+= charge.patientOpenCents
      adjusted &+= charge.adjustedCents &+ charge.writtenOffCents
      adjusted &+= charge.voided ? 0 : charge.discountCents
      insurance &+= charge.insurancePaidCents
    }
    for payment in account.payments.values {
      balance &-= payment.unappliedCents
      let received = payment.reversed ? 0 : payment.received.amountCents
      paid &+= received &- payment.refundedCents &- payment.transferredCents
    }
    for redeemed in account.packages.values.flatMap(\.redeemed.values) {
      adjusted &+= redeemed.discountCents &+ redeemed.valueCents
    }
  }

  func line(since before: OwnSums) -> StatementIssued.Line {
    var line = StatementIssued.Line()
    line.adjustedCents = adjusted &- before.adjusted
    line.insurancePaidCents = insurance &- before.insurance
    line.patientPaidCents = paid &- before.paid
    line.chargedCents =
      (balance &- before.balance) &+ line.adjustedCents &+ line.insurancePaidCents
      &+ line.patientPaidCents
    return line
  }
}

extension Fact {
  /// For the patient: without identifiers.
  fileprivate func statementText(
    on booked: Int32, _ account: AccountState, _ state: PatientState, _ clinic: ClinicState
  ) -> String {
    func service(_ id: String) -> String {
      account.charges[id].map { state.serviceName(of: $0, clinic) } ?? "service"
    }
    // The day of service, where it is not the day on which the line counts.
    func day(_ id: String) -> String {
      guard let charge = account.charges[id], charge.serviceOn != booked,
        let date = charge.serviceOn.civilDate
      else { return "" }
      return " of \(date.month)/\(date.day)/\(date.year)"
    }
    switch self {
    case .chargePosted(let fact):
      return "\(service(fact.charge))\(day(fact.charge)), \(fact.cpt) × \(fact.units)"
        + (fact.taxCents > 0 ? ", with sales tax" : "")
    case .chargeVoided(let fact): return "Charge\(day(fact.charge)) taken back"
    case .noShowFeeCharged(let fact):
      return fact.lateCancellation ? "Fee for a late cancellation" : "Fee for a missed visit"
    case .feeWaived: return "Fee waived"
    case .claimAdjudicated(let fact):
      let days = Set(fact.lines.map { day($0.charge) }).sorted()
      return "Insurance answered for the service" + (days.count == 1 ? days[0] : "s billed")
    case .claimReversed: return "Insurance took its answer back"
    case .paymentReceived(let fact): return "Payment, \(fact.method.word). Thank you"
    case .paymentReversed: return "Payment returned by the bank"
    case .refundIssued: return "Refund to you"
    case .creditTransferred: return "Credit given to another patient, as you asked"
    case .creditTransferReceived: return "Credit from another patient"
    case .openingBalanceRecorded: return "Balance of our earlier books"
    case .packageSold(let fact): return "Package: \(fact.name), \(fact.sessions) sessions"
    case .packageRedeemed(let fact): return "Prepaid session used\(day(fact.charge))"
    case .packageRedemptionReversed(let fact):
      return "Prepaid session given back\(day(fact.charge))"
    case .packageRefunded(let fact): return "Package refunded, \(fact.sessions) sessions"
    case .writeOffPosted(let fact): return "Reduction\(day(fact.charge))"
    case .writeOffReversed: return "Reduction taken back"
    default: return "Correction"
    }
  }
}

extension PatientState {
  /// What a charge is for, as the clinic's catalogue names it.
  public func serviceName(of charge: AccountState.Charge, _ clinic: ClinicState) -> String {
    if charge.isOpening { return "Balance of earlier books" }
    if charge.isFee { return "Fee for a missed visit" }
    let session = care.sessions[charge.session]?.delivered
    let booked = session.flatMap { schedule.appointments[$0.appointment]?.service } ?? ""
    if let name = clinic.service(booked)?.name, !name.isEmpty { return name }
    let code = try? ProcedureCode(charge.cpt)
    return code.flatMap(ProcedureFacts.of)?.label ?? "Massage"
  }

  /// Who treated; nil for a fee.
  public func practitioner(of charge: AccountState.Charge) -> SubjectID? {
    (care.sessions[charge.session]?.delivered.practitioner).flatMap { try? SubjectID($0) }
  }
}

extension PaymentMethod {
  /// How a patient would say it.
  public var word: String {
    switch self {
    case .cash: "cash"
    case .card: "card"
    case .check: "check"
    case .hsa: "HSA card"
    case .fsa: "FSA card"
    case .ach: "bank transfer"
    case .giftCard: "gift card"
    case .external: "other"
    case .unspecified, .UNRECOGNIZED: "not stated"
    }
  }
}
