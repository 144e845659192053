import Practice
import PracticeEvents
import Projection

/// Each patient's care: episodes, goals, measures, sessions and notes.
public struct TreatmentProgressProjector: Projector {
  public static let name = "treatment-progress"
  public static let version: UInt32 = 3
  public static let tables = [care.name]
  public static let kinds: Set<PracticeEvent.Kind>? = Set(
    PracticeEvent.Kind.catalogue.map(\.kind).filter(CareState.concerns))

  /// Patient → everything clinical.
  static let care = RowTable<CareState>("care")

  public init() {}

  public func apply(_ fact: RecordedFact, to rows: inout some RowWriter) throws {
    guard fact.subjectKind == .patient else { return }
    try rows.update(in: Self.care, at: .subject(fact.subject)) { (care: inout CareState) in
      care.apply(fact)
    }
  }
}

extension RowKey {
  /// The sixteen bytes of a subject's stream.
  static func subject(_ id: SubjectID) -> RowKey { RowKey().adding(id.high).adding(id.low) }

  /// The subject at the start of the key.
  var subject: SubjectID? { try? SubjectID(bytes: bytes.prefix(16)) }
}
