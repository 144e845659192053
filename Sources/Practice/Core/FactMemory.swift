import PracticeEvents

/// Facts held in memory, with the states folded as they come: what a simulation or a test records
/// into. Gives every fact the position, sequence and ids that a log would.
public struct FactMemory: Facts, Sendable {
  private var bySubject: [SubjectID: [RecordedFact]] = [:]
  private var byTag: [FactTag: [RecordedFact]] = [:]
  private var patients: [SubjectID: PatientState] = [:]
  private var practitioners: [SubjectID: PractitionerState] = [:]
  private var payers: [SubjectID: PayerState] = [:]
  private var site = ClinicState()
  public private(set) var count: UInt64 = 0

  public init() {}

  /// Records the events of a decision.
  ///
  /// - Returns: the facts as recorded, in order.
  @discardableResult
  public mutating func record(
    _ events: [ProposedEvent], at now: Instant
  ) -> [RecordedFact] {
    events.map { subject, id, event in
      count += 1
      let fact = RecordedFact(
        position: count, recordedAt: now.microseconds, id: id, stream: subject.key,
        streamSequence: UInt64(bySubject[subject, default: []].count + 1), event: event)
      bySubject[subject, default: []].append(fact)
      for tag in event.tags { byTag[tag, default: []].append(fact) }
      fold(fact, of: subject)
      return fact
    }
  }

  public func history(of subject: SubjectID) -> [RecordedFact] { bySubject[subject] ?? [] }
  public func history(tagged tag: FactTag) -> [RecordedFact] { byTag[tag] ?? [] }
  public func patient(_ id: SubjectID) -> PatientState { patients[id] ?? PatientState() }
  public func practitioner(_ id: SubjectID) -> PractitionerState {
    practitioners[id] ?? PractitionerState()
  }
  public func payer(_ id: SubjectID) -> PayerState { payers[id] ?? PayerState() }
  public func clinic() -> ClinicState { site }

  /// A subject is of one kind, which its first fact shows; only that state is kept.
  private mutating func fold(_ fact: RecordedFact, of subject: SubjectID) {
    if subject == .site {
      site.apply(fact)
    } else if subject != .system, subject != .codeLists, subject != .books {
      switch bySubject[subject]?.first?.event.fact {
      case .practitionerRegistered:
        practitioners[subject, default: PractitionerState()].apply(fact)
      case .payerRegistered: payers[subject, default: PayerState()].apply(fact)
      case .patientRegistered: patients[subject, default: PatientState()].apply(fact)
      default: break
      }
    }
  }
}
