import EventLog
import Practice
import PracticeEvents
import Reports

/// Somebody who reads patient data.
public struct Reader: Sendable {
  public var actor: EventActor
  /// The grant whose token it is; empty on the command line.
  public var grant: String
  public var channel: Channel
  public var purpose: PurposeOfUse

  /// - Parameter purpose: nil is what people of the role read for.
  public init(
    _ actor: EventActor, grant: String = "", channel: Channel, purpose: PurposeOfUse? = nil
  ) {
    self.actor = actor
    self.grant = grant
    self.channel = channel
    self.purpose = purpose ?? PurposeOfUse(of: actor.role)
  }

  /// Whoever holds a token, over HTTP.
  public init(_ principal: Principal, purpose: PurposeOfUse? = nil) {
    var actor = EventActor()
    actor.user = principal.user
    actor.role = principal.role
    self.init(actor, grant: principal.grant, channel: .api, purpose: purpose)
  }

  /// Whether the whole log may be read: the owner, an auditor, whoever runs the machine.
  public var mayReadLog: Bool {
    [.supervisor, .auditor, .system].contains(actor.role)
  }
}

/// One reading or export of patient data, or one that was refused.
public struct DataAccess: Sendable {
  /// More patients than these are not listed: anyone's data may then have been in the answer, and
  /// the report as of its position tells whose.
  static let listedPatients = 256

  public var reader: Reader
  /// The report, or the verb.
  public var what: String
  public var parameters: [(name: String, value: String)]
  /// Which of them hold the name of a user: kept only if there is one of that name.
  var users: Set<String> = []
  public var format: String
  public var disclosed: Disclosure
  public var rows: Int
  public var asOf: Position
  /// Why it was refused; nil when it was answered.
  public var refusal: String?

  public init(
    by reader: Reader, what: String, parameters: [(name: String, value: String)] = [],
    format: String = "", disclosed: Disclosure, rows: Int, asOf: Position, refusal: String? = nil
  ) {
    self.reader = reader
    self.what = what
    self.parameters = parameters
    self.format = format
    self.disclosed = disclosed
    self.rows = rows
    self.asOf = asOf
    self.refusal = refusal
  }

  /// The reading of a report's answer.
  public init(of answer: ReportAnswer, by reader: Reader, format: ReportFormat) {
    self.init(
      by: reader, what: answer.name, parameters: [], format: format.rawValue,
      disclosed: answer.disclosed, rows: answer.body.rows.count,
      asOf: Position(answer.asOf?.position ?? 0))
    let definitions = (try? ReportCatalog.named(answer.name).parameters) ?? []
    parameters = answer.parameters.map { name, value in
      let definition = definitions.first { $0.name == name }
      return (name, definition?.isRecorded(value) == true ? value : Self.freeText)
    }
    users = Set(definitions.filter(\.isUser).map(\.name))
  }

  /// The reading of events as they are.
  public init(
    ofEvents facts: [RecordedFact], by reader: Reader, what: String, format: ReportFormat,
    asOf: Position
  ) {
    let patients = facts.filter { $0.subjectKind == .patient }.map(\.subject)
    self.init(
      by: reader, what: what, format: format.rawValue, disclosed: .patients(Set(patients)),
      rows: facts.count, asOf: asOf)
  }

  /// What stands for a text that is not kept.
  static let freeText = "(text)"

  var fact: RecordAccessed {
    var fact = RecordAccessed()
    fact.grant = reader.grant
    fact.what = what
    fact.parameters = parameters.map { name, value in
      var parameter = RecordAccessed.Parameter()
      (parameter.name, parameter.value) = (name, value)
      return parameter
    }
    fact.format = format
    fact.purpose = reader.purpose
    switch disclosed {
    case .everyone: fact.allPatients = true
    case .patients(let patients):
      fact.patientCount = Int64(patients.count)
      fact.allPatients = patients.count > Self.listedPatients
      if !fact.allPatients { fact.patients = patients.sorted().map(\.description) }
    }
    fact.rowCount = Int64(rows)
    fact.asOfPosition = asOf.rawValue
    fact.refused = refusal != nil
    fact.refusal = refusal ?? ""
    return fact
  }
}

extension DataAccess {
  /// Whether all that is recorded of it is known, whenever it happens: a parameter that may be a
  /// user's name is looked up first, unless rows of that user's doings are in the answer.
  var isCertain: Bool {
    rows > 0 || !parameters.contains { users.contains($0.name) }
  }

  /// As an event of the access log.
  func event(at now: Instant, on day: CivilDate, in standing: Standing) throws -> ProposedEvent {
    var generator = SystemRandomNumberGenerator()
    var context = DecisionContext(
      actor: reader.actor, channel: reader.channel, now: now, zone: standing.zone,
      seed: UUIDKey(high: generator.next(), low: generator.next()))
    let decision = Decision([
      ProposedFact(.access, .recordAccessed(fact), effectiveOn: day)
    ])
    guard let event = decision.events(in: &context).first else {
      throw EventDecodingError(problem: "a reading without its event")
    }
    return event
  }
}

extension Parameter {
  /// Whether a value may stand in the access log: what a free text holds may be anybody's name, and
  /// even its hash could be guessed.
  fileprivate func isRecorded(_ value: String) -> Bool {
    switch kind {
    case .patient, .practitioner, .payer, .date, .integer: true
    case .text: isUser || words.contains(value) || (try? EntityID(value)) != nil
    }
  }
}
