import PracticeEvents

/// Tells a patient what is owed.
public struct IssueStatement: Command {
  public static let name = "issue-statement"
  public static let summary = "Issues a statement of a patient's account; it never changes."
  public static let help = [
    "patient": "MRN or id", "from": "first day; the day after the last statement by default",
    "through": "last day; today by default",
  ]
  public static let roles: Set<Role> = [.frontDesk, .biller]

  public var patient: SubjectReference
  public var from: CivilDate?
  public var through: CivilDate?
  public var statement: EntityID?

  public init(
    patient: SubjectReference, from: CivilDate? = nil, through: CivilDate? = nil,
    statement: EntityID? = nil
  ) {
    self.patient = patient
    self.from = from
    self.through = through
    self.statement = statement
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let patient = try facts.patientID(patient)
    let state = try facts.patient(patient)
    let clinic = try facts.clinic()
    let through = through ?? context.today
    let history = try facts.history(of: patient)
    let from = from ?? first(state.account, history, through)
    guard from <= through, through <= context.today else {
      throw Refusal(
        rule: "statement.dates", field: "from", problem: "the days are not in order, or to come",
        remedy: "give a first day up to \(min(through, context.today))")
    }
    let draft = StatementDraft(history, state, clinic, from: from, through: through)
    guard !draft.lines.isEmpty || draft.balance != 0 else {
      throw Refusal(
        rule: "statement.empty", field: "patient",
        problem: "nothing moved the balance from \(from) through \(through), and it is 0.00",
        remedy: "give an earlier first day, or send nothing")
    }
    guard draft.lines.count <= 300 else {
      throw Refusal(
        rule: "statement.tooLong", field: "from",
        problem: "the statement would have \(draft.lines.count) lines", remedy: "give a later day")
    }
    var fact = StatementIssued()
    fact.statement = try context.id(.statement, statement).description
    try facts.requireUnused(fact.statement, field: "statement")
    fact.issuedOn = context.today.compact
    fact.fromDateOn = from.compact
    fact.throughDateOn = through.compact
    fact.previousBalanceCents = draft.previous
    fact.lines = draft.lines
    fact.balanceCents = draft.balance
    addDues(to: &fact, state.account, clinic, context.today)
    return Decision([ProposedFact(patient, .statementIssued(fact))])
  }

  /// The day after the last statement, else of the first event.
  private func first(
    _ account: AccountState, _ history: [RecordedFact], _ through: CivilDate
  ) -> CivilDate {
    let last = account.statements.values.map(\.throughDateOn).max()?.civilDate
    if let last, last < through { return last.adding(days: 1) }
    let days = history.filter { $0.event.fact?.accountText != nil }.map(\.event.effectiveOn)
    return days.filter { $0 > 0 }.min()?.civilDate ?? through
  }

  private func addDues(
    to fact: inout StatementIssued, _ account: AccountState, _ clinic: ClinicState,
    _ today: CivilDate
  ) {
    var aging = [Int64](repeating: 0, count: 5)
    for charge in account.charges.values where charge.patientOpenCents > 0 {
      let since = charge.patientSinceOn == 0 ? charge.serviceOn : charge.patientSinceOn
      let days = max(0, since.civilDate.map { $0.days(until: today) } ?? 0)
      aging[min(max(0, days - 1) / 30, 4)] &+= charge.patientOpenCents
    }
    fact.agingCents = aging
    fact.insurancePendingCents = account.receivableCents.insurance
    fact.creditCents = max(0, account.unappliedCents)
    let due = today.adding(days: clinic.rule("billing", "statement-due-days", on: today))
    fact.dueOn = due.compact
    fact.amountDueCents = max(0, fact.balanceCents)
    let running = account.paymentPlans.filter { !$1.unpaid.isEmpty }.min { $0.key < $1.key }
    guard let (plan, agreement) = running else { return }
    // A plan takes the place of the balance it was agreed for; what came after is due as usual.
    let left = agreement.unpaid.reduce(0) { $0 &+ $1.amountCents }
    let now = agreement.unpaid.filter { $0.dueOn <= due.compact }.reduce(0) { $0 &+ $1.amountCents }
    fact.paymentPlan = plan
    fact.amountDueCents = max(0, fact.balanceCents &- left) &+ min(now, max(0, fact.balanceCents))
  }
}
