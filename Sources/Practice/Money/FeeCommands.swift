import PracticeEvents

/// Charges for an appointment that the patient missed.
public struct ChargeNoShowFee: Command {
  public static let name = "charge-no-show-fee"
  public static let summary = "Charges the patient for a no-show or a late cancellation."
  public static let help = ["amount": "the clinic's no-show fee when left out"]
  public static let roles: Set<Role> = [.frontDesk, .biller]

  public var appointment: EntityID
  public var amount: Money?
  public var chargedOn: CivilDate?
  public var charge: EntityID?

  public init(
    appointment: EntityID, amount: Money? = nil, chargedOn: CivilDate? = nil,
    charge: EntityID? = nil
  ) {
    self.appointment = appointment
    self.amount = amount
    self.chargedOn = chargedOn
    self.charge = charge
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let (patient, state) = try facts.holder(of: appointment, .appointment, field: "appointment")
    let date = try context.bookingDate(chargedOn, field: "chargedOn", facts)
    let missed = try missedAppointment(state, facts)
    let standard = try facts.clinic().rule("scheduling", "no-show-fee-cents", on: date)
    let amount = amount ?? Money(cents: Int64(standard))
    try requirePositive(amount, field: "amount")
    var fact = NoShowFeeCharged()
    fact.charge = try context.id(.charge, charge).description
    try facts.requireUnused(fact.charge, field: "charge")
    fact.appointment = appointment.description
    fact.amountCents = amount.cents
    fact.chargedOn = date.compact
    fact.lateCancellation = missed.status == .cancelled
    return Decision([.noShowFeeCharged(fact)].proposed(to: patient, on: date))
  }

  private func missedAppointment(_ state: PatientState, _ facts: some Facts) throws -> Appointment {
    guard let missed = state.schedule.appointments[appointment.description],
      missed.status == .noShow
        || (missed.status == .cancelled && missed.lateCancellation && missed.cancelledByPatient)
    else {
      throw Refusal(
        rule: "fee.notMissed", field: "appointment",
        problem:
          "appointment \(appointment) is neither a no-show nor cancelled late by the patient",
        remedy: "record the no-show first",
        evidence: try facts.origin(of: appointment).map { [$0] } ?? [])
    }
    guard state.profile.hasConsent(.noShowPolicy, on: try CivilDate(compact: missed.dateOn)) else {
      throw Refusal(
        rule: "fee.policy", field: "appointment",
        problem: "the patient had not signed the no-show policy on that day",
        remedy: "have it signed for the next time; this one cannot be charged")
    }
    let earlier = state.account.charges.values.first {
      $0.appointment == appointment.description && !$0.voided
    }
    if let earlier {
      throw Refusal(
        rule: "fee.charged", field: "appointment",
        problem: "charge \(earlier.charge) is for this appointment already",
        remedy: "one appointment has one fee",
        evidence: try facts.origin(of: EntityID(earlier.charge)).map { [$0] } ?? [])
    }
    return missed
  }
}

/// Lets a patient off a fee.
public struct WaiveFee: Command {
  public static let name = "waive-fee"
  public static let summary = "Lets the patient off a no-show or late-cancellation fee."
  public static let roles: Set<Role> = [.biller]

  public var charge: EntityID
  public var waivedOn: CivilDate?

  public init(
    charge: EntityID, waivedOn: CivilDate? = nil
  ) {
    self.charge = charge
    self.waivedOn = waivedOn
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let (patient, state) = try facts.holder(of: charge, .charge, field: "charge")
    _ = try context.requiredReason()
    let fee = try state.account.charge(charge, field: "charge")
    let date = try context.bookingDate(waivedOn, field: "waivedOn", facts)
    guard fee.isFee, !fee.waived else {
      throw Refusal(
        rule: "fee.notWaivable", field: "charge",
        problem: "charge \(charge) is not a fee, or was waived already",
        remedy: fee.isFee ? "nothing is left to do" : "use write-off for a service")
    }
    var fact = FeeWaived()
    fact.charge = charge.description
    fact.waivedOn = date.compact
    let corrects = try facts.origin(of: charge)
    return Decision(
      state.account.unapplyingFacts(of: fee).proposed(to: patient, on: date)
        + [ProposedFact(patient, .feeWaived(fact), effectiveOn: date, corrects: corrects)])
  }
}
