import Practice
import PracticeEvents

extension World {
  /// The first visit of an episode: history, screening, assessment, baselines, goals, plan.
  mutating func firstVisit(_ number: Int) throws {
    let visit = visits[number]
    let index = visit.patient
    let therapist = therapists[visit.slot.therapist].staff
    try takeHistory(index, therapist)
    patients[index].hasVisited = true
    guard patients[index].isMedical, let episode = patients[index].episode else { return }
    let complaint = patients[index].complaint
    let facts = try give(
      CompleteAssessment(
        episode: episode, history: "Began with \(complaint.mechanism).",
        observation: "Guarded movement, \(complaint.region) held stiff.",
        palpation: [
          .init(
            region: complaint.region, tissue: "muscle", finding: "tender bands",
            grade: random.int(1...4))
        ], functionalLimits: [random.pick(["sitting over an hour", "reaching overhead", "sleep"])],
        impression: "Findings fit the referring diagnosis; manual therapy is likely to help."),
      by: therapist)
    guard facts != nil else { return }
    try measure(index, therapist, purpose: .baseline)
    try setGoals(index, episode, therapist)
    try adoptPlan(index, episode, therapist)
  }

  private mutating func takeHistory(_ index: Int, _ therapist: Staff) throws {
    let complaint = patients[index].complaint
    let isAccident = complaint.isAuto || complaint.isWork
    try give(
      CompleteIntake(
        patient: SubjectReference(patients[index].mrn), chiefComplaint: complaint.problem,
        mechanism: complaint.mechanism, autoAccident: complaint.isAuto ? .yes : .no,
        workRelated: complaint.isWork ? .yes : .no,
        accidentState: isAccident ? StateCode("NJ") : nil,
        accidentOn: isAccident ? today.adding(days: -random.int(10...25)) : nil,
        medications: random.chance(0.4)
          ? [random.pick(["ibuprofen", "lisinopril", "sertraline"])] : nil,
        allergies: random.chance(0.1) ? ["nut oils"] : nil, pregnant: .no), by: .frontDesk)
    let hasFinding = random.chance(0.12)
    try give(
      ScreenContraindications(
        patient: SubjectReference(patients[index].mrn),
        findings: hasFinding
          ? [
            .init(
              condition: random.pick(["varicose veins", "recent bruise", "skin irritation"]),
              scope: .local, note: "avoid the area")
          ] : [], outcome: hasFinding ? .modify : .cleared), by: therapist)
  }

  private mutating func setGoals(
    _ index: Int, _ episode: EntityID, _ therapist: Staff
  ) throws {
    let patient = patients[index]
    let course = patient.complaint.course
    let score = id(.goal)
    let target = max(0, patient.startingPain.rounded() - 4)
    let pain = try give(
      SetGoal(
        episode: episode, description: "Pain at its worst at most \(Int(target)) of 10",
        instrument: .nprs, target: Hundredths("\(Int(target))"),
        dueOn: today.adding(days: 7 * course.weeks), goal: score), by: therapist)
    if pain != nil { patients[index].goals = [score] }
    try give(
      SetGoal(
        episode: episode,
        description: random.pick([
          "Sit through a working day", "Sleep through the night", "Lift the grandchild again",
          "Walk an hour without stopping", "Return to the gym",
        ]), dueOn: today.adding(days: 7 * course.weeks + 30), longTerm: true), by: therapist)
  }

  private mutating func adoptPlan(
    _ index: Int, _ episode: EntityID, _ therapist: Staff
  ) throws {
    let complaint = patients[index].complaint
    let plan = id(.plan)
    let phases = try complaint.course.phases.map { phase in
      AdoptTreatmentPlan.Phase(
        condition: complaint.course.condition, perWeekMin: try Hundredths(phase.text.least),
        perWeekMax: try Hundredths(phase.text.most), weeks: phase.weeks,
        exitCriterion: "pain down by 2 points or 30 %")
    }
    let facts = try give(
      AdoptTreatmentPlan(
        episode: episode, goals: patients[index].goals,
        intent: complaint.course == .acute ? .injury : random.pick([.pain, .function]),
        techniques: [random.pick(["myofascial release", "trigger point"]), "deep tissue"],
        bodyRegions: [complaint.region], phases: phases, plannedVisits: random.int(8...16),
        sessionMinutes: 60,
        homeCare: random.pick(["heat and stretching", "ice after activity", "posture breaks"]),
        plan: plan), by: therapist)
    if facts != nil { patients[index].plan = (plan, today) }
  }

  /// Scores pain and the complaint's own instrument, and now and then a joint.
  ///
  /// - Returns: the identifiers, pain first.
  @discardableResult
  mutating func measure(
    _ index: Int, _ therapist: Staff, purpose: MeasurePurposeChoice
  ) throws -> [EntityID] {
    guard let episode = patients[index].episode else { return [] }
    let complaint = patients[index].complaint
    var measures: [EntityID] = []
    let pain = Int(min(10, max(0, patients[index].pain + random.double(-0.4...0.4))).rounded())
    for (instrument, items) in [(InstrumentChoice.nprs, [pain])]
      + (complaint.instrument == .nprs ? [] : [(complaint.instrument, answers(index))])
    {
      let measure = id(.measure)
      let facts = try give(
        ScoreOutcomeMeasure(
          episode: episode, instrument: instrument, items: items, purpose: purpose, measure: measure
        ), by: therapist)
      if facts != nil { measures.append(measure) }
    }
    if purpose != .interim || random.chance(0.5) {
      let motion = complaint.motion
      let share = 1 - patients[index].pain / 10 * 0.5
      try give(
        MeasureRangeOfMotion(
          episode: episode, joint: motion.joint, motion: motion.motion,
          degrees: Int(Double(motion.normal) * share), normalDegrees: motion.normal,
          painProvoked: patients[index].pain > 4, method: .goniometer), by: therapist)
    }
    return measures
  }

  /// A filled-in form whose score follows the pain, with noise; now and then an item is left blank.
  private mutating func answers(_ index: Int) -> [Int] {
    let (count, low, high, better): (Int, Int, Int, Bool) =
      switch patients[index].complaint.instrument {
      case .ndi, .odi: (10, 0, 5, false)
      case .rmdq: (24, 0, 1, false)
      case .quickDASH: (11, 1, 5, false)
      case .lefs: (20, 0, 4, true)
      case .psfs: (3, 0, 10, true)
      default: (1, 0, 10, false)
      }
    let trouble = patients[index].pain / 10
    let share = better ? 1 - trouble : trouble
    var items = (0..<count).map { _ in
      let exact = Double(low) + share * Double(high - low)
      let spread = Double(high - low) * 0.3
      return min(high, max(low, Int((exact + random.double(-spread...spread)).rounded())))
    }
    if count >= 10, random.chance(0.06) { items[random.int(0...count - 1)] = -1 }
    return items
  }
}
