import Practice
import PracticeEvents

/// What is found, measured and decided at a persona's visits.
extension World {
  mutating func assess(
    _ index: Int, _ persona: Persona, _ episode: EntityID, _ therapist: Staff
  ) throws {
    let patient = SubjectReference(persona.mrn)
    try give(
      CompleteIntake(
        patient: patient, chiefComplaint: persona.complaint.problem,
        mechanism: persona.complaint.mechanism, autoAccident: .no, workRelated: .no, pregnant: .no),
      by: .frontDesk)
    try give(
      ScreenContraindications(patient: patient, findings: [], outcome: .cleared), by: therapist)
    try give(
      CompleteAssessment(
        episode: episode, history: "Began with \(persona.complaint.mechanism).",
        observation: "Guarded movement, \(persona.complaint.region) held stiff.",
        palpation: [
          .init(
            region: persona.complaint.region, tissue: "muscle", finding: "tender bands", grade: 3)
        ], functionalLimits: [persona.activity],
        impression: "Findings fit the referring diagnosis; manual therapy is likely to help."),
      by: therapist)
  }

  /// Scores the form, pain and the movement.
  ///
  /// - Returns: the identifiers, the form's first.
  mutating func evaluate(
    _ index: Int, _ persona: Persona, _ visit: Persona.Visit, _ number: Int, _ therapist: Staff
  ) throws -> [EntityID] {
    guard let episode = patients[index].episode, let items = visit.items else { return [] }
    let purpose: MeasurePurposeChoice =
      number == 0 ? .baseline : visit.recommendation == .discharge ? .discharge : .interim
    let complaint = persona.complaint
    let forms =
      complaint.instrument == .nprs
      ? [(InstrumentChoice.nprs, items)]
      : [(complaint.instrument, items), (.nprs, [visit.painBefore])]
    var measures: [EntityID] = []
    for (instrument, items) in forms {
      let measure = id(.measure)
      let facts = try give(
        ScoreOutcomeMeasure(
          episode: episode, instrument: instrument, items: items, purpose: purpose,
          measure: measure), by: therapist)
      if facts != nil { measures.append(measure) }
    }
    if let degrees = visit.degrees {
      try give(
        MeasureRangeOfMotion(
          episode: episode, joint: complaint.motion.joint, motion: complaint.motion.motion,
          degrees: degrees, normalDegrees: complaint.motion.normal,
          painProvoked: visit.painBefore > 4, method: .goniometer), by: therapist)
    }
    return measures
  }

  mutating func adopt(
    _ index: Int, _ persona: Persona, _ episode: EntityID, _ therapist: Staff, _ measure: EntityID?
  ) throws {
    let goal = id(.goal)
    let set = try give(
      SetGoal(
        episode: episode, description: persona.goal.text, instrument: persona.complaint.instrument,
        target: Hundredths(persona.goal.target), dueOn: today.adding(days: persona.goal.days),
        goal: goal), by: therapist)
    if set != nil { patients[index].goals = [goal] }
    try give(
      SetGoal(
        episode: episode, description: persona.activity,
        dueOn: today.adding(days: persona.goal.days), longTerm: true), by: therapist)
    try give(
      AdoptTreatmentPlan(
        episode: episode, goals: patients[index].goals,
        intent: persona.complaint.course == .acute ? .injury : .function,
        techniques: ["myofascial release", "trigger point"],
        bodyRegions: [persona.complaint.region],
        phases: persona.phases.map {
          .init(
            condition: $0.condition, perWeekMin: try Hundredths($0.least),
            perWeekMax: try Hundredths($0.most), weeks: $0.weeks,
            exitCriterion: "half the way to the goal, or pain down by 2 points or 30 %")
        }, plannedVisits: persona.visits.count, sessionMinutes: 60,
        homeCare: "heat and stretching twice a day"), by: therapist)
  }

  /// The re-evaluation with what follows from it: a letter, a step down, an end.
  mutating func review(
    _ index: Int, _ persona: Persona, _ visit: Persona.Visit,
    _ recommendation: RecommendationChoice, _ measures: [EntityID], _ therapist: Staff
  ) throws {
    guard let episode = patients[index].episode else { return }
    try give(
      CompleteReevaluation(
        episode: episode, measures: measures, recommendation: recommendation,
        findings: "\(visit.note) Pain now \(visit.painAfter) of 10."), by: therapist)
    if recommendation == .taper, persona.phases.allSatisfy({ $0.weeks == 0 }) {
      try give(TakeTaperStep(episode: episode), by: therapist)
    }
    if recommendation == .discharge { try end(index, persona, episode, measures, therapist) }
    try give(
      SendProgressReport(
        episode: episode,
        referringProvider: SubjectReference(referrers[patients[index].referrer].npi),
        asOf: Int(memory.count)), by: therapist)
  }

  private mutating func end(
    _ index: Int, _ persona: Persona, _ episode: EntityID, _ measures: [EntityID],
    _ therapist: Staff
  ) throws {
    guard case .discharge(let why) = persona.ending else { return }
    let goals = state(index).care.goals.values
      .filter { $0.set.episode == episode.description && $0.status == .open }
      .sorted {
        ($0.set.instrument.rawValue, $0.set.goal) < ($1.set.instrument.rawValue, $1.set.goal)
      }
    for goal in goals {
      let goalID = try EntityID(goal.set.goal)
      if why == .goalsMet {
        try give(
          MeetGoal(
            goal: goalID, measure: goal.set.instrument == .unspecified ? nil : measures.first),
          by: therapist)
      } else {
        try give(CloseGoal(goal: goalID), by: therapist)
      }
    }
    try give(
      DischargeEpisode(episode: episode, why: why, outcome: persona.outcome), by: therapist)
  }
}
