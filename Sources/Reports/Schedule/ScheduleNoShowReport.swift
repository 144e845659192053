import Practice
import PracticeEvents
import Projection
import ReadModels

public enum ScheduleNoShowReport: Report {
  public static let name = "schedule.noshow"
  public static let title = "No-shows and late cancellations"
  public static let summary = "Who missed or cancelled late, how often before, and the fee for it."
  public static let roles: Set<Role> = [.frontDesk, .biller]
  public static let parameters: [Parameter] = [
    .optional("from", .date, "first day", default: "startOfMonth"),
    .optional("through", .date, "last day", default: "today"),
  ]
  public static let columns =
    [Column("date", "Date", .date), Column("time", "Time", .time)] + PatientLabel.columns + [
      Column("practitioner", "Therapist", .text), Column("service", "Service", .text),
      Column("what", "What", .text),
      Column("earlier", "Earlier", .integer, unit: "appointments"),
      Column("fee", "Fee", .money), Column("feeOpen", "Fee open", .money),
      Column("appointment", "Appointment", .text, isDetail: true),
    ]
  public static let key = ["appointment"]
  public static let projectors: [any Projector.Type] = [
    ScheduleProjector.self, ReadinessProjector.self,
  ]

  public static func run(_ arguments: Arguments, _ source: ReportSource) throws -> ReportBody {
    let dates = try arguments.dates(from: "from", through: "through")
    let readiness = try source.readiness()
    let names = NameBook(readiness)
    let missed = try source.schedule().appointments(dates).filter(\.wasMissed)
    var feeCents: Int64 = 0
    var openCents: Int64 = 0
    let rows = try missed.map { appointment in
      let state =
        try (try? SubjectID(appointment.patient)).map(readiness.patient) ?? PatientState()
      let earlier = state.schedule.appointments.values.count {
        $0.wasMissed && $0.startsAtUs < appointment.startsAtUs
      }
      let fee = state.account.charges.values.filter {
        $0.isFee && $0.appointment == appointment.appointment && !$0.voided
      }
      let (charged, open) = (
        fee.reduce(0) { $0 &+ $1.amountCents }, fee.reduce(0) { $0 &+ $1.patientOpenCents }
      )
      feeCents &+= charged
      openCents &+= open
      return [
        .day(appointment.dateOn),
        .time(source.zone.local(of: appointment.startsAt).time),
      ] + PatientLabel(state.profile).cells + [
        .word(try names.practitioner(appointment.practitioner)), .word(appointment.service),
        .text(appointment.status == .noShow ? "no-show" : "late cancellation"),
        .integer(earlier), fee.isEmpty ? .none : .cents(charged),
        fee.isEmpty ? .none : .cents(open), .text(appointment.appointment),
      ]
    }
    var totals = columns.map { _ in Cell.none }
    totals[6] = .text("all")
    totals[8] = .cents(feeCents)
    totals[9] = .cents(openCents)
    return ReportBody(
      rows: rows, totals: totals,
      notes: [
        "Cancellations in time are not listed. Earlier counts the patient's misses before this "
          + "one, at any date. A blank fee was never charged."
      ])
  }
}

extension Appointment {
  /// Whether the time was lost: nobody came, or notice was too late.
  fileprivate var wasMissed: Bool {
    status == .noShow || (status == .cancelled && lateCancellation)
  }
}
