import EventLog
import Practice
import PracticeEvents
import Projection

/// The facts of a log, as of one of its positions, as decisions and reports read them.
///
/// A decision asks for the same subject several times; its state is folded once and kept as long as
/// the snapshot.
public final class LogFacts: Facts {
  private let log: any LogSnapshot
  private let options: ReadOptions
  private let shared: SharedFolds?
  private var patients: [SubjectID: PatientState] = [:]
  private var practitioners: [SubjectID: PractitionerState] = [:]
  private var payers: [SubjectID: PayerState] = [:]
  private var site: ClinicState?
  /// The one that was read last: who asks for a subject's state as a rule asks for its history too.
  private var lastHistory: (subject: SubjectID, facts: [RecordedFact])?

  /// - Parameter asOf: the last position to see; nil is the snapshot's head.
  public convenience init(_ log: any LogSnapshot, asOf: Position? = nil) {
    self.init(log, asOf: asOf, shared: nil)
  }

  /// - Parameter shared: of the same log.
  init(_ log: any LogSnapshot, asOf: Position? = nil, shared: SharedFolds?) {
    self.log = log
    self.options = ReadOptions(asOf: asOf)
    self.shared = shared
  }

  public func history(of subject: SubjectID) throws -> [RecordedFact] {
    if let lastHistory, lastHistory.subject == subject { return lastHistory.facts }
    let found = try facts(.stream(StreamID(high: subject.high, low: subject.low)), options)
    lastHistory = (subject, found)
    return found
  }

  public func history(tagged tag: FactTag) throws -> [RecordedFact] {
    try facts(.tags(Tag(tag.text)), options)
  }

  /// Reads one event, not the history of what may be a busy tag.
  public func owner(of tag: FactTag) throws -> SubjectID? {
    var first = options
    first.limit = 1
    return try facts(.tags(Tag(tag.text)), first).first?.subject
  }

  public func patient(_ id: SubjectID) throws -> PatientState {
    try kept(in: \.patients, id, PatientState())
  }

  public func practitioner(_ id: SubjectID) throws -> PractitionerState {
    try kept(in: \.practitioners, id, PractitionerState())
  }

  public func payer(_ id: SubjectID) throws -> PayerState {
    try kept(in: \.payers, id, PayerState())
  }

  public func clinic() throws -> ClinicState {
    if let site { return site }
    let folded =
      if let shared, let last = try lastEvent(of: .site) {
        try shared.clinic(after: last) { try fold(ClinicState(), of: .site) }
      } else {
        try fold(ClinicState(), of: .site)
      }
    site = folded
    return folded
  }

  public func system() throws -> SystemState {
    guard let shared, let last = try lastEvent(of: .system) else {
      return try fold(SystemState(), of: .system)
    }
    return try shared.system(after: last) { try fold(SystemState(), of: .system) }
  }

  private func lastEvent(of subject: SubjectID) throws -> EventID? {
    var newest = options
    (newest.direction, newest.limit) = (.backwards, 1)
    var last: EventID?
    try log.forEachRecord(.stream(StreamID(high: subject.high, low: subject.low)), newest) {
      last = $0.id
      return false
    }
    return last
  }

  private func kept<State: FoldedState>(
    in states: ReferenceWritableKeyPath<LogFacts, [SubjectID: State]>, _ id: SubjectID,
    _ initial: State
  ) throws -> State {
    if let state = self[keyPath: states][id] { return state }
    let folded = try fold(initial, of: id)
    self[keyPath: states][id] = folded
    return folded
  }

  private func facts(_ query: Query, _ options: ReadOptions) throws -> [RecordedFact] {
    var found: [RecordedFact] = []
    // The log links events to the ones before: what is wanted whole is read that way, once.
    var options = options
    if options.limit == nil { options.direction = .backwards }
    try log.forEachRecord(query, options) {
      found.append(try RecordedFact($0))
      return true
    }
    if options.direction == .backwards { found.reverse() }
    return found
  }
}
