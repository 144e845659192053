import Foundation
import PracticeEvents

/// Notes what was printed, so that it can be told from any other print for ever.
public struct RecordIssuedDocument: Command {
  public static let name = "record-issued-document"
  public static let summary = "Notes the SHA-256 of a document that `chartledger document` made."
  public static let help = [
    "kind": "name of the document", "shows": "what it shows, e.g. stm-…",
    "asOf": "the position of the log that it was made from",
    "renderings": "each format with its SHA-256 and number of bytes",
  ]
  public static let roles: Set<Role> = [.frontDesk, .biller, .therapist]

  public struct Rendering: Codable, Sendable {
    public var format: String
    public var sha256: FileHash
    public var bytes: Int
    /// Where the log keeps the bytes; `chartledger document` stores them.
    public var blob: String?

    public init(format: String, sha256: FileHash, bytes: Int, blob: String? = nil) {
      self.format = format
      self.sha256 = sha256
      self.bytes = bytes
      self.blob = blob
    }
  }

  public var kind: String
  public var shows: EntityID
  public var asOf: Int
  public var renderings: [Rendering]

  public init(kind: String, shows: EntityID, asOf: Int, renderings: [Rendering]) {
    self.kind = kind
    self.shows = shows
    self.asOf = asOf
    self.renderings = renderings
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let kinds: Set<EntityID.Kind> = [.statement, .receipt, .taxStatement, .superbill, .estimate]
    guard kinds.contains(shows.kind) else {
      throw Refusal(
        rule: "document.shows", field: "shows", problem: "\(shows) is nothing that is printed",
        remedy: "give a statement, receipt, tax statement, superbill or estimate")
    }
    let (patient, state) = try facts.holder(of: shows, shows.kind, field: "shows")
    guard state.account.documents[shows.description] == nil else {
      throw Refusal(
        rule: "document.issued", field: "shows", problem: "its first print is noted already",
        remedy: "nothing is left to do; every further print is the same")
    }
    let issued = try facts.history(tagged: .entity(shows)).first?.position ?? .max
    guard asOf >= 1, issued <= UInt64(asOf), (1...8).contains(renderings.count),
      renderings.allSatisfy({ $0.bytes > 0 })
    else {
      throw Refusal(
        rule: "document.renderings", field: "renderings",
        problem: "a document has renderings, and a position not before it was issued",
        remedy: "let `chartledger document` record it")
    }
    var fact = DocumentIssued()
    fact.kind = kind
    fact.shows = shows.description
    fact.asOf = UInt64(asOf)
    fact.renderings = try renderings.map { given in
      if let blob = given.blob { try requirePlain(blob, in: "blob", atMost: 36) }
      var rendering = DocumentIssued.Rendering()
      rendering.format = given.format
      rendering.sha256 = given.sha256.bytes
      rendering.byteCount = Int64(given.bytes)
      rendering.blob = given.blob ?? ""
      return rendering
    }
    return Decision([ProposedFact(patient, .documentIssued(fact))])
  }
}
