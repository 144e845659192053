import Practice
import PracticeEvents

/// One line of an explanation: what is so, by which rule, and one event that it rests on.
struct ExplainStep {
  var topic: String
  /// What it is about: a code of the gate, an identifier, a measure.
  var code = ""
  var what: String
  var rule = ""
  var event: RecordedFact?

  static let columns = [
    Column("topic", "About", .text), Column("code", "Code", .text),
    Column("what", "What", .text), Column("rule", "Rule", .text),
    Column("position", "Position", .integer), Column("event", "Event", .text, isDetail: true),
  ]
  static let key = ["topic", "code", "what", "rule", "event"]

  var cells: [Cell] {
    [
      .text(topic), .word(code), .word(what), .word(rule),
      event.map { .integer(Int(clamping: $0.position)) } ?? .none,
      event.map { .text($0.eventID) } ?? .none,
    ]
  }
}

/// A patient with the events that explanations name.
struct ExplainedPatient {
  let id: SubjectID
  let state: PatientState
  let history: [RecordedFact]
  private let byID: [String: RecordedFact]

  /// - Parameter others: streams whose events may be named too, e.g. a therapist's.
  init(_ id: SubjectID, _ source: ReportSource, others: [SubjectID] = []) throws {
    self.id = id
    state = try source.facts.patient(id)
    history = try source.facts.history(of: id)
    let related = try others.flatMap { try source.facts.history(of: $0) }
    byID = Dictionary(
      (history + related).map { ($0.eventID, $0) }, uniquingKeysWith: { first, _ in first })
  }

  func event(_ id: String) -> RecordedFact? { byID[id] }

  /// The patient's episodes, the open ones first, then the discharged, the last one first.
  func episodes(asOf date: CivilDate) -> [(id: String, isOver: Bool)] {
    let ended = state.care.episodes.keys.map { id -> (id: String, day: CivilDate) in
      let day = state.care.dischargedOn(episode: id)
      return (id, day.flatMap { $0 <= date ? $0 : nil } ?? .latest)
    }
    return ended.sorted { ($1.day, $0.id) < ($0.day, $1.id) }.map { ($0.id, $0.day != .latest) }
  }

  /// When and why an episode ended.
  func discharge(of episode: String) -> ExplainStep? {
    guard let found = state.care.episodes[episode], found.isDischarged else { return nil }
    let event = history.last {
      guard case .episodeDischarged(let fact) = $0.event.fact else { return false }
      return fact.episode == episode
    }
    let on = found.discharged.dischargedOn.civilDate.map { " on \($0)" } ?? ""
    return ExplainStep(
      topic: "discharge", code: episode, what: "discharged\(on): \(found.discharged.why.text)",
      event: event)
  }

  /// A step for each event, or one without when there is none.
  func steps(
    _ topic: String, _ code: String, _ what: String, _ evidence: [String], rule: String = ""
  ) -> [ExplainStep] {
    let events = evidence.compactMap(event)
    guard !events.isEmpty else {
      return [ExplainStep(topic: topic, code: code, what: what, rule: rule)]
    }
    return events.map {
      ExplainStep(topic: topic, code: code, what: what, rule: rule, event: $0)
    }
  }

  func session(_ id: String) -> CareState.Session? { state.care.sessions[id] }
}
