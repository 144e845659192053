import EventLog
import Practice
import Projection
import ReadModels
import Reports

/// All that an answer about the present depends on, besides its question: the log, the clinic's day,
/// and the generations of the views that it is read from. Who may come in depends on no more.
public struct Moment: Sendable {
  /// The log's head.
  public let position: Position
  /// The clinic's day.
  public let day: CivilDate
  /// Of the views, as `Backend.generations(behind:)` gives them.
  public let generations: [UInt64]
  fileprivate let views: [any Projector.Type]
}

extension Backend {
  /// The moment for answers of a report.
  ///
  /// - Throws: what `standing` and the views throw.
  public func moment(for report: any Report.Type) throws -> Moment {
    let (position, day) = try presentDay()
    let projectors = ReadModelCatalog.views(behind: report.projectors)
    return Moment(
      position: position, day: day,
      generations: try projectors.map(views.generationNumber), views: projectors)
  }

  /// What a moment has of the log and of time.
  ///
  /// - Throws: what `standing` throws.
  public func presentDay() throws -> (position: Position, day: CivilDate) {
    let standing = try standing()
    return (standing.position, standing.date(of: now))
  }

  /// Whether nothing has changed since.
  public func isNow(_ moment: Moment) throws -> Bool {
    let (position, day) = try presentDay()
    guard moment.position == position, moment.day == day else { return false }
    return try zip(moment.views, moment.generations).allSatisfy { view, number in
      try views.generationNumber(of: view) == number
    }
  }
}
