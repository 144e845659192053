import Practice
import PracticeEvents
import Projection

public enum AuditDisclosuresReport: Report {
  public static let name = "audit.disclosures"
  public static let title = "Accounting of disclosures"
  public static let summary =
    "Who received a patient's records, when, what, why: the accounting of 45 CFR 164.528."
  public static let roles: Set<Role> = [.frontDesk, .biller]
  public static let parameters: [Parameter] = [
    .required("patient", .patient, "MRN or id"),
    .optional("from", .date, "first day; by default as far back as the law asks, six years"),
    .optional("to", .date, "last day", default: "today"),
  ]
  public static let columns = [
    Column("date", "Date", .date), Column("recipient", "To", .text),
    Column("address", "Address", .text), Column("what", "What", .text),
    Column("purpose", "Purpose", .text), Column("basis", "Basis", .text),
    Column("accounted", "Accounted", .flag), Column("profile", "Packet", .text, isDetail: true),
    Column("firstPosition", "First event", .integer, isDetail: true),
    Column("lastPosition", "Last event", .integer, isDetail: true),
    Column("packetSHA256", "SHA-256 of the packet's SHA256SUMS", .text, isDetail: true),
    Column("user", "By", .text), Column("position", "Position", .integer),
  ]
  public static let projectors: [any Projector.Type] = []

  public static func run(_ arguments: Arguments, _ source: ReportSource) throws -> ReportBody {
    let patient = try arguments.requiredSubject("patient")
    let years = source.clinic.rule("records", "disclosure-accounting-years", on: source.today)
    let from = arguments.date("from") ?? source.today.adding(years: -years)
    let through = arguments.date("to") ?? source.today
    let rows = try source.facts.history(of: patient).compactMap { recorded -> [Cell]? in
      guard case .recordDisclosed(let fact) = recorded.event.fact,
        from.compact <= fact.disclosedOn, fact.disclosedOn <= through.compact
      else { return nil }
      return cells(fact, recorded)
    }
    return ReportBody(
      subject: try source.subject(patient), rows: rows,
      notes: [
        "Accounted: must be in the accounting that the patient may ask for, within 60 days and once "
          + "a year free of charge. The others are listed for the clinic (164.528(a)(1))."
      ])
  }

  private static func cells(_ fact: RecordDisclosed, _ recorded: RecordedFact) -> [Cell] {
    [
      .day(fact.disclosedOn), .word(fact.recipientName), .word(fact.recipientAddress),
      .word(fact.what), .word(fact.purpose), .text(fact.basis.text),
      .flag(fact.basis.isAccounted), .word(fact.profile), position(fact.firstPosition),
      position(fact.lastPosition),
      .word(
        fact.packetSha256.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }
          .joined()),
      .word(recorded.event.actor.user), .integer(Int(clamping: recorded.position)),
    ]
  }

  /// No cell for 0: it was no packet.
  private static func position(_ position: UInt64) -> Cell {
    position == 0 ? .none : .integer(Int(clamping: position))
  }
}
