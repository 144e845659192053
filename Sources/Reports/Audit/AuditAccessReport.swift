import Practice
import PracticeEvents
import Projection

public enum AuditAccessReport: Report {
  public static let name = "audit.access"
  public static let title = "Who read what"
  public static let summary =
    "Every reading and export of patient data, and every refused one, from the access log."
  public static let roles: Set<Role> = []
  public static let parameters: [Parameter] = [
    .optional("patient", .patient, "only readings of this patient's data: MRN or id"),
    .user("only by this user", isRequired: false),
    .optional("from", .date, "first day of reading"),
    .optional("to", .date, "last day of reading"),
  ]
  public static let columns = [
    Column("at", "When", .instant), Column("user", "Who", .text), Column("role", "Role", .text),
    Column("face", "By", .text, isDetail: true), Column("what", "What", .text),
    Column("parameters", "Parameters", .list, isDetail: true),
    Column("purpose", "Purpose", .text), Column("patientCount", "Patients", .integer),
    Column("patients", "MRN", .patient, isDetail: true), Column("rows", "Rows", .integer),
    Column("format", "Format", .text, isDetail: true),
    Column("asOf", "As of", .integer, unit: "position"), Column("refused", "Refused", .text),
    Column("grant", "Grant", .text, isDetail: true),
    Column("entry", "Entry", .integer, isDetail: true),
  ]
  public static let key = ["entry"]
  public static let projectors: [any Projector.Type] = []
  public static let readsAccessLog = true

  /// Longer lists of patients are given as a number; the filter by patient finds them all the same.
  private static let listedPatients = 12

  public static func run(_ arguments: Arguments, _ source: ReportSource) throws -> ReportBody {
    let patient = arguments.subject("patient")
    let user = arguments.text("user")
    let book = PatientBook(source.facts)
    var rows: [[Cell]] = []
    var refused = 0
    try source.accesses.forEach(try selection(patient, user, arguments, source)) { fact in
      guard case .recordAccessed(let access) = fact.event.fact,
        user == nil || fact.event.actor.user == user,
        patient.map({ access.allPatients || access.patients.contains($0.description) }) ?? true
      else { return }
      refused += access.refused ? 1 : 0
      rows.append(try cells(fact, access, book))
    }
    return ReportBody(
      subject: try patient.map(source.subject), rows: rows,
      notes: [
        "\(rows.count) readings, \(refused) of them refused. A reading is recorded before its "
          + "answer leaves. Blank patients with rows: sums, or more than can be listed; blank number "
          + "of patients: anyone's data may have been in it.",
        "The same report with the same parameters as of the same position shows what was shown.",
      ])
  }

  /// As little of the log as answers the question: readings of many patients are not indexed by
  /// each, and have to be looked through.
  private static func selection(
    _ patient: SubjectID?, _ user: String?, _ arguments: Arguments, _ source: ReportSource
  ) throws -> FactSelection {
    var selection = FactSelection(
      kinds: [.recordAccessed],
      recorded: try source.instants(
        from: arguments.date("from"), through: arguments.date("to")))
    if let patient {
      selection.tags = [.patient(patient), .manyPatients]
    } else if let tag = user.flatMap(FactTag.user) {
      selection.tags = [tag]
    }
    return selection
  }

  private static func cells(
    _ fact: RecordedFact, _ access: RecordAccessed, _ book: PatientBook
  ) throws -> [Cell] {
    let event = fact.event
    let listed = access.patients.count <= listedPatients ? access.patients : []
    let mrns = try listed.compactMap { try book.label(try SubjectID($0))?.mrn }.sorted()
    return [
      .instant(Instant(microseconds: fact.recordedAt)), .word(event.actor.user),
      .text(event.actor.role.text), .text(event.channel == .api ? "HTTP" : "command line"),
      .word(access.what), .list(access.parameters.map { "\($0.name) \($0.value)" }),
      .text(access.purpose.text),
      access.allPatients && access.patientCount == 0
        ? .none : .integer(Int(clamping: access.patientCount)),
      mrns.isEmpty ? .none : .list(mrns), .integer(Int(clamping: access.rowCount)),
      .word(access.format), .integer(Int(clamping: access.asOfPosition)),
      .word(access.refused ? access.refusal : ""), .word(access.grant),
      .integer(Int(clamping: fact.position)),
    ]
  }
}
