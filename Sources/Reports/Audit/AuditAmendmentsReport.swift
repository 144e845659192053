import Practice
import PracticeEvents
import Projection

public enum AuditAmendmentsReport: Report {
  public static let name = "audit.amendments"
  public static let title = "Amendments of notes"
  public static let summary =
    "What each amendment changed in a signed note: before, after, reason, initials and dates."
  public static let roles: Set<Role> = []
  public static let parameters: [Parameter] = [
    .optional("patient", .patient, "only this patient: MRN or id"),
    .optional("from", .date, "first day of recording"),
    .optional("to", .date, "last day of recording"),
  ]
  public static let columns =
    [Column("recordedAt", "Recorded", .instant)] + PatientLabel.columns + [
      Column("visit", "Visit", .date), Column("section", "Section", .text),
      Column("before", "Before", .text), Column("after", "After", .text),
      Column("reason", "Reason", .text), Column("user", "By", .text),
      Column("initials", "Initials", .text), Column("signedAt", "Note signed", .instant),
      Column("note", "Note", .text, isDetail: true),
      Column("position", "Position", .integer, isDetail: true),
      Column("event", "Event", .text, isDetail: true),
    ]
  public static let key = ["event"]
  public static let projectors: [any Projector.Type] = []

  public static func run(_ arguments: Arguments, _ source: ReportSource) throws -> ReportBody {
    let recorded = try source.instants(
      from: arguments.date("from"), through: arguments.date("to"))
    let selection = FactSelection(
      kinds: [.noteAmended, .noteAddendumAdded], recorded: recorded)
    var changes: [RecordedFact] = []
    if let patient = arguments.subject("patient") {
      changes = try source.facts.history(of: patient).filter(selection.matches)
    } else {
      try source.log.forEach(selection) { changes.append($0) }
    }
    let patients = PatientBook(source.facts)
    var texts: [SubjectID: NoteTexts] = [:]
    let rows = try changes.map { change -> [Cell] in
      if texts[change.subject] == nil {
        texts[change.subject] = NoteTexts(try source.facts.history(of: change.subject))
      }
      let entry = texts[change.subject]?.entries[change.eventID]
      let event = change.event
      return [.instant(Instant(microseconds: change.recordedAt))]
        + (try patients.cells(change)) + [
          .day(entry?.visitOn ?? 0), .word(entry?.section ?? ""), .word(entry?.before ?? ""),
          .word(entry?.after ?? ""), .word(event.reason), .word(event.actor.user),
          .word(event.actor.initials), entry?.signedAt.map(Cell.instant) ?? .none,
          .word(entry?.note ?? ""), .integer(Int(clamping: change.position)),
          .text(change.eventID),
        ]
    }
    return ReportBody(
      rows: rows,
      notes: [
        "Every version is kept and stays legible; a change is dated and initialled "
          + "(N.J.A.C. 13:37A-5.2(b)). An addendum has nothing before it."
      ])
  }
}

/// The texts of a patient's notes as they changed, by the event that changed them.
private struct NoteTexts {
  struct Entry {
    var note: String
    var section: String
    var before: String
    var after: String
    var visitOn: Int32
    var signedAt: Instant?
  }
  private(set) var entries: [String: Entry] = [:]

  init(_ history: [RecordedFact]) {
    var visits: [String: Int32] = [:]
    var signed: [String: SoapNoteSigned] = [:]
    var sections: [String: [String: String]] = [:]
    func entry(_ note: String, _ section: String, before: String, after: String) -> Entry {
      Entry(
        note: note, section: section, before: before, after: after,
        visitOn: visits[signed[note]?.session ?? ""] ?? 0,
        signedAt: signed[note].map(\.signedAt.instant))
    }
    for fact in history {
      switch fact.event.fact {
      case .sessionDelivered(let session): visits[session.session] = session.deliveredOn
      case .soapNoteSigned(let note):
        signed[note.note] = note
        sections[note.note] = [
          "subjective": note.subjective, "objective": note.objective,
          "assessment": note.assessment, "plan": note.plan,
        ]
      case .noteAmended(let change):
        let before = sections[change.note]?[change.section] ?? ""
        entries[fact.eventID] = entry(
          change.note, change.section, before: before, after: change.text)
        sections[change.note, default: [:]][change.section] = change.text
      case .noteAddendumAdded(let change):
        entries[fact.eventID] = entry(change.note, "addendum", before: "", after: change.text)
      default: break
      }
    }
  }
}
