import PracticeEvents
import TestSupport
import Testing

@testable import Practice

@Suite("What becomes of a package") struct PackageLifeTests {
  /// Ten sessions for 900.00, 100.00 each at the list price.
  private func define(
    _ policy: RefundPolicyChoice = .proRata, months: Int? = nil, transferable: Bool = true,
    from: String? = nil, withdrawn: Bool = false
  ) throws -> DefinePackage {
    DefinePackage(
      offer: "ten-med60", packageName: "Ten sessions", service: "med60", sessions: 10,
      price: try Money("900.00"), listUnit: try Money("100.00"), expiresAfterMonths: months,
      refundPolicy: policy, transferable: transferable,
      effectiveFrom: try from.map { try CivilDate($0) }, withdrawn: withdrawn)
  }

  /// A clinic in which the patient bought the package and used some of it.
  private func clinic(
    used: Int = 0, _ offer: DefinePackage, method: PaymentMethodChoice = .card
  ) throws -> (AccountScenario, EntityID) {
    var clinic = try AccountScenario()
    try clinic.record(offer)
    let package = clinic.newID(.package)
    try clinic.record(
      SellPackage(patient: "T-1", offer: "ten-med60", method: method, package: package))
    for _ in 0..<used {
      let session = try clinic.session(selfPay: true)
      try clinic.record(PostCharge(session: session))
      try clinic.record(RedeemPackage(package: package, session: session))
    }
    return (clinic, package)
  }

