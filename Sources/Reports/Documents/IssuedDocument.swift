import Practice
import PracticeEvents
import Projection

/// A document of something that was issued: a bill, a receipt, a statement. What it says stands in
/// the event of its issue; it is made of the log as of that event, so that every print is the same.
public protocol IssuedDocument: DocumentKind {
  /// The command that issues a new one; its last field is the identifier.
  associatedtype Issue: Command
  /// What names one that was issued.
  static var identifier: EntityID.Kind { get }
  /// The parameter, and the command's field, with the identifier.
  static var parameter: String { get }
  /// The identifier, when the fact issues such a document.
  static func issued(by fact: Fact) -> String?
  static func compose(
    _ id: String, of patient: SubjectID, _ state: PatientState, _ source: ReportSource
  ) throws -> Document
}

extension IssuedDocument {
  public static var parameters: [Parameter] {
    [
      .required(
        parameter, .text, "identifier of one that was issued, e.g. \(identifier.rawValue)-…")
    ]
  }
  public static var projectors: [any Projector.Type] { [] }

  public static func compose(_ arguments: Arguments, _ source: ReportSource) throws -> Document {
    let text = arguments.text(parameter) ?? ""
    guard let id = try? EntityID(text), id.kind == identifier,
      let patient = try source.facts.owner(of: .entity(id))
    else {
      throw ReportError.notFound(parameter: parameter, problem: "no such document was issued")
    }
    return try compose(id.description, of: patient, source.facts.patient(patient), source)
  }
}
