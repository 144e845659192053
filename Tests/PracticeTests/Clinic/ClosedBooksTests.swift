import PracticeEvents
import TestSupport
import Testing

@testable import Practice

@Suite("Closed books")
struct ClosedBooksTests {
  /// March is the present month; February is closed.
  private static func clinic() throws -> AccountScenario {
    var clinic = try AccountScenario()
    try clinic.record(ClosePeriod(month: 202602))
    return clinic
  }
  private static let february = Result { try CivilDate("2026-02-10") }

  @Test("a payment of a closed month counts today, keeps its own date, and says so")
  func payment() throws {
    var clinic = try Self.clinic()
    let command = try TakePayment(
      patient: "T-1", amount: Money("50.00"), method: .cash, receivedOn: Self.february.get())
    var context = try clinic.context()
    let decision = try command.checkedDecision(clinic.clinic.memory, &context)
    #expect(decision.warnings.count == 1)
    try clinic.record(command)
    let event = try #require(clinic.history.last?.event)
    #expect(event.effectiveOn == 2026_03_31)
    guard case .paymentReceived(let fact) = event.fact else {
      Issue.record("no payment")
      return
    }
    #expect(fact.receivedOn == 2026_02_10)
  }

  @Test("a date in an open month is left alone")
  func open() throws {
    var clinic = try Self.clinic()
    try clinic.record(
      TakePayment(
        patient: "T-1", amount: Money("50.00"), method: .cash, receivedOn: CivilDate("2026-03-02")))
    #expect(clinic.history.last?.event.effectiveOn == 2026_03_02)
  }

  @Test("each command that is given a date of a closed month counts in the open one")
  func everyDatedCommand() throws {
    let on = try Self.february.get()
    var clinic = try Self.clinic()
    let charge = try clinic.patientCharge(100_00)
    let insured = try clinic.insuredCharge(120_00)
    let payment = try clinic.payment(Money("300.00"), .check)
    let cash = try clinic.payment(Money("30.00"))
    let (writeOff, package, claim, deposit) = (
      clinic.newID(.writeOff), clinic.newID(.package), clinic.newID(.claim), clinic.newID(.deposit)
    )
    let session = try clinic.session(selfPay: true)
    try clinic.record(PostCharge(session: session))
    let commands: [any Command] = try [
      WriteOffCharge(
        charge: charge, kind: .courtesy, amount: Money("10.00"), postedOn: on, writeOff: writeOff),
      ReverseWriteOff(writeOff: writeOff, reversedOn: on),
      SellPackage(
        patient: "T-1", name: "Two", service: "med60", sessions: 2, price: Money("100.00"),
        payment: payment, soldOn: on, package: package),
      RedeemPackage(package: package, session: session, redeemedOn: on),
      SubmitClaim(charges: [insured], submittedOn: on, claim: claim),
      AdjudicateClaim(
        claim: claim, status: 1, lines: [LineAnswer(charge: insured, paid: Money("120.00"))],
        adjudicatedOn: on),
      ReverseAdjudication(claim: claim, reversedOn: on),
      ReceiveRemittance(
        payer: SubjectReference(clinic.payer), traceNumber: "T1", method: .ach,
        amount: Money("120.00"), effectiveOn: on),
      RefundPayment(payment: payment, amount: Money("5.00"), refundedOn: on),
      MakeDeposit(checks: [payment], depositedOn: on, deposit: deposit),
      ReverseDeposit(deposit: deposit, reversedOn: on),
      ReversePayment(payment: cash, reversedOn: on),
      OpenTill(till: "desk", float: Money("20.00"), openedOn: on),
      AgreePaymentPlan(
        patient: "T-1", balance: Money("10.00"), instalments: 2, firstDue: CivilDate("2026-04-10"),
        agreedOn: on),
      VoidCharge(charge: charge, voidedOn: on),
    ]
    var names: Set<String> = []
    for command in commands {
      func record<C: Command>(_ command: C) throws {
        let facts = try clinic.clinic.record(command, reason: "late")
        for fact in facts {
          #expect(fact.event.effectiveOn == 2026_03_31, "\(C.name)")
        }
        names.insert(C.name)
      }
      try record(command)
    }
    #expect(names.count == commands.count)
  }

  @Test(
    "whatever the command, nothing of the books is dated into a closed month", arguments: [4, 9])
  func anyCommand(seed: UInt64) throws {
    var commands = try RandomCommands(seed: seed)
    var memory = FactMemory()
    var moved: Set<String> = []
    for step in 0..<4_000 {
      var (command, context) = commands.next()
      if step.isMultiple(of: 400), step > 0 {
        let last = context.zone.date(of: context.now).startOfMonth.adding(days: -1)
        context.actor.role = .supervisor
        command = ClosePeriod(month: Int(last.compact) / 100)
      }
      let closed = memory.clinic().closedThrough ?? 0
      guard let decision = try? command.checkedDecision(memory, &context) else { continue }
      let events = decision.events(in: &context)
      for (_, _, event) in events where event.fact?.isOfTheBooks == true {
        #expect(event.effectiveOn / 100 > closed, "\(type(of: command).name)")
      }
      if decision.warnings.contains(where: { $0.hasPrefix("the books are closed") }) {
        moved.insert(type(of: command).name)
      }
      memory.record(events, at: context.now)
      commands.learn(events)
    }
    #expect(moved.count > 1, "the months closed must have been written into")
  }

  @Test("once the present month is closed too, nothing is accepted, and nothing changed")
  func presentMonth() throws {
    var clinic = try Self.clinic()
    try clinic.give([.periodClosed(.with { $0.month = 202603 })], to: .site)
    let payment = try TakePayment(patient: "T-1", amount: Money("1.00"), method: .cash)
    #expect(try clinic.rule(refusing: payment) == "period.closed")
    try clinic.advance(to: "2026-04-01T09:00")
    try clinic.record(payment)
  }

  @Test("clinical facts are no business of the books")
  func clinical() throws {
    var clinic = try Self.clinic()
    try clinic.clinic.record(
      SignConsent(patient: "T-1", kind: .treatment, signedOn: Self.february.get()),
      reason: "found in the folder")
    #expect(clinic.history.last?.event.fact?.isOfTheBooks == false)
  }
}
