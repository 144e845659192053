import EventLog
import Practice

extension Backend {
  /// The stream of a practitioner by NPI or id.
  ///
  /// - Throws: `Refusal` when there is none.
  public func practitionerID(_ text: String) throws -> SubjectID {
    try store.read { try LogFacts($0).practitionerID(SubjectReference(text), field: "by") }
  }

  /// The stream of a patient by MRN or id, as of a position.
  ///
  /// - Throws: `Refusal` when there is none.
  public func patientID(_ text: String, asOf: Position? = nil) throws -> SubjectID {
    try store.read { try LogFacts($0, asOf: asOf).patientID(SubjectReference(text)) }
  }
}
