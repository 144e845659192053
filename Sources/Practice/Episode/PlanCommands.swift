import PracticeEvents

/// Adopts a treatment plan, or one that revises the last.
public struct AdoptTreatmentPlan: Command {
  public static let name = "adopt-treatment-plan"
  public static let summary = "Adopts a treatment plan for an episode; a later one revises it."
  public static let help = [
    "goals": "identifiers of open goals of the episode",
    "phases": "stretches of the plan, each with its class, visits per week, weeks, and exits: "
      + "what ends it, e.g. [\"NDI<=20\", \"NPRS by 2\", \"goal 50%\", \"6 visits\"]; the "
      + "clinic's rules by default",
    "reevaluateEveryVisits": "the clinic's rule by default",
    "reevaluateEveryDays": "the clinic's rule by default",
  ]
  public static let roles: Set<Role> = [.therapist]

  public struct Phase: Codable, Sendable {
    public var condition: ConditionChoice
    /// Visits per week, e.g. 2, or 0.5 for every other week.
    public var perWeekMin: Hundredths
    public var perWeekMax: Hundredths
    public var weeks: Int
    public var exitCriterion: String?
    /// The first that is reached ends it; none takes the clinic's rules.
    public var exits: [PhaseExit]?

    public init(
      condition: ConditionChoice, perWeekMin: Hundredths, perWeekMax: Hundredths, weeks: Int,
      exitCriterion: String? = nil, exits: [PhaseExit]? = nil
    ) {
      self.condition = condition
      self.perWeekMin = perWeekMin
      self.perWeekMax = perWeekMax
      self.weeks = weeks
      self.exitCriterion = exitCriterion
      self.exits = exits
    }
  }

  public var episode: EntityID
  public var goals: [EntityID]?
  public var intent: PlanIntentChoice?
  public var techniques: [String]?
  public var bodyRegions: [String]?
  public var phases: [Phase]?
  public var plannedVisits: Int?
  public var sessionMinutes: Int?
  public var reevaluateEveryVisits: Int?
  public var reevaluateEveryDays: Int?
  public var homeCare: String?
  public var adoptedOn: CivilDate?
  public var plan: EntityID?

  public init(
    episode: EntityID, goals: [EntityID]? = nil, intent: PlanIntentChoice? = nil,
    techniques: [String]? = nil, bodyRegions: [String]? = nil, phases: [Phase]? = nil,
    plannedVisits: Int? = nil, sessionMinutes: Int? = nil, reevaluateEveryVisits: Int? = nil,
    reevaluateEveryDays: Int? = nil, homeCare: String? = nil, adoptedOn: CivilDate? = nil,
    plan: EntityID? = nil
  ) {
    self.episode = episode
    self.goals = goals
    self.intent = intent
    self.techniques = techniques
    self.bodyRegions = bodyRegions
    self.phases = phases
    self.plannedVisits = plannedVisits
    self.sessionMinutes = sessionMinutes
    self.reevaluateEveryVisits = reevaluateEveryVisits
    self.reevaluateEveryDays = reevaluateEveryDays
    self.homeCare = homeCare
    self.adoptedOn = adoptedOn
    self.plan = plan
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let found = try facts.openEpisode(episode)
    let date = try context.pastOrToday(adoptedOn, field: "adoptedOn")
    guard !found.episode.assessments.isEmpty else { throw needsAssessment("a plan") }
    try requireSensibleNumbers()
    let goals = (goals ?? []).map(\.description)
    guard
      goals.allSatisfy({
        let goal = found.state.care.goals[$0]
        return goal?.set.episode == found.id && goal?.status == .open
      })
    else { throw unknownReference("goals", "a goal is not an open one of this episode") }

    var fact = TreatmentPlanAdopted()
    fact.plan = try context.id(.plan, plan).description
    try facts.requireUnused(fact.plan, field: "plan")
    fact.episode = found.id
    fact.goals = goals
    fact.intent = intent?.intent ?? .unspecified
    fact.techniques = techniques ?? []
    fact.bodyRegions = bodyRegions ?? []
    fact.phases = (phases ?? []).map { given in
      var phase = TreatmentPlanAdopted.Phase()
      phase.conditionClass = given.condition.conditionClass
      phase.visitsPerWeekMinHundredths = given.perWeekMin.hundredths
      phase.visitsPerWeekMaxHundredths = given.perWeekMax.hundredths
      phase.weeks = Int32(given.weeks)
      phase.exitCriterion = given.exitCriterion ?? ""
      phase.exits = (given.exits ?? []).map(\.exit)
      return phase
    }
    fact.plannedVisits = Int32(plannedVisits ?? 0)
    fact.sessionMinutes = Int32(sessionMinutes ?? 0)
    fact.reevaluateEveryVisits = Int32(reevaluateEveryVisits ?? 0)
    fact.reevaluateEveryDays = Int32(reevaluateEveryDays ?? 0)
    fact.homeCare = homeCare ?? ""
    fact.adoptedOn = date.compact
    fact.revises = found.episode.plans.last?.plan ?? ""
    return Decision([ProposedFact(found.patient, .treatmentPlanAdopted(fact), effectiveOn: date)])
  }

  private func requireSensibleNumbers() throws {
    let counts = [plannedVisits, sessionMinutes, reevaluateEveryVisits, reevaluateEveryDays]
    let phases = phases ?? []
    guard counts.allSatisfy({ (0...1_000).contains($0 ?? 0) }),
      phases.allSatisfy({
        (0...520).contains($0.weeks) && $0.perWeekMin <= $0.perWeekMax
          && (1...700).contains($0.perWeekMax.hundredths)
      })
    else {
      throw Refusal(
        rule: "plan.numbers", field: "phases",
        problem: "a number of the plan is out of range: 0 to 1000 visits, minutes and days, "
          + "0 to 520 weeks, above 0 and at most 7 visits a week, the least not above the most",
        remedy: "correct the number")
    }
  }
}

