import PracticeEvents

/// The gate before treatment: may this visit go ahead, and on what does it rest?
///
/// A pure function of what is known of the patient, the therapist, the payer and the clinic. The
/// clinic's own rule (its practice page: a prescription and an insurance verification before medical
/// massage) and what licence, consent and payer ask for come together here. The numbers are rules of
/// the tables `clearance` and `prescription` (`ClinicState.rule`), effective-dated facts.
///
/// Blocks of a medical visit:
/// - B1: no accepted prescription, received by then, holds on the date, is for a diagnosis of the
///   episode, allows the codes and regions planned and has a visit left
///   (`ReferralState.usablePrescription`). Asked of every medical visit, whoever pays.
/// - B2: no election to pay oneself, and no fresh verification: not voided, coverage active, about
///   the date or an earlier day, good through the date, at most `verification-max-age-days` old, and
///   of the same plan year.
///   Anything newer that the payer said counts instead: word of inactive coverage makes an earlier
///   good answer worthless.
/// - B3: the coverage has ended or has not begun, or the payer said last that it is not active.
/// - B4: the payer's policy or its answer asks for an authorization, and none suffices for the units
///   of the visit
///   (`CoverageState.usableAuthorization`).
/// - B5: the therapist has no active licence of the clinic's state, of any while the clinic has no
///   address (N.J.A.C. 13:37A; no override).
/// - B6: the therapist has no privilege for services of the visit's class, and for medical ones no
///   medical training.
/// - B7: no consent to treatment is in force.
/// - B8: the last screening done by the day of the visit found an absolute contraindication and did
///   not end with `cleared`.
/// - B9: nobody assessed the patient in this episode on the date or before. The assessment is a fact
///   of its own, so a first session follows it, on the same day if need be.
/// - B10: massage therapists are not paid: by the payer's last answer that says so or otherwise, else
///   by its policy; Medicare does not enrol them at all. An answer `unknown` passes.
/// - B11: with this visit, an acute condition has more visits in 7 days than
///   `acute-max-visits-per-week`, and no `override-frequency` of the day allows them.
/// - B12: the plan's visit limit is used up (`PatientState.benefitCounters`), and the payer's policy
///   does not say that it pays beyond one (`paysBeyondVisitLimit`).
///
/// B3, B4, B10 and B12 are asked only where a claim will be filed, not when the patient pays. A visit for
/// relaxation is judged by B5, B6, B7 and B8 alone; of the warnings it gets W5, W6 and W8.
///
/// Warnings:
/// - W1: re-evaluation is due: as many visits or days since the last evaluation as the plan says,
///   else the clinic's for the class of the care (`CareState.reevaluationLimits`).
/// - W2: the verification is older than `verification-max-age-days`, or of another month than the
///   visit where `verification-same-month` is 1.
/// - W3: the prescription ends within `prescription-warning-days`, or has at most
///   `prescription-warning-visits` left, this one included.
/// - W4: with this visit, more visits in the last 7 days than the plan, an override of it, or the
///   guideline for the condition allows. Below one visit a week the stretch is that of one visit.
/// - W5: the patient owes more than `balance-warning-cents`, credit taken off.
/// - W6: an earlier session has no signed note.
/// - W7: the patient pays and no good-faith estimate is in force (45 CFR 149.610).
/// - W8: the patient pays, has bought packages, and none is left.
/// - W9: the route is HSA/FSA and no letter of medical necessity is in force (IRS Publication 502).
/// - W10: the condition is in maintenance, which payers exclude, and a claim will be filed.
/// - W11: the authorization has at most `authorization-warning-visits` or fewer than
///   `authorization-warning-units` left or ends within `authorization-warning-days`, or the plan has
///   at most `authorization-warning-visits` visits left, this one included.
public enum ReadyToTreat {
  /// - Parameters:
  ///   - payer: of the coverage that `PatientState.payer(on:)` names; nil when there is none.
  public static func evaluate(
    patient: PatientState, practitioner: PractitionerState, payer: PayerState?, clinic: ClinicState,
    visit: PlannedVisit
  ) -> Clearance {
    let judgement = Judgement(
      patient: patient, practitioner: practitioner, payer: payer, clinic: clinic, visit: visit)
    var clearance = Clearance(
      blocks: judgement.blocks, warnings: judgement.warnings,
      selfPay: judgement.patientPays || !judgement.isMedical)
    clearance.grounds = judgement.grounds
    guard judgement.isMedical else { return clearance }
    clearance.coverage = judgement.claimCoverage?.id ?? ""
    clearance.basis.prescription = judgement.prescription?.accepted.prescription ?? ""
    clearance.basis.verification =
      judgement.election == nil ? judgement.freshVerification?.verification ?? "" : ""
    clearance.basis.authorization =
      (judgement.authorization ?? judgement.scarceAuthorization)?.approved.authorization ?? ""
    return clearance
  }
}

