import PracticeEvents
import TestSupport
import Testing

@testable import Practice

@Suite("Statements, receipts, tax statements and superbills are issued") struct IssuingTests {
  @Test("a statement's lines lead from the balance before to the balance after")
  func statement() throws {
    var clinic = try AccountScenario()
    let session = try clinic.session(selfPay: true)
    try clinic.record(PostCharge(session: session))
    _ = try clinic.insuredCharge(120_00)
    try clinic.payment(Money("50.00"), apply: .oldest)
    let id = clinic.newID(.statement)
    try clinic.record(IssueStatement(patient: "T-1", statement: id))
    let first = try #require(clinic.account.statements[id.description])
    #expect(first.lines.map(\.chargedCents) == [120_00, 0])
    #expect(first.lines.map(\.patientPaidCents) == [0, 50_00])
    #expect(first.lines.map(\.balanceCents) == [120_00, 70_00])
    #expect(first.balanceCents == 70_00 && first.amountDueCents == 70_00)
    #expect(first.insurancePendingCents == 120_00)
    #expect(first.agingCents.reduce(0, +) == 70_00 && first.dueOn == 2026_04_30)

    try clinic.advance(to: "2026-04-20T09:00")
    try clinic.payment(Money("100.00"), apply: .oldest)
    let next = clinic.newID(.statement)
    try clinic.record(IssueStatement(patient: "T-1", statement: next))
    let second = try #require(clinic.account.statements[next.description])
    #expect(second.fromDateOn == 2026_04_01 && second.previousBalanceCents == 70_00)
    #expect(second.balanceCents == -30_00 && second.amountDueCents == 0)
    #expect(second.creditCents == 30_00)
    #expect(clinic.account.statements[id.description] == first, "it never changes")
  }

  @Test("what a statement says was paid is what the patient paid: a prepaid session is taken off")
  func prepaidStatement() throws {
    var clinic = try AccountScenario()
    let package = clinic.newID(.package)
    try clinic.record(
      SellPackage(
        patient: "T-1", name: "Ten", service: "med60", sessions: 10, price: Money("900.00"),
        method: .card, package: package))
    let session = try clinic.session(on: 2026_03_31, selfPay: true)
    try clinic.record(PostCharge(session: session))
    try clinic.record(RedeemPackage(package: package, session: session))
    try clinic.record(RefundPackage(package: package), reason: "moves away")
    try clinic.record(IssueStatement(patient: "T-1", from: CivilDate("2026-01-01")))
    let issued = try #require(clinic.account.statements.values.first)
    #expect(issued.lines.reduce(0) { $0 + $1.patientPaidCents } == 90_00, "900.00 less 810.00")
    let used = try #require(issued.lines.first { $0.what.hasPrefix("Prepaid session used") })
    #expect(used.adjustedCents == 120_00 && used.patientPaidCents == 0)
    #expect(used.what == "Prepaid session used")
    let back = try #require(issued.lines.first { $0.what.hasPrefix("Package refunded") })
    #expect(back.chargedCents == -810_00 && back.patientPaidCents == -810_00)
    #expect(issued.balanceCents == 0)
  }

  @Test("every line of a statement adds up, whatever happened")
  func lines() throws {
    var clinic = try AccountScenario()
    try clinic.record(
      ApproveSlidingScale(patient: "T-1", householdSize: 1, annualIncome: Money("10000.00")))
    let package = clinic.newID(.package)
    try clinic.record(
      SellPackage(
        patient: "T-1", name: "Three", service: "med60", sessions: 3, price: Money("120.00"),
        method: .card, package: package))
    for prepaid in [true, false] {
      let session = try clinic.session(on: 2026_03_31, selfPay: true)
      try clinic.record(PostCharge(session: session))
      if prepaid { try clinic.record(RedeemPackage(package: package, session: session)) }
    }
    try clinic.record(RefundPackage(package: package), reason: "moves away")
    try clinic.payment(Money("60.00"))
    let charge = try EntityID(#require(clinic.account.chargesOpenWithPatient.first).charge)
    try clinic.record(WriteOffCharge(charge: charge, kind: .courtesy), reason: "goodwill")
    try clinic.record(IssueStatement(patient: "T-1", from: CivilDate("2026-01-01")))
    let issued = try #require(clinic.account.statements.values.first)
    var balance = issued.previousBalanceCents
    for line in issued.lines {
      balance +=
        line.chargedCents - line.adjustedCents - line.insurancePaidCents
        - line.patientPaidCents
      #expect(line.balanceCents == balance, "\(line.what)")
    }
    let account = clinic.account
    #expect(balance == account.receivableCents.patient - account.unappliedCents)
  }

  @Test("a statement of nothing, of days to come or in no order is refused")
  func statementRefusals() throws {
    var clinic = try AccountScenario()
    #expect(try clinic.rule(refusing: IssueStatement(patient: "T-1")) == "statement.empty")
    #expect(
      try clinic.rule(
        refusing: IssueStatement(patient: "T-1", through: CivilDate("2026-04-01")))
        == "statement.dates")
  }

