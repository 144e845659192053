import Practice
import PracticeEvents
import Projection

public enum AppointmentExplainReport: Report {
  public static let name = "appointment.explain"
  public static let title = "What became of an appointment"
  public static let summary =
    "Booked, moved, cancelled or missed: the notice given, what the policy of the day asks, the fee."
  public static let roles: Set<Role> = [.frontDesk, .therapist, .biller]
  public static let parameters: [Parameter] = [
    .required("appointment", .text, "identifier of the appointment")
  ]
  public static let columns = ExplainStep.columns
  public static let key = ExplainStep.key
  public static let projectors: [any Projector.Type] = []

  public static func run(_ arguments: Arguments, _ source: ReportSource) throws -> ReportBody {
    guard let id = try? EntityID(arguments.text("appointment") ?? ""), id.kind == .appointment,
      let owner = try source.facts.owner(of: .entity(id)),
      let appointment = try source.facts.patient(owner).schedule.appointments[id.description]
    else {
      throw ReportError.notFound(
        parameter: "appointment", problem: "no appointment has this identifier")
    }
    let patient = try ExplainedPatient(owner, source)
    let story = AppointmentStory(appointment: appointment, patient: patient, source: source)
    let steps = try story.steps()
    return ReportBody(
      subject: try source.subject(owner), rows: steps.map(\.cells),
      notes: [
        "Notice is judged by the rule of the day on which it was given, a fee by that of the day "
          + "that was lost. What the clinic itself changes is never late."
      ], patients: [owner])
  }
}

/// The events of one appointment in order, each with the rule that judged it.
private struct AppointmentStory {
  let appointment: Appointment
  let patient: ExplainedPatient
  let source: ReportSource

  func steps() throws -> [ExplainStep] {
    try patient.history.compactMap(step) + policy
  }

  private func step(_ recorded: RecordedFact) throws -> ExplainStep? {
    let id = appointment.appointment
    let given = source.zone.date(of: recorded.event.occurredAt.instant)
    func found(_ topic: String, _ what: String, rule: String = "") -> ExplainStep {
      ExplainStep(topic: topic, code: id, what: what, rule: rule, event: recorded)
    }
    func scheduling(_ key: String, on date: CivilDate) -> String {
      source.clinic.ruleText("scheduling/\(key)", on: date)
    }
    switch recorded.event.fact {
    case .appointmentBooked(let fact) where fact.appointment == id:
      return found(
        "booked",
        try place(fact.startsAt.instant, fact.endsAt.instant, fact.practitioner, fact.room)
          + "; afterwards the room stays taken \(fact.turnoverMinutes) minutes, the therapist "
          + "\(fact.practitionerTurnoverMinutes)"
          + (fact.series.isEmpty ? "" : "; of series \(fact.series)")
          + (fact.outsideHours ? "; outside hours, by a supervisor" : ""),
        rule: scheduling("turnover-minutes", on: given))
    case .appointmentConfirmed(let fact) where fact.appointment == id:
      return found("confirmed", "by the patient")
    case .reminderSent(let fact) where fact.appointment == id:
      return found("reminded", "by \(fact.means.text)")
    case .appointmentRescheduled(let fact) where fact.appointment == id:
      return found(
        "moved",
        try "to " + place(fact.startsAt.instant, fact.endsAt.instant, fact.practitioner, fact.room)
          + "; " + notice(fact.noticeMinutes, byPatient: fact.byPatient, late: fact.late),
        rule: scheduling("late-cancel-notice-minutes", on: given))
    case .patientCheckedIn(let fact) where fact.appointment == id:
      return found("checked in", "at \(source.zone.local(of: fact.checkedInAt.instant).time)")
    case .appointmentCancelled(let fact) where fact.appointment == id:
      return found(
        "cancelled", notice(fact.noticeMinutes, byPatient: fact.byPatient, late: fact.late),
        rule: scheduling("late-cancel-notice-minutes", on: given))
    case .appointmentNoShowRecorded(let fact) where fact.appointment == id:
      return found(
        "no-show", "nobody had come \(fact.graceMinutes) minutes after the start",
        rule: scheduling("no-show-grace-minutes", on: given))
    case .appointmentNoShowReversed(let fact) where fact.appointment == id:
      return found("no-show taken back", recorded.event.reason)
    case .sessionDelivered(let fact) where fact.appointment == id:
      return found("delivered", fact.session)
    case .noShowFeeCharged(let fact) where fact.appointment == id:
      return found("fee", "\(fact.charge): \(sum(fact.amountCents)) charged to the patient")
    case .feeWaived(let fact) where fees.contains(fact.charge):
      return found("fee", "\(fact.charge): waived, \(recorded.event.reason)")
    case .chargeVoided(let fact) where fees.contains(fact.charge):
      return found("fee", "\(fact.charge): voided, \(recorded.event.reason)")
    default: return nil
    }
  }

  /// What the policy asks for a visit that was lost; nothing for one that was kept.
  private var policy: [ExplainStep] {
    let key: String
    switch appointment.status {
    case .noShow: key = "no-show-fee-cents"
    case .cancelled where appointment.lateCancellation: key = "late-cancel-fee-cents"
    default: return []
    }
    guard let lost = appointment.dateOn.civilDate else { return [] }
    let fee = source.clinic.rule("scheduling", key, on: lost)
    let isFirstFree = source.clinic.rule("scheduling", "first-miss-is-free", on: lost) != 0
    let isSigned = patient.state.profile.hasConsent(.noShowPolicy, on: lost)
    return [
      ExplainStep(
        topic: "policy", code: appointment.appointment,
        what: "the fee of \(lost) is \(sum(Int64(fee)))"
          + (isFirstFree ? ", a first miss is free" : "")
          + (isSigned
            ? "; the patient had signed the policy"
            : "; the patient had not signed the policy, so that none can be charged")
          + (fees.isEmpty ? "; none was charged" : ""),
        rule: source.clinic.ruleText("scheduling/\(key)", on: lost))
    ]
  }

  private var fees: Set<String> {
    Set(
      patient.state.account.charges.values.filter {
        $0.isFee && $0.appointment == appointment.appointment
      }.map(\.charge))
  }

  private func place(
    _ start: Instant, _ end: Instant, _ practitioner: String, _ room: String
  ) throws -> String {
    let name = try (try? SubjectID(practitioner)).map {
      try source.facts.practitioner($0).current.name.short
    }
    let local = source.zone.local(of: start)
    return "\(local.date) \(local.time) for \(start.minutes(until: end)) minutes, "
      + [name, room].compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: ", ")
  }

  private func notice(_ minutes: Int32, byPatient: Bool, late: Bool) -> String {
    let (hours, rest) = (minutes.magnitude / 60, minutes.magnitude % 60)
    let time = [hours > 0 ? "\(hours) h" : "", rest > 0 || hours == 0 ? "\(rest) min" : ""]
      .filter { !$0.isEmpty }.joined(separator: " ")
    return "by the \(byPatient ? "patient" : "clinic"), \(time) "
      + (minutes < 0 ? "after" : "before") + " the start: "
      + (late ? "late" : byPatient ? "in time" : "not the patient's doing")
  }
}

extension ReminderMeans {
  fileprivate var text: String {
    switch self {
    case .phone: "phone"
    case .textMessage: "text message"
    case .email: "e-mail"
    case .letter: "letter"
    case .unspecified, .UNRECOGNIZED: "unknown means"
    }
  }
}
