import PracticeEvents

/// How people name the class of a condition.
public enum ConditionChoice: String, WordChoice {
  case acute, chronic, maintenance, stress

  var conditionClass: ConditionClass {
    switch self {
    case .acute: .acute
    case .chronic: .chronic
    case .maintenance: .maintenance
    case .stress: .stress
    }
  }
}

public enum InstrumentChoice: String, WordChoice {
  case nprs, vas, ndi, odi, psfs, quickDASH, lefs, rmdq

  var instrument: Instrument {
    switch self {
    case .nprs: .nprs
    case .vas: .vas
    case .ndi: .ndi
    case .odi: .odi
    case .psfs: .psfs
    case .quickDASH: .quickdash
    case .lefs: .lefs
    case .rmdq: .rmdq
    }
  }
}

public enum MeasurePurposeChoice: String, WordChoice {
  case baseline, interim, discharge, beforeSession, afterSession

  var purpose: MeasurePurpose {
    switch self {
    case .baseline: .baseline
    case .interim: .interim
    case .discharge: .discharge
    case .beforeSession: .beforeSession
    case .afterSession: .afterSession
    }
  }
}

public enum MotionMethodChoice: String, WordChoice {
  case goniometer, inclinometer

  var method: MotionMethod {
    switch self {
    case .goniometer: .goniometer
    case .inclinometer: .inclinometer
    }
  }
}

public enum PlanIntentChoice: String, WordChoice {
  case injury, function, circulation, pain

  var intent: PlanIntent {
    switch self {
    case .injury: .injury
    case .function: .function
    case .circulation: .circulation
    case .pain: .pain
    }
  }
}

public enum RecommendationChoice: String, WordChoice {
  case `continue`, taper, revise, discharge, refer

  var recommendation: Recommendation {
    switch self {
    case .continue: .continue
    case .taper: .taper
    case .revise: .revise
    case .discharge: .discharge
    case .refer: .refer
    }
  }
}

public enum DischargeChoice: String, WordChoice {
  case goalsMet, plateau, benefitsExhausted, noShow, patientChoice, referredOut

  var reason: DischargeReason {
    switch self {
    case .goalsMet: .goalsMet
    case .plateau: .plateau
    case .benefitsExhausted: .benefitsExhausted
    case .noShow: .noShow
    case .patientChoice: .patientChoice
    case .referredOut: .referredOut
    }
  }
}

extension Laterality {
  var side: Side {
    switch self {
    case .left: .left
    case .right: .right
    case .bilateral: .bilateral
    case .notApplicable: .notApplicable
    }
  }
}

extension Laterality {
  /// Nil for a side that nobody stated.
  init?(_ side: Side) {
    guard let stated = Self.allCases.first(where: { $0.side == side }) else { return nil }
    self = stated
  }
}
