import Practice
import PracticeEvents

/// The five ways to pay without insurance, through the decisions.
extension World {
  /// What has to be on file before the first visit.
  mutating func preparePaying(_ index: Int, _ way: Persona.Way) throws {
    let patient = SubjectReference(patients[index].mrn)
    try give(ElectSelfPay(patient: patient, why: .notCovered), by: .frontDesk)
    try give(ChooseCoverageRoute(patient: patient, route: way.route), by: .frontDesk)
    patients[index].paysAlone = true
    switch way {
    case .healthAccount:
      let referrer = referrers[patients[index].referrer]
      try give(
        RecordNecessityLetter(
          patient: patient, referringProvider: SubjectReference(referrer.npi),
          diagnoses: patients[index].complaint.diagnoses.map { try ICD10CM($0) },
          whyNecessary: "Pain limits sitting at work; medication alone did not help.",
          treatment: "Manual therapy, 60 minutes, every other week for a year", validFrom: today,
          validThrough: today.adding(years: 1).adding(days: -1)), by: .frontDesk)
    case .slidingScale:
      let application = id(.slidingScaleApplication)
      try give(
        ApplySlidingScale(
          patient: patient, householdSize: 3, annualIncome: Money("34000.00"),
          evidence: "tax return of last year", application: application), by: .frontDesk)
      try give(ApproveSlidingScale(patient: patient, application: application), by: .biller)
    case .superbill:
      try give(
        AddCoverage(
          patient: patient, payer: SubjectReference(SimulatedPayer.all[1].id),
          memberID: random.digits(9), effectiveFrom: today.startOfYear), by: .frontDesk)
    case .package, .taxStatement: break
    }
  }

  /// After a visit: how it is paid, and what is given out.
  mutating func settlePersona(
    _ index: Int, _ way: Persona.Way, _ number: Int, _ session: EntityID, _ charges: [EntityID]
  ) throws {
    let patient = SubjectReference(patients[index].mrn)
    switch way {
    case .package:
      if number == 0 { try sellPackage(index) }
      guard let package = patients[index].package else { return }
      try give(RedeemPackage(package: package, session: session), by: .frontDesk)
    case .healthAccount:
      try pay(index, charges, .hsa)
      if number % 3 == 2 { try give(IssueReceipt(patient: patient), by: .frontDesk) }
    case .slidingScale:
      if number == 3 { try agreeOnPlan(index) }
      if number > 3 { try pay(index, charges, .cash) }
    case .taxStatement:
      try pay(index, charges, number % 4 == 3 ? .hsa : .card)
      let account = account(index)
      let first = account.payments.values.map(\.received.receivedOn).min() ?? 0
      let last = today.year - 1
      if account.taxStatements.isEmpty, Int(first) / 10_000 <= last {
        try give(IssueTaxStatement(patient: patient, year: last), by: .biller)
      }
    case .superbill:
      try pay(index, charges, .card)
      patients[index].unbilledSessions.append(session)
      if number % 4 == 3 { try billSuperbill(index) }
    }
  }

  private mutating func pay(
    _ index: Int, _ charges: [EntityID], _ method: PaymentMethodChoice
  ) throws {
    let account = account(index)
    let owed = charges.compactMap { account.charges[$0.description]?.patientOpenCents }
      .reduce(0, +)
    guard owed > 0 else { return }
    try give(
      TakePayment(
        patient: SubjectReference(patients[index].mrn), amount: Money(cents: owed), method: method,
        reference: method == .cash ? nil : random.digits(4), till: drawer.till, charges: charges),
      by: .frontDesk)
  }

  /// Four visits are owed: a statement, then a plan over three months.
  private mutating func agreeOnPlan(_ index: Int) throws {
    let patient = SubjectReference(patients[index].mrn)
    try give(IssueStatement(patient: patient), by: .biller)
    let agreement = id(.paymentPlan)
    let facts = try give(
      AgreePaymentPlan(
        patient: patient, instalments: 3, firstDue: today.adding(days: 10),
        paymentPlan: agreement), by: .frontDesk)
    guard facts != nil else { return }
    patients[index].paymentPlan = agreement
    try plan(.instalment(index), inDays: 8...10)
  }

  /// The insurer pays the patient 60 % of what the superbill before said.
  private mutating func billSuperbill(_ index: Int) throws {
    if let earlier = account(index).superbills.last {
      let paid = Money(cents: earlier.lines.reduce(0) { $0 + $1.chargeCents })
        .times(Rate(milliPercent: 60_000))
      try give(
        ReportReimbursement(superbill: EntityID(earlier.superbill), amount: paid), by: .frontDesk)
    }
    let sessions = patients[index].unbilledSessions
    let facts = try give(IssueSuperbill(sessions: sessions), by: .biller)
    if facts != nil { patients[index].unbilledSessions = [] }
  }
}
