import EventLog
import Foundation
import Practice
import PracticeEvents
import Projection
import Reports
import Synchronization

/// Who read what: a log of its own beside the clinic's, so that reading never waits for writing and
/// reports stay the same however often they are read. Precious, like the clinic's: no other record
/// of a reading exists.
///
/// It is opened when first needed. Readings that come while a flush runs are written together when
/// it ends, as one request with one flush. All calls may come from any thread.
public final class AccessLog: Sendable {
  private struct Reading {
    var event: NewEvent
    var recorded: CheckedContinuation<Void, any Error>
  }
  private struct State {
    var log: LMDBEventLog?
    var hasSchema = false
    var waiting: [Reading] = []
    var isWriting = false
  }
  /// More than these wait for nothing but a disk that has stopped answering.
  private static let waitingAtMost = 4096
  /// So that they fit into one request, however large they are.
  private static let writtenTogether = Proposal.maximumBytes / NewEvent.maximumPayloadBytes

  private let directory: String
  private let options: LMDBEventLog.Options
  private let state = Mutex(State())

  init(directory: String, options: LMDBEventLog.Options) {
    self.directory = directory
    self.options = options
  }

  /// How many readings wait for those before them to be written.
  var waiting: Int { state.withLock { $0.waiting.count } }
  var isWriting: Bool { state.withLock { $0.isWriting } }

  /// The log itself; made when there is none.
  ///
  /// - Throws: `EventLogError`.
  public func store() throws -> LMDBEventLog {
    try state.withLock { state in
      if let log = state.log { return log }
      let log = try LMDBEventLog(directory: directory, options: options, create: true)
      state.log = log
      return log
    }
  }

  /// Returns when the reading is on disk. Runs where its caller does, as all do that lead here from a
  /// request: to look for the right thread at each call would cost more than what they do.
  nonisolated(nonsending) func append(_ event: NewEvent) async throws {
    // One that the log would refuse must not have it refuse those that are written with it.
    try event.validate()
    let log = try store()
    try await withCheckedThrowingContinuation { recorded in
      let isFirst: Bool? = state.withLock { state in
        guard state.waiting.count < Self.waitingAtMost else { return nil }
        state.waiting.append(Reading(event: event, recorded: recorded))
        defer { state.isWriting = true }
        return !state.isWriting
      }
      switch isFirst {
      case nil: recorded.resume(throwing: EventLogError.overloaded)
      case true?: writeWhatWaits(to: log)
      case false?: break
      }
    }
  }

  /// Asks for what waits to be written, and goes on so until nothing waits.
  private func writeWhatWaits(to log: LMDBEventLog) {
    let (readings, hasSchema) = state.withLock { state in
      let readings = Array(state.waiting.prefix(Self.writtenTogether))
      state.waiting.removeFirst(readings.count)
      state.isWriting = !readings.isEmpty
      return (readings, state.hasSchema)
    }
    guard !readings.isEmpty else { return }
    var generator = SystemRandomNumberGenerator()
    // In order of time, so that the table of commands grows at its end.
    let command = CommandID.uuidV7(
      milliseconds: UInt64(max(0, options.clock().rawValue / 1_000)), using: &generator)
    log.append(command: command) { snapshot, now in
      var proposal = Proposal(events: readings.map(\.event))
      if !hasSchema {
        var context = DecisionContext(
          actor: .program, channel: .system, now: Instant(microseconds: now.rawValue), zone: .utc,
          seed: UUIDKey(high: command.high, low: command.low))
        try proposal.addSchema(unlessIn: LogFacts(snapshot), &context)
      }
      return proposal
    } complete: { [weak self, weak log] outcome in
      // Who waits for a reading keeps both alive. Whoever was told may close the log and open it
      // again, so nothing holds it here by then.
      var readings = readings
      if let self, let log { readings += self.goOn(after: outcome, with: log) }
      for reading in readings { reading.recorded.resume(with: outcome.map { _ in }) }
    }
  }

  /// - Returns: those that will not be written any more.
  private func goOn(
    after outcome: Result<AppendReceipt, any Error>, with log: LMDBEventLog
  ) -> [Reading] {
    switch outcome {
    case .success: state.withLock { $0.hasSchema = true }
    case .failure(EventLogError.stopped): return giveUp(log)
    case .failure: break
    }
    writeWhatWaits(to: log)
    return []
  }

  /// The next reading opens the log anew, when whatever was wrong may be over.
  ///
  /// - Returns: those that waited for it.
  private func giveUp(_ log: LMDBEventLog) -> [Reading] {
    state.withLock { state in
      if state.log === log { state.log = nil }
      defer { (state.waiting, state.isWriting) = ([], false) }
      return state.waiting
    }
  }
}

