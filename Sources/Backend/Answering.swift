import EventLog
import Practice
import Projection
import ReadModels
import Reports

/// Which past state of the log a reader asks for.
public enum AsOfRequest: Sendable, Hashable {
  case position(UInt64)
  /// What was recorded up to then.
  case instant(Instant)
  /// What was recorded by the end of that day in the clinic; for today, up to now.
  case day(CivilDate)

  /// A position, an instant (RFC 3339), a local time, or a date.
  ///
  /// - Throws: `ReportError.malformedParameter`.
  public init(_ text: String, in zone: ClinicTimeZone) throws {
    if let position = UInt64(text) {
      self = .position(position)
    } else if let date = try? CivilDate(text) {
      self = .day(date)
    } else if let instant = try? Instant(text) {
      self = .instant(instant)
    } else {
      do {
        // A text that is meant as a date is told what is wrong with the date.
        if text.utf8.count == 10 {
          self = .day(try CivilDate(text))
        } else {
          self = .instant(try zone.instant(text))
        }
      } catch {
        throw ReportError.malformedParameter(
          "asOf",
          problem: "\(error.problem); give a position, a date such as 2026-03-03 or a time such as "
            + "2026-03-03T17:30")
      }
    }
  }
}

extension Backend {
  /// Answers a report from one consistent state.
  ///
  /// - Parameters:
  ///   - given: parameter values as text, by name.
  ///   - asOf: nil is now.
  ///   - minimum: a position that the answer must have seen: the reader's own last write.
  ///   - progress: of catching up, or of the replay that a past state needs.
  /// - Throws: `ReportError`, or what the log and the views throw.
  public func answer(
    _ report: any Report.Type, _ given: [String: String], asOf: AsOfRequest? = nil,
    minimum: Position = .none, progress: ProgressHandler? = nil
  ) throws -> ReportAnswer {
    try read(of: report.projectors, asOf: asOf, minimum: minimum, progress: progress) { source in
      try report.answer(given, from: source)
    }
  }

  /// Reads one consistent state: the views, and the facts up to the views' position.
  ///
  /// - Parameters: those of `answer`.
  /// - Throws: `ReportError`, what the log and the views throw, or what `body` throws.
  public func read<Result>(
    of projectors: [any Projector.Type], asOf: AsOfRequest? = nil, minimum: Position = .none,
    progress: ProgressHandler? = nil, _ body: (ReportSource) throws -> Result
  ) throws -> Result {
    let clinic = try clinic()
    let zone = try ClinicTimeZone(clinic.profile.timeZone)
    let projectors = ReadModelCatalog.views(behind: projectors)
    if let asOf {
      let (position, instant) = try resolve(asOf, in: zone)
      return try views.read(asOf: position, of: projectors, progress: progress) { views in
        let then = try instant ?? recordedAt(position) ?? now
        return try read(views, at: position, zone, at: then, accessesThrough: then, body)
      }
    }
    let head = try store.read { $0.head }
    if let progress { _ = try views.catchUp(to: head, progress: progress) }
    return try views.read(atLeast: max(minimum, head), of: projectors) { views in
      // What reads no view is of the log's head.
      let position = projectors.isEmpty ? head : views.position
      return try read(views, at: position, zone, at: now, body)
    }
  }

  /// The generations of the views that a report reads now; 0 for one that is not built yet.
  public func generations(behind report: any Report.Type) throws -> [UInt64] {
    try ReadModelCatalog.views(behind: report.projectors).map(views.generationNumber)
  }

  /// The generations of the views that a report was read from.
  public func generations(behind report: any Report.Type, in views: ViewSet) -> [UInt64] {
    ReadModelCatalog.views(behind: report.projectors).map { views.generations[$0.name] ?? 0 }
  }

  /// The position that a request for the past means.
  ///
  /// - Throws: `ReportError` for a position past the head, and for a time still to come.
  public func resolve(_ asOf: AsOfRequest) throws -> Position {
    try resolve(asOf, in: zone()).position
  }

  /// The position that a request for the past means, and the instant that it names, if any.
  ///
  /// A time still to come is refused: what will have been recorded by then is not known, and a later
  /// answer would differ.
  private func resolve(
    _ asOf: AsOfRequest, in zone: ClinicTimeZone
  ) throws -> (position: Position, instant: Instant?) {
    let now = now
    let instant: Instant
    switch asOf {
    case .position(let position):
      let head = try store.read { $0.head }
      guard position <= head.rawValue else {
        throw ReportError.asOfAhead(position: position, head: head.rawValue)
      }
      return (Position(position), nil)
    case .instant(let named):
      instant = named
    case .day(let date):
      instant =
        date == zone.date(of: now)
        ? now : zone.startOfDay(date.adding(days: 1)).adding(microseconds: -1)
    }
    guard instant <= now else { throw ReportError.asOfToCome(instant) }
    let position = try store.read { log in
      try log.position(asOf: LogTime(rawValue: instant.microseconds))
    }
    return (position, instant)
  }

  /// When the event at a position was recorded; nil at position 0.
  func recordedAt(_ position: Position) throws -> Instant? {
    guard position > .none else { return nil }
    return try store.read { log in
      try log.events(.all, ReadOptions(from: position, limit: 1)).first.map {
        Instant(microseconds: $0.recordedAt.rawValue)
      }
    }
  }

  private func read<Result>(
    _ views: ViewSet, at position: Position, _ zone: ClinicTimeZone, at instant: Instant,
    accessesThrough last: Instant = Instant(microseconds: .max),
    _ body: (ReportSource) throws -> Result
  ) throws -> Result {
    try store.read { log in
      let facts = LogFacts(log, asOf: position, shared: shared)
      let asOf = AsOf(position: position.rawValue, recordedAt: try recordedAt(position))
      return try body(
        ReportSource(
          views: views, facts: facts, clinic: try facts.clinic(), zone: zone, asOf: asOf,
          today: zone.date(of: instant), log: LogHistory(log: log, through: position),
          accesses: AccessHistory(log: accessLog, through: last)))
    }
  }
}
