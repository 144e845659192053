import PracticeEvents

extension Judgement {
  /// In the order B1 to B10.
  var blocks: [ClearanceBlock] {
    let found =
      isMedical
      ? [
        noPrescription, noVerification, inactiveCoverage, noAuthorization, noLicense, noPrivilege,
        noConsent, contraindication, noAssessment, planExcludesTherapist,
      ] : [noLicense, noConsent, contraindication]
    return found.compactMap { $0 }
  }

  private var noPrescription: ClearanceBlock? {
    guard prescription == nil else { return nil }
    let last = patient.referral.prescriptions.values.max {
      ($0.accepted.writtenOn, $0.accepted.prescription)
        < ($1.accepted.writtenOn, $1.accepted.prescription)
    }
    guard let last else {
      return ClearanceBlock(
        .prescription, "there is no accepted prescription",
        remedy: "accept the doctor's prescription with `accept-prescription`")
    }
    return ClearanceBlock(
      .prescription, whyNot(last),
      remedy: "ask the doctor for a prescription or its renewal", evidence: [last.event])
  }

  private func whyNot(_ prescription: ReferralState.Prescription) -> String {
    let ordered = prescription.accepted.visitsOrdered
    if prescription.accepted.validFrom > visit.date.compact {
      return "the prescription was written after the visit"
    }
    if patient.referral.firstDay(of: prescription) > visit.date.compact {
      return "the prescription was received after the visit"
    }
    if prescription.revokedOn != 0, prescription.revokedOn <= visit.date.compact {
      return "the prescription was revoked"
    }
    if !prescription.holds(on: visit.date, maxDays: prescriptionMaxDays) {
      return "the prescription has run out"
    }
    if prescription.visitsLeft(excluding: ownSessions) == 0 {
      let used = prescription.visitsUsed(excluding: ownSessions)
      return "the prescription's visits are exhausted (\(used)/\(ordered))"
    }
    return "the prescription does not allow every procedure planned"
  }

  private var noVerification: ClearanceBlock? {
    guard election == nil, freshVerification == nil else { return nil }
    let remedy = "verify the insurance with `verify-insurance`, or record `elect-self-pay`"
    guard coverage != nil else {
      return ClearanceBlock(
        .verification, "no insurance is on file and nobody chose to pay", remedy: remedy)
    }
    guard let answer else {
      return ClearanceBlock(.verification, "the insurance was not verified", remedy: remedy)
    }
    let text =
      answer.isInactive
      ? "the payer said that coverage is not active"
      : answer.verified.active == .yes
        ? "the insurance verification is too old"
        : "the payer could not say whether coverage is active"
    return ClearanceBlock(.verification, text, remedy: remedy, evidence: [answer.event])
  }

  private var inactiveCoverage: ClearanceBlock? {
    guard let claimCoverage else { return nil }
    let remedy = "add the coverage that is active, or record `elect-self-pay`"
    if !claimCoverage.isInForce(on: visit.date) {
      return ClearanceBlock(
        .coverage, "the coverage is not in force on the day of the visit", remedy: remedy,
        evidence: [claimCoverage.event])
    }
    guard let answer, answer.isInactive else { return nil }
    return ClearanceBlock(
      .coverage, "the payer said that coverage is not active", remedy: remedy,
      evidence: [answer.event])
  }

  private var noAuthorization: ClearanceBlock? {
    guard let claimCoverage, requiresAuthorization, authorization == nil else { return nil }
    let given = patient.coverage.authorizations.values
      .filter { $0.approved.coverage == claimCoverage.id && !$0.denied }
      .sorted { $0.approved.authorization < $1.approved.authorization }
    let current = given.filter { $0.holds(on: visit.date) }
    let text =
      given.isEmpty
      ? "the payer asks for an authorization and there is none"
      : current.isEmpty
        ? "no authorization covers the day of the visit"
        : scarceAuthorization != nil
          ? "no authorization has the \(visit.units) units left that the visit needs"
          : current.contains { $0.covers(visit.cpt) }
            ? "the authorization is used up" : "no authorization allows every procedure planned"
    return ClearanceBlock(
      .authorization, text,
      remedy: "get the payer's authorization and record it with `approve-authorization`",
      evidence: (current.isEmpty ? given : current).map(\.event))
  }

  private var noLicense: ClearanceBlock? {
    let state = clinic.profile.address.state
    guard visit.practitioner != nil, !practitioner.isLicensed(on: visit.date, in: state) else {
      return nil
    }
    let isElsewhere = practitioner.isLicensed(on: visit.date)
    return ClearanceBlock(
      .license,
      isElsewhere
        ? "the therapist is licensed in another state than the clinic's, \(state)"
        : "the therapist's licence is not active on the day of the visit",
      remedy: "record the licence or its renewal, or choose another therapist; no override")
  }

  private var noPrivilege: ClearanceBlock? {
    guard visit.practitioner != nil, !practitioner.mayDeliver(.medical, on: visit.date) else {
      return nil
    }
    return ClearanceBlock(
      .privilege, "the therapist has no privilege for medical sessions",
      remedy: "choose a therapist with medical training, or grant the privilege")
  }

  private var noConsent: ClearanceBlock? {
    guard !patient.profile.hasConsent(.treatment, on: visit.date) else { return nil }
    return ClearanceBlock(
      .consent, "no consent to treatment is in force",
      remedy: "have it signed and record it with `sign-consent`")
  }

  private var contraindication: ClearanceBlock? {
    guard let screening = patient.profile.screening(on: visit.date), screening.outcome != .cleared,
      screening.findings.contains(where: { $0.scope == .absolute })
    else { return nil }
    return ClearanceBlock(
      .contraindication, "the screening found an absolute contraindication",
      remedy: "do not treat; screen again once a physician has cleared it")
  }

  private var noAssessment: ClearanceBlock? {
    guard let episode else {
      return ClearanceBlock(
        .assessment, "the visit belongs to no episode of care",
        remedy: "open an episode, assess the patient, and name the episode with the appointment")
    }
    guard !episode.assessments.contains(where: { $0.assessedOn <= visit.date.compact }) else {
      return nil
    }
    return ClearanceBlock(
      .assessment, "the patient was not assessed in this episode",
      remedy: "assess the patient first; the first visit is the assessment")
  }

  private var planExcludesTherapist: ClearanceBlock? {
    guard let claimCoverage else { return nil }
    let isExcluded: Bool
    let stated = claimCoverage.latestAnswer(on: visit.date) { $0.lmtCovered.isStated }
    switch stated?.verified.lmtCovered ?? .unknown {
    case .no: isExcluded = true
    case .yes: isExcluded = payer?.current.type == .medicare
    case .unknown, .UNRECOGNIZED:
      isExcluded = policy.acceptsLmt == .no || payer?.current.type == .medicare
    }
    guard isExcluded else { return nil }
    return ClearanceBlock(
      .planExcludesTherapist, "the plan does not pay for services by a massage therapist",
      remedy: "record `elect-self-pay`, or choose a route that files no claim",
      evidence: stated?.verified.lmtCovered == .no ? [stated?.event].compactMap { $0 } : [])
  }
}
