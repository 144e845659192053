import PracticeEvents

/// What a block or warning of the gate goes by, for whoever asks why.
public struct ClearanceRule: Sendable, Hashable {
  /// The regulation, policy or habit behind it.
  public let basis: String
  /// Numbers of the clinic's rule tables, as `table/key`.
  public let numbers: [String]

  fileprivate init(_ basis: String, _ numbers: String...) {
    self.basis = basis
    self.numbers = numbers
  }
}

extension ClearanceBlock.Code {
  public var rule: ClearanceRule {
    switch self {
    case .prescription:
      ClearanceRule(
        "a prescription before medical massage (practice page; payers)",
        "prescription/default-days", "prescription/max-days")
    case .verification:
      ClearanceRule(
        "an insurance verification, or the patient's election to pay (practice page)",
        "clearance/verification-max-age-days")
    case .coverage: ClearanceRule("coverage dates, and the payer's last answer")
    case .authorization:
      ClearanceRule("payer's policy requiresAuthorization, or its answer")
    case .license: ClearanceRule("N.J.A.C. 13:37A: a licence of the clinic's state; no override")
    case .privilege: ClearanceRule("advanced training for medical massage (practice page)")
    case .consent: ClearanceRule("consent to treatment")
    case .contraindication: ClearanceRule("an absolute contraindication needs a physician's word")
    case .assessment: ClearanceRule("a thorough assessment before treatment (practice page)")
    case .planExcludesTherapist:
      ClearanceRule("payer's policy acceptsMassageTherapists, or its answer; Medicare enrols none")
    case .frequencyCeiling:
      ClearanceRule(
        "acute: 2 to 3 visits a week (practice page)", "clearance/acute-max-visits-per-week")
    case .visitLimit:
      ClearanceRule("limit - here - elsewhere; payer's policy paysBeyondVisitLimit")
    }
  }
}

extension ClearanceWarning.Code {
  public var rule: ClearanceRule {
    switch self {
    case .reevaluationOverdue:
      ClearanceRule(
        "the plan's own numbers, else the clinic's of the class of the care",
        "clearance/reevaluate-every-visits", "clearance/reevaluate-every-days",
        "clearance/maintenance-reevaluate-every-days")
    case .oldVerification:
      ClearanceRule(
        "benefits are of the month of the answer", "clearance/verification-max-age-days",
        "clearance/verification-same-month")
    case .prescriptionEnding:
      ClearanceRule(
        "time to ask for a renewal", "clearance/prescription-warning-days",
        "clearance/prescription-warning-visits")
    case .frequencyOverPlan: ClearanceRule("advice, else the plan, else the guideline")
    case .balance: ClearanceRule("what the clinic lets stand", "clearance/balance-warning-cents")
    case .unsignedNote: ClearanceRule("contemporaneous entries, N.J.A.C. 13:37A-5.2")
    case .noEstimate: ClearanceRule("good-faith estimate, 45 CFR 149.610")
    case .packageUsedUp: ClearanceRule("packages bought, used and expired")
    case .noLetterOfNecessity: ClearanceRule("letter of medical necessity, IRS Publication 502")
    case .maintenanceOnInsurance: ClearanceRule("payers exclude maintenance (eviCore, BCBSKS)")
    case .benefitsEnding:
      ClearanceRule(
        "time to ask for more", "clearance/authorization-warning-visits",
        "clearance/authorization-warning-units", "clearance/authorization-warning-days")
    }
  }
}

extension ClinicState {
  /// A number of a rule table on a day with its version and source, e.g.
  /// `clearance/balance-warning-cents = 10000, default: clinic's choice`.
  ///
  /// - Parameter name: `table/key`.
  public func ruleText(_ name: String, on date: CivilDate) -> String {
    let parts = name.split(separator: "/", maxSplits: 1).map(String.init)
    guard parts.count == 2, let number = ruleNumber(parts[0], parts[1], on: date) else {
      return "\(name): no such rule"
    }
    let version = ruleVersion(parts[0], parts[1], on: date)
    return "\(name) = \(number.value), \(version.isEmpty ? "bundled" : version): \(number.source)"
  }
}
