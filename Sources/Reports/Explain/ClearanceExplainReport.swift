import Practice
import PracticeEvents
import Projection

public enum ClearanceExplainReport: Report {
  public static let name = "clearance.explain"
  public static let title = "Why the gate opens or stays shut"
  public static let summary =
    "Each block, warning and met condition of a visit, with the rule and the events behind it."
  public static let roles: Set<Role> = [.frontDesk, .therapist, .biller]
  public static let parameters: [Parameter] = [
    .optional("appointment", .text, "identifier of the appointment; else give a patient"),
    .optional("patient", .patient, "for a visit that is not booked"),
    .optional("date", .date, "its day; of an appointment it is known", default: "today"),
    .optional("practitioner", .practitioner, "whose licence and training are looked at"),
    .optional("episode", .text, "the patient's only open one by default"),
    .optional("cpt", .text, "procedures, parted by commas; any by default"),
  ]
  public static let columns = ExplainStep.columns
  public static let key = ExplainStep.key
  public static let projectors: [any Projector.Type] = []

  public static func run(_ arguments: Arguments, _ source: ReportSource) throws -> ReportBody {
    let (id, visit, overridden) = try planned(arguments, source)
    let others = try [visit.practitioner, source.facts.patient(id).payer(on: visit.date)]
    let patient = try ExplainedPatient(id, source, others: others.compactMap { $0 })
    let clearance = try source.facts.clearance(of: id, for: visit)
    func rule(_ rule: ClearanceRule) -> String {
      ([rule.basis] + rule.numbers.map { source.clinic.ruleText($0, on: visit.date) })
        .joined(separator: "; ")
    }
    let standing = clearance.standingBlocks(overridden: overridden.keys)
    let blocks = clearance.blocks.flatMap { block in
      let isStanding = standing.contains(block)
      return patient.steps(
        isStanding ? "block" : "block, overridden", block.code.rawValue,
        "\(block.text); \(block.remedy)",
        block.evidence + (overridden[block.code.rawValue] ?? []), rule: rule(block.code.rule))
    }
    let warnings = clearance.warnings.flatMap { warning in
      patient.steps(
        "warning", warning.code.rawValue, "\(warning.text); \(warning.remedy)", warning.evidence,
        rule: rule(warning.code.rule))
    }
    let met = clearance.grounds.flatMap { ground in
      patient.steps(
        "met", ground.code.rawValue, ground.text, ground.evidence, rule: rule(ground.code.rule))
    }
    return ReportBody(
      subject: try source.subject(id), rows: (blocks + warnings + met).map(\.cells),
      notes: [
        standing.isEmpty
          ? "The visit of \(visit.date) may go ahead."
          : "The visit of \(visit.date) may not go ahead: "
            + standing.map(\.code.rawValue).joined(separator: ", ") + ".",
        clearance.selfPay ? "The patient pays." : "A claim would go to \(clearance.coverage).",
        "A condition that does not apply, as an authorization that nobody asks for, is not listed.",
      ], patients: [id])
  }

  /// Whose visit, what is planned, and the events of overrides by the code of the block.
  private static func planned(
    _ arguments: Arguments, _ source: ReportSource
  ) throws -> (SubjectID, PlannedVisit, [String: [String]]) {
    guard let text = arguments.text("appointment") else {
      guard let patient = arguments.subject("patient") else {
        throw ReportError.malformedParameter(
          "patient", problem: "give an appointment, or a patient and a date")
      }
      return (
        patient,
        PlannedVisit(
          date: try arguments.requiredDate("date"), serviceClass: .medical,
          practitioner: arguments.subject("practitioner"), cpt: try codes(arguments),
          episode: arguments.text("episode")), [:]
      )
    }
    guard let id = try? EntityID(text), id.kind == .appointment,
      let patient = try source.facts.owner(of: .entity(id)),
      let booked = try source.facts.patient(patient).schedule.appointments[id.description],
      var visit = booked.plannedVisit(source.clinic)
    else {
      throw ReportError.notFound(
        parameter: "appointment", problem: "no appointment has this identifier")
    }
    let named = try codes(arguments)
    if !named.isEmpty { visit.cpt = named }
    var overridden: [String: [String]] = [:]
    for recorded in try source.facts.history(tagged: .entity(id)) {
      guard case .treatmentClearanceOverridden(let fact) = recorded.event.fact else { continue }
      for code in fact.blocks { overridden[code, default: []].append(recorded.eventID) }
    }
    let valid = Set(booked.overriddenBlocks(upToUnits: visit.units))
    return (patient, visit, overridden.filter { valid.contains($0.key) })
  }

  private static func codes(_ arguments: Arguments) throws -> [ProcedureCode] {
    var codes: [ProcedureCode] = []
    for text in (arguments.text("cpt") ?? "").split(separator: ",") {
      do {
        codes.append(try ProcedureCode(String(text.trimmingPrefix(" "))))
      } catch {
        throw ReportError.malformedParameter("cpt", problem: error.description)
      }
    }
    return codes
  }
}
