import Practice
import PracticeEvents

extension ReportScenario {
  /// What patients agree with the clinic: a package, a plan in arrears, a discount by income, an
  /// estimate, a health account without a letter, a statement.
  mutating func addAgreements() throws {
    try record(
      .ben, at: "2026-02-02",
      .paymentReceived(
        .with {
          ($0.payment, $0.receivedOn, $0.amountCents) = ("pay-p", 2026_02_02, 900_00)
          $0.method = .card
        }))
    try record(
      .ben, at: "2026-02-02",
      .packageSold(
        .with {
          ($0.package, $0.name, $0.service, $0.sessions) = ("pkg-1", "Ten", "med60", 10)
          ($0.priceCents, $0.payment, $0.soldOn) = (900_00, "pay-p", 2026_02_02)
        }))
    try record(
      .ben, at: "2026-02-02",
      .paymentPlanAgreed(
        .with { plan in
          (plan.paymentPlan, plan.balanceCents, plan.agreedOn) = ("pln-1", 100_00, 2026_02_02)
          plan.instalments = [
            .with { ($0.number, $0.dueOn, $0.amountCents) = (1, 2026_02_09, 100_00) }
          ]
        }))
    try record(
      .ben, at: "2026-02-02",
      .slidingScaleApproved(
        .with {
          ($0.discountRate, $0.tier) = (40_000, 2)
          ($0.validFrom, $0.validThrough) = (2026_02_02, 2027_02_01)
        }))
    try record(
      .ben, at: "2026-02-02",
      .goodFaithEstimateIssued(
        .with {
          ($0.estimate, $0.totalCents, $0.issuedOn) = ("gfe-1", 500_00, 2026_02_02)
          $0.validThrough = 2027_02_01
        }))
    try record(
      .ben, at: "2026-02-03",
      .chargePosted(
        .with {
          ($0.charge, $0.serviceOn, $0.cpt, $0.units) = ("chg-s", 2026_02_03, "97124", 4)
          ($0.amountCents, $0.discountCents, $0.responsible) = (120_00, 48_00, .patient)
        }))
    try record(
      .ben, at: "2026-02-03",
      .paymentReceived(
        .with {
          ($0.payment, $0.receivedOn, $0.amountCents) = ("pay-h", 2026_02_03, 72_00)
          $0.method = .hsa
        }))
    try record(
      .ben, at: "2026-02-03",
      .paymentApplied(
        .with { ($0.payment, $0.charge, $0.amountCents) = ("pay-h", "chg-s", 72_00) }))
    try record(
      .ben, at: "2026-02-27",
      .statementIssued(
        .with {
          ($0.statement, $0.issuedOn, $0.balanceCents) = ("stm-1", 2026_02_27, 25_00)
          ($0.fromDateOn, $0.throughDateOn) = (2026_02_01, 2026_02_27)
        }))
  }
}
