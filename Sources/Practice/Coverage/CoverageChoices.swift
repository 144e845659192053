import PracticeEvents

/// The order in which insurers pay.
public enum CoverageRankChoice: String, WordChoice {
  case primary, secondary, tertiary

  var rank: CoverageRank {
    switch self {
    case .primary: .primary
    case .secondary: .secondary
    case .tertiary: .tertiary
    }
  }
}

/// What a patient is to the subscriber (X12 SBR02).
public enum RelationshipChoice: String, WordChoice {
  /// The patient is the subscriber.
  case subscriber = "self"
  case spouse, child, other

  var code: String {
    switch self {
    case .subscriber: "18"
    case .spouse: "01"
    case .child: "19"
    case .other: "G8"
    }
  }
}

/// What a visit limit is counted over.
public enum BenefitPeriodChoice: String, WordChoice {
  case calendarYear, contract, episode, lifetime

  var period: BenefitPeriod {
    switch self {
    case .calendarYear: .calendarYear
    case .contract: .contract
    case .episode: .episode
    case .lifetime: .lifetime
    }
  }
}

/// Why somebody pays for themselves.
public enum SelfPayChoice: String, WordChoice {
  case notCovered, declinedToUse, benefitsExhausted, maintenance, uninsured

  var why: SelfPayReason {
    switch self {
    case .notCovered: .notCovered
    case .declinedToUse: .declinedToUse
    case .benefitsExhausted: .benefitsExhausted
    case .maintenance: .maintenance
    case .uninsured: .uninsured
    }
  }
}

/// How care is paid for.
public enum RouteChoice: String, WordChoice {
  case outOfPocket, hsaFsa, slidingOrPlan, taxStatement, patientReimbursement
  case inNetworkClaim, outOfNetworkClaim, autoPip, workersCompensation

  var route: CoverageRoute {
    switch self {
    case .outOfPocket: .outOfPocket
    case .hsaFsa: .hsaFsa
    case .slidingOrPlan: .slidingOrPlan
    case .taxStatement: .taxStatement
    case .patientReimbursement: .patientReimbursement
    case .inNetworkClaim: .inNetworkClaim
    case .outOfNetworkClaim: .outOfNetworkClaim
    case .autoPip: .autoPip
    case .workersCompensation: .workersCompensation
    }
  }
}

/// What may be done after a failed inquiry (X12 AAA04).
public enum FollowUpChoice: String, WordChoice {
  case correctAndResubmit, resubmitAllowed, doNotResubmit

  var code: String {
    switch self {
    case .correctAndResubmit: "C"
    case .resubmitAllowed: "R"
    case .doNotResubmit: "N"
    }
  }
}
