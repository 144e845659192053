import Practice
import PracticeEvents
import Projection

public enum SessionExplainReport: Report {
  public static let name = "session.explain"
  public static let title = "Why the session counts as it does"
  public static let summary =
    "A session's units, minute by minute, the gate that let it pass, and the events behind both."
  public static let roles: Set<Role> = [.therapist, .biller]
  public static let parameters: [Parameter] = [
    .required("session", .text, "identifier of the session")
  ]
  public static let columns = [
    Column("topic", "About", .text), Column("code", "Code", .text),
    Column("what", "What", .text), Column("units", "Units", .integer, unit: "units"),
    Column("rule", "Rule", .text), Column("position", "Position", .integer),
    Column("event", "Event", .text, isDetail: true),
  ]
  public static let key = ["topic", "code", "what", "rule", "event"]
  public static let projectors: [any Projector.Type] = []

  public static func run(_ arguments: Arguments, _ source: ReportSource) throws -> ReportBody {
    let found = try FoundSession(arguments.text("session") ?? "", source)
    let steps = try unitSteps(found) + editSteps(found) + gateSteps(found)
    let billed = found.session.units.lines.reduce(0) { $0 + Int($1.units) }
    return ReportBody(
      subject: try source.subject(found.patient),
      rows: steps.map { step in
        [
          .text(step.topic), .word(step.code), .word(step.what),
          step.units.map(Cell.integer) ?? .none, .word(step.rule),
          step.event.map { .integer(Int(clamping: $0.position)) } ?? .none,
          step.event.map { .text($0.eventID) } ?? .none,
        ]
      },
      totals: [
        .text("billed"), .none, .none, .integer(billed), .none, .none, .none,
      ],
      notes: [
        "The gate is judged as it was when the session was recorded: by the events before it, and "
          + "by the rules and lists of the day of service."
      ] + (found.session.voided ? ["The session was voided."] : []),
      patients: [found.patient])
  }

  private struct Step {
    var topic: String
    var code = ""
    var what: String
    var units: Int?
    var rule = ""
    var event: RecordedFact?
  }

  private static func unitSteps(_ found: FoundSession) -> [Step] {
    let units = found.session.units
    let lines = found.session.delivered.services.map(BillableUnits.Line.init)
    let cap =
      units.maxUnitsPerDay > 0
      ? max(0, Int(units.maxUnitsPerDay) - Int(units.otherUnitsOfDay)) : nil
    let billable = BillableUnits(
      lines, rule: units.rule, cap: cap, preferring: units.preferredLines.map { Int($0) - 1 })
    let explanation = UnitsExplanation(billable, of: lines, rule: units.rule, cap: cap)
    let policy = units.policyFrom.civilDate.map { ", payer's policy from \($0)" } ?? ""
    let event = found.event { $0.kind == .unitsDetermined }
    var steps = zip(found.session.delivered.services, explanation.lines).map { service, text in
      Step(
        topic: "units", code: service.cpt, what: "line \(service.line): \(text)",
        units: units.lines.first { $0.line == service.line }.map { Int($0.units) },
        rule: units.rule.text, event: event)
    }
    steps += explanation.sums.map {
      Step(topic: "units", what: $0, rule: units.rule.source + policy, event: event)
    }
    return steps
  }

  private static func editSteps(_ found: FoundSession) -> [Step] {
    found.session.edits.map { edit in
      let raised = edit.raised
      let version = raised.ruleVersion.isEmpty ? "bundled" : raised.ruleVersion
      let answer: String
      switch edit.resolved.resolution {
      case .modifier: answer = "modifier \(edit.resolved.modifier)"
      case .lineDropped: answer = "the line is not billed"
      case .payerExempt: answer = "the payer exempts it"
      case .unspecified, .UNRECOGNIZED: answer = "open"
      }
      let words = edit.resolved.justification
      return Step(
        topic: "coding edit", code: "\(raised.columnOneCpt)/\(raised.columnTwoCpt)",
        what: "line \(raised.line)"
          + (raised.columnOneSession.isEmpty ? "" : " beside \(raised.columnOneSession)")
          + ": \(answer)" + (words.isEmpty ? "" : ": \(words)"),
        rule: "ncci, version \(version)", event: found.event(withID: edit.event))
    }
  }

