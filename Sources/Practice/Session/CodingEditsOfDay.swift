import PracticeEvents

extension CareState {
  /// The other sessions that the same practitioner gave the patient on the same day, and that an
  /// insurer is billed for.
  func sessionsBesides(_ session: SessionDelivered) -> [SessionDelivered] {
    sessions.values.filter { other in
      !other.voided && !other.delivered.selfPay && other.delivered.session != session.session
        && other.delivered.practitioner == session.practitioner
        && other.delivered.deliveredOn == session.deliveredOn
    }
    .map(\.delivered).sorted { $0.session < $1.session }
  }

  /// The edits of a session that the payer finds and nobody resolved.
  func openEdits(
    of session: Session, policy: PayerPolicy?, clinic: ClinicState, on date: CivilDate
  ) -> [CodingEdit] {
    let besides = sessionsBesides(session.delivered)
    return CodingEdit.among(
      session.delivered, besides: besides, policy: policy, clinic: clinic, on: date
    )
    .filter { session.resolution(of: $0) == nil }
  }

  /// Refuses to bill a session in which a payer will find a pair of codes that nobody resolved.
  func requireNoOpenEdit(
    in session: Session, policy: PayerPolicy?, clinic: ClinicState, on date: CivilDate,
    field: String
  ) throws {
    let open = openEdits(of: session, policy: policy, clinic: clinic, on: date)
    guard let first = open.first else { return }
    let raised = session.edits.filter { !$0.isResolved }.map(\.event)
    throw Refusal(
      rule: "ncci.\(first.columnOne)-\(first.columnTwo)", field: field,
      problem: "the payer bundles codes of session \(session.delivered.session): "
        + "\(first.name) is open",
      remedy: "resolve it with resolve-coding-edit, by a modifier or by dropping the line",
      evidence: raised.isEmpty ? [session.event].filter { !$0.isEmpty } : raised,
      details: open.map(\.name))
  }

  /// What was resolved of a session's edits and still counts: an edit beside another session ends
  /// when that one is voided.
  func resolvedEdits(of session: Session) -> [CodingEditResolved] {
    session.edits.filter { edit in
      let other = edit.raised.columnOneSession
      return edit.isResolved && (other.isEmpty || sessions[other]?.voided == false)
    }
    .map(\.resolved)
  }
}

extension CareState.Session {
  /// The resolution of an edit; nil while it stands open.
  public func resolution(of edit: CodingEdit) -> CodingEditResolved? {
    edits.first {
      $0.isResolved
        && edit.isSame(
          line: $0.raised.line, columnOne: $0.raised.columnOneCpt,
          session: $0.raised.columnOneSession)
    }?.resolved
  }
}

/// The edits that a new session brings, on its own lines and on those of earlier sessions of its day.
struct NewCodingEdits {
  private(set) var facts: [Fact] = []
  private(set) var warnings: [String] = []

  /// One whose modifier, regions and times say that it was separate is resolved at once; another
  /// waits for `resolve-coding-edit`. What was done is recorded either way.
  init(
    _ delivered: SessionDelivered, among care: CareState, policy: PayerPolicy?,
    clinic: ClinicState, on date: CivilDate
  ) {
    guard !delivered.selfPay else { return }
    let others = care.sessionsBesides(delivered)
    let own = CodingEdit.among(
      delivered, besides: others, policy: policy, clinic: clinic, on: date)
    for edit in own { add(edit, on: delivered, with: others) }
    for other in others {
      let edits = CodingEdit.among(
        other, besides: [delivered], policy: policy, clinic: clinic, on: date)
      for edit in edits where edit.columnOneSession == delivered.session {
        add(edit, on: other, with: [delivered])
      }
    }
  }

  private mutating func add(
    _ edit: CodingEdit, on session: SessionDelivered, with others: [SessionDelivered]
  ) {
    facts.append(.codingEditRaised(edit.raised))
    let stated = session.services.first { $0.line == edit.line }?.modifiers ?? []
    guard let modifier = stated.first(where: CodingEdit.modifiers.contains) else {
      warnings.append(
        "\(edit.name): the payer bundles these codes; resolve it with resolve-coding-edit")
      return
    }
    let other = others.first { $0.session == edit.columnOneSession } ?? session
    do {
      var fact = CodingEditResolved()
      fact.session = edit.session
      fact.line = edit.line
      fact.columnOneCpt = edit.columnOne
      fact.columnOneSession = edit.columnOneSession
      fact.resolution = .modifier
      fact.modifier = modifier
      fact.justification = try edit.justification(modifier, session, other)
      facts.append(.codingEditResolved(fact))
    } catch {
      warnings.append("modifier \(modifier) does not resolve it: \(error)")
    }
  }
}
