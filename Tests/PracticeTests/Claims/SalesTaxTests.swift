import PracticeEvents
import TestSupport
import Testing

@testable import Practice

@Suite("Sales tax is decided by the prescription") struct SalesTaxTests {
  /// Charges a session of 2026-03-02 under a prescription with these particulars.
  private func charge(
    writtenOn: Int32 = 2026_03_02, credential: String = "MD", purpose: String = "neck pain",
    treating: Bool = true, serviceClass: ServiceClass = .medical, known: Bool = true
  ) throws -> SalesTax {
    var clinic = try AccountScenario()
    try clinic.give([
      .prescriptionRevoked(
        .with {
          $0.prescription = EntityID.make(.prescription, random: 1).description
          $0.revokedOn = 2026_01_02
        })
    ])
    if known {
      try clinic.give([
        .prescriptionAccepted(
          .with {
            $0.prescription = EntityID.make(.prescription, random: 2).description
            $0.referral = EntityID.make(.referral, random: 2).description
            ($0.writtenOn, $0.validFrom, $0.validThrough) = (writtenOn, writtenOn, 2026_12_31)
            ($0.purpose, $0.signatureName) = (purpose, "N. Okafor")
            ($0.credential, $0.treatingProvider) = (credential, treating)
          })
      ])
    }
    let session = try clinic.session(
      serviceClass: serviceClass, selfPay: true, prescribed: false)
    let facts = try clinic.record(PostCharge(session: session))
    guard case .chargePosted(let fact) = facts.first else { throw Refusal.unexpected }
    #expect((fact.taxCents > 0) == (fact.salesTax.treatment == .assessed))
    return fact.salesTax
  }

  @Test("a doctor's prescription written by the day of service exempts, also one that came later")
  func exempt() throws {
    let tax = try charge()
    #expect(tax.treatment == .exemptPrescribed)
    #expect(tax.prescription == EntityID.make(.prescription, random: 2).description)
    #expect(tax.referral == EntityID.make(.referral, random: 2).description)
    #expect(try charge(writtenOn: 2026_02_20, credential: "DC").treatment == .exemptPrescribed)
  }

  @Test("one that is written later, lacks something, or is for relaxation does not exempt")
  func taxed() throws {
    #expect(try charge(writtenOn: 2026_03_03).treatment == .assessed)
    #expect(try charge(purpose: "").treatment == .assessed)
    #expect(try charge(treating: false).treatment == .assessed)
    #expect(try charge(known: false).treatment == .assessed)
    #expect(try charge(serviceClass: .relaxation).treatment == .assessed)
    let tax = try charge(known: false)
    #expect(tax.rate == 6_625 && tax.taxableCents == 120_00)
  }

  @Test("one by a nurse practitioner or physician assistant is taxed and marked for review")
  func review() throws {
    for credential in ["NP", "PA"] {
      let tax = try charge(credential: credential)
      #expect(tax.treatment == .assessed && tax.review.contains(credential))
    }
  }
}
