import PracticeEvents

extension Judgement {
  /// In the order B1 to B12.
  var blocks: [ClearanceBlock] {
    let found =
      isMedical
      ? [
        noPrescription, noVerification, inactiveCoverage, noAuthorization, noLicense, noPrivilege,
        noConsent, contraindication, noAssessment, planExcludesTherapist, frequencyCeiling,
        visitLimitUsedUp,
      ] : [noLicense, noPrivilege, noConsent, contraindication]
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
    guard prescription.isFor(target.diagnoses) else {
      return "the prescription is for another diagnosis than the episode's: "
        + "\(prescription.accepted.diagnosesIcd10Cm.joined(separator: ", ")), not "
        + target.diagnoses.joined(separator: ", ")
    }
    guard prescription.reaches(target.regions) else {
      return "the prescription does not reach every region planned: it is for "
        + prescription.accepted.bodyRegions.joined(separator: ", ")
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
        ? answer.isOfPlanYear(of: visit.date)
          ? "the insurance verification is too old"
          : "the insurance was verified in another plan year"
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
      remedy: "record the licence or its renewal, or choose another therapist; no override",
      evidence: practitioner.licenses.values.map(\.event).filter { !$0.isEmpty }.sorted())
  }

  private var noPrivilege: ClearanceBlock? {
    let serviceClass: ServiceClass = isMedical ? .medical : .relaxation
    guard visit.practitioner != nil, !practitioner.mayDeliver(serviceClass, on: visit.date) else {
      return nil
    }
    let lacksTraining = practitioner.hasPrivilege(serviceClass, on: visit.date)
    let text =
      lacksTraining
      ? "the therapist's medical training is not recorded, or has expired"
      : "the therapist has no privilege for "
        + (isMedical ? "medical sessions" : "sessions for relaxation")
    return ClearanceBlock(
      .privilege, text,
      remedy: isMedical
        ? "choose a therapist with medical training, or grant the privilege"
        : "choose another therapist, or grant the privilege",
      evidence: lacksTraining
        ? practitioner.credentialEvents.values.sorted()
        : [practitioner.ruling(on: serviceClass, on: visit.date)?.event].compactMap { $0 })
  }

  private var noConsent: ClearanceBlock? {
    guard !patient.profile.hasConsent(.treatment, on: visit.date) else { return nil }
    let signed = patient.profile.consents.values.filter { $0.signed.kind == .treatment }
    let wasRevoked = signed.contains {
      $0.revokedOn != 0 && $0.revokedOn <= visit.date.compact
    }
    return ClearanceBlock(
      .consent,
      wasRevoked ? "the consent to treatment was revoked" : "no consent to treatment is in force",
      remedy: "have it signed and record it with `sign-consent`",
      evidence: signed.map(\.event).filter { !$0.isEmpty }.sorted())
  }

  private var contraindication: ClearanceBlock? {
    guard let screening = patient.profile.screening(on: visit.date), screening.outcome != .cleared,
      screening.findings.contains(where: { $0.scope == .absolute })
    else { return nil }
    return ClearanceBlock(
      .contraindication, "the screening found an absolute contraindication",
      remedy: "do not treat; screen again once a physician has cleared it",
      evidence: [patient.profile.screeningEvents[screening.screening]].compactMap { $0 })
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
      remedy: "assess the patient first; the first visit is the assessment",
      evidence: ([episode.event] + episode.assessmentEvents.values.sorted())
        .filter { !$0.isEmpty })
  }

  /// Payers and the guideline let an acute condition have so many visits a week; a therapist who
  /// prescribes more says so with `override-frequency`.
  private var frequencyCeiling: ClearanceBlock? {
    guard let id = episode?.opened.episode,
      patient.care.conditionClass(episode: id, on: visit.date) == .acute
    else { return nil }
    let given = patient.care.frequencyAdvice(episode: id, on: visit.date)?.advice
    let prescribed = Int(given?.visitsPerWeekMaxHundredths ?? 0)
    let ceiling = max(rule("acute-max-visits-per-week"), (prescribed + 99) / 100)
    let first = visit.date.adding(days: -6).compact
    let sessions = earlierSessions.filter {
      $0.delivered.episode == id && $0.delivered.deliveredOn >= first
    }
    guard sessions.count + 1 > ceiling else { return nil }
    return ClearanceBlock(
      .frequencyCeiling,
      "visit \(sessions.count + 1) in 7 days, where an acute condition has \(ceiling) at most",
      remedy: "move the visit, or record why with `override-frequency`",
      evidence: sessions.map(\.event).filter { !$0.isEmpty }.sorted())
  }

  private var visitLimitUsedUp: ClearanceBlock? {
    guard !policy.paysBeyondVisitLimit, let used = tightestLimit, used.left == 0 else { return nil }
    return ClearanceBlock(
      .visitLimit, "the plan's visits are used up (\(used.text))",
      remedy: "choose another route with `choose-coverage-route`, record `elect-self-pay --why "
        + "benefitsExhausted`, or verify anew; a supervisor may override it",
      evidence: used.evidence)
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