  private static func gateSteps(_ found: FoundSession) throws -> [Step] {
    let clearance = try found.clearance()
    let overrides = found.history.filter {
      guard case .treatmentClearanceOverridden(let fact) = $0.event.fact else { return false }
      return fact.appointment == found.session.delivered.appointment
        && $0.position < found.delivered.position
    }
    func steps(
      _ topic: String, _ code: String, _ text: String, _ evidence: [String]
    ) -> [Step] {
      let events = evidence.compactMap(found.event(withID:))
      guard !events.isEmpty else { return [Step(topic: topic, code: code, what: text)] }
      return events.map { Step(topic: topic, code: code, what: text, event: $0) }
    }
    return clearance.grounds.flatMap { steps("gate, met", $0.code.rawValue, $0.text, $0.evidence) }
      + clearance.blocks.flatMap { block in
        steps(
          "gate, overridden", block.code.rawValue, block.text,
          block.evidence + overrides.map(\.eventID))
      }
      + clearance.warnings.flatMap { steps("warning", $0.code.rawValue, $0.text, $0.evidence) }
  }
}

/// A session with all that it was judged by, as it was known when it was recorded.
private struct FoundSession {
  let patient: SubjectID
  let session: CareState.Session
  let history: [RecordedFact]
  /// The event that recorded it.
  let delivered: RecordedFact
  private let source: ReportSource
  private let related: [RecordedFact]

  init(_ text: String, _ source: ReportSource) throws {
    let problem = ReportError.notFound(
      parameter: "session", problem: "no session has this identifier")
    guard let id = try? EntityID(text), id.kind == .session,
      let owner = try source.facts.owner(of: .entity(id)),
      let session = try source.facts.patient(owner).care.sessions[id.description]
    else { throw problem }
    patient = owner
    self.session = session
    self.source = source
    history = try source.facts.history(of: owner)
    let found = history.first {
      guard case .sessionDelivered(let fact) = $0.event.fact else { return false }
      return fact.session == id.description
    }
    guard let found else { throw problem }
    delivered = found
    let others = [session.delivered.practitioner, session.units.payer].compactMap {
      try? SubjectID($0)
    }
    related = try others.flatMap { try source.facts.history(of: $0) }
  }

  func event(withID id: String) -> RecordedFact? {
    guard !id.isEmpty else { return nil }
    return (history + related).first { $0.eventID == id }
  }

  /// The latest event about the session for which something holds.
  func event(_ isWanted: (PracticeEvent) -> Bool) -> RecordedFact? {
    history.last {
      $0.event.tags.contains { $0.text == "session:\(session.delivered.session)" }
        && isWanted($0.event)
    }
  }

  func clearance() throws -> Clearance {
    func before<State: FoldedState>(_ initial: State, _ subject: SubjectID) throws -> State {
      var state = initial
      for fact in try source.facts.history(of: subject) where fact.position < delivered.position {
        state.apply(fact)
      }
      return state
    }
    let known = try before(PatientState(), patient)
    let date = try CivilDate(compact: session.delivered.deliveredOn)
    let practitioner = try SubjectID(session.delivered.practitioner)
    let services = session.delivered.services
    return ReadyToTreat.evaluate(
      patient: known, practitioner: try before(PractitionerState(), practitioner),
      payer: try known.payer(on: date).map { try before(PayerState(), $0) },
      clinic: try before(ClinicState(), .site),
      visit: PlannedVisit(
        date: date, serviceClass: session.delivered.serviceClass, practitioner: practitioner,
        cpt: services.compactMap { try? ProcedureCode($0.cpt) },
        units: session.units.lines.reduce(0) { $0 + Int($1.units) },
        regions: services.map(\.region),
        episode: session.delivered.episode.isEmpty ? nil : session.delivered.episode,
        excludingAppointment: session.delivered.appointment))
  }
}
