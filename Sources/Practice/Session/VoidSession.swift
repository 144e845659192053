import PracticeEvents

/// Takes back a session that did not happen as recorded: with it go its charges, its visit of the
/// prescription and its units of the authorization.
public struct VoidSession: Command {
  public static let name = "void-session"
  public static let summary = "Voids a session and all that was charged or used up for it."
  public static let roles: Set<Role> = [.therapist, .biller]

  public var session: EntityID

  public init(
    session: EntityID
  ) {
    self.session = session
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let (patient, state, found) = try facts.session(session)
    _ = try context.requiredReason()
    let delivered = found.delivered
    try requireMayVoid(found, context)
    let today = context.today
    let money = try state.account.voidingFacts(ofSession: delivered.session, on: today)

    var fact = SessionVoided()
    fact.session = delivered.session
    fact.voidedOn = today.compact
    let released = released(by: delivered, state)
    return Decision(
      [ProposedFact(patient, .sessionVoided(fact), corrects: found.event)]
        + (released + money).map { ProposedFact(patient, $0) })
  }

  /// A therapist takes back their own session only, and a biller none with a signed note: that is the
  /// record of somebody who treated.
  private func requireMayVoid(_ found: CareState.Session, _ context: DecisionContext) throws {
    let isOwn = context.actor.practitioner == found.delivered.practitioner
    guard context.actor.role != .therapist || isOwn else {
      throw Refusal(
        rule: "session.author", field: "by", problem: "the session is another therapist's",
        remedy: "have the one who treated, or a supervisor, void it", evidence: [found.event])
    }
    guard context.actor.role != .biller || found.note.isEmpty else {
      throw Refusal(
        rule: "session.signed", field: "by", problem: "the session's note is signed",
        remedy: "have the one who treated, or a supervisor, void it", evidence: [found.event])
    }
  }

  private func released(by delivered: SessionDelivered, _ state: PatientState) -> [Fact] {
    var facts: [Fact] = []
    let prescription = state.referral.prescriptions[delivered.prescription]
    if prescription?.sessions.contains(delivered.session) == true {
      var visit = PrescriptionVisitReleased()
      visit.prescription = delivered.prescription
      visit.session = delivered.session
      facts.append(.prescriptionVisitReleased(visit))
    }
    let authorization = state.coverage.authorizations[delivered.authorization]
    if let units = authorization?.unitsBySession[delivered.session] {
      var release = AuthorizationReleased()
      release.authorization = delivered.authorization
      release.session = delivered.session
      release.units = units
      facts.append(.authorizationReleased(release))
    }
    return facts
  }
}
