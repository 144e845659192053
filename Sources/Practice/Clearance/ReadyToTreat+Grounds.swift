import PracticeEvents

extension Judgement {
  /// The conditions that are met, with the events that they rest on; those that were not asked, as
  /// an authorization that nobody requires, are left out.
  var grounds: [Clearance.Ground] {
    let stopped = Set(blocks.map(\.code))
    let found = isMedical ? medicalGrounds + commonGrounds : commonGrounds
    let order = ClearanceBlock.Code.allCases
    return found.filter { !stopped.contains($0.code) }
      .sorted { (order.firstIndex(of: $0.code) ?? 0) < (order.firstIndex(of: $1.code) ?? 0) }
  }

  private func ground(
    _ code: ClearanceBlock.Code, _ text: String, _ evidence: [String?]
  ) -> Clearance.Ground {
    Clearance.Ground(
      code: code, text: text, evidence: evidence.compactMap { $0 }.filter { !$0.isEmpty })
  }

  private var medicalGrounds: [Clearance.Ground] {
    var found: [Clearance.Ground] = []
    if let prescription {
      let lastDay = prescription.lastDay(maxDays: prescriptionMaxDays)
      let left = prescription.visitsLeft(excluding: ownSessions)
      let visits = left.map { " and has \($0) visits left, this one included" } ?? ""
      found.append(
        ground(
          .prescription,
          "prescription \(prescription.accepted.prescription) holds through \(lastDay)\(visits)",
          [prescription.event]))
    }
    if election != nil {
      found.append(ground(.verification, "the patient chose to pay", []))
    } else if let freshVerification {
      found.append(
        ground(
          .verification, "verification \(freshVerification.verification) is good",
          [freshVerification.event]))
    }
    if let claimCoverage {
      found.append(
        ground(.coverage, "coverage \(claimCoverage.id) is in force", [claimCoverage.event]))
    }
    if requiresAuthorization, let authorization {
      found.append(
        ground(
          .authorization,
          "authorization \(authorization.approved.authorization) suffices for \(visit.units) units",
          [authorization.event]))
    }
    if let limit = tightestLimit, limit.left > 0 {
      found.append(
        ground(
          .visitLimit, "the plan still pays \(limit.left) visits (\(limit.text))", limit.evidence))
    }
    if let episode {
      let done = episode.assessments.filter { $0.assessedOn <= visit.date.compact }
      found.append(
        ground(
          .assessment, "the patient was assessed in this episode",
          done.map { episode.assessmentEvents[$0.assessment] }))
    }
    return found
  }

  private var commonGrounds: [Clearance.Ground] {
    var found: [Clearance.Ground] = []
    if visit.practitioner != nil {
      let license = practitioner.license(on: visit.date, in: clinic.profile.address.state)
      found.append(ground(.license, "the therapist's licence is active", [license?.event]))
      let serviceClass: ServiceClass = isMedical ? .medical : .relaxation
      found.append(
        ground(
          .privilege, "the therapist may deliver sessions of this class",
          [practitioner.ruling(on: serviceClass, on: visit.date)?.event]
            + (isMedical ? practitioner.credentialEvents.values.sorted() : [])))
    }
    if let consent = patient.profile.consent(.treatment, on: visit.date) {
      found.append(ground(.consent, "consent to treatment is in force", [consent.event]))
    }
    if let screening = patient.profile.screening(on: visit.date) {
      found.append(
        ground(
          .contraindication, "the last screening forbids nothing",
          [patient.profile.screeningEvents[screening.screening]]))
    }
    return found
  }
}
