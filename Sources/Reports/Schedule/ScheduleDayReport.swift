import Practice
import PracticeEvents
import Projection
import ReadModels

public enum ScheduleDayReport: Report {
  public static let name = "schedule.day"
  public static let title = "Schedule of the day"
  public static let summary =
    "Who comes when, to whom, whether treatment may go ahead, what is left and owed; what is blocked."
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
      Column("reminded", "Reminded", .flag, isDetail: true),
      Column("entry", "Entry", .text, isDetail: true),
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
    let visits = try appointments.map {
      (start: $0.startsAt, cells: try row($0, on: date, readiness, names, source))
    }
    let blocks = try blocks(on: date, practitioner, room, source)
    return ReportBody(
      // What starts at the same time stays in its order: blocks first.
      rows: (blocks + visits).enumerated()
        .sorted { ($0.element.start, $0.offset) < ($1.element.start, $1.offset) }
        .map(\.element.cells),
      notes: [
        "Blank under Gate: nothing is to be treated any more. Blank under Rx left or Auth left: "
          + "none applies, or it is not limited by visits.",
        "Copay due is the plan's copay by the last verification. Balance is what the patient owes "
          + "less credit; what insurers owe is not counted. A block that lasts to midnight has no "
          + "end.",
      ])
  }

  /// Blocked time of the therapists and rooms asked for.
  private static func blocks(
    on date: CivilDate, _ practitioner: String?, _ room: String?, _ source: ReportSource
  ) throws -> [(start: Instant, cells: [Cell])] {
    var found: [(block: TimeBlock, name: String)] = []
    if room == nil {
      let only = try practitioner.map { try SubjectID($0) }
      for (_, state) in try source.therapists(only: only) {
        found += state.blocks.map { ($0, state.current.name.short) }
      }
    }
    if practitioner == nil {
      found += source.clinic.roomBlocks.filter { room == nil || $0.room == room }.map { ($0, "") }
    }
    let day = source.zone.day(date)
    return found.filter { $0.block.span.overlaps(day) }.map { block, name in
      let span = block.span.clamped(to: day)
      let isOpenEnded = span.upperBound == day.upperBound
      var cells = columns.map { _ in Cell.none }
      func set(_ column: String, _ cell: Cell) {
        if let index = columns.firstIndex(where: { $0.name == column }) { cells[index] = cell }
      }
      set("time", .time(source.zone.local(of: span.lowerBound).time))
      if !isOpenEnded { set("end", .time(source.zone.local(of: span.upperBound).time)) }
      set("practitioner", .word(name))
      set("room", .word(block.room))
      set("status", .text(block.status))
      set("entry", .text(block.block))
      return (span.lowerBound, cells)
    }
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
      .flag(appointment.remindedAtUs != 0), .text(appointment.appointment),
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
    return benefit?.statedCopay?.cents
  }
}

extension TimeBlock {
  /// e.g. `blocked: holiday`, `Room 2 blocked: repairs`.
  fileprivate var status: String {
    guard room.isEmpty else {
      return "\(room) blocked" + (purpose.isEmpty ? "" : ": \(purpose)")
    }
    let why =
      switch kind {
      case .holiday: "holiday"
      case .meeting: "meeting"
      case .sick: "sick"
      case .training: "training"
      case .other, .unspecified, .UNRECOGNIZED: "away"
      }
    return "blocked: \(why)"
  }
}
