import PracticeEvents
import SwiftProtobuf

/// Signs the note of a session; from then on it is only amended or added to.
public struct SignNote: Command {
  public static let name = "sign-note"
  public static let summary = "Signs the SOAP note of a session."
  public static let help = ["painBefore": "0 to 10", "painAfter": "0 to 10; both or neither"]
  public static let roles: Set<Role> = [.therapist]

  public var session: EntityID
  public var subjective: String
  public var objective: String
  public var assessment: String
  public var plan: String
  public var painBefore: Int?
  public var painAfter: Int?
  public var note: EntityID?

  public init(
    session: EntityID, subjective: String, objective: String, assessment: String, plan: String,
    painBefore: Int? = nil, painAfter: Int? = nil, note: EntityID? = nil
  ) {
    self.session = session
    self.subjective = subjective
    self.objective = objective
    self.assessment = assessment
    self.plan = plan
    self.painBefore = painBefore
    self.painAfter = painAfter
    self.note = note
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let (patient, _, found) = try facts.session(session)
    guard found.note.isEmpty else {
      throw Refusal(
        rule: "note.signed", field: "session", problem: "the session's note is signed",
        remedy: "change it with amend-note or add-note-addendum")
    }
    guard
      context.actor.role == .supervisor
        || context.actor.practitioner == found.delivered.practitioner
    else {
      throw Refusal(
        rule: "note.author", field: "by", problem: "the session is another therapist's",
        remedy: "have the one who treated, or a supervisor, sign it")
    }
    // As much clock skew as a session's own end is allowed.
    guard context.occurredAt.adding(minutes: 5) >= found.delivered.endedAt.instant else {
      throw Refusal(
        rule: "note.early", field: "occurredAt", problem: "the session had not ended by then",
        remedy: "sign the note after the session", evidence: [found.event])
    }
    for (text, section) in [
      (subjective, "subjective"), (objective, "objective"), (assessment, "assessment"),
      (plan, "plan"),
    ] {
      try require(text, in: section, atMost: noteLimit)
    }
    guard (painBefore == nil) == (painAfter == nil),
      [painBefore, painAfter].allSatisfy({ (0...10).contains($0 ?? 0) })
    else {
      throw Refusal(
        rule: "note.pain", field: "painBefore",
        problem: "pain is given on one side only, or is not 0 to 10",
        remedy: "give both, or neither")
    }
    var fact = SoapNoteSigned()
    fact.note = try context.id(.note, note).description
    try facts.requireUnused(fact.note, field: "note")
    fact.session = session.description
    fact.subjective = subjective
    fact.objective = objective
    fact.assessment = assessment
    fact.plan = plan
    fact.painRecorded = painBefore != nil
    fact.painBefore = Int32(painBefore ?? 0)
    fact.painAfter = Int32(painAfter ?? 0)
    fact.signedAt = Google_Protobuf_Timestamp(context.occurredAt)
    return Decision([ProposedFact(patient, .soapNoteSigned(fact))])
  }
}

/// Replaces a section of a signed note; the first version stays visible.
public struct AmendNote: Command {
  public static let name = "amend-note"
  public static let summary = "Amends a section of a signed note; both versions are kept."
  public static let roles: Set<Role> = [.therapist]

  public enum Section: String, WordChoice { case subjective, objective, assessment, plan }

  public var note: EntityID
  public var section: Section
  public var text: String

  public init(
    note: EntityID, section: Section, text: String
  ) {
    self.note = note
    self.section = section
    self.text = text
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let (patient, found) = try facts.noteToChange(note, context)
    _ = try context.requiredReason()
    try require(text, in: "text", atMost: noteLimit)
    var fact = NoteAmended()
    fact.note = note.description
    fact.section = section.rawValue
    fact.text = text
    fact.amendedOn = context.today.compact
    return Decision([ProposedFact(patient, .noteAmended(fact), corrects: found.event)])
  }
}

/// Adds to a signed note what was learnt or forgotten.
public struct AddNoteAddendum: Command {
  public static let name = "add-note-addendum"
  public static let summary = "Adds a dated addendum to a signed note."
  public static let roles: Set<Role> = [.therapist]

  public var note: EntityID
  public var text: String

  public init(
    note: EntityID, text: String
  ) {
    self.note = note
    self.text = text
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let (patient, _) = try facts.noteToChange(note, context)
    try require(text, in: "text", atMost: noteLimit)
    var fact = NoteAddendumAdded()
    fact.note = note.description
    fact.text = text
    fact.addedOn = context.today.compact
    return Decision([ProposedFact(patient, .noteAddendumAdded(fact))])
  }
}

/// Characters of a section: four of them fit the log's largest record.
private let noteLimit = 4_000

extension Facts {
  /// A session that is not voided, its patient and their state.
  func session(
    _ id: EntityID, field: String = "session"
  ) throws -> (
    patient: SubjectID, state: PatientState, session: CareState.Session
  ) {
    let patient = try patientID(owning: id, field: field)
    let state = try self.patient(patient)
    guard let session = state.care.sessions[id.description] else {
      throw unknownReference(field, "no session has this identifier")
    }
    guard !session.voided else {
      throw Refusal(
        rule: "session.voided", field: field, problem: "the session is voided",
        remedy: "use the session that was recorded in its place",
        evidence: session.event.isEmpty ? [] : [session.event])
    }
    return (patient, state, session)
  }

  /// A note that the acting person may change: its author, or a supervisor.
  fileprivate func noteToChange(
    _ id: EntityID, _ context: DecisionContext
  ) throws -> (
    patient: SubjectID, note: CareState.Note
  ) {
    let patient = try patientID(owning: id, field: "note")
    guard let note = try self.patient(patient).care.notes[id.description] else {
      throw unknownReference("note", "no note has this identifier")
    }
    guard context.actor.role == .supervisor || note.author == context.actor.user else {
      throw Refusal(
        rule: "note.author", field: "by", problem: "the note is another's",
        remedy: "have its author or a supervisor change it", evidence: [note.event])
    }
    return (patient, note)
  }
}
