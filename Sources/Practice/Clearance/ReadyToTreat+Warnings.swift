import PracticeEvents

extension Judgement {
  /// In the order W1 to W11.
  var warnings: [ClearanceWarning] {
    let found =
      isMedical
      ? [
        reevaluationOverdue, oldVerification, prescriptionEnding, frequencyOverPlan, balance,
        unsignedNote, noEstimate, packageUsedUp, noLetterOfNecessity, maintenanceOnInsurance,
        benefitsEnding,
      ] : [balance, unsignedNote, packageUsedUp]
    return found.compactMap { $0 }
  }

  private var reevaluationOverdue: ClearanceWarning? {
    guard let id = episode?.opened.episode,
      let evaluated = patient.care.lastEvaluatedOn(episode: id).civilDate, evaluated <= visit.date
    else { return nil }
    let sessions = earlierSessions.filter {
      $0.delivered.episode == id && $0.delivered.deliveredOn > evaluated.compact
    }
    let days = evaluated.days(until: visit.date)
    guard
      patient.care.reevaluationLimits(episode: id, on: visit.date, by: clinic)
        .isReached(visits: sessions.count, days: days)
    else { return nil }
    return ClearanceWarning(
      .reevaluationOverdue,
      "re-evaluation is due: \(sessions.count) visits and \(days) days since the last evaluation",
      remedy: "re-evaluate the patient at this visit",
      evidence: [patient.care.lastEvaluation(episode: id)].compactMap { $0 }
        + sessions.map(\.event).filter { !$0.isEmpty }.sorted())
  }

  private var oldVerification: ClearanceWarning? {
    guard election == nil, let answer, answer.verified.active == .yes,
      let verifiedOn = answer.verified.verifiedOn.civilDate
    else { return nil }
    let isOld = verifiedOn.days(until: visit.date) > rule("verification-max-age-days")
    let isOfAnotherMonth =
      rule("verification-same-month") == 1 && verifiedOn.startOfMonth != visit.date.startOfMonth
    guard isOld || isOfAnotherMonth else { return nil }
    return ClearanceWarning(
      .oldVerification,
      isOld ? "the insurance verification is old" : "the insurance was verified in another month",
      remedy: "verify the insurance again", evidence: [answer.event])
  }

  private var prescriptionEnding: ClearanceWarning? {
    guard let prescription else { return nil }
    let days = visit.date.days(until: prescription.lastDay(maxDays: prescriptionMaxDays))
    let visits = prescription.visitsLeft(excluding: ownSessions)
    let endsSoon = days <= rule("prescription-warning-days")
    let isNearlyUsed = visits.map { $0 <= rule("prescription-warning-visits") } ?? false
    guard endsSoon || isNearlyUsed else { return nil }
    let left = visits.map { ", visits left with this one: \($0)" } ?? ""
    return ClearanceWarning(
      .prescriptionEnding, "the prescription ends soon: \(days) more days\(left)",
      remedy: "ask the doctor for a renewal", evidence: [prescription.event])
  }

  private var frequencyOverPlan: ClearanceWarning? {
    guard let id = episode?.opened.episode,
      let frequency = patient.care.frequency(episode: id, on: visit.date, by: clinic),
      frequency.highestPerWeekHundredths > 0
    else { return nil }
    let highest = Int(frequency.highestPerWeekHundredths)
    // One visit in `days` days is the least that can be counted: 50 hundredths are one in 14 days.
    let days = max(7, (700 + highest - 1) / highest)
    let allowed = max(1, (highest + 99) / 100)
    let first = visit.date.adding(days: 1 - days).compact
    let sessions = earlierSessions.filter {
      $0.delivered.episode == id && $0.delivered.deliveredOn >= first
    }
    guard sessions.count + 1 > allowed else { return nil }
    return ClearanceWarning(
      .frequencyOverPlan,
      "visit \(sessions.count + 1) in \(days) days, where the plan allows \(allowed)",
      remedy: "move the visit, or record why with `override-frequency`",
      evidence: patient.care.frequencyEvents(episode: id, on: visit.date)
        + sessions.map(\.event).filter { !$0.isEmpty }.sorted())
  }

