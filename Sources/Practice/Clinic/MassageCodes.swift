import PracticeEvents

extension ClinicState {
  /// Whether a massage therapist may bill a code on a date, before any payer's own list: by the rule
  /// table `massage-codes`, else as the profession has it (`ProcedureFacts`); nil for a code that
  /// nobody knows.
  public func massageUse(
    of code: ProcedureCode, on date: CivilDate
  ) -> ProcedureFacts.MassageUse? {
    guard ruleKeys("massage-codes", on: date).contains(code.description) else {
      return ProcedureFacts.of(code)?.use
    }
    switch rule("massage-codes", code.description, on: date) {
    case 0: return .notForMassageTherapists
    case 1: return .whereScopeAndPayerAllow
    default: return .usual
    }
  }

  /// Why a payer does not take a code from a massage therapist; nil when it does. A payer's own list
  /// counts alone; without one, the codes that the clinic's rules hold usual.
  public func whyNotBillable(
    _ code: ProcedureCode, _ policy: PayerPolicy, on date: CivilDate
  ) -> String? {
    if !policy.lmtCpt.isEmpty {
      return policy.lmtCpt.contains(code.description)
        ? nil : "the payer's list for massage therapists lacks \(code)"
    }
    return massageUse(of: code, on: date) == .usual
      ? nil : "\(code) is for massage therapists only where scope and payer allow"
  }
}
