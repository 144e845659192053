import PracticeEvents

/// Whether massage is taxed: in New Jersey it is, unless a doctor prescribed it (N.J.S.A.
/// 54:32B-3(b)(9)). The prescription must have been written by the day of service, say what the
/// treatment is for, and be signed by a doctor who treats the patient (N.J.A.C. 18:24-33.4); one that
/// arrives later counts for that day all the same, and one written later does not.
struct SalesTaxDecision {
  let clinic: ClinicState
  let date: CivilDate

  /// - Parameter isInsured: whether an insurer is billed.
  func tax(
    of amount: Money, _ session: SessionDelivered, _ referral: ReferralState, isInsured: Bool
  ) -> (cents: Int64, why: SalesTax) {
    var why = SalesTax()
    why.taxableCents = amount.cents
    why.jurisdiction = clinic.profile.address.state
    why.rate = Int32(clamping: clinic.rule("billing", "sales-tax-rate", on: date))
    why.ruleVersion = clinic.ruleVersion("billing", "sales-tax-rate", on: date)
    if session.serviceClass == .medical {
      let found = prescriptions(session, referral)
      if let exempting = found.first(where: { standing($0) == .exempts }) {
        why.treatment = .exemptPrescribed
        why.prescription = exempting.accepted.prescription
        why.referral = exempting.accepted.referral
        return (0, why)
      }
      if let doubtful = found.first(where: { standing($0) == .toBeReviewed }) {
        why.review =
          "prescribed by \(doubtful.accepted.credential), whom N.J.A.C. 18:24-33.4 "
          + "does not list"
      }
    }
    if isInsured {
      why.treatment = .exemptInsured
      return (0, why)
    }
    guard why.rate > 0 else {
      why.treatment = .none
      return (0, why)
    }
    why.treatment = .assessed
    return (amount.times(Rate(milliPercent: Int64(why.rate))).cents, why)
  }

  private enum Standing { case exempts, toBeReviewed, doesNot }

  /// Those that hold on the day; the session's own comes first.
  private func prescriptions(
    _ session: SessionDelivered, _ referral: ReferralState
  ) -> [ReferralState.Prescription] {
    referral.prescriptions.values
      .filter { $0.accepted.writtenOn <= date.compact && $0.holds(on: date) }
      .sorted {
        let (first, second) = ($0.accepted.prescription, $1.accepted.prescription)
        if (first == session.prescription) != (second == session.prescription) {
          return first == session.prescription
        }
        return first < second
      }
  }

  private func standing(_ prescription: ReferralState.Prescription) -> Standing {
    let accepted = prescription.accepted
    guard !accepted.purpose.isEmpty, !accepted.signatureName.isEmpty, accepted.treatingProvider
    else { return .doesNot }
    switch clinic.rule("sales-tax", "prescriber-\(accepted.credential.lowercased())", on: date) {
    case 1: return .exempts
    case 2: return .toBeReviewed
    default: return .doesNot
    }
  }
}
