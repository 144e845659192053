import PracticeEvents

/// What a patient paid in a calendar year, by the day of payment (a card by the day of the charge),
/// for the deduction of medical expenses (IRC 213, Publication 502).
///
/// Money of an HSA or FSA was not taxed; what was paid for relaxation or for missed visits is no
/// medical expense; prepaid sessions count in the year in which they are used; refunds count in the
/// year in which they are paid out.
struct TaxYear {
  let year: Int
  private(set) var lines: [TaxStatementIssued.Line] = []
  private(set) var prepaidUnused: Int64 = 0
  private(set) var insurancePaid: Int64 = 0
  private(set) var reimbursed: Int64 = 0

  private let account: AccountState
  private let care: CareState

  init(_ year: Int, _ history: [RecordedFact], _ state: PatientState) {
    self.year = year
    account = state.account
    care = state.care
    for recorded in history { add(recorded) }
    for (id, package) in account.packages.sorted(by: { $0.key < $1.key }) { use(id, package) }
    reimbursed = account.reimbursements.filter { isIn($0.paidOn) }
      .reduce(0) { $0 &+ $1.amountCents }
    lines.sort { ($0.paidOn, $0.kind.rawValue, $0.what) < ($1.paidOn, $1.kind.rawValue, $1.what) }
  }

  func sum(_ kind: TaxStatementIssued.Kind) -> Int64 {
    lines.filter { $0.kind == kind }.reduce(0) { $0 &+ $1.amountCents }
  }

  private func isIn(_ day: Int32) -> Bool { Int(day) / 10_000 == year }

  private mutating func add(_ recorded: RecordedFact) {
    switch recorded.event.fact {
    case .paymentReceived(let fact) where isIn(fact.receivedOn): received(fact)
    case .paymentReversed(let fact) where isIn(fact.reversedOn):
      guard let payment = account.payments[fact.payment]?.received else { return }
      line(
        fact.reversedOn, payment.method, 0 &- payment.amountCents, kind(of: payment.method),
        "Payment of \(day(payment.receivedOn)) returned by the bank")
    case .refundIssued(let fact) where isIn(fact.refundedOn):
      guard let payment = account.payments[fact.payment]?.received else { return }
      line(
        fact.refundedOn, fact.method, 0 &- fact.amountCents, kind(of: payment.method),
        "Refund of the payment of \(day(payment.receivedOn))")
    case .claimAdjudicated(let fact) where isIn(fact.adjudicatedOn):
      insurancePaid &+= fact.paidCents
    case .claimReversed(let fact) where isIn(fact.reversedOn):
      let taken = account.claims[fact.claim]?.adjudications
        .first { $0.adjudicated.adjudication == fact.adjudication }
      insurancePaid &-= taken?.adjudicated.paidCents ?? 0
    default: break
    }
  }

  /// A payment, split by what it is used for; money spent on a package counts when it is used.
  private mutating func received(_ fact: PaymentReceived) {
    guard let payment = account.payments[fact.payment] else { return }
    if payment.reversed {
      line(fact.receivedOn, fact.method, fact.amountCents, kind(of: fact.method), "Payment")
      return
    }
    var medical = payment.refundedCents &- refundedOfPackages(boughtBy: fact.payment)
    var other: Int64 = 0
    for charge in account.charges.values {
      guard let cents = charge.applied[fact.payment] else { continue }
      if isMedical(charge) { medical &+= cents } else { other &+= cents }
    }
    let kind = kind(of: fact.method)
    line(fact.receivedOn, fact.method, medical, kind, "Payment for medical care")
    line(
      fact.receivedOn, fact.method, other, fact.method.isHealthAccount ? kind : .notMedical,
      "Payment for other services or fees")
    line(
      fact.receivedOn, fact.method, payment.unappliedCents &+ payment.transferredCents,
      fact.method.isHealthAccount ? kind : .notUsed, "Payment not used for your care")
  }

