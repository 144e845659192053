import Practice
import PracticeEvents
import Projection

public enum AuditEditedAfterRequestReport: Report {
  public static let name = "audit.edited-after-request"
  public static let title = "Edited after a records request"
  public static let summary =
    "What was recorded or amended about earlier care after somebody asked for the record."
  public static let roles: Set<Role> = []
  public static let parameters: [Parameter] = [
    .optional("patient", .patient, "only this patient: MRN or id"),
    .optional("from", .date, "first day on which requests were received"),
    .optional("to", .date, "last day on which requests were received"),
  ]
  public static let columns =
    [
      Column("request", "Request", .text), Column("receivedOn", "Received", .date),
      Column("requester", "From", .text),
    ] + PatientLabel.columns + [
      Column("recordedAt", "Recorded", .instant), Column("type", "Type", .eventType),
      Column("what", "What", .text), Column("about", "About", .date),
      Column("change", "Change", .text), Column("user", "By", .text),
      Column("initials", "Initials", .text), Column("reason", "Reason", .text),
      Column("corrects", "Corrects", .text, isDetail: true),
      Column("position", "Position", .integer), Column("event", "Event", .text, isDetail: true),
    ]
  public static let key = ["request", "event"]
  public static let projectors: [any Projector.Type] = []

  public static func run(_ arguments: Arguments, _ source: ReportSource) throws -> ReportBody {
    var requests: [RecordedFact] = []
    let only = FactSelection(kinds: [.recordsRequestReceived])
    if let patient = arguments.subject("patient") {
      requests = try source.facts.history(of: patient).filter(only.matches)
    } else {
      try source.log.forEach(only) { requests.append($0) }
    }
    let (from, through) = (arguments.date("from"), arguments.date("to"))
    let patients = PatientBook(source.facts)
    var (rows, considered): ([[Cell]], Int) = ([], 0)
    for request in requests {
      guard case .recordsRequestReceived(let asked) = request.event.fact,
        from.map({ $0.compact <= asked.receivedOn }) ?? true,
        through.map({ asked.receivedOn <= $0.compact }) ?? true
      else { continue }
      considered += 1
      let history = try source.facts.history(of: request.subject)
      for edit in EditsAfterRequest(request, asked, history).edits {
        let event = edit.fact.event
        rows.append(
          [.text(asked.request), .day(asked.receivedOn), .text(asked.requester.text)]
            + (try patients.cells(request)) + [
              .instant(Instant(microseconds: edit.fact.recordedAt)), .text(event.kindName),
              .word(event.what), .day(edit.aboutOn), .text(edit.change), .word(event.actor.user),
              .word(event.actor.initials), .word(event.reason), .word(event.corrects),
              .integer(Int(clamping: edit.fact.position)), .text(edit.fact.eventID),
            ])
      }
    }
    return ReportBody(
      rows: rows,
      notes: [
        "\(considered) requests. Listed is what was recorded after a request and corrects what was "
          + "recorded before it, or is about care up to the day of the request, within the dates "
          + "asked for. Not every such entry is wrong: payers answer and visits are charged later."
      ])
  }
}

/// What came into a record after somebody had asked for it.
private struct EditsAfterRequest {
  struct Edit {
    var fact: RecordedFact
    /// The day of care that it speaks of, CCYYMMDD.
    var aboutOn: Int32
    var change: String
  }
  private(set) var edits: [Edit] = []

  init(_ request: RecordedFact, _ asked: RecordsRequestReceived, _ history: [RecordedFact]) {
    var visits: [String: Int32] = [:]
    var sessions: [String: String] = [:]
    // The day that each event of the record as it was asked for counts on.
    var earlier: [String: Int32] = [:]
    for fact in history {
      if case .sessionDelivered(let session) = fact.event.fact {
        visits[session.session] = session.deliveredOn
      }
      if case .soapNoteSigned(let note) = fact.event.fact { sessions[note.note] = note.session }
      guard fact.position > request.position else {
        earlier[fact.eventID] = fact.event.effectiveOn
        continue
      }
      guard !fact.event.isAboutRequests else { continue }
      let visit = fact.event.note.flatMap { sessions[$0] }.flatMap { visits[$0] }
      let corrected = earlier[fact.event.corrects]
      let aboutOn = visit ?? corrected ?? fact.event.effectiveOn
      guard aboutOn <= asked.receivedOn, asked.fromDateOn <= aboutOn,
        asked.throughDateOn == 0 || aboutOn <= asked.throughDateOn
      else { continue }
      edits.append(
        Edit(
          fact: fact, aboutOn: aboutOn,
          change: corrected != nil || fact.isCorrection ? "amended" : "added"))
    }
  }
}

extension PracticeEvent {
  /// The note that it signs, amends or adds to.
  fileprivate var note: String? {
    switch fact {
    case .soapNoteSigned(let fact): fact.note
    case .noteAmended(let fact): fact.note
    case .noteAddendumAdded(let fact): fact.note
    default: nil
    }
  }

  fileprivate var isAboutRequests: Bool {
    switch fact {
    case .recordsRequestReceived, .recordsRequestFulfilled, .amendmentRequested, .amendmentDecided:
      true
    default: false
    }
  }
}

extension RecordsRequester {
  fileprivate var text: String {
    switch self {
    case .patient: "patient"
    case .representative: "representative"
    case .attorney: "attorney"
    case .payer: "payer"
    case .provider: "provider"
    case .authority: "authority"
    case .unspecified, .UNRECOGNIZED: "unknown"
    }
  }
}
