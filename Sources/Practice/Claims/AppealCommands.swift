import PracticeEvents

/// Asks the payer to decide again.
public struct FileAppeal: Command {
  public static let name = "file-appeal"
  public static let summary = "Records that the payer was asked to decide a claim again."
  public static let help = [
    "claim": "its latest answer is appealed", "documents": "what was sent along",
    "filedOn": "today by default",
  ]
  public static let roles: Set<Role> = [.biller]

  public var claim: EntityID
  public var filedOn: CivilDate?
  public var documents: [EntityID]?
  public var appeal: EntityID?

  public init(
    claim: EntityID, filedOn: CivilDate? = nil, documents: [EntityID]? = nil,
    appeal: EntityID? = nil
  ) {
    self.claim = claim
    self.filedOn = filedOn
    self.documents = documents
    self.appeal = appeal
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let (patient, state) = try facts.holder(of: claim, .claim, field: "claim")
    let sent = try state.account.claim(claim, field: "claim")
    _ = try context.requiredReason()
    let date = try context.bookingDate(filedOn, field: "filedOn", facts)
    guard let answer = sent.standingAnswer,
      answer.lines.contains(where: { !$0.withheldReasons.isEmpty })
    else {
      throw Refusal(
        rule: "appeal.nothing", field: "claim",
        problem: "the payer has withheld nothing on claim \(claim) that can be appealed",
        remedy: "see claims.explain for its answer")
    }
    guard !sent.appeals.contains(where: { !$0.hasDecided }) else {
      throw Refusal(
        rule: "appeal.pending", field: "claim", problem: "an appeal of claim \(claim) is undecided",
        remedy: "record its outcome with decide-appeal first")
    }
    for document in documents ?? [] {
      guard document.kind == .document, try facts.owner(of: .entity(document)) != nil else {
        throw Refusal(
          rule: "reference.unknown", field: "documents",
          problem: "there is no document \(document)",
          remedy: "receive it first with receive-document")
      }
    }
    var fact = AppealFiled()
    fact.appeal = try context.id(.appeal, appeal).description
    try facts.requireUnused(fact.appeal, field: "appeal")
    fact.claim = claim.description
    fact.adjudication = answer.adjudication
    fact.level = Int32(clamping: sent.appeals.count + 1)
    fact.filedOn = date.compact
    let deadline = try sent.appealDeadline(facts)
    fact.fileByOn = deadline?.compact ?? 0
    let clinic = try facts.clinic()
    fact.decideByOn =
      date.adding(days: clinic.rule("billing", "appeal-decision-days", on: date)).compact
    fact.documents = (documents ?? []).map(\.description)
    var warnings: [String] = []
    if let deadline, date > deadline {
      guard context.isExplainedBySupervisor else {
        throw Refusal(
          rule: "appeal.late", field: "filedOn",
          problem: "the payer took appeals of this answer until \(deadline)",
          remedy: "have a supervisor file it with --reason, or write it off")
      }
      warnings = ["filed after \(deadline), the payer's last day for it"]
    }
    return Decision([.appealFiled(fact)].proposed(to: patient, on: date), warnings: warnings)
  }
}

/// How people name the outcome of an appeal.
public enum AppealOutcomeChoice: String, WordChoice {
  case overturned, partlyOverturned, upheld, withdrawn

  var outcome: AppealOutcome {
    switch self {
    case .overturned: .overturned
    case .partlyOverturned: .partlyOverturned
    case .upheld: .upheld
    case .withdrawn: .withdrawn
    }
  }
}

/// The payer decided the appeal.
public struct DecideAppeal: Command {
  public static let name = "decide-appeal"
  public static let summary =
    "Records what became of an appeal; the payer's new answer is recorded for itself."
  public static let help = ["payerReference": "the payer's number of its decision"]
  public static let roles: Set<Role> = [.biller]

  public var appeal: EntityID
  public var outcome: AppealOutcomeChoice
  public var decidedOn: CivilDate?
  public var payerReference: String?

  public init(
    appeal: EntityID, outcome: AppealOutcomeChoice, decidedOn: CivilDate? = nil,
    payerReference: String? = nil
  ) {
    self.appeal = appeal
    self.outcome = outcome
    self.decidedOn = decidedOn
    self.payerReference = payerReference
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let (patient, state) = try facts.holder(of: appeal, .appeal, field: "appeal")
    let date = try context.bookingDate(decidedOn, field: "decidedOn", facts)
    let found = state.account.claims.values.lazy.flatMap(\.appeals)
      .first { $0.filed.appeal == appeal.description }
    guard let found, !found.hasDecided, date.compact >= found.filed.filedOn else {
      throw Refusal(
        rule: "appeal.decided", field: "appeal",
        problem: "appeal \(appeal) was decided before, or was filed later than that day",
        remedy: "check the day; a further appeal is filed with file-appeal")
    }
    if let payerReference { try require(payerReference, in: "payerReference", atMost: 50) }
    var fact = AppealDecided()
    fact.appeal = appeal.description
    fact.outcome = outcome.outcome
    fact.decidedOn = date.compact
    fact.payerReference = payerReference ?? ""
    let isWon = outcome == .overturned || outcome == .partlyOverturned
    return Decision(
      [.appealDecided(fact)].proposed(to: patient, on: date),
      warnings: isWon
        ? ["record the payer's new answer when it comes: it pays by reversing the old one"] : [])
  }
}

extension AccountState.Claim {
  /// The payer's latest answer that stands.
  public var standingAnswer: ClaimAdjudicated? { adjudications.last { !$0.reversed }?.adjudicated }

  /// The last day to appeal the standing answer: so many days by the payer's policy, or by the
  /// clinic's rule, after it, or after the decision of the appeal before. Nil without an answer.
  public func appealDeadline(_ facts: some Facts) throws -> CivilDate? {
    guard let answered = standingAnswer?.adjudicatedOn.civilDate else { return nil }
    return appealDeadline(
      policy: try facts.payer(SubjectID(submitted.payer)).policy(on: answered),
      clinicDays: try facts.clinic().rule("billing", "appeal-days", on: answered))
  }

  /// The same from what is known already.
  public func appealDeadline(policy: PayerPolicy, clinicDays: Int) -> CivilDate? {
    let decided = appeals.map(\.decided.decidedOn).max() ?? 0
    guard let answered = standingAnswer?.adjudicatedOn,
      let start = max(answered, decided).civilDate
    else { return nil }
    return start.adding(days: policy.appealDays > 0 ? Int(policy.appealDays) : clinicDays)
  }
}

extension ClaimAdjudicated.Line {
  /// What the payer kept back for reasons other than the plan's arithmetic, also on a line that it
  /// paid in part.
  public var withheldReasons: [ClaimAdjudicated.Adjustment] {
    adjustments.filter {
      $0.amountCents > 0 && AdjustmentReason.of($0.carc)?.isPricing != true
    }
  }
}
