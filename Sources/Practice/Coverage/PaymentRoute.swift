import PracticeEvents

extension CoverageRoute {
  /// Whether the clinic bills an insurer on this route. On the others the patient pays, whatever
  /// happens afterwards between patient and insurer.
  public var filesClaims: Bool {
    switch self {
    case .inNetworkClaim, .outOfNetworkClaim, .autoPip, .workersCompensation: true
    case .outOfPocket, .hsaFsa, .slidingOrPlan, .taxStatement, .patientReimbursement, .unspecified,
      .UNRECOGNIZED:
      false
    }
  }
}

extension CoverageState {
  /// The route chosen last for the date; nil when none was.
  public func chosenRoute(on date: CivilDate) -> CoverageRouteChosen? {
    routes.inForce(on: date, from: \.fromDateOn)
  }

  /// The election to pay oneself that holds on the date. It ends when a route that files claims is
  /// chosen later.
  public func selfPayElection(on date: CivilDate) -> SelfPayElected? {
    selfPayElections.last { $0.isInForce(on: date.compact) }
  }

  /// Whether the patient pays for a visit on the date: by election, or by the chosen route. Without
  /// either, insurance is asked first.
  public func patientPays(on date: CivilDate) -> Bool {
    if selfPayElection(on: date) != nil { return true }
    guard let chosen = chosenRoute(on: date) else { return false }
    return !chosen.route.filesClaims
  }

  /// The coverage that stands for the patient on the date, in force or not: the one of the chosen
  /// route, else the first by rank of those in force, else the one that ended last.
  public func coverage(on date: CivilDate) -> Coverage? {
    if let chosen = chosenRoute(on: date), chosen.route.filesClaims,
      let coverage = coverages[chosen.coverage]
    {
      return coverage
    }
    let begun = coverages.values.filter { $0.added.effectiveFrom <= date.compact }
    return begun.filter { $0.isInForce(on: date) }
      .min { ($0.added.rank.rawValue, $0.id) < ($1.added.rank.rawValue, $1.id) }
      ?? begun.max { ($0.effectiveThrough, $0.id) < ($1.effectiveThrough, $1.id) }
  }
}

extension CoverageState.Coverage {
  public var id: String { added.coverage }

  /// By its dates; the payer may know better (`latestAnswer`).
  public func isInForce(on date: CivilDate) -> Bool {
    added.effectiveFrom <= date.compact
      && (effectiveThrough == 0 || date.compact <= effectiveThrough)
  }

  /// What the payer said last about the date. Failed and voided inquiries say nothing; a good answer
  /// speaks of its own day and later ones, word of inactive coverage also of days before it.
  public func latestAnswer(on date: CivilDate) -> CoverageState.Verification? {
    verifications.filter { $0.speaks(of: date) }.inForce(on: .latest, from: \.answeredOn)
  }

  /// The last of the payer's answers about the date that states something; a later one that leaves
  /// it open takes nothing back.
  public func latestAnswer(
    on date: CivilDate, stating isStated: (InsuranceVerified) -> Bool
  ) -> CoverageState.Verification? {
    verifications.filter { $0.hasVerified && $0.speaks(of: date) && isStated($0.verified) }
      .inForce(on: .latest, from: \.answeredOn)
  }
}

extension CoverageState.Verification {
  /// Whether the payer said that coverage is not active.
  public var isInactive: Bool { inactiveFrom != 0 || verified.active == .no }

  func speaks(of date: CivilDate) -> Bool {
    if voided || failed { return false }
    if inactiveFrom != 0 { return inactiveFrom <= date.compact }
    return verified.verifiedOn <= date.compact && verified.asOfOn <= date.compact
  }

  /// Whether a visit on the date may rely on it: coverage is active, the answer is still good, no
  /// more than so many days old, and of the plan year of the date.
  public func isFresh(on date: CivilDate, maxAgeDays: Int) -> Bool {
    guard hasVerified, speaks(of: date), verified.active == .yes,
      verified.goodThrough >= date.compact, let verifiedOn = verified.verifiedOn.civilDate
    else { return false }
    return verifiedOn.days(until: date) <= maxAgeDays && isOfPlanYear(of: date)
  }

  /// Whether no plan year began between the day that it speaks of and a date: benefits and eligibility
  /// are then to be asked anew. Without the plan's first day it is the calendar year.
  func isOfPlanYear(of date: CivilDate) -> Bool {
    let began = BenefitPeriod.contract.start(
      on: date, planBegan: verified.planBeginsOn.civilDate)
    return (began ?? date.startOfYear).compact <= max(verified.verifiedOn, verified.asOfOn)
  }
}

extension Answer {
  /// Whether it is a plain yes or no.
  var isStated: Bool { self == .yes || self == .no }
}

extension PatientState {
  /// How care on the date is paid for, elections counted in; `.unspecified` while nobody chose.
  public func effectiveRoute(on date: CivilDate) -> CoverageRoute {
    let chosen = coverage.chosenRoute(on: date)?.route ?? .unspecified
    let elected = coverage.selfPayElection(on: date) != nil
    return elected && (chosen.filesClaims || chosen == .unspecified) ? .outOfPocket : chosen
  }

  /// The payer whom a claim for the date would go to; nil when the patient pays or nobody is insured.
  public func payer(on date: CivilDate) -> SubjectID? {
    guard !coverage.patientPays(on: date) else { return nil }
    return coverage.coverage(on: date).flatMap { try? SubjectID($0.added.payer) }
  }
}
