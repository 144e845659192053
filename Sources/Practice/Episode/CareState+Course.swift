import PracticeEvents

/// Where an episode stands: what the gate and the work lists ask.
extension CareState {
  /// The day of the latest assessment or re-evaluation, CCYYMMDD; 0 when there was none.
  public func lastEvaluatedOn(episode id: String) -> Int32 {
    guard let episode = episodes[id] else { return 0 }
    return max(
      episode.assessments.map(\.assessedOn).max() ?? 0,
      episode.reevaluations.map(\.reevaluatedOn).max() ?? 0)
  }

  /// Visits delivered and not voided since the latest evaluation; the visit of that day is part of
  /// the evaluation and does not count.
  public func visitsSinceEvaluation(episode: String) -> Int {
    let evaluated = lastEvaluatedOn(episode: episode)
    return sessions(ofEpisode: episode).count { $0.delivered.deliveredOn > evaluated }
  }

  /// The sessions of an episode that are not voided, in order of time.
  public func sessions(ofEpisode episode: String) -> [Session] {
    sessions.values.filter { $0.delivered.episode == episode && !$0.voided }.inOrder
  }

  /// Sessions before a day that are not voided and have no signed note, the oldest first.
  public func unsignedSessions(before date: CivilDate) -> [Session] {
    sessions.values.filter {
      !$0.voided && $0.note.isEmpty && $0.delivered.deliveredOn < date.compact
    }.inOrder
  }

  /// The plan that holds on a day; nil before the first.
  public func plan(episode: String, on date: CivilDate) -> TreatmentPlanAdopted? {
    episodes[episode]?.plans.inForce(on: date, from: \.adoptedOn)
  }

  /// The index, from 0, of the plan's phase that runs on a day: the one that the latest taper step
  /// since the plan began, and otherwise the one that the weeks of the phases lead to.
  ///
  /// - Returns: nil without a plan or for a plan without phases.
  public func currentPhaseIndex(episode id: String, on date: CivilDate) -> Int? {
    guard let episode = episodes[id], let plan = plan(episode: id, on: date),
      let last = plan.phases.indices.last, let adopted = try? CivilDate(compact: plan.adoptedOn)
    else { return nil }
    let step = episode.taperSteps.filter { $0.fromDateOn >= plan.adoptedOn }
      .inForce(on: date, from: \.fromDateOn)
    if let step { return min(max(Int(step.phase), 0), last) }
    var begins = adopted
    for (index, phase) in plan.phases.enumerated() where index < last {
      begins = begins.adding(days: 7 * Int(phase.weeks))
      // A phase without a length runs until a taper step ends it.
      if phase.weeks == 0 || date < begins { return index }
    }
    return last
  }

  public func currentPhase(episode: String, on date: CivilDate) -> TreatmentPlanAdopted.Phase? {
    guard let index = currentPhaseIndex(episode: episode, on: date) else { return nil }
    return plan(episode: episode, on: date)?.phases[index]
  }

  /// The class of the condition on a day: as opened, or as last changed.
  public func conditionClass(episode id: String, on date: CivilDate) -> ConditionClass {
    let episode = episodes[id]
    return episode?.phaseChanges.inForce(on: date, from: \.fromDateOn)?.conditionClass
      ?? episode?.opened.conditionClass ?? .unspecified
  }

  /// The override of the frequency that holds on a day.
  func frequencyOverride(episode id: String, on date: CivilDate) -> FrequencyOverridden? {
    episodes[id]?.frequencyOverrides
      .filter { $0.throughDateOn == 0 || date.compact <= $0.throughDateOn }
      .inForce(on: date, from: \.fromDateOn)
  }

  /// How often the patient should come on a day: an override of that day, else the plan's phase,
  /// else the guideline of the condition's class. An override sets the highest number alone.
  public func frequency(episode id: String, on date: CivilDate) -> VisitFrequency? {
    if let override = frequencyOverride(episode: id, on: date) {
      return VisitFrequency(
        lowestPerWeekHundredths: 0,
        highestPerWeekHundredths: override.visitsPerWeekMaxHundredths)
    }
    if let phase = currentPhase(episode: id, on: date), phase.visitsPerWeekMaxHundredths > 0 {
      return VisitFrequency(
        lowestPerWeekHundredths: phase.visitsPerWeekMinHundredths,
        highestPerWeekHundredths: phase.visitsPerWeekMaxHundredths)
    }
    return .guideline(for: conditionClass(episode: id, on: date))
  }
}

extension [CareState.Session] {
  fileprivate var inOrder: Self {
    sorted {
      ($0.delivered.deliveredOn, $0.delivered.startedAt.seconds, $0.delivered.session)
        < ($1.delivered.deliveredOn, $1.delivered.startedAt.seconds, $1.delivered.session)
    }
  }
}