  private mutating func use(_ id: String, _ package: AccountState.Package) {
    let method = account.methodOfPurchase(ofPackage: id)
    var usedByYearEnd: Int64 = 0
    var used: [TaxStatementIssued.Kind: (sessions: Int, cents: Int64)] = [:]
    for redeemed in package.redeemed.values {
      guard let charge = account.charges[redeemed.charge] else { continue }
      if Int(charge.serviceOn) / 10_000 <= year { usedByYearEnd &+= redeemed.valueCents }
      guard isIn(charge.serviceOn), !package.isTransferred else { continue }
      let kind: TaxStatementIssued.Kind =
        isMedical(charge) || method.isHealthAccount ? kind(of: method) : .notMedical
      used[kind, default: (0, 0)].sessions += 1
      used[kind, default: (0, 0)].cents &+= redeemed.valueCents
    }
    for (kind, sum) in used.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
      line(
        package.sold.soldOn, method, sum.cents, kind,
        "Prepaid \(package.sold.name): \(sum.sessions) of \(package.sold.sessions) used this year")
    }
    guard !package.isTransferred, Int(package.sold.soldOn) / 10_000 <= year else { return }
    let gone = package.goneCents.reduce(0, &+)
    prepaidUnused &+= package.sold.priceCents &- gone &- usedByYearEnd
  }

  private func refundedOfPackages(boughtBy payment: String) -> Int64 {
    account.packages.values.filter { $0.sold.payment == payment }
      .reduce(0) { $0 &+ $1.refundedCents }
  }

  private func isMedical(_ charge: AccountState.Charge) -> Bool {
    !charge.isFee && !charge.isOpening
      && care.sessions[charge.session]?.delivered.serviceClass != .relaxation
  }

  private func kind(of method: PaymentMethod) -> TaxStatementIssued.Kind {
    method.isHealthAccount ? .preTax : .medical
  }

  private mutating func line(
    _ on: Int32, _ method: PaymentMethod, _ cents: Int64, _ kind: TaxStatementIssued.Kind,
    _ what: String
  ) {
    guard cents != 0 else { return }
    var line = TaxStatementIssued.Line()
    line.paidOn = on
    line.method = method
    line.amountCents = cents
    line.kind = kind
    line.what = what
    lines.append(line)
  }

  private func day(_ compact: Int32) -> String { compact.civilDate?.description ?? "" }
}

/// Tells a patient what was paid in a year.
public struct IssueTaxStatement: Command {
  public static let name = "issue-tax-statement"
  public static let summary = "Issues a statement of what a patient paid in a calendar year."
  public static let help = ["patient": "MRN or id", "year": "that has ended, e.g. 2026"]
  public static let roles: Set<Role> = [.frontDesk, .biller]

  public var patient: SubjectReference
  public var year: Int
  public var taxStatement: EntityID?

  public init(patient: SubjectReference, year: Int, taxStatement: EntityID? = nil) {
    self.patient = patient
    self.year = year
    self.taxStatement = taxStatement
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let patient = try facts.patientID(patient)
    guard (1900...2200).contains(year), year < context.today.year else {
      throw Refusal(
        rule: "taxStatement.year", field: "year", problem: "the year \(year) has not ended",
        remedy: "issue it in January, when nothing can be added")
    }
    let paid = TaxYear(year, try facts.history(of: patient), try facts.patient(patient))
    guard !paid.lines.isEmpty || paid.prepaidUnused != 0 || paid.insurancePaid != 0 else {
      throw Refusal(
        rule: "taxStatement.empty", field: "year", problem: "nothing was paid in \(year)",
        remedy: "check the year")
    }
    guard paid.lines.count <= 500 else {
      throw Refusal(
        rule: "taxStatement.tooLong", field: "year",
        problem: "the statement would have \(paid.lines.count) lines",
        remedy: "use report tax.patientYear")
    }
    var fact = TaxStatementIssued()
    fact.taxStatement = try context.id(.taxStatement, taxStatement).description
    try facts.requireUnused(fact.taxStatement, field: "taxStatement")
    fact.issuedOn = context.today.compact
    fact.fill(from: paid)
    return Decision([ProposedFact(patient, .taxStatementIssued(fact))])
  }
}

extension TaxStatementIssued {
  /// What a patient paid in a year, as the facts so far have it; no statement is issued by this.
  public init(year: Int, _ history: [RecordedFact], _ state: PatientState) {
    self.init()
    fill(from: TaxYear(year, history, state))
  }

  fileprivate mutating func fill(from paid: TaxYear) {
    year = Int32(clamping: paid.year)
    lines = paid.lines
    medicalCents = paid.sum(.medical)
    preTaxCents = paid.sum(.preTax)
    notMedicalCents = paid.sum(.notMedical)
    notUsedCents = paid.sum(.notUsed)
    prepaidUnusedCents = max(0, paid.prepaidUnused)
    insurancePaidCents = max(0, paid.insurancePaid)
    reimbursedCents = paid.reimbursed
  }
}
