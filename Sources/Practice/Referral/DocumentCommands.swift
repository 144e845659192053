import Foundation
import PracticeEvents

/// What a document is.
public enum DocumentChoice: String, WordChoice {
  case prescription, insuranceCard, explanationOfBenefits, letterOfMedicalNecessity, records
  case signedForm

  var kind: DocumentKind {
    switch self {
    case .prescription: .prescription
    case .insuranceCard: .insuranceCard
    case .explanationOfBenefits: .explanationOfBenefits
    case .letterOfMedicalNecessity: .letterOfMedicalNecessity
    case .records: .records
    case .signedForm: .signedForm
    }
  }
}

/// Takes in a document: a fax, a scan, a form.
///
/// The pages of one that is stored go to the log beside the event (`Backend.receive`), which knows
/// them by a salted commitment alone.
public struct ReceiveDocument: Command {
  public static let name = "receive-document"
  public static let summary = "Takes in a document; without a patient it waits to be matched."
  public static let help = [
    "patient": "MRN or id; leave out when nobody knows yet", "kind": "what it is, if known",
    "fromNumber": "the sender's fax", "toNumber": "ours", "pages": "how many; 1 by default",
    "mediaType": "of a stored file it is seen, e.g. application/pdf; image/tiff for a fax",
    "confirmDistinct": "takes pages that came before once more, e.g. for another patient",
  ]
  public static let roles: Set<Role> = [.frontDesk, .biller, .therapist, .patient]

  /// Pages that are stored with the event.
  public struct StoredPages: Sendable {
    /// The blob's id.
    public var blob: String
    public var byteCount: Int
    /// SHA-256 over the salt and the pages.
    public var commitment: [UInt8]
    /// 32 random bytes.
    public var salt: [UInt8]

    public init(blob: String, byteCount: Int, commitment: [UInt8], salt: [UInt8]) {
      self.blob = blob
      self.byteCount = byteCount
      self.commitment = commitment
      self.salt = salt
    }
  }

  public var patient: SubjectReference?
  public var kind: DocumentChoice?
  public var fromNumber: E164?
  public var toNumber: E164?
  public var pages: Int?
  public var mediaType: String?
  public var confirmDistinct: Bool?
  public var document: EntityID?
  /// No field: whoever stores the pages sets it.
  public var stored: StoredPages?

  private enum CodingKeys: CodingKey {
    case patient, kind, fromNumber, toNumber, pages, mediaType, confirmDistinct, document
  }

  public init(
    patient: SubjectReference? = nil, kind: DocumentChoice? = nil, fromNumber: E164? = nil,
    toNumber: E164? = nil, pages: Int? = nil, mediaType: String? = nil,
    confirmDistinct: Bool? = nil, document: EntityID? = nil, stored: StoredPages? = nil
  ) {
    self.patient = patient
    self.kind = kind
    self.fromNumber = fromNumber
    self.toNumber = toNumber
    self.pages = pages
    self.mediaType = mediaType
    self.confirmDistinct = confirmDistinct
    self.document = document
    self.stored = stored
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let subject = try patient.map { try facts.patientID($0) } ?? .site
    var fact = DocumentReceived()
    fact.document = try context.id(.document, document).description
    try facts.requireUnused(fact.document, field: "document")
    guard (1...10_000).contains(pages ?? 1) else {
      throw Refusal(
        rule: "document.pages", field: "pages", problem: "a document has 1 to 10000 pages",
        remedy: "count the pages")
    }
    guard mediaType?.wholeMatch(of: /[a-z]+\/[a-z0-9.+-]{1,80}/) != nil || mediaType == nil else {
      throw Refusal(
        rule: "document.mediaType", field: "mediaType", problem: "it is no media type",
        remedy: "write it like application/pdf (RFC 6838)")
    }
    fact.kind = kind?.kind ?? .unspecified
    fact.fromNumber = fromNumber?.description ?? ""
    fact.toNumber = toNumber?.description ?? ""
    fact.pages = Int32(pages ?? 1)
    fact.mediaType = mediaType ?? ""
    if let stored {
      fact.blob = stored.blob
      fact.byteCount = Int64(stored.byteCount)
      fact.commitment = Data(stored.commitment)
      fact.commitmentSalt = Data(stored.salt)
      try requireNew(fact, facts)
    }
    return Decision([ProposedFact(subject, .documentReceived(fact))])
  }

  /// Stored pages belong to one document, and so to one patient.
  private func requireNew(_ fact: DocumentReceived, _ facts: some Facts) throws {
    guard fact.commitment.count == 32, fact.commitmentSalt.count == 32, fact.byteCount > 0 else {
      throw Refusal(
        rule: "document.commitment", problem: "stored pages come with a commitment and its salt",
        remedy: "give the file, and let the program store it")
    }
    guard let first = try facts.history(tagged: .blob(fact.blob)).first else { return }
    throw Refusal(
      rule: "document.blob", field: "file", problem: "another document has these pages",
      remedy: "use that document; `match-document` says whose it is", evidence: [first.eventID])
  }
}

/// Says whose a waiting document is.
public struct MatchDocument: Command {
  public static let name = "match-document"
  public static let summary = "Says whose a waiting document is."
  public static let help = [
    "patient": "MRN or id", "kind": "what it turned out to be; as received by default",
  ]
  public static let roles: Set<Role> = [.frontDesk, .biller, .therapist]

  public var document: EntityID
  public var patient: SubjectReference
  public var kind: DocumentChoice?

  public init(document: EntityID, patient: SubjectReference, kind: DocumentChoice? = nil) {
    self.document = document
    self.patient = patient
    self.kind = kind
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let patient = try facts.patientID(patient)
    let history = try facts.history(tagged: .entity(document))
    guard let first = history.first, case .documentReceived(let received) = first.event.fact else {
      throw unknownReference("document", "no document has this identifier")
    }
    let match = history.first { if case .documentMatched = $0.event.fact { true } else { false } }
    guard first.subject == .site, match == nil else {
      throw Refusal(
        rule: "document.matched", field: "document", problem: "it is a patient's already",
        remedy: "nothing needs to be matched", evidence: [(match ?? first).eventID])
    }
    var fact = DocumentMatched()
    fact.document = document.description
    fact.kind = kind?.kind ?? received.kind
    return Decision([ProposedFact(patient, .documentMatched(fact))])
  }
}

extension ReferralState {
  /// Refuses a document that is not this patient's.
  func requireDocument(_ id: EntityID, field: String) throws {
    guard documents[id.description] != nil else {
      throw Refusal(
        rule: "document.notThePatients", field: field,
        problem: "the document is not among the patient's",
        remedy: "match it first with `match-document`")
    }
  }
}
