import PracticeEvents

/// Charges for an appointment that the patient missed.
public struct ChargeNoShowFee: Command {
  public static let name = "charge-no-show-fee"
  public static let summary =
    "Charges the patient for a no-show, a late cancellation or a late move."
  public static let help = ["amount": "the policy's fee when left out; no more than it"]
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
    let amount = try agreedAmount(for: missed, of: state, facts)
    var fact = NoShowFeeCharged()
    fact.charge = try context.id(.charge, charge).description
    try facts.requireUnused(fact.charge, field: "charge")
    fact.appointment = appointment.description
    fact.amountCents = amount.cents
    fact.chargedOn = date.compact
    fact.lateCancellation = missed.miss == .lateCancellation
    fact.lateReschedule = missed.miss == .lateMove
    return Decision([.noShowFeeCharged(fact)].proposed(to: patient, on: date))
  }

  private func missedAppointment(
    _ state: PatientState, _ facts: some Facts
  ) throws -> (miss: Miss, on: CivilDate) {
    guard let missed = state.schedule.appointments[appointment.description], let miss = missed.miss
    else {
      throw Refusal(
        rule: "fee.notMissed", field: "appointment",
        problem:
          "appointment \(appointment) is neither a no-show nor cancelled or moved late by the patient",
        remedy: "record the no-show first",
        evidence: try facts.origin(of: appointment).map { [$0] } ?? [])
    }
    let date = try CivilDate(compact: missed.missedOn)
    guard state.profile.hasConsent(.noShowPolicy, on: date) else {
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
    return (miss, date)
  }

  /// The fee by the policy that was in force on the day, which the patient had signed: no more may
  /// be charged, and less only as agreed.
  private func agreedAmount(
    for missed: (miss: Miss, on: CivilDate), of state: PatientState, _ facts: some Facts
  ) throws -> Money {
    let clinic = try facts.clinic()
    if clinic.rule("scheduling", "first-miss-is-free", on: missed.on) != 0,
      !state.schedule.hasMiss(before: appointment.description)
    {
      throw Refusal(
        rule: "fee.firstTime", field: "appointment",
        problem: "the clinic's policy lets the first one pass",
        remedy: "nothing is to be charged")
    }
    let standard = clinic.rule("scheduling", missed.miss.feeRule, on: missed.on)
    guard standard > 0 else {
      throw Refusal(
        rule: "fee.none", field: "appointment",
        problem: "the clinic's policy of \(missed.on) has no fee for \(missed.miss.text)",
        remedy: "nothing is to be charged")
    }
    let amount = amount ?? Money(cents: Int64(standard))
    try requirePositive(amount, field: "amount")
    try requireAtMost(
      Int64(standard), amount, rule: "fee.abovePolicy", field: "amount",
      what: "of the policy that the patient signed")
    return amount
  }
}

/// How a patient lost the clinic's time.
enum Miss {
  case noShow, lateCancellation, lateMove

  /// The rule of the table `scheduling` that has its fee in cents.
  var feeRule: String {
    switch self {
    case .noShow: "no-show-fee-cents"
    case .lateCancellation: "late-cancel-fee-cents"
    case .lateMove: "late-reschedule-fee-cents"
    }
  }

  var text: String {
    switch self {
    case .noShow: "a no-show"
    case .lateCancellation: "a late cancellation"
    case .lateMove: "a late move"
    }
  }
}

extension Appointment {
  /// Nil when it was kept, or given up in time or by the clinic.
  var miss: Miss? {
    if status == .noShow { return .noShow }
    if status == .cancelled, lateCancellation, cancelledByPatient { return .lateCancellation }
    return lateMoveFromOn == 0 ? nil : .lateMove
  }

  /// The day that was lost.
  fileprivate var missedOn: Int32 { miss == .lateMove ? lateMoveFromOn : dateOn }
}

extension ScheduleState {
  /// Whether the patient missed another appointment before this one.
  fileprivate func hasMiss(before appointment: String) -> Bool {
    let this = appointments[appointment]?.missedOn ?? .max
    return appointments.values.contains {
      $0.appointment != appointment && $0.miss != nil && $0.missedOn <= this
    }
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