/// One visit with all that it is judged by.
struct Judgement {
  let patient: PatientState
  let practitioner: PractitionerState
  let payer: PayerState?
  let clinic: ClinicState
  let visit: PlannedVisit

  let isMedical: Bool
  let patientPays: Bool
  let election: SelfPayElected?
  /// The coverage that stands for the patient, whoever pays.
  let coverage: CoverageState.Coverage?
  let answer: CoverageState.Verification?
  let policy: PayerPolicy
  /// Sessions that do not count against the visit: its own.
  let ownSessions: Set<String>
  /// The episode that the visit is part of; nil when nobody said and more than one is open.
  let episode: CareState.Episode?

  init(
    patient: PatientState, practitioner: PractitionerState, payer: PayerState?, clinic: ClinicState,
    visit: PlannedVisit
  ) {
    self.patient = patient
    self.practitioner = practitioner
    self.payer = payer
    self.clinic = clinic
    self.visit = visit
    // A class this program does not know is judged by the stricter rules.
    isMedical = visit.serviceClass != .relaxation
    patientPays = patient.coverage.patientPays(on: visit.date)
    election = patient.coverage.selfPayElection(on: visit.date)
    coverage = patient.coverage.coverage(on: visit.date)
    answer = coverage?.latestAnswer(on: visit.date)
    policy = payer?.policy(on: visit.date) ?? PayerPolicy()
    ownSessions = Set(
      patient.care.sessions.values.lazy.map(\.delivered)
        .filter { $0.appointment == visit.excludingAppointment }.map(\.session))
    if let named = visit.episode {
      episode = patient.care.episodes[named]
    } else {
      let open = patient.care.episodes.values.filter { !$0.isDischarged }
      episode = open.count == 1 ? open.first : nil
    }
  }

  /// The coverage that a claim for the visit goes to; nil when the patient pays.
  var claimCoverage: CoverageState.Coverage? { patientPays ? nil : coverage }

  var prescription: ReferralState.Prescription? {
    patient.referral.usablePrescription(
      on: visit.date, cpt: visit.cpt, for: target, maxDays: prescriptionMaxDays,
      excluding: ownSessions)
  }

  /// What the visit treats, as far as anybody said.
  var target: TreatmentTarget {
    TreatmentTarget(diagnoses: episode?.diagnoses.map(\.icd10Cm) ?? [], regions: visit.regions)
  }

  /// Delivered by the day of the visit, the visit's own left out.
  var earlierSessions: [CareState.Session] {
    patient.care.sessions.values.filter {
      !$0.voided && $0.delivered.deliveredOn <= visit.date.compact
        && !ownSessions.contains($0.delivered.session)
    }
  }

  /// The payer's limit; the clinic's own was applied when the prescription was accepted.
  var prescriptionMaxDays: Int { Int(policy.prescriptionMaxDays) }

  var freshVerification: CoverageState.Verification? {
    guard let answer, answer.isFresh(on: visit.date, maxAgeDays: rule("verification-max-age-days"))
    else { return nil }
    return answer
  }

  var authorization: CoverageState.Authorization? {
    guard let claimCoverage else { return nil }
    return patient.coverage.usableAuthorization(
      of: claimCoverage.id, on: visit.date, cpt: visit.cpt, units: visit.units,
      excluding: ownSessions)
  }

  /// One that would suffice for a shorter visit; the visit consumes it when it goes ahead.
  var scarceAuthorization: CoverageState.Authorization? {
    guard let claimCoverage, authorization == nil else { return nil }
    return patient.coverage.usableAuthorization(
      of: claimCoverage.id, on: visit.date, cpt: visit.cpt, excluding: ownSessions)
  }

  /// The visit limit with the fewest visits left; nil when the patient pays or none was stated.
  var tightestLimit: BenefitCounter? {
    guard let claimCoverage else { return nil }
    return patient.benefitCounters(
      of: claimCoverage.id, on: visit.date, cpt: visit.cpt, episode: episode?.opened.episode,
      excluding: ownSessions
    ).min { $0.left < $1.left }
  }

  var requiresAuthorization: Bool {
    let stated = coverage?.latestAnswer(on: visit.date) { $0.authorizationRequired.isStated }
    return policy.requiresAuthorization || stated?.verified.authorizationRequired == .yes
  }

  func rule(_ key: String) -> Int { clinic.rule("clearance", key, on: visit.date) }
}
