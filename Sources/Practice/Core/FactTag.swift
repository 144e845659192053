import Foundation
import PracticeEvents

/// An index term of the log: the facts about one thing, whoever's stream they stand on.
public struct FactTag: Hashable, Sendable, CustomStringConvertible {
  public let text: String
  public var description: String { text }
  private init(_ kind: String, _ value: String) { text = "\(kind):\(value)" }

  public static func mrn(_ mrn: String) -> FactTag { FactTag("mrn", mrn) }
  public static func npi(_ npi: String) -> FactTag { FactTag("npi", npi) }
  public static func payerID(_ id: String) -> FactTag { FactTag("payer-id", id) }
  /// Anything with a short identifier: `appointment:apt-…`; the word is the identifier's kind.
  public static func entity(_ id: EntityID) -> FactTag { FactTag("\(id.kind)", id.description) }
  public static func practitioner(_ id: SubjectID) -> FactTag {
    FactTag("practitioner", id.description)
  }
  public static func payer(_ id: SubjectID) -> FactTag { FactTag("payer", id.description) }
  public static func practitionerDay(_ id: SubjectID, _ date: CivilDate) -> FactTag {
    FactTag("practitioner-day", "\(id)/\(date.compact)")
  }
  public static func roomDay(_ room: String, _ date: CivilDate) -> FactTag {
    FactTag("room-day", "\(room)/\(date.compact)")
  }
  /// A category of codes in a published list, e.g. M54.
  public static func codeCategory(_ list: String, _ category: String) -> FactTag {
    FactTag("code-category", "\(list)/\(category)")
  }
  /// A version of a published list of codes.
  public static func codeList(_ list: String, _ version: String) -> FactTag {
    FactTag("code-list", "\(list)/\(version)")
  }
  /// Everybody born on a day, CCYYMMDD: among them is a patient who is registered twice.
  public static func bornOn(_ day: Int32) -> FactTag { FactTag("born-on", "\(day)") }
  /// How a till was opened and closed, and what was deposited out of it.
  public static func till(_ name: String) -> FactTag { FactTag("till", name) }
  /// The same of one day, and the cash that went in and out of it.
  public static func tillDay(_ name: String, _ date: CivilDate) -> FactTag {
    FactTag("till-day", "\(name)/\(date.compact)")
  }
  /// Stored pages by the id of their blob.
  public static func blob(_ id: String) -> FactTag { FactTag("blob", id) }
  /// Stored documents by their length: among them is one that came twice.
  public static func documentBytes(_ count: Int64) -> FactTag {
    FactTag("document-bytes", "\(count)")
  }
  /// Received pages by their keyed digest.
  public static func documentDigest(_ digest: [UInt8]) -> FactTag {
    let pairs = digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
    return FactTag("document-digest", pairs.prefix(32).joined())
  }
  /// A fax or check that must not be taken twice, by what identifies it at its source.
  public static func trace(_ payer: SubjectID, _ number: String) -> FactTag {
    FactTag("trace", "\(payer)/\(number)")
  }
  /// TRN02 of a payer's advice; the payer is the stream on which the event stands.
  public static func remittanceTrace(_ number: String) -> FactTag {
    FactTag("remittance-trace", number)
  }

  /// ISA13 or GS06 of a file of claims that we made: acknowledgements name it.
  public static func claimFile(_ control: String) -> FactTag { FactTag("claim-file", control) }

  /// The bytes of an imported file, by their SHA-256 in hex.
  public static func file(_ sha256: FileHash) -> FactTag { FactTag("file", sha256.description) }
  /// In the access log: readings of this patient's data, if few patients were in the answer.
  public static func patient(_ id: SubjectID) -> FactTag { FactTag("patient", id.description) }
  /// In the access log: readings of more patients than an event can be tagged with.
  public static let manyPatients = FactTag("patients", "many")
  /// In the access log: what a user read. What is no printable ASCII is escaped and a long name cut
  /// short, so compare the name of what is found.
  public static func user(_ name: String) -> FactTag? {
    let escaped = name.utf8.prefix(100).map { byte in
      (0x21...0x7e).contains(byte) && byte != UInt8(ascii: "%")
        ? String(UnicodeScalar(byte)) : "%" + String(byte, radix: 16)
    }.joined()
    return escaped.isEmpty ? nil : FactTag("user", String(escaped.prefix(110)))
  }

  /// From parts that stand in an event: an identifier text of any kind; nil when empty.
  static func identifier(_ text: String) -> FactTag? {
    (try? EntityID(text)).map(FactTag.entity)
  }
  static func fileBytes(_ sha256: Data) -> FactTag? { FileHash(bytes: sha256).map(FactTag.file) }
  static func patientText(_ text: String) -> FactTag? {
    text.isEmpty ? nil : FactTag("patient", text)
  }
  static func practitionerText(_ text: String) -> FactTag? {
    text.isEmpty ? nil : FactTag("practitioner", text)
  }
  static func payerText(_ text: String) -> FactTag? {
    text.isEmpty ? nil : FactTag("payer", text)
  }
  static func practitionerDayText(_ practitioner: String, _ date: Int32) -> FactTag? {
    practitioner.isEmpty || date == 0 ? nil : FactTag("practitioner-day", "\(practitioner)/\(date)")
  }
  /// Nil for a name that cannot be looked up by.
  static func tillText(_ name: String) -> FactTag? { isTill(name) ? till(name) : nil }
  static func tillDayText(_ name: String, _ date: Int32) -> FactTag? {
    isTill(name) && date != 0 ? FactTag("till-day", "\(name)/\(date)") : nil
  }
  private static func isTill(_ name: String) -> Bool {
    (1...40).contains(name.utf8.count) && name.utf8.allSatisfy { (0x21...0x7e).contains($0) }
  }
  static func roomDayText(_ room: String, _ date: Int32) -> FactTag? {
    room.isEmpty || date == 0 ? nil : FactTag("room-day", "\(room)/\(date)")
  }
}
