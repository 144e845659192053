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
public struct ReceiveDocument: Command {
  public static let name = "receive-document"
  public static let summary = "Takes in a document; without a patient it waits to be matched."
  public static let help = [
    "patient": "MRN or id; leave out when nobody knows yet", "kind": "what it is, if known",
    "fromNumber": "the sender's fax", "toNumber": "ours",
    "mediaType": "e.g. application/pdf; image/tiff for a fax",
    "blob": "id of the stored pages; none when kept on paper",
    "digest": "the same for the same pages: their HMAC-SHA-256 under the clinic's own key, base64",
    "confirmDistinct": "takes pages that came before once more, e.g. for another patient",
    "commitment": "salted SHA-256 of the pages, base64", "commitmentSalt": "its salt, base64",
  ]
  public static let roles: Set<Role> = [.frontDesk, .biller, .therapist, .patient]

  public var patient: SubjectReference?
  public var kind: DocumentChoice?
  public var fromNumber: E164?
  public var toNumber: E164?
  public var pages: Int?
  public var mediaType: String?
  public var blob: String?
  public var commitment: String?
  public var commitmentSalt: String?
  public var digest: String?
  public var confirmDistinct: Bool?
  public var document: EntityID?

  public init(
    patient: SubjectReference? = nil, kind: DocumentChoice? = nil, fromNumber: E164? = nil,
    toNumber: E164? = nil, pages: Int? = nil, mediaType: String? = nil, blob: String? = nil,
    commitment: String? = nil, commitmentSalt: String? = nil, digest: String? = nil,
    confirmDistinct: Bool? = nil, document: EntityID? = nil
  ) {
    self.patient = patient
    self.kind = kind
    self.fromNumber = fromNumber
    self.toNumber = toNumber
    self.pages = pages
    self.mediaType = mediaType
    self.blob = blob
    self.commitment = commitment
    self.commitmentSalt = commitmentSalt
    self.digest = digest
    self.confirmDistinct = confirmDistinct
    self.document = document
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
    fact.kind = kind?.kind ?? .unspecified
    fact.fromNumber = fromNumber?.description ?? ""
    fact.toNumber = toNumber?.description ?? ""
    fact.pages = Int32(pages ?? 1)
    fact.mediaType = mediaType ?? ""
    fact.blob = blob ?? ""
    fact.commitment = try bytes(commitment, field: "commitment")
    fact.commitmentSalt = try bytes(commitmentSalt, field: "commitmentSalt")
    guard fact.commitment.isEmpty == fact.commitmentSalt.isEmpty,
      fact.commitment.isEmpty || fact.commitment.count == 32
    else {
      throw Refusal(
        rule: "document.commitment", field: "commitment",
        problem: "a commitment is 32 bytes and comes with its salt",
        remedy: "give both, or none for a document kept on paper")
    }
    fact.digest = try bytes(digest, field: "digest")
    guard fact.digest.isEmpty || fact.digest.count == 32 else {
      throw Refusal(
        rule: "document.digest", field: "digest", problem: "a digest is 32 bytes",
        remedy: "give the HMAC-SHA-256 of the pages, or none")
    }
    try requireNew(fact, facts)
    return Decision([ProposedFact(subject, .documentReceived(fact))])
  }

  /// Stored pages belong to one document, and so to one patient. The same pages sent twice are one
  /// fax.
  private func requireNew(_ fact: DocumentReceived, _ facts: some Facts) throws {
    if !fact.blob.isEmpty {
      try requirePlain(fact.blob, in: "blob", atMost: 64)
      if let first = try facts.history(tagged: .blob(fact.blob)).first {
        throw Refusal(
          rule: "document.blob", field: "blob", problem: "another document has these pages",
          remedy: "use that document; `match-document` says whose it is",
          evidence: [first.eventID])
      }
    }
    guard !fact.digest.isEmpty, confirmDistinct != true,
      let first = try facts.history(tagged: .documentDigest(Array(fact.digest))).first
    else { return }
    throw Refusal(
      rule: "document.duplicate", field: "digest", problem: "the same pages were received before",
      remedy: "use that document, or give confirmDistinct to keep both",
      evidence: [first.eventID])
  }

  private func bytes(_ text: String?, field: String) throws -> Data {
    guard let text else { return Data() }
    guard let data = Data(base64Encoded: text) else {
      throw Refusal(
        rule: "document.base64", field: field, problem: "\(field) is not base64",
        remedy: "encode the bytes as base64 (RFC 4648)")
    }
    return data
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
