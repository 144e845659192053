import Practice
import PracticeEvents
import Projection
import ReadModels

public enum ScheduleDayReport: Report {
  public static let name = "schedule.day"
  public static let title = "Schedule of the day"
  public static let summary =
    "Who comes when, to whom, whether treatment may go ahead, and what is left and owed."
  public static let roles: Set<Role> = [.frontDesk, .therapist, .biller]
  public static let parameters: [Parameter] = [
    .optional("date", .date, "the day", default: "today"),
    .optional("practitioner", .practitioner, "only this therapist"),
    .optional("room", .text, "only this room"),
  ]
  public static let columns =
    [Column("time", "Time", .time), Column("end", "End", .time, isDetail: true)]
    + PatientLabel.columns + [
      Column("service", "Service", .text, isDetail: true),
      Column("practitioner", "Therapist", .text),
      Column("room", "Room", .text, isDetail: true), Column("status", "Status", .text),
      Column("ready", "Gate", .flag), Column("firstBlock", "First block", .text),
      Column("prescriptionVisitsLeft", "Rx left", .integer, unit: "visits"),
      Column("authorizationVisitsLeft", "Auth left", .integer, unit: "visits"),
      Column("copay", "Copay due", .money, isDetail: true), Column("balance", "Balance", .money),
    ]
  public static let key = ["mrn", "time"]
  public static let projectors: [any Projector.Type] = [
    ScheduleProjector.self, ReadinessProjector.self,
  ]

  public static func run(_ arguments: Arguments, _ source: ReportSource) throws -> ReportBody {
    let date = try arguments.requiredDate("date")
    let practitioner = arguments.subject("practitioner")?.description
    let room = arguments.text("room")
    let readiness = try source.readiness()
    let names = NameBook(readiness)
    let appointments = try source.schedule().appointments(on: date).filter {
      (practitioner == nil || $0.practitioner == practitioner) && (room == nil || $0.room == room)
    }
    return ReportBody(
      rows: try appointments.map { try row($0, on: date, readiness, names, source) },
      notes: [
        "Blank under Gate: nothing is to be treated any more. Blank under Rx left or Auth left: "
          + "none applies, or it is not limited by visits.",
        "Copay due is the plan's copay by the last verification. Balance is what the patient owes "
          + "less credit; what insurers owe is not counted.",
      ])
  }

  private static func row(
    _ appointment: Appointment, on date: CivilDate, _ readiness: ReadinessQueries,
    _ names: NameBook, _ source: ReportSource
  ) throws -> [Cell] {
    let patient = try (try? SubjectID(appointment.patient)).map(readiness.patient)
    let state = patient ?? PatientState()
    let visit = appointment.awaitsTreatment ? appointment.plannedVisit(source.clinic) : nil
    let clearance = try visit.map { try readiness.clearance(of: state, for: $0) }
    let standing = clearance?.standingBlocks(overridden: appointment.overriddenBlocks)
    let prescription = clearance.flatMap { state.referral.prescriptions[$0.basis.prescription] }
    let authorization = clearance.flatMap { state.coverage.authorizations[$0.basis.authorization] }
    let copay = clearance.flatMap { state.coverage.copayCents($0, on: date, cpt: visit?.cpt ?? []) }
    let account = state.account
    return [
      .time(source.zone.local(of: appointment.startsAt).time),
      .time(source.zone.local(of: appointment.endsAt).time),
    ] + PatientLabel(state.profile).cells + [
      .word(appointment.service), .word(try names.practitioner(appointment.practitioner)),
      .word(appointment.room), .text(appointment.status.text),
      standing.map { .flag($0.isEmpty) } ?? .none,
      standing?.first.map { .text("\($0.code.rawValue) \($0.text)") } ?? .none,
      prescription.flatMap { $0.visitsLeft() }.map(Cell.integer) ?? .none,
      authorization.flatMap { $0.visitsLeft() }.map(Cell.integer) ?? .none,
      copay.map(Cell.cents) ?? .none,
      .cents(account.receivableCents.patient &- account.unappliedCents),
    ]
  }
}

extension CoverageState {
  /// What the plan asks of the patient at the visit, by the payer's last answer: of the benefit for
  /// the procedure if it names one, else of the benefit for massage (X12 EB03 BE), else of the
  /// first that is covered. Nil when the patient pays anyway or nobody said.
  fileprivate func copayCents(
    _ clearance: Clearance, on date: CivilDate, cpt: [ProcedureCode]
  )
    -> Int64?
  {
    guard !clearance.selfPay, let answer = coverages[clearance.coverage]?.latestAnswer(on: date),
      answer.hasVerified
    else { return nil }
    let covered = answer.verified.benefits.filter { $0.covered == .yes }
    let codes = cpt.map(\.description)
    let benefit =
      covered.first { !$0.cpt.isEmpty && codes.contains($0.cpt) }
      ?? covered.first { $0.serviceType == "BE" } ?? covered.first
    return benefit?.copayCents
  }
}
