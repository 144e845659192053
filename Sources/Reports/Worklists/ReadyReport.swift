import Practice
import PracticeEvents
import Projection
import ReadModels

public enum ReadyReport: Report {
  public static let name = "ready"
  public static let title = "Ready to treat?"
  public static let summary =
    "What stands in the way of each visit of a day, what to do next, and whose task it is."
  public static let roles: Set<Role> = [.frontDesk, .therapist, .biller]
  public static let parameters: [Parameter] = [
    .optional("date", .date, "the day", default: "today")
  ]
  public static let columns =
    [Column("time", "Time", .time)] + PatientLabel.columns + [
      Column("service", "Service", .text, isDetail: true),
      Column("practitioner", "Therapist", .text, isDetail: true),
      Column("ready", "Ready", .flag), Column("blocks", "Blocks", .list),
      Column("warnings", "Warnings", .list), Column("nextAction", "Next", .text),
      Column("owner", "Whose", .text), Column("appointment", "Appointment", .text, isDetail: true),
    ]
  public static let key = ["appointment"]
  public static let projectors: [any Projector.Type] = [
    ScheduleProjector.self, ReadinessProjector.self,
  ]

  public static func run(_ arguments: Arguments, _ source: ReportSource) throws -> ReportBody {
    let readiness = try source.readiness()
    let names = NameBook(readiness)
    let date = try arguments.requiredDate("date")
    var rows: [[Cell]] = []
    for appointment in try source.schedule().appointments(on: date)
    where appointment.awaitsTreatment {
      guard let visit = appointment.plannedVisit(source.clinic),
        let patient = try? SubjectID(appointment.patient)
      else { continue }
      let state = try readiness.patient(patient)
      let clearance = try readiness.clearance(of: state, for: visit)
      let standing = clearance.standingBlocks(overridden: appointment.overriddenBlocks)
      let next =
        standing.first.map { ($0.remedy, $0.code.owner) }
        ?? clearance.warnings.first.map { ($0.remedy, $0.code.owner) }
      rows.append(
        [.time(source.zone.local(of: appointment.startsAt).time)]
          + PatientLabel(state.profile).cells + [
            .word(appointment.service), .word(try names.practitioner(appointment.practitioner)),
            .flag(standing.isEmpty),
            .list(
              clearance.blocks.map { block in
                let isOverridden = !standing.contains(block)
                return "\(block.code.rawValue) \(block.text)\(isOverridden ? " (overridden)" : "")"
              }),
            .list(clearance.warnings.map { "\($0.code.rawValue) \($0.text)" }),
            next.map { .text($0.0) } ?? .none, next.map { .text($0.1.text) } ?? .none,
            .text(appointment.appointment),
          ])
    }
    return ReportBody(
      rows: rows,
      notes: [
        "Visits that are completed, missed or cancelled are not listed. Next is the remedy of the "
          + "first block that stands, or else of the first warning.",
        "B codes forbid treatment until cleared or, except B5, overridden by a supervisor; W codes "
          + "forbid nothing.",
      ])
  }
}

extension ClearanceBlock.Code {
  /// Who in the clinic can clear it.
  var owner: Role {
    switch self {
    case .prescription, .verification, .consent: .frontDesk
    case .coverage, .authorization, .planExcludesTherapist, .visitLimit: .biller
    case .license, .privilege: .supervisor
    case .contraindication, .assessment, .frequencyCeiling: .therapist
    }
  }
}

extension ClearanceWarning.Code {
  /// Who in the clinic can settle it.
  var owner: Role {
    switch self {
    case .oldVerification, .prescriptionEnding, .balance, .noEstimate, .packageUsedUp,
      .noLetterOfNecessity:
      .frontDesk
    case .reevaluationOverdue, .frequencyOverPlan, .unsignedNote: .therapist
    case .maintenanceOnInsurance, .benefitsEnding: .biller
    }
  }
}
