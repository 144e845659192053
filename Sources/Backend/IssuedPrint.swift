import EventLog
import Foundation
import Practice
import PracticeEvents
import Reports
import TransparencyLog

/// A print of something issued: what the clinic gave out, or gives out again.
public struct IssuedPrint: Sendable {
  public var id: EntityID
  public var patient: SubjectID
  /// The position of the log that it is made from: that of its issue, for ever.
  public var asOf: Position
  public var renderings: [DocumentFormat: String]
  /// What the first print was; nil when this is the first.
  public var first: DocumentIssued?

  /// Formats in which this print is not what was issued; a program that lays out documents otherwise
  /// makes such a print.
  public var differing: [DocumentFormat] {
    DocumentFormat.allCases.filter { format in
      guard let issued = first?.renderings.first(where: { $0.format == format.rawValue }),
        let text = renderings[format]
      else { return false }
      return issued.sha256 != Data(ByteHasher.sha256(Array(text.utf8)).bytes)
    }
  }

  /// The command that notes the first print.
  public func record(_ kind: String) -> RecordIssuedDocument? {
    let all = DocumentFormat.allCases.compactMap { format -> RecordIssuedDocument.Rendering? in
      guard let text = renderings[format],
        let hash = FileHash(bytes: ByteHasher.sha256(Array(text.utf8)).bytes)
      else { return nil }
      return .init(format: format.rawValue, sha256: hash, bytes: text.utf8.count)
    }
    guard first == nil, let position = Int(exactly: asOf.rawValue) else { return nil }
    return RecordIssuedDocument(kind: kind, shows: id, asOf: position, renderings: all)
  }
}

extension Backend {
  /// Makes a document of something issued, of the log as of its issue.
  ///
  /// - Throws: `ReportError.notFound` for an identifier of nothing issued, or what the log throws.
  public func print<D: IssuedDocument>(_ kind: D.Type, _ id: EntityID) throws -> IssuedPrint {
    let (patient, asOf, first) = try read(of: []) {
      source -> (SubjectID, UInt64, DocumentIssued?) in
      let issue = try source.facts.history(tagged: .entity(id)).first {
        $0.event.fact.flatMap(D.issued(by:)) == id.description
      }
      guard let issue else {
        throw ReportError.notFound(
          parameter: D.parameter, problem: "no \(D.name) \(id) was issued")
      }
      let first = try source.facts.patient(issue.subject).account.documents[id.description]
      return (issue.subject, first?.asOf ?? issue.position, first)
    }
    let document = try read(of: D.projectors, asOf: .position(asOf)) { source in
      try D.document([D.parameter: id.description], from: source)
    }
    let renderings = Dictionary(
      uniqueKeysWithValues: DocumentFormat.allCases.map { ($0, $0.render(document)) })
    return IssuedPrint(
      id: id, patient: patient, asOf: Position(asOf), renderings: renderings, first: first)
  }
}
