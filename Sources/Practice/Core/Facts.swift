import PracticeEvents

/// The facts so far, as a decision reads them: the log, or a simulation's memory.
///
/// Implementations supply the histories; the states are folded from them. An implementation may
/// keep folded states, as long as they equal the fold.
public protocol Facts {
  /// Every fact of a subject, in order.
  func history(of subject: SubjectID) throws -> [RecordedFact]
  /// Every fact that carries the tag, in order.
  func history(tagged tag: FactTag) throws -> [RecordedFact]

  func patient(_ id: SubjectID) throws -> PatientState
  func practitioner(_ id: SubjectID) throws -> PractitionerState
  func payer(_ id: SubjectID) throws -> PayerState
  func clinic() throws -> ClinicState
  /// The subject whose event carries the tag first, e.g. the patient of an appointment.
  func owner(of tag: FactTag) throws -> SubjectID?
}

extension Facts {
  public func patient(_ id: SubjectID) throws -> PatientState {
    try fold(PatientState(), of: id)
  }
  public func practitioner(_ id: SubjectID) throws -> PractitionerState {
    try fold(PractitionerState(), of: id)
  }
  public func referringProvider(_ id: SubjectID) throws -> ReferringProviderState {
    try fold(ReferringProviderState(), of: id)
  }
  public func payer(_ id: SubjectID) throws -> PayerState { try fold(PayerState(), of: id) }
  public func clinic() throws -> ClinicState { try fold(ClinicState(), of: .site) }
  public func system() throws -> SystemState { try fold(SystemState(), of: .system) }

  /// Appointments that touch a therapist's day, by id.
  public func day(of practitioner: SubjectID, on date: CivilDate) throws -> [String: Appointment] {
    try appointments(tagged: .practitionerDay(practitioner, date)).filter {
      $0.value.practitioner == practitioner.description && $0.value.dateOn == date.compact
    }
  }

  /// Appointments that touch a room's day, by id.
  public func day(ofRoom room: String, on date: CivilDate) throws -> [String: Appointment] {
    try appointments(tagged: .roomDay(room, date)).filter {
      $0.value.room == room && $0.value.dateOn == date.compact
    }
  }

  public func owner(of tag: FactTag) throws -> SubjectID? {
    try history(tagged: tag).first.map { SubjectID(high: $0.stream.high, low: $0.stream.low) }
  }

  /// The state after every fact of the subject.
  public func fold<State: FoldedState>(_ initial: State, of subject: SubjectID) throws -> State {
    var state = initial
    for fact in try history(of: subject) { state.apply(fact) }
    return state
  }

  private func appointments(tagged tag: FactTag) throws -> [String: Appointment] {
    var schedule = ScheduleState()
    for fact in try history(tagged: tag) { schedule.apply(fact) }
    return schedule.appointments
  }
}

/// A state that is folded from facts, one at a time. Facts that do not concern it change nothing.
public protocol FoldedState: Sendable {
  mutating func apply(_ recorded: RecordedFact)
}

extension SubjectID {
  /// The clinic's own stream: profile, catalogue, fees, rules, periods, unmatched documents.
  public static let site = SubjectID(high: 0, low: 1)
  /// The system's stream: schema and users.
  public static let system = SubjectID(high: 0, low: 2)
  /// The one stream of the access log, which is a log of its own.
  public static let access = SubjectID(high: 0, low: 3)
  /// The stream of published code lists, which is long and read by tags only.
  public static let codeLists = SubjectID(high: 0, low: 4)
  /// The stream of tills, deposits and exports of the journal, read by tags only.
  public static let books = SubjectID(high: 0, low: 5)

  public init(_ key: UUIDKey) { self.init(high: key.high, low: key.low) }
  public var key: UUIDKey { UUIDKey(high: high, low: low) }
}

extension RecordedFact {
  public var subject: SubjectID { SubjectID(stream) }
  /// The UUID text of the event's id.
  public var eventID: String { SubjectID(id).description }
}
