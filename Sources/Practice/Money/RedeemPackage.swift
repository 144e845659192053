import PracticeEvents

/// Uses one prepaid session.
public struct RedeemPackage: Command {
  public static let name = "redeem-package"
  public static let summary = "Settles a session's charge with one session of a package."
  public static let help = ["charge": "needed when the session has several open charges"]
  public static let roles: Set<Role> = [.frontDesk, .biller]

  public var package: EntityID
  public var session: EntityID
  public var charge: EntityID?
  public var redeemedOn: CivilDate?

  public init(
    package: EntityID, session: EntityID, charge: EntityID? = nil, redeemedOn: CivilDate? = nil
  ) {
    self.package = package
    self.session = session
    self.charge = charge
    self.redeemedOn = redeemedOn
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let (patient, state) = try facts.holder(of: package, .package, field: "package")
    let account = state.account
    let bought = try account.package(package, field: "package")
    let date = try context.bookingDate(redeemedOn, field: "redeemedOn", facts)
    let target = try target(account)
    try check(bought, target, state)
    guard let value = bought.valuesLeft.first else {
      throw Refusal(
        rule: "package.usedUp", field: "package",
        problem: "all \(bought.sold.sessions) sessions of package \(package) are redeemed",
        remedy: "take a payment, or sell another package")
    }
    let open = target.patientOpenCents &- target.taxOpenCents
    guard value <= open else {
      throw Refusal(
        rule: "package.worthMore", field: "charge",
        problem: "a session of the package is worth more than is open on charge \(target.charge) "
          + "before tax",
        remedy: "take payments off the charge first, or let it be paid otherwise")
    }
    var fact = PackageRedeemed()
    fact.package = package.description
    fact.session = session.description
    fact.charge = target.charge
    fact.valueCents = value
    fact.discountCents = open &- value
    fact.redeemedOn = date.compact
    return Decision([.packageRedeemed(fact)].proposed(to: patient, on: date))
  }

  private func target(_ account: AccountState) throws -> AccountState.Charge {
    if let charge {
      let target = try account.charge(charge, field: "charge")
      guard target.session == session.description else {
        throw Refusal(
          rule: "package.session", field: "charge", problem: "the charge is of another session",
          remedy: "give a charge of session \(session)")
      }
      return target
    }
    let standing = account.standingCharges(ofSession: session.description)
    let candidates = standing.count == 1 ? standing : standing.filter { $0.patientOpenCents > 0 }
    guard candidates.count == 1 else {
      throw Refusal(
        rule: "package.charge", field: "charge",
        problem: "session \(session) has \(candidates.count) charges that the patient owes",
        remedy: candidates.isEmpty ? "post its charge first" : "say which one with charge")
    }
    return candidates[0]
  }

  private func check(
    _ bought: AccountState.Package, _ target: AccountState.Charge, _ state: PatientState
  ) throws {
    guard target.package.isEmpty else {
      throw Refusal(
        rule: "package.redeemed", field: "charge",
        problem: "a session of package \(target.package) settles charge \(target.charge) already",
        remedy: "take a payment for the rest, or record reverse-redemption first")
    }
    guard target.coverage.isEmpty, target.claim.isEmpty else {
      throw Refusal(
        rule: "package.insured", field: "charge",
        problem: "charge \(target.charge) is billed to insurance",
        remedy: "a prepaid session settles only what no insurer is asked to pay")
    }
    guard bought.lastDay == 0 || target.serviceOn <= bought.lastDay else {
      throw Refusal(
        rule: "package.expired", field: "package",
        problem: "package \(package) had expired on the day of the session",
        remedy: "take a payment, or sell another package")
    }
    let appointment = state.care.sessions[session.description]?.delivered.appointment ?? ""
    let service = state.schedule.appointments[appointment]?.service
    guard service == nil || service == bought.sold.service else {
      throw Refusal(
        rule: "package.service", field: "session",
        problem: "the session was of another service than package \(package)",
        remedy: "redeem it for a session of the package's service")
    }
  }
}

/// Gives a prepaid session back.
public struct ReverseRedemption: Command {
  public static let name = "reverse-redemption"
  public static let summary = "Gives a redeemed session back to its package."
  public static let roles: Set<Role> = [.biller]

  public var package: EntityID
  public var charge: EntityID

  public init(
    package: EntityID, charge: EntityID
  ) {
    self.package = package
    self.charge = charge
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let (patient, state) = try facts.holder(of: package, .package, field: "package")
    _ = try context.requiredReason()
    let date = try context.bookingDate(field: "occurredAt", facts)
    let redeemed = try state.account.package(package, field: "package").redeemed
    guard redeemed[charge.description] != nil else {
      throw Refusal(
        rule: "package.notRedeemed", field: "charge",
        problem: "package \(package) does not settle charge \(charge)",
        remedy: "check both identifiers")
    }
    let origin = try facts.history(tagged: .entity(charge)).last {
      if case .packageRedeemed = $0.event.fact { true } else { false }
    }
    var fact = PackageRedemptionReversed()
    fact.package = package.description
    fact.charge = charge.description
    return Decision(
      [.packageRedemptionReversed(fact)].proposed(
        to: patient, on: date, corrects: origin?.eventID))
  }
}

extension AccountState.Charge {
  /// The sales tax that the patient still owes: what was paid counts against the tax first. The
  /// clinic owes it to the state, so no package discount covers it.
  fileprivate var taxOpenCents: Int64 {
    min(max(0, taxCents &- patientPaidCents), max(0, patientOpenCents))
  }
}
