import EventLog
import Foundation
import Practice
import PracticeEvents
import Projection
import TransparencyLog

/// What a file is by its first bytes, among those that clinics get by fax, scanner and mail.
public enum ScanFormat: String, CaseIterable, Sendable {
  case pdf = "application/pdf"
  case tiff = "image/tiff"
  case png = "image/png"
  case jpeg = "image/jpeg"

  public init?(of bytes: [UInt8]) {
    let found = Self.allCases.first { format in
      format.beginnings.contains { bytes.starts(with: $0) }
    }
    guard let found else { return nil }
    self = found
  }

  private var beginnings: [[UInt8]] {
    switch self {
    case .pdf: [Array("%PDF-".utf8)]
    case .tiff: [[0x49, 0x49, 0x2a, 0x00], [0x4d, 0x4d, 0x00, 0x2a]]
    case .png: [[0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]]
    case .jpeg: [[0xff, 0xd8, 0xff]]
    }
  }

  /// The usual end of a file's name.
  public var fileExtension: String {
    switch self {
    case .pdf: "pdf"
    case .tiff: "tif"
    case .png: "png"
    case .jpeg: "jpg"
    }
  }
}

/// A stored document with its pages.
public struct StoredDocument: Sendable {
  public let received: DocumentReceived
  /// Nil while nobody said whose it is.
  public let patient: SubjectID?
  public let bytes: [UInt8]
  public let asOf: Position
}

extension Backend {
  /// The most bytes of a stored document: a hundred faxed pages, and less than one request of the
  /// log may hold.
  public static let largestDocument = 20 << 20

  /// Records a document and stores its pages, in one transaction.
  ///
  /// Pages that came before are found by their length and the commitments of documents as long.
  ///
  /// - Parameter dryRun: decides and appends nothing.
  /// - Throws: `Refusal` for an empty, too large or unknown file, one that is not what it is said to
  ///   be, and pages that came before; and what `record` throws.
  public func receive(
    _ command: ReceiveDocument, pages: [UInt8], _ envelope: CommandEnvelope, dryRun: Bool = false
  ) async throws -> RecordedOutcome {
    var command = command
    command.mediaType = try Self.mediaType(of: pages, said: command.mediaType)
    var generator = SystemRandomNumberGenerator()
    let blob = Blob(id: BlobID.random(using: &generator), bytes: pages)
    let salt = (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    command.stored = .init(
      blob: blob.id.description, byteCount: pages.count,
      commitment: Self.commitment(to: pages, salt: salt), salt: salt)
    let isConfirmed = command.confirmDistinct == true
    let check: @Sendable (LogFacts) throws -> Void = { facts in
      if !isConfirmed { try Self.requireNew(pages, facts) }
    }
    guard dryRun else {
      return try await record(command, envelope, blobs: [blob], checking: check)
    }
    return try rehearse(command, envelope, checking: check)
  }

  /// A stored document as it came.
  ///
  /// - Throws: `Refusal` for one that is unknown, kept on paper, or no longer what its commitment
  ///   says. Record the reading before anything of it leaves.
  public func document(_ id: EntityID) throws -> StoredDocument {
    try store.read { log in
      let history = try LogFacts(log).history(tagged: .entity(id))
      guard case .documentReceived(let received) = history.first?.event.fact else {
        throw Refusal(
          rule: "reference.unknown", field: "document",
          problem: "no document has this identifier", remedy: "check it, e.g. with audit patient")
      }
      guard let blob = BlobID(received.blob) else {
        throw Refusal(
          rule: "document.notStored", field: "document",
          problem: "its pages are not stored here; they were kept on paper",
          remedy: "look for the paper", evidence: history.first.map { [$0.eventID] } ?? [])
      }
      guard let bytes = try log.blob(blob), Self.isCommitted(bytes, by: received) else {
        throw Refusal(
          rule: "document.damaged", field: "document",
          problem: "its stored pages are not those that were received",
          remedy: "run `chartledger log verify`, and restore a backup",
          evidence: history.first.map { [$0.eventID] } ?? [])
      }
      let owner = history.last { $0.subjectKind == .patient }?.subject
      return StoredDocument(received: received, patient: owner, bytes: bytes, asOf: log.head)
    }
  }

  /// Whether these are the pages that the event commits to.
  static func isCommitted(_ pages: [UInt8], by received: DocumentReceived) -> Bool {
    commitment(to: pages, salt: Array(received.commitmentSalt)) == Array(received.commitment)
  }

  private static func commitment(to pages: [UInt8], salt: [UInt8]) -> [UInt8] {
    Array(ByteHasher.sha256(salt + pages).bytes)
  }

  /// Refuses a file that is empty or too large to be stored.
  public static func requireDocumentSize(_ bytes: Int) throws {
    guard !(1...largestDocument).contains(bytes) else { return }
    let size = "\(bytes >> 20).\((bytes & 0xf_ffff) * 10 >> 20) MiB"
    throw Refusal(
      rule: "document.size", field: "file",
      problem: bytes == 0
        ? "the file is empty"
        : "the file has \(size), a document at most \(largestDocument >> 20) MiB",
      remedy: bytes == 0
        ? "check the scanner or the fax" : "scan it in black and white, or split it")
  }

  private static func mediaType(of pages: [UInt8], said: String?) throws -> String {
    try requireDocumentSize(pages.count)
    guard let format = ScanFormat(of: pages) else {
      throw Refusal(
        rule: "document.mediaType", field: "file",
        problem: "the file is none of "
          + ScanFormat.allCases.map(\.rawValue).joined(separator: ", "),
        remedy: "save or print it as PDF")
    }
    guard said == nil || said == format.rawValue else {
      throw Refusal(
        rule: "document.mediaType", field: "mediaType",
        problem: "the file is \(format.rawValue)", remedy: "leave the media type out")
    }
    return format.rawValue
  }

  private static func requireNew(_ pages: [UInt8], _ facts: LogFacts) throws {
    let earlier = try facts.history(tagged: .documentBytes(Int64(pages.count))).first { recorded in
      guard case .documentReceived(let fact) = recorded.event.fact else { return false }
      return isCommitted(pages, by: fact)
    }
    guard let earlier, case .documentReceived(let fact) = earlier.event.fact else { return }
    throw Refusal(
      rule: "document.duplicate", field: "file",
      problem: "the same pages were received before, as \(fact.document)",
      remedy: "use that document, or give confirmDistinct to keep both",
      evidence: [earlier.eventID])
  }
}
