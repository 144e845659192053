import Practice
import Projection

/// Reads the treatment progress view.
public struct TreatmentProgressQueries {
  private let rows: any RowReader
  public init(_ rows: any RowReader) { self.rows = rows }

  /// A patient's care; empty when nothing is recorded.
  public func care(of patient: SubjectID) throws -> CareState {
    try rows.row(in: TreatmentProgressProjector.care, at: .subject(patient)) ?? CareState()
  }

  /// Every patient's care, in order of their ids.
  public func forEach(_ body: (SubjectID, CareState) throws -> Void) throws {
    try rows.forEach(in: TreatmentProgressProjector.care, prefix: RowKey(), from: nil) {
      if let patient = $0.subject { try body(patient, $1) }
      return true
    }
  }
}