  @Test("a receipt has the day of service, what was charged and paid, and how")
  func receipt() throws {
    var clinic = try AccountScenario()
    #expect(try clinic.rule(refusing: IssueReceipt(patient: "T-1")) == "receipt.empty")
    let session = try clinic.session(on: 2026_03_10, selfPay: true)
    try clinic.record(PostCharge(session: session))
    let payment = try clinic.payment(Money("120.00"), .hsa, apply: .oldest)
    var context = try clinic.context()
    let command = IssueReceipt(patient: "T-1", payment: payment)
    let decision = try command.decide(clinic.clinic.memory, &context)
    #expect(decision.warnings.contains { $0.contains("no letter of medical necessity") })
    let facts = try clinic.record(command)
    guard case .itemizedReceiptIssued(let fact) = facts.first else { throw Refusal.unexpected }
    let line = try #require(fact.lines.first)
    #expect(line.serviceOn == 2026_03_10 && line.chargedCents == 120_00)
    #expect(line.paidCents == 120_00 && line.diagnosesIcd10Cm == ["M54.50"])
    #expect(fact.payments.map(\.method) == [.hsa])
  }

  @Test("a receipt for a prepaid session charges what the session costs in the package")
  func prepaidReceipt() throws {
    var clinic = try AccountScenario()
    let package = clinic.newID(.package)
    try clinic.record(
      SellPackage(
        patient: "T-1", name: "Ten", service: "med60", sessions: 10, price: Money("900.00"),
        method: .card, package: package))
    let session = try clinic.session(selfPay: true)
    try clinic.record(PostCharge(session: session))
    try clinic.record(RedeemPackage(package: package, session: session))
    let facts = try clinic.record(IssueReceipt(patient: "T-1"))
    guard case .itemizedReceiptIssued(let fact) = facts.first else { throw Refusal.unexpected }
    #expect(fact.chargedCents == 90_00 && fact.paidCents == 90_00)
    #expect(fact.payments.map(\.package) == [package.description])
  }

