import PracticeEvents

/// Records that the patient asked to have something in the record amended (45 CFR 164.526).
public struct RequestAmendment: Command {
  public static let name = "request-amendment"
  public static let summary = "Records that the patient asked to have the record amended."
  public static let help = [
    "patient": "MRN or id", "event": "what to amend: an event's id, from audit patient",
    "wanted": "what the patient wants it to say, and why", "receivedOn": "today by default",
  ]
  public static let roles: Set<Role> = [.frontDesk, .therapist, .patient]

  public var patient: SubjectReference
  public var event: SubjectID
  public var wanted: String
  public var receivedOn: CivilDate?
  public var request: EntityID?

  public init(
    patient: SubjectReference, event: SubjectID, wanted: String, receivedOn: CivilDate? = nil,
    request: EntityID? = nil
  ) {
    self.patient = patient
    self.event = event
    self.wanted = wanted
    self.receivedOn = receivedOn
    self.request = request
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let patient = try facts.patientID(patient)
    guard try facts.history(of: patient).contains(where: { $0.id == event.key }) else {
      throw unknownReference("event", "the patient's record has no such event")
    }
    let clinic = try facts.clinic()
    let receivedOn = try context.recentOrToday(receivedOn, clinic, field: "receivedOn")
    try require(wanted, in: "wanted", atMost: 4_000)
    var fact = AmendmentRequested()
    fact.request = try context.id(.amendmentRequest, request).description
    try facts.requireUnused(fact.request, field: "request")
    fact.event = event.description
    fact.wanted = wanted
    fact.receivedOn = receivedOn.compact
    let days = clinic.rule("records", "amendment-request-days", on: receivedOn)
    fact.dueOn = receivedOn.adding(days: days).compact
    return Decision([ProposedFact(patient, .amendmentRequested(fact), effectiveOn: receivedOn)])
  }
}

/// Answers the patient. An accepted amendment is then recorded by the command that corrects the
/// event, e.g. `amend-note`.
public struct DecideAmendment: Command {
  public static let name = "decide-amendment"
  public static let summary = "Accepts or denies what the patient asked to have amended."
  public static let help = [
    "basis": "of a denial: 45 CFR 164.526(a)(2)", "explanation": "in plain words, to the patient",
  ]
  public static let roles: Set<Role> = [.therapist]

  public var request: EntityID
  public var decision: AmendmentDecision
  public var basis: AmendmentDenialChoice?
  public var explanation: String

  public init(
    request: EntityID, decision: AmendmentDecision, basis: AmendmentDenialChoice? = nil,
    explanation: String
  ) {
    self.request = request
    self.decision = decision
    self.basis = basis
    self.explanation = explanation
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let history = try facts.history(tagged: .entity(request))
    guard let opened = history.first, opened.event.kind == .amendmentRequested else {
      throw unknownReference("request", "no request to amend has this identifier")
    }
    if let decided = history.first(where: { $0.event.kind == .amendmentDecided }) {
      throw Refusal(
        rule: "amendment.decided", field: "request", problem: "the request is decided already",
        remedy: "nothing is to be recorded", evidence: [decided.eventID])
    }
    guard (decision == .deny) == (basis != nil) else {
      throw Refusal(
        rule: "amendment.basis", field: "basis",
        problem: "a denial has one of four grounds, an acceptance none (45 CFR 164.526(a)(2))",
        remedy: "give basis with deny, and leave it out with accept")
    }
    try require(explanation, in: "explanation", atMost: 2_000)
    var fact = AmendmentDecided()
    fact.request = request.description
    fact.accepted = decision == .accept
    fact.basis = basis?.basis ?? .unspecified
    fact.explanation = explanation
    fact.decidedOn = context.today.compact
    return Decision([ProposedFact(opened.subject, .amendmentDecided(fact))])
  }
}

public enum AmendmentDecision: String, WordChoice { case accept, deny }

/// The only grounds on which a request to amend may be denied.
public enum AmendmentDenialChoice: String, WordChoice {
  case notCreatedHere, notPartOfRecord, notOpenToAccess, accurateAndComplete

  var basis: AmendmentDenialBasis {
    switch self {
    case .notCreatedHere: .notCreatedHere
    case .notPartOfRecord: .notPartOfRecord
    case .notOpenToAccess: .notOpenToAccess
    case .accurateAndComplete: .accurateAndComplete
    }
  }
}