  @Test("an offer sets all the terms of a sale, and a later change of it none")
  func offer() throws {
    var (clinic, package) = try clinic(define(.listPrice, months: 12))
    let sold = try #require(clinic.account.packages[package.description]?.sold)
    #expect(sold.sessions == 10 && sold.priceCents == 900_00 && sold.listUnitCents == 100_00)
    #expect(sold.expiresOn == 2027_03_31 && sold.refundPolicy == .listPrice && sold.transferable)
    try clinic.record(define(from: "2026-03-31", withdrawn: true))
    #expect(clinic.account.packages[package.description]?.sold == sold)
    #expect(
      try clinic.rule(
        refusing: SellPackage(patient: "T-1", offer: "ten-med60", method: .card))
        == "package.offer")
  }

  @Test(
    "a refund after 4 of 10 pays what the policy of the sale says",
    arguments: [
      (RefundPolicyChoice.proRata, Int64(540_00), Int64(0)), (.listPrice, 500_00, 40_00),
    ])
  func refund(policy: RefundPolicyChoice, paid: Int64, forfeited: Int64) throws {
    var (clinic, package) = try clinic(used: 4, define(policy))
    let facts = try clinic.record(RefundPackage(package: package), reason: "moves away")
    guard case .packageRefunded(let fact) = facts.first else { throw Refusal.unexpected }
    #expect((fact.amountCents, fact.forfeitedCents) == (paid, forfeited))
    #expect(fact.sessions == 6 && fact.method == .card)
    let state = try #require(clinic.account.packages[package.description])
    #expect(state.valueLeftCents == 0 && state.refundedCents == paid)
    #expect(state.breakageCents == forfeited)
    #expect(clinic.account.isBalanced() && clinic.account.balanceCents == 0)
    #expect(
      try clinic.rule(refusing: RefundPackage(package: package), reason: "again")
        == "package.usedUp")
  }

  @Test("by the list price nothing is paid back once the sessions used cost more than the price")
  func refundOfLittle() throws {
    var (clinic, package) = try clinic(used: 9, define(.listPrice))
    let facts = try clinic.record(RefundPackage(package: package), reason: "moves away")
    guard case .packageRefunded(let fact) = facts.first else { throw Refusal.unexpected }
    #expect((fact.amountCents, fact.forfeitedCents) == (0, 90_00))
  }

  @Test("a package paid from a health account is refunded to it alone, and its sale warns")
  func healthAccount() throws {
    var (clinic, package) = try clinic(define(), method: .hsa)
    #expect(
      try clinic.rule(refusing: RefundPackage(package: package, method: .cash), reason: "ill")
        == "refund.healthAccount")
    let facts = try clinic.record(RefundPackage(package: package), reason: "ill")
    guard case .packageRefunded(let fact) = facts.first else { throw Refusal.unexpected }
    #expect(fact.method == .hsa)
    var context = try clinic.context()
    let sale = try SellPackage(patient: "T-1", offer: "ten-med60", method: .fsa)
      .decide(clinic.clinic.memory, &context)
    #expect(sale.warnings == [HealthAccountRule.packageWarning])
  }

  @Test("what is left of an expired package stays owed until the clinic's rules let it be kept")
  func breakage() throws {
    var (clinic, package) = try clinic(used: 8, define(months: 1))
    #expect(
      try clinic.rule(refusing: RecognizeBreakage(package: package)) == "package.notExpired")
    try clinic.advance(to: "2026-05-01T09:00")
    #expect(try clinic.rule(refusing: RecognizeBreakage(package: package)) == "package.breakage")
    #expect(clinic.account.packages[package.description]?.valueLeftCents == 180_00)
    #expect(
      try clinic.rule(refusing: RefundPackage(package: package), reason: "late")
        == "package.expired")
    try clinic.record(
      PublishRuleTable(
        table: "billing", version: "kept", effectiveFrom: CivilDate("2026-04-01"),
        source: "accountant's letter", entries: [.init(key: "package-breakage-allowed", value: 1)]
      ))
    let facts = try clinic.record(RecognizeBreakage(package: package))
    guard case .breakageRecognized(let fact) = facts.first else { throw Refusal.unexpected }
    #expect(fact.sessions == 2 && fact.amountCents == 180_00)
    #expect(clinic.account.packages[package.description]?.valueLeftCents == 0)
  }

  @Test("an extension lets an expired package be used and refunded again")
  func extension_() throws {
    var (clinic, package) = try clinic(define(months: 1))
    try clinic.advance(to: "2026-05-05T09:00")
    let late = try clinic.session(on: 2026_05_04, selfPay: true)
    try clinic.record(PostCharge(session: late))
    let redeem = RedeemPackage(package: package, session: late)
    #expect(try clinic.rule(refusing: redeem) == "package.expired")
    #expect(
      try clinic.rule(
        refusing: ExtendPackage(package: package, expiresOn: CivilDate("2026-04-30")),
        reason: "ill") == "package.extension")
    try clinic.record(
      ExtendPackage(package: package, expiresOn: CivilDate("2026-06-30")), reason: "was ill")
    try clinic.record(redeem)
    #expect(clinic.account.packages[package.description]?.lastDay == 2026_06_30)
    try clinic.record(RefundPackage(package: package), reason: "moves away")
  }

  @Test("sessions passed on take their value with them, to the cent")
  func transfer() throws {
    var clinic = try AccountScenario()
    let other = SubjectID(high: 0x4003, low: 0x8003)
    var registered = PatientRegistered()
    registered.mrn = "T-2"
    try clinic.give([.patientRegistered(registered)], to: other)
    let package = clinic.newID(.package)
    let passed = clinic.newID(.package)
    try clinic.record(
      SellPackage(
        patient: "T-1", name: "Three", service: "med60", sessions: 3, price: Money("200.00"),
        method: .cash, transferable: true, package: package))
    let give = TransferPackage(package: package, to: "T-2", sessions: 2, asPackage: passed)
    #expect(
      try clinic.rule(refusing: TransferPackage(package: package, to: "T-1"))
        == "transfer.samePatient")
    #expect(
      try clinic.rule(refusing: TransferPackage(package: package, to: "T-2", sessions: 4))
        == "package.transfer")
    try clinic.record(give)
    let received = try #require(
      clinic.clinic.memory.patient(other).account.packages[passed.description])
    #expect(received.valuesLeft == [66_67, 66_66])
    #expect(received.isTransferred && received.method == .cash)
    #expect(clinic.account.packages[package.description]?.valuesLeft == [66_67])
    #expect(clinic.account.isBalanced())
    // The other patient's package is that patient's: its identifier leads there.
    let facts = try clinic.record(RefundPackage(package: passed), reason: "does not want it")
    guard case .packageRefunded(let fact) = facts.first else { throw Refusal.unexpected }
    #expect(fact.amountCents == 133_33 && fact.payment.isEmpty && fact.method == .cash)
    var (second, kept) = try self.clinic(define(transferable: false))
    try second.give([.patientRegistered(registered)], to: other)
    #expect(
      try second.rule(refusing: TransferPackage(package: kept, to: "T-2"))
        == "package.notTransferable")
  }

  @Test("an offer or a sale without sound terms is refused")
  func refusals() throws {
    var clinic = try AccountScenario()
    func define(
      offer: String = "ten", service: String = "med60", sessions: Int = 10, months: Int? = nil
    ) throws -> DefinePackage {
      DefinePackage(
        offer: offer, packageName: "Ten", service: service, sessions: sessions,
        price: try Money("900.00"), expiresAfterMonths: months)
    }
    #expect(try clinic.rule(refusing: define(offer: "Ten Sessions")) == "package.code")
    #expect(try clinic.rule(refusing: define(service: "none")) == "service.unknown")
    #expect(try clinic.rule(refusing: define(sessions: 501)) == "package.sessions")
    #expect(try clinic.rule(refusing: define(months: 0)) == "package.expiresAfter")
    #expect(
      try clinic.rule(refusing: SellPackage(patient: "T-1", name: "Ten", method: .cash))
        == "package.terms")
    try clinic.record(define())
    #expect(
      try clinic.rule(
        refusing: SellPackage(patient: "T-1", offer: "ten", sessions: 5, method: .cash))
        == "package.terms")
  }
}

extension Refusal {
  static let unexpected = Refusal(rule: "test", problem: "another fact", remedy: "none")
}