/// Lets a patient come more or less often than the plan or the guideline says.
public struct OverrideFrequency: Command {
  public static let name = "override-frequency"
  public static let summary = "Replaces the plan's or guideline's frequency for some time."
  public static let help = [
    "perWeekMax": "visits per week at most, e.g. 3 or 0.5",
    "perWeekMin": "visits per week at least; no lower limit by default",
    "through": "last day; open by default",
    "advisedBy": "NPI or id of the provider who advised it; the therapist's own advice by default",
  ]
  public static let roles: Set<Role> = [.therapist]

  public var episode: EntityID
  public var perWeekMax: Hundredths
  public var perWeekMin: Hundredths?
  public var from: CivilDate?
  public var through: CivilDate?
  public var advisedBy: SubjectReference?

  public init(
    episode: EntityID, perWeekMax: Hundredths, perWeekMin: Hundredths? = nil,
    from: CivilDate? = nil, through: CivilDate? = nil, advisedBy: SubjectReference? = nil
  ) {
    self.episode = episode
    self.perWeekMax = perWeekMax
    self.perWeekMin = perWeekMin
    self.from = from
    self.through = through
    self.advisedBy = advisedBy
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let found = try facts.openEpisode(episode)
    _ = try context.requiredReason()
    guard (1...700).contains(perWeekMax.hundredths), perWeekMin.map({ $0 <= perWeekMax }) ?? true
    else {
      throw Refusal(
        rule: "frequency.range", field: "perWeekMax",
        problem: "it is not above 0 and at most 7 visits a week, or less than the least",
        remedy: "correct the number")
    }
    let from = from ?? context.today
    guard through.map({ $0 >= from }) ?? true else {
      throw Refusal(
        rule: "frequency.dates", field: "through", problem: "it would end before it begins",
        remedy: "give a later day, or none")
    }
    var fact = FrequencyOverridden()
    fact.episode = found.id
    fact.visitsPerWeekMaxHundredths = perWeekMax.hundredths
    fact.fromDateOn = from.compact
    fact.throughDateOn = through?.compact ?? 0
    fact.visitsPerWeekMinHundredths = perWeekMin?.hundredths ?? 0
    fact.advisedBy =
      try advisedBy.map { try facts.referringProviderID($0, field: "advisedBy").description } ?? ""
    return Decision([ProposedFact(found.patient, .frequencyOverridden(fact), effectiveOn: from)])
  }
}

/// Goes on to a later phase of the plan.
public struct TakeTaperStep: Command {
  public static let name = "take-taper-step"
  public static let summary = "Begins a later phase of the plan before or after its time."
  public static let help = ["phase": "from 1; the next one by default"]
  public static let roles: Set<Role> = [.therapist]

  public var episode: EntityID
  public var phase: Int?
  public var from: CivilDate?

  public init(
    episode: EntityID, phase: Int? = nil, from: CivilDate? = nil
  ) {
    self.episode = episode
    self.phase = phase
    self.from = from
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let found = try facts.openEpisode(episode)
    let from = from ?? context.today
    let care = found.state.care
    guard let plan = care.plan(episode: found.id, on: from),
      let current = care.currentPhaseIndex(episode: found.id, on: from)
    else {
      throw Refusal(
        rule: "taper.plan", field: "episode", problem: "no plan with phases holds on \(from)",
        remedy: "adopt one with adopt-treatment-plan")
    }
    let number = phase ?? current + 2
    guard number > current + 1, number <= plan.phases.count else {
      throw Refusal(
        rule: "taper.phase", field: "phase",
        problem: "phase \(current + 1) of \(plan.phases.count) runs, and the step is not to a "
          + "later one",
        remedy: "name a later phase, or revise the plan")
    }
    var fact = TaperStepTaken()
    fact.episode = found.id
    fact.phase = Int32(number - 1)
    fact.fromDateOn = from.compact
    return Decision([ProposedFact(found.patient, .taperStepTaken(fact), effectiveOn: from)])
  }
}

/// Changes the class of the condition, e.g. from acute to chronic.
public struct ChangePhase: Command {
  public static let name = "change-phase"
  public static let summary = "Changes the class of an episode's condition, e.g. to maintenance."
  public static let roles: Set<Role> = [.therapist]

  public var episode: EntityID
  public var condition: ConditionChoice
  public var from: CivilDate?

  public init(
    episode: EntityID, condition: ConditionChoice, from: CivilDate? = nil
  ) {
    self.episode = episode
    self.condition = condition
    self.from = from
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let found = try facts.openEpisode(episode)
    let from = from ?? context.today
    let current = found.state.care.conditionClass(episode: found.id, on: from)
    guard condition.conditionClass != current else {
      throw Refusal(
        rule: "phase.same", field: "condition",
        problem: "the condition is \(condition.rawValue) on \(from) already",
        remedy: "nothing more is needed")
    }
    var fact = PhaseChanged()
    fact.episode = found.id
    fact.conditionClass = condition.conditionClass
    fact.fromDateOn = from.compact
    let isBilled =
      condition == .maintenance && !found.state.coverage.patientPays(on: from)
      && found.state.coverage.coverage(on: from) != nil
    return Decision(
      [ProposedFact(found.patient, .phaseChanged(fact), effectiveOn: from)],
      warnings: isBilled
        ? [
          "payers exclude maintenance, and claims for it will be refused: have the patient choose "
            + "to pay, with `elect-self-pay --why maintenance`"
        ] : [])
  }
}
