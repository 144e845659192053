import PracticeEvents

/// What a clinic should know before it takes money from an HSA or FSA: the account pays for medical
/// care alone, by the date of service, and the patient owes tax and a penalty on anything else
/// (IRC 213(d), 223(f)(4)). It warns; whether an expense qualifies is for the patient to say.
struct HealthAccountRule {
  private let patient: PatientState

  init(_ patient: PatientState) { self.patient = patient }

  static let packageWarning =
    "an HSA or FSA pays for care on the day it is given: a receipt must show dates of service, "
    + "which a package has only once it is used"

  /// - Parameter charges: identifiers of what the money is for.
  func warnings(for charges: [String]) -> [String] {
    guard !charges.isEmpty else {
      return ["money of an HSA or FSA stands as a credit: apply it to the charges it is for"]
    }
    return charges.compactMap { patient.account.charges[$0] }.flatMap(warnings).reduce(into: []) {
      all, one in
      if !all.contains(one) { all.append(one) }
    }
  }

  private func warnings(for charge: AccountState.Charge) -> [String] {
    if patient.care.sessions[charge.session]?.delivered.serviceClass == .relaxation {
      return ["charge \(charge.charge) is for relaxation, which an HSA or FSA does not pay for"]
    }
    guard !charge.session.isEmpty, patient.profile.letter(on: charge.serviceOn) == nil else {
      return []
    }
    return [
      "no letter of medical necessity holds on the day of service of charge \(charge.charge)"
    ]
  }
}

extension ProfileState {
  /// A letter of medical necessity that holds on a day, CCYYMMDD.
  public func letter(on day: Int32) -> MedicalNecessityLetterRecorded? {
    letters.last { $0.validFrom <= day && day <= $0.validThrough }
  }
}
