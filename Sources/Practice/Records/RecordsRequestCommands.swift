import PracticeEvents

/// Records that somebody asked for a copy of the record; from then on changes to it can be told.
public struct ReceiveRecordsRequest: Command {
  public static let name = "receive-records-request"
  public static let summary = "Records that somebody asked for a copy of a patient's record."
  public static let help = [
    "patient": "MRN or id", "requestedBy": "who it is, and on whose authority",
    "scope": "what is asked for", "receivedOn": "today by default",
    "from": "first date of service asked for", "through": "last date of service asked for",
  ]
  public static let roles: Set<Role> = [.frontDesk, .biller, .therapist]

  public var patient: SubjectReference
  public var requester: RecordsRequesterChoice
  public var requestedBy: String
  public var scope: String
  public var receivedOn: CivilDate?
  public var from: CivilDate?
  public var through: CivilDate?
  public var request: EntityID?

  public init(
    patient: SubjectReference, requester: RecordsRequesterChoice, requestedBy: String,
    scope: String, receivedOn: CivilDate? = nil, from: CivilDate? = nil,
    through: CivilDate? = nil, request: EntityID? = nil
  ) {
    self.patient = patient
    self.requester = requester
    self.requestedBy = requestedBy
    self.scope = scope
    self.receivedOn = receivedOn
    self.from = from
    self.through = through
    self.request = request
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let patient = try facts.patientID(patient)
    let clinic = try facts.clinic()
    let receivedOn = try context.recentOrToday(receivedOn, clinic, field: "receivedOn")
    try require(requestedBy, in: "requestedBy", atMost: 200)
    try require(scope, in: "scope", atMost: 1_000)
    if let from, let through, through < from {
      throw Refusal(
        rule: "request.dates", field: "through", problem: "\(through) is before \(from)",
        remedy: "give the first and the last date of service asked for")
    }
    var fact = RecordsRequestReceived()
    fact.request = try context.id(.recordsRequest, request).description
    try facts.requireUnused(fact.request, field: "request")
    fact.requester = requester.requester
    fact.requestedBy = requestedBy
    fact.receivedOn = receivedOn.compact
    let days = clinic.rule("records", "records-request-days", on: receivedOn)
    fact.dueOn = receivedOn.adding(days: days).compact
    fact.scope = scope
    fact.fromDateOn = from?.compact ?? 0
    fact.throughDateOn = through?.compact ?? 0
    return Decision([
      ProposedFact(patient, .recordsRequestReceived(fact), effectiveOn: receivedOn)
    ])
  }
}

/// Records that the copy was handed over.
public struct FulfillRecordsRequest: Command {
  public static let name = "fulfill-records-request"
  public static let summary = "Records that the copy of a record was handed over."
  public static let help = [
    "delivery": "what was handed over, how and to whom", "fulfilledOn": "today by default",
  ]
  public static let roles: Set<Role> = [.frontDesk, .biller, .therapist]

  public var request: EntityID
  public var delivery: String
  public var fulfilledOn: CivilDate?

  public init(request: EntityID, delivery: String, fulfilledOn: CivilDate? = nil) {
    self.request = request
    self.delivery = delivery
    self.fulfilledOn = fulfilledOn
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let history = try facts.history(tagged: .entity(request))
    guard let opened = history.first, case .recordsRequestReceived(let asked) = opened.event.fact
    else { throw unknownReference("request", "no request for a record has this identifier") }
    if let done = history.first(where: { $0.event.kind == .recordsRequestFulfilled }) {
      throw Refusal(
        rule: "request.fulfilled", field: "request", problem: "the request is fulfilled already",
        remedy: "nothing is to be recorded", evidence: [done.eventID])
    }
    let fulfilledOn = try context.recentOrToday(
      fulfilledOn, facts.clinic(), field: "fulfilledOn")
    guard fulfilledOn.compact >= asked.receivedOn else {
      throw Refusal(
        rule: "request.dates", field: "fulfilledOn",
        problem: "it would be fulfilled before it was received", remedy: "check the date",
        evidence: [opened.eventID])
    }
    try require(delivery, in: "delivery", atMost: 1_000)
    var fact = RecordsRequestFulfilled()
    fact.request = request.description
    fact.fulfilledOn = fulfilledOn.compact
    fact.delivery = delivery
    return Decision([
      ProposedFact(opened.subject, .recordsRequestFulfilled(fact), effectiveOn: fulfilledOn)
    ])
  }
}

/// Who asks for a copy of a record.
public enum RecordsRequesterChoice: String, WordChoice {
  case patient, representative, attorney, payer, provider, authority

  var requester: RecordsRequester {
    switch self {
    case .patient: .patient
    case .representative: .representative
    case .attorney: .attorney
    case .payer: .payer
    case .provider: .provider
    case .authority: .authority
    }
  }
}