  private var balance: ClearanceWarning? {
    let owed = patient.account.receivableCents.patient &- patient.account.unappliedCents
    guard owed > rule("balance-warning-cents") else { return nil }
    return ClearanceWarning(
      .balance, "the patient owes more than the clinic lets stand",
      remedy: "collect at the desk, or agree on a payment plan")
  }

  private var unsignedNote: ClearanceWarning? {
    let unsigned = patient.care.unsignedSessions(before: visit.date)
      .filter { !ownSessions.contains($0.delivered.session) }
    guard !unsigned.isEmpty else { return nil }
    return ClearanceWarning(
      .unsignedNote, "earlier sessions without a signed note: \(unsigned.count)",
      remedy: "have the therapist sign the notes", evidence: unsigned.map(\.event))
  }

  private var noEstimate: ClearanceWarning? {
    guard patientPays, patient.account.estimate(on: visit.date) == nil else { return nil }
    return ClearanceWarning(
      .noEstimate, "no good-faith estimate is in force for a patient who pays",
      remedy: "issue one before the visit (45 CFR 149.610)")
  }

  private var packageUsedUp: ClearanceWarning? {
    let packages = patient.account.packages.values
    let isLeft = packages.contains {
      ($0.lastDay == 0 || visit.date.compact <= $0.lastDay) && !$0.valuesLeft.isEmpty
    }
    guard patientPays || !isMedical, !packages.isEmpty, !isLeft else { return nil }
    return ClearanceWarning(
      .packageUsedUp, "every package has expired or is used up",
      remedy: "sell a new one, or charge the visit")
  }

  private var noLetterOfNecessity: ClearanceWarning? {
    guard patient.effectiveRoute(on: visit.date) == .hsaFsa,
      patient.profile.letter(on: visit.date.compact) == nil
    else { return nil }
    return ClearanceWarning(
      .noLetterOfNecessity, "no letter of medical necessity is in force for an HSA or FSA",
      remedy: "ask the doctor for a letter; it holds at most a year")
  }

  private var maintenanceOnInsurance: ClearanceWarning? {
    guard claimCoverage != nil, let id = episode?.opened.episode else { return nil }
    guard patient.care.isMaintenance(episode: id, on: visit.date) else { return nil }
    return ClearanceWarning(
      .maintenanceOnInsurance, "maintenance care is on an insurance route, and payers exclude it",
      remedy: "have the patient choose to pay, with `elect-self-pay --why maintenance`",
      evidence: patient.care.conditionEvents(episode: id, on: visit.date))
  }

  private var benefitsEnding: ClearanceWarning? {
    guard claimCoverage != nil else { return nil }
    var reasons: [String] = []
    var evidence: [String] = []
    if let authorization {
      reasons = endings(of: authorization)
      if !reasons.isEmpty { evidence.append(authorization.event) }
    }
    if let limit = tightestLimit, limit.left <= rule("authorization-warning-visits"),
      limit.left > 0 || policy.paysBeyondVisitLimit
    {
      reasons.append("visits that the plan still pays: \(limit.left) (\(limit.text))")
      evidence += limit.evidence
    }
    guard !reasons.isEmpty else { return nil }
    return ClearanceWarning(
      .benefitsEnding, reasons.joined(separator: "; "),
      remedy: "ask the payer for more, or talk with the patient about paying", evidence: evidence)
  }

  private func endings(of authorization: CoverageState.Authorization) -> [String] {
    var reasons: [String] = []
    if let visits = authorization.visitsLeft(excluding: ownSessions),
      visits <= rule("authorization-warning-visits")
    {
      reasons.append("authorized visits left: \(visits)")
    }
    if let units = authorization.unitsLeft(excluding: ownSessions),
      units < rule("authorization-warning-units")
    {
      reasons.append("authorized units left: \(units)")
    }
    if let through = authorization.approved.throughDateOn.civilDate,
      visit.date.days(until: through) <= rule("authorization-warning-days")
    {
      reasons.append("days until the authorization ends: \(visit.date.days(until: through))")
    }
    return reasons
  }
}
