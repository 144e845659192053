import PracticeEvents

/// Sets a goal: an activity in words, or a score to reach.
public struct SetGoal: Command {
  public static let name = "set-goal"
  public static let summary = "Sets a goal of an episode, in words or as a score to reach."
  public static let help = [
    "instrument": "the measure of the goal; leave out for a goal in words",
    "baseline": "score at the start; the latest of the episode by default",
    "target": "score to reach, on the better side of the baseline",
  ]
  public static let roles: Set<Role> = [.therapist]

  public var episode: EntityID
  public var description: String
  public var instrument: InstrumentChoice?
  public var baseline: Hundredths?
  public var target: Hundredths?
  public var dueOn: CivilDate?
  public var longTerm: Bool?
  public var goal: EntityID?

  public init(
    episode: EntityID, description: String, instrument: InstrumentChoice? = nil,
    baseline: Hundredths? = nil, target: Hundredths? = nil, dueOn: CivilDate? = nil,
    longTerm: Bool? = nil, goal: EntityID? = nil
  ) {
    self.episode = episode
    self.description = description
    self.instrument = instrument
    self.baseline = baseline
    self.target = target
    self.dueOn = dueOn
    self.longTerm = longTerm
    self.goal = goal
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let found = try facts.openEpisode(episode)
    try require(description, in: "description", atMost: 400)
    if let dueOn, dueOn < context.today {
      throw Refusal(
        rule: "goal.due", field: "dueOn", problem: "the goal would be due before it is set",
        remedy: "give a day to come")
    }
    var fact = GoalSet()
    fact.goal = try context.id(.goal, goal).description
    try facts.requireUnused(fact.goal, field: "goal")
    fact.episode = found.id
    fact.description_p = description
    fact.dueOn = dueOn?.compact ?? 0
    fact.longTerm = longTerm ?? false
    let warnings = try measure(
      &fact, found, instrument?.definition(by: facts.clinic(), on: context.today))
    return Decision([ProposedFact(found.patient, .goalSet(fact))], warnings: warnings)
  }

  private func measure(
    _ fact: inout GoalSet, _ found: FoundEpisode, _ instrument: OutcomeInstrument?
  ) throws -> [String] {
    guard let instrument else {
      guard baseline == nil, target == nil else {
        throw Refusal(
          rule: "goal.instrument", field: "instrument",
          problem: "a baseline or target needs the instrument that it is a score of",
          remedy: "name the instrument, or set the goal in words alone")
      }
      return []
    }
    let latest = found.state.care.measures.last {
      $0.episode == found.id && $0.instrument == instrument.instrument
    }
    guard let start = baseline?.hundredths ?? latest?.scoreHundredths, let target else {
      throw Refusal(
        rule: "goal.score", field: target == nil ? "target" : "baseline",
        problem: "a goal by \(instrument.name) needs a baseline and a target",
        remedy: "give both, or score the measure first")
    }
    guard instrument.scores.contains(start) else { throw offScale(instrument, "baseline") }
    guard instrument.scores.contains(target.hundredths) else {
      throw offScale(instrument, "target")
    }
    let change = instrument.change(from: start, to: target.hundredths)
    guard change.improvementHundredths > 0 else {
      throw Refusal(
        rule: "goal.direction", field: "target",
        problem: "the target is not better than the baseline; for \(instrument.name) "
          + (instrument.isHigherBetter ? "higher" : "lower") + " is better",
        remedy: "set the target on the better side of the baseline")
    }
    fact.instrument = instrument.instrument
    fact.baselineHundredths = start
    fact.targetHundredths = target.hundredths
    guard !change.matters else { return [] }
    let isError =
      change.improvementHundredths < (instrument.detectable?.hundredths ?? .min)
    let threshold = (isError ? instrument.detectable : nil) ?? instrument.important
    return [
      (isError
        ? "the goal is within measurement error (MDC): "
        : "the goal is smaller than the change that matters to patients (MCID): ")
        + "\(Hundredths.text(threshold.hundredths)) \(instrument.unit) (\(threshold.source))"
    ]
  }
}

/// Records that a goal is reached.
public struct MeetGoal: Command {
  public static let name = "meet-goal"
  public static let summary = "Records that a goal is met."
  public static let help = ["measure": "the score that shows it; needed for a goal by a score"]
  public static let roles: Set<Role> = [.therapist]

  public var goal: EntityID
  public var metOn: CivilDate?
  public var measure: EntityID?

  public init(
    goal: EntityID, metOn: CivilDate? = nil, measure: EntityID? = nil
  ) {
    self.goal = goal
    self.metOn = metOn
    self.measure = measure
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let (patient, care, open) = try facts.openGoal(goal)
    let date = try context.pastOrToday(metOn, field: "metOn")
    var fact = GoalMet()
    fact.goal = goal.description
    fact.metOn = date.compact
    if let instrument = try facts.clinic().instrument(open.set.instrument, on: date) {
      guard
        let shown = care.measures.first(where: {
          $0.measure == measure?.description && $0.instrument == instrument.instrument
            && $0.episode == open.set.episode
        })
      else {
        throw Refusal(
          rule: "goal.measure", field: "measure",
          problem: "no \(instrument.name) score of the episode is named to show it",
          remedy: "score the measure, and name it")
      }
      let missing = instrument.change(
        from: shown.scoreHundredths, to: open.set.targetHundredths)
      guard missing.improvementHundredths <= 0 else {
        throw Refusal(
          rule: "goal.notReached", field: "measure",
          problem: "the score is \(Hundredths.text(missing.improvementHundredths)) "
            + "\(instrument.unit) short of the target",
          remedy: "go on, or close the goal with close-goal")
      }
      fact.measure = shown.measure
    }
    return Decision([ProposedFact(patient, .goalMet(fact), effectiveOn: date)])
  }
}

/// Gives a goal up.
public struct CloseGoal: Command {
  public static let name = "close-goal"
  public static let summary = "Closes a goal that was not met."
  public static let roles: Set<Role> = [.therapist]

  public var goal: EntityID
  public var closedOn: CivilDate?

  public init(
    goal: EntityID, closedOn: CivilDate? = nil
  ) {
    self.goal = goal
    self.closedOn = closedOn
  }

  public func decide(_ facts: some Facts, _ context: inout DecisionContext) throws -> Decision {
    let (patient, _, _) = try facts.openGoal(goal)
    let date = try context.pastOrToday(closedOn, field: "closedOn")
    var fact = GoalNotMet()
    fact.goal = goal.description
    fact.closedOn = date.compact
    return Decision([ProposedFact(patient, .goalNotMet(fact), effectiveOn: date)])
  }
}

extension Facts {
  fileprivate func openGoal(_ id: EntityID) throws -> (SubjectID, CareState, CareState.Goal) {
    let patient = try patientID(owning: id, field: "goal")
    let care = try self.patient(patient).care
    guard let goal = care.goals[id.description] else {
      throw unknownReference("goal", "no goal has this identifier")
    }
    guard goal.status == .open else {
      throw Refusal(
        rule: "goal.closed", field: "goal", problem: "the goal is closed",
        remedy: "set a new goal")
    }
    return (patient, care, goal)
  }
}
