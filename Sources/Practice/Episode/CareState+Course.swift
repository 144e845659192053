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

  /// The UUID text of the event of the latest assessment or re-evaluation; nil when there was none.
  func lastEvaluation(episode id: String) -> String? {
    guard let episode = episodes[id] else { return nil }
    let assessments = episode.assessments.map {
      ($0.assessedOn, episode.assessmentEvents[$0.assessment])
    }
    let reevaluations = episode.reevaluations.map {
      ($0.reevaluatedOn, episode.eventOf[$0.reevaluation])
    }
    return (assessments + reevaluations).max { $0.0 < $1.0 }?.1
  }

  /// The UUID texts of the events that say how often to treat on a day: individual advice, else the
  /// plan, else what set the condition's class.
  public func frequencyEvents(episode id: String, on date: CivilDate) -> [String] {
    if let advice = frequencyAdvice(episode: id, on: date) { return [advice.event] }
    if let plan = plan(episode: id, on: date), !plan.phases.isEmpty,
      let event = episodes[id]?.eventOf[plan.plan]
    {
      return [event]
    }
    return conditionEvents(episode: id, on: date)
  }

  /// The UUID texts of the events that set the condition's class on a day: the last change of phase,
  /// or the opening of the episode, and a plan whose phase says otherwise.
  func conditionEvents(episode id: String, on date: CivilDate) -> [String] {
    guard let episode = episodes[id] else { return [] }
    let changes = zip(episode.phaseChanges, episode.phaseChangeEvents)
      .filter { $0.0.fromDateOn <= date.compact }
    let set = changes.max { $0.0.fromDateOn <= $1.0.fromDateOn }?.1 ?? episode.event
    let phase = currentPhase(episode: id, on: date)?.conditionClass ?? .unspecified
    let planned =
      phase == .unspecified ? nil : plan(episode: id, on: date).flatMap { episode.eventOf[$0.plan] }
    return [set, planned].compactMap { $0 }.filter { !$0.isEmpty }
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
  public func currentPhaseIndex(episode: String, on date: CivilDate) -> Int? {
    currentStretch(episode: episode, on: date)?.index
  }

  /// The same with the phase's first day, and the day on which the plan ends it; no end for the last
  /// phase, one without a length, and one begun by a taper step.
  func currentStretch(
    episode id: String, on date: CivilDate
  ) -> (index: Int, from: CivilDate, end: CivilDate?)? {
    guard let episode = episodes[id], let plan = plan(episode: id, on: date),
      let last = plan.phases.indices.last, let adopted = plan.adoptedOn.civilDate
    else { return nil }
    let step = episode.taperSteps.filter { $0.fromDateOn >= plan.adoptedOn }
      .inForce(on: date, from: \.fromDateOn)
    if let step, let from = step.fromDateOn.civilDate {
      return (min(max(Int(step.phase), 0), last), from, nil)
    }
    var begins = adopted
    for (index, phase) in plan.phases.enumerated() where index < last {
      let end = begins.adding(days: 7 * Int(phase.weeks))
      // A phase without a length runs until a taper step ends it.
      if phase.weeks == 0 { return (index, begins, nil) }
      if date < end { return (index, begins, end) }
      begins = end
    }
    return (last, begins, nil)
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
}

extension [CareState.Session] {
  fileprivate var inOrder: Self {
    sorted {
      ($0.delivered.deliveredOn, $0.delivered.startedAt.seconds, $0.delivered.session)
        < ($1.delivered.deliveredOn, $1.delivered.startedAt.seconds, $1.delivered.session)
    }
  }
}