/// A reading could not be recorded, so nothing is shown.
public struct AccessNotRecorded: Error, CustomStringConvertible {
  public let problem: String
  public var description: String {
    "nothing is shown, because the access log cannot be written: \(problem.trimmingSuffix(".")); see "
      + "to the disk and to who may write the folder access in the data directory"
  }
}

extension String {
  fileprivate func trimmingSuffix(_ suffix: String) -> Substring {
    hasSuffix(suffix) ? dropLast(suffix.count) : self[...]
  }
}

extension Backend {
  /// Records a reading; returns when it is on disk. Call it before the first byte of the answer
  /// leaves.
  ///
  /// - Throws: `AccessNotRecorded`; the answer must not leave then.
  public func recordAccess(_ access: DataAccess) async throws {
    do {
      let standing = try standingOfAnyLog()
      var access = access
      if !access.isCertain {
        for (index, parameter) in access.parameters.enumerated()
        where access.users.contains(parameter.name) {
          let isKnown = try isUser(parameter.value)
          if !isKnown { access.parameters[index].value = DataAccess.freeText }
        }
      }
      let now = now
      let event = try access.event(at: now, on: standing.date(of: now), in: standing)
      try await accessLog.append(NewEvent(event))
    } catch {
      throw AccessNotRecorded(problem: "\(error)")
    }
  }

  /// Whether somebody of this name has ever read anything or been granted access.
  private func isUser(_ name: String) throws -> Bool {
    guard let tag = FactTag.user(name).map({ Tag($0.text) }) else { return false }
    return try accessLog.store().read { try $0.count(of: tag) } > 0
      || grants().contains { $0.granted.user == name }
  }

  /// Refuses a report to a role that may not read it, and records that.
  ///
  /// - Parameter given: as it came; only the patients in it are recorded, by their ids.
  /// - Throws: `ReportError.notAllowed`; `AccessNotRecorded`.
  public func requireReadable(
    _ report: any Report.Type, _ given: [String: String], by reader: Reader
  ) async throws {
    guard !report.isReadable(by: reader.actor.role, with: given) else { return }
    try await refuse(report.name, patients(named: report.parameters, given), by: reader)
  }

  /// Refuses a document to a role that may not make it, and records that.
  ///
  /// - Throws: `ReportError.notAllowed`; `AccessNotRecorded`.
  public func requireReadable(
    _ document: any Reports.DocumentKind.Type, _ given: [String: String], by reader: Reader
  ) async throws {
    guard !document.isReadable(by: reader.actor.role) else { return }
    try await refuse(document.name, patients(named: document.parameters, given), by: reader)
  }

  /// Records the making of a document, or another export about the patients that parameters name.
  ///
  /// - Throws: `AccessNotRecorded`; nothing must leave then.
  public func recordAccess(
    to what: String, _ parameters: [Parameter], _ given: [String: String], by reader: Reader,
    format: String, asOf: Position
  ) async throws {
    let patients = patients(named: parameters, given)
    try await recordAccess(
      DataAccess(
        by: reader, what: what, parameters: patients.map { ($0.name, $0.id.description) },
        format: format, disclosed: .patients(Set(patients.map(\.id))), rows: 1, asOf: asOf))
  }

  private func patients(
    named parameters: [Parameter], _ given: [String: String]
  ) -> [(name: String, id: SubjectID)] {
    parameters.filter { $0.kind == .patient }.compactMap { parameter in
      given[parameter.name].flatMap { try? patientID($0) }.map { (parameter.name, $0) }
    }
  }

  /// Refuses the log itself to a role that may read reports only, and records that.
  ///
  /// - Throws: `ReportError.notAllowed`; `AccessNotRecorded`.
  public func requireLogReadable(_ verb: String, by reader: Reader) async throws {
    if !reader.mayReadLog { try await refuse(verb, [], by: reader) }
  }

  /// Refuses stored documents to a patient, whose pages are handed out by the clinic.
  ///
  /// - Throws: `ReportError.notAllowed`.
  public func requireDocumentReadable(by reader: Reader) async throws {
    if reader.actor.role == .patient { try await refuse("export.document", [], by: reader) }
  }

  private func refuse(
    _ what: String, _ patients: [(name: String, id: SubjectID)], by reader: Reader
  ) async throws {
    let error = ReportError.notAllowed(report: what, role: reader.actor.role.text)
    try await recordAccess(
      DataAccess(
        by: reader, what: what, parameters: patients.map { ($0.name, $0.id.description) },
        disclosed: .patients(Set(patients.map(\.id))), rows: 0,
        asOf: try store.read { $0.head }, refusal: error.description))
    throw error
  }
}
