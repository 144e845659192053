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

  /// Formats in which this print is not what was issued: those of which the log keeps no bytes, made
  /// by a program that lays out documents otherwise.
  public var differing: [DocumentFormat] {
    DocumentFormat.allCases.filter { format in
      guard let issued = first?.renderings.first(where: { $0.format == format.rawValue }),
        let text = renderings[format]
      else { return false }
      return issued.sha256 != Data(ByteHasher.sha256(Array(text.utf8)).bytes)
    }
  }

  /// The command that notes the first print; nil when it is noted.
  ///
  /// - Parameter kept: the format whose bytes the log keeps, and where.
  public func record(
    _ kind: String, keeping kept: (format: DocumentFormat, blob: BlobID)? = nil
  ) -> RecordIssuedDocument? {
    let all = DocumentFormat.allCases.compactMap { format -> RecordIssuedDocument.Rendering? in
      guard let text = renderings[format],
        let hash = FileHash(bytes: ByteHasher.sha256(Array(text.utf8)).bytes)
      else { return nil }
      return .init(
        format: format.rawValue, sha256: hash, bytes: text.utf8.count,
        blob: kept.flatMap { $0.format == format ? $0.blob.description : nil })
    }
    guard first == nil, let position = Int(exactly: asOf.rawValue) else { return nil }
    return RecordIssuedDocument(kind: kind, shows: id, asOf: position, renderings: all)
  }
}

extension Backend {
  /// Notes the first print, and keeps the bytes of the format that left the clinic: whatever a later
  /// program makes of the log, they are printed again. A second call changes nothing.
  ///
  /// - Returns: the events recorded; none when the first print is noted.
  public func note(
    _ print: IssuedPrint, _ kind: String, printed format: DocumentFormat,
    _ envelope: CommandEnvelope
  ) async throws -> [RecordedFact] {
    var generator = SystemRandomNumberGenerator()
    let blob = Blob(
      id: BlobID.random(using: &generator), bytes: Array((print.renderings[format] ?? "").utf8))
    guard let command = print.record(kind, keeping: (format, blob.id)) else { return [] }
    return try await record(command, envelope, blobs: [blob]).facts
  }

  /// The document of something issued: the bytes that left the clinic, where the log keeps them, and
  /// what the log as of the issue makes in the other formats.
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
    var renderings = Dictionary(
      uniqueKeysWithValues: DocumentFormat.allCases.map { ($0, $0.render(document)) })
    for kept in first?.renderings ?? [] {
      guard let format = DocumentFormat(rawValue: kept.format), let text = try text(kept) else {
        continue
      }
      renderings[format] = text
    }
    return IssuedPrint(
      id: id, patient: patient, asOf: Position(asOf), renderings: renderings, first: first)
  }

  /// The bytes that the log keeps; nil when it keeps none, or not those that were noted.
  private func text(_ kept: DocumentIssued.Rendering) throws -> String? {
    guard let id = BlobID(kept.blob), let bytes = try store.read({ try $0.blob(id) }),
      Data(ByteHasher.sha256(bytes).bytes) == kept.sha256
    else { return nil }
    return String(decoding: bytes, as: UTF8.self)
  }
}