  @Test("the year-end statement splits 560.00, 540.00 prepaid and 80.00 of an HSA")
  func taxYear() throws {
    var clinic = try AccountScenario()
    func pay(
      _ amount: String, _ method: PaymentMethodChoice, on date: String, charge: Bool = true
    )
      throws -> EntityID
    {
      let id = clinic.newID(.payment)
      try clinic.advance(to: date + "T10:00")
      var charges: [EntityID] = []
      if charge {
        let session = try clinic.session(on: CivilDate(date).compact, selfPay: true)
        let charged = clinic.newID(.charge)
        try clinic.record(PostCharge(session: session, charge: charged))
        charges = [charged]
      }
      try clinic.record(
        TakePayment(
          patient: "T-1", amount: Money(amount), method: method, charges: charges, payment: id))
      return id
    }
    let package = clinic.newID(.package)
    try clinic.advance(to: "2026-10-05T09:00")
    try clinic.record(
      SellPackage(
        patient: "T-1", name: "Ten", service: "med60", sessions: 10, price: Money("900.00"),
        method: .card, package: package))
    for day in 6...9 {
      let session = try clinic.session(on: 2026_10_00 + Int32(day), selfPay: true)
      try clinic.advance(to: "2026-10-0\(day)T12:00")
      try clinic.record(PostCharge(session: session))
      try clinic.record(RedeemPackage(package: package, session: session))
    }
    let returned = try pay("20.00", .card, on: "2026-11-10", charge: false)
    try clinic.record(RefundPayment(payment: returned, amount: Money("20.00")))
    let before = try #require(clinic.account.payments[returned.description])
    #expect(before.refundedCents == 20_00)
    _ = try pay("80.00", .hsa, on: "2026-12-01")
    _ = try pay("100.00", .cash, on: "2026-12-30")
    // Settled by the card company in January; it is the patient's payment of the old year.
    _ = try pay("120.00", .card, on: "2026-12-31")
    #expect(
      try clinic.rule(refusing: IssueTaxStatement(patient: "T-1", year: 2026))
        == "taxStatement.year")
    try clinic.advance(to: "2027-01-15T09:00")
    let facts = try clinic.record(IssueTaxStatement(patient: "T-1", year: 2026))
    guard case .taxStatementIssued(let fact) = facts.first else { throw Refusal.unexpected }
    // The refunded 20.00 came and went in the year.
    #expect(fact.medicalCents == 100_00 + 120_00 + 360_00)
    #expect(fact.prepaidUnusedCents == 540_00 && fact.preTaxCents == 80_00)
    #expect(fact.lines.reduce(0) { $0 + $1.amountCents } == fact.medicalCents + fact.preTaxCents)
    #expect(
      try clinic.rule(refusing: IssueTaxStatement(patient: "T-1", year: 2025))
        == "taxStatement.empty")
  }

  @Test("a refund of an earlier year's payment lowers the year in which it is paid out")
  func refundOfEarlierYear() throws {
    var clinic = try AccountScenario()
    var old = PaymentReceived()
    (old.payment, old.receivedOn) = (clinic.newID(.payment).description, 2025_12_20)
    (old.amountCents, old.method) = (20_00, .card)
    try clinic.give([.paymentReceived(old)])
    try clinic.record(RefundPayment(payment: EntityID(old.payment), amount: Money("20.00")))
    let year = TaxStatementIssued(
      year: 2026, clinic.history, clinic.clinic.memory.patient(clinic.patient))
    #expect(year.medicalCents == -20_00)
  }

  @Test("relaxation, fees and credit are told apart from medical care")
  func notMedical() throws {
    var clinic = try AccountScenario()
    let session = try clinic.session(serviceClass: .relaxation)
    try clinic.record(PostCharge(session: session))
    try clinic.payment(Money("150.00"), apply: .oldest)
    let year = TaxStatementIssued(
      year: 2026, clinic.history, clinic.clinic.memory.patient(clinic.patient))
    #expect(year.notMedicalCents == 127_95 && year.notUsedCents == 22_05)
    #expect(year.medicalCents == 0)
  }

  @Test("a superbill is voided with a reason, and no reimbursement is above its charges")
  func superbill() throws {
    var clinic = try AccountScenario()
    let session = try clinic.session(selfPay: true)
    try clinic.record(PostCharge(session: session))
    try clinic.payment(Money("120.00"), apply: .oldest)
    let id = clinic.newID(.superbill)
    try clinic.record(IssueSuperbill(sessions: [session], superbill: id))
    try clinic.record(ReportReimbursement(superbill: id, amount: Money("70.00")))
    #expect(
      try clinic.rule(refusing: ReportReimbursement(superbill: id, amount: Money("50.01")))
        == "reimbursement.exceeds")
    #expect(try clinic.rule(refusing: VoidSuperbill(superbill: id)) == "reason")
    try clinic.record(VoidSuperbill(superbill: id), reason: "claim filed instead")
    #expect(
      try clinic.rule(refusing: VoidSuperbill(superbill: id), reason: "again")
        == "superbill.notStanding")
    #expect(
      try clinic.rule(refusing: ReportReimbursement(superbill: id, amount: Money("1.00")))
        == "superbill.notStanding")
  }

  @Test("a first print is noted once, of a position not before the issue")
  func print() throws {
    var clinic = try AccountScenario()
    _ = try clinic.patientCharge(100_00)
    let id = clinic.newID(.statement)
    try clinic.record(IssueStatement(patient: "T-1", statement: id))
    func note(_ position: Int, _ shows: EntityID) throws -> RecordIssuedDocument {
      RecordIssuedDocument(
        kind: "statement", shows: shows, asOf: position,
        renderings: [.init(format: "html", sha256: try FileHash(FileHash.example), bytes: 9)])
    }
    let position = Int(try #require(clinic.history.last).position)
    #expect(try clinic.rule(refusing: note(position - 1, id)) == "document.renderings")
    #expect(
      try clinic.rule(refusing: note(position, clinic.newID(.charge))) == "document.shows")
    try clinic.record(note(position, id))
    #expect(try clinic.rule(refusing: note(position, id)) == "document.issued")
  }
}
