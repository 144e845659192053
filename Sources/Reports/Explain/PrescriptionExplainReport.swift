import Practice
import PracticeEvents
import Projection

public enum PrescriptionExplainReport: Report {
  public static let name = "prescription.explain"
  public static let title = "How prescriptions hold, and what used them"
  public static let summary =
    "Each prescription's last day by its arithmetic, and the sessions that used its visits."
  public static let roles: Set<Role> = [.frontDesk, .therapist, .biller]
  public static let parameters: [Parameter] = [
    .required("patient", .patient, "MRN or id"),
    .optional("date", .date, "the day of a visit", default: "today"),
  ]
  public static let columns = ExplainStep.columns
  public static let key = ExplainStep.key
  public static let projectors: [any Projector.Type] = []

  public static func run(_ arguments: Arguments, _ source: ReportSource) throws -> ReportBody {
    let date = try arguments.requiredDate("date")
    let patient = try ExplainedPatient(arguments.requiredSubject("patient"), source)
    let payer = patient.state.payer(on: date)
    let policy = try payer.map { try source.facts.payer($0).policy(on: date) }
    let maxDays = Int(policy?.prescriptionMaxDays ?? 0)
    let prescriptions = patient.state.referral.prescriptions.values.sorted {
      ($0.accepted.writtenOn, $0.accepted.prescription)
        < ($1.accepted.writtenOn, $1.accepted.prescription)
    }
    let chosen = patient.state.referral.usablePrescription(on: date, maxDays: maxDays)
    let steps = prescriptions.flatMap { prescription in
      validity(prescription, patient, maxDays, source)
        + visits(prescription, patient)
        + [
          verdict(
            prescription, on: date, maxDays, isChosen: prescription == chosen, patient)
        ]
    }
    return ReportBody(
      subject: try source.subject(patient.id), rows: steps.map(\.cells),
      notes: [
        "Days count from the day of writing, and the last one is included: written 2026-01-10 for "
          + "60 days holds through 2026-03-11. A visit counts when its session was delivered; a void "
          + "gives it back; a renewal counts anew.",
        "Of several that hold on a day, the one that ends first is used. Diagnoses, codes and "
          + "regions are judged per visit: `explain clearance`.",
      ])
  }

  private static func validity(
    _ prescription: ReferralState.Prescription, _ patient: ExplainedPatient, _ maxDays: Int,
    _ source: ReportSource
  ) -> [ExplainStep] {
    let accepted = prescription.accepted
    let id = accepted.prescription
    guard let written = accepted.writtenOn.civilDate, let through = accepted.validThrough.civilDate
    else { return [] }
    let days = written.days(until: through)
    let stated =
      accepted.durationDays > 0 ? "it says \(accepted.durationDays) days" : "it says none"
    let rules = [
      source.clinic.ruleText("prescription/default-days", on: written),
      source.clinic.ruleText("prescription/max-days", on: written),
    ]
    var steps = [
      ExplainStep(
        topic: "validity", code: id,
        what: "written \(written) + \(days) days = \(through); \(stated)"
          + (accepted.renews.isEmpty ? "" : "; renews \(accepted.renews), counted anew"),
        rule: rules.joined(separator: "; "), event: patient.event(prescription.event))
    ]
    if let received = patient.state.referral.referrals[accepted.referral]?.received {
      let event = patient.history.first {
        guard case .referralReceived(let fact) = $0.event.fact else { return false }
        return fact.referral == accepted.referral
      }
      let day = received.receivedOn.civilDate.map { "\($0)" } ?? ""
      steps.append(
        ExplainStep(
          topic: "validity", code: id, what: "received \(day); no visit before may rely on it",
          event: event))
    }
    if maxDays > 0 {
      steps.append(
        ExplainStep(
          topic: "validity", code: id,
          what: "written \(written) + \(maxDays) days = \(written.adding(days: maxDays))",
          rule: "the payer's policy prescriptionMaxDays"))
    }
    if let revoked = prescription.revokedOn.civilDate {
      let event = patient.history.last {
        guard case .prescriptionRevoked(let fact) = $0.event.fact else { return false }
        return fact.prescription == id
      }
      steps.append(
        ExplainStep(
          topic: "validity", code: id,
          what: "revoked from \(revoked): last day \(revoked.adding(days: -1))", event: event))
    }
    return steps
  }

  /// Every use and release, with what is left after it.
  private static func visits(
    _ prescription: ReferralState.Prescription, _ patient: ExplainedPatient
  ) -> [ExplainStep] {
    let ordered = Int(prescription.accepted.visitsOrdered)
    let id = prescription.accepted.prescription
    var used = 0
    return patient.history.compactMap { recorded in
      let (session, word): (String, String)
      switch recorded.event.fact {
      case .prescriptionVisitConsumed(let fact) where fact.prescription == id:
        (session, word) = (fact.session, "used by")
        used += 1
      case .prescriptionVisitReleased(let fact) where fact.prescription == id:
        (session, word) = (fact.session, "given back by")
        used -= 1
      default: return nil
      }
      let day = patient.session(session)?.delivered.deliveredOn.civilDate
      return ExplainStep(
        topic: "visits", code: id,
        what: "\(word) \(session)" + (day.map { " of \($0)" } ?? "")
          + ": \(used)" + (ordered > 0 ? " of \(ordered)" : ", not limited"),
        event: recorded)
    }
  }

  private static func verdict(
    _ prescription: ReferralState.Prescription, on date: CivilDate, _ maxDays: Int,
    isChosen: Bool, _ patient: ExplainedPatient
  ) -> ExplainStep {
    let last = prescription.lastDay(maxDays: maxDays)
    let left = prescription.visitsLeft()
    let isOpen =
      prescription.holds(on: date, maxDays: maxDays)
      && patient.state.referral.hasArrived(prescription, by: date)
    let text =
      !isOpen
      ? "does not hold on \(date)"
      : left == 0
        ? "holds through \(last), and its visits are used up"
        : "holds through \(last)" + (left.map { " with \($0) visits left" } ?? "")
          + (isChosen ? "; a visit on \(date) uses this one" : "")
    return ExplainStep(topic: "on \(date)", code: prescription.accepted.prescription, what: text)
  }
}
