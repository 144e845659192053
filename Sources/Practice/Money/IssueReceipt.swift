import PracticeEvents

/// Gives a patient a receipt for a health account or for the records.
public struct IssueReceipt: Command {
  public static let name = "issue-receipt"
  public static let summary =
    "Issues an itemised receipt by date of service, as HSA and FSA ask for."
  public static let help = [
    "patient": "MRN or id", "from": "first day of service; all by default",
    "through": "last day of service; today by default",
    "payment": "only what this payment was used for",
  ]
  public static let roles: Set<Role> = [.frontDesk, .biller]

  public var patient: SubjectReference
  public var from: CivilDate?
  public var through: CivilDate?
  public var payment: EntityID?
  public var receipt: EntityID?

  public init(
    patient: SubjectReference, from: CivilDate? = nil, through: CivilDate? = nil,
    payment: EntityID? = nil, receipt: EntityID? = nil
  ) {
    self.patient = patient
    self.from = from
    self.through = through
    self.payment = payment
    self.receipt = receipt
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let patient = try facts.patientID(patient)
    let state = try facts.patient(patient)
    let clinic = try facts.clinic()
    let charges = try charges(of: state.account, through: through ?? context.today)
    var fact = ItemizedReceiptIssued()
    fact.receipt = try context.id(.receipt, receipt).description
    try facts.requireUnused(fact.receipt, field: "receipt")
    fact.issuedOn = context.today.compact
    fact.lines = charges.map { line(for: $0, state, clinic) }
    fact.payments = payments(for: charges, state.account)
    fact.chargedCents = fact.lines.reduce(0) { $0 &+ $1.chargedCents }
    fact.paidCents = fact.lines.reduce(0) { $0 &+ $1.paidCents }
    let isHealthAccount = fact.payments.contains { $0.method.isHealthAccount }
    return Decision(
      [ProposedFact(patient, .itemizedReceiptIssued(fact))],
      warnings: isHealthAccount
        ? HealthAccountRule(state).warnings(for: charges.map(\.charge)) : [])
  }

  private func charges(
    of account: AccountState, through: CivilDate
  ) throws -> [AccountState.Charge] {
    if let payment { _ = try account.payment(payment, field: "payment") }
    let found = account.charges.values.filter { charge in
      !charge.voided && !charge.isOpening && charge.patientPaidCents &+ charge.redeemedCents > 0
        && (from?.compact ?? 0) <= charge.serviceOn && charge.serviceOn <= through.compact
        && payment.map { charge.applied[$0.description] != nil } ?? true
    }
    guard !found.isEmpty, found.count <= 300 else {
      throw Refusal(
        rule: "receipt.empty", field: "patient",
        problem: found.isEmpty
          ? "the patient paid for no service of these days" : "it would have more than 300 lines",
        remedy: found.isEmpty
          ? "apply the payment to the charges it is for, or give other days" : "give fewer days")
    }
    return found.sorted { ($0.serviceOn, $0.charge) < ($1.serviceOn, $1.charge) }
  }

  private func line(
    for charge: AccountState.Charge, _ state: PatientState, _ clinic: ClinicState
  ) -> ItemizedReceiptIssued.Line {
    var line = ItemizedReceiptIssued.Line()
    line.charge = charge.charge
    line.serviceOn = charge.serviceOn
    line.description_p = state.serviceName(of: charge, clinic)
    line.cpt = charge.cpt
    line.units = charge.units
    if !charge.isFee, state.care.sessions[charge.session]?.delivered.serviceClass == .medical {
      line.diagnosesIcd10Cm = state.care.diagnoses(ofLine: charge.line, session: charge.session)
    }
    // A package lowers the price: what is charged is what a prepaid session costs.
    let prepaid = state.account.packages[charge.package]?.redeemed[charge.charge]
    line.chargedCents = charge.amountCents &- (prepaid?.discountCents ?? 0)
    line.paidCents = charge.patientPaidCents &+ (prepaid?.valueCents ?? 0)
    line.practitioner = state.practitioner(of: charge)?.description ?? ""
    return line
  }

  /// What paid for the charges, by payment and by package, oldest first.
  private func payments(
    for charges: [AccountState.Charge], _ account: AccountState
  ) -> [ItemizedReceiptIssued.Payment] {
    var used: [String: Int64] = [:]
    var prepaid: [String: Int64] = [:]
    for charge in charges {
      for (payment, cents) in charge.applied { used[payment, default: 0] &+= cents }
      if let redeemed = account.packages[charge.package]?.redeemed[charge.charge] {
        prepaid[charge.package, default: 0] &+= redeemed.valueCents
      }
    }
    var all: [ItemizedReceiptIssued.Payment] = used.map { id, cents in
      var payment = ItemizedReceiptIssued.Payment()
      payment.payment = id
      payment.receivedOn = account.payments[id]?.received.receivedOn ?? 0
      payment.method = account.payments[id]?.received.method ?? .unspecified
      payment.amountCents = cents
      return payment
    }
    all += prepaid.map { id, cents in
      var payment = ItemizedReceiptIssued.Payment()
      payment.package = id
      payment.receivedOn = account.packages[id]?.sold.soldOn ?? 0
      payment.method = account.methodOfPurchase(ofPackage: id)
      payment.amountCents = cents
      return payment
    }
    return all.sorted {
      ($0.receivedOn, $0.payment, $0.package) < ($1.receivedOn, $1.payment, $1.package)
    }
  }
}

extension AccountState {
  /// How a package was paid for.
  public func methodOfPurchase(ofPackage id: String) -> PaymentMethod {
    guard let package = packages[id] else { return .unspecified }
    if package.isTransferred { return package.method }
    return payments[package.sold.payment]?.received.method ?? .unspecified
  }
}
